import type { Layer } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import type { Pieces } from "../core/pieces.js";
import { invariant } from "../core/trouble.js";
import { anyEdgeIn, centreX, centreY, columnOf, passEmptyGround, rowOf } from "../index/edgeGrid.js";
import { beyondEdge, leavesZone, toggleBorder } from "./borders.js";
import { CellSums } from "./cellSums.js";
import { CoverSets } from "./coverSets.js";
import { Crosser, NO_TWIN } from "./crosser.js";
import { GroundCrossings } from "./groundCrossings.js";
import { GroundPolygon } from "./groundPolygon.js";
import { isCounterClockwise } from "./orientation.js";
import { OwnRing } from "./ownRing.js";
import { PieceRows } from "./pieceRows.js";
import type { Zones } from "./zones.js";
import { ZonesInside } from "./zonesInside.js";

export type KernelOptions = {
  /** Book slivers below the rounding of coordinates on the polygon's largest piece (default true). */
  readonly fold?: boolean;
};

export type KernelResult = {
  readonly pieces: Pieces;
  readonly ownPlanM2: Float64Array;
  readonly ownTrueM2: Float64Array;
  /** Per feature: sum of absolute m2 that was folded. */
  readonly foldedM2: Float64Array;
  /** Pieces with negative area beyond rounding: only ground that overlaps or crosses itself has them. */
  readonly negative: readonly { readonly ground: number; readonly areaM2: number }[];
};

/**
 * The cover-set area kernel (design 1.1, 1.2).
 *
 * By Green's theorem the area of (ground polygon a) and (cover set s) is the integral of x dy over directed pieces:
 * a's own edges where the cover set is s, plus zone edges inside a, + for the set on the zone's side, - for the other.
 * The first come from walking a's rings with a current cover set that toggles at each crossing; the second from the
 * crossings so found: a zone ring is inside a from where it enters to where it leaves. No polygon is built.
 *
 * One kernel serves one thread; it reads the shared Zones and interns further cover sets of its own.
 */
export class CoverKernel {
  readonly sets: CoverSets;
  private readonly crosser: Crosser;
  private readonly sums = new CellSums();
  private readonly fold: boolean;
  // The polygon at hand, its ring at hand, and what they met.
  private readonly polygon = new GroundPolygon();
  private readonly ring: OwnRing;
  private readonly crossings: GroundCrossings;
  private readonly inside: ZonesInside;

  constructor(
    private readonly zones: Zones,
    private readonly measure: Measure,
    options: KernelOptions = {},
  ) {
    this.fold = options.fold ?? true;
    this.sets = new CoverSets(zones.zoneCount, zones.sets);
    this.crosser = new Crosser(zones);
    this.ring = new OwnRing(measure);
    this.crossings = new GroundCrossings(zones);
    this.inside = new ZonesInside(zones, this.sets, this.sums, measure, this.polygon, this.crossings);
  }

  /** Zone polygons of a cover set, ascending. */
  members(set: number): readonly number[] {
    return this.sets.members(set);
  }

  overlay(ground: Layer): KernelResult {
    const features = ground.featurePart.length - 1;
    const ownPlanM2 = new Float64Array(features);
    const ownTrueM2 = new Float64Array(features);
    const rows = new PieceRows(features);
    const negative: { ground: number; areaM2: number }[] = [];
    const foldedM2 = new Float64Array(features);
    for (let f = 0; f < features; f++) {
      if (this.polygon.take(ground, f, this.measure)) this.walkPolygon(f, ownPlanM2, ownTrueM2);
      foldedM2[f] = this.emit(f, rows, negative);
      this.sums.clear();
    }
    return { pieces: rows.finish(), ownPlanM2, ownTrueM2, foldedM2, negative };
  }

  private walkPolygon(f: number, ownPlanM2: Float64Array, ownTrueM2: Float64Array): void {
    const { zones, sums, polygon, ring } = this;
    const { originX, originU, firstRing, ringSigns, layer } = polygon;
    const { xy, ringVertex, partRing, featurePart } = layer;
    const { frame } = zones.grid;
    this.crossings.clear(xy);
    let unsettled = false;
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      let partSettled = false;
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        const from = ringVertex[r];
        const to = ringVertex[r + 1] - 1;
        if (to <= from) continue;
        ring.take(xy, from, to, originX, originU);
        polygon.growBox(ring);
        const { planM2, trueM2, minX, minY, maxX, maxY } = ring;
        const left = isCounterClockwise(xy, from, to, planM2, maxX - minX + maxY - minY);
        const sign = left === (r === partRing[p]) ? 1 : -1;
        ringSigns[r - firstRing] = sign;
        ownPlanM2[f] += sign * planM2;
        ownTrueM2[f] += sign * trueM2;
        const settled = partSettled || !anyEdgeIn(zones.grid, minX, minY, maxX, maxY);
        if (settled) {
          // Nothing to settle in the holes of a part whose shell's box holds no zone edge.
          if (r === partRing[p]) partSettled = true;
          const cell = rowOf(frame, xy[2 * from + 1]) * frame.columns + columnOf(frame, xy[2 * from]);
          sums.post(zones.cellSet[cell], sign, planM2, trueM2, 0, 0);
        } else {
          unsettled = true;
          this.walkRing(from, to, sign);
        }
      }
    }
    if (unsettled) this.inside.post();
  }

  /** Walks one ring with a current cover set; posts its stretches and notes its crossings. */
  private walkRing(from: number, to: number, sign: number): void {
    const { crosser, measure, sets, sums, zones, ring, crossings } = this;
    const { xy } = this.polygon.layer;
    const { frame } = zones.grid;
    const before = crossings.count;
    let set = this.coverAt(xy[2 * from], xy[2 * from + 1]);
    const startSet = set;
    const start = { edge: from, x: xy[2 * from], y: xy[2 * from + 1], u: ring.uAt(from) };
    for (let v = from; v < to; v++) {
      v = passEmptyGround(frame, zones.stepsToEdge, xy, v, to);
      if (v === to) break;
      if (xy[2 * v] === xy[2 * v + 2] && xy[2 * v + 1] === xy[2 * v + 3]) continue;
      const count = crosser.collect(xy, v, -1);
      for (let c = 0; c < count; c++) {
        const x = crosser.x[c];
        const y = crosser.y[c];
        const u = measure.u(x, y);
        ring.postStretch(sums, set, sign, start, v, x, y, u);
        const leftward = crosser.leftward[c] === 1;
        const leaves = leavesZone(zones, crosser.edge[c], leftward);
        set = toggleBorder(zones, sets, set, crosser.edge[c], crosser.mate[c], leaves);
        this.note(c, leftward, u, v, sign);
        start.edge = v;
        start.x = x;
        start.y = y;
        start.u = u;
      }
    }
    // A ring that meets no border is posted as one that was settled by its box: how fine the grid is moves no bit.
    if (crossings.count === before) sums.post(set, sign, ring.planM2, ring.trueM2, 0, 0);
    else ring.postStretch(sums, set, sign, start, to - 1, xy[2 * to], xy[2 * to + 1], ring.uAt(to));
    invariant(
      set === startSet,
      () => `${this.polygon.name()}: the way round a ring does not end in the cover set it began in`,
    );
  }

  /** Cover set at a ground vertex: from its cell's centre, toggling at each edge on the way. */
  private coverAt(x: number, y: number): number {
    const { grid, cellSet } = this.zones;
    const { frame } = grid;
    const column = columnOf(frame, x);
    const row = rowOf(frame, y);
    const cell = row * frame.columns + column;
    const rx = centreX(frame, column);
    const ry = centreY(frame, row);
    let set = cellSet[cell];
    for (let k = grid.cellStart[cell]; k < grid.cellStart[cell + 1]; k++) {
      set = beyondEdge(this.zones, this.sets, set, grid.cellEdge[k], rx, ry, x, y);
    }
    return set;
  }

  /** A crossing as the zone's ring sees it, and as the neighbour's does that shares the border. */
  private note(c: number, leftward: boolean, u: number, groundEdge: number, sign: number): void {
    const { crosser, crossings } = this;
    const { xy } = this.zones;
    const edge = crosser.edge[c];
    const mate = crosser.mate[c];
    const t = crosser.zoneT[c];
    const isLeft = sign > 0;
    crossings.note(crosser, c, edge, t, leftward === isLeft, u, groundEdge);
    if (mate === NO_TWIN) return;
    const sameWay = xy[2 * edge] === xy[2 * mate] && xy[2 * edge + 1] === xy[2 * mate + 1];
    crossings.note(crosser, c, mate, sameWay ? t : 1 - t, (leftward === sameWay) === isLeft, u, groundEdge);
  }

  /** Appends the polygon's rows, after checking that each closes. Returns what was folded, m2. */
  private emit(f: number, rows: PieceRows, negative: { ground: number; areaM2: number }[]): number {
    const { sums } = this;
    const { touched } = sums;
    if (touched.length === 1) {
      const set = touched[0];
      rows.add(f, set, sums.planM2[set], sums.trueM2[set]);
      return 0;
    }
    if (touched.length === 0) {
      rows.add(f, 0, 0, 0);
      return 0;
    }
    const { perimeter, largest } = this.polygon.extent();
    const rounding = 4 * ULP * largest * (touched.length + this.crossings.count + 16);
    let main = touched[0];
    for (const set of touched) {
      invariant(
        Math.abs(sums.openX[set]) <= rounding && Math.abs(sums.openY[set]) <= rounding,
        () =>
          `${this.polygon.name()}: the border of its piece under zones {${this.sets.members(set).join(", ")}} does not close`,
      );
      if (sums.planM2[set] > sums.planM2[main]) main = set;
    }
    const least = ULP * largest * perimeter;
    let foldedM2 = 0;
    for (const set of touched) {
      const area = sums.planM2[set];
      if (area < -8 * least) negative.push({ ground: f, areaM2: area });
      if (this.fold && set !== main && Math.abs(area) <= least) {
        sums.planM2[main] += area;
        sums.trueM2[main] += sums.trueM2[set];
        foldedM2 += Math.abs(area);
      }
    }
    for (const set of touched) {
      const area = sums.planM2[set];
      if (this.fold && set !== main && Math.abs(area) <= least) continue;
      rows.add(f, set, area, sums.trueM2[set]);
    }
    return foldedM2;
  }
}

/** 2^-52: one unit in the last place of 1. */
const ULP = 2.220446049250313e-16;
