import type { Epsg } from "./units.js";
import type { CodeColumn } from "./layer.js";

/**
 * A layer of lines as columns. Line l owns vertices lineVertex[l] .. lineVertex[l + 1]; a closed line repeats its first
 * vertex. Every line has two vertices or more.
 */
export type Lines = {
  readonly name: string;
  readonly epsg: Epsg;
  readonly xy: Float64Array; // x0, y0, x1, y1 ... in the CRS's unit
  readonly lineVertex: Uint32Array; // lineCount + 1
  /** The feature each line is of, in file order: a feature may have several. */
  readonly lineFeature: Uint32Array;
  /** Lowest and highest ordinate of height along each line, NaN where the file has none. */
  readonly lowZ: Float64Array;
  readonly highZ: Float64Array;
  /** One code per line. */
  readonly columns: ReadonlyMap<string, CodeColumn>;
};

export const lineCount = (lines: Lines): number => lines.lineVertex.length - 1;
