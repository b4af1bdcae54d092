import fc from "fast-check";
import { expect, test } from "vitest";
import { ringAt, ringFinder } from "../../src/overlay/ringAt.js";

test("the ring of every vertex, whatever the lengths, empty rings among them", () => {
  const lengths = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })), { maxLength: 40 });
  fc.assert(
    fc.property(lengths, (counts) => {
      const ringVertex = new Uint32Array(counts.length + 1);
      counts.forEach((count, r) => (ringVertex[r + 1] = ringVertex[r] + count));
      const finder = ringFinder(ringVertex);
      const expected = counts.flatMap((count, r) => new Array<number>(count).fill(r));
      expect(expected.map((_, v) => ringAt(finder, v))).toEqual(expected);
    }),
  );
});
