import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSums } from "../../src/core/exactSums.js";

/** Areas as they come: from a sliver's 1e-9 m2 to the sea's 1e11, of both signs, at the machine's full precision. */
const area = fc
  .record({
    mantissa: fc.double({ min: 1, max: 2, noNaN: true }),
    exponent: fc.integer({ min: -30, max: 36 }),
    negative: fc.boolean(),
  })
  .map(({ mantissa, exponent, negative }) => (negative ? -1 : 1) * mantissa * 2 ** exponent);

const areas = fc.array(area, { maxLength: 200 });

function sumOf(terms: readonly number[]): number {
  const sums = new ExactSums();
  for (const term of terms) sums.add(0, term);
  return sums.total(0);
}

test("the order of terms moves no bit", () => {
  fc.assert(
    fc.property(
      areas.chain((terms) =>
        fc.tuple(
          fc.constant(terms),
          fc.shuffledSubarray(terms, { minLength: terms.length, maxLength: terms.length }),
        ),
      ),
      ([terms, shuffled]) => {
        expect(sumOf(shuffled)).toBe(sumOf(terms));
      },
    ),
  );
});

test("how terms are dealt to threads moves no bit", () => {
  fc.assert(
    fc.property(areas, fc.integer({ min: 1, max: 5 }), (terms, threads) => {
      const merged = new ExactSums();
      for (let thread = 0; thread < threads; thread++) {
        const share = new ExactSums();
        terms.filter((_, i) => i % threads === thread).forEach((term) => share.add(3, term));
        merged.addFrom(0, share.parts(4), 3);
      }
      expect(merged.total(0)).toBe(sumOf(terms));
    }),
  );
});

test("a sum is the exact one, but for what each term has below 2^-55 m2 and a unit in the last place", () => {
  fc.assert(
    fc.property(areas, (terms) => {
      const exact = terms.reduce((sum, term) => sum + toGrid(term), 0n);
      const got = sumOf(terms);
      const ulp = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(got), 2 ** -200))) - 52);
      const apart = Number(toGrid(got) - exact) / 2 ** GRID_BITS;
      expect(Math.abs(apart)).toBeLessThanOrEqual(ulp + terms.length * 2 ** -55);
    }),
  );
});

test("what plain sums lose is kept", () => {
  expect(sumOf([2 ** 44, 2 ** -40, -(2 ** 44)])).toBe(2 ** -40);
  expect(sumOf([0.1, 0.2, 0.3])).toBe(sumOf([0.3, 0.2, 0.1]));
  expect(0.1 + 0.2 + 0.3).not.toBe(0.3 + 0.2 + 0.1);
});

test("sums are kept apart, start at 0, and grow", () => {
  const sums = new ExactSums();
  sums.add(1000, 7);
  sums.add(2, 5);
  expect([sums.total(0), sums.total(2), sums.total(1000), sums.total(99_999)]).toEqual([0, 5, 7, 0]);
  expect(sums.parts(5000).high).toHaveLength(5000);
});

/** Every double the test meets is a whole number of 2^-GRID_BITS. */
const GRID_BITS = 120;

function toGrid(value: number): bigint {
  let [mantissa, exponent] = [value, 0];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return BigInt(mantissa) << BigInt(GRID_BITS - exponent);
}
