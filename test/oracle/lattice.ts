import fc from "fast-check";
import { polygon, type AreaGeometry, type Ring } from "../kernels/layers.js";
import { mosaic, type Labels, type Point } from "./mosaic.js";

/**
 * Random polygons on a lattice so small that everything coincides: vertices on vertices and on edges, collinear
 * overlaps, three edges through a point, one polygon equal to another.
 */
const SIDE = 6;

const point = fc.tuple(fc.integer({ min: 0, max: SIDE }), fc.integer({ min: 0, max: SIDE }));

/** A simple ring of 3 .. 8 lattice points, in order round their centre. */
const star: fc.Arbitrary<AreaGeometry> = fc
  .uniqueArray(point, { minLength: 3, maxLength: 8, selector: String })
  .map(roundTheirCentre)
  .filter(isSimple)
  .map((points) => polygon([...points, points[0]]));

/** Labels of a square of cells, -1 for nobody's. */
export const labels = (side: number, labelCount: number): fc.Arbitrary<Labels> =>
  fc.array(fc.array(fc.integer({ min: -1, max: labelCount - 1 }), { minLength: side, maxLength: side }), {
    minLength: side,
    maxLength: side,
  });

/** Cells at random: many parts, holes, parts and holes that touch at corners. */
const cells: fc.Arbitrary<AreaGeometry> = labels(SIDE, 1)
  .map((owned) => mosaic(owned, 1)[0])
  .filter(({ coordinates }) => coordinates.length > 0);

const shape = fc.oneof({ weight: 3, arbitrary: star }, { weight: 1, arbitrary: cells });

/** Ground and zones; zones overlap one another, ground features overlap too, and some zones are copies of a ground feature. */
export const latticeScene = fc
  .record({
    ground: fc.array(shape, { minLength: 1, maxLength: 2 }),
    zones: fc.array(shape, { minLength: 1, maxLength: 4 }),
    copies: fc.array(fc.nat(), { maxLength: 2 }),
  })
  .map(({ ground, zones, copies }) => {
    const known = [...ground, ...zones];
    return { ground, zones: [...zones, ...copies.map((pick) => known[pick % known.length])] };
  });

/** The same geometry with every position moved. */
export function moved(geometry: AreaGeometry, move: (at: Point) => Point): AreaGeometry {
  const ring = (positions: Ring): Ring => positions.map(([x, y]) => move([x, y]));
  return geometry.type === "Polygon"
    ? { type: "Polygon", coordinates: geometry.coordinates.map(ring) }
    : { type: "MultiPolygon", coordinates: geometry.coordinates.map((part) => part.map(ring)) };
}

function roundTheirCentre(points: readonly Point[]): Point[] {
  const n = points.length;
  const sumX = points.reduce((sum, [x]) => sum + x, 0);
  const sumY = points.reduce((sum, [, y]) => sum + y, 0);
  const angle = ([x, y]: Point): number => Math.atan2(n * y - sumY, n * x - sumX);
  return [...points].sort((p, q) => angle(p) - angle(q));
}

/** No two edges meet but neighbours in their common vertex, and no edge folds back on the one before. Exact for integers. */
function isSimple(points: readonly Point[]): boolean {
  const n = points.length;
  for (let i = 0; i < n; i++) {
    const [p, q, after] = [points[i], points[(i + 1) % n], points[(i + 2) % n]];
    if (turn(p, q, after) === 0) return false;
    for (let k = i + 2; k < n; k++) {
      const isNeighbour = i === 0 && k === n - 1;
      if (!isNeighbour && segmentsMeet(p, q, points[k], points[(k + 1) % n])) return false;
    }
  }
  return true;
}

function segmentsMeet(p: Point, q: Point, r: Point, s: Point): boolean {
  const [pr, ps] = [turn(p, q, r), turn(p, q, s)];
  const [rp, rq] = [turn(r, s, p), turn(r, s, q)];
  const boxesMeet = [0, 1].every(
    (axis) =>
      Math.max(p[axis], q[axis]) >= Math.min(r[axis], s[axis]) &&
      Math.max(r[axis], s[axis]) >= Math.min(p[axis], q[axis]),
  );
  return boxesMeet && pr * ps <= 0 && rp * rq <= 0;
}

const turn = (p: Point, q: Point, r: Point): number =>
  Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
