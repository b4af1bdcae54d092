import * as nodeFiles from "node:fs/promises";
import { Builder } from "flatbuffers";
import { Column } from "flatgeobuf/lib/mjs/flat-geobuf/column.js";
import { ColumnType } from "flatgeobuf/lib/mjs/flat-geobuf/column-type.js";
import { Crs } from "flatgeobuf/lib/mjs/flat-geobuf/crs.js";
import { GeometryType } from "flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js";
import { Header } from "flatgeobuf/lib/mjs/flat-geobuf/header.js";
import { featureCount, type Bbox, type Layer } from "../core/layer.js";
import { copyInOrder } from "./copyInOrder.js";
import { finiteBox } from "./finiteBox.js";
import { FeatureBytes } from "./featureBytes.js";
import { FeatureSpool } from "./featureSpool.js";
import type { LayerOut, OutField, Written } from "./layerOut.js";
import { throughPartFile, type FileOps } from "./partFile.js";
import { extentOf, hilbertKeys, NODE_SIZE, orderByKey, treeBytes } from "./packedTree.js";
import { settleTies } from "./settleTies.js";
import { WriteBehind, writeAll } from "./writeAll.js";

export type { OutField, Written } from "./layerOut.js";
export type { FileOps } from "./partFile.js";

export type FlatGeobufOut = LayerOut & {
  /** With a packed Hilbert R-tree, features in its order. Default true; false keeps the order given. */
  readonly index?: boolean;
};

const MAGIC = Uint8Array.of(0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62, 0x01);
const FLUSH_BYTES = 4 << 20;

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
 *
 * Features at one place on the curve keep the order they came in, unless the file is to be the same for `anyOrder`.
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

async function spoolFeatures(
  path: string,
  out: FlatGeobufOut,
  batches: Iterable<Layer> | AsyncIterable<Layer>,
  files: FileOps,
): Promise<FeatureSpool> {
  const spool = new FeatureSpool();
  const encoder = new FeatureBytes(out.fields);
  const file = await files.open(path, "w");
  const behind = new WriteBehind(file);
  try {
    for await (const layer of batches) {
      const columns = out.fields.map((field) => layer.columns.get(field.name));
      for (let f = 0; f < featureCount(layer); f++) {
        const byteLength = encoder.append(layer, f, columns);
        spool.push(finiteBox(layer, f), byteLength, layer.featurePart[f + 1] - layer.featurePart[f]);
        if (encoder.byteLength >= FLUSH_BYTES) await behind.write(encoder.take());
      }
    }
    await behind.write(encoder.take());
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
  spool: FeatureSpool,
  files: FileOps,
): Promise<number> {
  const boxes = spool.boxes.array;
  const extent = extentOf(boxes);
  const indexed = (out.index ?? true) && spool.boxes.count > 0;
  const header = headerBytes(out, spool, extent, indexed);

  const file = await files.open(path, "w");
  const source = await files.open(spooled, "r");
  try {
    const keys = indexed ? hilbertKeys(boxes, extent) : new Uint32Array(spool.boxes.count); // all alike: as they came
    const order = orderByKey(keys);
    if (indexed && out.anyOrder === true) settleTies(source.fd, spool, keys, order);
    const tree = indexed ? treeBytes(boxes, order, spool.finalLengths()) : new Uint8Array(0);
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

function headerBytes(out: FlatGeobufOut, spool: FeatureSpool, extent: Bbox, indexed: boolean): Uint8Array {
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
