import type { WrongGround } from "./coverCount.js";
import { type CoverLimits, type Decision, widthOf } from "./decide.js";

/** Ground nobody has, too large to be filled whatever its width: it stays, and nobody need be asked. */
export const isOpen = ({ covered, areaM2 }: WrongGround, { gapM2 }: CoverLimits): boolean =>
  covered === 0 && areaM2 > gapM2 * 1.001;

export function openGap({ rings, areaM2 }: WrongGround, { roundingM }: CoverLimits): Decision {
  return {
    kind: "gap",
    features: [],
    to: -1,
    by: "none",
    areaM2,
    rings,
    ...widthOf(rings, areaM2, roundingM),
  };
}
