import type { Bbox } from "../core/layer.js";
import { EMPTY_BBOX } from "../core/layer.js";

/** Branching of the tree: FlatGeobuf's default, which every reader knows. */
export const NODE_SIZE = 16;

const NODE_BYTES = 40;
const LAST_KEY = 0xffffffff;

/** Boxes of many features, four numbers each, without an object a feature. */
export class Boxes {
  private values = new Float64Array(4 * 1024);
  count = 0;

  push(box: Bbox): void {
    if (4 * this.count === this.values.length) {
      const grown = new Float64Array(2 * this.values.length);
      grown.set(this.values);
      this.values = grown;
    }
    const at = 4 * this.count++;
    for (let k = 0; k < 4; k++) this.values[at + k] = box[k];
  }

  /** minx, miny, maxx, maxy of each; trimmed to what was pushed. */
  get array(): Float64Array {
    return this.values.subarray(0, 4 * this.count);
  }
}

/** The box around all boxes; empty (min > max) when none of them holds a point. */
export function extentOf(boxes: Float64Array): Bbox {
  let [minX, minY, maxX, maxY] = EMPTY_BBOX;
  for (let i = 0; i < boxes.length; i += 4) {
    if (boxes[i] < minX) minX = boxes[i];
    if (boxes[i + 1] < minY) minY = boxes[i + 1];
    if (boxes[i + 2] > maxX) maxX = boxes[i + 2];
    if (boxes[i + 3] > maxY) maxY = boxes[i + 3];
  }
  return [minX, minY, maxX, maxY];
}

/**
 * Each feature's place on a Hilbert curve through the extent, by its box's centre: in that order neighbours on the ground
 * are neighbours in the file. Empty boxes come last.
 */
export function hilbertKeys(boxes: Float64Array, extent: Bbox): Uint32Array {
  const count = boxes.length / 4;
  const keys = new Uint32Array(count);
  const toX = 0xffff / (extent[2] - extent[0] || 1);
  const toY = 0xffff / (extent[3] - extent[1] || 1);
  for (let i = 0; i < count; i++) {
    const minX = boxes[4 * i];
    const maxX = boxes[4 * i + 2];
    if (minX > maxX) {
      keys[i] = LAST_KEY;
      continue;
    }
    const x = Math.floor(toX * ((minX + maxX) / 2 - extent[0]));
    const y = Math.floor(toY * ((boxes[4 * i + 1] + boxes[4 * i + 3]) / 2 - extent[1]));
    keys[i] = hilbert(x, y);
  }
  return keys;
}

/** Features in order of 32-bit keys; ties keep their order. Radix sort, three passes of 11 bits. */
export function orderByKey(keys: Uint32Array): Uint32Array {
  let order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let next = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += 11) {
    const place = new Uint32Array(2049);
    for (let i = 0; i < keys.length; i++) place[((keys[i] >>> shift) & 2047) + 1]++;
    for (let digit = 0; digit < 2048; digit++) place[digit + 1] += place[digit];
    for (let k = 0; k < order.length; k++) next[place[(keys[order[k]] >>> shift) & 2047]++] = order[k];
    [order, next] = [next, order];
  }
  return order;
}

/**
 * Distance along a Hilbert curve of order 16. Port of `hilbert` in mourner/flatbush (ISC), which credits
 * rawrunprotected/hilbert_curves (public domain).
 */
function hilbert(x: number, y: number): number {
  let a = x ^ y;
  let b = 0xffff ^ a;
  let c = 0xffff ^ (x | y);
  let d = x & (y ^ 0xffff);

  let A = a | (b >> 1);
  let B = (a >> 1) ^ a;
  let C = (c >> 1) ^ (b & (d >> 1)) ^ c;
  let D = (a & (c >> 1)) ^ (d >> 1) ^ d;

  a = A;
  b = B;
  c = C;
  d = D;
  A = (a & (a >> 2)) ^ (b & (b >> 2));
  B = (a & (b >> 2)) ^ (b & ((a ^ b) >> 2));
  C ^= (a & (c >> 2)) ^ (b & (d >> 2));
  D ^= (b & (c >> 2)) ^ ((a ^ b) & (d >> 2));

  a = A;
  b = B;
  c = C;
  d = D;
  A = (a & (a >> 4)) ^ (b & (b >> 4));
  B = (a & (b >> 4)) ^ (b & ((a ^ b) >> 4));
  C ^= (a & (c >> 4)) ^ (b & (d >> 4));
  D ^= (b & (c >> 4)) ^ ((a ^ b) & (d >> 4));

  a = A;
  b = B;
  c = C;
  d = D;
  C ^= (a & (c >> 8)) ^ (b & (d >> 8));
  D ^= (b & (c >> 8)) ^ ((a ^ b) & (d >> 8));

  a = C ^ (C >> 1);
  b = D ^ (D >> 1);

  let i0 = x ^ y;
  let i1 = b | (0xffff ^ (i0 | a));
  i0 = (i0 | (i0 << 8)) & 0x00ff00ff;
  i0 = (i0 | (i0 << 4)) & 0x0f0f0f0f;
  i0 = (i0 | (i0 << 2)) & 0x33333333;
  i0 = (i0 | (i0 << 1)) & 0x55555555;
  i1 = (i1 | (i1 << 8)) & 0x00ff00ff;
  i1 = (i1 | (i1 << 4)) & 0x0f0f0f0f;
  i1 = (i1 | (i1 << 2)) & 0x33333333;
  i1 = (i1 | (i1 << 1)) & 0x55555555;
  return ((i1 << 1) | i0) >>> 0;
}

/**
 * The packed R-tree of a FlatGeobuf file: root first, leaves last in file order, 40 bytes a node
 * (four doubles and a 64-bit offset: of the first child among the nodes, or of the feature among the feature bytes).
 *
 * @param order features in file order; at least one
 * @param byteLengths of the features, by their number before ordering
 */
export function treeBytes(boxes: Float64Array, order: Uint32Array, byteLengths: Float64Array): Uint8Array {
  const levels = levelStarts(order.length);
  const nodeCount = levels[0].start + levels[0].count;
  const bytes = new ArrayBuffer(nodeCount * NODE_BYTES);
  const f64 = new Float64Array(bytes);
  const u32 = new Uint32Array(bytes);
  const setOffset = (node: number, offset: number) => {
    u32[2 * (node + 4)] = offset;
    u32[2 * (node + 4) + 1] = offset / 2 ** 32;
  };

  let offset = 0;
  for (let i = 0; i < order.length; i++) {
    const node = 5 * (levels[0].start + i);
    for (let k = 0; k < 4; k++) f64[node + k] = boxes[4 * order[i] + k];
    setOffset(node, offset);
    offset += byteLengths[order[i]];
  }
  for (let level = 1; level < levels.length; level++) {
    const children = levels[level - 1];
    for (let i = 0; i < levels[level].count; i++) {
      const node = 5 * (levels[level].start + i);
      const from = children.start + NODE_SIZE * i;
      const to = Math.min(from + NODE_SIZE, children.start + children.count);
      f64.set(extentOfNodes(f64, from, to), node);
      setOffset(node, from);
    }
  }
  return new Uint8Array(bytes);
}

function extentOfNodes(f64: Float64Array, from: number, to: number): Bbox {
  let [minX, minY, maxX, maxY] = EMPTY_BBOX;
  for (let node = 5 * from; node < 5 * to; node += 5) {
    minX = Math.min(minX, f64[node]);
    minY = Math.min(minY, f64[node + 1]);
    maxX = Math.max(maxX, f64[node + 2]);
    maxY = Math.max(maxY, f64[node + 3]);
  }
  return [minX, minY, maxX, maxY];
}

/** Levels from the leaves up; the nodes stand the other way round, root first. */
function levelStarts(leafCount: number): { start: number; count: number }[] {
  const counts = [leafCount];
  do counts.push(Math.ceil(counts[counts.length - 1] / NODE_SIZE));
  while (counts[counts.length - 1] !== 1);
  let start = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => ({ start: (start -= count), count }));
}
