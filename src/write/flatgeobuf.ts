import { readSync } from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { Builder } from "flatbuffers";
import { Column } from "flatgeobuf/lib/mjs/flat-geobuf/column.js";
import { ColumnType } from "flatgeobuf/lib/mjs/flat-geobuf/column-type.js";
import { Crs } from "flatgeobuf/lib/mjs/flat-geobuf/crs.js";
import { GeometryType } from "flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js";
import { Header } from "flatgeobuf/lib/mjs/flat-geobuf/header.js";
import { bboxOf, EMPTY_BBOX, featureCount, type Bbox, type Layer } from "../core/layer.js";
import { InputError, invariant } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { FeatureBytes, PROMOTION_BYTES, promoteToMulti, type OutField } from "./featureBytes.js";
import { Boxes, extentOf, hilbertOrder, NODE_SIZE, treeBytes } from "./packedTree.js";
import { writeAll } from "./writeAll.js";

export type { OutField } from "./featureBytes.js";

export type FlatGeobufOut = {
  readonly name: string;
  readonly epsg: Epsg;
  readonly fields: readonly OutField[];
  /** With a packed Hilbert R-tree, features in its order. Default true; false keeps the order given. */
  readonly index?: boolean;
};

export type Written = { readonly featureCount: number; readonly byteLength: number };

/** The file system, as far as this writer needs it: a test hands in a disk that is full. */
export type FileOps = Pick<typeof nodeFiles, "open" | "rename" | "rm">;

const MAGIC = Uint8Array.of(0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62, 0x01);
const FLUSH_BYTES = 4 << 20;
const COPY_BYTES = 16 << 20;

/**
 * Writes layers as one FlatGeobuf file and says how many features and bytes it became.
 *
 * Features go to a temporary file as they come; when all boxes are known they are copied in Hilbert order behind header
 * and index into a second one, which takes the final name last. So memory holds boxes and a few buffers however many
 * features there are, nobody ever sees half a file, and any failure leaves nothing behind.
 *
 * Values come from `layer.columns` by field name; code 0, or a column that is not there, leaves the property out.
 * Features without geometry are written without one; the index never finds them. All polygons of one part make a
 * Polygon file, any feature of several parts a MultiPolygon file.
 */
export async function writeFlatGeobuf(
  path: string,
  out: FlatGeobufOut,
  batches: Iterable<Layer> | AsyncIterable<Layer>,
  files: FileOps = nodeFiles,
): Promise<Written> {
  const finished = `${path}.${process.pid}.part`;
  const spooled = `${path}.${process.pid}.features.part`;
  try {
    const spool = await spoolFeatures(spooled, out, batches, files);
    const byteLength = await assemble(finished, spooled, out, spool, files);
    await files.rename(finished, path);
    return { featureCount: spool.boxes.count, byteLength };
  } catch (error) {
    await files.rm(finished, { force: true });
    throw asInputError(error, path);
  } finally {
    await files.rm(spooled, { force: true });
  }
}

/** What is remembered of the features once they lie in the temporary file. */
class Spool {
  readonly boxes = new Boxes();
  private lengths = new Float64Array(1024);
  private multi = new Uint8Array(1024);
  anyMulti = false;

  push(box: Bbox, byteLength: number, partCount: number): void {
    const f = this.boxes.count;
    if (f === this.lengths.length) {
      this.lengths = grown(this.lengths, new Float64Array(2 * f));
      this.multi = grown(this.multi, new Uint8Array(2 * f));
    }
    this.lengths[f] = byteLength;
    this.multi[f] = partCount === 1 ? 0 : 1;
    if (partCount > 1) this.anyMulti = true;
    this.boxes.push(box);
  }

  spooledLength(f: number): number {
    return this.lengths[f];
  }

  /** True when the feature is a single polygon in a file of MultiPolygons. */
  promoted(f: number): boolean {
    return this.anyMulti && this.multi[f] === 0;
  }

  /** Length of every feature as it will stand in the finished file. */
  finalLengths(): Float64Array {
    const lengths = this.lengths.slice(0, this.boxes.count);
    for (let f = 0; f < lengths.length; f++) if (this.promoted(f)) lengths[f] += PROMOTION_BYTES;
    return lengths;
  }

  /** Where every feature begins in the temporary file. */
  starts(): Float64Array {
    const starts = new Float64Array(this.boxes.count);
    for (let f = 1; f < starts.length; f++) starts[f] = starts[f - 1] + this.lengths[f - 1];
    return starts;
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

async function spoolFeatures(
  path: string,
  out: FlatGeobufOut,
  batches: Iterable<Layer> | AsyncIterable<Layer>,
  files: FileOps,
): Promise<Spool> {
  const spool = new Spool();
  const encoder = new FeatureBytes(out.fields);
  const file = await files.open(path, "w");
  try {
    for await (const layer of batches) {
      const columns = out.fields.map((field) => layer.columns.get(field.name));
      for (let f = 0; f < featureCount(layer); f++) {
        const byteLength = encoder.append(layer, f, columns);
        spool.push(featureBox(layer, f), byteLength, layer.featurePart[f + 1] - layer.featurePart[f]);
        if (encoder.bytes.length >= FLUSH_BYTES) {
          await writeAll(file, encoder.bytes);
          encoder.clear();
        }
      }
    }
    await writeAll(file, encoder.bytes);
  } finally {
    await file.close();
  }
  return spool;
}

function featureBox(layer: Layer, f: number): Bbox {
  const from = layer.ringVertex[layer.partRing[layer.featurePart[f]]];
  const to = layer.ringVertex[layer.partRing[layer.featurePart[f + 1]]];
  if (from === to) return EMPTY_BBOX;
  const box = bboxOf(layer.xy, from, to);
  invariant(
    box.every(Number.isFinite),
    () => `${layer.name}, feature ${f}: box ${box.join(" ")} to be written`,
  );
  return box;
}

async function assemble(
  path: string,
  spooled: string,
  out: FlatGeobufOut,
  spool: Spool,
  files: FileOps,
): Promise<number> {
  const boxes = spool.boxes.array;
  const extent = extentOf(boxes);
  const indexed = (out.index ?? true) && spool.boxes.count > 0;
  const order = indexed
    ? hilbertOrder(boxes, extent)
    : Uint32Array.from({ length: spool.boxes.count }, (_, i) => i);
  const header = headerBytes(out, spool, extent, indexed);
  const tree = indexed ? treeBytes(boxes, order, spool.finalLengths()) : new Uint8Array(0);

  const file = await files.open(path, "w");
  const source = await files.open(spooled, "r");
  try {
    await writeAll(file, MAGIC);
    await writeAll(file, header);
    await writeAll(file, tree);
    const copied = await copyInOrder(source, file, spool, order);
    return MAGIC.length + header.length + tree.length + copied;
  } finally {
    await source.close();
    await file.close();
  }
}

/** Copies features from the temporary file in the order given; neighbours in both files are read at one go. */
async function copyInOrder(
  source: nodeFiles.FileHandle,
  target: nodeFiles.FileHandle,
  spool: Spool,
  order: Uint32Array,
): Promise<number> {
  const starts = spool.starts();
  let buffer = Buffer.allocUnsafe(COPY_BYTES);
  let used = 0;
  let total = 0;
  let i = 0;
  while (i < order.length) {
    const first = order[i];
    const promoted = spool.promoted(first);
    let length = spool.spooledLength(first);
    const needed = length + PROMOTION_BYTES;
    if (used + needed > buffer.length) {
      await writeAll(target, buffer.subarray(0, used));
      total += used;
      used = 0;
      if (needed > buffer.length) buffer = Buffer.allocUnsafe(needed);
    }
    i++;
    while (!promoted && i < order.length && order[i] === order[i - 1] + 1 && !spool.promoted(order[i])) {
      const more = spool.spooledLength(order[i]);
      if (used + length + more > buffer.length) break;
      length += more;
      i++;
    }
    readExactly(source.fd, buffer, used, length, starts[first]);
    if (promoted) promoteToMulti(buffer, used, length);
    used += length + (promoted ? PROMOTION_BYTES : 0);
  }
  await writeAll(target, buffer.subarray(0, used));
  return total + used;
}

/** Synchronous on purpose: the bytes were written a moment ago and lie in the page cache, and there are many reads. */
function readExactly(fd: number, buffer: Buffer, at: number, length: number, position: number): void {
  let done = 0;
  while (done < length) {
    const read = readSync(fd, buffer, at + done, length - done, position + done);
    invariant(
      read > 0,
      () => `temporary file ends at ${position + done}, features go on to ${position + length}`,
    );
    done += read;
  }
}

function headerBytes(out: FlatGeobufOut, spool: Spool, extent: Bbox, indexed: boolean): Uint8Array {
  const builder = new Builder(1024);
  const name = builder.createString(out.name);
  const envelope = extent[0] <= extent[2] ? Header.createEnvelopeVector(builder, [...extent]) : 0;
  const columns = Header.createColumnsVector(
    builder,
    out.fields.map((field) => columnOffset(builder, field)),
  );
  const org = builder.createString("EPSG");
  Crs.startCrs(builder);
  Crs.addOrg(builder, org);
  Crs.addCode(builder, out.epsg);
  const crs = Crs.endCrs(builder);
  Header.startHeader(builder);
  Header.addName(builder, name);
  if (envelope !== 0) Header.addEnvelope(builder, envelope);
  Header.addGeometryType(builder, spool.anyMulti ? GeometryType.MultiPolygon : GeometryType.Polygon);
  Header.addColumns(builder, columns);
  Header.addFeaturesCount(builder, BigInt(spool.boxes.count));
  Header.addIndexNodeSize(builder, indexed ? NODE_SIZE : 0);
  Header.addCrs(builder, crs);
  Header.finishSizePrefixedHeaderBuffer(builder, Header.endHeader(builder));
  return builder.asUint8Array();
}

const COLUMN_TYPE = { string: ColumnType.String, int: ColumnType.Long, double: ColumnType.Double } as const;

function columnOffset(builder: Builder, field: OutField): number {
  const name = builder.createString(field.name);
  Column.startColumn(builder);
  Column.addName(builder, name);
  Column.addType(builder, COLUMN_TYPE[field.type]);
  return Column.endColumn(builder);
}

const MENDABLE: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space, or write to another disk",
  EDQUOT: "Free some of your quota, or write to another disk",
  EACCES: "Choose a folder you may write to",
  EROFS: "Choose a folder you may write to",
  ENOENT: "Make the folder first, or choose another",
  EISDIR: "Give a file name, not a folder",
};

/** What the user can mend about the disk becomes an InputError; anything else stays what it is. */
function asInputError(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const todo = MENDABLE[code];
  if (todo === undefined) return error;
  return new InputError(
    { layer: path },
    { came: `the file could not be written (${code})`, wanted: "a place with room to write to", todo },
  );
}
