import Flatbush from "flatbush";
import { type Bbox, featureCount, type Layer } from "../core/layer.js";

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
export function neighbourhoods(layer: Layer, places: readonly Bbox[]): Neighbourhood[] {
  if (places.length === 0) return [];
  const index = new Flatbush(places.length);
  const boxes = places.map(([minX, minY, maxX, maxY]): Bbox => {
    index.add(minX - MARGIN_M, minY - MARGIN_M, maxX + MARGIN_M, maxY + MARGIN_M);
    return [minX - MARGIN_M, minY - MARGIN_M, maxX + MARGIN_M, maxY + MARGIN_M];
  });
  index.finish();
  const above = Uint32Array.from({ length: places.length }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (above[i] !== i) i = above[i] = above[above[i]];
    return i;
  };
  const firstPlace = new Map<number, number>();
  for (let f = 0; f < featureCount(layer); f++) {
    const [minX, minY, maxX, maxY] = featureBox(layer, f);
    if (!(minX <= maxX)) continue;
    const near = index.search(minX, minY, maxX, maxY);
    if (near.length === 0) continue;
    for (const place of reached(layer, f, boxes, near, index)) {
      const first = firstPlace.get(f);
      if (first === undefined) firstPlace.set(f, place);
      else above[rootOf(place)] = rootOf(first);
    }
  }
  const gathered = new Map<number, { boxes: Bbox[]; features: number[] }>();
  places.forEach((_, i) => {
    const root = rootOf(i);
    const known = gathered.get(root);
    if (known === undefined) gathered.set(root, { boxes: [boxes[i]], features: [] });
    else known.boxes.push(boxes[i]);
  });
  for (const [f, place] of firstPlace) gathered.get(rootOf(place))!.features.push(f);
  return [...gathered.values()];
}

function featureBox({ xy, ringVertex, partRing, featurePart }: Layer, f: number): Bbox {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
    const shell = partRing[p];
    if (shell === partRing[p + 1]) continue;
    for (let v = ringVertex[shell]; v < ringVertex[shell + 1]; v++) {
      const x = xy[2 * v];
      const y = xy[2 * v + 1];
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
  }
  return [minX, minY, maxX, maxY];
}

/** Of the places near a feature, those its edges reach into, and those that lie within it. */
function reached(
  layer: Layer,
  f: number,
  boxes: readonly Bbox[],
  near: readonly number[],
  index: Flatbush,
): Set<number> {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const found = new Set<number>();
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
    for (let k = 0; k < near.length; k++) {
      const box = boxes[near[k]];
      if (minX <= box[2] && box[0] <= maxX && minY <= box[3] && box[1] <= maxY) found.add(near[k]);
      const y = box[1];
      if (ay > y !== by > y && ax + ((y - ay) / (by - ay)) * (bx - ax) < box[0]) inside[k] ^= 1;
    }
  }
  for (let k = 0; k < near.length; k++) if (inside[k] === 1) found.add(near[k]);
  return found;
}
