import type { Layer } from "../core/layer.js";
import { Crossings } from "../core/nearPoints.js";
import { VertexTable } from "../core/vertexTable.js";
import { BoxTree } from "./boxTree.js";
import { mergeRuns, type Runs } from "./runs.js";
import { crossingPoint, meet, type Signs } from "./segments.js";

/** Segments that meet in nothing but common ends, each once, with what the rings do along it. */
export type Noded = {
  /** Points, x and y in turn. */
  readonly xy: Float64Array;
  /** Segment s runs from point `from[s]` to point `to[s]`. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Rings that run along a segment more often one way than the other; none where all run there and back. */
  readonly runs: Runs;
};

/** Told of a vertex. */
export type OnBorder = (x: number, y: number) => void;

/** Rounds of cutting before we give up, and points. Real polygons settle in two or three; a scribble has n^2 crossings. */
const MOST_ROUNDS = 24;
const MOST_POINTS = 2_000_000;

/**
 * Cuts the borders of one feature where they cross, touch or run on each other, until they meet in nothing but ends. No
 * vertex moves: only the new points are rounded, to doubles or to a point that is as near (`Crossings`). Rounding can move a segment
 * across a vertex that lies as near, so it is done over until nothing meets (as JTS IteratedNoder).
 *
 * @param onBorder told of each vertex that lies inside an edge, exactly; of one in several edges, that often. Of some only where
 *   there are too many points
 * @returns undefined when it does not settle, or would need more than two million points
 */
export function nodeFeature(layer: Layer, feature: number, onBorder?: OnBorder): Noded | undefined {
  const noder = new Noder();
  noder.read(layer, feature);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    noder.onBorder = round === 0 ? onBorder : undefined; // what is cut later was made here
    const state = noder.cut();
    if (state === "settled") return noder.merge();
    if (state === "too many") return undefined;
  }
  return undefined;
}

class Noder {
  private table = new VertexTable(2);
  private crossings = new Crossings(this.table);
  private from: number[] = [];
  private to: number[] = [];
  private ring: number[] = [];
  private cuts = new Map<number, number[]>();
  onBorder: OnBorder | undefined;
  private readonly tree = new BoxTree();
  private readonly signs: Signs = { p: 0, q: 0, u: 0, v: 0 };

  /** Vertices that are no numbers are passed over, rings are closed. */
  read({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): void {
    const first = partRing[featurePart[feature]];
    const end = partRing[featurePart[feature + 1]];
    this.table = new VertexTable(2 ** Math.ceil(Math.log2(2 * (ringVertex[end] - ringVertex[first]) + 32)));
    this.crossings = new Crossings(this.table);
    for (let r = first; r < end; r++) {
      let begin = -1;
      let before = -1;
      for (let v = ringVertex[r]; v < ringVertex[r + 1]; v++) {
        if (!Number.isFinite(xy[2 * v]) || !Number.isFinite(xy[2 * v + 1])) continue;
        const point = this.point(xy[2 * v], xy[2 * v + 1]);
        if (before < 0) begin = point;
        else this.segment(before, point, r - first);
        before = point;
      }
      if (before >= 0) this.segment(before, begin, r - first);
    }
  }

  private segment(from: number, to: number, ring: number): void {
    if (from === to) return;
    this.from.push(from);
    this.to.push(to);
    this.ring.push(ring);
  }

  private point(x: number, y: number): number {
    return this.table.of(x, y);
  }

  private get xy(): Float64Array {
    return this.table.xy;
  }

  private get points(): number {
    return this.table.count;
  }

  /** One round: finds all meetings, then cuts. */
  cut(): "settled" | "cut" | "too many" {
    const { tree, xy, from, to } = this;
    this.cuts.clear();
    tree.clear(from.length);
    for (let s = 0; s < from.length; s++) {
      tree.put(s, xy[2 * from[s]], xy[2 * from[s] + 1], xy[2 * to[s]], xy[2 * to[s] + 1]);
    }
    tree.build();
    if (!tree.pairs(this)) return "too many";
    if (this.cuts.size === 0) return "settled";
    this.applyCuts();
    return "cut";
  }

  pair(i: number, j: number): boolean {
    const { from, to, signs } = this;
    const [a, a2, b, b2] = [from[i], to[i], from[j], to[j]];
    if ((a === b && a2 === b2) || (a === b2 && a2 === b)) return true;
    const how = meet(this.xy, a, a2, b, b2, signs);
    if (how === "apart") return true;
    if (how === "cross") {
      const point = this.crossings.of(...crossingPoint(this.xy, a, a2, b, b2));
      this.cutAt(i, point);
      this.cutAt(j, point);
    } else if (how === "touch") {
      if (signs.u === 0 && signs.v === 0) return true; // end to end on one line
      if (signs.u === 0) this.cutAtVertex(i, b);
      if (signs.v === 0) this.cutAtVertex(i, b2);
      if (signs.p === 0) this.cutAtVertex(j, a);
      if (signs.q === 0) this.cutAtVertex(j, a2);
    } else {
      for (const point of [b, b2]) if (this.isBetween(point, a, a2)) this.cutAtVertex(i, point);
      for (const point of [a, a2]) if (this.isBetween(point, b, b2)) this.cutAtVertex(j, point);
    }
    return this.points < MOST_POINTS;
  }

  private cutAtVertex(s: number, point: number): void {
    if (point !== this.from[s] && point !== this.to[s])
      this.onBorder?.(this.xy[2 * point], this.xy[2 * point + 1]);
    this.cutAt(s, point);
  }

  private cutAt(s: number, point: number): void {
    if (point === this.from[s] || point === this.to[s]) return;
    const known = this.cuts.get(s);
    if (known === undefined) this.cuts.set(s, [point]);
    else known.push(point);
  }

  /** Of three points on one line. */
  private isBetween(point: number, a: number, b: number): boolean {
    const { xy } = this;
    const axis = xy[2 * a] === xy[2 * b] ? 1 : 0;
    const [at, one, other] = [xy[2 * point + axis], xy[2 * a + axis], xy[2 * b + axis]];
    return at > Math.min(one, other) && at < Math.max(one, other);
  }

  private applyCuts(): void {
    const { xy, cuts, from, to, ring } = this;
    this.from = [];
    this.to = [];
    this.ring = [];
    for (let s = 0; s < from.length; s++) {
      let before = from[s];
      for (const point of this.inOrder(xy, cuts.get(s) ?? [], from[s], to[s])) {
        this.segment(before, point, ring[s]);
        before = point;
      }
      this.segment(before, to[s], ring[s]);
    }
  }

  private inOrder(xy: Float64Array, points: number[], from: number, to: number): number[] {
    if (points.length < 2) return points;
    const dx = xy[2 * to] - xy[2 * from];
    const dy = xy[2 * to + 1] - xy[2 * from + 1];
    const [main, side] = Math.abs(dx) >= Math.abs(dy) ? [0, 1] : [1, 0];
    const ways = [Math.sign(dx) || 1, Math.sign(dy) || 1];
    return points.sort(
      (p, q) =>
        ways[main] * (xy[2 * p + main] - xy[2 * q + main]) ||
        ways[side] * (xy[2 * p + side] - xy[2 * q + side]),
    );
  }

  merge(): Noded {
    return { xy: this.xy.subarray(0, 2 * this.points), ...mergeRuns(this.from, this.to, this.ring) };
  }
}
