import type { CodeColumn } from "../core/layer.js";

/** Cells summed by some of their columns: one row per combination that occurs, in order of first meeting. */
export type Sums = {
  readonly rowCount: number;
  /** One array per key column: codes into that column's terms. */
  readonly keys: readonly Uint32Array[];
  readonly areaM2: Float64Array;
};

/** Up to this many possible combinations a flat array finds the row; above it a Map does. */
const FLAT_LIMIT = 1 << 22;

/**
 * Sums areas by key columns, in row order, so that the result depends on nothing but the rows.
 * The only step of this room that sees every cell; what comes out is small enough for Arquero.
 *
 * @param keys columns of equal length; none gives one row with the total (no row when there is no area)
 */
export function sumByKeys(keys: readonly CodeColumn[], areaM2: Float64Array): Sums {
  const combined = combinedCodes(keys, areaM2.length);
  const combinations = keys.reduce((product, key) => product * key.terms.length, 1);
  const find = combinations <= FLAT_LIMIT ? flatIndex(combinations) : mapIndex();

  const firstCell: number[] = [];
  const sums: number[] = [];
  for (let cell = 0; cell < areaM2.length; cell++) {
    const row = find(combined[cell], sums.length);
    if (row === sums.length) {
      firstCell.push(cell);
      sums.push(0);
    }
    sums[row] += areaM2[cell];
  }
  return {
    rowCount: sums.length,
    keys: keys.map((key) => Uint32Array.from(firstCell, (cell) => key.codes[cell])),
    areaM2: Float64Array.from(sums),
  };
}

/** Each cell's codes as one mixed-radix number; exact while the combinations stay below 2^53. */
function combinedCodes(keys: readonly CodeColumn[], length: number): Float64Array {
  const combined = new Float64Array(length);
  for (const { codes, terms } of keys) {
    const radix = terms.length;
    for (let cell = 0; cell < length; cell++) combined[cell] = combined[cell] * radix + codes[cell];
  }
  return combined;
}

/** Gives a key its row, `next` when the key is new. */
type FindRow = (key: number, next: number) => number;

function flatIndex(combinations: number): FindRow {
  const rowPlusOne = new Uint32Array(combinations);
  return (key, next) => {
    if (rowPlusOne[key] === 0) rowPlusOne[key] = next + 1;
    return rowPlusOne[key] - 1;
  };
}

function mapIndex(): FindRow {
  const rows = new Map<number, number>();
  return (key, next) => {
    const row = rows.get(key);
    if (row !== undefined) return row;
    rows.set(key, next);
    return next;
  };
}
