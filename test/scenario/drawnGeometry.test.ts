import fc from "fast-check";
import { expect, test } from "vitest";
import { featureCount } from "../../src/core/layer.js";
import { InputError } from "../../src/core/trouble.js";
import { measureFor } from "../../src/overlay/measure.js";
import { featureArea } from "../../src/run/featureArea.js";
import { drawnPolygons } from "../../src/scenario/drawnGeometry.js";

const place = { layer: "A", feature: "endring 1" };
const areaOf = async (geometry: unknown, options: object = {}): Promise<number> => {
  const drawn = await drawnPolygons(geometry, place, 25833, options);
  return drawn.reduce((sum, layer) => sum + featureArea(layer, 0, measureFor(25833)).trueM2, 0);
};
const square = (x: number, y: number, side: number) => [
  [x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y],
]; // prettier-ignore

test("degrees are what GeoJSON has, and are moved to the ground's system", async () => {
  const geometry = { type: "Polygon", coordinates: [square(10.72, 59.93, 0.01)] };
  const [layer] = await drawnPolygons(geometry, place, 25833);
  expect(layer.epsg).toBe(25833);
  const expected = 1113.9 * Math.cos((59.935 * Math.PI) / 180) * 1114.0;
  expect(Math.abs((await areaOf(geometry)) / expected - 1)).toBeLessThan(0.01);
});

test.each([
  ["a point", { type: "Point", coordinates: [10.72, 59.93] }, Math.PI * 30 * 30],
  [
    "a line",
    {
      type: "LineString",
      coordinates: [
        [10.72, 59.93],
        [10.72, 59.94],
      ],
    },
    1114.3 * 60 + Math.PI * 30 * 30,
  ],
])("%s with a buffer in metres", async (_, geometry, expected) => {
  expect(Math.abs((await areaOf(geometry, { bufferM: 30 })) / expected - 1)).toBeLessThan(0.015);
});

test("each member of a collection is a polygon of its own; a hole stays a hole", async () => {
  const holed = { type: "Polygon", coordinates: [square(260000, 6650000, 100), square(260010, 6650010, 10)] };
  const collection = {
    type: "FeatureCollection",
    features: [
      { type: "Feature", properties: {}, geometry: holed },
      {
        type: "Feature",
        properties: {},
        geometry: {
          type: "MultiPolygon",
          coordinates: [[square(260200, 6650000, 10)], [square(260300, 6650000, 10)]],
        },
      },
    ],
  };
  const drawn = await drawnPolygons(collection, place, 25833, { epsg: 25833 });
  expect(drawn.map(featureCount)).toEqual([1, 1]);
  expect(drawn.map((layer) => Math.round(featureArea(layer, 0, measureFor(25833)).planM2))).toEqual([
    9900, 200,
  ]);
});

/** Whatever a user writes is polygons or a word that helps, never anything else. */
test("no input gives anything but polygons or an InputError", async () => {
  const type = fc.constantFrom(
    "Polygon",
    "MultiPolygon",
    "Point",
    "LineString",
    "Feature",
    "FeatureCollection",
    "GeometryCollection",
    "x",
  );
  const number = fc.oneof(
    fc.double(),
    fc.integer({ min: -200, max: 7_000_000 }),
    fc.double({ min: 4, max: 31 }),
  );
  const coordinates = fc.oneof(
    fc.anything(),
    fc.array(fc.array(fc.array(number, { maxLength: 3 }), { maxLength: 6 }), { maxLength: 3 }),
    fc.array(
      fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 6 }).map((ring) => [...ring, ring[0]]),
      { maxLength: 3 },
    ),
  );
  const value = fc.oneof(
    fc.anything(),
    fc.record({ type, coordinates }),
    fc.record({ type, geometry: fc.record({ type, coordinates }) }),
    fc.record({
      type,
      features: fc.array(fc.record({ type, geometry: fc.record({ type, coordinates }) }), { maxLength: 3 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(value, fc.boolean(), async (geometry, metres) => {
      try {
        const drawn = await drawnPolygons(geometry, place, 25833, metres ? { epsg: 25833 } : {});
        expect(drawn.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { seed: 5, numRuns: 300 },
  );
}, 60_000);

test("coordinates that cannot lie there are told with their scenario and their edit", async () => {
  const geometry = { type: "Polygon", coordinates: [square(260000, 6650000, 100)] };
  await expect(drawnPolygons(geometry, place, 25833)).rejects.toThrow(/^A, endring 1: coordinates 260000/);
});
