import type { ColumnTable } from "arquero";
import type { Value } from "./table.js";

/** Join keys, left and right. Arquero reads a flat pair as "left's first name, right's second", so both are spelled out. */
export const BY_UNIT_AND_CLASS: [string[], string[]] = [
  ["enhet", "kode"],
  ["enhet", "kode"],
];

/** The rows of an Arquero table in its order, one value per named column; what is missing becomes null. */
export function rowsOf(ordered: ColumnTable, names: readonly string[]): Value[][] {
  const arrays = names.map((name) => ordered.array(name) as ArrayLike<Value | undefined>);
  return Array.from({ length: ordered.numRows() }, (_, row) => arrays.map((array) => array[row] ?? null));
}
