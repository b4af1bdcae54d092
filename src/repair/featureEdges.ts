import { roomFor } from "../core/grown.js";
import type { Layer } from "../core/layer.js";

/** From this many rings on, they are put in the tree in the order of a curve that fills the plane. */
export const MANY_RINGS = 64;

/**
 * The edges of one feature in a row, those of no length left out. Used again from feature to feature.
 * Rings are numbered from 0 within the feature, through its parts in order.
 */
export class FeatureEdges {
  count = 0;
  ringCount = 0;
  /** Per edge: its vertices in the layer, and its ring. */
  start = new Uint32Array(1 << 10);
  end = new Uint32Array(1 << 10);
  ring = new Uint32Array(1 << 10);
  /** Per ring: its edges are ringFrom .. ringTo; none for a ring that is left out. */
  ringFrom = new Uint32Array(1 << 6);
  ringTo = new Uint32Array(1 << 6);
  /** Per ring: its part, from 0; and whether it is the part's shell. */
  partOf = new Uint32Array(1 << 6);
  isShell = new Uint8Array(1 << 6);
  /** Vertices equal to the one before, closing ones not counted; rings that do not end where they began. */
  repeated = 0;
  unclosed: number[] = [];
  /** Rings with a coordinate that is no number, and rings with fewer than three different points in a row: left out. */
  notFinite: number[] = [];
  tooShort: number[] = [];

  /** Takes up a feature. Its parts' first rings are shells. A ring without any vertex is nothing at all. */
  read(layer: Layer, feature: number): void {
    const { featurePart, partRing, ringVertex } = layer;
    const firstPart = featurePart[feature];
    const endPart = featurePart[feature + 1];
    const firstRing = partRing[firstPart];
    this.ringCount = partRing[endPart] - firstRing;
    this.count = 0;
    this.repeated = 0;
    if (this.notFinite.length > 0) this.notFinite = [];
    if (this.tooShort.length > 0) this.tooShort = [];
    if (this.unclosed.length > 0) this.unclosed = [];
    this.makeRoom(ringVertex[firstRing + this.ringCount] - ringVertex[firstRing]);
    for (let p = firstPart; p < endPart; p++) {
      this.partOf.fill(p - firstPart, partRing[p] - firstRing, partRing[p + 1] - firstRing);
      this.isShell.fill(0, partRing[p] - firstRing, partRing[p + 1] - firstRing);
      if (partRing[p] < partRing[p + 1]) this.isShell[partRing[p] - firstRing] = 1;
    }
    if (this.ringCount < MANY_RINGS) {
      for (let r = 0; r < this.ringCount; r++) this.readRing(layer, firstRing + r, r);
    } else {
      for (const r of ringsAlongCurve(layer, firstRing, this.ringCount))
        this.readRing(layer, firstRing + r, r);
    }
  }

  private makeRoom(vertices: number): void {
    if (vertices + 1 > this.start.length) {
      this.start = roomFor(this.start, vertices + 1);
      this.end = roomFor(this.end, vertices + 1);
      this.ring = roomFor(this.ring, vertices + 1);
    }
    if (this.ringCount > this.ringFrom.length) {
      this.ringFrom = roomFor(this.ringFrom, this.ringCount);
      this.ringTo = roomFor(this.ringTo, this.ringCount);
      this.partOf = roomFor(this.partOf, this.ringCount);
      this.isShell = roomFor(this.isShell, this.ringCount);
    }
  }

  private readRing({ xy, ringVertex }: Layer, r: number, ring: number): void {
    const from = ringVertex[r];
    const last = ringVertex[r + 1] - 1;
    this.ringFrom[ring] = this.count;
    this.ringTo[ring] = this.count;
    if (last < from) return;
    let at = this.count;
    let notFinite = 0;
    let before = from;
    for (let v = from; v <= last; v++) {
      const x = xy[2 * v];
      const y = xy[2 * v + 1];
      notFinite += x - x + (y - y); // 0, but NaN for NaN and the infinities
      if (v === from) continue;
      if (x === xy[2 * before] && y === xy[2 * before + 1]) {
        this.repeated++;
        continue;
      }
      this.start[at] = before;
      this.end[at] = v;
      this.ring[at++] = ring;
      before = v;
    }
    if (notFinite !== 0) {
      this.notFinite.push(ring);
      return;
    }
    if (xy[2 * before] !== xy[2 * from] || xy[2 * before + 1] !== xy[2 * from + 1]) {
      this.unclosed.push(ring);
      this.start[at] = before;
      this.end[at] = from;
      this.ring[at++] = ring;
    }
    if (at - this.count < 3) {
      this.tooShort.push(ring);
      return;
    }
    this.ringTo[ring] = at;
    this.count = at;
  }

  /** The edge of its ring after e, and before it. */
  next(e: number): number {
    const ring = this.ring[e];
    return e + 1 === this.ringTo[ring] ? this.ringFrom[ring] : e + 1;
  }

  previous(e: number): number {
    const ring = this.ring[e];
    return e === this.ringFrom[ring] ? this.ringTo[ring] - 1 : e - 1;
  }
}

/** Rings by the place of their first vertex on a Z-order curve (Morton, 1966), so that neighbours stand together. */
export function ringsAlongCurve({ xy, ringVertex }: Layer, firstRing: number, count: number): Uint32Array {
  const place = new Float64Array(2 * count);
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let r = 0; r < count; r++) {
    const v = ringVertex[firstRing + r];
    const some = v < ringVertex[firstRing + r + 1];
    const x = some ? xy[2 * v] : 0;
    const y = some ? xy[2 * v + 1] : 0;
    place[2 * r] = x;
    place[2 * r + 1] = y;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  const code = new Uint32Array(count);
  const wide = 0x7fff / Math.max(maxX - minX, Number.MIN_VALUE);
  const high = 0x7fff / Math.max(maxY - minY, Number.MIN_VALUE);
  for (let r = 0; r < count; r++) {
    code[r] = spread((place[2 * r] - minX) * wide) + 2 * spread((place[2 * r + 1] - minY) * high);
  }
  return Uint32Array.from({ length: count }, (_, r) => r).sort((a, b) => code[a] - code[b] || a - b);
}

/** The bits of a number below 2^15, each moved to twice its place. */
function spread(n: number): number {
  let bits = n & 0x7fff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}
