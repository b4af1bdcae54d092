import { bboxOf } from "../core/layer.js";
import type { Metre } from "../core/units.js";
import { CellHeap } from "./cellHeap.js";

/** Cells looked at before the search goes with what it has, and cells times edges. */
const MOST_CELLS = 500;
const MOST_WORK = 60_000;
const FEWEST_CELLS = 25;
/** A circle larger by less than this share is not looked for. */
const CLOSE = 1.003;
/** Edges beyond which places along edges are not tried one by one. */
const MOST_EDGES = 120;
/** Places tried along each edge. */
const PLACES = 5;

/**
 * Diameter of the largest circle inside an area: how wide it is at its widest (design 3.6).
 *
 * Two searches, the larger answer: cells round the middle, halved where a larger circle may lie (polylabel,
 * V. Agafonkin, 2016), which is good for stout areas; and circles that rest on an edge, which is good for strips. Both
 * give circles that are inside, so the answer is never too large; it is short by less than 1 per cent, in
 * strips with much waving border by a few. No circle is wider than two parallel lines that have all of the area between
 * them are apart: where one is as wide, the search is over.
 *
 * @param rings closed borders, the area on their left
 */
export function inscribedWidth(rings: readonly Float64Array[]): { widthM: Metre; x: number; y: number } {
  const edges = new Edges(rings);
  const heap = new CellHeap();
  const best: Circle = { x: edges.ends[0], y: edges.ends[1], r: 0 };
  // A few cells first: circles on edges smaller than theirs are dismissed at the first edge in their way.
  searchCells(edges, heap, best, FEWEST_CELLS);
  if (edges.count <= MOST_EDGES) searchEdges(edges, best);
  // In a strip the widest circles lie one beside the other, and cells without number would have to be looked at.
  const isWidest = edges.count <= MOST_EDGES && 2 * best.r * CLOSE >= edges.breadth();
  if (!isWidest) searchCells(edges, heap, best, MOST_WORK / edges.count);
  return { widthM: 2 * best.r, x: best.x, y: best.y };
}

/** The largest so far. */
type Circle = { x: number; y: number; r: number };

/** Edges are passed over unseen where they lie further off than matters, by more than rounding can make up for. */
const BEYOND = 1 + 2 ** -30;
const ROUNDING = 2 ** -40;

/**
 * The edges of a border, and which of them was in the way last. Where one circle did not fit the next one tried seldom
 * does, and mostly for the same edge: it is asked first, which is most of the work spared and changes no answer.
 */
class Edges {
  /** x1, y1, x2, y2 of each edge. */
  readonly ends: Float64Array;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  private readonly slackM: Metre;
  private inTheWay = 0;

  constructor(rings: readonly Float64Array[]) {
    let length = 0;
    for (const ring of rings) length += 2 * Math.max(0, ring.length - 2);
    const ends = new Float64Array(length);
    let at = 0;
    for (const ring of rings) {
      for (let i = 0; i + 3 < ring.length; i += 2, at += 4) {
        ends[at] = ring[i];
        ends[at + 1] = ring[i + 1];
        ends[at + 2] = ring[i + 2];
        ends[at + 3] = ring[i + 3];
      }
    }
    this.ends = ends;
    [this.minX, this.minY, this.maxX, this.maxY] = bboxOf(ends, 0, length / 2);
    this.slackM = ROUNDING * this.side;
  }

  get count(): number {
    return this.ends.length / 4;
  }

  /** Of the square round all. */
  get side(): Metre {
    return Math.max(this.maxX - this.minX, this.maxY - this.minY);
  }

  /** How far apart two parallel lines are that have all of it between them, at least, one of them along an edge. */
  breadth(): Metre {
    const { ends } = this;
    let least = Infinity;
    for (let e = 0; e < ends.length; e += 4) {
      const dx = ends[e + 2] - ends[e];
      const dy = ends[e + 3] - ends[e + 1];
      const length = Math.sqrt(dx * dx + dy * dy);
      if (length === 0) continue;
      let low = 0;
      let high = 0;
      for (let i = 0; i < ends.length; i += 4) {
        const beside = (dx * (ends[i + 1] - ends[e + 1]) - dy * (ends[i] - ends[e])) / length;
        if (beside < low) low = beside;
        else if (beside > high) high = beside;
      }
      least = Math.min(least, high - low);
    }
    return least;
  }

  /** Is a point inside? Edges to the right of it are counted. */
  holds(x: number, y: number): boolean {
    const { ends } = this;
    let inside = false;
    for (let i = 0; i < ends.length; i += 4) {
      const ay = ends[i + 1] - y;
      const by = ends[i + 3] - y;
      if (ay > 0 === by > 0) continue;
      const ax = ends[i] - x;
      if (ax - (ay * (ends[i + 2] - x - ax)) / (by - ay) > 0) inside = !inside;
    }
    return inside;
  }

  /**
   * Distance to the border: positive inside, negative outside.
   *
   * @param nearest where it is positive, what is this near to the border, or outside, is of no use: 0 for it
   */
  depthAt(x: number, y: number, nearest: Metre): Metre {
    const { ends } = this;
    const enough = nearest > 0 ? nearest * nearest : -1;
    if (enough > 0 && squaredTo(ends, this.inTheWay, x, y) <= enough) return 0;
    const inside = this.holds(x, y);
    if (enough > 0 && !inside) return 0;
    let least = Infinity;
    let far = Infinity;
    for (let i = 0; i < ends.length; i += 4) {
      if (isBeside(ends, i, x, y, far)) continue;
      const squared = squaredTo(ends, i, x, y);
      if (squared >= least) continue;
      least = squared;
      if (least <= enough) {
        this.inTheWay = i;
        return 0;
      }
      far = Math.sqrt(least) * BEYOND + this.slackM;
    }
    return inside ? Math.sqrt(least) : -Math.sqrt(least);
  }

  /**
   * How large a circle may be that touches a point of edge e and has its centre along n, until it touches another edge.
   *
   * @param enough one no larger is of no use: that, or less
   */
  largestOn(e: number, x: number, y: number, nx: number, ny: number, enough: Metre): Metre {
    const { ends, inTheWay, slackM } = this;
    let r = inTheWay === e ? Infinity : radiusTo(ends, inTheWay, x, y, nx, ny);
    if (r <= enough) return r;
    // From the edge outward, both ways: what is in the way is mostly near.
    const { length } = ends;
    for (let step = 4; step < length; step += 4) {
      const half = 4 * (step >> 3);
      let i = (step & 4) === 4 ? e + half + 4 : e - half;
      if (i >= length) i -= length;
      else if (i < 0) i += length;
      if (r < Infinity && isBeside(ends, i, x + nx * r, y + ny * r, r * BEYOND + slackM)) continue;
      const upTo = radiusTo(ends, i, x, y, nx, ny);
      if (upTo >= r) continue;
      r = upTo;
      if (r > enough) continue;
      this.inTheWay = i;
      return r;
    }
    return r;
  }
}

/** Does edge i keep to one side of the square that reaches `far` from a point? */
function isBeside(ends: Float64Array, i: number, x: number, y: number, far: number): boolean {
  const ax = ends[i] - x;
  const bx = ends[i + 2] - x;
  if (ax > far ? bx > far : ax < -far && bx < -far) return true;
  const ay = ends[i + 1] - y;
  const by = ends[i + 3] - y;
  return ay > far ? by > far : ay < -far && by < -far;
}

/** Squared distance of a point to edge i. */
function squaredTo(ends: Float64Array, i: number, x: number, y: number): number {
  const ax = ends[i] - x;
  const ay = ends[i + 1] - y;
  const dx = ends[i + 2] - x - ax;
  const dy = ends[i + 3] - y - ay;
  const length2 = dx * dx + dy * dy;
  const along = -(ax * dx + ay * dy);
  const t = length2 === 0 || along <= 0 ? 0 : along >= length2 ? 1 : along / length2;
  const px = ax + t * dx;
  const py = ay + t * dy;
  return px * px + py * py;
}

/**
 * @param best the largest circle known; it grows
 * @param cells halved at most, within MOST_CELLS and FEWEST_CELLS
 */
function searchCells(edges: Edges, heap: CellHeap, best: Circle, cells: number): void {
  const { minX, minY, maxX, maxY, side } = edges;
  heap.clear();
  look(edges, heap, best, (minX + maxX) / 2, (minY + maxY) / 2, side / 2);
  const most = Math.min(MOST_CELLS, Math.max(FEWEST_CELLS, cells));
  for (let n = 0; n < most && heap.pop(); n++) {
    if (heap.reach <= best.r * CLOSE) break;
    const { x, y } = heap;
    const quarter = heap.half / 2;
    look(edges, heap, best, x - quarter, y - quarter, quarter);
    look(edges, heap, best, x + quarter, y - quarter, quarter);
    look(edges, heap, best, x - quarter, y + quarter, quarter);
    look(edges, heap, best, x + quarter, y + quarter, quarter);
  }
}

/** Takes up the circle round the middle of a cell where it is larger, and the cell where another in it may be. */
function look(edges: Edges, heap: CellHeap, best: Circle, x: number, y: number, half: Metre): void {
  const across = half * Math.SQRT2;
  const r = edges.depthAt(x, y, best.r * CLOSE - across);
  if (r > best.r) {
    best.x = x;
    best.y = y;
    best.r = r;
  }
  const reach = r + across;
  if (reach > best.r * CLOSE) heap.push(x, y, half, reach);
}

/** The largest circle that touches an edge at one of some places along it, made better round the best of them. */
function searchEdges(edges: Edges, best: Circle): void {
  let bestEdge = -1;
  let bestT = 0;
  for (let e = 0; e < edges.ends.length; e += 4) {
    for (let k = 0; k < PLACES; k++) {
      const t = (k + 0.5) / PLACES;
      if (!enlarge(edges, e, t, best)) continue;
      bestEdge = e;
      bestT = t;
    }
  }
  for (let step = 0.5 / PLACES; bestEdge >= 0 && step > 1e-4; step /= 2) {
    if (enlarge(edges, bestEdge, bestT - step, best)) bestT -= step;
    else if (enlarge(edges, bestEdge, bestT + step, best)) bestT += step;
  }
}

/** Makes `best` the largest circle inside that touches edge e at t, where that is larger. @returns whether */
function enlarge(edges: Edges, e: number, t: number, best: Circle): boolean {
  const { ends } = edges;
  const dx = ends[e + 2] - ends[e];
  const dy = ends[e + 3] - ends[e + 1];
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length === 0 || t < 0 || t > 1) return false;
  const x = ends[e] + t * dx;
  const y = ends[e + 1] + t * dy;
  const nx = -dy / length;
  const ny = dx / length;
  const r = edges.largestOn(e, x, y, nx, ny, best.r);
  if (r === Infinity || r <= best.r || edges.depthAt(x + nx * r, y + ny * r, 0) <= 0) return false;
  best.x = x + nx * r;
  best.y = y + ny * r;
  best.r = r;
  return true;
}

/** How large a circle that touches point p and has its centre along n may be until it touches edge i. */
function radiusTo(edges: Float64Array, i: number, x: number, y: number, nx: number, ny: number): number {
  const ax = edges[i] - x;
  const ay = edges[i + 1] - y;
  const bx = edges[i + 2] - x;
  const by = edges[i + 3] - y;
  const alongA = ax * nx + ay * ny;
  const alongB = bx * nx + by * ny;
  if (alongA <= 0 && alongB <= 0) return Infinity; // all of it lies behind
  let r = alongA <= 0 ? Infinity : (ax * ax + ay * ay) / (2 * alongA);
  if (alongB > 0) r = Math.min(r, (bx * bx + by * by) / (2 * alongB));
  const dx = bx - ax;
  const dy = by - ay;
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length === 0) return r;
  // Distance of the centre r n to the line is |h - r s|; it touches where that is r.
  const h = (ax * dy - ay * dx) / length;
  const s = (nx * dy - ny * dx) / length;
  for (let way = 1; way >= -1; way -= 2) {
    const touch = h / (s + way);
    if (!(touch > 0) || touch >= r) continue;
    const along = (nx * touch - ax) * dx + (ny * touch - ay) * dy;
    if (along >= 0 && along <= length * length) r = touch;
  }
  return r;
}
