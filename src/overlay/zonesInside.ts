import Flatbush from "flatbush";
import type { Measure } from "../core/measure.js";
import { invariant } from "../core/trouble.js";
import { mayHoldPoint } from "../index/edgeGrid.js";
import type { CellSums } from "./cellSums.js";
import type { CoverSets } from "./coverSets.js";
import type { GroundCrossings } from "./groundCrossings.js";
import type { GroundPolygon } from "./groundPolygon.js";
import { ringAt } from "./ringAt.js";
import { postStretch, type RingPlace } from "./stretch.js";
import { turnRound, YBands } from "./yBands.js";
import type { Zones } from "./zones.js";

/** More zone rings to be placed in a polygon of more vertices are worth its edges being sorted by height. */
const MANY_RINGS = 8;
const MANY_VERTICES = 64;

/**
 * Posts the zone edges that run inside the ground polygon at hand: plus for the set on the zone's side, minus for the other.
 * Where its walk has crossed a zone ring, that ring is inside from where it enters to where it leaves; any other is inside
 * as a whole or not at all.
 */
export class ZonesInside {
  private readonly tree: Flatbush | undefined;
  private readonly crossedRings = new Set<number>();
  private readonly here: RingPlace = { edge: 0, x: 0, y: 0, u: 0, node: 0 };
  private readonly next: RingPlace = { edge: 0, x: 0, y: 0, u: 0, node: 0 };
  /** Rings placed in the polygon at hand edge by edge, and its edges by height once they are many. */
  private placed = 0;
  private bands: YBands | undefined;

  constructor(
    private readonly zones: Zones,
    private readonly sets: CoverSets,
    private readonly sums: CellSums,
    private readonly measure: Measure,
    private readonly polygon: GroundPolygon,
    private readonly crossings: GroundCrossings,
  ) {
    if (zones.ringTree.byteLength > 0) this.tree = Flatbush.from(zones.ringTree);
  }

  /** All rings of the polygon have been walked. */
  post(): void {
    const { zones, crossings } = this;
    this.crossedRings.clear();
    this.placed = 0;
    this.bands = undefined;
    const order = crossings.alongZones();
    for (let i = 0; i < order.length;) {
      const ring = ringAt(zones.finder, crossings.edge[order[i]]);
      let end = i + 1;
      while (end < order.length && ringAt(zones.finder, crossings.edge[order[end]]) === ring) end++;
      this.crossedRings.add(ring);
      this.postCrossed(ring, order, i, end);
      i = end;
    }
    this.postUncrossed();
  }

  /** Stretches of one zone ring, from entering to leaving. */
  private postCrossed(ring: number, order: Uint32Array, from: number, end: number): void {
    const { enters } = this.crossings;
    const start = this.windingBefore(ring, order, from, end);
    let depth = start;
    const { here, next } = this;
    for (let i = from; i < end; i++) {
      depth += enters[order[i]] === 1 ? 1 : -1;
      if (depth === 0) continue;
      const wraps = i + 1 === end;
      this.placeAt(here, order[i], ring);
      this.placeAt(next, order[wraps ? from : i + 1], ring);
      this.postRing(ring, here, next, wraps, depth);
    }
    invariant(
      depth === start,
      () => `${this.polygon.name()}: zone ring ${ring} enters and leaves unequally often`,
    );
  }

  /**
   * How often the polygon winds round the first vertex of a ring that it crosses. The first crossing does not tell: ground
   * that crosses or overlaps itself may be wound round twice, or backwards. A vertex outside the polygon's box does, for it
   * is not wound round at all.
   */
  private windingBefore(ring: number, order: Uint32Array, from: number, end: number): number {
    const { edge, enters } = this.crossings;
    const outside = this.vertexOutside(ring);
    if (outside < 0) return this.windingAt(ring);
    let winding = 0;
    for (let i = from; i < end && edge[order[i]] < outside; i++) winding -= enters[order[i]] === 1 ? 1 : -1;
    return winding;
  }

  /** A vertex of a zone ring outside the polygon's box; -1 where it has none. */
  private vertexOutside(ring: number): number {
    const { extremes, xy } = this.zones;
    const { box } = this.polygon;
    const at = 4 * ring;
    if (xy[2 * extremes[at]] < box[0]) return extremes[at];
    if (xy[2 * extremes[at + 1] + 1] < box[1]) return extremes[at + 1];
    if (xy[2 * extremes[at + 2]] > box[2]) return extremes[at + 2];
    if (xy[2 * extremes[at + 3] + 1] > box[3]) return extremes[at + 3];
    return -1;
  }

  private placeAt(place: RingPlace, crossing: number, ring: number): void {
    const { crossings } = this;
    const { edge, x, y, u } = crossings;
    put(place, edge[crossing], x[crossing], y[crossing], u[crossing], crossings.nodeBehind(crossing, ring));
  }

  private postRing(ring: number, from: RingPlace, to: RingPlace, wraps: boolean, times: number): void {
    const { zones, sets, sums, measure, polygon } = this;
    postStretch(zones, sets, sums, measure, ring, from, to, wraps, times, polygon.originX, polygon.originU);
  }

  private postUncrossed(): void {
    if (this.tree === undefined) return;
    const { zones, measure, polygon, here, next } = this;
    const { box } = polygon;
    const minX = box[0];
    const minY = box[1];
    const maxX = box[2];
    const maxY = box[3];
    if (!mayHoldPoint(zones.ringStarts, minX, minY, maxX, maxY)) return;
    const isCandidate = (ring: number): boolean => {
      const start = zones.ringVertex[ring];
      const x = zones.xy[2 * start];
      const y = zones.xy[2 * start + 1];
      if (x < minX || x > maxX || y < minY || y > maxY) return false;
      return zones.ringVertex[ring + 1] - 1 > start && !this.crossedRings.has(ring);
    };
    const rings = this.tree.search(minX, minY, maxX, maxY, isCandidate).sort((a, b) => a - b);
    for (const ring of rings) {
      const start = zones.ringVertex[ring];
      const stop = zones.ringVertex[ring + 1] - 1;
      const x = zones.xy[2 * start];
      const y = zones.xy[2 * start + 1];
      const times = this.windingAt(ring);
      if (times === 0) continue;
      const u = measure.u(x, y);
      put(here, start, x, y, u, zones.ringNode[ring]);
      put(next, stop - 1, x, y, u, zones.ringNode[ring + 1]);
      this.postRing(ring, here, next, false, times);
    }
  }

  /** How often the polygon winds round the first vertex of a zone ring: 1 inside, 0 outside. */
  private windingAt(ring: number): number {
    const { zones } = this;
    const { layer, feature, firstRing, endRing, ringSigns } = this.polygon;
    const { ringVertex, xy } = layer;
    const x = zones.xy[2 * zones.ringVertex[ring]];
    const y = zones.xy[2 * zones.ringVertex[ring] + 1];
    const zone = zones.ownerOf[ring];
    if (++this.placed > MANY_RINGS && ringVertex[endRing] - ringVertex[firstRing] > MANY_VERTICES) {
      this.bands ??= new YBands(layer, feature);
      return this.bands.windingAt(x, y, zone, ringSigns);
    }
    let winding = 0;
    for (let r = firstRing; r < endRing; r++) {
      let inRing = 0;
      for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) inRing += turnRound(xy, v, x, y, zone);
      winding += inRing * ringSigns[r - firstRing];
    }
    return winding;
  }
}

function put(place: RingPlace, edge: number, x: number, y: number, u: number, node: number): void {
  place.edge = edge;
  place.x = x;
  place.y = y;
  place.u = u;
  place.node = node;
}
