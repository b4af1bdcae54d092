/** The cells of a run as read back from cells.csv: the long form that pivots and Parquet are made from. */
export type CellColumns = {
  /** Class fields, then zone layers, in the file's order. */
  readonly keys: readonly {
    readonly name: string;
    readonly codes: Uint32Array;
    readonly terms: readonly string[];
  }[];
  readonly planM2: Float64Array;
  readonly trueM2: Float64Array;
  /** Of a comparison of editions: what of each area lies in narrow strips. */
  readonly strips?: { readonly planM2: Float64Array; readonly trueM2: Float64Array };
};

export const cellCount = ({ planM2 }: CellColumns): number => planM2.length;
