import type { Layer } from "../core/layer.js";

/**
 * The directed border of how often ground is covered: what is left of all edges of a layer when each is set against the
 * same segment run the other way. In a clean coverage that is its outer border, and the borders of its holes.
 */
export type LooseEdges = {
  /** x, y of each edge's start, then of its end. In order of these numbers: it does not hang on the order of features. */
  readonly ends: Float64Array;
  readonly count: number;
};

const NONE = 0xffffffff;

/**
 * Matches every edge with its reverse. An edge that stands alone is loose; of a segment that is stored more often, as
 * many are loose as run one way more than the other. Where ground is covered once on both sides nothing is left, so an
 * error shows in loose edges wherever it is (design 3, last paragraph; twins of `overlay/twins.ts`).
 *
 * @param layer rings closed, shells counter-clockwise and holes clockwise (`cleanRings`)
 */
export function looseEdges(layer: Layer): LooseEdges {
  const { ringVertex } = layer;
  const open = new OpenEdges(layer.xy);
  for (let r = 0; r + 1 < ringVertex.length; r++) open.meetRing(ringVertex[r], ringVertex[r + 1], false);
  const ends = open.left();
  return sorted(ends, ends.length / 4);
}

/**
 * Edges that have not met their reverse yet, by hash of their ends. An edge that is matched is taken out, so the table
 * stays as small as the front between what was read and what was not, and in the processor's cache where neighbours
 * stand near each other in the file. Open addressing; what is taken out is closed up (Knuth, TAOCP 3, 6.4, algorithm R).
 */
export class OpenEdges {
  private mask: number;
  private edges: Uint32Array;
  /** The edges' hashes, so that the table is searched and closed up without a look at coordinates. */
  private hashes: Int32Array;
  /** How often more the segment was run the edge's way than back. Never 0 in a slot that is taken. */
  private times: Int32Array;
  private count = 0;

  constructor(private readonly xy: Float64Array) {
    // Small enough for the processor's cache, where few edges stand open at a time; it grows by need.
    const slots = 2 ** Math.min(13, Math.max(8, Math.ceil(Math.log2(xy.length / 3))));
    this.mask = slots - 1;
    this.edges = new Uint32Array(slots).fill(NONE);
    this.hashes = new Int32Array(slots);
    this.times = new Int32Array(slots);
  }

  /** Sets the edges between vertices `from` .. `to` against those before them. `isBack`: as if the ring ran the other way. */
  meetRing(from: number, to: number, isBack: boolean): void {
    for (let e = from; e + 1 < to; e++) this.meet(e, isBack ? -1 : 1);
  }

  private meet(e: number, way: -1 | 1): void {
    const { xy, edges, hashes, mask } = this;
    const ax = xy[2 * e];
    const ay = xy[2 * e + 1];
    const bx = xy[2 * e + 2];
    const by = xy[2 * e + 3];
    if (ax === bx && ay === by) return;
    const hash = hashOf(ax + bx, ay + by);
    let slot = hash & mask;
    for (; edges[slot] !== NONE; slot = (slot + 1) & mask) {
      if (hashes[slot] !== hash) continue;
      const along = wayAlong(xy, edges[slot], ax, ay, bx, by);
      if (along === 0) continue;
      this.times[slot] += along * way;
      if (this.times[slot] === 0) this.takeOut(slot);
      return;
    }
    edges[slot] = e;
    hashes[slot] = hash;
    this.times[slot] = way;
    if (2 * ++this.count > mask) this.grow();
  }

  private takeOut(at: number): void {
    const { edges, hashes, times, mask } = this;
    let hole = at;
    for (let slot = (hole + 1) & mask; edges[slot] !== NONE; slot = (slot + 1) & mask) {
      // An edge may go back into the hole unless its own place lies behind the hole.
      if (((slot - hashes[slot]) & mask) < ((slot - hole) & mask)) continue;
      edges[hole] = edges[slot];
      hashes[hole] = hashes[slot];
      times[hole] = times[slot];
      hole = slot;
    }
    edges[hole] = NONE;
    this.count--;
  }

  private grow(): void {
    const { edges, hashes, times } = this;
    this.mask = 2 * edges.length - 1;
    this.edges = new Uint32Array(this.mask + 1).fill(NONE);
    this.hashes = new Int32Array(this.mask + 1);
    this.times = new Int32Array(this.mask + 1);
    for (let i = 0; i < edges.length; i++) {
      if (edges[i] === NONE) continue;
      let slot = hashes[i] & this.mask;
      while (this.edges[slot] !== NONE) slot = (slot + 1) & this.mask;
      this.edges[slot] = edges[i];
      this.hashes[slot] = hashes[i];
      this.times[slot] = times[i];
    }
  }

  /** x, y of each loose edge's start, then of its end; in no order. */
  left(): Float64Array {
    const { xy, edges, times } = this;
    let count = 0;
    for (let slot = 0; slot < edges.length; slot++) {
      if (edges[slot] !== NONE) count += Math.abs(times[slot]);
    }
    const ends = new Float64Array(4 * count);
    let at = 0;
    for (let slot = 0; slot < edges.length; slot++) {
      const e = edges[slot];
      if (e === NONE) continue;
      const [from, to] = times[slot] > 0 ? [2 * e, 2 * e + 2] : [2 * e + 2, 2 * e];
      for (let n = Math.abs(times[slot]); n > 0; n--, at += 4) {
        ends[at] = xy[from];
        ends[at + 1] = xy[from + 1];
        ends[at + 2] = xy[to];
        ends[at + 3] = xy[to + 1];
      }
    }
    return ends;
  }
}

/** 1 where edge f runs from a to b, -1 where it runs back, 0 where it is another segment. */
function wayAlong(xy: Float64Array, f: number, ax: number, ay: number, bx: number, by: number): -1 | 0 | 1 {
  const cx = xy[2 * f];
  const cy = xy[2 * f + 1];
  if (cx === bx && cy === by) return xy[2 * f + 2] === ax && xy[2 * f + 3] === ay ? -1 : 0;
  return cx === ax && cy === ay && xy[2 * f + 2] === bx && xy[2 * f + 3] === by ? 1 : 0;
}

function sorted(ends: Float64Array, count: number): LooseEdges {
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (i, j) =>
      ends[4 * i] - ends[4 * j] ||
      ends[4 * i + 1] - ends[4 * j + 1] ||
      ends[4 * i + 2] - ends[4 * j + 2] ||
      ends[4 * i + 3] - ends[4 * j + 3],
  );
  const inOrder = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 4; k++) inOrder[4 * i + k] = ends[4 * order[i] + k];
  }
  return { ends: inOrder, count };
}

const number = new Float64Array(2);
const words = new Uint32Array(number.buffer);

/** Hash of the sums of both ends' coordinates: the same in either direction. */
function hashOf(sumX: number, sumY: number): number {
  number[0] = sumX + 0; // -0 and 0 are one
  number[1] = sumY + 0;
  let h = Math.imul(words[0] ^ Math.imul(words[1], 0x9e3779b1), 0x85ebca6b);
  h ^= Math.imul(words[2] ^ Math.imul(words[3], 0x9e3779b1), 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

/**
 * Loose edges put together as closed loops: as many leave a point as come to it, so each walk ends where it began.
 * A loop may meet itself.
 *
 * @returns closed rings of x and y in turn
 */
export function loopsOf({ ends, count }: LooseEdges): Float64Array[] {
  const isUsed = new Uint8Array(count);
  /** Per edge that is the first to leave its point: the next that nobody has walked yet. */
  const next = Uint32Array.from({ length: count }, (_, i) => i);
  const loops: Float64Array[] = [];
  for (let first = 0; first < count; first++) {
    if (isUsed[first] === 1) continue;
    const walk: number[] = [ends[4 * first], ends[4 * first + 1]];
    for (let e = first; e >= 0; e = takeFrom(ends[4 * e + 2], ends[4 * e + 3])) {
      isUsed[e] = 1;
      walk.push(ends[4 * e + 2], ends[4 * e + 3]);
      if (ends[4 * e + 2] === walk[0] && ends[4 * e + 3] === walk[1]) break;
    }
    loops.push(Float64Array.from(walk));
  }
  return loops;

  function takeFrom(x: number, y: number): number {
    const begin = firstFrom(x, y);
    for (let e = next[begin]; e < count && ends[4 * e] === x && ends[4 * e + 1] === y; e++) {
      if (isUsed[e] === 1) continue;
      next[begin] = e + 1;
      return e;
    }
    return -1;
  }

  function firstFrom(x: number, y: number): number {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const isBefore = ends[4 * middle] < x || (ends[4 * middle] === x && ends[4 * middle + 1] < y);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
