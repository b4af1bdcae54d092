import fc from "fast-check";
import { expect, test } from "vitest";
import type { Bbox } from "../../src/core/layer.js";
import { Places } from "../../src/repair/neighbourhood.js";
import { layerOf, polygon } from "./cases.js";

/** A star round a point, so that no border crosses itself. */
const star = fc
  .record({
    x: fc.nat(20),
    y: fc.nat(20),
    radii: fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 3, maxLength: 9 }),
  }) // prettier-ignore
  .map(({ x, y, radii }) => {
    const corners = radii.map((radius, i) => {
      const angle = 0.1 + (2 * Math.PI * i) / radii.length;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    });
    return [...corners, corners[0]];
  });
const place = fc
  .record({ x: fc.nat(30), y: fc.nat(30), width: fc.nat(4), height: fc.nat(4) })
  .map(({ x, y, width, height }): Bbox => [x, y, x + width, y + height]);

/** Does the box of an edge meet a place, or does the place's lower left corner lie within? */
function isReached(ring: readonly (readonly number[])[], [minX, minY, maxX, maxY]: Bbox): boolean {
  let isInside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax, ay, bx, by] = [...ring[i], ...ring[i + 1]];
    if (Math.min(ax, bx) <= maxX && Math.max(ax, bx) >= minX && Math.min(ay, by) <= maxY && Math.max(ay, by) >= minY)
      return true; // prettier-ignore
    if (ay > minY !== by > minY && ax + ((minY - ay) / (by - ay)) * (bx - ax) < minX) isInside = !isInside;
  }
  return isInside;
}

test("a polygon has a part in the places its edges reach into, and in those within it, be they few or many", () => {
  fc.assert(
    fc.property(star, fc.array(place, { minLength: 1, maxLength: 20 }), (ring, boxes) => {
      const places = new Places(boxes);
      const layer = layerOf(polygon(ring));
      const reached = boxes.map((_, i) => i).filter((i) => isReached(ring, places.boxes[i]));
      expect([...places.reachedBy(layer, 0)].sort((a, b) => a - b)).toEqual(reached);
      expect(places.isReachedBy(layer, 0)).toBe(reached.length > 0);
    }),
  );
});
