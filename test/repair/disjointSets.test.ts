import fc from "fast-check";
import { expect, test } from "vitest";
import { DisjointSets } from "../../src/repair/disjointSets.js";

test("numbers joined, however far round, have one root: that of the set they were joined to", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 }), (joins) => {
      const sets = new DisjointSets(12);
      let known = Array.from({ length: 12 }, (_, i) => i);
      for (const [a, b] of joins) {
        sets.join(a, b);
        known = known.map((root) => (root === known[a] ? known[b] : root));
      }
      expect(known.map((_, i) => sets.rootOf(i))).toEqual(known);
    }),
  );
});
