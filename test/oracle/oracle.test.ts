import { describe, expect, test } from "vitest";
import { casesAreHere, pairCases, pairSuites } from "../kernels/cases.js";
import { boxRing, layerOf, polygon } from "../kernels/layers.js";
import { coverKey, exactArea, exactCoverAreas, exactPairArea } from "./exact.js";

/** The oracles are two methods; a third, that of the people who made the cases, gave the 20 digits. */
describe.skipIf(!casesAreHere)("oracles and stated areas agree to the last bits", () => {
  test.each(pairSuites)("small pairs of %s", (suite) => {
    const wrong: string[] = [];
    for (const { id, a, b, expected } of pairCases(suite).filter(isSmall)) {
      const [layerA, layerB] = [layerOf("a", [a]), layerOf("b", [b])];
      const covers = exactCoverAreas(layerA, layerB);
      const figures: [string, number, string][] = [
        ["area of a", exactArea(layerA, 0), expected.areaA],
        ["pair form", exactPairArea(layerA, 0, layerB, 0), expected.intersection],
        ["decomposition, inside", covers.get(coverKey(0, [0])) ?? 0, expected.intersection],
        ["decomposition, outside", covers.get(coverKey(0, [])) ?? 0, expected.aMinusB],
      ];
      for (const [name, got, stated] of figures) {
        if (!agree(got, Number(stated), Number(expected.areaA)))
          wrong.push(`${id}: ${name} ${got}, stated ${stated}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  const isSmall = ({ a, b }: { a: unknown; b: unknown }): boolean => JSON.stringify([a, b]).length < 3000;
});

/** One unit in the last place, since both sides are rounded once; 2^-128 of a grid step is where the oracle is cut off. */
const agree = (got: number, stated: number, size: number): boolean =>
  Math.abs(got - stated) <= 2.3e-16 * Math.abs(stated) + 1e-36 * size;

test("three boxes on a ground: every set has as many squares as one counts on paper", () => {
  const ground = layerOf("ground", [polygon(boxRing(0, 0, 4, 4))]);
  const zones = layerOf(
    "zones",
    [boxRing(0, 0, 3, 3), boxRing(1, 1, 4, 4), boxRing(2, 0, 6, 2)].map((ring) => polygon(ring)),
  );
  expect(Object.fromEntries(exactCoverAreas(ground, zones))).toEqual({
    "0|": 1, // the upper left corner
    "0|0": 4,
    "0|0,1": 3,
    "0|0,1,2": 1,
    "0|0,2": 1,
    "0|1": 4,
    "0|1,2": 1,
    "0|2": 1,
  });
});
