import { readFileSync } from "node:fs";
import { csvRows } from "../tables/invented.js";
import { outside } from "../read/outsideData.js";

/** A table of reference figures: one record a line, by its column names. */
export function fasit(name: string): Record<string, string>[] {
  const [head, ...rows] = csvRows(readFileSync(outside(`data/fasit/${name}`), "utf8"));
  return rows.map((row) => Object.fromEntries(head.map((column, at) => [column, row[at]])));
}

/** Long reference tables: area by the values of some columns, joined by a tab as in `planM2By`. */
export function fasitM2(name: string, columns: readonly string[]): Map<string, number> {
  return new Map(
    fasit(name).map((row) => [columns.map((column) => row[column]).join("\t"), Number(row.areal_m2)]),
  );
}

export type Deviation = { readonly cell: string; readonly m2: number; readonly expectedM2: number };

/** Cells of either side that differ by more than `toleranceM2`; a cell one side lacks is 0 there. Worst first. */
export function deviations(
  m2: ReadonlyMap<string, number>,
  expected: ReadonlyMap<string, number>,
  toleranceM2: number,
): Deviation[] {
  const cells = [...new Set([...m2.keys(), ...expected.keys()])];
  return cells
    .map((cell) => ({ cell, m2: m2.get(cell) ?? 0, expectedM2: expected.get(cell) ?? 0 }))
    .filter((row) => !(Math.abs(row.m2 - row.expectedM2) <= toleranceM2))
    .sort((a, b) => Math.abs(b.m2 - b.expectedM2) - Math.abs(a.m2 - a.expectedM2));
}

/** Sums in which ground that lies under "a|b" counts for a and for b, as reference tables made pair by pair have it. */
export function perUnit(m2: ReadonlyMap<string, number>, unitAt: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [cell, area] of m2) {
    const values = cell.split("\t");
    if (values[unitAt] === "") continue;
    for (const unit of values[unitAt].split("|")) {
      const key = values.with(unitAt, unit).join("\t");
      sums.set(key, (sums.get(key) ?? 0) + area);
    }
  }
  return sums;
}
