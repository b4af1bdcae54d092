import { expect, test } from "vitest";
import { inscribedWidth } from "../../src/repair/inscribed.js";

const ring = (...points: [number, number][]): Float64Array =>
  Float64Array.from([...points, points[0]].flat());
const E = 500_000;
const N = 6_600_000;
const at = (x: number, y: number): [number, number] => [E + x, N + y];

test.each([
  ["a square", ring(at(0, 0), at(4, 0), at(4, 4), at(0, 4)), 4],
  ["a strip", ring(at(0, 0), at(100, 0), at(100, 0.1), at(0, 0.1)), 0.1],
  [
    "a strip askew, 5 km and 2 mm",
    ring(at(0, 0), at(4000, 3000), at(3999.9988, 3000.0016), at(-0.0012, 0.0016)),
    0.002,
  ],
  ["a triangle, 3-4-5", ring(at(0, 0), at(3, 0), at(0, 4)), 2],
  ["a needle", ring(at(0, 0), at(100, 0), at(50, 0.2)), 0.2],
  ["an L", ring(at(0, 0), at(10, 0), at(10, 1), at(1, 1), at(1, 10), at(0, 10)), 4 - 2 * Math.SQRT2],
])("%s", (_, border, width) => {
  const found = inscribedWidth([border]);
  expect(found.widthM).toBeLessThanOrEqual(width * 1.00001 + 1e-8);
  expect(found.widthM).toBeGreaterThan(width * 0.97 - 1e-6);
});

test("a hole makes it narrower", () => {
  const shell = ring(at(0, 0), at(10, 0), at(10, 10), at(0, 10));
  const hole = ring(at(2, 2), at(2, 8), at(8, 8), at(8, 2));
  expect(inscribedWidth([shell, hole]).widthM).toBeLessThan(2.4);
  expect(inscribedWidth([shell, hole]).widthM).toBeGreaterThanOrEqual(2);
});
