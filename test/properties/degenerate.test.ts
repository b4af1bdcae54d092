import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "../kernels/differences.js";
import { coverAccount } from "../kernels/kernels.js";
import { boxRing, layerOf, polygon, type AreaGeometry } from "../kernels/layers.js";
import { exactCoverAreas } from "../oracle/exact.js";
import { latticeScene, moved } from "../oracle/lattice.js";
import type { Point } from "../oracle/mosaic.js";

/** Where everything coincides or nearly does, the kernel is held against the exact oracle, cover set by cover set. */

function compare(
  ground: readonly AreaGeometry[],
  zones: readonly AreaGeometry[],
  tolerance: number,
): string[] {
  const [groundLayer, zoneLayer] = [layerOf("ground", ground), layerOf("zones", zones)];
  return differences(
    coverAccount(groundLayer, zoneLayer),
    exactCoverAreas(groundLayer, zoneLayer),
    tolerance,
  );
}

test("polygons on a small lattice: all that can coincide coincides", () => {
  fc.assert(
    fc.property(latticeScene, ({ ground, zones }) => {
      expect(compare(ground, zones, 1e-12)).toEqual([]);
    }),
    { seed: 21, numRuns: 400 },
  );
});

test("the same under an integer shear: slanted edges, the same coincidences", () => {
  const sheared = (geometry: AreaGeometry) => moved(geometry, ([x, y]) => [7 * x + 3 * y, 2 * x + 5 * y]);
  fc.assert(
    fc.property(latticeScene, ({ ground, zones }) => {
      expect(compare(ground.map(sheared), zones.map(sheared), 1e-10)).toEqual([]);
    }),
    { seed: 22, numRuns: 150 },
  );
});

/** At UTM coordinates; rounding to doubles turns coincidences into near-coincidences. */
const toUtm = ([x, y]: Point): Point => [569_123.4 + 17.3 * x - 4.1 * y, 7_032_456.7 + 5.9 * x + 13.7 * y];
const ulp = (value: number): number => 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52);

/** 8 ulp of the northing times the edges' total length, as the conformance cases allow. */
const UTM_TOLERANCE = 8 * ulp(7_032_456) * 6000;

test("rotated to UTM coordinates: coincidences become near-coincidences", () => {
  fc.assert(
    fc.property(latticeScene, ({ ground, zones }) => {
      const carried = (geometry: AreaGeometry) => moved(geometry, toUtm);
      expect(compare(ground.map(carried), zones.map(carried), UTM_TOLERANCE)).toEqual([]);
    }),
    { seed: 23, numRuns: 150 },
  );
});

test("lines 1 ulp apart: each polygon's vertices nudged by its own -1, 0 or 1 ulp", () => {
  const nudges = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(latticeScene, nudges, ({ ground, zones }, nudge) => {
      const nudged = (geometry: AreaGeometry, index: number) =>
        moved(geometry, (at) => {
          const [x, y] = toUtm(at);
          const which = at[0] + 3 * at[1] + 5 * index;
          return [x + nudge[which % 16] * ulp(x), y + nudge[(which + 7) % 16] * ulp(y)];
        });
      const all = [...ground, ...zones].map(nudged);
      expect(compare(all.slice(0, ground.length), all.slice(ground.length), UTM_TOLERANCE)).toEqual([]);
    }),
    { seed: 24, numRuns: 200 },
  );
});

test("an edge that is level but for the last digit of its northing ends upon a border", () => {
  const triangle = (...corners: Point[]): AreaGeometry => polygon([...corners, corners[0]]);
  const ground = triangle([569_020, 7_032_000], [569_030, 7_032_060], [569_000, 7_032_059.999999998]);
  const zone = triangle([569_000, 7_032_020], [569_060, 7_031_999.999999999], [569_000, 7_032_060]);
  expect(compare([ground], [zone], UTM_TOLERANCE)).toEqual([]);
});

const box = (...corners: [number, number, number, number]): AreaGeometry => polygon(boxRing(...corners));
const nothing: AreaGeometry = { type: "MultiPolygon", coordinates: [] };
const donut = polygon(boxRing(0, 0, 10, 10), boxRing(3, 3, 7, 7));

test.each<[string, AreaGeometry[], AreaGeometry[]]>([
  [
    "five zones identical to one another",
    [box(0, 0, 4, 4)],
    Array.from({ length: 5 }, () => box(1, 1, 6, 3)),
  ],
  ["zones identical to the ground", [box(0, 0, 4, 4)], [box(0, 0, 4, 4), box(0, 0, 4, 4)]],
  ["a hole that is another ground polygon, and a zone", [donut, box(3, 3, 7, 7)], [box(3, 3, 7, 7), donut]],
  ["ground that sticks out of all zones", [box(-100, -100, 100, 100)], [box(0, 0, 1, 1), box(1, 0, 2, 1)]],
  ["ground wholly inside a zone", [box(4, 4, 5, 5)], [box(0, 0, 10, 10)]],
  ["a zone wholly inside the ground", [box(0, 0, 10, 10)], [box(4, 4, 5, 5)]],
  ["a zone inside the hole of the ground", [donut], [box(4, 4, 6, 6)]],
  ["ground inside the hole of a zone", [box(4, 4, 6, 6)], [donut]],
  ["ground that fills the hole of a zone", [box(3, 3, 7, 7)], [donut]],
  [
    "a zone ring inside a hole, the zone around it too",
    [donut],
    [polygon(boxRing(-1, -1, 11, 11), boxRing(4, 4, 6, 6))],
  ],
  [
    "a hole of the zone inside the ground",
    [box(0, 0, 10, 10)],
    [polygon(boxRing(-5, -5, 15, 15), boxRing(2, 2, 8, 8))],
  ],
  ["zones nested like dolls", [box(0, 0, 10, 10)], [1, 2, 3, 4].map((d) => box(d, d, 10 - d, 10 - d))],
  ["far from every zone", [box(1000, 1000, 1001, 1001)], [box(0, 0, 1, 1)]],
  ["a zone that touches at a point", [box(0, 0, 1, 1)], [box(1, 1, 2, 2)]],
  ["a zone that touches along a side", [box(0, 0, 1, 1)], [box(1, -1, 2, 2)]],
  ["no zones at all", [box(0, 0, 1, 1)], []],
  ["no ground at all", [], [box(0, 0, 1, 1)]],
  ["features without geometry", [nothing, box(0, 0, 2, 2)], [nothing, box(1, 1, 3, 3)]],
])("%s", (_, ground, zones) => {
  expect(compare(ground, zones, 1e-12)).toEqual([]);
});
