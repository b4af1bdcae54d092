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

/** So many uncrossed zone rings in a polygon of so many vertices are worth its edges being sorted by height. */
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
    const { enters, isSpiked } = this.crossings;
    let depth = enters[order[from]] === 1 ? 0 : 1;
    const start = depth;
    let regular = !isSpiked;
    for (let i = from; i < end; i++) {
      depth += enters[order[i]] === 1 ? 1 : -1;
      if (depth < 0 || depth > 1) regular = false;
    }
    invariant(
      depth === start,
      () => `${this.polygon.name()}: zone ring ${ring} enters and leaves unequally often`,
    );
    // Ground that overlaps itself counts as often as it covers.
    depth = regular ? start : this.windingAt(ring);
    const { here, next } = this;
    for (let i = from; i < end; i++) {
      depth += enters[order[i]] === 1 ? 1 : -1;
      if (depth === 0) continue;
      const wraps = i + 1 === end;
      this.placeAt(here, order[i], ring);
      this.placeAt(next, order[wraps ? from : i + 1], ring);
      this.postRing(ring, here, next, wraps, depth);
    }
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
    const { layer, feature, firstRing, endRing, box } = polygon;
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
    const isWorthBands =
      rings.length > MANY_RINGS && layer.ringVertex[endRing] - layer.ringVertex[firstRing] > MANY_VERTICES;
    const bands = isWorthBands ? new YBands(layer, feature) : undefined;
    for (const ring of rings) {
      const start = zones.ringVertex[ring];
      const stop = zones.ringVertex[ring + 1] - 1;
      const x = zones.xy[2 * start];
      const y = zones.xy[2 * start + 1];
      const times = this.windingAt(ring, bands);
      if (times === 0) continue;
      const u = measure.u(x, y);
      put(here, start, x, y, u, zones.ringNode[ring]);
      put(next, stop - 1, x, y, u, zones.ringNode[ring + 1]);
      this.postRing(ring, here, next, false, times);
    }
  }

  /** How often the polygon winds round the first vertex of a zone ring: 1 inside, 0 outside. */
  private windingAt(ring: number, bands?: YBands): number {
    const { zones } = this;
    const { layer, firstRing, endRing, ringSigns } = this.polygon;
    const { ringVertex, xy } = layer;
    const x = zones.xy[2 * zones.ringVertex[ring]];
    const y = zones.xy[2 * zones.ringVertex[ring] + 1];
    const zone = zones.ownerOf[ring];
    if (bands !== undefined) return bands.windingAt(x, y, zone, ringSigns);
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
