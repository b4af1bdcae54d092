import type { CellTable } from "../aggregate/cells.js";
import { ExactSums } from "../aggregate/exactSums.js";
import { byCodePoint } from "../aggregate/merge.js";
import type { CodeColumn } from "../core/layer.js";
import { CsvRows } from "../read/csvRows.js";
import { fileOnDisk } from "../read/inputFile.js";

const COMMA = 0x2c;
const BETWEEN = "\u0000";

/**
 * The cells of many accounts added up, read from the files they were written to. Sums are exact, so neither the order of
 * files nor when they were made leaves a trace. Memory holds the distinct cells.
 */
export class NationalSums {
  private readonly rowOf = new Map<string, number>();
  private readonly plan = new ExactSums();
  private readonly real = new ExactSums();

  /** @param columns of the cells, classes first, then zone layers; the first `classCount` are classes */
  constructor(
    private readonly columns: readonly string[],
    private readonly classCount: number,
  ) {}

  /** Adds cells.csv of an account with these columns. */
  async add(path: string): Promise<void> {
    const count = this.columns.length;
    const rows = await openCells(path);
    try {
      await rows.next();
      while (await rows.next()) {
        const key = this.columns.map((_, i) => rows.textOf(i)).join(BETWEEN);
        let row = this.rowOf.get(key);
        if (row === undefined) this.rowOf.set(key, (row = this.rowOf.size));
        this.plan.add(row, Number(rows.textOf(count)));
        this.real.add(row, Number(rows.textOf(count + 1)));
      }
    } finally {
      await rows.close();
    }
  }

  /** All cells, sorted by their values as those of one account are. */
  cells(): CellTable {
    const tuples = Array.from(this.rowOf, ([key, row]) => ({ values: key.split(BETWEEN), row }));
    tuples.sort((a, b) => {
      const k = a.values.findIndex((value, i) => value !== b.values[i]);
      return k < 0 ? 0 : byCodePoint(a.values[k], b.values[k]);
    });
    const column = (k: number): CodeColumn => {
      const used = new Set(tuples.map(({ values }) => values[k]));
      const terms = ["", ...[...used].filter((term) => term !== "").sort(byCodePoint)];
      const codeOf = new Map(terms.map((term, code) => [term, code]));
      return { codes: Uint32Array.from(tuples, ({ values }) => codeOf.get(values[k]) ?? 0), terms };
    };
    const columns = this.columns.map((name, k) => [name, column(k)] as const);
    return {
      rowCount: tuples.length,
      classes: new Map(columns.slice(0, this.classCount)),
      zones: new Map(columns.slice(this.classCount)),
      planM2: Float64Array.from(tuples, ({ row }) => this.plan.total(row)),
      trueM2: Float64Array.from(tuples, ({ row }) => this.real.total(row)),
    };
  }
}

/** The columns of cells.csv before its two areas. */
export async function columnsOfCells(path: string): Promise<string[]> {
  const rows = await openCells(path);
  try {
    await rows.next();
    return Array.from({ length: rows.fieldCount - 2 }, (_, i) => rows.textOf(i));
  } finally {
    await rows.close();
  }
}

async function openCells(path: string): Promise<CsvRows> {
  return new CsvRows(path, (await fileOnDisk(path)).chunks(), { delimiter: COMMA, geometryAt: -1 });
}
