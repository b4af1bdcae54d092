import { featureCount, termOf, type Layer } from "../../src/core/layer.js";

/** Plane area of a feature: shells less holes, whatever way the rings run. */
export function featureArea(layer: Layer, f: number): number {
  let area = 0;
  for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
    for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++) {
      const ring = Math.abs(ringArea(layer, r));
      area += r === layer.partRing[p] ? ring : -ring;
    }
  }
  return area;
}

function ringArea({ xy, ringVertex }: Layer, r: number): number {
  const [x0, y0] = [xy[2 * ringVertex[r]], xy[2 * ringVertex[r] + 1]];
  let twice = 0;
  for (let v = ringVertex[r] + 1; v < ringVertex[r + 1]; v++) {
    twice += (xy[2 * v - 2] - x0) * (xy[2 * v + 1] - y0) - (xy[2 * v] - x0) * (xy[2 * v - 1] - y0);
  }
  return twice / 2;
}

/** Area by the terms of a field. */
export function sumsBy(layer: Layer, field: string): Map<string, number> {
  const column = layer.columns.get(field);
  const sums = new Map<string, number>();
  for (let f = 0; f < featureCount(layer); f++) {
    const term = column === undefined ? "" : termOf(column, f);
    sums.set(term, (sums.get(term) ?? 0) + featureArea(layer, f));
  }
  return sums;
}
