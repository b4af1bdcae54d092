import fc from "fast-check";
import { expect, test } from "vitest";
import { MetSet } from "../../src/core/metSet.js";

test("a number is new once in a round, whatever earlier rounds had", () => {
  const met = new MetSet();
  const rounds = fc.array(fc.array(fc.oneof(fc.nat(40), fc.nat(0xfffffffe)), { maxLength: 700 }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(rounds, (all) => {
      for (const numbers of all) {
        met.clear();
        const known = new Set<number>();
        for (const number of numbers) {
          expect(met.add(number)).toBe(!known.has(number));
          known.add(number);
        }
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});

test("the first round needs no beginning, and 0 is a number like others", () => {
  const met = new MetSet();
  expect([0, 7, 0, 7].map((number) => met.add(number))).toEqual([true, true, false, false]);
});
