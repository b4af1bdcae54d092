/** Gaps and double cover of the ground map under the areas of plans: what rules there, as where there is ground. */
import type { CellTable } from "../aggregate/cells.js";
import type { PlanArea } from "../aggregate/precedence.js";
import { Amounts } from "./amounts.js";
import { planFrame, postings, type PlanFrame, type PlanLine, type PlanSide } from "./planFrame.js";
import type { Wrong } from "./wrongGround.js";

/** Amounts by unit, and by unit and what they were asked by. */
export type WrongAmounts = {
  readonly gaps: Amounts;
  readonly doubled: Amounts;
};

/** @param keyOf what is summed apart of the ground that an area rules; undefined where that is nothing */
export function wrongUnder(
  frame: PlanFrame,
  { role }: Pick<PlanSide, "role">,
  keyOf: (line: PlanLine, area: PlanArea | undefined) => string | undefined,
): WrongAmounts {
  const { coverage } = frame.facts;
  const amounts = (cells: CellTable | undefined): Amounts => {
    const sums = new Amounts();
    // The same areas and units; cells without a class, which no line needs.
    const laid = cells && planFrame({ ...frame.facts, cells }, frame.rules);
    if (laid === undefined) return sums;
    const side = laid[role]; // a scenario's own plan is no plan of the account: nothing is known of what rules there
    for (const { unit, codes, m2 } of postings(laid, side === undefined ? [] : [side.rulers.column])) {
      sums.add(m2, unit);
      const key = side && keyOf(side.lineOf[codes[0]], side.rulers.areas[codes[0]]);
      if (key !== undefined) sums.add(m2, unit, key);
    }
    return sums;
  };
  return { gaps: amounts(coverage?.gaps), doubled: amounts(coverage?.doubled) };
}

/** Of one unit, all of it or by one key. */
export const wrongOf = ({ gaps, doubled }: WrongAmounts, unit: string, ...key: readonly string[]): Wrong => ({
  gapM2: gaps.of(unit, ...key),
  doubledM2: doubled.of(unit, ...key),
});
