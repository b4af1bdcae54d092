import Flatbush from "flatbush";
import { grown } from "../core/grown.js";
import { EMPTY_BBOX, type Layer } from "../core/layer.js";
import { orderBy } from "../core/orderBy.js";
import type { Measure } from "../core/measure.js";
import type { Pieces } from "../core/pieces.js";
import { invariant } from "../core/trouble.js";
import {
  anyEdgeIn,
  centreX,
  centreY,
  columnOf,
  mayHoldPoint,
  passEmptyGround,
  rowOf,
} from "../index/edgeGrid.js";
import { compareAlong, type Segment } from "./along.js";
import { beyondEdge, leavesZone, toggleBorder } from "./borders.js";
import { CellSums } from "./cellSums.js";
import { CoverSets } from "./coverSets.js";
import { Crosser, NO_TWIN, segmentAt } from "./crosser.js";
import { isCounterClockwise } from "./orientation.js";
import { GROUND } from "./perturb.js";
import { postStretch, type RingPlace } from "./stretch.js";
import { turnRound, YBands } from "./yBands.js";
import type { Zones } from "./zones.js";
import { ringAt } from "./ringAt.js";

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

/** 2^-52: one unit in the last place of 1. */
const ULP = 2.220446049250313e-16;

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
  private readonly tree: Flatbush | undefined;
  private readonly fold: boolean;
  /** Of the ring at hand, per vertex from its first: u, and the integrals of both measures up to there. */
  private u: Float64Array = new Float64Array(1024);
  private planTo: Float64Array = new Float64Array(1024);
  private trueTo: Float64Array = new Float64Array(1024);

  // The polygon at hand.
  private ground!: Layer;
  private feature = 0;
  private originX = 0;
  private originU = 0;

  /** Its box: minx, miny, maxx, maxy. */
  private readonly box = new Float64Array(4);
  /** Per ring of the polygon: +1 when the polygon lies left of the ring as stored, else -1. */
  private ringSigns: Int8Array = new Int8Array(64);

  // Its crossings, in order of the walk; `byZone` sorts them along the zone rings.
  private crossings = 0;
  private crossedEdge: Uint32Array = new Uint32Array(64);
  private crossingT: Float64Array = new Float64Array(64);
  private crossingTError: Float64Array = new Float64Array(64);
  private crossingX: Float64Array = new Float64Array(64);
  private crossingY: Float64Array = new Float64Array(64);
  private crossingU: Float64Array = new Float64Array(64);
  private enters: Uint8Array = new Uint8Array(64);
  private spiked = false;
  private groundEdge: Uint32Array = new Uint32Array(64);
  private byZone: Uint32Array = new Uint32Array(64);
  private readonly crossedRings = new Set<number>();

  constructor(
    private readonly zones: Zones,
    private readonly measure: Measure,
    options: KernelOptions = {},
  ) {
    this.fold = options.fold ?? true;
    this.sets = new CoverSets(zones.zoneCount, zones.sets);
    this.crosser = new Crosser(zones);
    if (zones.ringTree.byteLength > 0) this.tree = Flatbush.from(zones.ringTree);
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
    this.ground = ground;
    for (let f = 0; f < features; f++) {
      this.feature = f;
      this.walkFeature(f, ownPlanM2, ownTrueM2);
      foldedM2[f] = this.emit(f, rows, negative);
      this.sums.clear();
    }
    return { pieces: rows.finish(), ownPlanM2, ownTrueM2, foldedM2, negative };
  }

  private walkFeature(f: number, ownPlanM2: Float64Array, ownTrueM2: Float64Array): void {
    const { ground, zones, sums } = this;
    const { xy, ringVertex, partRing } = ground;
    const { frame } = zones.grid;
    const firstPart = ground.featurePart[f];
    const endPart = ground.featurePart[f + 1];
    if (firstPart === endPart) return;
    const origin = ringVertex[partRing[firstPart]];
    this.originX = xy[2 * origin];
    this.originU = this.measure.u(xy[2 * origin], xy[2 * origin + 1]);
    this.crossings = 0;
    this.box.set(EMPTY_BBOX);
    let unsettled = false;
    const firstRing = partRing[firstPart];
    const rings = partRing[endPart] - firstRing;
    if (rings > this.ringSigns.length) this.ringSigns = new Int8Array(2 * rings);
    for (let p = firstPart; p < endPart; p++) {
      let partSettled = false;
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        const from = ringVertex[r];
        const to = ringVertex[r + 1] - 1;
        if (to <= from) continue;
        const area = this.ownArea(from, to);
        this.growBox();
        const span = area.maxX - area.minX + area.maxY - area.minY;
        const left = isCounterClockwise(xy, from, to, area.planM2, span);
        const sign = left === (r === partRing[p]) ? 1 : -1;
        this.ringSigns[r - firstRing] = sign;
        ownPlanM2[f] += sign * area.planM2;
        ownTrueM2[f] += sign * area.trueM2;
        const settled = partSettled || !anyEdgeIn(zones.grid, area.minX, area.minY, area.maxX, area.maxY);
        if (settled) {
          // Nothing to settle in the holes of a part whose shell's box holds no zone edge.
          if (r === partRing[p]) partSettled = true;
          const cell = rowOf(frame, xy[2 * from + 1]) * frame.columns + columnOf(frame, xy[2 * from]);
          sums.post(zones.cellSet[cell], sign, area.planM2, area.trueM2, 0, 0);
        } else {
          unsettled = true;
          this.walkRing(from, to, sign);
        }
      }
    }
    if (unsettled) this.postZoneEdgesInside(f);
  }

  /** Own integrals and box of one ring; fills the columns for the walk. The result object is reused. */
  private ownArea(from: number, to: number): typeof own {
    const { xy } = this.ground;
    const { measure, originX, originU } = this;
    if (this.u.length <= to - from) this.growRing(2 * (to - from));
    const { u, planTo, trueTo } = this;
    let x1 = xy[2 * from];
    let y1 = xy[2 * from + 1];
    let u1 = measure.u(x1, y1);
    u[0] = u1;
    planTo[0] = 0;
    trueTo[0] = 0;
    let minX = x1;
    let maxX = x1;
    let minY = y1;
    let maxY = y1;
    let plan = 0;
    let real = 0;
    for (let v = from + 1; v <= to; v++) {
      const x2 = xy[2 * v];
      const y2 = xy[2 * v + 1];
      const u2 = measure.u(x2, y2);
      const dy = y2 - y1;
      plan += dy * ((x1 + x2) / 2 - originX);
      real += dy * ((u1 + u2) / 2 - originU) + measure.bend(x1, y1, x2, y2);
      u[v - from] = u2;
      planTo[v - from] = plan;
      trueTo[v - from] = real;
      if (x2 < minX) minX = x2;
      else if (x2 > maxX) maxX = x2;
      if (y2 < minY) minY = y2;
      else if (y2 > maxY) maxY = y2;
      x1 = x2;
      y1 = y2;
      u1 = u2;
    }
    own.planM2 = plan;
    own.trueM2 = real;
    own.minX = minX;
    own.minY = minY;
    own.maxX = maxX;
    own.maxY = maxY;
    return own;
  }

  /** Walks one ring with a current cover set; posts its stretches and notes its crossings. */
  private walkRing(from: number, to: number, sign: number): void {
    const { crosser, measure, sets, sums, zones } = this;
    const { xy } = this.ground;
    const { frame } = zones.grid;
    const before = this.crossings;
    let set = this.coverAt(xy[2 * from], xy[2 * from + 1]);
    const startSet = set;
    const stretch = { edge: from, x: xy[2 * from], y: xy[2 * from + 1], u: this.u[0] };
    for (let v = from; v < to; v++) {
      v = passEmptyGround(frame, zones.stepsToEdge, xy, v, to);
      if (v === to) break;
      if (xy[2 * v] === xy[2 * v + 2] && xy[2 * v + 1] === xy[2 * v + 3]) continue;
      const count = crosser.collect(xy, v, -1);
      for (let c = 0; c < count; c++) {
        const x = crosser.x[c];
        const y = crosser.y[c];
        const u = measure.u(x, y);
        this.postOwnStretch(from, set, sign, stretch, v, x, y, u);
        const edge = crosser.edge[c];
        const mate = crosser.mate[c];
        const leftward = crosser.leftward[c] === 1;
        set = toggleBorder(zones, sets, set, edge, mate, leavesZone(zones, edge, leftward));
        this.note(c, edge, crosser.zoneT[c], leftward, u, v, sign);
        if (mate !== NO_TWIN) this.noteMate(c, edge, mate, leftward, u, v, sign);
        stretch.edge = v;
        stretch.x = x;
        stretch.y = y;
        stretch.u = u;
      }
    }
    // A ring that meets no border is posted as one that was settled by its box: how fine the grid is moves no bit.
    if (this.crossings === before) sums.post(set, sign, this.planTo[to - from], this.trueTo[to - from], 0, 0);
    else this.postOwnStretch(from, set, sign, stretch, to - 1, xy[2 * to], xy[2 * to + 1], this.u[to - from]);
    invariant(
      set === startSet,
      () => `${this.name()}: the way round a ring does not end in the cover set it began in`,
    );
  }

  /** Posts the ring's own border from `stretch` to (x, y) on edge `edge`: one subtraction, whatever its length. */
  private postOwnStretch(
    ring: number,
    set: number,
    sign: number,
    stretch: { readonly edge: number; readonly x: number; readonly y: number; readonly u: number },
    edge: number,
    x: number,
    y: number,
    u: number,
  ): void {
    const { measure, originX, originU, planTo, trueTo } = this;
    const { xy } = this.ground;
    let plan: number;
    let real: number;
    if (stretch.edge === edge) {
      plan = (y - stretch.y) * ((stretch.x + x) / 2 - originX);
      real = (y - stretch.y) * ((stretch.u + u) / 2 - originU) + measure.bend(stretch.x, stretch.y, x, y);
    } else {
      const p = stretch.edge + 1;
      const px = xy[2 * p];
      const py = xy[2 * p + 1];
      const qx = xy[2 * edge];
      const qy = xy[2 * edge + 1];
      plan =
        (py - stretch.y) * ((stretch.x + px) / 2 - originX) +
        (planTo[edge - ring] - planTo[p - ring]) +
        (y - qy) * ((qx + x) / 2 - originX);
      real =
        (py - stretch.y) * ((stretch.u + this.u[p - ring]) / 2 - originU) +
        measure.bend(stretch.x, stretch.y, px, py) +
        (trueTo[edge - ring] - trueTo[p - ring]) +
        (y - qy) * ((this.u[edge - ring] + u) / 2 - originU) +
        measure.bend(qx, qy, x, y);
    }
    this.sums.post(set, sign, plan, real, x - stretch.x, y - stretch.y);
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

  /** The same crossing, seen from the neighbour's ring. */
  private noteMate(
    c: number,
    edge: number,
    mate: number,
    leftward: boolean,
    u: number,
    groundEdge: number,
    sign: number,
  ): void {
    const { xy } = this.zones;
    const sameWay = xy[2 * edge] === xy[2 * mate] && xy[2 * edge + 1] === xy[2 * mate + 1];
    const t = sameWay ? this.crosser.zoneT[c] : 1 - this.crosser.zoneT[c];
    this.note(c, mate, t, leftward === sameWay, u, groundEdge, sign);
  }

  private note(
    c: number,
    edge: number,
    zoneT: number,
    leftward: boolean,
    u: number,
    groundEdge: number,
    sign: number,
  ): void {
    const { crosser } = this;
    const i = this.crossings++;
    if (this.crossings > this.crossedEdge.length) this.growCrossings();
    this.crossedEdge[i] = edge;
    this.crossingT[i] = zoneT;
    this.crossingTError[i] = crosser.zoneTError[c];
    this.crossingX[i] = crosser.x[c];
    this.crossingY[i] = crosser.y[c];
    this.crossingU[i] = u;
    this.enters[i] = leftward === sign > 0 ? 1 : 0;
    this.groundEdge[i] = groundEdge;
  }

  private postZoneEdgesInside(f: number): void {
    const { zones, byZone, crossings } = this;
    this.crossedRings.clear();
    const order = byZone.subarray(0, crossings);
    this.spiked = false;
    for (let i = 0; i < crossings; i++) order[i] = i;
    orderBy(order, this.onZone);
    for (let i = 0; i < crossings;) {
      const ring = ringAt(zones.finder, this.crossedEdge[order[i]]);
      let end = i + 1;
      while (end < crossings && ringAt(zones.finder, this.crossedEdge[order[end]]) === ring) end++;
      this.crossedRings.add(ring);
      this.postCrossedRing(ring, order, i, end);
      i = end;
    }
    this.postUncrossedRings(f);
  }

  /** Stretches of one zone ring inside the polygon, from entering to leaving. */
  private postCrossedRing(ring: number, order: Uint32Array, from: number, end: number): void {
    let depth = this.enters[order[from]] === 1 ? 0 : 1;
    const start = depth;
    let regular = !this.spiked;
    for (let i = from; i < end; i++) {
      depth += this.enters[order[i]] === 1 ? 1 : -1;
      if (depth < 0 || depth > 1) regular = false;
    }
    invariant(depth === start, () => `${this.name()}: zone ring ${ring} enters and leaves unequally often`);
    // Ground that overlaps itself counts as often as it covers.
    depth = regular ? start : this.windingAt(ring);
    const here: RingPlace = { edge: 0, x: 0, y: 0, u: 0, node: 0 };
    const next: RingPlace = { edge: 0, x: 0, y: 0, u: 0, node: 0 };
    for (let i = from; i < end; i++) {
      depth += this.enters[order[i]] === 1 ? 1 : -1;
      if (depth === 0) continue;
      const wraps = i + 1 === end;
      this.placeAt(here, order[i], ring);
      this.placeAt(next, order[wraps ? from : i + 1], ring);
      this.post(ring, here, next, wraps, depth);
    }
  }

  private post(ring: number, from: RingPlace, to: RingPlace, wraps: boolean, times: number): void {
    postStretch(
      this.zones,
      this.sets,
      this.sums,
      this.measure,
      ring,
      from,
      to,
      wraps,
      times,
      this.originX,
      this.originU,
    );
  }

  private placeAt(place: RingPlace, crossing: number, ring: number): void {
    place.edge = this.crossedEdge[crossing];
    place.x = this.crossingX[crossing];
    place.y = this.crossingY[crossing];
    place.u = this.crossingU[crossing];
    place.node = this.firstNodeBehind(crossing, ring);
  }

  private firstNodeBehind(crossing: number, ring: number): number {
    const { ringNode, nodeEdge } = this.zones;
    const edge = this.crossedEdge[crossing];
    let low = ringNode[ring];
    let high = ringNode[ring + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (nodeEdge[middle] < edge) low = middle + 1;
      else high = middle;
    }
    while (low < ringNode[ring + 1] && nodeEdge[low] === edge && this.isNodeBefore(low, crossing)) low++;
    return low;
  }

  private isNodeBefore(node: number, crossing: number): boolean {
    const { nodeT, nodeTError, nodeOther, nodeEdge, xy } = this.zones;
    const apart = nodeT[node] - this.crossingT[crossing];
    const doubt = nodeTError[node] + this.crossingTError[crossing];
    if (apart > doubt) return false;
    if (apart < -doubt) return true;
    const edge = nodeEdge[node];
    const other = nodeOther[node];
    return (
      compareAlong(
        segmentAt(xy, edge),
        this.rankOfEdge(edge),
        segmentAt(xy, other),
        this.rankOfEdge(other),
        this.groundSegment(crossing),
        GROUND,
      ) < 0
    );
  }

  private readonly onZone = (a: number, b: number): number => {
    const edge = this.crossedEdge[a];
    if (edge !== this.crossedEdge[b]) return edge - this.crossedEdge[b];
    const apart = this.crossingT[a] - this.crossingT[b];
    const doubt = this.crossingTError[a] + this.crossingTError[b];
    if (apart > doubt) return 1;
    if (apart < -doubt) return -1;
    const order = compareAlong(
      segmentAt(this.zones.xy, edge),
      this.rankOfEdge(edge),
      this.groundSegment(a),
      GROUND,
      this.groundSegment(b),
      GROUND,
    );
    // Two edges of one polygon on each other: a spike. Either order will do, but neither tells where the ring began.
    if (order === 0) this.spiked = true;
    return order !== 0 ? order : a - b;
  };

  private rankOfEdge(edge: number): number {
    const { rankOf, ownerOf, finder } = this.zones;
    return rankOf[ownerOf[ringAt(finder, edge)]];
  }

  private groundSegment(crossing: number): Segment {
    return segmentAt(this.ground.xy, this.groundEdge[crossing]);
  }

  /** Zone rings that no edge of the polygon crosses are inside it as a whole or not at all. */
  private postUncrossedRings(f: number): void {
    if (this.tree === undefined) return;
    const { zones, ground } = this;
    const first = ground.ringVertex[ground.partRing[ground.featurePart[f]]];
    const end = ground.ringVertex[ground.partRing[ground.featurePart[f + 1]]];
    const minX = this.box[0];
    const minY = this.box[1];
    const maxX = this.box[2];
    const maxY = this.box[3];
    if (!mayHoldPoint(zones.ringStarts, minX, minY, maxX, maxY)) return;
    const isCandidate = (ring: number): boolean => {
      const start = zones.ringVertex[ring];
      const x = zones.xy[2 * start];
      const y = zones.xy[2 * start + 1];
      if (x < minX || x > maxX || y < minY || y > maxY) return false;
      return zones.ringVertex[ring + 1] - 1 > start && !this.crossedRings.has(ring);
    };
    const rings = this.tree.search(minX, minY, maxX, maxY, isCandidate).sort((a, b) => a - b);
    const bands = rings.length > 8 && end - first > 64 ? new YBands(ground, f) : undefined;
    for (const ring of rings) {
      const start = zones.ringVertex[ring];
      const stop = zones.ringVertex[ring + 1] - 1;
      const x = zones.xy[2 * start];
      const y = zones.xy[2 * start + 1];
      const times = this.windingAt(ring, bands);
      if (times === 0) continue;
      const whole = { x, y, u: this.measure.u(x, y) };
      this.post(
        ring,
        { ...whole, edge: start, node: zones.ringNode[ring] },
        { ...whole, edge: stop - 1, node: zones.ringNode[ring + 1] },
        false,
        times,
      );
    }
  }

  /** How often the polygon winds round the first vertex of a zone ring: 1 inside, 0 outside. */
  private windingAt(ring: number, bands?: YBands): number {
    const { zones, ground, ringSigns } = this;
    const { ringVertex } = ground;
    const x = zones.xy[2 * zones.ringVertex[ring]];
    const y = zones.xy[2 * zones.ringVertex[ring] + 1];
    const zone = zones.ownerOf[ring];
    if (bands !== undefined) return bands.windingAt(x, y, zone, ringSigns);
    const firstRing = ground.partRing[ground.featurePart[this.feature]];
    const endRing = ground.partRing[ground.featurePart[this.feature + 1]];
    let winding = 0;
    for (let r = firstRing; r < endRing; r++) {
      let inRing = 0;
      for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++)
        inRing += turnRound(ground.xy, v, x, y, zone);
      winding += inRing * ringSigns[r - firstRing];
    }
    return winding;
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
    const { perimeter, largest } = this.extent(f);
    const rounding = 4 * ULP * largest * (touched.length + this.crossings + 16);
    let main = touched[0];
    for (const set of touched) {
      invariant(
        Math.abs(sums.openX[set]) <= rounding && Math.abs(sums.openY[set]) <= rounding,
        () =>
          `${this.name()}: the border of its piece under zones {${this.sets.members(set).join(", ")}} does not close`,
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

  private extent(f: number): { perimeter: number; largest: number } {
    const { xy, ringVertex, partRing, featurePart } = this.ground;
    let perimeter = 0;
    let largest = 0;
    for (let r = partRing[featurePart[f]]; r < partRing[featurePart[f + 1]]; r++) {
      for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
        const x = xy[2 * v];
        const y = xy[2 * v + 1];
        perimeter += Math.abs(xy[2 * v + 2] - x) + Math.abs(xy[2 * v + 3] - y);
        if (Math.abs(x) > largest) largest = Math.abs(x);
        if (Math.abs(y) > largest) largest = Math.abs(y);
      }
    }
    return { perimeter, largest };
  }

  /** Takes in the ring that `ownArea` has just gone round. */
  private growBox(): void {
    const { box } = this;
    if (own.minX < box[0]) box[0] = own.minX;
    if (own.minY < box[1]) box[1] = own.minY;
    if (own.maxX > box[2]) box[2] = own.maxX;
    if (own.maxY > box[3]) box[3] = own.maxY;
  }

  private name(): string {
    return `${this.ground.name}, feature ${this.feature}`;
  }

  private growRing(length: number): void {
    this.u = new Float64Array(length + 1);
    this.planTo = new Float64Array(length + 1);
    this.trueTo = new Float64Array(length + 1);
  }

  private growCrossings(): void {
    const length = 2 * this.crossedEdge.length;
    this.crossedEdge = grown(this.crossedEdge, length);
    this.crossingT = grown(this.crossingT, length);
    this.crossingTError = grown(this.crossingTError, length);
    this.crossingX = grown(this.crossingX, length);
    this.crossingY = grown(this.crossingY, length);
    this.crossingU = grown(this.crossingU, length);
    this.enters = grown(this.enters, length);
    this.groundEdge = grown(this.groundEdge, length);
    this.byZone = grown(this.byZone, length);
  }
}

/** Result of `ownArea`: overwritten by each call, so that the hot path allocates nothing. */
const own = { planM2: 0, trueM2: 0, minX: 0, minY: 0, maxX: 0, maxY: 0 };

/** Pieces, growing. */
class PieceRows {
  private count = 0;
  private ground: Uint32Array;
  private cover: Uint32Array;
  private planM2: Float64Array;
  private trueM2: Float64Array;

  constructor(expected: number) {
    const length = Math.max(16, Math.ceil(1.5 * expected));
    this.ground = new Uint32Array(length);
    this.cover = new Uint32Array(length);
    this.planM2 = new Float64Array(length);
    this.trueM2 = new Float64Array(length);
  }

  add(ground: number, cover: number, planM2: number, trueM2: number): void {
    const i = this.count++;
    if (this.count > this.ground.length) this.grow();
    this.ground[i] = ground;
    this.cover[i] = cover;
    this.planM2[i] = planM2;
    this.trueM2[i] = trueM2;
  }

  finish(): Pieces {
    return {
      ground: this.ground.subarray(0, this.count),
      cover: this.cover.subarray(0, this.count),
      planM2: this.planM2.subarray(0, this.count),
      trueM2: this.trueM2.subarray(0, this.count),
    };
  }

  private grow(): void {
    const length = 2 * this.ground.length;
    this.ground = grown(this.ground, length);
    this.cover = grown(this.cover, length);
    this.planM2 = grown(this.planM2, length);
    this.trueM2 = grown(this.trueM2, length);
  }
}
