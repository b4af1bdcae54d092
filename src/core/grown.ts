/** The column, copied into a longer one of the same type. Callers double, so appending stays linear. */
export function grown<T extends Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array>(
  column: T,
  length: number,
): T {
  const longer = new (column.constructor as new (length: number) => T)(length);
  longer.set(column);
  return longer;
}

/** The column in room for `needed` entries: a copy at least that long, and at least twice as long as before. */
export function roomFor<T extends Float64Array | Float32Array | Uint32Array | Uint8Array>(
  column: T,
  needed: number,
): T {
  return grown(column, Math.max(needed, 2 * column.length));
}
