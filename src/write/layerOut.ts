import type { Layer } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import type { FileOps } from "./partFile.js";

/** A property column of the file to be written. Numbers arrive as text and leave as numbers. */
export type OutField = { readonly name: string; readonly type: "string" | "int" | "double" };

/** The layer to be written, as far as it is known before its first feature. */
export type LayerOut = {
  readonly name: string;
  readonly epsg: Epsg;
  readonly fields: readonly OutField[];
  /**
   * The same features are to give the same bytes in whatever order they come, in a format with an order of its own
   * (`OutFormat.order`). Default false; formats that keep the order given keep it.
   */
  readonly anyOrder?: boolean;
};

export type Written = { readonly featureCount: number; readonly byteLength: number };

/**
 * Writes layers one after the other as one file, each let go before the next is asked for.
 *
 * Values come from `layer.columns` by field name; code 0, or a column that is not there, is a missing value and never
 * an empty text. Features without geometry are written without one. The file takes its name last: any failure, also of
 * `batches`, leaves nothing behind.
 *
 * @throws InputError for a disk that cannot be written, and for a value that is no number in a field of numbers
 */
export type WriteLayer = (
  path: string,
  out: LayerOut,
  batches: Iterable<Layer> | AsyncIterable<Layer>,
  files?: FileOps,
) => Promise<Written>;
