/**
 * Boxes in the order of a curve that fills the plane, so that neighbours in the row are neighbours on the ground and
 * `BoxTree` has tight nodes (Morton, A Computer Oriented Geodetic Data Base, 1966).
 *
 * @param middleOf the x (axis 0) or y (axis 1) of box i; any measure that grows with it will do
 * @returns the numbers 0 .. count - 1 in that order, ties by number
 */
export function alongCurve(count: number, middleOf: (i: number, axis: 0 | 1) => number): Uint32Array {
  const code = new Float64Array(count);
  const middle = new Float64Array(count);
  for (const axis of [0, 1] as const) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < count; i++) {
      const at = middleOf(i, axis);
      middle[i] = at;
      if (at < low) low = at;
      if (at > high) high = at;
    }
    const scale = 0xffff / Math.max(high - low, Number.MIN_VALUE);
    for (let i = 0; i < count; i++) code[i] += (1 + axis) * spread((middle[i] - low) * scale);
  }
  return inOrderOf(code);
}

/** A code below 2^32 and a number below this are one whole number, exactly, and numbers alone sort several times as fast. */
const MOST_NUMBERS = 2 ** 21;

/** The numbers of codes below 2^32 in the order of the codes, ties by number. */
function inOrderOf(code: Float64Array): Uint32Array {
  if (code.length > MOST_NUMBERS) {
    return Uint32Array.from(code.keys()).sort((a, b) => code[a] - code[b] || a - b);
  }
  for (let i = 0; i < code.length; i++) code[i] = code[i] * MOST_NUMBERS + i;
  code.sort();
  const order = new Uint32Array(code.length);
  for (let i = 0; i < code.length; i++) order[i] = code[i] % MOST_NUMBERS;
  return order;
}

/** The 16 bits of a number, each moved to twice its place. */
function spread(n: number): number {
  let bits = n & 0xffff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}
