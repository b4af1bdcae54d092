import { open, type FileHandle } from "node:fs/promises";
import { basename, extname } from "node:path";
import {
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaTree,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import { onlyLayer, pathOnDisk, type Format, type OpenOptions } from "../format.js";
import type { InputFile } from "../inputFile.js";
import { guardColumn } from "./parquetGuard.js";
import { flatColumn, plainText, TEXT_PARSERS, type ToText } from "./parquetText.js";
import { recordCuts, type FeatureRecord } from "../records.js";
import type { CutOptions, Field, Source } from "../source.js";
import { crsStated, projJsonSays } from "../crs/statedCrs.js";

const MAGIC = "PAR1";
/** GeoParquet 1.1, "crs": left out, it is longitude and latitude in WGS 84. */
const DEFAULT_CRS = "OGC:CRS84";

export const GEOPARQUET: Format = {
  name: "GeoParquet",
  recognises: (start) => String.fromCharCode(...start.subarray(0, 4)) === MAGIC,
  open: async (file, options) => onlyLayer(await openGeoParquet(file, options), options.layer),
  layers: async (file, options) => [await openGeoParquet(file, options)],
};

/** What the file says of its geometry: GeoParquet's own metadata, or Parquet's geometry type. */
type Geometry = {
  readonly column: string;
  /** Undefined where the file says that it does not know. */
  readonly crs: string | undefined;
  readonly crsFrom: "file" | "format";
  readonly bbox?: Bbox;
  /** A struct of xmin, ymin, xmax, ymax that repeats what the geometry says. */
  readonly covering?: string;
};

/** One field as it is handed on: a top-level column, or a leaf of one that is a struct. */
type Leaf = {
  readonly field: Field;
  readonly column: string;
  readonly path: readonly string[];
  readonly toText: ToText;
};

/**
 * Opens a GeoParquet file (1.0 and 1.1, WKB), or a plain one whose geometry has Parquet's own GEOMETRY type. Only the footer is read.
 *
 * A struct gives one field a leaf, named by its path with dots; lists and maps become JSON text. The column that
 * `covering` names is left out: it repeats the box of the geometry.
 *
 * @param options.epsg what the user says the CRS is; overrides the file
 * @throws InputError: in a zip archive, a broken footer, no geometry, an encoding other than WKB, spherical edges
 */
export async function openGeoParquet(
  file: InputFile,
  options: Pick<OpenOptions, "epsg"> = {},
): Promise<Source> {
  const { path } = file;
  const { metadata, geometry, leaves, schema } = await withFile(file, (buffer) =>
    reading(path, "the footer", async () => {
      const metadata = await metadataOf(path, buffer);
      const geometry = geometryOf(path, metadata);
      return { metadata, geometry, ...leavesOf(path, metadata, geometry) };
    }),
  );
  const name = basename(file.name, extname(file.name));
  const { epsg, epsgFrom } = crsStated(path, options.epsg, geometry.crs);
  return {
    path,
    name,
    format: "GeoParquet",
    epsg,
    epsgFrom: epsgFrom === "user" ? "user" : geometry.crsFrom,
    fields: leaves.map((leaf) => leaf.field),
    featureCount: Number(metadata.num_rows),
    ...(geometry.bbox && { bbox: geometry.bbox }),
    byteLength: file.byteLength,
    decoder: {
      cutForm: "records",
      layerName: name,
      path,
      epsg,
      fields: leaves.map((leaf) => leaf.field.name),
      detail: undefined,
    },
    cuts: (cutOptions) => {
      const rows = rowsOf(file, { ...metadata, schema }, geometry.column, leaves, cutOptions);
      return recordCuts(rows, withoutProgress(cutOptions), () => file.sha256());
    },
  };
}

/** The rows tell the progress themselves, in bytes of the file and not of the records. */
function withoutProgress({ cutBytes, take }: CutOptions): CutOptions {
  return { cutBytes, ...(take && { take }) };
}

async function metadataOf(path: string, buffer: AsyncBuffer): Promise<FileMetaData> {
  if (buffer.byteLength < 12) throw broken(path, "the footer", `${buffer.byteLength} bytes`);
  const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== Number(metadata.num_rows))
    throw broken(path, "the footer", `${rows} rows in its groups and ${metadata.num_rows} in all`);
  return metadata;
}

type GeoColumn = { encoding?: unknown; crs?: unknown; edges?: unknown; bbox?: unknown; covering?: unknown };

function geometryOf(path: string, metadata: FileMetaData): Geometry {
  const text = metadata.key_value_metadata?.find((pair) => pair.key === "geo")?.value;
  if (text === undefined) return nativeGeometry(path, metadata);
  const geo = parsedJson(path, text) as {
    primary_column?: unknown;
    columns?: Record<string, GeoColumn | undefined>;
  };
  const column = geo?.primary_column;
  const about = typeof column === "string" ? geo.columns?.[column] : undefined;
  if (typeof column !== "string" || about === undefined || about === null)
    throw broken(path, 'the "geo" metadata', `primary_column ${JSON.stringify(column ?? null)}`);
  if (about.encoding !== "WKB")
    refuse(path, `geometry in the encoding ${JSON.stringify(about.encoding ?? null)}`, "WKB");
  if (about.edges === "spherical")
    refuse(path, 'edges that are "spherical"', "straight edges in the map plane");
  const covering = coveringColumn(about.covering);
  const bbox = boxOf(about.bbox);
  return {
    column,
    crs: about.crs === undefined ? DEFAULT_CRS : projJsonSays(about.crs),
    crsFrom: about.crs === undefined ? "format" : "file",
    ...(bbox && { bbox }),
    ...(covering !== undefined && { covering }),
  };
}

/** Parquet 2.11 has a geometry type of its own; its crs is text in no fixed form. */
function nativeGeometry(path: string, metadata: FileMetaData): Geometry {
  for (const { name, logical_type: logical } of metadata.schema.slice(1)) {
    if (logical?.type !== "GEOMETRY") continue;
    const crs = logical.crs?.replace(/^srid:/i, "");
    const stated = crs?.trimStart().startsWith("{") ? projJsonSays(parsedJson(path, crs)) : crs;
    return { column: name, crs: stated ?? DEFAULT_CRS, crsFrom: crs === undefined ? "format" : "file" };
  }
  return refuse(path, "a Parquet file without geometry", 'GeoParquet: metadata named "geo", and WKB');
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(path, 'the "geo" metadata', "broken JSON");
  }
}

function coveringColumn(covering: unknown): string | undefined {
  const corner = (covering as { bbox?: { xmin?: unknown } } | null | undefined)?.bbox?.xmin;
  const column = Array.isArray(corner) ? (corner as unknown[])[0] : undefined;
  return typeof column === "string" ? column : undefined;
}

function boxOf(box: unknown): Bbox | undefined {
  if (!Array.isArray(box) || !box.every(Number.isFinite)) return undefined;
  const corners = box as number[];
  if (corners.length === 4) return [corners[0], corners[1], corners[2], corners[3]];
  return corners.length === 6 ? [corners[0], corners[1], corners[3], corners[4]] : undefined;
}

/** The fields, and the schema as the library is to read it: flat columns raw, geometry as bytes. */
function leavesOf(
  path: string,
  metadata: FileMetaData,
  geometry: Geometry,
): { leaves: Leaf[]; schema: FileMetaData["schema"] } {
  const schema = [...metadata.schema];
  const leaves: Leaf[] = [];
  let at = 1;
  let found = false;
  for (const column of parquetSchema(metadata).children) {
    const { element } = column;
    const isFlat = column.children.length === 0 && element.repetition_type !== "REPEATED";
    if (element.name === geometry.column) {
      if (!isFlat || element.type !== "BYTE_ARRAY")
        refuse(path, `a geometry column of type ${element.type ?? "group"}`, "bytes");
      schema[at] = { ...element, logical_type: { type: "GEOMETRY" } };
      found = true;
    } else if (isFlat) {
      const flat = flatColumn(element);
      schema[at] = flat.element;
      leaves.push({
        field: { name: element.name, type: flat.type },
        column: element.name,
        path: [],
        toText: flat.toText,
      });
    } else if (element.name !== geometry.covering) leaves.push(...nestedLeaves(column, element.name, []));
    at += column.count;
  }
  if (!found) throw broken(path, 'the "geo" metadata', `no column called ${geometry.column}`);
  return { leaves, schema };
}

function nestedLeaves(node: SchemaTree, column: string, path: readonly string[]): Leaf[] {
  const { element, children } = node;
  const isStruct =
    children.length > 0 && element.repetition_type !== "REPEATED" && element.converted_type === undefined;
  if (isStruct && element.logical_type === undefined)
    return children.flatMap((child) => nestedLeaves(child, column, [...path, child.element.name]));
  const type =
    children.length > 0 || element.repetition_type === "REPEATED"
      ? "json"
      : (element.type ?? "").toLowerCase();
  return [{ field: { name: [column, ...path].join("."), type }, column, path, toText: plainText }];
}

/** Row groups one at a time, column by column: what is in memory is one group. */
async function* rowsOf(
  file: InputFile,
  metadata: FileMetaData,
  geometryColumn: string,
  leaves: readonly Leaf[],
  options: CutOptions,
): AsyncGenerator<FeatureRecord> {
  const { path, byteLength } = file;
  const columns = [...new Set(leaves.map((leaf) => leaf.column))];
  const opened = await openBuffer(file);
  try {
    for (const [g, group] of metadata.row_groups.entries()) {
      const only = { ...metadata, num_rows: group.num_rows, row_groups: [group] };
      const read = (column: string) =>
        reading(path, `row group ${g}, column ${column}`, () => columnOf(opened.buffer, only, column));
      const geometries = await read(geometryColumn); // first: the others may state any number of rows in few bytes
      const values = new Map<string, ArrayLike<unknown>>();
      for (const column of columns) values.set(column, await read(column));
      yield* records(geometries, values, leaves);
      options.onBytes?.(Math.floor((byteLength * (g + 1)) / metadata.row_groups.length));
    }
  } finally {
    await opened.close();
  }
}

async function columnOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  column: string,
): Promise<ArrayLike<unknown>> {
  const rowEnd = Number(metadata.num_rows);
  await guardColumn(file, metadata, column);
  const parsing = { parsers: TEXT_PARSERS, geoparquet: false, compressors };
  const scan = await parquetScan({ file, metadata, columns: [column], useOffsetIndex: false, ...parsing });
  const values = await scan.readColumn({ column, rowStart: 0, rowEnd });
  if (values.length !== rowEnd) throw new RangeError(`${values.length} rows instead of ${rowEnd}`);
  return values;
}

function* records(
  geometries: ArrayLike<unknown>,
  values: ReadonlyMap<string, ArrayLike<unknown>>,
  leaves: readonly Leaf[],
): Generator<FeatureRecord> {
  const columns = leaves.map((leaf) => values.get(leaf.column) ?? []);
  for (let row = 0; row < geometries.length; row++) {
    const wkb = geometries[row];
    yield {
      wkb: wkb instanceof Uint8Array ? wkb : undefined,
      values: leaves.map((leaf, i) => leaf.toText(inside(columns[i][row], leaf.path))),
    };
  }
}

function inside(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const step of path) at = (at as Record<string, unknown> | null | undefined)?.[step];
  return at;
}

type OpenBuffer = { readonly buffer: AsyncBuffer; close(): Promise<void> };

/** Reads slices on demand, never past the end however long a slice a broken file asks for. */
async function openBuffer(input: InputFile): Promise<OpenBuffer> {
  const { byteLength } = input;
  const file = await open(pathOnDisk(input, "GeoParquet"), "r");
  const slice = (start: number, end = byteLength): Promise<ArrayBuffer> => {
    const from = start < 0 ? Math.max(0, byteLength + start) : start;
    if (!(from <= end && end <= byteLength)) throw new RangeError(`bytes ${from} to ${end} of ${byteLength}`);
    const bytes = filled(file, from, end);
    bytes.catch(() => undefined); // the library asks ahead, and may give up before it looks at what came
    return bytes;
  };
  return { buffer: { byteLength, slice }, close: () => file.close() };
}

async function filled(file: FileHandle, from: number, to: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(to - from);
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) throw new RangeError("the file became shorter while it was read");
    done += bytesRead;
  }
  return bytes.buffer;
}

async function withFile<T>(file: InputFile, use: (buffer: AsyncBuffer) => Promise<T>): Promise<T> {
  const opened = await openBuffer(file);
  try {
    return await use(opened.buffer);
  } finally {
    await opened.close();
  }
}

/** What the library throws on broken bytes is of no fixed kind: all of it is told as the file's trouble. */
async function reading<T>(path: string, position: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw broken(path, position, error instanceof Error ? error.message : String(error));
  }
}

function broken(path: string, position: string, came: string): InputError {
  return new InputError(
    { layer: path, position },
    { came, wanted: "a whole Parquet file", todo: "Fetch or export the file again" },
  );
}

function refuse(path: string, came: string, wanted: string): never {
  const todo = "Export the layer as GeoParquet with WKB";
  throw new InputError({ layer: path }, { came, wanted, todo });
}
