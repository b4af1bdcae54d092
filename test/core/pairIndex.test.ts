import fc from "fast-check";
import { expect, test } from "vitest";
import { PairIndex } from "../../src/core/pairIndex.js";

const part = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 26 - 1 }));

test("pairs are numbered in order of first meeting, each once", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(part, part), { maxLength: 300 }), (pairs) => {
      const index = new PairIndex();
      const known = new Map<string, number>();
      for (const [a, b] of pairs) {
        const key = `${a} ${b}`;
        if (!known.has(key)) known.set(key, known.size);
        expect(index.of(a, b)).toBe(known.get(key));
      }
      expect(index.size).toBe(known.size);
      const { first, second } = index.columns();
      expect(Array.from(first, (a, i) => `${a} ${second[i]}`)).toEqual([...known.keys()]);
      expect(Array.from(first, (_, i) => [index.first(i), index.second(i)])).toEqual(
        Array.from(first, (a, i) => [a, second[i]]),
      );
    }),
  );
});

test("it grows: a hundred thousand pairs keep their numbers", () => {
  const index = new PairIndex();
  const of = (i: number) => index.of(i % 317, Math.floor(i / 317) * 4099);
  for (let i = 0; i < 100_000; i++) expect(of(i)).toBe(i);
  expect([of(0), of(99_999), index.size]).toEqual([0, 99_999, 100_000]);
});
