import type { Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import { ringFigures } from "./rings.js";
import type { Structured } from "./structure.js";

/** When the readings of a broken polygon are so far apart that a person must choose (design 3.3). */
export type DecisionRule = { readonly m2: M2; readonly share: number };
export const DECISION: DecisionRule = { m2: 10, share: 0.001 };

/**
 * Areas of a feature before and after, by other readings, and whether those are too far apart to choose.
 *
 * @param asItStood the readings of the rings before they were tidied
 */
export function readingsOf(
  layer: Layer,
  feature: number,
  structured: Structured | undefined,
  asItStood: Structured | undefined,
  { m2, share }: DecisionRule,
) {
  const beforeM2 = ringFigures(layer, feature).rolesM2;
  if (structured === undefined || asItStood === undefined) {
    const afterM2 = structured?.areaM2 ?? beforeM2;
    return { beforeM2, afterM2, evenOddM2: NaN, lineworkM2: NaN, needsDecision: true };
  }
  const { areaM2: afterM2 } = structured;
  const { evenOddM2, lineworkM2 } = asItStood;
  const limit = Math.max(m2, share * Math.abs(afterM2));
  const apart = (other: M2) => Math.abs(other - afterM2) > limit;
  return { beforeM2, afterM2, evenOddM2, lineworkM2, needsDecision: apart(evenOddM2) || apart(lineworkM2) };
}
