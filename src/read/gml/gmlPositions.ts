import type { NumberList } from "./gmlNumbers.js";
import type { Srs } from "./gmlSrs.js";

/**
 * Makes the numbers of `line` from `from` on x, y in turn (GML 3.2.1, 10.1.4.2).
 *
 * @param isRing they are the posList of a LinearRing
 * @param stated srsDimension, 0 where nothing states it
 * @returns 0; the numbers of a position where they do not make whole ones
 */
export function toPositions(
  line: NumberList,
  from: number,
  isRing: boolean,
  srs: Srs,
  stated: number,
): number {
  const count = line.length - from;
  let dimension = stated || srs.dimension;
  if (isRing && stated === 0 && closesOnlyInSpace(line.values, from, count)) dimension = 3;
  if (count % dimension !== 0) return dimension;
  line.length = toPlane(line.values, from, line.length, dimension, srs.northFirst);
  return 0;
}

/** Leaves out heights and puts x first, in place; returns the new length. */
export function toPlane(
  values: Float64Array,
  from: number,
  to: number,
  dimension: number,
  northFirst: boolean,
): number {
  if (dimension === 2 && !northFirst) return to;
  let at = from;
  for (let i = from; i < to; i += dimension) {
    const [first, second] = [values[i], values[i + 1]];
    values[at++] = northFirst ? second : first;
    values[at++] = northFirst ? first : second;
  }
  return at;
}

/** Whether a ring that does not say its dimension is closed when read in threes, and is not when read in twos. */
function closesOnlyInSpace(values: Float64Array, from: number, count: number): boolean {
  const to = from + count;
  if (count < 12 || count % 3 !== 0) return false;
  const inPlane = count % 2 === 0 && values[from] === values[to - 2] && values[from + 1] === values[to - 1];
  return !inPlane && values[from] === values[to - 3] && values[from + 1] === values[to - 2];
}

/** Turns the order of positions round, in place. */
export function reversePositions(values: Float64Array, from: number, to: number): void {
  for (let i = from, j = to - 2; i < j; i += 2, j -= 2) {
    [values[i], values[j]] = [values[j], values[i]];
    [values[i + 1], values[j + 1]] = [values[j + 1], values[i + 1]];
  }
}
