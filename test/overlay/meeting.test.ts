import fc from "fast-check";
import { expect, test } from "vitest";
import { measureFor } from "../../src/overlay/measure.js";
import { findNodes, type NodePart } from "../../src/overlay/nodes.js";
import { draftZones, firstRound, nextRound, type ZoneDraft } from "../../src/overlay/zones.js";
import { boxRing, layerOf, polygon } from "../kernels/layers.js";
import { latticeScene } from "../oracle/lattice.js";

const measure = measureFor(25833);

/** Nodes and tangles of all rounds. `seen` is what the index is taken to know of edges that meet. */
function nodesOf(draft: ZoneDraft, seen: (draft: ZoneDraft) => Uint8Array): NodePart[] {
  const parts: NodePart[] = [];
  for (let round = [firstRound(draft)]; round.length > 0;) {
    const [{ draft: known, rings }] = round;
    const part = findNodes({ ...known, meets: seen(known) }, rings, measure);
    parts.push(part);
    const next = nextRound(known, [part]);
    round = next === undefined ? [] : [next];
  }
  return parts;
}

test("edges that meet none have no node: walking them all finds the same", () => {
  fc.assert(
    fc.property(latticeScene, ({ ground, zones }) => {
      const draft = draftZones([layerOf("a", zones), layerOf("b", ground)], measure);
      const all = nodesOf(draft, ({ meets }) => meets.map(() => 1));
      expect(nodesOf(draft, ({ meets }) => meets)).toEqual(all);
    }),
    { seed: 31, numRuns: 150 },
  );
});

test("of two neighbours only the edges at the ends of their border are looked at", () => {
  const sawtooth = Array.from({ length: 9 }, (_, i): [number, number] => [10 + (i % 2), 2 * i]);
  const west = polygon([[0, 0], ...sawtooth, [0, 16], [0, 0]]);
  const east = polygon([[20, 0], [20, 16], ...[...sawtooth].reverse(), [20, 0]]);
  const { meets, twin } = draftZones([layerOf("a", [west, east])], measure);
  const border = Array.from({ length: 8 }, (_, i) => 1 + i);
  expect(border.every((e) => twin[e] !== 0xffffffff)).toBe(true);
  expect(border.filter((e) => meets[e] === 1)).toEqual([1, 8]);
});

test("an edge that another layer's border touches is looked at, and so is its twin", () => {
  const boxes = [polygon(boxRing(0, 0, 10, 10)), polygon(boxRing(10, 0, 20, 10))];
  const across = polygon(boxRing(5, 4, 15, 6));
  const { meets, twin } = draftZones([layerOf("a", boxes), layerOf("b", [across])], measure);
  const shared = twin.findIndex((mate) => mate !== 0xffffffff);
  expect([meets[shared], meets[twin[shared]]]).toEqual([1, 1]);
});
