import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeRuns } from "../../src/repair/runs.js";

test("segments stand once each, in the order they are met, with what every ring does along them", () => {
  const segment = fc
    .record({ from: fc.nat(5), to: fc.nat(5), ring: fc.nat(3) })
    .filter(({ from, to }) => from !== to);
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 60 }), (segments) => {
      const expected = new Map<string, Map<number, { times: number; passes: number }>>();
      for (const { from, to, ring } of segments) {
        const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
        const runs = expected.get(key) ?? new Map<number, { times: number; passes: number }>();
        const { times, passes } = runs.get(ring) ?? { times: 0, passes: 0 };
        runs.set(ring, { times: times + (from < to ? 1 : -1), passes: passes + 1 });
        expected.set(key, runs);
      }
      const { from, to, runs } = mergeRuns(
        segments.map((s) => s.from),
        segments.map((s) => s.to),
        segments.map((s) => s.ring),
      );
      expect(Array.from(from, (a, s) => `${a} ${to[s]}`)).toEqual([...expected.keys()]);
      [...expected.values()].forEach((byRing, s) => {
        const own = Array.from({ length: runs.start[s + 1] - runs.start[s] }, (_, k) => {
          const run = runs.start[s] + k;
          return [runs.ring[run], runs.times[run], runs.odd[run]];
        });
        const kept = [...byRing].filter(([, { times }]) => times !== 0);
        expect(own).toEqual(kept.map(([ring, { times, passes }]) => [ring, times, passes % 2]));
      });
    }),
  );
});
