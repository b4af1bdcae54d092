import type { Metre } from "../core/units.js";

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
 * strips with much waving border by a few.
 *
 * @param rings closed borders, any direction
 */
export function inscribedWidth(rings: readonly Float64Array[]): { widthM: Metre; x: number; y: number } {
  const edges = new Edges(rings);
  // A few cells first: circles on edges smaller than theirs are dismissed at the first edge in their way.
  const [x, y] = edges.ends;
  const first = searchCells(edges, { x, y, r: 0 }, FEWEST_CELLS);
  const onEdges = edges.count <= MOST_EDGES ? searchEdges(edges, first) : first;
  const best = searchCells(edges, onEdges, MOST_WORK / edges.count);
  return { widthM: 2 * best.r, x: best.x, y: best.y };
}

type Circle = { readonly x: number; readonly y: number; readonly r: number };

/**
 * The edges of a border, and which of them was in the way last. Where one circle did not fit the next one tried seldom
 * does, and mostly for the same edge: it is asked first, which is most of the work spared and changes no answer.
 */
class Edges {
  /** x1, y1, x2, y2 of each edge. */
  readonly ends: Float64Array;
  private inTheWay = 0;

  constructor(rings: readonly Float64Array[]) {
    this.ends = new Float64Array(rings.reduce((sum, ring) => sum + 2 * Math.max(0, ring.length - 2), 0));
    let at = 0;
    for (const ring of rings) {
      for (let i = 0; i + 3 < ring.length; i += 2) {
        this.ends.set(ring.subarray(i, i + 4), at);
        at += 4;
      }
    }
  }

  get count(): number {
    return this.ends.length / 4;
  }

  /**
   * Distance to the border: positive inside, negative outside.
   *
   * @param nearest what is this near to the border is of no use: 0 for it, or less
   */
  depthAt(x: number, y: number, nearest = 0): number {
    const { ends } = this;
    const enough = nearest > 0 ? nearest * nearest : -1;
    if (enough > 0 && squaredTo(ends, this.inTheWay, x, y) <= enough) return 0;
    let least = Infinity;
    let inside = false;
    for (let i = 0; i < ends.length; i += 4) {
      const ay = ends[i + 1] - y;
      const by = ends[i + 3] - y;
      if (ay > 0 !== by > 0) {
        const ax = ends[i] - x;
        if (ax - (ay * (ends[i + 2] - x - ax)) / (by - ay) > 0) inside = !inside;
      }
      const squared = squaredTo(ends, i, x, y);
      if (squared >= least) continue;
      least = squared;
      if (least > enough) continue;
      this.inTheWay = i;
      return 0;
    }
    return inside ? Math.sqrt(least) : -Math.sqrt(least);
  }

  /**
   * How large a circle may be that touches a point of edge e and has its centre along n, until it touches another edge.
   *
   * @param enough one no larger is of no use: that, or less
   */
  largestOn(e: number, x: number, y: number, nx: number, ny: number, enough: number): number {
    const { ends, inTheWay } = this;
    if (inTheWay !== e && radiusTo(ends, inTheWay, x, y, nx, ny) <= enough) return enough;
    let r = Infinity;
    // From the edge outward, both ways: what is in the way is mostly near.
    const { length } = ends;
    for (let step = 4; step < length; step += 4) {
      const half = step >> 3;
      const i = (step & 4) === 4 ? (e + 4 * half + 4) % length : (e - 4 * half + length) % length;
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

type Cell = Circle & { readonly half: number; readonly reach: number };

/**
 * @param found the largest circle known
 * @param cells halved at most, within MOST_CELLS and FEWEST_CELLS
 */
function searchCells(edges: Edges, found: Circle, cells: number): Circle {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  const { ends } = edges;
  for (let i = 0; i < ends.length; i += 2) {
    minX = Math.min(minX, ends[i]);
    maxX = Math.max(maxX, ends[i]);
    minY = Math.min(minY, ends[i + 1]);
    maxY = Math.max(maxY, ends[i + 1]);
  }
  const side = Math.max(maxX - minX, maxY - minY);
  let best = found;
  const heap: Cell[] = [];
  const look = (x: number, y: number, half: number) => {
    const across = half * Math.SQRT2;
    const r = edges.depthAt(x, y, best.r * CLOSE - across);
    if (r > best.r) best = { x, y, r };
    const reach = r + across;
    if (reach > best.r * CLOSE) push(heap, { x, y, r, half, reach });
  };
  look((minX + maxX) / 2, (minY + maxY) / 2, side / 2);
  const most = Math.min(MOST_CELLS, Math.max(FEWEST_CELLS, cells));
  for (let n = 0; n < most && heap.length > 0; n++) {
    const { x, y, half, reach } = pop(heap);
    if (reach <= best.r * CLOSE) break;
    const quarter = half / 2;
    look(x - quarter, y - quarter, quarter);
    look(x + quarter, y - quarter, quarter);
    look(x - quarter, y + quarter, quarter);
    look(x + quarter, y + quarter, quarter);
  }
  return best;
}

function push(heap: Cell[], cell: Cell): void {
  let at = heap.push(cell) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (heap[above].reach >= cell.reach) break;
    heap[at] = heap[above];
    at = above;
  }
  heap[at] = cell;
}

function pop(heap: Cell[]): Cell {
  const top = heap[0];
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && heap[child + 1].reach > heap[child].reach) child++;
    if (heap[child].reach <= last.reach) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return top;
}

/** The largest circle that touches an edge at one of some places along it, made better round the best of them. */
function searchEdges(edges: Edges, found: Circle): Circle {
  const best = { ...found };
  let bestEdge = -1;
  let bestT = 0;
  for (let e = 0; e < edges.ends.length; e += 4) {
    for (let k = 0; k < PLACES; k++) {
      const t = (k + 0.5) / PLACES;
      if (enlarge(edges, e, t, best)) [bestEdge, bestT] = [e, t];
    }
  }
  for (let step = 0.5 / PLACES; bestEdge >= 0 && step > 1e-4; step /= 2) {
    if (enlarge(edges, bestEdge, bestT - step, best)) bestT -= step;
    else if (enlarge(edges, bestEdge, bestT + step, best)) bestT += step;
  }
  return best;
}

/** Makes `best` the largest circle inside that touches edge e at t from either side, where that is larger. @returns whether */
function enlarge(
  edges: Edges,
  e: number,
  t: number,
  best: { -readonly [K in keyof Circle]: number },
): boolean {
  const { ends } = edges;
  const dx = ends[e + 2] - ends[e];
  const dy = ends[e + 3] - ends[e + 1];
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length === 0 || t < 0 || t > 1) return false;
  const x = ends[e] + t * dx;
  const y = ends[e + 1] + t * dy;
  let isLarger = false;
  for (let way = 1; way >= -1; way -= 2) {
    const nx = (-dy / length) * way;
    const ny = (dx / length) * way;
    const r = edges.largestOn(e, x, y, nx, ny, best.r);
    if (r === Infinity || r <= best.r || edges.depthAt(x + nx * r, y + ny * r) <= 0) continue;
    best.x = x + nx * r;
    best.y = y + ny * r;
    best.r = r;
    isLarger = true;
  }
  return isLarger;
}

/** How large a circle that touches point p and has its centre along n may be until it touches edge i. */
function radiusTo(edges: Float64Array, i: number, x: number, y: number, nx: number, ny: number): number {
  const ax = edges[i] - x;
  const ay = edges[i + 1] - y;
  const bx = edges[i + 2] - x;
  const by = edges[i + 3] - y;
  const alongA = ax * nx + ay * ny;
  const alongB = bx * nx + by * ny;
  let r = alongA <= 0 ? Infinity : (ax * ax + ay * ay) / (2 * alongA);
  if (alongB > 0) r = Math.min(r, (bx * bx + by * by) / (2 * alongB));
  if (alongA <= 0 && alongB <= 0) return r; // all of it lies behind
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
