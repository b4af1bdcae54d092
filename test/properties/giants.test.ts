import { expect, test } from "vitest";
import { differences } from "../kernels/differences.js";
import { coverAccount } from "../kernels/kernels.js";
import { boxRing, layerOf, polygon, type Ring } from "../kernels/layers.js";
import { coverKey } from "../oracle/exact.js";

/** A square of 45 x 45 fields of 10 m, each with a hole of 4 m x 4 m: 2025 holes, like a forest full of clearings. */
const FIELDS = 45;
const SIDE = 10 * FIELDS;
const HOLE_M2 = 16;
const HOLES: Ring[] = Array.from({ length: FIELDS * FIELDS }, (_, i) => {
  const [x, y] = [10 * (i % FIELDS) + 3, 10 * Math.floor(i / FIELDS) + 3];
  return boxRing(x, y, x + 4, y + 4);
});
const OWN_M2 = SIDE * SIDE - HOLES.length * HOLE_M2;

const forest = polygon(boxRing(0, 0, SIDE, SIDE), ...HOLES);
const clearings = HOLES.map((ring) => polygon(ring));

test("a zone over the western half cuts a column of holes in two", () => {
  const west = polygon(boxRing(-1, -1, SIDE / 2, SIDE + 1));
  const account = coverAccount(layerOf("forest", [forest]), layerOf("west", [west]));
  const truth = new Map([coverKey(0, [0]), coverKey(0, [])].map((key) => [key, OWN_M2 / 2]));
  expect(differences(account, truth, 1e-6)).toEqual([]);
});

test("the giant over itself, and as a zone over its clearings", () => {
  const ground = layerOf("forest and clearings", [forest, ...clearings]);
  const account = coverAccount(ground, layerOf("forest", [forest]));
  const truth = new Map([[coverKey(0, [0]), OWN_M2]]);
  clearings.forEach((_, i) => truth.set(coverKey(i + 1, []), HOLE_M2));
  expect(differences(account, truth, 1e-6)).toEqual([]);
});

test("2025 zones that fill its holes, and one over all", () => {
  const everything = polygon(boxRing(0, 0, SIDE, SIDE));
  const zones = layerOf("clearings and all", [...clearings, everything]);
  const all = clearings.length;
  expect(
    differences(
      coverAccount(layerOf("forest", [forest]), zones),
      new Map([[coverKey(0, [all]), OWN_M2]]),
      1e-6,
    ),
  ).toEqual([]);
});
