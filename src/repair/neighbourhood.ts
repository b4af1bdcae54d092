import Flatbush from "flatbush";
import { type Bbox, featureCount, type Layer } from "../core/layer.js";
import { featureBox } from "../core/subset.js";
import { DisjointSets } from "./disjointSets.js";

/** Suspect places, and all polygons that reach into any of them. */
export type Neighbourhood = {
  readonly boxes: readonly Bbox[];
  readonly features: readonly number[];
};

/** So far beyond its box the neighbours of a place are looked for: new points are rounded, and that is less by far. */
const MARGIN_M = 1e-3;
/** Up to so many places are tried one by one. */
const FEW = 8;

/**
 * Which polygons have a part in which places, gathered so that no polygon is in two neighbourhoods: each can be mended by
 * itself. A polygon has a part in a place when an edge of it reaches into the place's box, or the box lies within it.
 */
export function neighbourhoods(layer: Layer, suspect: readonly Bbox[]): Neighbourhood[] {
  const places = new Places(suspect);
  const gatheredAs = new DisjointSets(suspect.length);
  const firstPlace = new Map<number, number>();
  for (let f = 0; f < featureCount(layer); f++) {
    for (const place of places.reachedBy(layer, f)) {
      const first = firstPlace.get(f);
      if (first === undefined) firstPlace.set(f, place);
      else gatheredAs.join(place, first);
    }
  }
  const gathered = new Map<number, { boxes: Bbox[]; features: number[] }>();
  places.boxes.forEach((box, i) => {
    const root = gatheredAs.rootOf(i);
    const known = gathered.get(root);
    if (known === undefined) gathered.set(root, { boxes: [box], features: [] });
    else known.boxes.push(box);
  });
  for (const [f, place] of firstPlace) gathered.get(gatheredAs.rootOf(place))!.features.push(f);
  return [...gathered.values()];
}

/** Suspect places, to be asked who has a part in them. */
export class Places {
  /** Each a little larger than the place itself. */
  readonly boxes: readonly Bbox[];
  private readonly index: Flatbush | undefined;

  constructor(places: readonly Bbox[]) {
    this.boxes = places.map(([minX, minY, maxX, maxY]): Bbox => [
      minX - MARGIN_M,
      minY - MARGIN_M,
      maxX + MARGIN_M,
      maxY + MARGIN_M,
    ]);
    if (places.length === 0) return;
    this.index = new Flatbush(places.length);
    for (const box of this.boxes) this.index.add(...box);
    this.index.finish();
  }

  /** Does one of the places hold the whole box? */
  hold([minX, minY, maxX, maxY]: Bbox): boolean {
    const near = this.index?.search(minX, minY, maxX, maxY) ?? [];
    return near.some((place) => {
      const box = this.boxes[place];
      return box[0] <= minX && box[1] <= minY && box[2] >= maxX && box[3] >= maxY;
    });
  }

  /** Does one of the places meet a box? None meets an empty one. */
  meet(minX: number, minY: number, maxX: number, maxY: number): boolean {
    return this.index !== undefined && minX <= maxX && this.index.search(minX, minY, maxX, maxY).length > 0;
  }

  isReachedBy(layer: Layer, f: number): boolean {
    return this.reached(layer, f, 1).length > 0;
  }

  /** Of the places near a feature, those its edges reach into, and those that lie within it. */
  reachedBy(layer: Layer, f: number): readonly number[] {
    return this.reached(layer, f, Infinity);
  }

  /** @param enough as many places as need be found */
  private reached(layer: Layer, f: number, enough: number): readonly number[] {
    const { index, boxes } = this;
    const box = featureBox(layer, f);
    const near = index === undefined || !(box[0] <= box[2]) ? [] : index.search(...box);
    if (index === undefined || near.length === 0) return near;
    return new NearPlaces(near, boxes, index).reachedBy(layer, f, enough);
  }
}

/** Places whose boxes meet a feature's: which of them its edges reach into, and which lie within it. */
class NearPlaces {
  /** In order of their lower borders, and the box of each. */
  private readonly places: readonly number[];
  private readonly boxes: Float64Array;
  /** Where there are more than a few: which of them a place is. */
  private readonly rankOf: ReadonlyMap<number, number> | undefined;
  private readonly isReached: Uint8Array;
  private reachedCount = 0;
  /** Whether the lower left corner lies within the feature, by the edges so far. */
  private readonly isInside: Uint8Array;

  constructor(
    near: readonly number[],
    boxes: readonly Bbox[],
    private readonly index: Flatbush,
  ) {
    this.places = near.length === 1 ? near : [...near].sort((i, j) => boxes[i][1] - boxes[j][1]);
    this.boxes = new Float64Array(4 * near.length);
    this.places.forEach((place, k) => this.boxes.set(boxes[place], 4 * k));
    this.rankOf = near.length > FEW ? new Map(this.places.map((place, k) => [place, k])) : undefined;
    this.isReached = new Uint8Array(near.length);
    this.isInside = new Uint8Array(near.length);
  }

  reachedBy(layer: Layer, f: number, enough: number): readonly number[] {
    const { ringVertex, partRing, featurePart } = layer;
    for (let r = partRing[featurePart[f]]; r < partRing[featurePart[f + 1]]; r++) {
      this.meetRing(layer.xy, ringVertex[r], ringVertex[r + 1], enough);
      if (this.reachedCount >= enough) break;
    }
    return this.places.filter((_, k) => this.isReached[k] === 1 || this.isInside[k] === 1);
  }

  private meetRing(xy: Float64Array, from: number, to: number, enough: number): void {
    let bx = xy[2 * from];
    let by = xy[2 * from + 1];
    for (let v = from + 1; v < to; v++) {
      const ax = bx;
      const ay = by;
      bx = xy[2 * v];
      by = xy[2 * v + 1];
      if (this.rankOf === undefined) this.meetFew(ax, ay, bx, by);
      else this.meetMany(this.rankOf, ax, ay, bx, by);
      if (this.reachedCount >= enough) return;
    }
  }

  private meetFew(ax: number, ay: number, bx: number, by: number): void {
    const { boxes } = this;
    for (let at = 0; at < boxes.length; at += 4) {
      const minY = boxes[at + 1];
      if (ay < by ? by < minY || boxes[at + 3] < ay : ay < minY || boxes[at + 3] < by) continue;
      this.passCorner(at >> 2, ax, ay, bx, by);
      if (ax < bx ? boxes[at] <= bx && ax <= boxes[at + 2] : boxes[at] <= ax && bx <= boxes[at + 2])
        this.reach(at >> 2);
    }
  }

  private meetMany(
    rankOf: ReadonlyMap<number, number>,
    ax: number,
    ay: number,
    bx: number,
    by: number,
  ): void {
    const minY = Math.min(ay, by);
    const maxY = Math.max(ay, by);
    for (const place of this.index.search(Math.min(ax, bx), minY, Math.max(ax, bx), maxY)) {
      this.reach(rankOf.get(place)!);
    }
    const { boxes } = this;
    for (let k = this.firstFrom(minY); 4 * k < boxes.length && boxes[4 * k + 1] < maxY; k++) {
      this.passCorner(k, ax, ay, bx, by);
    }
  }

  private reach(k: number): void {
    this.reachedCount += 1 - this.isReached[k];
    this.isReached[k] = 1;
  }

  /** Notes an edge that passes to the left of a place's lower left corner. */
  private passCorner(k: number, ax: number, ay: number, bx: number, by: number): void {
    const x = this.boxes[4 * k];
    const y = this.boxes[4 * k + 1];
    if (ay <= y !== by <= y && ax + ((y - ay) / (by - ay)) * (bx - ax) < x) this.isInside[k] ^= 1;
  }

  private firstFrom(y: number): number {
    const { boxes } = this;
    let low = 0;
    let high = boxes.length / 4;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (boxes[4 * middle + 1] < y) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
