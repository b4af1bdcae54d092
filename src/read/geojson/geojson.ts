import { basename, extname } from "node:path";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { crsOf, epsgOf, horizontalEpsg } from "../crs/crs.js";
import { flatten, geometryTypeOf, parseFeature } from "./geojsonDecoder.js";
import { type Format, type LookOptions, type OpenOptions, sourcesOfLayers } from "../format.js";
import { GeoJsonScanner, type FeatureSpan } from "./geojsonScanner.js";
import { fileOnDisk, type InputFile } from "../inputFile.js";
import { hashedChunks, SlidingWindow } from "../slidingWindow.js";
import type { Cut, CutOptions, Field, ReadSummary, Source } from "../source.js";

const SURVEY_BYTES = 1 << 20;
/** So many features of a collection are looked at to learn its fields. */
const SAMPLE = 100;
/** RFC 7946: longitude and latitude in WGS 84 where nothing else is said. */
const DEFAULT_EPSG: Epsg = 4326;

const POLYGON_TYPES = new Set(["Polygon", "MultiPolygon"]);

export const GEOJSON: Format = {
  name: "GeoJSON",
  recognises: (start) =>
    new TextDecoder()
      .decode(start)
      .replace(/^[\s\u001e]+/, "")
      .startsWith("{"),
  open: openFile,
  layers: layersOf,
};

/** What a first look at the file tells of one collection. */
type Collection = {
  readonly name: string; // "" for the root
  readonly title?: string;
  readonly crs?: unknown;
  readonly featureCount: number; // -1 when the look ended before the file
  readonly fields: readonly Field[];
  readonly holdsPolygons: boolean;
};

/**
 * Opens one layer of a GeoJSON file. The file is looked through as far as needed to learn its collections and CRS:
 * up to the first hundred features where the CRS is known by then, else to the end (`crs` may stand last).
 *
 * @param options.layer a member of the root object (Kartverket's downloads); needed when several hold polygons
 * @param options.epsg what the user says the CRS is; overrides the file
 */
export async function openGeoJson(path: string, options: OpenOptions = {}): Promise<Source> {
  return openFile(await fileOnDisk(path), options);
}

async function openFile(file: InputFile, options: OpenOptions): Promise<Source> {
  const collections = await survey(file, options.epsg !== undefined);
  return sourceOf(file, choose(file, collections, options.layer), options.epsg);
}

async function layersOf(file: InputFile, { epsg, onRefused }: LookOptions): Promise<Source[]> {
  const collections = await survey(file, false, true);
  return sourcesOfLayers(file, collections, onRefused, (collection) => sourceOf(file, collection, epsg));
}

function choose(file: InputFile, collections: readonly Collection[], wanted: string | undefined): Collection {
  const named = (one: Collection) => [one.name, one.title, layerName(file, one)].includes(wanted);
  const suits =
    wanted !== undefined ? collections.filter(named) : collections.filter((one) => one.holdsPolygons);
  if (suits.length === 1) return suits[0];
  if (wanted === undefined && collections.length === 1) return collections[0];
  const list = collections.map(
    (one) => `${layerName(file, one)}${one.holdsPolygons ? "" : " (no polygons)"}`,
  );
  throw new InputError(
    { layer: file.path },
    {
      came: wanted === undefined ? `${suits.length} layers with polygons` : `no layer called ${wanted}`,
      wanted: `one of ${list.join(", ") || "no layer at all: the file holds none"}`,
      todo:
        collections.length === 1
          ? "Leave out what stands after the #"
          : `Name the layer after a #, as in ${file.name}#${collections.length > 0 ? layerName(file, collections[0]) : "layer"}`,
    },
  );
}

/** The root without a title of its own is called as the file. */
const layerName = (file: InputFile, { name, title }: Collection): string =>
  name || title || basename(file.name, extname(file.name));

function sourceOf(file: InputFile, collection: Collection, userEpsg: Epsg | undefined): Source {
  const { path, byteLength } = file;
  const name = layerName(file, collection);
  const { epsg, epsgFrom } = crsFrom(path, collection.crs, userEpsg);
  return {
    path,
    name,
    format: "GeoJSON",
    epsg,
    epsgFrom,
    fields: collection.fields,
    featureCount: collection.featureCount,
    byteLength,
    decoder: {
      cutForm: "GeoJSON",
      layerName: name,
      path,
      epsg,
      fields: collection.fields.map((field) => field.name),
      detail: undefined,
    },
    cuts: (options) => cuts(file, collection.name, options),
  };
}

function crsFrom(path: string, crs: unknown, user: Epsg | undefined): Pick<Source, "epsg" | "epsgFrom"> {
  if (user !== undefined) return { epsg: crsOf(path, horizontalEpsg(user)).epsg, epsgFrom: "user" };
  if (crs === undefined || crs === null) return { epsg: DEFAULT_EPSG, epsgFrom: "format" };
  const { name, code } = (crs as { properties?: { name?: unknown; code?: unknown } }).properties ?? {};
  const text = typeof name === "string" ? name : typeof code === "number" ? String(code) : "";
  const epsg = epsgOf(text);
  if (epsg !== undefined) return { epsg: crsOf(path, epsg).epsg, epsgFrom: "file" };
  throw new InputError(
    { layer: path },
    {
      came: `a crs that says ${text === "" ? JSON.stringify(crs).slice(0, 100) : `"${text}"`}`,
      wanted: 'a name such as "EPSG:25833" or "urn:ogc:def:crs:EPSG::25833"',
      todo: "State the CRS with epsg",
    },
  );
}

/** Looks through the file for its collections; only so far as to know one layer, unless `toEnd`. */
async function survey(file: InputFile, crsKnown: boolean, toEnd = false): Promise<Collection[]> {
  const { path } = file;
  const scanner = new GeoJsonScanner(path);
  const samples = new Map<string, Sample>();
  let ended = true;
  for await (const { bytes, base, spans } of windows(file.chunks(), scanner, SURVEY_BYTES)) {
    for (const span of spans) {
      let sample = samples.get(span.collection);
      if (sample === undefined) samples.set(span.collection, (sample = new Sample()));
      sample.add(path, bytes, span, base);
    }
    const root = samples.get("");
    const enough =
      root !== undefined && root.count >= SAMPLE && (crsKnown || scanner.factsOf("").crs !== undefined);
    if (enough && !toEnd) {
      ended = false;
      break;
    }
  }
  return [...scanner.collections].map((name): Collection => {
    const sample = samples.get(name) ?? new Sample();
    const { crs, name: title } = scanner.factsOf(name);
    return {
      name,
      ...(title !== undefined && { title }),
      crs,
      featureCount: ended ? sample.count : -1,
      fields: sample.fieldList(),
      holdsPolygons: sample.holdsPolygons,
    };
  });
}

/** The first features of a collection. */
class Sample {
  count = 0;
  holdsPolygons = false;
  private readonly types = new Map<string, string>();

  add(path: string, bytes: Uint8Array, span: FeatureSpan, base: number): void {
    if (this.count++ >= SAMPLE && this.holdsPolygons) return;
    if (this.count > 10 * SAMPLE) return;
    const feature = parseFeature(path, bytes, span.from, span.to, base, this.count - 1);
    if (POLYGON_TYPES.has(geometryTypeOf(feature))) this.holdsPolygons = true;
    flatten(path, feature.properties, (field, value) => {
      const known = this.types.get(field);
      if (value !== null) this.types.set(field, typeof value);
      else if (known === undefined) this.types.set(field, "null");
    });
  }

  fieldList(): Field[] {
    return [...this.types].map(([name, type]) => ({ name, type }));
  }
}

/** Reads the file once from end to end; a cut is what of the collection one window holds. */
async function* cuts(
  file: InputFile,
  collection: string,
  options: CutOptions,
): AsyncGenerator<Cut, ReadSummary> {
  let featureCount = 0;
  const hashed = hashedChunks(file, options.onBytes);
  const scanner = new GeoJsonScanner(file.path);
  for await (const { bytes, base, spans } of windows(hashed.chunks, scanner, options.cutBytes)) {
    for (const run of runsOf(spans, collection)) {
      const from = run[0].from;
      const buffer = await (options.take ?? newBuffer)(run[run.length - 1].to - from);
      const cut = asArrayItems(bytes, run, buffer);
      yield { bytes: cut, firstFeature: featureCount, featureCount: run.length, position: base + from };
      featureCount += run.length;
    }
  }
  return { sha256: await hashed.sha256(), featureCount };
}

const newBuffer = (byteLength: number) => new SharedArrayBuffer(byteLength);

/** Features of the collection that stand together, with at least a byte between them. */
function runsOf(spans: readonly FeatureSpan[], collection: string): FeatureSpan[][] {
  const runs: FeatureSpan[][] = [];
  let previous: FeatureSpan | undefined;
  for (const span of spans) {
    if (span.collection === collection) {
      if (previous?.collection === collection && previous.to < span.from) runs[runs.length - 1].push(span);
      else runs.push([span]);
    }
    previous = span;
  }
  return runs;
}

/** Copies features to the buffer, in their places, with a comma and spaces between whatever stood there before. */
function asArrayItems(bytes: Uint8Array, run: readonly FeatureSpan[], buffer: SharedArrayBuffer): Uint8Array {
  const origin = run[0].from;
  const items = new Uint8Array(buffer, 0, run[run.length - 1].to - origin);
  items.set(bytes.subarray(origin, run[run.length - 1].to));
  for (let i = 1; i < run.length; i++) {
    items.fill(0x20, run[i - 1].to - origin, run[i].from - origin);
    items[run[i - 1].to - origin] = 0x2c;
  }
  return items;
}

type Window = { readonly bytes: Uint8Array; readonly base: number; readonly spans: readonly FeatureSpan[] };

/** The file bit by bit: the bytes, where in the file they begin, and the features that were completed in them. */
async function* windows(
  chunks: AsyncIterable<Uint8Array>,
  scanner: GeoJsonScanner,
  windowBytes: number,
): AsyncGenerator<Window> {
  const window = new SlidingWindow(chunks, windowBytes);
  try {
    for (let fresh = await window.fill(); fresh > 0; fresh = await window.fill()) {
      const { bytes, base, filled } = window;
      const spans = scanner.scan(bytes, filled - fresh, filled, base);
      if (spans.length > 0) yield { bytes, base, spans };
      window.keepFrom(scanner.keepFrom(window.readTo));
    }
    scanner.finish(window.readTo);
  } finally {
    await window.close();
  }
}
