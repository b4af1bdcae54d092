import { expect, test } from "vitest";
import { LayerBuilder } from "../../src/core/layer.js";
import { leastApart } from "../../src/overlay/contact.js";
import { measureFor } from "../../src/overlay/measure.js";
import { indexZones } from "../../src/overlay/zones.js";

type Ring = readonly (readonly [number, number])[];

/** Ranks of polygons of one layer, one polygon each of the given rings (shell, then holes). */
function ranksOf(...polygons: readonly (readonly Ring[])[]): number[] {
  const builder = new LayerBuilder("soner", 25833, []);
  for (const rings of polygons) {
    for (const ring of rings) builder.ring([...ring, ring[0]].flat());
    builder.endPart();
    builder.endFeature([]);
  }
  return [...indexZones([builder.build()], measureFor(25833)).rankOf];
}

const box = (x: number, y: number, width: number, height: number): Ring => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];
const turned = (ring: Ring): Ring => [...ring].reverse();
const left = box(0, 0, 10, 10);

test.each<[string, Ring[], Ring[]]>([
  ["neighbours", [left], [box(10, 0, 10, 10)]],
  ["neighbours, one stored the other way", [left], [turned(box(10, 0, 10, 10))]],
  ["neighbours, both stored clockwise", [turned(left)], [turned(box(10, 0, 10, 10))]],
  ["apart", [left], [box(20, 0, 10, 10)]],
  ["a common corner", [left], [box(10, 10, 10, 10)]],
  ["a lake in a hole", [box(-10, -10, 30, 30), turned(left)], [left]],
  ["an island in a hole, apart from its edge", [box(-20, -20, 50, 50), box(-5, -5, 20, 20)], [left]],
  ["a corner in a notch", [[[0, 0], [10, 0], [5, 5], [10, 10], [0, 10]]], [[[5, 5], [10, 0], [10, 10]]]], // prettier-ignore
])("%s: one rank", (_, a, b) => {
  expect(ranksOf(a, b)).toEqual([0, 0]);
  expect(ranksOf(b, a)).toEqual([0, 0]);
});

test.each<[string, Ring[], Ring[]]>([
  ["overlap", [left], [box(5, 5, 10, 10)]],
  ["one in the other", [box(-10, -10, 30, 30)], [left]],
  ["one in the other, from a common corner", [box(0, 0, 30, 30)], [left]],
  ["twice the same", [left], [left]],
  ["twice the same, the other way round", [left], [turned(left)]],
  ["a vertex inside the neighbour's edge", [left], [box(10, 5, 10, 10)]],
  ["sectors that overlap at a common corner", [[[0, 0], [10, 5], [0, 10]]], [[[10, 5], [0, 8], [-5, 5]]]], // prettier-ignore
  ["an edge in common, on one side of it", [left], [[[0, 0], [10, 0], [20, 20]]]], // prettier-ignore
])("%s: a rank of its own for one of them", (_, a, b) => {
  expect(new Set(ranksOf(a, b)).size).toBe(2);
  expect(new Set(ranksOf(b, a)).size).toBe(2);
});

test("of a partition and an area across it, the area goes apart", () => {
  const partition = [left, box(10, 0, 10, 10), box(0, 10, 10, 10), box(10, 10, 10, 10)];
  expect(ranksOf(...partition.map((ring) => [ring]), [box(5, 5, 10, 10)])).toEqual([0, 0, 0, 0, 5 + 4]);
});

test("the cheapest zones per tangle go apart, and no more than needed", () => {
  const work = [100, 4, 4, 50];
  expect(leastApart([[0, 1], [0, 2], [1, 3], [2, 3]], (zone) => work[zone])).toEqual([1, 2]); // prettier-ignore
  expect(leastApart([], () => 1)).toEqual([]);
});

test("a pair told twice, as two threads do that meet it from either side, counts once", () => {
  // By pairs, zone 1 costs 4 a tangle and zone 2 costs 3.
  const work = [100, 8, 3, 9];
  const pairs: [number, number][] = [[0, 1], [1, 3], [0, 2]]; // prettier-ignore
  expect(leastApart([...pairs, [0, 1], [1, 3], [1, 3]], (zone) => work[zone])).toEqual(
    leastApart(pairs, (zone) => work[zone]),
  );
});
