import fc from "fast-check";
import { expect, test } from "vitest";
import { outlineNear } from "../../src/pieces/outline.js";

test("a ring round a box, of many vertices, is a few as seen from the box", () => {
  const ring = Array.from({ length: 1001 }, (_, i) => {
    const turn = (2 * Math.PI * (i % 1000)) / 1000;
    return [100 * Math.cos(turn), 100 * Math.sin(turn)];
  }).flat();
  const outline = outlineNear(Float64Array.from(ring), 0, 1001, [-1, -1, 1, 1]);
  expect(outline.length / 2).toBeLessThan(10);
  expect(windingAt(outline, 0.5, 0.5)).toBe(1);
});

test("edges that reach into the box stand as they are; others go straight", () => {
  const ring = Float64Array.from([-5, 0, 0, 0.5, 5, 0, 5, 9, 4, 9, 0, 9, -5, 9, -5, 0]);
  const outline = [...outlineNear(ring, 0, 8, [-1, -1, 1, 1])];
  expect(outline).toEqual([-5, 0, 0, 0.5, 5, 0, 4, 9, -5, 9, -5, 0]);
});

test("it winds round every place in the box as often as the ring", () => {
  const coordinate = fc.integer({ min: -20, max: 20 });
  const corners = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 40 });
  const within = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }));
  fc.assert(
    fc.property(corners, within, (corner, [px, py]) => {
      const ring = Float64Array.from([...corner, corner[0]].flat());
      const outline = outlineNear(ring, 0, ring.length / 2, [-4, -4, 4, 4]);
      const [x, y] = [px + 0.317, py + 0.1931]; // on no line through whole coordinates that matters
      expect(outline.slice(-2)).toEqual(outline.slice(0, 2));
      expect(windingAt(outline, x, y)).toBe(windingAt(ring, x, y));
    }),
    { numRuns: 2000 },
  );
});

function windingAt(ring: Float64Array, x: number, y: number): number {
  let winding = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [ax, ay, bx, by] = ring.subarray(i, i + 4);
    if (ay > y === by > y || ax + ((y - ay) / (by - ay)) * (bx - ax) < x) continue;
    winding += by > ay ? 1 : -1;
  }
  return winding;
}
