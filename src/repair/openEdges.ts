import { grown } from "../core/grown.js";

/** Of so many edges one stands in the table: where these bits of its hash are none, which are not those that tell its slot. */
const PER_ANCHOR = 4;
const ANCHOR_BITS = (PER_ANCHOR - 1) << 24;

/**
 * Edges that have not met their reverse yet. Neighbours run along each other edge by edge: where one edge has met another,
 * the next one mostly meets that one's neighbour, and so did the one before. So one edge in four will do as an anchor to be
 * looked for in a table (hashing with chains: Knuth, TAOCP 3, 6.4); from where two anchors meet, borders are matched both
 * ways without a search. An edge that is matched is taken out, so the table stays as small as the front between what was
 * read and what was not, and in the processor's cache where neighbours stand near each other in the file.
 *
 * What no anchor has led to is matched in the end, with what is truly loose (`left`).
 */
export class OpenEdges {
  /** Per edge, as the vertex it begins in: 1 where it is open, -1 where it is so as if it ran back, 0 where it is none or has met. */
  private readonly wayOf: Int8Array;
  /** Per slot of the hash the first entry of its chain. Entries are counted from 1; 0 is none. */
  private first: Uint32Array;
  /** Per entry the next of its chain, and of those given back the next one free. */
  private next: Uint32Array;
  private edges: Uint32Array;
  private hashes: Int32Array;
  /** Per edge its entry. */
  private readonly entryOf: Uint32Array;
  private entries = 0;
  private free = 0;

  constructor(private readonly xy: Float64Array) {
    // Small enough for the processor's cache, where few edges stand open at a time; it grows by need.
    const slots = 2 ** Math.min(11, Math.max(6, Math.ceil(Math.log2(xy.length / 3 / PER_ANCHOR))));
    this.first = new Uint32Array(slots);
    this.next = new Uint32Array(slots);
    this.edges = new Uint32Array(slots);
    this.hashes = new Int32Array(slots);
    this.entryOf = new Uint32Array(xy.length / 2);
    this.wayOf = new Int8Array(xy.length / 2);
  }

  /** Sets the edges between vertices `from` .. `to` against those before them. `isBack`: as if the ring ran the other way. */
  meetRing(from: number, to: number, isBack: boolean): void {
    const { xy, wayOf } = this;
    const way = isBack ? -1 : 1;
    let likely = -1; // an edge that the next one may well meet
    let along: -1 | 0 | 1 = 0; // and which way that one runs along this one
    for (let e = from; e + 1 < to; e++) {
      const ax = xy[2 * e];
      const ay = xy[2 * e + 1];
      const bx = xy[2 * e + 2];
      const by = xy[2 * e + 3];
      if (ax === bx && ay === by) continue;
      if (likely >= 0 && along * wayOf[likely] === -way && wayAlong(xy, likely, ax, ay, bx, by) === along) {
        this.close(likely);
        likely = this.beside(likely, along);
        continue;
      }
      wayOf[e] = way;
      likely = -1;
      const hash = hashOf(ax + bx, ay + by);
      if ((hash & ANCHOR_BITS) !== 0) continue;
      const other = this.find(hash, e, way);
      if (other < 0) {
        this.putIn(e, hash);
        continue;
      }
      along = wayAlong(xy, other, ax, ay, bx, by);
      wayOf[e] = 0;
      this.close(other);
      this.matchBack(e - 1, other - along, along, way, from);
      likely = this.beside(other, along);
    }
  }

  /** The edge after one, or before it; -1 where there is none. */
  private beside(e: number, along: number): number {
    return e + along < this.wayOf.length ? e + along : -1;
  }

  /** An anchor that runs back along edge e; -1 for none. */
  private find(hash: number, e: number, way: -1 | 1): number {
    const { xy, edges, hashes, next, first, wayOf } = this;
    for (let entry = first[hash & (first.length - 1)]; entry !== 0; entry = next[entry]) {
      const other = edges[entry];
      if (hashes[entry] !== hash) continue;
      const along = wayAlong(xy, other, xy[2 * e], xy[2 * e + 1], xy[2 * e + 2], xy[2 * e + 3]);
      if (along * wayOf[other] === -way) return other;
    }
    return -1;
  }

  /** Edges before two that have met: they meet too, until they do not. @param from the first of e's ring */
  private matchBack(e: number, other: number, along: number, way: -1 | 1, from: number): void {
    const { xy, wayOf } = this;
    for (; e >= from && other >= 0 && other < wayOf.length; e--, other -= along) {
      if (wayOf[e] !== way || along * wayOf[other] !== -way) return;
      if (wayAlong(xy, other, xy[2 * e], xy[2 * e + 1], xy[2 * e + 2], xy[2 * e + 3]) !== along) return;
      this.close(e);
      this.close(other);
    }
  }

  private close(e: number): void {
    this.wayOf[e] = 0;
    if (this.entryOf[e] !== 0) this.takeOut(this.entryOf[e]);
  }

  private putIn(e: number, hash: number): void {
    if (this.free === 0 && this.entries + 1 === this.next.length) this.grow();
    let entry = this.free;
    if (entry === 0) entry = ++this.entries;
    else this.free = this.next[entry];
    this.edges[entry] = e;
    this.hashes[entry] = hash;
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
    this.first = new Uint32Array(slots);
    for (let entry = 1; entry <= this.entries; entry++) this.link(entry); // there are none free
  }

  /** x, y of each loose edge's start, then of its end; in no order. */
  left(): Float64Array {
    const { xy, wayOf } = this;
    let count = 0;
    for (let e = 0; e < wayOf.length; e++) if (wayOf[e] !== 0) count++;
    const open = new Uint32Array(count);
    const ways = new Int8Array(count);
    let at = 0;
    for (let e = 0; e < wayOf.length; e++) {
      if (wayOf[e] === 0) continue;
      open[at] = e;
      ways[at++] = wayOf[e];
    }
    return netEdges(xy, open, ways);
  }
}

/**
 * Edges set against each other, each with all: of a segment that is stored more often, as many are left as run one way more
 * than the other.
 *
 * @param edges vertices they begin in
 * @param ways 1, or -1 for one to be taken as if it ran back
 * @returns x, y of each edge's start, then of its end; in no order
 */
export function netEdges(xy: Float64Array, edges: Uint32Array, ways: Int8Array): Float64Array {
  const count = edges.length;
  const slots = 2 ** Math.ceil(Math.log2(2 * count + 2));
  const first = new Int32Array(slots).fill(-1);
  const next = new Int32Array(count);
  const hashes = new Int32Array(count);
  /** How often more a segment was run the way of the first edge along it than back. */
  const times = new Int32Array(count);
  let left = 0;
  for (let i = 0; i < count; i++) {
    const at = 2 * edges[i];
    const ax = xy[at];
    const ay = xy[at + 1];
    const bx = xy[at + 2];
    const by = xy[at + 3];
    if (ax === bx && ay === by) continue;
    const hash = hashOf(ax + bx, ay + by);
    const slot = hash & (slots - 1);
    let known = first[slot];
    let along: number = 0;
    for (; known >= 0; known = next[known]) {
      if (hashes[known] === hash) along = wayAlong(xy, edges[known], ax, ay, bx, by);
      if (along !== 0) break;
    }
    if (known < 0) {
      next[i] = first[slot];
      first[slot] = i;
      hashes[i] = hash;
      known = i;
      along = 1;
    }
    left -= Math.abs(times[known]);
    times[known] += along * ways[i];
    left += Math.abs(times[known]);
  }
  const ends = new Float64Array(4 * left);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const from = 2 * edges[i] + (times[i] > 0 ? 0 : 2);
    const to = 4 * edges[i] + 2 - from;
    for (let n = Math.abs(times[i]); n > 0; n--, at += 4) {
      ends[at] = xy[from];
      ends[at + 1] = xy[from + 1];
      ends[at + 2] = xy[to];
      ends[at + 3] = xy[to + 1];
    }
  }
  return ends;
}

/** 1 where edge f runs from a to b, -1 where it runs back, 0 where it is another segment. */
function wayAlong(xy: Float64Array, f: number, ax: number, ay: number, bx: number, by: number): -1 | 0 | 1 {
  const cx = xy[2 * f];
  const cy = xy[2 * f + 1];
  if (cx === bx && cy === by) return xy[2 * f + 2] === ax && xy[2 * f + 3] === ay ? -1 : 0;
  return cx === ax && cy === ay && xy[2 * f + 2] === bx && xy[2 * f + 3] === by ? 1 : 0;
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
