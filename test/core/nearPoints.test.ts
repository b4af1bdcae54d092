import fc from "fast-check";
import { expect, test } from "vitest";
import { NearPoints } from "../../src/core/nearPoints.js";

const REACH = 0.25;

/** The same, looked for one by one: by column and row of cells as wide as the reach, then number. */
function byLooking(points: readonly (readonly [number, number])[], x: number, y: number): number {
  const cell = (value: number) => Math.floor(value / REACH);
  const near = points.flatMap(([px, py], i) =>
    Math.abs(px - x) <= REACH && Math.abs(py - y) <= REACH ? [{ i, c: cell(px), r: cell(py) }] : [],
  );
  return near.sort((p, q) => p.c - q.c || p.r - q.r || p.i - q.i)[0]?.i ?? -1;
}

test("finds a point within reach where there is one, and always the same", () => {
  const ordinate = fc.integer({ min: -40, max: 40 }).map((n) => n / 10);
  const point = fc.tuple(ordinate, ordinate);
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), fc.nat(60), point, (points, atFirst, [x, y]) => {
      const xy = Float64Array.from(points.flat());
      const near = new NearPoints(REACH, 1);
      near.putUpTo(xy, Math.min(atFirst, points.length));
      near.putUpTo(xy, points.length);
      expect(near.find(xy, x, y)).toBe(byLooking(points, x, y));
    }),
  );
});
