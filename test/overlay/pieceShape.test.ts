import fc from "fast-check";
import { expect, test } from "vitest";
import { type Layer, LayerBuilder } from "../../src/core/layer.js";
import { EdgesByNorthing, mayBeNarrower, pieceWidth, placeInBoth } from "../../src/overlay/pieceShape.js";

type Point = readonly [number, number];
const polygon = (...rings: (readonly Point[])[]): { layer: Layer; feature: number } => {
  const builder = new LayerBuilder("a", 25833, []);
  for (const ring of rings) builder.ring([...ring, ring[0]].flat());
  builder.endPart();
  builder.endFeature([]);
  return { layer: builder.build(), feature: 0 };
};
const EAST = 260_000;
const NORTH = 6_650_000;
const boxOf = (x0: number, y0: number, x1: number, y1: number): Point[] =>
  [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(([x, y]) => [EAST + x, NORTH + y]); // prettier-ignore

test.each([
  ["crossing boxes", boxOf(0, 0, 10, 10), boxOf(8, -5, 20, 15), 20, 24],
  ["one inside the other", boxOf(0, 0, 10, 10), boxOf(2, 2, 4, 9), 14, 18],
  ["a common border on one side", boxOf(0, 0, 10, 10), boxOf(0, 0, 1, 10), 10, 22],
  ["the same box", boxOf(0, 0, 10, 10), boxOf(0, 0, 10, 10), 100, 40],
  ["a strip of one metre", boxOf(0, 0, 10, 1000), boxOf(9, 0, 20, 1000), 1000, 2002],
])("%s: 2 x area / perimeter", (_, a, b, area, perimeter) => {
  expect(pieceWidth(polygon(a), polygon(b), area)).toBeCloseTo((2 * area) / perimeter, 6);
  expect(pieceWidth(polygon(b), polygon([...a].reverse()), area)).toBeCloseTo((2 * area) / perimeter, 6);
});

test("a hole's border counts, and neighbours have no width in common", () => {
  const withHole = polygon(boxOf(0, 0, 10, 10), boxOf(4, 4, 6, 6).reverse());
  expect(pieceWidth(withHole, polygon(boxOf(0, 0, 5, 10)), 48)).toBeCloseTo(
    (2 * 48) / (10 + 5 + 5 + 10 - 2 + 4),
    6,
  );
  expect(pieceWidth(polygon(boxOf(0, 0, 10, 10)), polygon(boxOf(10, 0, 20, 10)), 0)).toBe(0);
  expect(pieceWidth(polygon(boxOf(0, 0, 10, 10)), polygon(boxOf(30, 0, 40, 10)), 0)).toBe(0);
});

test("boxes anywhere: the width is that of their intersection, the place is inside, and no narrow one is missed", () => {
  const side = fc.integer({ min: 0, max: 40 });
  const boxes = fc.tuple(side, side, side, side).filter(([x0, y0, x1, y1]) => x0 < x1 && y0 < y1);
  fc.assert(
    fc.property(boxes, boxes, (p, q) => {
      const [w, h] = [0, 1].map((k) => Math.min(p[k + 2], q[k + 2]) - Math.max(p[k], q[k]));
      const [a, b] = [polygon(boxOf(...p)), polygon(boxOf(...q))];
      if (w <= 0 || h <= 0) {
        expect(placeInBoth(a, b)).toBe(undefined);
        return;
      }
      const width = (w * h) / (w + h);
      expect(pieceWidth(a, b, w * h)).toBeCloseTo(width, 6);
      expect(mayBeNarrower(a, b, w * h, width + 1e-6)).toBe(true);
      const byNorthing = { ...b, edges: new EdgesByNorthing(b) };
      expect(pieceWidth(a, byNorthing, w * h)).toBe(pieceWidth(a, b, w * h));
      const [x, y] = placeInBoth(a, b)!;
      expect(x > EAST + Math.max(p[0], q[0]) && x < EAST + Math.min(p[2], q[2])).toBe(true);
      expect(y > NORTH + Math.max(p[1], q[1]) && y < NORTH + Math.min(p[3], q[3])).toBe(true);
    }),
  );
});
