import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, sumByCover } from "../kernels/differences.js";
import { coverAccount } from "../kernels/kernels.js";
import { boxRing, layerOf, polygon, type Ring } from "../kernels/layers.js";

const triangle: Ring = [
  [3, 0],
  [18, 3],
  [12, 18],
  [3, 0],
];
const zones = layerOf("zones", [polygon(boxRing(10, -5, 20, 25)), polygon(triangle)]);

const cm = (min: number, max: number) =>
  fc.integer({ min: 100 * min, max: 100 * max }).map((value) => value / 100);

/** An exact spike, out from a vertex and straight back, owns nothing: with it and without it the account is one. */
test("a spike moves no figure, whatever borders it crosses", () => {
  fc.assert(
    fc.property(cm(1, 19), cm(-4, 14), cm(-5, 25), cm(-10, 30), (x, y, tipX, tipY) => {
      const withTip = (...tip: Ring): Ring => [[0, -20], [x, y], ...tip, [0, 30], [0, -20]];
      const account = (ring: Ring) => coverAccount(layerOf("ground", [polygon(ring)]), zones);
      const plain = sumByCover(account(withTip()));
      expect(differences(account(withTip([tipX, tipY], [x, y])), plain, 1e-9)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
