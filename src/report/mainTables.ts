/** Which tables a reader of the report needs at hand. The rest is folded on screen, and stands as CSV. */
import type { Table } from "../tables/table.js";
import type { ReportBasis } from "./basis.js";

/** By the number of the table (domain reference 8): what is planned, what a proposal changes, what has changed. */
const ALWAYS: ReadonlySet<string> = new Set([
  "T3",
  "T4",
  "T4b",
  "T4m",
  "T5",
  "T6",
  "T7",
  "T8",
  "T9",
  "T9b",
  "T11s",
]);

/** Rows that a table per unit can have and still be one a reader wants to see. */
const MOST_ROWS = 100;
/** Rows of T4b in a report. */
const MOST_AREAS = 20;

export const numberOf = ({ id }: Pick<Table, "id">): string => /^T\d+[a-z]?/.exec(id)?.[0] ?? "";

/** Narrow strips, mostly of borders that do not fit together: for those who look into the data. */
export const isStrips = ({ id }: Pick<Table, "id">): boolean => id.endsWith("-striper");

export function isMain(table: Table, { tables, fields }: Pick<ReportBasis, "tables" | "fields">): boolean {
  if (isStrips(table)) return false;
  const number = numberOf(table);
  if (ALWAYS.has(number)) return true;
  const whole = table.columns.every(({ id }) => id !== "enhet") || table.rows.every((row) => row[0] === "");
  if (number === "T10") return whole || table.rows.length <= MOST_ROWS;
  if (number !== "T1" || !(table.id + "-").startsWith(`T1-${fields[0]?.field}-`)) return false;
  const planned = tables.some((one) => numberOf(one) === "T3");
  return table.id === `T1-${fields[0].field}` || (!planned && table.rows.length <= MOST_ROWS);
}

/** Rows shown of a table, and the column whose largest they are where not the first ones are shown. */
export const largestShown = (table: Table, maxRows: number): [number, string?] =>
  numberOf(table) === "T4b" ? [Math.min(maxRows, MOST_AREAS), "reserve"] : [maxRows];
