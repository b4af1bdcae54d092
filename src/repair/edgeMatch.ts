import { grown } from "../core/grown.js";
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
 * stand near each other in the file (hashing with chains: Knuth, TAOCP 3, 6.4).
 *
 * Neighbours run along each other edge by edge: where one edge has met another, the next one mostly meets that one's
 * neighbour. It is tried first, without a search.
 */
export class OpenEdges {
  /** Per slot of the hash the first entry of its chain. Entries are counted from 1; 0 is none. */
  private first: Uint32Array;
  /** Per entry the next of its chain, and of those given back the next one free. */
  private next: Uint32Array;
  private edges: Uint32Array;
  private hashes: Int32Array;
  /** How often more the segment was run the edge's way than back; 0 in an entry that is free. */
  private times: Int32Array;
  /** Per edge its entry. */
  private readonly entryOf: Uint32Array;
  private entries = 0;
  private free = 0;

  constructor(private readonly xy: Float64Array) {
    // Small enough for the processor's cache, where few edges stand open at a time; it grows by need.
    const slots = 2 ** Math.min(13, Math.max(8, Math.ceil(Math.log2(xy.length / 3))));
    this.first = new Uint32Array(slots);
    this.next = new Uint32Array(slots);
    this.edges = new Uint32Array(slots);
    this.hashes = new Int32Array(slots);
    this.times = new Int32Array(slots);
    this.entryOf = new Uint32Array(xy.length / 2);
  }

  /** Sets the edges between vertices `from` .. `to` against those before them. `isBack`: as if the ring ran the other way. */
  meetRing(from: number, to: number, isBack: boolean): void {
    const way = isBack ? -1 : 1;
    let likely = -1;
    for (let e = from; e + 1 < to; e++) likely = this.meet(e, way, likely);
  }

  /**
   * @param likely an edge that this one may well meet, -1 for none
   * @returns the one that the next edge may well meet
   */
  private meet(e: number, way: -1 | 1, likely: number): number {
    const { xy, edges, hashes, next, first } = this;
    const ax = xy[2 * e];
    const ay = xy[2 * e + 1];
    const bx = xy[2 * e + 2];
    const by = xy[2 * e + 3];
    if (ax === bx && ay === by) return likely;
    if (likely >= 0 && this.entryOf[likely] !== 0) {
      const along = wayAlong(xy, likely, ax, ay, bx, by);
      if (along !== 0) return this.met(this.entryOf[likely], along, way);
    }
    const hash = hashOf(ax + bx, ay + by);
    for (let entry = first[hash & (first.length - 1)]; entry !== 0; entry = next[entry]) {
      if (hashes[entry] !== hash) continue;
      const along = wayAlong(xy, edges[entry], ax, ay, bx, by);
      if (along !== 0) return this.met(entry, along, way);
    }
    this.putIn(e, hash, way);
    return -1;
  }

  private met(entry: number, along: 1 | -1, way: -1 | 1): number {
    const other = this.edges[entry];
    this.times[entry] += along * way;
    if (this.times[entry] === 0) this.takeOut(entry);
    return other + along < this.entryOf.length ? other + along : -1;
  }

  private putIn(e: number, hash: number, way: -1 | 1): void {
    if (this.free === 0 && this.entries + 1 === this.next.length) this.grow();
    let entry = this.free;
    if (entry === 0) entry = ++this.entries;
    else this.free = this.next[entry];
    this.edges[entry] = e;
    this.hashes[entry] = hash;
    this.times[entry] = way;
    this.entryOf[e] = entry;
    this.link(entry);
  }

  private link(entry: number): void {
    const slot = this.hashes[entry] & (this.first.length - 1);
    this.next[entry] = this.first[slot];
    this.first[slot] = entry;
  }

  private takeOut(entry: number): void {
    const { first, next } = this;
    const slot = this.hashes[entry] & (first.length - 1);
    if (first[slot] === entry) first[slot] = next[entry];
    else {
      let before = first[slot];
      while (next[before] !== entry) before = next[before];
      next[before] = next[entry];
    }
    this.entryOf[this.edges[entry]] = 0;
    next[entry] = this.free;
    this.free = entry;
  }

  private grow(): void {
    const slots = 2 * this.first.length;
    this.next = grown(this.next, slots);
    this.edges = grown(this.edges, slots);
    this.hashes = grown(this.hashes, slots);
    this.times = grown(this.times, slots);
    this.first = new Uint32Array(slots);
    for (let entry = 1; entry <= this.entries; entry++) this.link(entry); // there are none free
  }

  /** x, y of each loose edge's start, then of its end; in no order. */
  left(): Float64Array {
    const { xy, edges, times } = this;
    let count = 0;
    for (let entry = 1; entry <= this.entries; entry++) count += Math.abs(times[entry]);
    const ends = new Float64Array(4 * count);
    let at = 0;
    for (let entry = 1; entry <= this.entries; entry++) {
      const from = 2 * edges[entry] + (times[entry] > 0 ? 0 : 2);
      const to = 4 * edges[entry] + 2 - from;
      for (let n = Math.abs(times[entry]); n > 0; n--, at += 4) {
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
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  order.sort(
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

/** Beyond it too few digits are left behind the point: coordinates that are no place on earth. */
const MOST_TURNS = 2 ** 26;

/**
 * Hash of the sums of both ends' coordinates: the same in either direction. What is left of two irrational multiples of them
 * beyond the point (Knuth, TAOCP 3, 6.4), which is a third of the work of looking at their bits.
 */
export function hashOf(sumX: number, sumY: number): number {
  const turns = sumX * 0.6180339887498949 + sumY * 0.7548776662466927;
  if (!(Math.abs(turns) < MOST_TURNS)) return hashOfBits(sumX, sumY);
  return ((turns - Math.floor(turns)) * 0x4000000) | 0;
}

const number = new Float64Array(2);
const words = new Uint32Array(number.buffer);

function hashOfBits(sumX: number, sumY: number): number {
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
    loops.push(new Float64Array(walk));
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
