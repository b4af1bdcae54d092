import type { Bbox } from "../core/layer.js";

/** Vertices taken together when a long ring is passed by far from the box. */
const BLOCK = 64;

/**
 * Rings as they are inside a box, and cut short outside it, so that a place costs what lies near it and not what its
 * polygons weigh. Edges that meet the box stay bit for bit, and every ring winds round each point of the box as often as
 * before: of a stretch that keeps to one side of the box only the ends stay (the outcodes of Cohen and Sutherland, in
 * Newman and Sproull, Principles of Interactive Computer Graphics, 1973). All vertices are the ring's own.
 *
 * Made once per ring; a long ring is looked at a block of vertices at a time.
 */
export class RingNearBoxes {
  /** minx, miny, maxx, maxy of the ring's vertices BLOCK * i + 1 .. BLOCK * (i + 1). */
  private readonly blocks: Float64Array;

  /** @param ring closed, x and y in turn */
  constructor(private readonly ring: Float64Array) {
    const steps = ring.length / 2 - 1;
    this.blocks = new Float64Array(4 * Math.floor(steps / BLOCK));
    for (let i = 0; 4 * i < this.blocks.length; i++) {
      let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let v = BLOCK * i + 1; v <= BLOCK * (i + 1); v++) {
        const x = ring[2 * v];
        const y = ring[2 * v + 1];
        if (x < minX) minX = x;
        if (x > maxX) maxX = x;
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
      }
      this.blocks.set([minX, minY, maxX, maxY], 4 * i);
    }
  }

  /** @returns the ring cut short, closed; undefined where it keeps to one side of the box and winds round none of it */
  within(box: Bbox): Float64Array | undefined {
    const { ring, blocks } = this;
    const last = ring.length / 2 - 1;
    const kept: number[] = [ring[0], ring[1]];
    let common = sidesOf(box, ring[0], ring[1]);
    let before = 0; // the vertex kept last
    for (let v = 1; v <= last; v++) {
      if (common !== 0 && v % BLOCK === 1 && v + BLOCK - 1 <= last) {
        const all = common & sidesOfBlock(box, blocks, 4 * ((v - 1) / BLOCK));
        if (all !== 0) {
          common = all;
          v += BLOCK - 1;
          continue;
        }
      }
      const sides = sidesOf(box, ring[2 * v], ring[2 * v + 1]);
      if ((common & sides) !== 0) {
        common &= sides;
        continue;
      }
      if (before < v - 1) kept.push(ring[2 * v - 2], ring[2 * v - 1]);
      before = v - 1;
      common = sidesOf(box, ring[2 * v - 2], ring[2 * v - 1]) & sides;
      if (common !== 0) continue;
      kept.push(ring[2 * v], ring[2 * v + 1]);
      before = v;
      common = sides;
    }
    if (before < last) kept.push(ring[2 * last], ring[2 * last + 1]);
    return kept.length < 8 ? undefined : new Float64Array(kept);
  }
}

/** The sides of a box on which a point lies, as bits: left, right, below, above; 0 in it or on its border. */
function sidesOf([minX, minY, maxX, maxY]: Bbox, x: number, y: number): number {
  return (x < minX ? 1 : x > maxX ? 2 : 0) | (y < minY ? 4 : y > maxY ? 8 : 0);
}

/** The sides on which all of a block lies. */
function sidesOfBlock([minX, minY, maxX, maxY]: Bbox, blocks: Float64Array, at: number): number {
  return (
    (blocks[at + 2] < minX ? 1 : blocks[at] > maxX ? 2 : 0) |
    (blocks[at + 3] < minY ? 4 : blocks[at + 1] > maxY ? 8 : 0)
  );
}
