import type { Cut, CutOptions, ReadSummary } from "./source.js";

/** One feature as formats with rows give it: the geometry as well-known binary, the values as text ("" = not given). */
export type FeatureRecord = {
  /** Standard or extended WKB, 2D, Z, M or ZM, little or big endian, curves allowed; undefined: no geometry. */
  readonly wkb: Uint8Array | undefined;
  /** In the order of the source's fields. */
  readonly values: readonly string[];
};

/**
 * Packs records into cuts that `RecordsDecoder` understands (cut form "records").
 *
 * @param rows in file order
 * @param sha256 the hash of the file, asked for when all rows have come
 */
export declare function recordCuts(
  rows: AsyncIterable<FeatureRecord> | Iterable<FeatureRecord>,
  options: CutOptions,
  sha256: () => Promise<string | undefined>,
): AsyncGenerator<Cut, ReadSummary>;
