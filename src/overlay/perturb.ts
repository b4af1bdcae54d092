import { orient2d } from "robust-predicates";

/**
 * Side tests that never tie: simulation of simplicity (Edelsbrunner & Muecke, ACM Trans. Graphics 9(1), 1990).
 *
 * The zone polygons of rank i are thought of as moved by (e_i, e_i^2) with e_0 >> e_1 >> ... > 0; the ground, rank
 * `GROUND`, is not moved. Polygons of one layer that only touch each other have one rank and move as one: their common
 * border stays one border (see `contact.ts`). A side test is decided on the stored doubles where they decide it, exactly (robust-predicates), and
 * otherwise by the sign of the determinant's derivative with respect to the larger move. So coinciding borders, shared
 * vertices and points on lines are never a third case, and all answers are those of one common, slightly moved,
 * picture in general position. Area is continuous, so the areas are those of the picture as it stands.
 */
export const GROUND = 0xffffffff;

/** (3 + 16 eps) eps, the bound of Shewchuk's orient2d filter (Discrete Comput. Geom. 18, 1997, fig. 21). */
export const FILTER = 3.3306690738754716e-16;

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

/** `orient` of edge e of `line` and vertex v of `points`. */
export function orientAt(line: Float64Array, e: number, points: Float64Array, v: number): number {
  const px = line[2 * e];
  const py = line[2 * e + 1];
  const qx = line[2 * e + 2];
  const qy = line[2 * e + 3];
  const rx = points[2 * v];
  const ry = points[2 * v + 1];
  const left = (px - rx) * (qy - ry);
  const right = (py - ry) * (qx - rx);
  const det = left - right;
  const bound = FILTER * (Math.abs(left) + Math.abs(right));
  return det > bound || -det > bound ? det : orient(px, py, qx, qy, rx, ry);
}

/** How far `orientAt` of the same arguments can be from the exact value. */
export function errorAt(line: Float64Array, e: number, points: Float64Array, v: number): number {
  const rx = points[2 * v];
  const ry = points[2 * v + 1];
  const left = (line[2 * e] - rx) * (line[2 * e + 3] - ry);
  const right = (line[2 * e + 1] - ry) * (line[2 * e + 2] - rx);
  return 2 * FILTER * (Math.abs(left) + Math.abs(right));
}

/** `tieSide` of edge e of `line`. */
export function tieSideAt(line: Float64Array, e: number, edgeRank: number, pointRank: number): 1 | -1 {
  return tieSide(line[2 * e], line[2 * e + 1], line[2 * e + 2], line[2 * e + 3], edgeRank, pointRank);
}

/**
 * What decides when r lies exactly on the line p -> q: the sign by which the relative move of r takes it off the line.
 * The derivative along the move d = (e, e^2) is (q - p) x d = dx e^2 - dy e.
 *
 * @param edgeRank rank of p -> q; `pointRank` of r; they differ
 * @returns +1 left, -1 right
 */
export function tieSide(
  px: number,
  py: number,
  qx: number,
  qy: number,
  edgeRank: number,
  pointRank: number,
): 1 | -1 {
  const leftward = qy !== py ? qy < py : qx > px;
  return leftward === pointRank < edgeRank ? 1 : -1;
}

/**
 * Side of u (rank `uRank`) of the line from the unmoved point r to v (rank `vRank`): `tieSide` where the two ends
 * of the line have different ranks. With v moved by d the derivative is d x (u - r) = e (uy - ry) - e^2 (ux - rx);
 * with u moved along it is d x (u - v).
 *
 * @param uRank of u; where it is that of v, u and v differ
 */
export function tieSideOfMovedEnd(
  rx: number,
  ry: number,
  vx: number,
  vy: number,
  vRank: number,
  ux: number,
  uy: number,
  uRank: number,
): 1 | -1 {
  if (uRank === vRank) return (uy !== vy ? uy > vy : ux < vx) ? 1 : -1;
  if (uRank < vRank || (ux === rx && uy === ry)) return tieSide(rx, ry, vx, vy, GROUND, uRank);
  return (uy !== ry ? uy > ry : ux < rx) ? 1 : -1;
}
