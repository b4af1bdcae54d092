import { type Bbox, bboxOf } from "../core/layer.js";

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
  /** minx, miny, maxx, maxy of the ring's vertices BLOCK * i + 1 .. BLOCK * (i + 1), and last of all of them. */
  private readonly blocks: Float64Array;

  /** @param ring closed, x and y in turn */
  constructor(private readonly ring: Float64Array) {
    const count = ring.length / 2;
    const whole = Math.floor((count - 1) / BLOCK);
    this.blocks = new Float64Array(4 * (whole + 1));
    for (let i = 0; i < whole; i++) this.blocks.set(bboxOf(ring, BLOCK * i + 1, BLOCK * (i + 1) + 1), 4 * i);
    this.blocks.set(bboxOf(ring, 0, count), 4 * whole);
  }

  /** @returns the ring cut short, closed; undefined where it keeps to one side of the box and winds round none of it */
  within(box: Bbox): Float64Array | undefined {
    const { ring, blocks } = this;
    if (sidesOfBlock(box, blocks, blocks.length - 4) !== 0) return undefined;
    const last = ring.length / 2 - 1;
    const kept: number[] = [0];
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
      if (before < v - 1) kept.push(v - 1);
      before = v - 1;
      common = sidesOf(box, ring[2 * v - 2], ring[2 * v - 1]) & sides;
      if (common !== 0) continue;
      kept.push(v);
      before = v;
      common = sides;
    }
    if (before < last) kept.push(last);
    return kept.length < 4 ? undefined : verticesOf(ring, kept);
  }
}

function verticesOf(ring: Float64Array, kept: readonly number[]): Float64Array {
  const some = new Float64Array(2 * kept.length);
  for (let i = 0; i < kept.length; i++) {
    some[2 * i] = ring[2 * kept[i]];
    some[2 * i + 1] = ring[2 * kept[i] + 1];
  }
  return some;
}

/** The sides of a box on which a point lies, as bits: left, right, below, above; 0 in it or on its border. */
function sidesOf(box: Bbox, x: number, y: number): number {
  return (x < box[0] ? 1 : x > box[2] ? 2 : 0) | (y < box[1] ? 4 : y > box[3] ? 8 : 0);
}

/** The sides on which all of a block lies. */
function sidesOfBlock(box: Bbox, blocks: Float64Array, at: number): number {
  return (
    (blocks[at + 2] < box[0] ? 1 : blocks[at] > box[2] ? 2 : 0) |
    (blocks[at + 3] < box[1] ? 4 : blocks[at + 1] > box[3] ? 8 : 0)
  );
}
