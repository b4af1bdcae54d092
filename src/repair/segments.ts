import { orient } from "../overlay/perturb.js";

/**
 * How two edges p -> q and u -> v meet: "apart" not at all, "cross" in a point inside both, "touch" in one point that is
 * an end of at least one, "overlap" along a line. Decided on the stored doubles, exactly.
 */
export type Meeting = "apart" | "cross" | "touch" | "overlap";

/** Signs that tell where two edges meet, written by `meet` unless they are apart: 0 where that end lies on the other edge's line. */
export type Signs = { p: number; q: number; u: number; v: number };

/** Does the edge from vertex a to vertex b keep to one side of a box? */
export function isBeside(
  xy: Float64Array,
  a: number,
  b: number,
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
): boolean {
  const ax = xy[2 * a];
  const bx = xy[2 * b];
  if ((ax < minX && bx < minX) || (ax > maxX && bx > maxX)) return true;
  const ay = xy[2 * a + 1];
  const by = xy[2 * b + 1];
  return (ay < minY && by < minY) || (ay > maxY && by > maxY);
}

/** Have the boxes of the edges a -> b and c -> d nothing in common? */
export function boxesApart(xy: Float64Array, a: number, b: number, c: number, d: number): boolean {
  const ax = xy[2 * a];
  const bx = xy[2 * b];
  const cx = xy[2 * c];
  const dx = xy[2 * d];
  if (ax < cx && ax < dx && bx < cx && bx < dx) return true;
  if (ax > cx && ax > dx && bx > cx && bx > dx) return true;
  const ay = xy[2 * a + 1];
  const by = xy[2 * b + 1];
  const cy = xy[2 * c + 1];
  const dy = xy[2 * d + 1];
  return (ay < cy && ay < dy && by < cy && by < dy) || (ay > cy && ay > dy && by > cy && by > dy);
}

/** Edge a runs from vertex a to vertex a2 of xy, b from b to b2; neither is of zero length. */
export function meet(xy: Float64Array, a: number, a2: number, b: number, b2: number, signs: Signs): Meeting {
  const ax = xy[2 * a];
  const ay = xy[2 * a + 1];
  const cx = xy[2 * a2];
  const cy = xy[2 * a2 + 1];
  const bx = xy[2 * b];
  const by = xy[2 * b + 1];
  const dx = xy[2 * b2];
  const dy = xy[2 * b2 + 1];
  const u = Math.sign(orient(ax, ay, cx, cy, bx, by));
  const v = Math.sign(orient(ax, ay, cx, cy, dx, dy));
  if (u * v > 0) return "apart";
  const p = Math.sign(orient(bx, by, dx, dy, ax, ay));
  const q = Math.sign(orient(bx, by, dx, dy, cx, cy));
  if (p * q > 0) return "apart";
  signs.p = p;
  signs.q = q;
  signs.u = u;
  signs.v = v;
  if (u !== 0 || v !== 0) return u * v * p * q !== 0 ? "cross" : "touch";
  // On one line. Which of the axes tells the order along it does not matter, as long as the line is not across it.
  const alongX = ax !== cx;
  const low = alongX
    ? Math.max(Math.min(ax, cx), Math.min(bx, dx))
    : Math.max(Math.min(ay, cy), Math.min(by, dy));
  const high = alongX
    ? Math.min(Math.max(ax, cx), Math.max(bx, dx))
    : Math.min(Math.max(ay, cy), Math.max(by, dy));
  return low > high ? "apart" : low < high ? "overlap" : "touch";
}

/** Where two edges that cross do so: the nearest doubles to a point computed from the first edge's start. */
export function crossingPoint(
  xy: Float64Array,
  a: number,
  a2: number,
  b: number,
  b2: number,
): readonly [number, number] {
  const ax = xy[2 * a];
  const ay = xy[2 * a + 1];
  const rx = xy[2 * a2] - ax;
  const ry = xy[2 * a2 + 1] - ay;
  const sx = xy[2 * b2] - xy[2 * b];
  const sy = xy[2 * b2 + 1] - xy[2 * b + 1];
  const wx = xy[2 * b] - ax;
  const wy = xy[2 * b + 1] - ay;
  const cross = rx * sy - ry * sx;
  const t = cross === 0 ? 0.5 : Math.min(1, Math.max(0, (wx * sy - wy * sx) / cross));
  return [ax + t * rx, ay + t * ry];
}

/**
 * How two borders that share a point pass each other there: "cross", "touch", or "overlap" where an arm of one lies on an
 * arm of the other. `a0`, `a1` are the ends of the arms of one border, `b0`, `b1` of the other.
 */
export function passing(
  xy: Float64Array,
  corner: number,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): "cross" | "touch" | "overlap" {
  const first = sideOfArms(xy, corner, a0, a1, b0);
  const second = sideOfArms(xy, corner, a0, a1, b1);
  if (first === 0 || second === 0) return "overlap";
  return first === second ? "touch" : "cross";
}

/** 1 where the ray to b runs counter-clockwise between the rays to a0 and a1, -1 where it does not, 0 on one of them. */
function sideOfArms(xy: Float64Array, corner: number, a0: number, a1: number, b: number): -1 | 0 | 1 {
  const x = xy[2 * corner];
  const y = xy[2 * corner + 1];
  const turn = (from: number, to: number) =>
    orient(x, y, xy[2 * from], xy[2 * from + 1], xy[2 * to], xy[2 * to + 1]);
  const toB = turn(a0, b);
  const fromB = turn(b, a1);
  if ((toB === 0 && sameWay(xy, corner, a0, b)) || (fromB === 0 && sameWay(xy, corner, a1, b))) return 0;
  const whole = turn(a0, a1);
  if (whole > 0) return toB > 0 && fromB > 0 ? 1 : -1;
  if (whole < 0) return toB < 0 && fromB < 0 ? -1 : 1;
  return toB > 0 ? 1 : -1;
}

/** Of two rays on one line: do they lead the same way? */
export function sameWay(xy: Float64Array, corner: number, a: number, b: number): boolean {
  const x = xy[2 * corner];
  const y = xy[2 * corner + 1];
  return (
    Math.sign(xy[2 * a] - x) === Math.sign(xy[2 * b] - x) &&
    Math.sign(xy[2 * a + 1] - y) === Math.sign(xy[2 * b + 1] - y)
  );
}
