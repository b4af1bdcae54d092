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

test("before the first round, too, 0 is new", () => {
  const met = new MetSet();
  met.clear();
  expect([met.add(0), met.add(0)]).toEqual([true, false]);
});
