/** The column, copied into a longer one of the same type. Callers double, so appending stays linear. */
export function grown<T extends Float64Array | Uint32Array | Uint8Array>(column: T, length: number): T {
  const longer = new (column.constructor as new (length: number) => T)(length);
  longer.set(column);
  return longer;
}
