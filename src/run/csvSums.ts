import { ExactSums } from "../core/exactSums.js";
import { byTuple, tupleKey } from "../core/tuple.js";
import { CsvRows } from "../read/csv/csvRows.js";
import { fileOnDisk } from "../read/inputFile.js";
import { unguarded } from "../report/csv.js";

const COMMA = 0x2c;

/** One row of the sums: its values by column, and where its amounts stand. */
export type SummedRow = { readonly values: readonly string[]; readonly row: number };

/**
 * Cells of many runs added up, read from the files they were written to: some columns of text, then some of amounts. Sums
 * are exact, so neither the order of files nor when they were made leaves a trace. Memory holds the distinct rows.
 */
export class CsvSums {
  private readonly rowOf = new Map<string, SummedRow>();
  private readonly sums: readonly ExactSums[];

  constructor(
    private readonly columnCount: number,
    amountCount: number,
  ) {
    this.sums = Array.from({ length: amountCount }, () => new ExactSums());
  }

  /** Adds a file with these columns. */
  async add(path: string): Promise<void> {
    const rows = await openCsv(path);
    try {
      await rows.next();
      while (await rows.next()) {
        const values = Array.from({ length: this.columnCount }, (_, i) => rows.textOf(i));
        const key = tupleKey(values);
        let summed = this.rowOf.get(key);
        if (summed === undefined) this.rowOf.set(key, (summed = { values, row: this.rowOf.size }));
        for (const [i, sum] of this.sums.entries())
          sum.add(summed.row, Number(rows.textOf(this.columnCount + i)));
      }
    } finally {
      await rows.close();
    }
  }

  /** All rows, sorted by their values. */
  rows(): SummedRow[] {
    return [...this.rowOf.values()].sort((a, b) => byTuple(a.values, b.values));
  }

  /** The amounts of one column of them, in the order of `rows`. */
  amounts(column: number, rows: readonly SummedRow[]): Float64Array {
    return Float64Array.from(rows, ({ row }) => this.sums[column].total(row));
  }
}

/** The columns of a file of cells before its amounts. */
export async function columnsOfCells(path: string, amountCount: number): Promise<string[]> {
  const rows = await openCsv(path);
  try {
    await rows.next();
    return Array.from({ length: rows.fieldCount - amountCount }, (_, i) => rows.textOf(i));
  } finally {
    await rows.close();
  }
}

/** Rows of a CSV file of ours: the texts are those that were written, without their guard against formulas. */
class OwnRows extends CsvRows {
  override textOf(column: number): string {
    return unguarded(super.textOf(column));
  }
}

/** A CSV file of ours, row by row. */
export async function openCsv(path: string): Promise<CsvRows> {
  return new OwnRows(path, (await fileOnDisk(path)).chunks(), { delimiter: COMMA, geometryAt: -1 });
}
