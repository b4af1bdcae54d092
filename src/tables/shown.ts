import type { CellTable } from "../aggregate/cells.js";
import type { M2 } from "../core/units.js";
import type { AccountFacts, AreaMeasure, Both } from "./facts.js";

/** The one of two areas that the account shows. */
export const shownArea = (measure: AreaMeasure, both: Both): M2 =>
  measure === "kartplan" ? both.planM2 : both.trueM2;

/** The same, for a whole table of cells. */
export const shownAreas = (
  measure: AreaMeasure,
  cells: Pick<CellTable, "planM2" | "trueM2">,
): Float64Array => (measure === "kartplan" ? cells.planM2 : cells.trueM2);

/** For footnotes. The projection whose formulas were used stands in T14 and in the receipt. */
export const measureTitle = ({ measure }: Pick<AccountFacts, "measure">): string =>
  measure === "kartplan" ? "kartplan" : "ellipsoide (GRS 80)";
