import { extname } from "node:path";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { ByteReader } from "../byteReader.js";
import { CsvRows, csvText } from "./csvRows.js";
import { wkbHead } from "../wellKnown/ewkb.js";
import { onlyLayer, type Format } from "../format.js";
import type { InputFile } from "../inputFile.js";
import { recordCuts, type FeatureRecord } from "../records.js";
import { hashedChunks } from "../slidingWindow.js";
import type { CutOptions, Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";
import { looksLikeWkt, WktReader } from "../wellKnown/wkt.js";

export const CSV_WKT: Format = {
  name: "CSV",
  recognises: (start, name) => {
    if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return false; // UTF-16
    if (/\.(?:csv|tsv)$/i.test(name)) return true;
    return csvText(start.subarray(0, start.lastIndexOf(0x20) + 1))
      .split(/[\r\n;,\t"]/)
      .some((piece) => looksLikeWkt(piece));
  },
  open: async (file, options) => onlyLayer(await openCsv(file, options), options.layer),
  layers: async (file, options) => [await openCsv(file, options)],
};

/** How the file is written, by its first rows. */
type Layout = {
  readonly delimiter: number;
  /** Lines before the first feature: the names of the fields, and Excel's `sep=;`. */
  readonly rowsBefore: number;
  readonly names: readonly string[];
  readonly geometryAt: number;
};

const SNIFF_BYTES = 1 << 20;
const SAMPLE_ROWS = 50;
/** The likely ones first: where two separate as often, the first is meant. */
const DELIMITERS = [";", "\t", ","];
const GEOMETRY_NAMES =
  /^(?:wkt|ewkt|geom|geometry|geometri|the_geom|wkt_geom|geom_wkt|wkb_geometry|shape|område|omrade|flate)$/i;
const HEX_WKB = /^\s*0[01][0-9a-f]{8,}\s*$/i;

/**
 * Opens a CSV file with a column of well-known text: what QGIS, PostGIS and GDAL write, or one geometry a line and nothing
 * else. Delimiter, names and the geometry's column are found from the first rows. A geometry may carry its SRID
 * (`SRID=25833;POLYGON((...))`), or be WKB in hexadecimal digits, as PostGIS's COPY writes it.
 *
 * @param options.epsg what the user says the CRS is; needed where no SRID stands before the first geometry
 * @throws InputError: no column with geometries, no CRS, broken quotes
 */
export async function openCsv(file: InputFile, options: { epsg?: Epsg } = {}): Promise<Source> {
  const { layout, srid } = await survey(file);
  const crs = crsStated(file.path, options.epsg, srid === 0 ? undefined : `EPSG:${srid}`);
  const name = file.name.slice(0, -extname(file.name).length || undefined);
  const fields = layout.names.filter((_, i) => i !== layout.geometryAt);
  return {
    path: file.path,
    name,
    format: "CSV",
    ...crs,
    fields: fields.map((field) => ({ name: field, type: "text" })),
    featureCount: -1,
    byteLength: file.byteLength,
    decoder: {
      cutForm: "records",
      layerName: name,
      path: file.path,
      epsg: crs.epsg,
      fields,
      detail: undefined,
    },
    cuts: (cutOptions) => cuts(file, layout, cutOptions),
  };
}

async function* cuts(file: InputFile, layout: Layout, { onBytes, ...options }: CutOptions) {
  const hashed = hashedChunks(file, onBytes);
  return yield* recordCuts(recordsOf(file, layout, hashed.chunks), options, () => hashed.sha256());
}

async function* recordsOf(
  file: InputFile,
  layout: Layout,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<FeatureRecord> {
  const rows = new CsvRows(file.path, chunks, layout);
  const { names, geometryAt } = layout;
  let feature = 0;
  let line = 0;
  const refuse = (came: string, wanted: string, todo = "Mend the line, or export the file again"): never => {
    throw new InputError({ layer: file.path, feature, position: `line ${line}` }, { came, wanted, todo });
  };
  const wkt = new WktReader((came, wanted) => refuse(came, wanted));
  const others = names.map((_, i) => i).filter((i) => i !== geometryAt);
  let srid = 0;
  try {
    for (let row = 0; await rows.next(); row++) {
      if (row < layout.rowsBefore) continue;
      line = rows.line;
      if (rows.fieldCount < names.length || hasMore(rows, names.length)) {
        refuse(`${rows.fieldCount} fields`, `${names.length}, as in the first line`);
      }
      const bytes = rows.bytesOf(geometryAt);
      const wkb = hexWkb(bytes) ?? wkt.read(bytes);
      if (wkt.srid !== 0 && srid === 0) srid = wkt.srid;
      if (wkt.srid !== 0 && wkt.srid !== srid)
        refuse(`SRID ${wkt.srid} behind SRID ${srid}`, "one CRS a file");
      yield { wkb, values: others.map((i) => rows.textOf(i)) };
      feature++;
    }
  } finally {
    await rows.close();
  }
}

/** Whether something stands in fields behind the last that has a name; delimiters alone do not count. */
function hasMore(rows: CsvRows, from: number): boolean {
  for (let i = from; i < rows.fieldCount; i++) if (rows.textOf(i).trim() !== "") return true;
  return false;
}

/** WKB from hexadecimal digits; undefined when the bytes are something else. */
function hexWkb(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x30 || (bytes[1] !== 0x30 && bytes[1] !== 0x31)) return undefined;
  const text = csvText(bytes).trim();
  return HEX_WKB.test(text) ? Buffer.from(text, "hex") : undefined;
}

async function survey(file: InputFile): Promise<{ layout: Layout; srid: number }> {
  const reader = new ByteReader(file);
  let start: string;
  try {
    start = csvText(await reader.take(SNIFF_BYTES)).replace(/^\ufeff|^ï»¿/, "");
  } finally {
    await reader.close();
  }
  const { delimiter, namesAt } = sniffed(start);
  const rows = new CsvRows(file.path, file.chunks(), { delimiter, geometryAt: namesAt < 0 ? 0 : -1 });
  try {
    const names: string[] = [];
    const samples: string[][] = [];
    for (let row = 0; samples.length < SAMPLE_ROWS && (await rows.next()); row++) {
      const texts = Array.from({ length: rows.fieldCount }, (_, i) => rows.textOf(i));
      if (row === namesAt) names.push(...withoutTwins(texts));
      else if (row > namesAt) samples.push(texts);
    }
    if (namesAt < 0) names.push(...(samples[0] ?? []).map((_, i) => `column${i + 1}`));
    const geometryAt = geometryColumn(file, names, samples);
    const srids = samples.map((texts) => sridOf(texts[geometryAt] ?? ""));
    const srid = srids.find((each) => each !== 0) ?? 0;
    return { layout: { delimiter, rowsBefore: namesAt + 1, names, geometryAt }, srid };
  } finally {
    await rows.close();
  }
}

/** The delimiter, and which row holds the names of the fields: -1 when none does. */
function sniffed(start: string): { delimiter: number; namesAt: number } {
  const excel = /^sep=(.)\r?\n/i.exec(start);
  if (excel !== null) return { delimiter: excel[1].charCodeAt(0), namesAt: 1 };
  if (looksLikeWkt(start.replace(/^"/, ""))) {
    const behind = behindGeometry(start);
    return { delimiter: DELIMITERS.includes(behind) ? behind.charCodeAt(0) : -1, namesAt: -1 };
  }
  const firstLine =
    /^(?:\s*\n)*((?:"(?:[^"]|"")*"|[^"\r\n])*)/.exec(start)?.[1].replace(/"(?:[^"]|"")*"/g, "") ?? "";
  const counts = DELIMITERS.map((delimiter) => firstLine.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return { delimiter: most === 0 ? -1 : DELIMITERS[counts.indexOf(most)].charCodeAt(0), namesAt: 0 };
}

/** The character behind the geometry that the text begins with. */
function behindGeometry(start: string): string {
  let depth = 0;
  for (let i = 0; i < start.length; i++) {
    if (start[i] === "(") depth++;
    else if (start[i] === ")" && --depth === 0)
      return start
        .slice(i + 1, i + 3)
        .replace(/^"/, "")
        .charAt(0);
  }
  return "";
}

/** Names of fields, the later of two the same with a number, those missing by their place. */
function withoutTwins(texts: readonly string[]): string[] {
  const names: string[] = [];
  texts.forEach((text, i) => {
    const name = text.trim() || `column${i + 1}`;
    let free = name;
    for (let n = 2; names.includes(free); n++) free = `${name}_${n}`;
    names.push(free);
  });
  return names;
}

/** Of the columns whose values are geometries: one with polygons before others, a usual name before others, the first. */
function geometryColumn(file: InputFile, names: readonly string[], samples: readonly string[][]): number {
  const isGeometry = (text: string) => looksLikeWkt(text) || HEX_WKB.test(text);
  const values = names.map((_, i) =>
    samples.map((texts) => texts[i] ?? "").filter((text) => text.trim() !== ""),
  );
  const rank = (i: number) => {
    const named = GEOMETRY_NAMES.test(names[i]);
    if (values[i].length === 0) return named ? 1 : 0;
    if (!values[i].some(isGeometry)) return 0;
    return (
      2 +
      (values[i].some((text) => /POLYGON|SURFACE|TIN|TRIANGLE/i.test(text.slice(0, 60))) ? 2 : 0) +
      (named ? 1 : 0)
    );
  };
  const ranks = names.map((_, i) => rank(i));
  const best = Math.max(0, ...ranks);
  if (best > 0) return ranks.indexOf(best);
  throw new InputError(
    { layer: file.path },
    {
      came: `no column with geometries among ${names.join(", ") || "none at all"}`,
      wanted: 'a column of well-known text such as "POLYGON ((0 0, 1 0, 1 1, 0 0))"',
      todo: "Export the layer with its geometry as WKT, or give the file that has the geometry",
    },
  );
}

/** The SRID a geometry carries; 0 when none. */
function sridOf(text: string): number {
  const inText = /^\s*SRID=(\d+);/i.exec(text)?.[1];
  if (inText !== undefined) return Number(inText);
  return HEX_WKB.test(text) ? (wkbHead(Buffer.from(text.trim().slice(0, 18), "hex"))?.srid ?? 0) : 0;
}
