import fc from "fast-check";
import { expect, test } from "vitest";
import { CellHeap } from "../../src/repair/cellHeap.js";

test("cells come out by their reach, the furthest first, each as it was put in", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 300 }), (reaches) => {
      const heap = new CellHeap();
      heap.push(0, 0, 1, 5);
      heap.clear();
      reaches.forEach((reach, i) => heap.push(i, -i, 2 * i, reach));
      const out: number[] = [];
      while (heap.pop()) {
        expect([heap.y, heap.half, heap.reach]).toEqual([-heap.x, 2 * heap.x, reaches[heap.x]]);
        out.push(heap.reach);
      }
      expect(out).toEqual(reaches.toSorted((a, b) => b - a));
    }),
  );
});
