import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, sumByCover } from "../kernels/differences.js";
import { coverAccount, type Account } from "../kernels/kernels.js";
import { layerOf, polygon, type AreaGeometry, type Ring } from "../kernels/layers.js";
import { labels, latticeScene, moved } from "../oracle/lattice.js";
import { mosaic, type Labels, type Point } from "../oracle/mosaic.js";

/** What must not matter: which layer is called ground, where the scene lies, how it is cut, ordered and written down. */

const account = (ground: readonly AreaGeometry[], zones: readonly AreaGeometry[]): Account =>
  coverAccount(layerOf("ground", ground), layerOf("zones", zones));

/** Lattice scenes blown up to fields of some 12 m, in quarters of a metre: every coordinate and move is exact. */
const spread = (geometry: AreaGeometry) =>
  moved(geometry, ([x, y]) => [12.5 * x + 1.25 * y, 11.25 * y - 2.5 * x]);
const scene = latticeScene.map(({ ground, zones }) => ({
  ground: ground.map(spread),
  zones: zones.map(spread),
}));

test("A over B is B over A", () => {
  fc.assert(
    fc.property(scene, ({ ground, zones }) => {
      const forth = pairSums(account(ground, zones));
      const back = pairSums(account(zones, ground));
      for (let i = 0; i < ground.length; i++) {
        for (let j = 0; j < zones.length; j++) {
          expect(back.get(`${j} ${i}`) ?? 0).toBeCloseTo(forth.get(`${i} ${j}`) ?? 0, 9);
        }
      }
    }),
    { seed: 31, numRuns: 150 },
  );
});

/** Area of each (ground, zone), whatever else covers it. */
function pairSums({ rows }: Account): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { ground, zones, m2 } of rows) {
    for (const zone of zones) sums.set(`${ground} ${zone}`, (sums.get(`${ground} ${zone}`) ?? 0) + m2);
  }
  return sums;
}

/** A crossing point is rounded where it lies: to 1e-9 m at a northing of 7 million, along some 500 m of border. */
test.each<[string, number, number, number]>([
  ["to UTM zone 33 in Trøndelag", 569_000, 7_032_000, 5e-7],
  ["across the axes", -40, -32.25, 1e-9],
])("moving the scene moves no figure: %s", (_, dx, dy, tolerance) => {
  const shift = (geometry: AreaGeometry) => moved(geometry, ([x, y]) => [x + dx, y + dy]);
  fc.assert(
    fc.property(scene, ({ ground, zones }) => {
      const here = sumByCover(account(ground, zones));
      expect(differences(account(ground.map(shift), zones.map(shift)), here, tolerance)).toEqual([]);
    }),
    { seed: 32, numRuns: 100 },
  );
});

test("rings may start anywhere and run either way", () => {
  const rewritten = (geometry: AreaGeometry, start: number, backwards: boolean): AreaGeometry => {
    const ring = (positions: Ring): Ring => {
      const open = positions.slice(0, -1);
      const turned = open.map((_, i) => open[(i + start) % open.length]);
      if (backwards) turned.reverse();
      return [...turned, turned[0]];
    };
    return geometry.type === "Polygon"
      ? { type: "Polygon", coordinates: geometry.coordinates.map(ring) }
      : { type: "MultiPolygon", coordinates: geometry.coordinates.map((part) => part.map(ring)) };
  };
  fc.assert(
    fc.property(
      scene,
      fc.nat(7),
      fc.boolean(),
      fc.nat(7),
      fc.boolean(),
      ({ ground, zones }, p, pBack, q, qBack) => {
        const again = account(
          ground.map((geometry) => rewritten(geometry, p, pBack)),
          zones.map((geometry) => rewritten(geometry, q, qBack)),
        );
        expect(differences(again, sumByCover(account(ground, zones)), 1e-9)).toEqual([]);
      },
    ),
    { seed: 33, numRuns: 150 },
  );
});

test("the order of features moves nothing but the order of rows", () => {
  const keys = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(scene, keys, ({ ground, zones }, sortKeys) => {
      const order = (count: number): number[] =>
        Array.from({ length: count }, (_, i) => i).sort((p, q) => sortKeys[p] - sortKeys[q]);
      const [groundOrder, zoneOrder] = [order(ground.length), order(zones.length)];
      const shuffled = account(
        groundOrder.map((f) => ground[f]),
        zoneOrder.map((f) => zones[f]),
      );
      const rows = shuffled.rows.map((row) => ({
        ground: groundOrder[row.ground],
        zones: row.zones.map((zone) => zoneOrder[zone]).sort((p, q) => p - q),
        m2: row.m2,
      }));
      const totalM2 = rows.reduce((sum, row) => sum + row.m2, 0);
      expect(differences({ ...shuffled, rows }, sumByCover(account(ground, zones)), 1e-12 * totalM2)).toEqual(
        [],
      );
    }),
    { seed: 34, numRuns: 150 },
  );
});

const SIDE = 6;
const LABELS = 3;
const look = {
  place: ([x, y]: Point): Point => [569_000 + 12.5 * x + 1.25 * y, 7_032_000 + 11.25 * y - 2.5 * x],
};
const everyCellItsOwn: Labels = Array.from({ length: SIDE }, (_, r) =>
  Array.from({ length: SIDE }, (_, c) => r * SIDE + c),
);
const singleCells = mosaic(everyCellItsOwn, SIDE * SIDE, look);

test("tiling the ground or the zones into single cells moves no sum", () => {
  fc.assert(
    fc.property(labels(SIDE, LABELS), labels(SIDE, LABELS), (a, b) => {
      const [ground, zones] = [mosaic(a, LABELS, look), mosaic(b, LABELS, look)];
      const whole = sumByCover(account(ground, zones));
      const groundTiled = account(singleCells, zones);
      const zonesTiled = account(ground, singleCells);
      const label = (of: Labels, cell: number): number => of.flat()[cell];
      const groundJoined = groundTiled.rows
        .map((row) => ({ ...row, ground: label(a, row.ground) }))
        .filter((row) => row.ground >= 0);
      const zonesJoined = zonesTiled.rows.map((row) => ({
        ...row,
        zones: row.zones.map((cell) => label(b, cell)).filter((zone) => zone >= 0),
      }));
      expect(differences({ ...groundTiled, rows: groundJoined }, whole, 1e-6)).toEqual([]);
      expect(differences({ ...zonesTiled, rows: zonesJoined }, whole, 1e-6)).toEqual([]);
    }),
    { seed: 35, numRuns: 30 },
  );
});

const at = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
const triangle = fc.tuple(at, at, at).filter(([p, q, r]) => sideOf(p, q, r) !== 0);
const line = fc.tuple(at, at).filter(([p, q]) => p[0] !== q[0] || p[1] !== q[1]);

test("cutting triangles of ground or zones by a line moves no sum", () => {
  fc.assert(
    fc.property(triangle, triangle, line, (ground, zone, cut) => {
      const whole = sumByCover(account([closed(ground)], [closed(zone)]));
      const byGround = account(halves(ground, cut), [closed(zone)]);
      const byZone = account([closed(ground)], halves(zone, cut));
      const groundJoined = byGround.rows.map((row) => ({ ...row, ground: 0 }));
      const zonesJoined = byZone.rows.map((row) => ({ ...row, zones: row.zones.slice(0, 1).map(() => 0) }));
      expect(differences({ ...byGround, rows: groundJoined }, whole, 1e-12)).toEqual([]);
      expect(differences({ ...byZone, rows: zonesJoined }, whole, 1e-12)).toEqual([]);
    }),
    { seed: 36, numRuns: 200 },
  );
});

const sideOf = (p: Point, q: Point, at: Point): number =>
  (q[0] - p[0]) * (at[1] - p[1]) - (q[1] - p[1]) * (at[0] - p[0]);

const closed = (points: readonly Point[]): AreaGeometry => polygon([...points, points[0]]);

/** A convex polygon on both sides of a line; one piece where the line misses it. */
function halves(convex: readonly Point[], [p, q]: readonly [Point, Point]): AreaGeometry[] {
  const left: Point[] = [];
  const right: Point[] = [];
  convex.forEach((from, i) => {
    const to = convex[(i + 1) % convex.length];
    const [side, nextSide] = [sideOf(p, q, from), sideOf(p, q, to)];
    if (side >= 0) left.push(from);
    if (side <= 0) right.push(from);
    if (side * nextSide < 0) {
      const t = side / (side - nextSide);
      const cut: Point = [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
      left.push(cut);
      right.push(cut);
    }
  });
  return [left, right].filter((piece) => piece.length > 2).map(closed);
}
