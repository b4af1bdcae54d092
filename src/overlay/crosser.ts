import { grown } from "../core/grown.js";
import { MetSet } from "../core/metSet.js";
import { orderBy } from "../core/orderBy.js";
import { type CellList, cellsOf, columnOf, type EdgeGrid, type GridFrame, rowOf } from "../index/edgeGrid.js";
import { compareAlong, type Segment } from "./along.js";
import { errorAt, FILTER, GROUND, orientAt, tieSideAt } from "./perturb.js";
import { ringAt, type RingFinder } from "./ringAt.js";

/** All zone rings of a run as one pile of edges; edge e runs from vertex e to vertex e + 1. */
export type ZoneEdges = {
  readonly xy: Float64Array;
  readonly finder: RingFinder;
  readonly ownerOf: Uint32Array; // per ring: the zone polygon
  readonly rankOf: Uint32Array; // per zone: polygons of one rank are moved as one (`perturb.ts`)
  readonly inwardSign: Int8Array; // per ring: +1 when the zone lies left of the ring as stored
  /** Of each pair of twins the grid has one. */
  readonly grid: EdgeGrid;
  /** Per edge in the grid: the same segment in the ring of another zone, or NO_TWIN. Neighbours share their border. */
  readonly twin: Uint32Array;
};

export const NO_TWIN = 0xffffffff;

/** An edge of one zone polygon that properly crosses another edge of the same polygon. */
export type SelfCrossing = { readonly zone: number; readonly x: number; readonly y: number };

/** Places in `side`: the walked edge's first and second end against the zone edge, then the zone edge's against it. */
const P = 0;
const Q = 1;
const U = 2;
const V = 3;

/** Told of edges of other zones of the walked edge's own rank that meet it: see `contact.ts`. */
export type Neighbours = {
  /** p, q: ends of edge `self` against edge e; u, v: e's ends against `self`; as in `orient`. */
  meet(self: number, e: number, p: number, q: number, u: number, v: number): void;
};

/** Up to so many cells, looking for a crossing among those found costs less than remembering every edge tested. */
const FEW_CELLS = 8;

/**
 * Finds where one edge crosses the edges of zones, in order along it.
 * Results stand in the public columns, entries 0 .. count - 1, until the next call.
 */
export class Crosser {
  count = 0;
  /** Zone edge crossed. */
  edge: Uint32Array = new Uint32Array(16);
  /** Its twin of the same rank, crossed in the same place, or NO_TWIN: the border of two neighbours. */
  mate: Uint32Array = new Uint32Array(16);
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

  private readonly tested = new MetSet();
  private readonly list: CellList = { cells: new Uint32Array(64) };
  private walked: Float64Array = new Float64Array(4);
  private at = 0;
  /** Sides of the two edges at hand (see `P`): in columns, since numbers handed on would each be boxed. */
  private readonly side = new Float64Array(4);
  private rank = GROUND;
  private owner = GROUND;
  private self = -1;

  private readonly xy: Float64Array;
  private readonly finder: RingFinder;
  private readonly ownerOf: Uint32Array;
  private readonly rankOf: Uint32Array;
  private readonly frame: GridFrame;
  private readonly cellStart: Uint32Array;
  private readonly cellEdge: Uint32Array;
  private readonly twin: Uint32Array;

  /** @param neighbours told of contacts within a rank; needed where zone edges are walked */
  constructor(
    zones: ZoneEdges,
    private readonly neighbours?: Neighbours,
  ) {
    this.xy = zones.xy;
    this.finder = zones.finder;
    this.ownerOf = zones.ownerOf;
    this.rankOf = zones.rankOf;
    this.frame = zones.grid.frame;
    this.cellStart = zones.grid.cellStart;
    this.cellEdge = zones.grid.cellEdge;
    this.twin = zones.twin;
  }

  /**
   * Crossings of the edge from vertex v to v + 1 of `xy`, not of zero length, with all zone edges of other ranks.
   * @param self which zone edge it is, or -1 for ground: it does not cross itself, and later edges of its own zone are
   * tested for self-crossing
   */
  collect(xy: Float64Array, v: number, self: number): number {
    const { frame } = this;
    const px = xy[2 * v];
    const py = xy[2 * v + 1];
    const qx = xy[2 * v + 2];
    const qy = xy[2 * v + 3];
    this.owner = self < 0 ? GROUND : this.ownerOf[ringAt(this.finder, self)];
    this.rank = self < 0 ? GROUND : this.rankOf[this.owner];
    this.walked = xy;
    this.at = v;
    this.self = self;
    this.count = 0;
    const cell = rowOf(frame, py) * frame.columns + columnOf(frame, px);
    if (cell === rowOf(frame, qy) * frame.columns + columnOf(frame, qx)) this.testCell(cell, false);
    else {
      // Zone edges stand in several cells. On a short way a crossing met again is told by those already found.
      const cells = cellsOf(frame, xy, v, this.list);
      const once = cells > FEW_CELLS;
      if (once) this.tested.clear();
      for (let c = 0; c < cells; c++) this.testCell(this.list.cells[c], once);
    }
    if (this.count > 1) this.sort();
    return this.count;
  }

  /** Leaves out what certainly does not meet the walked edge; all arithmetic is in place, so that nothing is boxed. */
  private testCell(cell: number, once: boolean): void {
    const { cellStart, cellEdge, xy } = this;
    const end = cellStart[cell + 1];
    let k = cellStart[cell];
    if (k === end) return;
    const { tested, walked, at, self, side, twin } = this;
    const px = walked[2 * at];
    const py = walked[2 * at + 1];
    const qx = walked[2 * at + 2];
    const qy = walked[2 * at + 3];
    const minX = px < qx ? px : qx;
    const maxX = px < qx ? qx : px;
    const minY = py < qy ? py : qy;
    const maxY = py < qy ? qy : py;
    for (; k < end; k++) {
      const e = cellEdge[k];
      if (once && !tested.add(e)) continue;
      // Itself, in this ring or in both: side by side in the moved picture, or one border.
      if (self >= 0 && (e === self || isItselfOrNext(self, e, twin[e]))) continue;
      const ux = xy[2 * e];
      const vx = xy[2 * e + 2];
      if ((ux < minX && vx < minX) || (ux > maxX && vx > maxX)) continue;
      const uy = xy[2 * e + 1];
      const vy = xy[2 * e + 3];
      if ((uy < minY && vy < minY) || (uy > maxY && vy > maxY)) continue;
      // Sides of u and v of the walked edge, then of its ends of u -> v, to the bit as `orientAt` has them; Shewchuk's
      // filter tells when to be sure.
      const pux = px - ux;
      const puy = py - uy;
      const qux = qx - ux;
      const quy = qy - uy;
      const pvx = px - vx;
      const pvy = py - vy;
      const qvx = qx - vx;
      const qvy = qy - vy;
      const au = pux * quy;
      const bu = puy * qux;
      const av = pvx * qvy;
      const bv = pvy * qvx;
      const u = au - bu;
      const v = av - bv;
      const uSure = FILTER * (Math.abs(au) + Math.abs(bu));
      const vSure = FILTER * (Math.abs(av) + Math.abs(bv));
      if ((u > uSure && v > vSure) || (u < -uSure && v < -vSure)) continue;
      const ap = pux * pvy;
      const bp = puy * pvx;
      const aq = qux * qvy;
      const bq = quy * qvx;
      const p = ap - bp;
      const q = aq - bq;
      const pSure = FILTER * (Math.abs(ap) + Math.abs(bp));
      const qSure = FILTER * (Math.abs(aq) + Math.abs(bq));
      if ((p > pSure && q > qSure) || (p < -pSure && q < -qSure)) continue;
      side[P] = p;
      side[Q] = q;
      side[U] = u;
      side[V] = v;
      // A bound of 0 is that of an exact 0: a shared vertex.
      const sure =
        (Math.abs(p) > pSure || pSure === 0) &&
        (Math.abs(q) > qSure || qSure === 0) &&
        (Math.abs(u) > uSure || uSure === 0) &&
        (Math.abs(v) > vSure || vSure === 0);
      if (sure || this.meetExactly(e)) this.look(e, once);
    }
  }

  /** Decides the sides that floating point may have wrong. @returns whether the two edges still meet */
  private meetExactly(e: number): boolean {
    const { xy, walked, at, side } = this;
    side[U] = orientAt(walked, at, xy, e);
    side[V] = orientAt(walked, at, xy, e + 1);
    if ((side[U] > 0 && side[V] > 0) || (side[U] < 0 && side[V] < 0)) return false;
    side[P] = orientAt(xy, e, walked, at);
    side[Q] = orientAt(xy, e, walked, at + 1);
    return !((side[P] > 0 && side[Q] > 0) || (side[P] < 0 && side[Q] < 0));
  }

  /** Looks closely at a zone edge that may meet the walked one, and at its twin. */
  private look(e: number, once: boolean): void {
    const { xy, twin, finder, ownerOf, rankOf } = this;
    const t = twin[e];
    const rank = rankOf[ownerOf[ringAt(finder, e)]];
    const rankOfTwin = t === NO_TWIN ? rank : rankOf[ownerOf[ringAt(finder, t)]];
    if (rank === this.rank) this.within(e);
    else this.settle(e, rankOfTwin === rank ? t : NO_TWIN, rank, once);
    if (t === NO_TWIN || (rank === rankOfTwin && rank !== this.rank)) return;
    if (xy[2 * t] !== xy[2 * e] || xy[2 * t + 1] !== xy[2 * e + 1]) this.turnSides();
    if (rankOfTwin === this.rank) this.within(t);
    else this.settle(t, NO_TWIN, rankOfTwin, once);
  }

  /** The sides as they are for the same segment in the other direction. */
  private turnSides(): void {
    const { side } = this;
    const u = side[U];
    side[U] = side[V];
    side[V] = u;
    side[P] = -side[P];
    side[Q] = -side[Q];
  }

  /** An edge of the walked edge's own rank: neighbours touch, and of one polygon no two edges may properly cross. */
  private within(e: number): void {
    const { side, xy } = this;
    const zone = this.ownerOf[ringAt(this.finder, e)];
    if (zone !== this.owner) {
      this.neighbours?.meet(this.self, e, side[P], side[Q], side[U], side[V]);
      return;
    }
    const proper =
      (side[P] > 0 ? side[Q] < 0 : side[P] < 0 && side[Q] > 0) &&
      (side[U] > 0 ? side[V] < 0 : side[U] < 0 && side[V] > 0);
    if (!proper || e < this.self) return;
    const t = side[U] / (side[U] - side[V]);
    const x = xy[2 * e] + t * (xy[2 * e + 2] - xy[2 * e]);
    const y = xy[2 * e + 1] + t * (xy[2 * e + 3] - xy[2 * e + 1]);
    this.selfCrossings.push({ zone, x, y });
  }

  /** Two edges of different ranks that meet, or nearly: do they cross in the moved picture? */
  private settle(e: number, mate: number, rank: number, once: boolean): void {
    const { side, walked, at, xy } = this;
    const uLeft = (side[U] !== 0 ? side[U] : tieSideAt(walked, at, this.rank, rank)) > 0;
    const vLeft = (side[V] !== 0 ? side[V] : tieSideAt(walked, at, this.rank, rank)) > 0;
    if (uLeft === vLeft) return;
    const pLeft = (side[P] !== 0 ? side[P] : tieSideAt(xy, e, rank, this.rank)) > 0;
    const qLeft = (side[Q] !== 0 ? side[Q] : tieSideAt(xy, e, rank, this.rank)) > 0;
    if (pLeft === qLeft || (!once && this.isFound(e))) return;
    const i = this.count++;
    if (this.count === this.edge.length) this.grow();
    this.edge[i] = e;
    this.mate[i] = mate;
    this.leftward[i] = uLeft ? 0 : 1;
    const across = Math.abs(side[P] - side[Q]);
    const along = Math.abs(side[U] - side[V]);
    this.t[i] = side[P] / (side[P] - side[Q]);
    this.zoneT[i] = side[U] / (side[U] - side[V]);
    this.tError[i] = (errorAt(xy, e, walked, at) + errorAt(xy, e, walked, at + 1)) / across + 1e-15;
    this.zoneTError[i] = (errorAt(walked, at, xy, e) + errorAt(walked, at, xy, e + 1)) / along + 1e-15;
    // One point for both edges, whichever of them is walked: computed on the edge of the lower rank.
    if (rank < this.rank) this.place(i, xy, e, U, walked, at, P);
    else this.place(i, walked, at, P, xy, e, U);
  }

  private isFound(e: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.edge[i] === e) return true;
    return false;
  }

  /**
   * Crossing i as a point on edge a of `on`, or an end of either edge where that lies on the other.
   * @param sideA where in `side` the sides of a's ends begin; `sideB` those of edge b of `other`
   */
  private place(
    i: number,
    on: Float64Array,
    a: number,
    sideA: number,
    other: Float64Array,
    b: number,
    sideB: number,
  ): void {
    const { side } = this;
    const from = side[sideA];
    const to = side[sideA + 1];
    if (from === 0) this.put(i, on, a);
    else if (to === 0) this.put(i, on, a + 1);
    else if (side[sideB] === 0) this.put(i, other, b);
    else if (side[sideB + 1] === 0) this.put(i, other, b + 1);
    else {
      // From the nearer end, so that the same edge in the other direction gives the same point.
      const near = from / (from - to) <= 0.5 ? a : a + 1;
      const far = near === a ? a + 1 : a;
      const t = near === a ? from / (from - to) : to / (to - from);
      this.x[i] = on[2 * near] + t * (on[2 * far] - on[2 * near]);
      this.y[i] = on[2 * near + 1] + t * (on[2 * far + 1] - on[2 * near + 1]);
    }
  }

  private put(i: number, xy: Float64Array, v: number): void {
    this.x[i] = xy[2 * v];
    this.y[i] = xy[2 * v + 1];
  }

  private sort(): void {
    const { count } = this;
    if (this.order.length < count) this.order = new Uint32Array(2 * count);
    const order = this.order.subarray(0, count);
    for (let i = 0; i < count; i++) order[i] = i;
    orderBy(order, this.byPlace);
    for (const column of [
      this.edge,
      this.mate,
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

  private readonly byPlace = (a: number, b: number): number => {
    const apart = this.t[a] - this.t[b];
    const doubt = this.tError[a] + this.tError[b];
    if (apart > doubt) return 1;
    if (apart < -doubt) return -1;
    const { finder, ownerOf, rankOf } = this;
    return compareAlong(
      segmentAt(this.walked, this.at),
      this.rank,
      segmentAt(this.xy, this.edge[a]),
      rankOf[ownerOf[ringAt(finder, this.edge[a])]],
      segmentAt(this.xy, this.edge[b]),
      rankOf[ownerOf[ringAt(finder, this.edge[b])]],
    );
  };

  private grow(): void {
    const length = 2 * this.edge.length;
    this.edge = grown(this.edge, length);
    this.mate = grown(this.mate, length);
    this.t = grown(this.t, length);
    this.tError = grown(this.tError, length);
    this.zoneT = grown(this.zoneT, length);
    this.zoneTError = grown(this.zoneTError, length);
    this.x = grown(this.x, length);
    this.y = grown(this.y, length);
    this.leftward = grown(this.leftward, length);
  }
}

/** An edge of the grid that is the walked one's twin, or the one before or behind it on its ring, which cannot cross it. */
function isItselfOrNext(self: number, e: number, twin: number): boolean {
  return twin === self || (twin === NO_TWIN && (e === self + 1 || e === self - 1));
}

/** Edge e of an array of vertices. */
export function segmentAt(xy: Float64Array, e: number): Segment {
  return [xy[2 * e], xy[2 * e + 1], xy[2 * e + 2], xy[2 * e + 3]];
}

let kept = new Float64Array(32);

function permute(column: Float64Array | Uint32Array | Uint8Array, order: Uint32Array): void {
  if (kept.length < order.length) kept = new Float64Array(2 * order.length);
  for (let i = 0; i < order.length; i++) kept[i] = column[i];
  for (let i = 0; i < order.length; i++) column[i] = kept[order[i]];
}
