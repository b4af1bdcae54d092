import { orient2d } from "robust-predicates";

/**
 * Side tests that never tie: simulation of simplicity (Edelsbrunner & Muecke, ACM Trans. Graphics 9(1), 1990).
 *
 * Zone polygon i is thought of as moved by (e_i, e_i^2) with e_0 >> e_1 >> ... > 0; the ground, owner `GROUND`, is
 * not moved. A side test is decided on the stored doubles where they decide it, exactly (robust-predicates), and
 * otherwise by the sign of the determinant's derivative with respect to the larger move. So coinciding borders, shared
 * vertices and points on lines are never a third case, and all answers are those of one common, slightly moved,
 * picture in general position. Area is continuous, so the areas are those of the picture as it stands.
 */
export const GROUND = 0xffffffff;

/** (3 + 16 eps) eps, the bound of Shewchuk's orient2d filter (Discrete Comput. Geom. 18, 1997, fig. 21). */
const FILTER = 3.3306690738754716e-16;

/** Twice the signed area of p, q, r: positive when r is left of p -> q. Exact in sign; zero only when truly zero. */
export function orient(px: number, py: number, qx: number, qy: number, rx: number, ry: number): number {
  const left = (px - rx) * (qy - ry);
  const right = (py - ry) * (qx - rx);
  const det = left - right;
  const bound = FILTER * (Math.abs(left) + Math.abs(right));
  if (det > bound || -det > bound) return det;
  if (bound === 0) return 0; // both products are exactly zero: r is p or q, or all three share an x or a y
  // The package counts clockwise as positive.
  return -orient2d(px, py, qx, qy, rx, ry);
}

/** How far `orient` of the same arguments can be from the exact value. */
export function orientError(px: number, py: number, qx: number, qy: number, rx: number, ry: number): number {
  return 2 * FILTER * (Math.abs((px - rx) * (qy - ry)) + Math.abs((py - ry) * (qx - rx)));
}

/**
 * What decides when r lies exactly on the line p -> q: the sign by which the relative move of r takes it off the line.
 * The derivative along the move d = (e, e^2) is (q - p) x d = dx e^2 - dy e.
 *
 * @param edgeOwner owner of p -> q; `pointOwner` of r; they differ
 * @returns +1 left, -1 right
 */
export function tieSide(
  px: number,
  py: number,
  qx: number,
  qy: number,
  edgeOwner: number,
  pointOwner: number,
): 1 | -1 {
  const leftward = qy !== py ? qy < py : qx > px;
  return leftward === pointOwner < edgeOwner ? 1 : -1;
}

/**
 * Side of u (owner `uOwner`) of the line from the unmoved point r to v (owner `vOwner`): `tieSide` where the two ends
 * of the line have different owners. With v moved by d the derivative is d x (u - r) = e (uy - ry) - e^2 (ux - rx).
 */
export function tieSideOfMovedEnd(
  rx: number,
  ry: number,
  vx: number,
  vy: number,
  vOwner: number,
  ux: number,
  uy: number,
  uOwner: number,
): 1 | -1 {
  if (uOwner < vOwner || (ux === rx && uy === ry)) return tieSide(rx, ry, vx, vy, GROUND, uOwner);
  return (uy !== ry ? uy > ry : ux < rx) ? 1 : -1;
}
