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

/** Ground that crosses itself counts as often as its border winds round, with its sign: worked out by hand. */
test.each<[string, Ring, Ring, Record<string, number>]>([
  [
    "a bow-tie whose zone meets the lobe that counts backwards",
    [
      [0, 0],
      [10, 8],
      [10, 0],
      [0, 10],
      [0, 0],
    ],
    boxRing(8, -5, 20, 15),
    { "0|": 22.4, "0|0": -12.4 },
  ],
  [
    "a square with a loop inside it, and a zone across the loop's border",
    [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [0, 0],
      [6, 1],
      [6, 5],
      [1, 5],
      [0, 0],
    ],
    boxRing(5, 2, 7, 3),
    { "0|": 121.5, "0|0": 3 },
  ],
])("%s", (_, ground, zone, expected) => {
  const account = coverAccount(layerOf("ground", [polygon(ground)]), layerOf("zone", [polygon(zone)]));
  expect(differences(account, new Map(Object.entries(expected)), 1e-9)).toEqual([]);
});
