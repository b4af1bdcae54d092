import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { basename, extname } from "node:path";
import { ByteBuffer } from "flatbuffers";
import { ColumnType } from "flatgeobuf/lib/mjs/flat-geobuf/column-type.js";
import { GeometryType } from "flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js";
import { Header } from "flatgeobuf/lib/mjs/flat-geobuf/header.js";
import type { Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { crsOf, epsgOf, horizontalEpsg } from "../crs/crs.js";
import type { FlatGeobufDetail } from "./flatgeobufDecoder.js";
import { lastFeatureStart, searchTree, treeByteLength } from "./packedTree.js";
import { onlyLayer, pathOnDisk, type Format } from "../format.js";
import type { Cut, CutOptions, Field, ReadSummary, Source } from "../source.js";

const MAGIC = [0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62];
const HEADER_AT = 8;
/** A header larger than this is not a header. */
const MOST_HEADER_BYTES = 10 << 20;
/** Bigger than any feature can be read into one buffer. */
const MOST_FEATURE_BYTES = 0x7fff_0000;

/** How a file lies on the disk. */
type Layout = {
  readonly path: string;
  readonly byteLength: number;
  readonly treeAt: number;
  readonly nodeSize: number;
  readonly featuresAt: number;
  /** -1 when the header does not say. */
  readonly featureCount: number;
};

export const isFlatGeobuf = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

export const FLATGEOBUF: Format = {
  name: "FlatGeobuf",
  recognises: isFlatGeobuf,
  open: async (file, options) =>
    onlyLayer(await openFlatGeobuf(pathOnDisk(file, "FlatGeobuf"), options), options.layer),
  layers: async (file, options) => [await openFlatGeobuf(pathOnDisk(file, "FlatGeobuf"), options)],
};

/**
 * Opens a FlatGeobuf file: reads its header and sees that it is whole, as far as the index tells.
 *
 * @param options.epsg what the user says the CRS is; overrides the file
 * @throws InputError: not FlatGeobuf 3, cut short, not polygons, no CRS anywhere
 */
export async function openFlatGeobuf(path: string, options: { epsg?: Epsg } = {}): Promise<Source> {
  const file = await open(path, "r");
  try {
    const byteLength = (await file.stat()).size;
    const header = await readHeader(file, path, byteLength);
    const layout = layoutOf(header, path, byteLength);
    await checkLength(file, layout);
    return sourceOf(header, layout, options.epsg);
  } finally {
    await file.close();
  }
}

type ReadHeader = { readonly header: Header; readonly end: number };

async function readHeader(file: FileHandle, path: string, byteLength: number): Promise<ReadHeader> {
  const start = await readAt(file, path, 0, Math.min(HEADER_AT + 4, byteLength));
  if (!isFlatGeobuf(start)) {
    throw new InputError(
      { layer: path, position: "byte 0" },
      {
        came: "no FlatGeobuf 3 mark",
        wanted: "a FlatGeobuf file",
        todo: "Convert the file to FlatGeobuf or GeoJSON",
      },
    );
  }
  if (byteLength < HEADER_AT + 4) throw truncated(path, byteLength, HEADER_AT + 4);
  const length = new DataView(start.buffer).getUint32(HEADER_AT, true);
  const end = HEADER_AT + 4 + length;
  if (length > MOST_HEADER_BYTES || length < 8) {
    throw new InputError(
      { layer: path, position: `byte ${HEADER_AT}` },
      {
        came: `a header of ${length} bytes`,
        wanted: "a FlatGeobuf header",
        todo: "Fetch or convert the file again",
      },
    );
  }
  if (end > byteLength) throw truncated(path, byteLength, end);
  const bytes = await readAt(file, path, HEADER_AT, end);
  const header = Header.getSizePrefixedRootAsHeader(new ByteBuffer(bytes));
  checkColumns(header, path, length);
  return { header, end };
}

/** A header is read without checks by the library: one flipped bit makes millions of columns, or one of no type. */
function checkColumns(header: Header, path: string, byteLength: number): void {
  const count = header.columnsLength();
  let came = 4 * count > byteLength ? `${count} columns in a header of ${byteLength} bytes` : undefined;
  for (let i = 0; came === undefined && i < count; i++) {
    const type = header.columns(i)?.type() ?? -1;
    if (ColumnType[type] === undefined) came = `column ${i} of type ${type}`;
  }
  if (came === undefined) return;
  throw new InputError(
    { layer: path, position: `byte ${HEADER_AT}` },
    { came, wanted: "a FlatGeobuf header", todo: "The file is damaged: fetch or convert it again" },
  );
}

function layoutOf({ header, end }: ReadHeader, path: string, byteLength: number): Layout {
  const declared = Number(header.featuresCount());
  const nodeSize = header.indexNodeSize();
  const featuresAt = end + treeByteLength(declared, nodeSize);
  if (featuresAt > byteLength) throw truncated(path, byteLength, featuresAt);
  const featureCount = declared === 0 && byteLength > featuresAt ? -1 : declared;
  return { path, byteLength, treeAt: end, nodeSize: declared === 0 ? 0 : nodeSize, featuresAt, featureCount };
}

/** With an index, the end of the last feature is known before anything is read. */
async function checkLength(file: FileHandle, layout: Layout): Promise<void> {
  const { path, byteLength, featuresAt, nodeSize, featureCount } = layout;
  if (featureCount > 0 && featuresAt + 4 > byteLength) throw truncated(path, byteLength, featuresAt + 4);
  if (nodeSize === 0) return;
  const lastAt = featuresAt + lastFeatureStart(await readAt(file, path, featuresAt - 40, featuresAt));
  if (lastAt + 4 > byteLength) throw truncated(path, byteLength, lastAt + 4);
  const last = await readAt(file, path, lastAt, lastAt + 4);
  const end = lastAt + 4 + new DataView(last.buffer).getUint32(0, true);
  if (end > byteLength) throw truncated(path, byteLength, end);
}

function truncated(path: string, byteLength: number, needed: number): InputError {
  return new InputError(
    { layer: path, position: `byte ${byteLength}` },
    {
      came: "the end of the file in the middle of its contents",
      wanted: `at least ${needed} bytes`,
      todo: "The file was cut short: fetch or copy it again",
    },
  );
}

function sourceOf({ header }: ReadHeader, layout: Layout, userEpsg: Epsg | undefined): Source {
  const { path, byteLength, featureCount } = layout;
  const geometryType = polygonType(header.geometryType(), path);
  const columns = columnsOf(header);
  const name = header.name() || basename(path, extname(path));
  const { epsg, epsgFrom } = crsFrom(header, path, userEpsg);
  const envelope =
    header.envelopeLength() === 4 ? [0, 1, 2, 3].map((i) => header.envelope(i) ?? NaN) : undefined;
  const detail: FlatGeobufDetail = { geometryType, columns };
  return {
    path,
    name,
    format: "FlatGeobuf",
    epsg,
    epsgFrom,
    fields: columns.map((column): Field => ({
      name: column.name,
      type: ColumnType[column.type].toLowerCase(),
    })),
    featureCount,
    ...(envelope && { bbox: envelope as unknown as Bbox }),
    byteLength,
    decoder: {
      cutForm: "FlatGeobuf",
      layerName: name,
      path,
      epsg,
      fields: columns.map((column) => column.name),
      detail,
    },
    cuts: (options) =>
      options.bbox === undefined || layout.nodeSize === 0
        ? wholeFile(layout, options) // without an index the file cannot say where the box is
        : partOf(layout, options, options.bbox),
  };
}

function polygonType(type: GeometryType, path: string): GeometryType {
  if (type === GeometryType.Polygon || type === GeometryType.MultiPolygon || type === GeometryType.Unknown)
    return type;
  throw new InputError(
    { layer: path },
    {
      came: `a layer of ${GeometryType[type] ?? `geometry type ${type}`}`,
      wanted: "polygons with straight edges",
      todo: "Give the layer that holds the areas, or convert curves to straight edges first",
    },
  );
}

function columnsOf(header: Header): FlatGeobufDetail["columns"] {
  return Array.from({ length: header.columnsLength() }, (_, i) => {
    const column = header.columns(i);
    return { name: column?.name() ?? "", type: column?.type() ?? ColumnType.Byte };
  });
}

function crsFrom(
  header: Header,
  path: string,
  user: Epsg | undefined,
): { epsg: Epsg; epsgFrom: "file" | "user" } {
  if (user !== undefined) return { epsg: crsOf(path, horizontalEpsg(user)).epsg, epsgFrom: "user" };
  const crs = header.crs();
  const inWkt = [...(crs?.wkt() ?? "").matchAll(/(?:ID|AUTHORITY)\["EPSG",\s*"?(\d+)"?\]/g)].at(-1)?.[1];
  const text = crs?.code() ? `EPSG:${crs.code()}` : (crs?.codeString() ?? (inWkt ? `EPSG:${inWkt}` : ""));
  const epsg = epsgOf(text);
  if (epsg !== undefined) return { epsg: crsOf(path, epsg).epsg, epsgFrom: "file" };
  throw new InputError(
    { layer: path },
    {
      came: "a file that does not say its CRS",
      wanted: "an EPSG code",
      todo: "State it with epsg, for example 25833",
    },
  );
}

/** Reads the file from end to end once, in cuts of whole features, and hashes what it reads. */
async function* wholeFile(layout: Layout, options: CutOptions): AsyncGenerator<Cut, ReadSummary> {
  const { path, byteLength, featuresAt } = layout;
  const hash = createHash("sha256");
  const file = await open(path, "r");
  let featureCount = 0;
  try {
    hash.update(await readAt(file, path, 0, featuresAt));
    let at = featuresAt; // where the next cut begins
    let readTo = featuresAt;
    let carried = new Uint8Array(0); // at .. readTo
    while (at < byteLength) {
      const room = Math.max(options.cutBytes, await featureLengthAt(file, layout, at));
      const buffer = await (options.take ?? newBuffer)(room);
      const bytes = new Uint8Array(buffer, 0, Math.min(buffer.byteLength, byteLength - at));
      bytes.set(carried);
      const fresh = bytes.subarray(carried.length);
      await fill(file, path, fresh, readTo);
      hash.update(fresh);
      readTo += fresh.length;
      options.onBytes?.(readTo);
      const whole = wholeFeatures(bytes, path, at);
      carried = bytes.slice(whole.end);
      at += whole.end;
      yield {
        bytes: bytes.subarray(0, whole.end),
        firstFeature: featureCount,
        featureCount: whole.featureCount,
      };
      featureCount += whole.featureCount;
    }
  } finally {
    await file.close();
  }
  checkCount(layout, featureCount);
  return { sha256: hash.digest("hex"), featureCount };
}

const newBuffer = (byteLength: number) => new SharedArrayBuffer(byteLength);

/** Length of the feature that begins at a byte of the file, its size prefix counted; the file holds it whole. */
async function featureLengthAt(file: FileHandle, layout: Layout, at: number): Promise<number> {
  const { path, byteLength } = layout;
  if (at + 4 > byteLength) throw truncated(path, byteLength, at + 4);
  const length = featureLength(await readAt(file, path, at, at + 4), 0, path, at);
  if (at + length > byteLength) throw truncated(path, byteLength, at + length);
  return length;
}

/** How many whole features begin the bytes, and where they end. */
function wholeFeatures(
  bytes: Uint8Array,
  path: string,
  position: number,
): { featureCount: number; end: number } {
  let featureCount = 0;
  let end = 0;
  while (end + 4 <= bytes.length) {
    const next = end + featureLength(bytes, end, path, position + end);
    if (next > bytes.length) break;
    end = next;
    featureCount++;
  }
  return { featureCount, end };
}

/** Bytes of the feature at `at`, its size prefix counted. */
function featureLength(bytes: Uint8Array, at: number, path: string, position: number): number {
  const size = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  if (size >= 8 && size < MOST_FEATURE_BYTES) return 4 + size;
  throw new InputError(
    { layer: path, position: `byte ${position}` },
    {
      came: `a feature of ${size} bytes`,
      wanted: "a FlatGeobuf feature",
      todo: "The file is damaged: fetch it again",
    },
  );
}

function checkCount(layout: Layout, found: number): void {
  if (layout.featureCount < 0 || layout.featureCount === found) return;
  throw new InputError(
    { layer: layout.path, position: `byte ${layout.byteLength}` },
    {
      came: `${found} features`,
      wanted: `${layout.featureCount}, as the header says`,
      todo: "The file was cut short or damaged: fetch or copy it again",
    },
  );
}

/** Reads only what the index finds: one cut a run of neighbouring features, split where it is longer than a cut. */
async function* partOf(layout: Layout, options: CutOptions, bbox: Bbox): AsyncGenerator<Cut, ReadSummary> {
  const { path, byteLength, treeAt, featuresAt, nodeSize, featureCount } = layout;
  const file = await open(path, "r");
  let found = 0;
  let bytesRead = featuresAt;
  try {
    const tree = await readAt(file, path, treeAt, featuresAt);
    for (const run of searchTree(tree, featureCount, nodeSize, bbox, byteLength - featuresAt)) {
      let feature = run.from;
      let at = featuresAt + run.fromByte;
      const end = featuresAt + run.toByte;
      while (at < end) {
        const room = Math.max(Math.min(options.cutBytes, end - at), await featureLengthAt(file, layout, at));
        const buffer = await (options.take ?? newBuffer)(room);
        const bytes = new Uint8Array(buffer, 0, Math.min(buffer.byteLength, end - at));
        await fill(file, path, bytes, at);
        const whole = wholeFeatures(bytes, path, at);
        options.onBytes?.((bytesRead += whole.end));
        yield {
          bytes: bytes.subarray(0, whole.end),
          firstFeature: feature,
          featureCount: whole.featureCount,
        };
        feature += whole.featureCount;
        found += whole.featureCount;
        at += whole.end;
      }
    }
  } finally {
    await file.close();
  }
  return { featureCount: found };
}

async function readAt(
  file: FileHandle,
  path: string,
  from: number,
  to: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(to - from);
  await fill(file, path, bytes, from);
  return bytes;
}

async function fill(file: FileHandle, path: string, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw truncated(path, position + done, position + bytes.length);
    done += bytesRead;
  }
}
