import type { Layer } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import type { M2 } from "../core/units.js";

/**
 * A feature's own area in both measures: shells less holes, whichever way rings turn. For weighing what is left out of
 * an account; what is in it is measured by the overlay.
 */
export function featureArea(
  { xy, ringVertex, partRing, featurePart }: Layer,
  feature: number,
  measure: Measure,
): { planM2: M2; trueM2: M2 } {
  let planM2 = 0;
  let trueM2 = 0;
  for (let part = featurePart[feature]; part < featurePart[feature + 1]; part++) {
    for (let ring = partRing[part]; ring < partRing[part + 1]; ring++) {
      const sign = ring === partRing[part] ? 1 : -1;
      const first = ringVertex[ring];
      const x0 = xy[2 * first];
      const u0 = measure.u(x0, xy[2 * first + 1]);
      let plan = 0;
      let real = 0;
      for (let v = first + 1; v < ringVertex[ring + 1]; v++) {
        const [x1, y1, x2, y2] = [xy[2 * v - 2], xy[2 * v - 1], xy[2 * v], xy[2 * v + 1]];
        plan += (y2 - y1) * ((x1 + x2) / 2 - x0);
        real += (y2 - y1) * ((measure.u(x1, y1) + measure.u(x2, y2)) / 2 - u0) + measure.bend(x1, y1, x2, y2);
      }
      planM2 += sign * Math.abs(plan);
      trueM2 += sign * Math.abs(real);
    }
  }
  return { planM2, trueM2 };
}
