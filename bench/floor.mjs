/**
 * The floor under any land account: reads a FlatGeobuf file of polygons and sums their plane areas, nothing else. One
 * thread, coordinates used in place, chunks of 8 MB in one reused buffer.
 *
 *   node bench/floor.mjs FILE.fgb      prints { features, vertices, m2, ms } as JSON
 */
import assert from "node:assert/strict";
import { closeSync, openSync, readSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { ByteBuffer } from "flatbuffers";
import { fromByteBuffer } from "flatgeobuf/lib/mjs/header-meta.js";
import { calcTreeSize } from "flatgeobuf/lib/mjs/packedrtree.js";

const MAGIC_BYTES = 8;
const CHUNK_BYTES = 8 << 20;

/** Fields of the flatbuffers tables, as places in their vtables. */
const FEATURE = { geometry: 4 };
const GEOMETRY = { ends: 4, xy: 6, parts: 18 };

export function sumOwnAreas(path) {
  const file = openSync(path, "r");
  try {
    return sumFeatures(file, featuresStart(file));
  } finally {
    closeSync(file);
  }
}

/** Byte at which the first feature begins: behind the header and the index. */
function featuresStart(file) {
  const head = Buffer.alloc(MAGIC_BYTES + 4);
  readSync(file, head, 0, head.length, 0);
  const headerBytes = 4 + head.readUInt32LE(MAGIC_BYTES);
  const header = Buffer.alloc(headerBytes);
  readSync(file, header, 0, headerBytes, MAGIC_BYTES);
  const { featuresCount, indexNodeSize } = fromByteBuffer(new ByteBuffer(header));
  const indexBytes = indexNodeSize > 0 && featuresCount > 0 ? calcTreeSize(featuresCount, indexNodeSize) : 0;
  return MAGIC_BYTES + headerBytes + indexBytes;
}

function sumFeatures(file, start) {
  const total = { features: 0, vertices: 0, m2: 0 };
  let chunk = new Chunk(CHUNK_BYTES);
  let filePosition = start;
  let held = 0; // bytes in the chunk
  for (;;) {
    const got = readSync(file, chunk.bytes, held, chunk.bytes.length - held, filePosition);
    filePosition += got;
    held += got;
    let at = 0;
    while (at + 4 <= held) {
      const size = 4 + chunk.view.getUint32(at, true);
      if (at + size > held) {
        if (size > chunk.bytes.length) chunk = chunk.grownTo(size);
        break;
      }
      // Feature sizes are multiples of 8, so that a feature that begins aligned has its coordinates aligned.
      assert.equal(size % 8, 0, "a feature that leaves the next one unaligned");
      total.features++;
      addGeometry(chunk, child(chunk, child(chunk, at + 4), FEATURE.geometry), total);
      at += size;
    }
    if (got === 0) {
      assert.equal(at, held, "the file ends inside a feature");
      return total;
    }
    chunk.bytes.copyWithin(0, at, held);
    held -= at;
  }
}

class Chunk {
  constructor(byteLength) {
    const buffer = new ArrayBuffer(Math.ceil(byteLength / 8) * 8);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.doubles = new Float64Array(buffer);
  }

  grownTo(byteLength) {
    const grown = new Chunk(byteLength);
    grown.bytes.set(this.bytes);
    return grown;
  }
}

/** Where a table's field points; or, with no field given, where the offset at `at` points. 0 when the field is not there. */
function child({ view }, at, field) {
  if (field === undefined) return at + view.getUint32(at, true);
  const vtable = at - view.getInt32(at, true);
  const offset = field < view.getUint16(vtable, true) ? view.getUint16(vtable + field, true) : 0;
  return offset === 0 ? 0 : at + offset + view.getUint32(at + offset, true);
}

function addGeometry(chunk, geometry, total) {
  if (geometry === 0) return;
  const { view } = chunk;
  const parts = child(chunk, geometry, GEOMETRY.parts);
  const partCount = parts === 0 ? 0 : view.getUint32(parts, true);
  for (let p = 0; p < partCount; p++) addGeometry(chunk, child(chunk, parts + 4 + 4 * p), total);

  const xy = child(chunk, geometry, GEOMETRY.xy);
  if (xy === 0) return;
  const first = (xy + 4) / 8;
  const vertexCount = view.getUint32(xy, true) / 2;
  const ends = child(chunk, geometry, GEOMETRY.ends);
  const ringCount = ends === 0 ? 1 : view.getUint32(ends, true);
  let from = 0;
  for (let r = 0; r < ringCount; r++) {
    const to = ends === 0 ? vertexCount : view.getUint32(ends + 4 + 4 * r, true);
    const m2 = Math.abs(ringM2(chunk.doubles, first + 2 * from, first + 2 * to));
    total.m2 += r === 0 ? m2 : -m2;
    from = to;
  }
  total.vertices += vertexCount;
}

/** Counter-clockwise positive; from the ring's first vertex, so that coordinates of millions do not cost the digits. */
function ringM2(doubles, from, to) {
  const x0 = doubles[from];
  let twice = 0;
  let x1 = 0;
  let y1 = doubles[from + 1];
  for (let i = from + 2; i < to; i += 2) {
    const x2 = doubles[i] - x0;
    const y2 = doubles[i + 1];
    twice += (y2 - y1) * (x1 + x2);
    x1 = x2;
    y1 = y2;
  }
  return twice / 2;
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const start = performance.now();
  const total = sumOwnAreas(argv[2]);
  console.log(JSON.stringify({ ...total, ms: performance.now() - start }));
}
