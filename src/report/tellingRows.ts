import type { Table, Value } from "../tables/table.js";

/** `rad` of rows that close a unit: its sums, and what is no class or purpose. */
export const CLOSING: ReadonlySet<Value> = new Set<Value>([
  "sum",
  "land",
  "udekket",
  "hull",
  "dobbelt",
  "avvik",
]);

/**
 * The rows a reader is shown, by index, and how many units are left out: those that have nothing but closing rows, where
 * others have more. A plan of one kommune says nothing of the other 356 that stand in the same file.
 */
export function tellingRows(table: Table): { readonly rows: readonly number[]; readonly unitsLeft: number } {
  const all = [...table.rows.keys()];
  const [rad, unit] = ["rad", "enhet"].map((id) => table.columns.findIndex((column) => column.id === id));
  if (rad < 0 || unit < 0 || !table.print.groupBy.includes("enhet")) return { rows: all, unitsLeft: 0 };
  const telling = new Set(table.rows.filter((row) => tells(row[rad])).map((row) => row[unit]));
  const units = new Set(table.rows.map((row) => row[unit]));
  if (telling.size === 0 || telling.size === units.size) return { rows: all, unitsLeft: 0 };
  return { rows: all.filter((r) => telling.has(table.rows[r][unit])), unitsLeft: units.size - telling.size };
}

/** "utenFormal" and the like: ground that nothing is said of. */
const tells = (rad: Value): boolean => !CLOSING.has(rad) && !/^uten/.test(String(rad));
