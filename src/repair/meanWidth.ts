import type { Layer } from "../core/layer.js";
import type { M2, Metre } from "../core/units.js";

/**
 * 2 area / perimeter (design 3.7): how wide a strip is whose sides are the polygon's border. Less than the width of
 * anything that is no strip.
 *
 * @param layer rings closed
 * @returns Infinity for a feature without a border
 */
export function meanWidth(
  { xy, ringVertex, partRing, featurePart }: Layer,
  feature: number,
  areaM2: M2,
): Metre {
  let perimeterM = 0;
  for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
    for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
      const dx = xy[2 * v + 2] - xy[2 * v];
      const dy = xy[2 * v + 3] - xy[2 * v + 1];
      perimeterM += Math.sqrt(dx * dx + dy * dy); // four times as fast as hypot, and nothing here overflows
    }
  }
  return perimeterM === 0 ? Infinity : (2 * areaM2) / perimeterM;
}
