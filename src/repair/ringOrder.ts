import { bboxOf } from "../core/layer.js";

/** Rings of one piece of ground with the shell first: it is the widest. */
export function shellFirst(rings: readonly Float64Array[]): readonly Float64Array[] {
  const width = (ring: Float64Array) => {
    const [minX, , maxX] = bboxOf(ring, 0, ring.length / 2);
    return maxX - minX;
  };
  return rings.length < 2 ? rings : [...rings].sort((a, b) => width(b) - width(a));
}
