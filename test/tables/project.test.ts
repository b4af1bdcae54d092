import fc from "fast-check";
import { expect, test } from "vitest";
import { sumByKeys } from "../../src/tables/project.js";

const column = (codes: readonly number[], termCount: number) => ({
  codes: Uint32Array.from(codes),
  terms: Array.from({ length: termCount }, (_, i) => (i === 0 ? "" : `t${i}`)),
});

test("sums by two keys, in order of first meeting", () => {
  const sums = sumByKeys([column([1, 0, 1], 2), column([2, 2, 2], 3)], Float64Array.of(1, 10, 100));
  expect(sums.rowCount).toBe(2);
  expect(sums.keys.map((codes) => [...codes])).toEqual([
    [1, 0],
    [2, 2],
  ]);
  expect([...sums.areaM2]).toEqual([101, 10]);
});

test("no key gives the total; no cells give no row", () => {
  expect([...sumByKeys([], Float64Array.of(1, 2)).areaM2]).toEqual([3]);
  expect(sumByKeys([column([], 2)], new Float64Array(0)).rowCount).toBe(0);
});

test("a large dictionary, which takes the other index, sums the same", () => {
  const cell = fc.record({ a: fc.nat(5), b: fc.nat(4), m2: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 50 }), (cells) => {
      const a = cells.map((c) => c.a);
      const b = cells.map((c) => c.b);
      const m2 = Float64Array.from(cells, (c) => c.m2);
      const small = sumByKeys([column(a, 6), column(b, 5)], m2);
      const wide = { codes: Uint32Array.from(a), terms: { length: 2 ** 31 } as unknown as string[] };
      expect(sumByKeys([wide, column(b, 5)], m2)).toEqual(small);
    }),
    { numRuns: 50 },
  );
});
