import type { CellTable } from "../aggregate/cells.js";
import { columnOf } from "../aggregate/changeSums.js";
import { CsvSums } from "./csvSums.js";

/** Amounts of cells.csv of an account: plane and ellipsoid. */
export const AMOUNTS = 2;

/** The cells of many accounts with the same columns added up. */
export class NationalSums {
  private readonly sums: CsvSums;

  /** @param columns of the cells, classes first, then zone layers; the first `classCount` are classes */
  constructor(
    private readonly columns: readonly string[],
    private readonly classCount: number,
  ) {
    this.sums = new CsvSums(columns.length, AMOUNTS);
  }

  /** Adds cells.csv of an account with these columns. */
  add(path: string): Promise<void> {
    return this.sums.add(path);
  }

  /** All cells, sorted by their values as those of one account are. */
  cells(): CellTable {
    const rows = this.sums.rows();
    const columns = this.columns.map(
      (name, k) => [name, columnOf(rows.map(({ values }) => values[k]))] as const,
    );
    return {
      rowCount: rows.length,
      classes: new Map(columns.slice(0, this.classCount)),
      zones: new Map(columns.slice(this.classCount)),
      planM2: this.sums.amounts(0, rows),
      trueM2: this.sums.amounts(1, rows),
    };
  }
}
