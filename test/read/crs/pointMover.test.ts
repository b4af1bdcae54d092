import fc from "fast-check";
import proj4 from "proj4";
import { expect, test } from "vitest";
import { crsOf } from "../../../src/read/crs/crs.js";
import { PointMover } from "../../../src/read/crs/pointMover.js";

const SYSTEMS = [25831, 25832, 25833, 25835, 32632, 32633, 5105, 5115, 5130, 3035, 4258, 4326];
const system = fc.constantFrom(...SYSTEMS);
const lonLat = fc.tuple(
  fc.double({ min: 4, max: 32, noNaN: true }),
  fc.double({ min: 57, max: 81, noNaN: true }),
);

test("points come to where the library takes them, to the last bit, also when met again", () => {
  fc.assert(
    fc.property(
      system,
      system,
      fc.array(lonLat, { minLength: 1, maxLength: 20 }),
      (fromEpsg, toEpsg, places) => {
        const [from, to] = [crsOf("lag", fromEpsg), crsOf("lag", toEpsg)];
        const mover = new PointMover(from, to);
        const points = places.map((place) => proj4(crsOf("lag", 4258).proj4, from.proj4, place));
        for (const [x, y] of [...points, ...points.reverse()]) {
          expect(mover.move(x, y)).toBe(true);
          if (from.unit === "degree" && to.unit === "degree") expect(mover.x).toBeCloseTo(x, 12);
          else expect([mover.x, mover.y]).toEqual(proj4(from.proj4, to.proj4).forward([x, y]));
        }
      },
    ),
  );
});

test.each([
  ["not a number", NaN, 60],
  ["without end", 10, Infinity],
])("a point that is %s has no place", (_, x, y) => {
  expect(new PointMover(crsOf("lag", 4258), crsOf("lag", 25833)).move(x, y)).toBe(false);
});
