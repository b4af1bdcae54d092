import type { CodeColumn } from "../core/layer.js";

/**
 * The account before any table: one row per distinct combination of class values and zone keys, unrounded.
 * Rows are sorted by their values (code point order, class fields first, then zone layers), so the bytes depend on
 * nothing but the figures.
 *
 * A class value "" means the ground has none ("uten verdi"). A zone key "" means outside that layer; where polygons
 * with different keys in one layer overlap, the keys stand in code point order joined by "|".
 */
export type CellTable = {
  readonly rowCount: number;
  /** Class fields by their canonical names, in the order asked for. One code per row. */
  readonly classes: ReadonlyMap<string, CodeColumn>;
  /** Zone layers by name, in the order given. One code per row. */
  readonly zones: ReadonlyMap<string, CodeColumn>;
  readonly planM2: Float64Array;
  readonly trueM2: Float64Array;
};
