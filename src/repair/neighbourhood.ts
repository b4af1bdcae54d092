import Flatbush from "flatbush";
import { type Bbox, featureCount, type Layer } from "../core/layer.js";
import { featureBox } from "../core/subset.js";

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
  const above = Uint32Array.from({ length: suspect.length }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (above[i] !== i) i = above[i] = above[above[i]];
    return i;
  };
  const firstPlace = new Map<number, number>();
  for (let f = 0; f < featureCount(layer); f++) {
    for (const place of places.reachedBy(layer, f)) {
      const first = firstPlace.get(f);
      if (first === undefined) firstPlace.set(f, place);
      else above[rootOf(place)] = rootOf(first);
    }
  }
  const gathered = new Map<number, { boxes: Bbox[]; features: number[] }>();
  places.boxes.forEach((box, i) => {
    const root = rootOf(i);
    const known = gathered.get(root);
    if (known === undefined) gathered.set(root, { boxes: [box], features: [] });
    else known.boxes.push(box);
  });
  for (const [f, place] of firstPlace) gathered.get(rootOf(place))!.features.push(f);
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

  isReachedBy(layer: Layer, f: number): boolean {
    return this.reached(layer, f, 1).size > 0;
  }

  /** Of the places near a feature, those its edges reach into, and those that lie within it. */
  reachedBy(layer: Layer, f: number): Iterable<number> {
    return this.reached(layer, f, Infinity);
  }

  /** @param enough as many places as need be found */
  private reached(layer: Layer, f: number, enough: number): ReadonlySet<number> {
    const { index, boxes } = this;
    const box = featureBox(layer, f);
    const near = index === undefined || !(box[0] <= box[2]) ? [] : index.search(...box);
    return index === undefined || near.length === 0 ? NONE : reached(layer, f, boxes, near, index, enough);
  }
}

const NONE: ReadonlySet<number> = new Set();

function reached(
  layer: Layer,
  f: number,
  boxes: readonly Bbox[],
  near: readonly number[],
  index: Flatbush,
  enough: number,
): ReadonlySet<number> {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const found = new Set<number>();
  const byY = [...near].sort((i, j) => boxes[i][1] - boxes[j][1]);
  const inside = new Uint8Array(near.length);
  const first = ringVertex[partRing[featurePart[f]]];
  const last = ringVertex[partRing[featurePart[f + 1]]];
  let end = 0;
  let ring = partRing[featurePart[f]];
  for (let v = first; v < last; v++) {
    while (v >= end) end = ringVertex[++ring];
    if (v + 1 === end) continue;
    const [ax, ay, bx, by] = [xy[2 * v], xy[2 * v + 1], xy[2 * v + 2], xy[2 * v + 3]];
    const [minX, maxX] = ax < bx ? [ax, bx] : [bx, ax];
    const [minY, maxY] = ay < by ? [ay, by] : [by, ay];
    if (near.length > FEW) for (const place of index.search(minX, minY, maxX, maxY)) found.add(place);
    else {
      for (const place of near) {
        const box = boxes[place];
        if (minX <= box[2] && box[0] <= maxX && minY <= box[3] && box[1] <= maxY) found.add(place);
      }
    }
    if (found.size >= enough) return found;
    for (let k = firstFrom(minY); k < byY.length && boxes[byY[k]][1] < maxY; k++) {
      const [x, y] = boxes[byY[k]];
      if (ax + ((y - ay) / (by - ay)) * (bx - ax) < x) inside[k] ^= 1;
    }
  }
  for (let k = 0; k < byY.length; k++) if (inside[k] === 1) found.add(byY[k]);
  return found;

  function firstFrom(y: number): number {
    let low = 0;
    let high = byY.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (boxes[byY[middle]][1] < y) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
