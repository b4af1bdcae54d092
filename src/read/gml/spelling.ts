/** The bytes through a DataView, which reads several at a time. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The bytes from .. to, of their own: `slice` of a Buffer would go on showing what comes in their place. */
export const copyOf = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
  new Uint8Array(bytes.subarray(from, to));

/** Whether as many bytes are the same in `a` from `i` and in `b` from `k`; four at a time. Both hold them. */
export function spellsSame(a: DataView, i: number, b: DataView, k: number, length: number): boolean {
  const to = i + length;
  for (; i + 4 <= to; i += 4, k += 4) if (a.getInt32(i, true) !== b.getInt32(k, true)) return false;
  for (; i < to; i++, k++) if (a.getUint8(i) !== b.getUint8(k)) return false;
  return true;
}
