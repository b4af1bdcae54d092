import { createHash } from "node:crypto";
import { extname } from "node:path";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { crsOf } from "../crs/crs.js";
import { type Format, type LookOptions, type OpenOptions, sourcesOfLayers } from "../format.js";
import type { InputFile } from "../inputFile.js";
import { SosiCurves } from "./sosiCurves.js";
import type { SosiDetail } from "./sosiDecoder.js";
import { SosiElements } from "./sosiElements.js";
import { FacePacker, SosiFaces } from "./sosiFaces.js";
import { crsOfHeader, type SosiHeader } from "./sosiHeader.js";
import { eachObject } from "./sosiObjects.js";
import { surveySosi, type SosiSurvey, type SosiType } from "./sosiSurvey.js";
import type { Cut, CutOptions, ReadSummary, Source } from "../source.js";

/**
 * SOSI, the Norwegian exchange format (SOSI part 1, "Realisering i SOSI-format" 4.5): faces refer to curves by number,
 * so a file is read to its end before its first face is whole. Curves and references wait in columns.
 */
export const SOSI: Format = {
  name: "SOSI",
  recognises: (start) =>
    /^(?:\s|!.*)*\.HODE\b/.test(
      Buffer.from(start)
        .toString("latin1")
        .replace(/^\u00ef\u00bb\u00bf/, ""),
    ),
  open: openSosi,
  layers: sosiSources,
};

/** Types that are one layer, by what may be said behind the #. */
type Choice = { readonly name: string; readonly types: readonly SosiType[] };

/**
 * Opens one layer. Object types whose faces share curves are one layer together, named for the file, with OBJTYPE among
 * its fields: so are land cover maps, whose types tile the ground. Types that share none lie on top of each other, as
 * the themes of a plan do, and are layers of their own. Any type may be asked for alone, and all of them by the file's
 * name.
 *
 * @throws InputError with the list of layers when several would do
 */
async function openSosi(file: InputFile, options: OpenOptions): Promise<Source> {
  const survey = await surveySosi(file);
  return sourceOf(file, survey, choose(file, survey, options.layer), options.epsg);
}

/** Every layer, also the types without faces. */
async function sosiSources(file: InputFile, { epsg, onRefused }: LookOptions): Promise<Source[]> {
  const survey = await surveySosi(file);
  const faceless = survey.types.filter((type) => type.faceCount === 0);
  const choices = [
    ...layersOf(file, survey),
    ...faceless.map((type) => ({ name: type.name, types: [type] })),
  ];
  return sourcesOfLayers(file, choices, onRefused, (choice) => sourceOf(file, survey, choice, epsg));
}

const baseName = (file: InputFile): string =>
  file.name.slice(0, file.name.length - extname(file.name).length);

function layersOf(file: InputFile, { types, covers }: SosiSurvey): Choice[] {
  return covers.map((cover) => {
    const members = cover.map((number) => types[number]);
    const together = covers.length === 1 ? baseName(file) : members.map(({ name }) => name).join("+");
    return { name: members.length === 1 ? members[0].name : together, types: members };
  });
}

function choose(file: InputFile, survey: SosiSurvey, wanted: string | undefined): Choice {
  const layers = layersOf(file, survey);
  const alone = survey.types.map((type): Choice => ({ name: type.name, types: [type] }));
  const all = { name: baseName(file), types: survey.types.filter(({ faceCount }) => faceCount > 0) };
  const suits =
    wanted === undefined
      ? layers
      : [...layers, ...alone, all].filter(({ name }) => name === wanted).slice(0, 1);
  if (suits.length === 1 && suits[0].types.some(({ faceCount }) => faceCount > 0)) return suits[0];
  throw new InputError(
    { layer: file.path },
    {
      came:
        wanted === undefined
          ? `${layers.length} layers with polygons`
          : `no layer of polygons called ${wanted}`,
      wanted: `one of ${layers.map(({ name }) => name).join(", ") || "no layer at all: the file holds no .FLATE"}`,
      todo: `Name the layer after a #, as in ${file.name}#${layers.at(0)?.name ?? "OBJTYPE"}`,
    },
  );
}

function sourceOf(file: InputFile, survey: SosiSurvey, choice: Choice, user: Epsg | undefined): Source {
  const { header, characterSet } = survey;
  const { epsg, epsgFrom } = crsOfHeader(file.path, header, user);
  const fields = [...new Set(choice.types.flatMap((type) => type.fields))];
  const faceCount = choice.types.reduce((sum, type) => sum + type.faceCount, 0);
  const detail: SosiDetail = { characterSet, others: faceCount > 0 ? othersOf(choice.types) : "" };
  return {
    path: file.path,
    name: choice.name,
    format: "SOSI",
    epsg,
    epsgFrom,
    fields: fields.map((name) => ({ name, type: "string" })),
    featureCount: faceCount > 0 ? faceCount : otherCount(choice.types[0]),
    // ..OMRÅDE is rounded and often an older map sheet's: no box to leave anything out by.
    byteLength: file.byteLength,
    decoder: { cutForm: "SOSI", layerName: choice.name, path: file.path, epsg, fields, detail },
    cuts: (options) => cuts(file, header, epsg, new Set(choice.types.map((type) => type.key)), options),
  };
}

const otherCount = ({ others }: SosiType): number =>
  [...others.values()].reduce((sum, count) => sum + count, 0);

/** "13 PUNKT, 2 TEKST" among types that have faces too: they are no areas, and the report says so. */
function othersOf(types: readonly SosiType[]): string {
  const counts = new Map<string, number>();
  for (const { others } of types)
    for (const [kind, count] of others) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
}

/** Reads the file once, keeps curves and the layer's faces, then hands the faces out with their rings put together. */
async function* cuts(
  file: InputFile,
  header: SosiHeader,
  epsg: Epsg,
  typeKeys: ReadonlySet<string>,
  options: CutOptions,
): AsyncGenerator<Cut, ReadSummary> {
  const hash = createHash("sha256");
  const curves = new SosiCurves(header.scale, crsOf(file.path, epsg).unit === "degree");
  const faces = new SosiFaces();
  const elements = new SosiElements(file.path);
  let bytesRead = 0;
  const onChunk = (chunk: Uint8Array) => {
    if (file.onDisk !== undefined) hash.update(chunk);
    options.onBytes?.((bytesRead += chunk.length));
  };
  await eachObject(
    file,
    (bytes, from, to, line) => {
      elements.read(bytes, from, to, line);
      if (elements.kind === "FLATE") {
        if (typeKeys.has(elements.valueKey("OBJTYPE"))) faces.add(bytes, elements);
      } else if (CURVES.has(elements.kind)) curves.add(elements);
    },
    onChunk,
  );
  yield* packed(faces, curves, options);
  const sha256 = file.onDisk === undefined ? await file.sha256() : hash.digest("hex");
  return { sha256, featureCount: faces.count };
}

/** Kinds a face may refer to. */
const CURVES: ReadonlySet<string> = new Set(
  "KURVE LINJE BUEP BUE SIRKELP SIRKEL KLOTOIDE SPLINE BEZIER TRASE".split(" "),
);

async function* packed(faces: SosiFaces, curves: SosiCurves, options: CutOptions): AsyncGenerator<Cut, void> {
  const packer = new FacePacker();
  let firstFeature = 0;
  for (let f = 0; f < faces.count; f++) {
    faces.pack(f, curves, packer);
    if (packer.byteLength < options.cutBytes && f + 1 < faces.count) continue;
    const { byteLength } = packer;
    const buffer = await (options.take ?? newBuffer)(byteLength);
    const bytes = new Uint8Array(buffer, 0, byteLength);
    packer.moveTo(bytes);
    yield { bytes, firstFeature, featureCount: f + 1 - firstFeature };
    firstFeature = f + 1;
  }
}

const newBuffer = (byteLength: number) => new SharedArrayBuffer(byteLength);
