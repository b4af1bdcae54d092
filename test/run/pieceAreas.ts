import { featureCount, type Layer } from "../../src/core/layer.js";
import { ringArea } from "../../src/repair/rings.js";

/** Map area of each feature of a sound layer: shells less their holes, whichever way they run. */
export function areasM2(layer: Layer): number[] {
  const { xy, ringVertex, partRing, featurePart } = layer;
  return Array.from({ length: featureCount(layer) }, (_, f) => {
    let areaM2 = 0;
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        const ringM2 = Math.abs(ringArea(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1])));
        areaM2 += r === partRing[p] ? ringM2 : -ringM2;
      }
    }
    return areaM2;
  });
}
