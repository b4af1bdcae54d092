import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf, OpenEdges } from "../../src/repair/openEdges.js";

type Ring = readonly (readonly [number, number])[];

/** What is left of rings, each edge as text; those that are turned are stored the other way round, and met as such. */
function left(rings: readonly Ring[], isTurned: readonly boolean[]): string[] {
  const stored = rings.map((ring, i) => (isTurned[i] ? ring.toReversed() : ring));
  const open = new OpenEdges(Float64Array.from(stored.flat(2)));
  let from = 0;
  stored.forEach((ring, i) => {
    open.meetRing(from, from + ring.length, isTurned[i]);
    from += ring.length;
  });
  const ends = open.left();
  return Array.from({ length: ends.length / 4 }, (_, e) => ends.slice(4 * e, 4 * e + 4).join(" ")).sort();
}

test("rings stored the other way round leave the same, along borders longer and shorter than from anchor to anchor", () => {
  // Stretches of a few long lines, so that rings share much, and not always all.
  const line = (y: number, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => [from + i, y + 0.1 * ((from + i) % 7)] as const);
  const strip = fc
    .record({ y: fc.nat(3), from: fc.nat(40), length: fc.integer({ min: 1, max: 40 }) })
    .map(({ y, from, length }): Ring => {
      const [low, high] = [line(y, from, from + length), line(y + 1, from, from + length)];
      return [...low, ...high.reverse(), low[0]];
    });
  fc.assert(
    fc.property(fc.array(fc.tuple(strip, fc.boolean()), { minLength: 1, maxLength: 12 }), (strips) => {
      const rings = strips.map(([ring]) => ring);
      const isTurned = strips.map(([, turned]) => turned);
      const asTheyStand = isTurned.map(() => false);
      expect(left(rings, isTurned)).toEqual(left(rings, asTheyStand));
      const there = rings.map((ring) => ring.toReversed());
      const both = [...isTurned, ...isTurned.map((turned) => !turned)];
      expect(left([...rings, ...there], both)).toEqual([]);
    }),
  );
});

test.each([1, 1e7, 1e13, 1e19])("edges on a circle of %f m stand in chains of their own", (radius) => {
  const count = 4096;
  const at = (i: number, f: (angle: number) => number) => radius * f((2 * Math.PI * i) / count);
  const sum = (i: number, f: (angle: number) => number) => at(i, f) + at(i + 1, f);
  const hashes = Array.from({ length: count }, (_, i) => hashOf(sum(i, Math.cos), sum(i, Math.sin)) & 0xffff);
  expect(new Set(hashes).size).toBeGreaterThan(0.9 * count);
});
