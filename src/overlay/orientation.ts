import { orient } from "./perturb.js";

/** Below this share of (width + height)^2 a computed ring area may have the wrong sign: then corners decide. */
const THIN = 1e-6;

/**
 * Is a simple ring stored counter-clockwise? From its computed area where that is clear, else exactly, from the turn
 * at its leftmost lowest vertex: a needle of 1e-12 m2 at UTM coordinates has an area that is all rounding.
 *
 * @param from first vertex; `to` is the last, which repeats it
 * @param areaM2 signed area as computed, from vertices near their own size
 * @param span width + height of the ring's box
 */
export function isCounterClockwise(
  xy: Float64Array,
  from: number,
  to: number,
  areaM2: number,
  span: number,
): boolean {
  if (Math.abs(areaM2) > THIN * span * span) return areaM2 > 0;
  let corner = from;
  for (let v = from + 1; v < to; v++) {
    if (xy[2 * v] < xy[2 * corner] || (xy[2 * v] === xy[2 * corner] && xy[2 * v + 1] < xy[2 * corner + 1]))
      corner = v;
  }
  const x = xy[2 * corner];
  const y = xy[2 * corner + 1];
  const count = to - from;
  const other = (step: number): number => {
    for (let k = 1; k < count; k++) {
      const v = from + ((((corner - from + step * k) % count) + count) % count);
      if (xy[2 * v] !== x || xy[2 * v + 1] !== y) return v;
    }
    return corner;
  };
  const before = other(-1);
  const after = other(1);
  const turn = orient(xy[2 * before], xy[2 * before + 1], x, y, xy[2 * after], xy[2 * after + 1]);
  return turn === 0 ? areaM2 >= 0 : turn > 0;
}
