import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laidOver, rulers, type PlanArea, type PlanMode } from "../../src/aggregate/precedence.js";
import { cellsOf } from "../tables/invented.js";
import { planArea } from "../tables/plans.js";

/** Cells of 1 m2 each; a row names the areas over it, by layer. */
const cells = (layers: readonly string[], rows: readonly (readonly string[])[]) =>
  cellsOf([["klasse", ...layers, "p", "t"], ...rows.map((row) => ["skog", ...row, "1", "1"])], layers);

const ruling = (areas: readonly PlanArea[], mode: PlanMode, set: readonly string[]): string | undefined => {
  const found = rulers(cells(["plan"], [[set.join("|")]]), [{ layer: "plan", areas }], mode);
  return found.areas[found.column.codes[0]]?.key;
};

describe("who rules", () => {
  const dated = (key: string, dato: string, more: Partial<PlanArea> = {}) =>
    planArea(key, "1110", { dato, planId: key, ...more });
  const old = dated("old", "1999-01-01");
  const young = dated("young", "2020-01-01");
  const undated = dated("undated", "");
  const zoning = dated("zoning", "1985-01-01", { family: "reguleringsplan" });

  test.each<[string, PlanMode, readonly PlanArea[], string]>([
    ["the newer", "kp", [old, young], "young"],
    ["the dated before the undated", "kp", [undated, old], "old"],
    ["in a mosaic, a zoning plan however old", "mosaikk", [young, zoning], "zoning"],
    ["between plans of one day, the first plan id", "kp", [dated("b", ""), dated("a", "")], "a"],
    ["alone, whoever is there", "kp", [undated], "undated"],
  ])("%s", (_, mode, areas, key) => {
    const keys = areas.map((area) => area.key).sort();
    expect(ruling(areas, mode, keys)).toBe(key);
    expect(ruling([...areas].reverse(), mode, keys)).toBe(key);
  });

  test("contests tell who gives way, and how much", () => {
    const set = ["old", "undated", "young"].join("|");
    const found = rulers(
      cells(["plan"], [[set], [set], ["old"], [""]]),
      [{ layer: "plan", areas: [old, young, undated] }],
      "kp",
    );
    expect(found.contests).toEqual([{ winner: young, losers: [old, undated], planM2: 2, trueM2: 2 }]);
    expect(Array.from(found.column.codes, (code) => found.areas[code]?.key)).toEqual([
      "young",
      "young",
      "old",
      undefined,
    ]);
  });

  test("areas of several layers compete as of one", () => {
    const layers = [
      { layer: "kp", areas: [old] },
      { layer: "kdp", areas: [young] },
    ];
    const found = rulers(
      cells(
        ["kp", "kdp"],
        [
          ["old", "young"],
          ["old", ""],
        ],
      ),
      layers,
      "kp",
    );
    expect(Array.from(found.column.codes, (code) => found.areas[code]?.key)).toEqual(["young", "old"]);
  });

  test("a plan laid over another leaves the rest as it was", () => {
    const table = cells(
      ["a", "b"],
      [
        ["old", "young"],
        ["old", ""],
        ["", ""],
        ["", "young"],
      ],
    );
    const under = rulers(table, [{ layer: "a", areas: [old] }], "kp");
    const over = rulers(table, [{ layer: "b", areas: [young] }], "kp");
    const both = laidOver(over, under);
    expect(Array.from(both.column.codes, (code) => both.areas[code]?.key)).toEqual([
      "young",
      "old",
      undefined,
      "young",
    ]);
    expect(both.column.terms).toHaveLength(both.areas.length);
  });
});

const anyArea = fc
  .record({
    dato: fc.constantFrom("", "1999-01-01", "2010-05-05", "2020-01-01"),
    planId: fc.constantFrom("A", "B", "C"),
    family: fc.constantFrom("kommuneplan", "reguleringsplan"),
  })
  .map(({ dato, planId, family }) => ({ dato, planId, family }) as const);

test("who rules a set does not depend on who else there is, nor on the order of areas", () => {
  const mode = fc.constantFrom<PlanMode>("kp", "mosaikk");
  fc.assert(
    fc.property(fc.array(anyArea, { minLength: 1, maxLength: 8 }), mode, (drawn, how) => {
      const areas = drawn.map((more, i) => planArea(`k${i}`, "1110", { ...more, lokalId: `k${i}` }));
      const keys = areas.map(({ key }) => key).sort();
      const all = ruling(areas, how, keys);
      expect(ruling([...areas].reverse(), how, keys)).toBe(all);
      // The winner of all is the winner of every pair it stands in: the order is one order.
      for (const key of keys.filter((one) => one !== all)) {
        expect(ruling(areas, how, [all!, key].sort())).toBe(all);
      }
    }),
  );
});
