/**
 * One text of a tuple, another for every other tuple: values come from files, and may hold any sign that one would join them
 * with. A number is told from its digits as text. JSON, for the engine writes it faster than lengths can be set in front.
 */
export const tupleKey = (tuple: readonly (string | number)[]): string => JSON.stringify(tuple);

/** Order of texts: UTF-16, which is that of code points but for astral characters; no code or key has any. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Order of tuples: by the first text that differs (`byCodePoint`); 0 for tuples that are the same. */
export function byTuple(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let k = 0; k < length; k++) {
    if (a[k] !== b[k]) return byCodePoint(a[k], b[k]);
  }
  return a.length - b.length;
}
