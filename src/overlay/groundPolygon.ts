import { EMPTY_BBOX, type Layer } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import type { OwnRing } from "./ownRing.js";

/** The ground polygon at hand: a feature of a layer. One object serves all of them, one after the other. */
export class GroundPolygon {
  layer!: Layer;
  feature = 0;
  /** Its rings are firstRing .. endRing. */
  firstRing = 0;
  endRing = 0;
  /** Areas are sums of (x - originX) dy and (u - originU) dy: as sums of coordinates of millions they would lose their digits. */
  originX = 0;
  originU = 0;
  /** minx, miny, maxx, maxy of the rings gone round so far. */
  readonly box = new Float64Array(4);
  /** Per ring, from 0: +1 where the polygon lies left of the ring as stored, else -1. */
  ringSigns: Int8Array = new Int8Array(64);

  /** @returns false for a feature without geometry */
  take(layer: Layer, feature: number, measure: Measure): boolean {
    const { xy, ringVertex, partRing, featurePart } = layer;
    this.layer = layer;
    this.feature = feature;
    const firstPart = featurePart[feature];
    const endPart = featurePart[feature + 1];
    if (firstPart === endPart) return false;
    this.firstRing = partRing[firstPart];
    this.endRing = partRing[endPart];
    const origin = ringVertex[this.firstRing];
    this.originX = xy[2 * origin];
    this.originU = measure.u(xy[2 * origin], xy[2 * origin + 1]);
    this.box.set(EMPTY_BBOX);
    const rings = this.endRing - this.firstRing;
    if (rings > this.ringSigns.length) this.ringSigns = new Int8Array(2 * rings);
    return true;
  }

  growBox({ minX, minY, maxX, maxY }: OwnRing): void {
    const { box } = this;
    if (minX < box[0]) box[0] = minX;
    if (minY < box[1]) box[1] = minY;
    if (maxX > box[2]) box[2] = maxX;
    if (maxY > box[3]) box[3] = maxY;
  }

  /** At least its perimeter, and its largest coordinate: what rounding of its areas hangs on. */
  extent(): { readonly perimeter: number; readonly largest: number } {
    const { xy, ringVertex } = this.layer;
    let perimeter = 0;
    let largest = 0;
    for (let r = this.firstRing; r < this.endRing; r++) {
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

  name(): string {
    return `${this.layer.name}, feature ${this.feature}`;
  }
}
