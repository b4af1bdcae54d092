import fc from "fast-check";
import { expect, test } from "vitest";
import { RingNearBoxes } from "../../src/repair/nearBox.js";

const at = fc.record({ x: fc.integer({ min: -40, max: 40 }), y: fc.integer({ min: -40, max: 40 }) });
/** Any closed ring, mostly tangled; long enough for several blocks. */
const rings = fc
  .array(at, { minLength: 3, maxLength: 200 })
  .map((points) => Float64Array.from([...points, points[0]].flatMap(({ x, y }) => [x, y])));

/** How often a ring winds round a point that no vertex is level with: signed crossings of the ray to the right. */
function winding(ring: Float64Array, x: number, y: number): number {
  let times = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [ax, ay, bx, by] = ring.subarray(i, i + 4);
    if (ay > y === by > y || ax + ((y - ay) / (by - ay)) * (bx - ax) <= x) continue;
    times += by > ay ? 1 : -1;
  }
  return times;
}

const edgesMeeting = (ring: Float64Array, [minX, minY, maxX, maxY]: readonly number[]): string[] =>
  Array.from({ length: ring.length / 2 - 1 }, (_, e) => [...ring.subarray(2 * e, 2 * e + 4)])
    .filter(
      ([ax, ay, bx, by]) =>
        Math.max(ax, bx) >= minX &&
        Math.min(ax, bx) <= maxX &&
        Math.max(ay, by) >= minY &&
        Math.min(ay, by) <= maxY,
    )
    .map((edge) => edge.join(" "));

test("a ring cut short outside a box has the same edges in it, and winds round its points as often", () => {
  fc.assert(
    fc.property(rings, at, (ring, { x, y }) => {
      const box = [x, y, x + 6, y + 5] as const;
      const short = new RingNearBoxes(ring).within(box) ?? new Float64Array(0);
      expect(short.length).toBeLessThanOrEqual(ring.length);
      const inBox = (edges: readonly string[]) => new Set(edges);
      const kept = inBox(edgesMeeting(short, box));
      for (const edge of edgesMeeting(ring, box)) expect(kept.has(edge)).toBe(true);
      for (const [px, py] of [
        [x + 0.5, y + 0.5],
        [x + 5.25, y + 0.5],
        [x + 3.1, y + 4.5],
      ]) {
        expect(winding(short, px, py)).toBe(winding(ring, px, py));
      }
    }),
    { numRuns: 500 },
  );
});

test("what lies to one side of the box is nothing", () => {
  const ring = Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4, 0, 0);
  expect(new RingNearBoxes(ring).within([5, 0, 6, 1])).toBeUndefined();
  expect(new RingNearBoxes(ring).within([1, 1, 2, 2])).toEqual(ring);
});
