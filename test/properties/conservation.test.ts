import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, sumByCover } from "../kernels/differences.js";
import { coverAccount } from "../kernels/kernels.js";
import { boxRing, layerOf, polygon, type AreaGeometry } from "../kernels/layers.js";
import { coverKey } from "../oracle/exact.js";
import { labels } from "../oracle/lattice.js";
import { cellsInCommon, fractal, mosaic, type Labels, type Look, type Point } from "../oracle/mosaic.js";

/** Ground is conserved, and in these scenes the truth is counted or measured without any geometry. */

/** Random slicings of one square: the truth is interval lengths, so no kernel has to be trusted. */
const cuts = fc
  .uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 6 })
  .map((inner) => [0, ...inner.sort((p, q) => p - q), 1000]);
const slicing = fc.record({ x: cuts, y: cuts });

type Slice = { readonly x: readonly [number, number]; readonly y: readonly [number, number] };

function slices({ x, y }: { x: number[]; y: number[] }): Slice[] {
  const spans = (at: number[]): [number, number][] => at.slice(1).map((to, i) => [at[i], to]);
  return spans(y).flatMap((ySpan) => spans(x).map((xSpan) => ({ x: xSpan, y: ySpan })));
}

const boxes = (of: readonly Slice[]): AreaGeometry[] =>
  of.map(({ x, y }) => polygon(boxRing(x[0], y[0], x[1], y[1])));

const common = (p: readonly [number, number], q: readonly [number, number]): number =>
  Math.max(0, Math.min(p[1], q[1]) - Math.max(p[0], q[0]));

test("two slicings of a square: every box against every box, nothing outside", () => {
  fc.assert(
    fc.property(slicing, slicing, (a, b) => {
      const [ground, zones] = [slices(a), slices(b)];
      const truth = new Map<string, number>();
      ground.forEach((g, i) =>
        zones.forEach((z, j) => truth.set(coverKey(i, [j]), common(g.x, z.x) * common(g.y, z.y))),
      );
      const account = coverAccount(layerOf("ground", boxes(ground)), layerOf("zones", boxes(zones)));
      expect(differences(account, truth, 1e-9)).toEqual([]);
    }),
    { seed: 11, numRuns: 60 },
  );
});

const LABELS = 3;
const SIDE = 7;

const utmFields = ([x, y]: Point): Point => [569_001.5 + 12.5 * x, 7_032_118.25 + 12.5 * y];

/** Near the origin or at UTM coordinates, upright or sheared; with the area of a cell and what rounding may cost. */
const looks: readonly (readonly [string, Look, number, number])[] = [
  ["unit cells", {}, 1, 1e-12],
  ["unit cells, sheared", { place: ([x, y]) => [3 * x + y, 2 * y + x] }, 5, 1e-11],
  ["cells of 12.5 m at UTM coordinates", { place: utmFields }, 156.25, 1e-6],
];

test.each(looks)("mosaics over each other, areas by counting: %s", (_, look, cellM2, tolerance) => {
  fc.assert(
    fc.property(labels(SIDE, LABELS), labels(SIDE, LABELS), fc.boolean(), (a, b, sparse) => {
      const ground = layerOf("ground", mosaic(a, LABELS, look));
      const zones = layerOf("zones", mosaic(b, LABELS, { ...look, sparse }));
      const account = coverAccount(ground, zones);
      expect(differences(account, countedCells(a, b, cellM2), tolerance)).toEqual([]);
    }),
    { seed: 12, numRuns: 60 },
  );
});

function countedCells(a: Labels, b: Labels, cellM2: number): Map<string, number> {
  const truth = new Map<string, number>();
  for (let i = 0; i < LABELS; i++) {
    truth.set(coverKey(i, []), cellM2 * cellsInCommon(a, i, b, -1));
    for (let j = 0; j < LABELS; j++) truth.set(coverKey(i, [j]), cellM2 * cellsInCommon(a, i, b, j));
  }
  return truth;
}

test.each([0, 1])(
  "kommuner made of whole ground polygons with fractal borders own just those (%i midpoints more)",
  (midpoints) => {
    const look: Look = { border: fractal(3), place: ([x, y]) => [569_000 + 50 * x, 7_032_000 + 50 * y] };
    const cellCount = 5;
    const ownLabel = Array.from({ length: cellCount }, (_, r) =>
      Array.from({ length: cellCount }, (_, c) => r * cellCount + c),
    );
    const ground = layerOf("ground", mosaic(ownLabel, cellCount * cellCount, look));
    fc.assert(
      fc.property(labels(cellCount, LABELS), (kommuneOf) => {
        const kommuner = mosaic(kommuneOf, LABELS, look).map((kommune) => withMidpoints(kommune, midpoints));
        const account = coverAccount(ground, layerOf("kommuner", kommuner));
        const truth = new Map(
          kommuneOf
            .flat()
            .map((kommune, cell) => [coverKey(cell, kommune < 0 ? [] : [kommune]), account.ownM2[cell]]),
        );
        expect(differences(account, truth, midpoints === 0 ? 1e-9 : 1e-5)).toEqual([]);
      }),
      { seed: 13, numRuns: 8 },
    );
  },
);

test("no row is negative and no row stands twice", () => {
  fc.assert(
    fc.property(labels(SIDE, LABELS), labels(SIDE, LABELS), (a, b) => {
      const account = coverAccount(layerOf("ground", mosaic(a, LABELS)), layerOf("zones", mosaic(b, LABELS)));
      expect(account.rows.filter((row) => row.m2 < -1e-12)).toEqual([]);
      expect(sumByCover(account).size).toBe(account.rows.length);
    }),
    { seed: 14, numRuns: 30 },
  );
});

/** The same geometry with a vertex on the middle of every edge, as near as doubles come. */
function withMidpoints(geometry: AreaGeometry, times: number): AreaGeometry {
  if (times === 0 || geometry.type === "Polygon") return geometry;
  return {
    type: "MultiPolygon",
    coordinates: geometry.coordinates.map((part) =>
      part.map((ring) =>
        ring.flatMap(([x, y], i) =>
          i + 1 === ring.length
            ? [[x, y]]
            : [
                [x, y],
                [(x + ring[i + 1][0]) / 2, (y + ring[i + 1][1]) / 2],
              ],
        ),
      ),
    ),
  };
}
