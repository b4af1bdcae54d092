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

/** For footnotes, for example "ellipsoide (tm 15 0.9996)". */
export const measureTitle = ({ measure, measureId }: Pick<AccountFacts, "measure" | "measureId">): string =>
  measure === "kartplan" ? "kartplan" : `ellipsoide (${measureId})`;
