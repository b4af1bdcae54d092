import { type CodeColumn, shared } from "../core/layer.js";
import { byCodePoint, byTuple, tupleKey } from "../core/tuple.js";
import { ExactSums, type SumParts } from "../core/exactSums.js";

/** Where a piece of ground stands in the two editions. */
export type Presence = "begge" | "bareA" | "bareB";

/**
 * What changed, before any table: one row per class at the start, class at the end and units, unrounded. Rows are sorted
 * by their values. "" is ground without a value; which edition has no polygon there at all is told by `presence`. Where
 * polygons of B with different classes lie on each other, their classes stand joined by "|", as units do in an account.
 */
export type ChangeCells = {
  readonly rowCount: number;
  readonly presence: readonly Presence[];
  readonly from: CodeColumn;
  readonly to: CodeColumn;
  /** Unit layers by name, in the order given. */
  readonly zones: ReadonlyMap<string, CodeColumn>;
  readonly planM2: Float64Array;
  readonly trueM2: Float64Array;
  /** Of it, pieces that are one border drawn twice. */
  readonly stripPlanM2: Float64Array;
  readonly stripTrueM2: Float64Array;
};

/** A thread's sums, as plain data. */
export type ChangeShare = {
  /** Presence, class at the start, class at the end, one key per unit layer. */
  readonly rows: readonly (readonly string[])[];
  readonly sums: readonly SumParts[];
};

const MEASURES = 4;

/** Sums of pieces by presence, classes and units; one per thread. Exact, so the order of adding leaves no trace. */
export class ChangeSums {
  private readonly rowOf = new Map<string, number>();
  private readonly rows: (readonly string[])[] = [];
  private readonly sums = Array.from({ length: MEASURES }, () => new ExactSums());

  /** The row of a combination; `zones` one key per unit layer. */
  row(presence: Presence, from: string, to: string, zones: readonly string[]): number {
    const tuple = [presence, from, to, ...zones];
    const key = tupleKey(tuple);
    const known = this.rowOf.get(key);
    if (known !== undefined) return known;
    const row = this.rows.push(tuple) - 1;
    this.rowOf.set(key, row);
    return row;
  }

  add(row: number, planM2: number, trueM2: number, strip: boolean): void {
    this.sums[0].add(row, planM2);
    this.sums[1].add(row, trueM2);
    if (!strip) return;
    this.sums[2].add(row, planM2);
    this.sums[3].add(row, trueM2);
  }

  toShare(): ChangeShare {
    return { rows: this.rows, sums: this.sums.map((sum) => sum.parts(this.rows.length)) };
  }
}

/** Brings the shares of all threads to one table. */
export function mergeChange(shares: readonly ChangeShare[], zoneNames: readonly string[]): ChangeCells {
  const rowOf = new Map<string, { readonly tuple: readonly string[]; readonly row: number }>();
  const sums = Array.from({ length: MEASURES }, () => new ExactSums());
  for (const { rows, sums: parts } of shares) {
    rows.forEach((tuple, from) => {
      const key = tupleKey(tuple);
      const known = rowOf.get(key) ?? { tuple, row: rowOf.size };
      rowOf.set(key, known);
      parts.forEach((part, m) => sums[m].addFrom(known.row, part, from));
    });
  }
  const sorted = [...rowOf.values()].sort((a, b) => byTuple(a.tuple, b.tuple));
  const tuples = sorted.map(({ tuple }) => tuple);
  const areas = (m: number): Float64Array => Float64Array.from(sorted, ({ row }) => sums[m].total(row));
  return {
    rowCount: sorted.length,
    presence: tuples.map(([presence]) => presence as Presence),
    from: columnOf(tuples.map((tuple) => tuple[1])),
    to: columnOf(tuples.map((tuple) => tuple[2])),
    zones: new Map(zoneNames.map((name, z) => [name, columnOf(tuples.map((tuple) => tuple[3 + z]))])),
    planM2: areas(0),
    trueM2: areas(1),
    stripPlanM2: areas(2),
    stripTrueM2: areas(3),
  };
}

/** Texts as a dictionary column. */
export function columnOf(values: readonly string[]): CodeColumn {
  const terms = ["", ...[...new Set(values)].filter((term) => term !== "").sort(byCodePoint)];
  const codeOf = new Map(terms.map((term, code) => [term, code]));
  return {
    codes: shared(
      Uint32Array,
      values.map((value) => codeOf.get(value)!),
    ),
    terms,
  };
}
