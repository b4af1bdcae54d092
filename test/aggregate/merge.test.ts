import { expect, test } from "vitest";
import { coverOfLayer, groundOfSets, type SetAreas } from "../../src/aggregate/coverFacts.js";
import { keysIn, mergeShares, type Merged, type Share, type ZoneKeys } from "../../src/aggregate/merge.js";
import { Tally } from "../../src/aggregate/tally.js";
import type { CodeColumn } from "../../src/core/layer.js";

/** Two layers numbered through: kommuner 0 and 1, plans 2, 3 and 4; two plans have one key. */
const kommune: ZoneKeys = { name: "kommune", from: 0, to: 2, keys: ["0301", "3201"] };
const plan: ZoneKeys = { name: "plan", from: 2, to: 5, keys: ["1110", "1001", "1110"] };
const layers = [kommune, plan];

test.each([
  ["no polygon of the layer", [2, 3], kommune, []],
  ["one", [0, 3], kommune, ["0301"]],
  ["two of different keys stand in code point order", [0, 2, 3], plan, ["1001", "1110"]],
  ["two of one key are one", [2, 4], plan, ["1110"]],
  ["nothing at all", [], plan, []],
])("keys of a cover set: %s", (_, members, layer, keys) => {
  expect(keysIn(layer, members)).toEqual(keys);
});

/** One row of pieces: ground feature, cover set, m2 in the plane; the ellipsoid's are twice that. */
type Row = readonly [ground: number, cover: number, planM2: number];

function share(values: readonly string[], rows: readonly Row[], members: Share["members"]): Share {
  const terms = ["", ...new Set(values.filter((value) => value !== ""))];
  const column: CodeColumn = { codes: Uint32Array.from(values, (value) => terms.indexOf(value)), terms };
  const pieces = {
    ground: Uint32Array.from(rows, ([ground]) => ground),
    cover: Uint32Array.from(rows, ([, cover]) => cover),
    planM2: Float64Array.from(rows, ([, , m2]) => m2),
    trueM2: Float64Array.from(rows, ([, , m2]) => 2 * m2),
  };
  const own = Float64Array.from(values, (_, f) =>
    rows.filter(([ground]) => ground === f).reduce((sum, [, , m2]) => sum + m2, 0),
  );
  const tally = new Tally(["klasse"]);
  const folded = Float64Array.from(values, (_, f) => (f === 0 ? 0.25 : 0));
  tally.add(
    pieces,
    new Map([["klasse", column]]),
    own,
    own.map((m2) => 2 * m2),
    folded,
  );
  return { tally: tally.toColumns(), members };
}

/** The same cover set has another number in each thread. */
const shares = [
  share(
    ["Skog", "", "Myr"],
    [
      [0, 1, 100],
      [0, 2, 10],
      [1, 0, 7],
      [2, 2, 3],
    ],
    [[], [0], [0, 2, 3]],
  ),
  share(
    ["Myr", "Skog"],
    [
      [0, 1, 5],
      [1, 2, 1000],
      [1, 3, 20],
    ],
    [[], [0, 2, 3], [0], [0, 4, 3]],
  ),
];

const rowsOf = ({ cells }: Merged): (string | number)[][] =>
  Array.from({ length: cells.rowCount }, (_, row) => [
    ...[...cells.classes.values(), ...cells.zones.values()].map(({ codes, terms }) => terms[codes[row]]),
    cells.planM2[row],
    cells.trueM2[row],
  ]);

test("shares of two threads become one table, sorted by its values", () => {
  const merged = mergeShares(shares, ["klasse"], layers);
  expect(rowsOf(merged)).toEqual([
    ["", "", "", 7, 14],
    ["Myr", "0301", "1001|1110", 8, 16],
    ["Skog", "0301", "", 1100, 2200],
    ["Skog", "0301", "1001|1110", 30, 60],
  ]);
  expect(merged.own).toEqual({ planM2: 1145, trueM2: 2290 });
  expect(merged.posted).toEqual(merged.own);
  expect(merged.foldedM2).toBe(0.5);
  expect(merged.groundBySet.get("0,2,3")).toEqual({ planM2: 18, trueM2: 36 });
});

test("the order of shares leaves no trace", () => {
  const there = mergeShares(shares, ["klasse"], layers);
  const back = mergeShares([...shares].reverse(), ["klasse"], layers);
  expect(back.cells).toEqual(there.cells);
});

test("no ground, no rows; no zone layers, no zone columns", () => {
  expect(mergeShares([share([], [], [[]])], ["klasse"], layers).cells.rowCount).toBe(0);
  const stock = mergeShares(
    [
      share(
        ["Skog", "Skog"],
        [
          [0, 0, 1],
          [1, 0, 2],
        ],
        [[]],
      ),
    ],
    ["klasse"],
    [],
  );
  expect(rowsOf(stock)).toEqual([["Skog", 3, 6]]);
});

test("a batch whose columns have the same terms under other codes is the same account", () => {
  const oneWay = mergeShares(
    [
      share(
        ["Skog", "Myr"],
        [
          [0, 0, 1],
          [1, 0, 2],
        ],
        [[]],
      ),
    ],
    ["klasse"],
    [],
  );
  const other = mergeShares(
    [
      share(
        ["Myr", "Skog"],
        [
          [0, 0, 2],
          [1, 0, 1],
        ],
        [[]],
      ),
    ],
    ["klasse"],
    [],
  );
  expect(rowsOf(oneWay)).toEqual(rowsOf(other));
});

/** Plans 2 (100 m2) and 3 (80 m2) share 30 m2; plan 4 (50 m2) has the key of 2 and shares 10 m2 with it. */
const areas: SetAreas = {
  sets: {
    memberStart: Uint32Array.of(0, 0, 1, 2, 4, 5, 7),
    members: Uint32Array.of(2, 3, 2, 3, 4, 2, 4),
  },
  setPlanM2: Float64Array.of(0, 60, 50, 30, 40, 10),
  setTrueM2: Float64Array.of(0, 120, 100, 60, 80, 20),
  ownPlanM2: Float64Array.of(0, 0, 100, 80, 50),
  ownTrueM2: Float64Array.of(0, 0, 200, 160, 100),
};

test("own = union + overlap, by layer and by unit", () => {
  const ground = new Map([
    ["2", { planM2: 55, trueM2: 110 }],
    ["2,3", { planM2: 30, trueM2: 60 }],
  ]);
  const cover = coverOfLayer(plan, areas, groundOfSets(areas.sets, ground));
  expect([cover.own.planM2, cover.union.planM2, cover.overlap.planM2]).toEqual([230, 190, 40]);
  expect(cover.own.trueM2).toBe(cover.union.trueM2 + cover.overlap.trueM2);
  expect(cover.covered).toEqual({ planM2: 85, trueM2: 170 });
  expect(
    cover.units.map(({ key, own, union, covered }) => [key, own.planM2, union.planM2, covered.planM2]),
  ).toEqual([
    ["1001", 80, 80, 30],
    ["1110", 150, 140, 85],
  ]);
});

test("a layer whose polygons stand in no set owns what it owns and covers nothing", () => {
  const cover = coverOfLayer(kommune, areas, groundOfSets(areas.sets, new Map()));
  expect(cover.union.planM2).toBe(0);
  expect(cover.units.map(({ key }) => key)).toEqual(["0301", "3201"]);
});
