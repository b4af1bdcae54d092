import fc from "fast-check";
import { expect, test } from "vitest";
import { featureCount } from "../../src/core/layer.js";
import { jstsOpinion } from "../../src/repair/jsts.js";
import { PlainRings } from "../../src/repair/plainRings.js";
import { partsIn } from "../../src/repair/shapes.js";
import { layerOf, multi, polygon } from "./cases.js";

const rings = new PlainRings();
type Ring = number[][];
const box = (a: number, b: number, c: number, d: number): Ring => [[a, b], [c, b], [c, d], [a, d], [a, b]]; // prettier-ignore
const isPlain = (...own: Ring[]) => rings.isValid(layerOf(polygon(...own)), 0);

test.each<[string, Ring[], boolean]>([
  ["a square", [box(0, 0, 10, 10)], true],
  ["a square that runs the other way", [box(0, 0, 10, 10).reverse()], true],
  ["two holes", [box(0, 0, 10, 10), box(1, 1, 4, 4), box(5, 5, 9, 9)], true],
  ["a hole outside", [box(0, 0, 10, 10), box(11, 1, 14, 4)], false],
  ["a hole west of the shell", [box(0, 0, 10, 10), box(-4, 1, -1, 4)], false],
  ["a hole in a hole", [box(0, 0, 10, 10), box(1, 1, 9, 9), box(3, 3, 5, 5)], false],
  ["a hole round the shell", [box(0, 0, 10, 10), box(-1, -1, 11, 11)], false],
  ["a hole that touches the shell, which is allowed", [box(0, 0, 10, 10), [[0, 5], [3, 3], [3, 7], [0, 5]]], false], // prettier-ignore
  ["a bow-tie", [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]], false], // prettier-ignore
  ["a border that comes back to a point of its own", [[[0, 0], [5, 5], [10, 0], [10, 10], [5, 5], [0, 10], [0, 0]]], false], // prettier-ignore
  ["a spike", [[[0, 0], [10, 0], [10, 10], [10, 20], [10, 10], [0, 10], [0, 0]]], false], // prettier-ignore
  ["a spike where the ring begins", [[[0, 20], [0, 0], [10, 0], [10, 10], [0, 10], [0, 20]]], false], // prettier-ignore
  ["a point twice", [[[0, 0], [10, 0], [10, 0], [10, 10], [0, 10], [0, 0]]], false], // prettier-ignore
  ["a ring left open", [[[0, 0], [10, 0], [10, 10], [0, 10]]], false], // prettier-ignore
  ["a line", [[[0, 0], [10, 0], [0, 0]]], false], // prettier-ignore
  ["a coordinate that is no number", [[[0, 0], [10, 0], [10, NaN], [0, 10], [0, 0]]], false], // prettier-ignore
  ["a coordinate without end", [[[0, 0], [10, 0], [10, Infinity], [0, 10], [0, 0]]], false], // prettier-ignore
])("%s", (_, own, plain) => {
  expect(isPlain(...own)).toBe(plain);
});

test("several parts are not looked at", () => {
  const apart = layerOf(multi([box(0, 0, 10, 10)], [box(20, 0, 30, 10)]));
  expect(rings.isValid(apart, 0)).toBe(false);
});

/** A border round a middle, at so many distances: it meets itself nowhere. */
const star = (x: number, y: number, distances: readonly number[]): Ring => {
  const points = distances.map((distance, i) => {
    const angle = (2 * Math.PI * i) / distances.length;
    return [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
  });
  return [...points, points[0]];
};
const distances = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 3, maxLength: 60 });

test("a star with stars for holes is plainly valid, however many there are", () => {
  const holes = fc.array(distances(1, 4), { maxLength: 90 });
  fc.assert(
    fc.property(distances(250, 300), holes, (shell, inner) => {
      fc.pre(shell.length > 8);
      const row = inner.map((hole, i) =>
        star(500_000 + 10 * (i % 10), 6_600_000 + 10 * Math.floor(i / 10), hole),
      );
      expect(isPlain(star(500_045, 6_600_045, shell), ...row)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("what is plainly valid is valid to jsts, and of a scribble nothing is that is not", () => {
  const corner = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
  const closed = fc
    .array(corner, { minLength: 3, maxLength: 6 })
    .map((points): Ring => [...points, points[0]]);
  let plain = 0;
  fc.assert(
    fc.property(fc.array(closed, { minLength: 1, maxLength: 3 }), (own) => {
      const layer = layerOf(polygon(...own));
      expect(featureCount(layer)).toBe(1);
      if (!rings.isValid(layer, 0)) return;
      plain++;
      expect(jstsOpinion(partsIn(layer, 0)).valid).toBe(true);
    }),
    { numRuns: 3000, seed: 4 },
  );
  expect(plain).toBeGreaterThan(300);
});
