import { grown } from "../core/grown.js";
import { type CellList, cellsOf, columnOf, type EdgeGrid, rowOf } from "../index/edgeGrid.js";
import { compareAlong, type Segment } from "./along.js";
import { GROUND, orient, orientError, tieSide } from "./perturb.js";

/** All zone rings of a run as one pile of edges; edge e runs from vertex e to vertex e + 1. */
export type ZoneEdges = {
  readonly xy: Float64Array;
  readonly ringOf: Uint32Array; // per vertex
  readonly ownerOf: Uint32Array; // per ring: the zone polygon
  /** Of each pair of twins the grid has one. */
  readonly grid: EdgeGrid;
  /** Per edge in the grid: the same segment in the ring of another zone, or NO_TWIN. Neighbours share their border. */
  readonly twin: Uint32Array;
};

export const NO_TWIN = 0xffffffff;

/** An edge of one zone polygon that properly crosses another edge of the same polygon. */
export type SelfCrossing = { readonly zone: number; readonly x: number; readonly y: number };

/** Up to so many cells, looking for a crossing among those found costs less than stamping every edge tested. */
const FEW_CELLS = 8;

/**
 * Finds where one edge crosses the edges of zones, in order along it.
 * Results stand in the public columns, entries 0 .. count - 1, until the next call.
 */
export class Crosser {
  count = 0;
  /** Zone edge crossed. */
  edge: Uint32Array = new Uint32Array(16);
  /** Where along the walked edge, and how wrong that may be. */
  t: Float64Array = new Float64Array(16);
  tError: Float64Array = new Float64Array(16);
  /** Where along the zone edge, and how wrong that may be. */
  zoneT: Float64Array = new Float64Array(16);
  zoneTError: Float64Array = new Float64Array(16);
  /** The crossing point: one point for both edges. */
  x: Float64Array = new Float64Array(16);
  y: Float64Array = new Float64Array(16);
  /** 1 when the zone edge goes from right to left of the walked edge. */
  leftward: Uint8Array = new Uint8Array(16);
  private order: Uint32Array = new Uint32Array(16);
  readonly selfCrossings: SelfCrossing[] = [];

  private readonly stamp: Uint32Array;
  private walk = 0;
  private readonly list: CellList = { cells: new Uint32Array(64) };
  private px = 0;
  private py = 0;
  private qx = 0;
  private qy = 0;
  private owner = GROUND;
  private self = -1;

  private readonly xy: Float64Array;
  private readonly ringOf: Uint32Array;
  private readonly ownerOf: Uint32Array;
  private readonly grid: EdgeGrid;
  private readonly cellStart: Uint32Array;
  private readonly cellEdge: Uint32Array;
  private readonly twin: Uint32Array;

  constructor(zones: ZoneEdges) {
    this.xy = zones.xy;
    this.ringOf = zones.ringOf;
    this.ownerOf = zones.ownerOf;
    this.grid = zones.grid;
    this.cellStart = zones.grid.cellStart;
    this.cellEdge = zones.grid.cellEdge;
    this.twin = zones.twin;
    this.stamp = new Uint32Array(zones.ringOf.length);
  }

  /**
   * Crossings of p -> q, an edge of `owner`, with all zone edges of other owners. p and q differ.
   * @param self which zone edge p -> q is, or -1 for ground: it does not cross itself, and later edges of its own zone
   * are tested for self-crossing
   */
  collect(px: number, py: number, qx: number, qy: number, owner: number, self: number): number {
    const { grid } = this;
    this.px = px;
    this.py = py;
    this.qx = qx;
    this.qy = qy;
    this.owner = owner;
    this.self = self;
    this.count = 0;
    const cell = rowOf(grid, py) * grid.columns + columnOf(grid, px);
    if (cell === rowOf(grid, qy) * grid.columns + columnOf(grid, qx)) this.testCell(cell, false);
    else {
      // Zone edges stand in several cells. On a short way a crossing met again is told by those already found.
      const cells = cellsOf(grid, px, py, qx, qy, this.list);
      const once = cells > FEW_CELLS;
      if (once && ++this.walk === 0xffffffff) {
        this.stamp.fill(0);
        this.walk = 1;
      }
      for (let c = 0; c < cells; c++) this.testCell(this.list.cells[c], once);
    }
    if (this.count > 1) this.sort();
    return this.count;
  }

  private testCell(cell: number, once: boolean): void {
    const { cellStart, cellEdge, xy, px, py, qx, qy } = this;
    const end = cellStart[cell + 1];
    let k = cellStart[cell];
    if (k === end) return;
    const { self, twin, stamp, walk } = this;
    const minX = px < qx ? px : qx;
    const maxX = px < qx ? qx : px;
    const minY = py < qy ? py : qy;
    const maxY = py < qy ? qy : py;
    for (; k < end; k++) {
      const e = cellEdge[k];
      if (once) {
        if (stamp[e] === walk) continue;
        stamp[e] = walk;
      }
      const ux = xy[2 * e];
      const vx = xy[2 * e + 2];
      if ((ux < minX && vx < minX) || (ux > maxX && vx > maxX)) continue;
      const uy = xy[2 * e + 1];
      const vy = xy[2 * e + 3];
      if ((uy < minY && vy < minY) || (uy > maxY && vy > maxY)) continue;
      // One and the same segment, in this ring or in both: side by side in the moved picture.
      if (e === self || twin[e] === self) continue;
      const u = orient(px, py, qx, qy, ux, uy);
      const v = orient(px, py, qx, qy, vx, vy);
      if ((u > 0 && v > 0) || (u < 0 && v < 0)) continue;
      const p = orient(ux, uy, vx, vy, px, py);
      const q = orient(ux, uy, vx, vy, qx, qy);
      if ((p > 0 && q > 0) || (p < 0 && q < 0)) continue;
      this.settle(e, p, q, u, v, ux, uy, vx, vy, once);
      const t = twin[e];
      if (t === NO_TWIN) continue;
      if (xy[2 * t] === ux && xy[2 * t + 1] === uy) this.settle(t, p, q, u, v, ux, uy, vx, vy, once);
      else this.settle(t, -p, -q, v, u, vx, vy, ux, uy, once);
    }
  }

  /**
   * Two edges that meet, or nearly: do they cross in the moved picture?
   * p, q: the walked edge's ends against zone edge e; u, v: e's ends against the walked edge.
   */
  private settle(
    e: number,
    p: number,
    q: number,
    u: number,
    v: number,
    ux: number,
    uy: number,
    vx: number,
    vy: number,
    once: boolean,
  ): void {
    const { px, py, qx, qy, owner } = this;
    const zone = this.ownerOf[this.ringOf[e]];
    if (zone === owner) {
      const proper = (p > 0 ? q < 0 : p < 0 && q > 0) && (u > 0 ? v < 0 : u < 0 && v > 0);
      if (proper && e > this.self) this.selfCrossings.push(crossingOf(zone, u, v, ux, uy, vx, vy));
      return;
    }
    const uLeft = (u !== 0 ? u : tieSide(px, py, qx, qy, owner, zone)) > 0;
    const vLeft = (v !== 0 ? v : tieSide(px, py, qx, qy, owner, zone)) > 0;
    if (uLeft === vLeft) return;
    const pLeft = (p !== 0 ? p : tieSide(ux, uy, vx, vy, zone, owner)) > 0;
    const qLeft = (q !== 0 ? q : tieSide(ux, uy, vx, vy, zone, owner)) > 0;
    if (pLeft === qLeft || (!once && this.isFound(e))) return;
    this.leftward[this.count] = uLeft ? 0 : 1;
    this.add(e, zone, p, q, u, v, ux, uy, vx, vy);
  }

  private isFound(e: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.edge[i] === e) return true;
    return false;
  }

  /** p, q: the walked edge's ends against the zone edge; u, v: the zone edge's ends against the walked edge. */
  private add(
    e: number,
    zone: number,
    p: number,
    q: number,
    u: number,
    v: number,
    ux: number,
    uy: number,
    vx: number,
    vy: number,
  ): void {
    const i = this.count++;
    if (this.count === this.edge.length) this.grow();
    const { px, py, qx, qy } = this;
    this.edge[i] = e;
    this.t[i] = p / (p - q);
    this.zoneT[i] = u / (u - v);
    this.tError[i] =
      (orientError(ux, uy, vx, vy, px, py) + orientError(ux, uy, vx, vy, qx, qy)) / Math.abs(p - q) + 1e-15;
    this.zoneTError[i] =
      (orientError(px, py, qx, qy, ux, uy) + orientError(px, py, qx, qy, vx, vy)) / Math.abs(u - v) + 1e-15;
    // One point for both edges, whichever of them is walked: computed on the edge of the lower owner.
    if (zone < this.owner) this.place(i, u, v, ux, uy, vx, vy, p, q, px, py, qx, qy);
    else this.place(i, p, q, px, py, qx, qy, u, v, ux, uy, vx, vy);
  }

  private place(
    i: number,
    a: number,
    b: number,
    ax: number,
    ay: number,
    bx: number,
    by: number,
    c: number,
    d: number,
    cx: number,
    cy: number,
    dx: number,
    dy: number,
  ): void {
    if (a === 0) this.put(i, ax, ay);
    else if (b === 0) this.put(i, bx, by);
    else if (c === 0) this.put(i, cx, cy);
    else if (d === 0) this.put(i, dx, dy);
    else {
      const t = a / (a - b);
      if (t <= 0.5) this.put(i, ax + t * (bx - ax), ay + t * (by - ay));
      else {
        const s = b / (b - a);
        this.put(i, bx + s * (ax - bx), by + s * (ay - by));
      }
    }
  }

  private put(i: number, x: number, y: number): void {
    this.x[i] = x;
    this.y[i] = y;
  }

  private sort(): void {
    const { count } = this;
    if (this.order.length < count) this.order = new Uint32Array(2 * count);
    const order = this.order.subarray(0, count);
    for (let i = 0; i < count; i++) order[i] = i;
    if (count > 24) order.sort((a, b) => this.compare(a, b));
    else {
      for (let i = 1; i < count; i++) {
        const moving = order[i];
        let j = i;
        for (; j > 0 && this.compare(order[j - 1], moving) > 0; j--) order[j] = order[j - 1];
        order[j] = moving;
      }
    }
    for (const column of [
      this.edge,
      this.t,
      this.tError,
      this.zoneT,
      this.zoneTError,
      this.x,
      this.y,
      this.leftward,
    ]) {
      permute(column, order);
    }
  }

  private compare(a: number, b: number): number {
    const apart = this.t[a] - this.t[b];
    const doubt = this.tError[a] + this.tError[b];
    if (apart > doubt) return 1;
    if (apart < -doubt) return -1;
    const { ringOf, ownerOf } = this;
    const zoneA = ownerOf[ringOf[this.edge[a]]];
    const zoneB = ownerOf[ringOf[this.edge[b]]];
    return compareAlong(
      [this.px, this.py, this.qx, this.qy],
      this.owner,
      zoneEdge(this.xy, this.edge[a]),
      zoneA,
      zoneEdge(this.xy, this.edge[b]),
      zoneB,
    );
  }

  private grow(): void {
    const length = 2 * this.edge.length;
    this.edge = grown(this.edge, length);
    this.t = grown(this.t, length);
    this.tError = grown(this.tError, length);
    this.zoneT = grown(this.zoneT, length);
    this.zoneTError = grown(this.zoneTError, length);
    this.x = grown(this.x, length);
    this.y = grown(this.y, length);
    this.leftward = grown(this.leftward, length);
  }
}

function crossingOf(
  zone: number,
  u: number,
  v: number,
  ux: number,
  uy: number,
  vx: number,
  vy: number,
): SelfCrossing {
  const t = u / (u - v);
  return { zone, x: ux + t * (vx - ux), y: uy + t * (vy - uy) };
}

export function zoneEdge(xy: Float64Array, e: number): Segment {
  return [xy[2 * e], xy[2 * e + 1], xy[2 * e + 2], xy[2 * e + 3]];
}

let kept = new Float64Array(32);

function permute(column: Float64Array | Uint32Array | Uint8Array, order: Uint32Array): void {
  if (kept.length < order.length) kept = new Float64Array(2 * order.length);
  for (let i = 0; i < order.length; i++) kept[i] = column[i];
  for (let i = 0; i < order.length; i++) column[i] = kept[order[i]];
}
