import { readSync } from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { Builder } from "flatbuffers";
import { Column } from "flatgeobuf/lib/mjs/flat-geobuf/column.js";
import { ColumnType } from "flatgeobuf/lib/mjs/flat-geobuf/column-type.js";
import { Crs } from "flatgeobuf/lib/mjs/flat-geobuf/crs.js";
import { GeometryType } from "flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js";
import { Header } from "flatgeobuf/lib/mjs/flat-geobuf/header.js";
import { featureCount, type Bbox, type Layer } from "../core/layer.js";
import { invariant } from "../core/trouble.js";
import { featureBox } from "./featureBox.js";
import { FeatureBytes, PROMOTION_BYTES, promoteToMulti } from "./featureBytes.js";
import type { LayerOut, OutField, Written } from "./layerOut.js";
import { throughPartFile, type FileOps } from "./partFile.js";
import { Boxes, extentOf, hilbertOrder, NODE_SIZE, treeBytes } from "./packedTree.js";
import { WriteBehind, writeAll } from "./writeAll.js";

export type { OutField, Written } from "./layerOut.js";
export type { FileOps } from "./partFile.js";

export type FlatGeobufOut = LayerOut & {
  /** With a packed Hilbert R-tree, features in its order. Default true; false keeps the order given. */
  readonly index?: boolean;
};

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
  return throughPartFile(path, files, async (part) => {
    const spooled = `${part}.features`;
    try {
      const spool = await spoolFeatures(spooled, out, batches, files);
      const byteLength = await assemble(part, spooled, out, spool, files);
      return { featureCount: spool.boxes.count, byteLength };
    } finally {
      await files.rm(spooled, { force: true });
    }
  });
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
  const behind = new WriteBehind(file);
  try {
    for await (const layer of batches) {
      const columns = out.fields.map((field) => layer.columns.get(field.name));
      for (let f = 0; f < featureCount(layer); f++) {
        const byteLength = encoder.append(layer, f, columns);
        spool.push(featureBox(layer, f), byteLength, layer.featurePart[f + 1] - layer.featurePart[f]);
        if (encoder.bytes.length >= FLUSH_BYTES) {
          await behind.write(encoder.bytes.slice());
          encoder.clear();
        }
      }
    }
    await behind.write(encoder.bytes);
    await behind.end();
  } finally {
    await file.close();
  }
  return spool;
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
  const behind = new WriteBehind(target);
  let buffer = Buffer.allocUnsafe(COPY_BYTES);
  let written = Buffer.allocUnsafe(COPY_BYTES); // the one before it, perhaps still being written
  let used = 0;
  let total = 0;
  let i = 0;
  while (i < order.length) {
    const first = order[i];
    const promoted = spool.promoted(first);
    let length = spool.spooledLength(first);
    const needed = length + PROMOTION_BYTES;
    if (used + needed > buffer.length) {
      await behind.write(buffer.subarray(0, used));
      total += used;
      used = 0;
      [buffer, written] = [written, buffer];
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
  await behind.write(buffer.subarray(0, used));
  await behind.end();
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
