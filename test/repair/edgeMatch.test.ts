import fc from "fast-check";
import { expect, test } from "vitest";
import { looseEdges } from "../../src/repair/edgeMatch.js";
import { layerOf, polygon } from "./cases.js";

type Ring = number[][];

/** The same by a table of texts: how often more each segment is run one way than back. */
function byText(rings: readonly Ring[]): string[] {
  const times = new Map<string, number>();
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [from, to] = [ring[i].join(" "), ring[i + 1].join(" ")];
      if (from === to) continue;
      times.set(`${from} ${to}`, (times.get(`${from} ${to}`) ?? 0) + 1);
      times.set(`${to} ${from}`, (times.get(`${to} ${from}`) ?? 0) - 1);
    }
  }
  return [...times].flatMap(([edge, count]) => Array.from({ length: Math.max(0, count) }, () => edge)).sort();
}

function loose(rings: readonly Ring[]): string[] {
  const { ends, count } = looseEdges(layerOf(polygon(...rings)));
  expect(ends).toHaveLength(4 * count);
  return Array.from({ length: count }, (_, e) => ends.subarray(4 * e, 4 * e + 4).join(" ")).sort();
}

test("of rings that run along each other either way, more or less often, what is left is what does not cancel", () => {
  const corner = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
  const ring = fc
    .array(corner, { minLength: 3, maxLength: 12 })
    .map((points): Ring => [...points, points[0]]);
  const again = fc.record({ which: fc.nat(100), isBack: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(ring, { minLength: 1, maxLength: 8 }),
      fc.array(again, { maxLength: 8 }),
      (own, more) => {
        const rings = [...own];
        for (const { which, isBack } of more) {
          const one = own[which % own.length];
          rings.push(isBack ? [...one].reverse() : one);
        }
        expect(loose(rings)).toEqual(byText(rings));
      },
    ),
    { numRuns: 500 },
  );
});

test("a net of cells leaves its outer border, however many stand open at a time", () => {
  const side = 120;
  const rings: Ring[] = [];
  for (let x = 0; x < side; x++) {
    for (let y = 0; y < side; y++) rings.push([[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]); // prettier-ignore
  }
  const order = rings.map((_, i) => (i * 7919) % rings.length); // far from each other in the file
  const left = loose(order.map((i) => rings[i]));
  expect(left).toHaveLength(4 * side);
  expect(left).toEqual(byText(rings));
});
