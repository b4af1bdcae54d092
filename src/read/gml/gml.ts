import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { diagnose } from "../crs/crs.js";
import { type Format, type LookOptions, type OpenOptions, sourcesOfLayers } from "../format.js";
import { SPAN_BYTES, type GmlDetail } from "./gmlDecoder.js";
import { srsOf } from "./gmlSrs.js";
import { gmlWindows, Look, surveyGml, type FeatureType, type GmlSurvey } from "./gmlSurvey.js";
import type { InputFile } from "../inputFile.js";
import { chooseLayer } from "../layerChoice.js";
import { hashedChunks } from "../slidingWindow.js";
import type { Cut, CutOptions, ReadSummary, Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";
import { beginsAsGml } from "./xmlEncoding.js";

/**
 * GML 3.2 (ISO 19136:2007, as the SOSI rules for GML use it), and of older ones what costs nothing. Layers are feature
 * types, known by their names without prefix, in any case.
 */
export const GML: Format = {
  name: "GML",
  recognises: beginsAsGml,
  open: openGml,
  layers: gmlSources,
};

async function openGml(file: InputFile, options: OpenOptions): Promise<Source> {
  const survey = await surveyGml(file, false);
  const type = choose(file, survey, options.layer);
  const source = sourceOf(file, survey, type, options.layer !== undefined, options.epsg);
  checkAxes(source, survey, type);
  return source;
}

async function gmlSources(file: InputFile, { epsg, onRefused }: LookOptions): Promise<Source[]> {
  const survey = await surveyGml(file, true);
  checkNotEmpty(file, survey);
  const types = [...survey.types.values()];
  return sourcesOfLayers(file, types, onRefused, (type) => sourceOf(file, survey, type, true, epsg));
}

/** By name in any case: generations of one product differ in it. */
function choose(file: InputFile, survey: GmlSurvey, wanted: string | undefined): FeatureType {
  checkNotEmpty(file, survey);
  const named = wanted === undefined ? undefined : survey.types.get(wanted.toLowerCase());
  return chooseLayer(file.path, [...survey.types.values()], named?.name ?? wanted);
}

function checkNotEmpty(file: InputFile, survey: GmlSurvey): void {
  if (survey.types.size > 0) return;
  throw new InputError(
    { layer: file.path },
    {
      came: "XML without features",
      wanted: "GML with features in featureMember, featureMembers or member",
      todo: "Check that the file is GML and holds something",
    },
  );
}

function sourceOf(
  file: InputFile,
  survey: GmlSurvey,
  type: FeatureType,
  isNamed: boolean,
  user: Epsg | undefined,
): Source {
  const { path, byteLength } = file;
  const { inherited, references, encoding } = survey;
  const stated = statedSrs(survey, type);
  const { epsg, epsgFrom } = crsStated(path, user, stated);
  const detail: GmlDetail = { inherited, anyCrs: user !== undefined, references, encoding };
  const fields = [...type.fields];
  return {
    path,
    name: type.name,
    format: "GML",
    epsg,
    epsgFrom,
    fields: fields.map((name) => ({ name, type: "string" })),
    featureCount: survey.ended ? type.count : -1,
    byteLength,
    decoder: { cutForm: "GML", layerName: type.name, path, epsg, fields, detail },
    cuts: (options) => cuts(file, survey, type, isNamed, options),
  };
}

/** What the type's geometries say of their system, or the collection, or any other type: one without geometry has none. */
function statedSrs({ inherited, types }: GmlSurvey, type: FeatureType): string | undefined {
  const own = type.srs?.text ?? inherited.srsName ?? type.otherSrsName;
  if (own !== undefined || type.holdsPolygons) return own;
  return [...types.values()].find(({ srs }) => srs !== undefined)?.srs?.text;
}

/**
 * Holds the order of axes the srsName means against the first surface's coordinates: a contradiction is never mended
 * in silence. In 3035 it cannot be seen (see `diagnose`).
 */
function checkAxes(source: Source, survey: GmlSurvey, type: FeatureType): void {
  if (type.box === undefined) return;
  const diagnosis = diagnose(source.name, source.epsg, type.box);
  if (diagnosis?.kind !== "axis-order") return;
  const text = statedSrs(survey, type) ?? "";
  const order = srsOf(text).northFirst ? "latitude or northing first" : "longitude or easting first";
  throw new InputError(
    { layer: source.path },
    {
      came: `srsName "${text}", which means ${order}, with coordinates in the other order`,
      wanted: `one order of axes. Taken as x, y: ${diagnosis.wanted}`,
      todo: "Ask the publisher which is right, then mend srsName or swap the coordinates",
    },
  );
}

/** Reads the file once from end to end; a cut is what of the layer one window holds. */
async function* cuts(
  file: InputFile,
  survey: GmlSurvey,
  type: FeatureType,
  isNamed: boolean,
  options: CutOptions,
): AsyncGenerator<Cut, ReadSummary> {
  const hashed = hashedChunks(file, options.onBytes);
  const strangers = isNamed || survey.ended ? undefined : new Look(file.path, survey.encoding);
  const key = type.name.toLowerCase();
  let featureCount = 0;
  for await (const { bytes, base, spans } of gmlWindows(
    file.path,
    hashed.chunks,
    survey.encoding,
    options.cutBytes,
  )) {
    const own = spans.filter((span) => span.type === type.name || span.type.toLowerCase() === key);
    for (const span of spans) {
      if (strangers === undefined || span.type === "" || survey.types.has(span.type.toLowerCase())) continue;
      strangers.at(bytes, span, base);
      checkStrangers(file, type, strangers);
    }
    if (own.length === 0) continue;
    const from = own[0].from;
    const stretch = own[own.length - 1].to - from;
    const byteLength = stretch + own.length * SPAN_BYTES;
    const cut = new Uint8Array(await (options.take ?? newBuffer)(byteLength), 0, byteLength);
    cut.set(bytes.subarray(from, from + stretch));
    const table = new DataView(cut.buffer, stretch, own.length * SPAN_BYTES);
    own.forEach((span, i) => {
      table.setUint32(i * SPAN_BYTES, span.from - from, true);
      table.setUint32(i * SPAN_BYTES + 4, span.to - from, true);
    });
    yield { bytes: cut, firstFeature: featureCount, featureCount: own.length, position: base + from };
    featureCount += own.length;
  }
  return { sha256: await hashed.sha256(), featureCount };
}

const newBuffer = (byteLength: number) => new SharedArrayBuffer(byteLength);

/** A second layer with polygons, far into a file, when none was asked for by name: neither can be left out unsaid. */
function checkStrangers(file: InputFile, type: FeatureType, strangers: Look): void {
  const other = [...strangers.types.values()].find(({ holdsPolygons }) => holdsPolygons);
  if (other === undefined) return;
  throw new InputError(
    { layer: file.path },
    {
      came: `2 layers with polygons: after ${type.name} also ${other.name}`,
      wanted: "to know which one is meant",
      todo: `Name the layer after a #, as in ${file.name}#${type.name}`,
    },
  );
}
