import { orient } from "../overlay/perturb.js";
import { BoxTree, type ItemVisitor } from "./boxTree.js";
import { alongCurve } from "./curve.js";
import { DisjointSets } from "./disjointSets.js";
import type { Noded } from "./noding.js";

/**
 * The faces that noded segments cut the plane into. Half-edge 2s runs along segment s, 2s + 1 back; each has one face on
 * its left. Decided on the stored doubles, exactly: a face of 1e-12 m2 is a face like any other.
 */
export type Arrangement = {
  /** Per half-edge: the face on its left. Face 0 is the one without end. */
  readonly faceOf: Uint32Array;
  readonly faceCount: number;
  /** Per half-edge: the one that comes next clockwise from it among those that leave the same point. */
  readonly clockwise: Uint32Array;
  /** m2 in the map plane per face; face 0 has minus the sum of the others. */
  readonly areaM2: Float64Array;
};

export const headOf = ({ from, to }: Noded, half: number): number =>
  half % 2 === 0 ? to[half >> 1] : from[half >> 1];
export const tailOf = (noded: Noded, half: number): number => headOf(noded, half ^ 1);

/** Finds the faces (de Berg et al., Computational Geometry, 3rd ed., 2.2-2.3: doubly-connected edge list). */
export function arrange(noded: Noded): Arrangement {
  const clockwise = sortAround(noded);
  const loops = traceLoops(clockwise);
  const faceOfLoop = joinLoops(noded, clockwise, loops);
  const faceOf = new Uint32Array(clockwise.length);
  for (let h = 0; h < faceOf.length; h++) faceOf[h] = faceOfLoop.faceOf[loops.loopOf[h]];
  return {
    faceOf,
    clockwise,
    faceCount: faceOfLoop.count,
    areaM2: faceAreas(noded, faceOf, faceOfLoop.count),
  };
}

/** Half-edges by the face on their left: those of face f are halfOf[start[f]] .. halfOf[start[f + 1]]. */
export function halvesByFace({ faceOf, faceCount }: Arrangement): {
  start: Uint32Array;
  halfOf: Uint32Array;
} {
  const start = new Uint32Array(faceCount + 1);
  for (let h = 0; h < faceOf.length; h++) start[faceOf[h] + 1]++;
  for (let face = 0; face < faceCount; face++) start[face + 1] += start[face];
  const halfOf = new Uint32Array(faceOf.length);
  const next = start.slice();
  for (let h = 0; h < faceOf.length; h++) halfOf[next[faceOf[h]]++] = h;
  return { start, halfOf };
}

/** For each half-edge its clockwise neighbour round the point it leaves. */
function sortAround(noded: Noded): Uint32Array {
  const { xy } = noded;
  const { start, leaving } = byTail(noded);
  const isUpper = (h: number) => {
    const dy = xy[2 * headOf(noded, h) + 1] - xy[2 * tailOf(noded, h) + 1];
    return dy > 0 || (dy === 0 && xy[2 * headOf(noded, h)] > xy[2 * tailOf(noded, h)]);
  };
  const byAngle = (g: number, h: number): number => {
    const upper = isUpper(g);
    if (upper !== isUpper(h)) return upper ? -1 : 1;
    const [point, a, b] = [tailOf(noded, g), headOf(noded, g), headOf(noded, h)];
    const turn = orient(xy[2 * point], xy[2 * point + 1], xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1]);
    return turn > 0 ? -1 : turn < 0 ? 1 : 0;
  };
  const clockwise = new Uint32Array(leaving.length);
  for (let point = 0; point + 1 < start.length; point++) {
    const [first, end] = [start[point], start[point + 1]];
    if (end - first > 2) leaving.subarray(first, end).sort(byAngle); // of two, each is next to the other
    for (let k = first; k < end; k++) clockwise[leaving[k]] = leaving[k === first ? end - 1 : k - 1];
  }
  return clockwise;
}

/** Half-edges by the point they leave: those of point p are leaving[start[p]] .. leaving[start[p + 1]], in order. */
function byTail(noded: Noded): { start: Uint32Array; leaving: Uint32Array } {
  const { xy, from } = noded;
  const start = new Uint32Array(xy.length / 2 + 1);
  for (let h = 0; h < 2 * from.length; h++) start[tailOf(noded, h) + 1]++;
  for (let p = 1; p < start.length; p++) start[p] += start[p - 1];
  const next = start.slice();
  const leaving = new Uint32Array(2 * from.length);
  for (let h = 0; h < leaving.length; h++) leaving[next[tailOf(noded, h)]++] = h;
  return { start, leaving };
}

type Loops = { readonly loopOf: Uint32Array; readonly firstHalf: number[] };

/** Walks with one face on the left: at each point on along the clockwise neighbour of the way back. */
function traceLoops(clockwise: Uint32Array): Loops {
  const none = 0xffffffff;
  const loopOf = new Uint32Array(clockwise.length).fill(none);
  const firstHalf: number[] = [];
  for (let h = 0; h < clockwise.length; h++) {
    if (loopOf[h] !== none) continue;
    for (let g = h; loopOf[g] === none; g = clockwise[g ^ 1]) loopOf[g] = firstHalf.length;
    firstHalf.push(h);
  }
  return { loopOf, firstHalf };
}

/**
 * Which loops bound the same face: the outer loop of each connected piece bounds the face that the piece lies in. That is
 * the face just left of the piece's lowest leftmost point.
 */
function joinLoops(noded: Noded, clockwise: Uint32Array, { loopOf, firstHalf }: Loops) {
  const endless = firstHalf.length;
  const faces = new DisjointSets(endless + 1);
  const pieces = lowestLeftmost(noded);
  // The piece that begins furthest west has nothing to the west of it: one piece alone needs no search.
  const finder = pieces.length > 1 ? new LeftNeighbour(noded) : undefined;
  const leaving = new Uint32Array(noded.xy.length / 2);
  for (let h = 0; h < clockwise.length; h++) leaving[tailOf(noded, h)] = h;
  for (const point of pieces) {
    const outer = loopOf[outerHalf(noded, clockwise, leaving[point])];
    const beside = finder?.find(point) ?? -1;
    faces.join(outer, beside < 0 ? endless : loopOf[beside]);
  }
  const none = 0xffffffff;
  const number = new Uint32Array(endless + 1).fill(none);
  number[faces.rootOf(endless)] = 0;
  let count = 1;
  const faceOf = new Uint32Array(endless);
  for (let loop = 0; loop < endless; loop++) {
    const root = faces.rootOf(loop);
    if (number[root] === none) number[root] = count++;
    faceOf[loop] = number[root];
  }
  return { faceOf, count };
}

/** Of each connected piece the point that is leftmost, and lowest among those. */
function lowestLeftmost({ xy, from, to }: Noded): number[] {
  const pieces = new DisjointSets(xy.length / 2); // known by the point looked for
  for (let s = 0; s < from.length; s++) {
    const a = pieces.rootOf(from[s]);
    const b = pieces.rootOf(to[s]);
    const dx = xy[2 * a] - xy[2 * b];
    if (dx < 0 || (dx === 0 && xy[2 * a + 1] < xy[2 * b + 1])) pieces.join(b, a);
    else pieces.join(a, b);
  }
  const points: number[] = [];
  const isTold = new Uint8Array(xy.length / 2);
  for (let s = 0; s < from.length; s++) {
    const point = pieces.rootOf(from[s]);
    if (isTold[point] === 0) points.push(point);
    isTold[point] = 1;
  }
  return points;
}

/** Of the half-edges that leave a leftmost point, the one that has the west on its left: the last counter-clockwise. */
function outerHalf(noded: Noded, clockwise: Uint32Array, first: number): number {
  const { xy } = noded;
  const point = tailOf(noded, first);
  let last = first;
  for (let h = clockwise[first]; h !== first; h = clockwise[h]) {
    const [a, b] = [headOf(noded, last), headOf(noded, h)];
    if (orient(xy[2 * point], xy[2 * point + 1], xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1]) > 0)
      last = h;
  }
  return last;
}

/** The segment nearest to the left of a point that lies on none, as the half-edge that has the point on its left. */
class LeftNeighbour implements ItemVisitor {
  private readonly tree = new BoxTree();
  /** Segments as they stand in the tree. */
  private readonly order: Uint32Array;
  private point = 0;
  private best = -1;

  constructor(private readonly noded: Noded) {
    const { xy, from, to } = noded;
    const { length } = from;
    this.order = alongCurve(length, (s, axis) => xy[2 * from[s] + axis] + xy[2 * to[s] + axis]);
    this.tree.clear(length);
    for (let i = 0; i < length; i++) {
      const [a, b] = [2 * from[this.order[i]], 2 * to[this.order[i]]];
      this.tree.put(i, xy[a], xy[a + 1], xy[b], xy[b + 1]);
    }
    this.tree.build();
  }

  /** -1 where there is none. */
  find(point: number): number {
    const { xy, from, to } = this.noded;
    this.point = point;
    this.best = -1;
    this.tree.nearestLeft(xy[2 * point], xy[2 * point + 1], this);
    if (this.best < 0) return -1;
    // The half-edge that runs down has what lies to the right of it on its left.
    return xy[2 * from[this.best] + 1] > xy[2 * to[this.best] + 1] ? 2 * this.best : 2 * this.best + 1;
  }

  item(i: number): void {
    const { xy, from, to } = this.noded;
    const s = this.order[i];
    const y = xy[2 * this.point + 1];
    if (xy[2 * from[s] + 1] > y === xy[2 * to[s] + 1] > y) return;
    if (this.side(s, this.point) >= 0) return;
    if (this.best >= 0 && !this.isLeftOf(this.best, s)) return;
    this.best = s;
    this.tree.leastX = Math.min(xy[2 * from[s]], xy[2 * to[s]]);
  }

  private low(s: number): number {
    const { xy, from, to } = this.noded;
    return xy[2 * from[s] + 1] < xy[2 * to[s] + 1] ? from[s] : to[s];
  }

  private high(s: number): number {
    const { from, to } = this.noded;
    return this.low(s) === from[s] ? to[s] : from[s];
  }

  /** Of a point and a segment taken upward: positive to the left. */
  private side(s: number, point: number): number {
    const { xy } = this.noded;
    const [a, b] = [this.low(s), this.high(s)];
    return orient(xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1], xy[2 * point], xy[2 * point + 1]);
  }

  /** Of two segments that pass one height and do not cross: is s to the left of t? */
  private isLeftOf(s: number, t: number): boolean {
    const { xy } = this.noded;
    if (xy[2 * this.low(t) + 1] >= xy[2 * this.low(s) + 1]) {
      return (this.side(s, this.low(t)) || this.side(s, this.high(t))) < 0;
    }
    return (this.side(t, this.low(s)) || this.side(t, this.high(s))) > 0;
  }
}

/** Green's theorem along each face's half-edges, from a corner of the whole, with the rounding carried along. */
function faceAreas(noded: Noded, faceOf: Uint32Array, count: number): Float64Array {
  const { xy, from, to } = noded;
  const sum = new Float64Array(count);
  const lost = new Float64Array(count);
  const x0 = xy[0];
  const add = (face: number, term: number) => {
    const next = sum[face] + term;
    lost[face] += Math.abs(sum[face]) >= Math.abs(term) ? sum[face] - next + term : term - next + sum[face];
    sum[face] = next;
  };
  for (let s = 0; s < from.length; s++) {
    const [a, b] = [2 * from[s], 2 * to[s]];
    const term = (xy[b + 1] - xy[a + 1]) * ((xy[a] - x0 + (xy[b] - x0)) / 2);
    add(faceOf[2 * s], term);
    add(faceOf[2 * s + 1], -term);
  }
  return sum.map((area, face) => area + lost[face]);
}
