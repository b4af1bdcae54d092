import { BrokenInvariant } from "../core/trouble.js";
import type { KernelResult } from "../overlay/kernel.js";

/** How far a polygon's pieces may be from its own area: the larger of the two. */
export type AreaTolerance = { readonly absoluteM2: number; readonly relative: number };

/**
 * The identity (design 1.6): a ground polygon is the sum of its pieces, in both measures.
 *
 * @param nameOf says which polygon a row is, for the message
 * @returns the largest residual, m2
 * @throws BrokenInvariant naming the first polygon that is not
 */
export function holdToOwnArea(
  { pieces, ownPlanM2, ownTrueM2 }: KernelResult,
  { absoluteM2, relative }: AreaTolerance,
  nameOf: (feature: number) => string,
): number {
  let worst = 0;
  let i = 0;
  for (let f = 0; f < ownPlanM2.length; f++) {
    let plan = ownPlanM2[f];
    let real = ownTrueM2[f];
    for (; i < pieces.ground.length && pieces.ground[i] === f; i++) {
      plan -= pieces.planM2[i];
      real -= pieces.trueM2[i];
    }
    const residual = Math.max(Math.abs(plan), Math.abs(real));
    if (residual > worst) worst = residual;
    if (residual <= Math.max(absoluteM2, relative * Math.abs(ownPlanM2[f]))) continue;
    throw new BrokenInvariant(
      `${nameOf(f)}: own area ${ownPlanM2[f]} m2 is not the sum of its pieces (${residual} m2 apart)`,
    );
  }
  return worst;
}
