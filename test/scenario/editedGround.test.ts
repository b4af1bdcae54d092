/** An edit recomputes the ground it touches; the account is that of a full run, bit for bit. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeShares, shareOf, type Merged } from "../../src/aggregate/merge.js";
import { Tally } from "../../src/aggregate/tally.js";
import { bboxOf, featureCount, type Layer } from "../../src/core/layer.js";
import { featureBox, subsetOf } from "../../src/core/subset.js";
import { CoverKernel } from "../../src/overlay/kernel.js";
import { indexZones } from "../../src/overlay/zones.js";
import { EditedGround, type BaseGround } from "../../src/scenario/editedGround.js";
import { boxRing, layerOf, polygon, type Ring } from "../kernels/layers.js";
import { madeBase } from "./made.js";

const base = madeBase(300, 40);
const [minX, minY, maxX, maxY] = bboxOf(base.ground.xy, 0, base.ground.xy.length / 2);

/** The account as text: every digit of every cell. */
const written = ({ cells, own, posted, foldedM2, groundBySet }: Merged): string =>
  JSON.stringify({
    own,
    posted,
    foldedM2,
    ground: [...groundBySet].sort(),
    columns: [...cells.classes, ...cells.zones].map(([name, { codes, terms }]) => [
      name,
      Array.from(codes, (c) => terms[c]),
    ]),
    plan: [...cells.planM2],
    real: [...cells.trueM2],
  });

/** A run as `account` makes it: one index of base and edits, one pass over all ground. */
function fullRun(
  { ground, fields, zones, measure }: BaseGround,
  edits: readonly Layer[],
  like: EditedGround,
): Merged {
  const kernel = new CoverKernel(
    indexZones([...zones.map(({ layer }) => layer), ...edits], measure),
    measure,
  );
  const { pieces, ownPlanM2, ownTrueM2, foldedM2 } = kernel.overlay(ground);
  const tally = new Tally(fields);
  tally.add(pieces, ground.columns, ownPlanM2, ownTrueM2, foldedM2);
  return mergeShares([shareOf(tally.toColumns(), (set) => kernel.members(set))], fields, like.zoneKeys());
}

/** Places as shares of the ground's box; whole metres, so that some borders meet. */
const share = fc.double({ min: -0.05, max: 1.05, noNaN: true });
const across = (s: number): number => Math.round(minX + s * (maxX - minX));
const up = (s: number): number => Math.round(minY + s * (maxY - minY));
const box = fc
  .record({
    x: share,
    y: share,
    width: fc.integer({ min: 1, max: 900 }),
    height: fc.integer({ min: 1, max: 900 }),
  })
  .map(({ x, y, width, height }): Ring => boxRing(across(x), up(y), across(x) + width, up(y) + height));
const star = fc
  .record({
    x: share,
    y: share,
    radii: fc.array(fc.integer({ min: 20, max: 700 }), { minLength: 3, maxLength: 9 }),
  })
  .map(({ x, y, radii }): Ring => {
    const ring = radii.map((radius, i) => {
      const angle = (2 * Math.PI * i) / radii.length;
      return [across(x) + radius * Math.cos(angle), up(y) + radius * Math.sin(angle)];
    });
    return [...ring, ring[0]];
  });
const drawn = fc.oneof(box, star).map((ring) => layerOf("edit", [polygon(ring)]));
/** What users draw most: exactly along a border that is there, of the ground or of a plan area. */
const copied = fc
  .record({
    from: fc.constantFrom(base.ground, ...base.zones.slice(1).map(({ layer }) => layer)),
    at: fc.nat(),
  })
  .map(({ from, at }) => subsetOf(from, [at % featureCount(from)]));
const edits = fc.array(fc.oneof(drawn, copied), { minLength: 1, maxLength: 8 });

test("without edits the account is that of a full run", () => {
  const edited = new EditedGround(base);
  expect(written(edited.merged())).toBe(written(fullRun(base, [], edited)));
});

const unedited = written(new EditedGround(base).merged());

test("edits laid one by one, all at once, and in a full run give the same bytes", () => {
  fc.assert(
    fc.property(edits, (laid) => {
      const oneByOne = new EditedGround(base);
      for (const edit of laid) oneByOne.lay([edit]);
      const full = written(fullRun(base, laid, oneByOne));
      expect(written(oneByOne.merged())).toBe(full);
      const atOnce = new EditedGround(base);
      atOnce.lay(laid);
      expect(written(atOnce.merged())).toBe(full);
      atOnce.everything();
      expect(written(atOnce.merged())).toBe(full);
      atOnce.clear();
      expect(written(atOnce.merged())).toBe(unedited);
    }),
    { seed: 77, numRuns: 25 },
  );
}, 120_000);

test("only ground whose box meets the edit's is touched", () => {
  const edited = new EditedGround(base);
  const small = subsetOf(base.ground, [150]);
  const touched = edited.lay([small]);
  const [left, bottom, right, top] = featureBox(small, 0);
  const near = Array.from({ length: featureCount(base.ground) }, (_, f) => featureBox(base.ground, f)).filter(
    (b) => b[0] <= right && b[2] >= left && b[1] <= top && b[3] >= bottom,
  );
  expect(touched).toBe(near.length);
  expect(touched).toBeLessThan(featureCount(base.ground) / 4);
});

test("an edit beside all ground changes nothing but the list of edits", () => {
  const edited = new EditedGround(base);
  const before = edited.merged();
  expect(edited.lay([layerOf("edit", [polygon(boxRing(minX - 50, minY - 50, minX - 10, minY - 10))])])).toBe(
    0,
  );
  expect([...edited.merged().cells.planM2]).toEqual([...before.cells.planM2]);
});

test("an edit that crosses itself is refused by its name, and nothing is laid", () => {
  const edited = new EditedGround(base);
  const [x, y] = [(minX + maxX) / 2, (minY + maxY) / 2];
  const bow = layerOf("edit", [
    polygon([
      [x, y],
      [x + 500, y + 500],
      [x + 500, y],
      [x, y + 500],
      [x, y],
    ]),
  ]);
  expect(() => edited.lay([bow], [{ layer: "A", feature: "sløyfe" }])).toThrow(
    /A, feature sløyfe.*crosses itself/,
  );
  expect(written(edited.merged())).toBe(unedited);
  expect(edited.lay([subsetOf(base.ground, [3])])).toBeGreaterThan(0);
});
