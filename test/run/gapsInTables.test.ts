/** fixtures/plan/plan-over-a-gap in every table that tells of uncovered ground; its README has the sums. */
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { jsonStat } from "../../src/report/jsonStat.js";
import { statisticsBasis } from "../../src/report/statisticsBasis.js";
import { localiseTable, translator } from "../../src/report/localise.js";
import { cubeOf } from "../../src/report/tableCube.js";
import { planRequestOf } from "../../src/run/planSettings.js";
import { receiptOf } from "../../src/run/receipt.js";
import { checkSettings } from "../../src/run/settings.js";
import { runStatistics, type Statistics } from "../../src/run/statistics.js";
import { cellsBehind } from "../../src/tables/cellsBehind.js";
import { repairRows } from "../../src/tables/reparasjon.js";
import type { CoverUnknown, RepairOption } from "../../src/tables/repairFacts.js";
import type { Table } from "../../src/tables/table.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { accounted, rules } from "./accounted.js";

const story = (file: string): string =>
  fileURLToPath(new URL(`../../fixtures/plan/plan-over-a-gap/${file}`, import.meta.url));
const kommuner = { name: "kommuner", path: story("kommuner.geojson") };
const kretser = { name: "kretser", path: story("kretser.geojson") };

const settings = checkSettings(parseYaml(readFileSync(story("kjoring.yaml"), "utf8")), "kjoring.yaml");
const request = planRequestOf(settings, rules)!;
const plan = { ...request, files: request.files.map((file) => ({ ...file, path: story(file.path) })) };

const planned = (repair: RepairOption) =>
  accounted({
    grunnkart: { path: story("grunnkart.geojson") },
    classes: ["arealdekkeNiva1"],
    units: [kommuner],
    plan,
    repair,
  });

/** Figures of a column in all rows, by the texts of some others. */
function figures(table: Table, by: readonly string[], column: string): Record<string, number> {
  const at = (id: string): number => table.columns.findIndex((one) => one.id === id);
  return Object.fromEntries(
    table.rows.map((row) => [
      by.map((id) => row[at(id)]).join(" "),
      Math.round(1e4 * Number(row[at(column)])) / 1e4,
    ]),
  );
}
const tableOf = ({ tables }: { readonly tables: readonly Table[] }, id: string): Table =>
  tables.find((table) => table.id === id)!;

describe("T3", () => {
  test("repaired in full: the lake has its ground once, the gap is too wide to fill and stays", async () => {
    const made = await planned("full");
    const sums = figures(tableOf(made, "T3-gjeldende"), ["rad", "kode"], "sum");
    expect(sums).toEqual({
      "formal 1110": 480,
      "utenFormal ": 1480,
      "udekket ": 100,
      "hull ": 40,
      "sum ": 2100,
    });
    const future = figures(tableOf(made, "T3-gjeldende"), ["rad"], "framtidig");
    expect(future).toMatchObject({ formal: 480, hull: 20, sum: 500 });
    expect(made.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("nobody looked: no such rows, and what is uncovered is what the classes leave of the unit", async () => {
    const made = await planned("off");
    const sums = figures(tableOf(made, "T3-gjeldende"), ["rad", "kode"], "sum");
    expect(sums).toEqual({ "formal 1110": 530, "utenFormal ": 1530, "udekket ": 40, "sum ": 2100 });
    expect(tableOf(made, "T4-serie-1-2-arealdekkeNiva1").rows.map((row) => row[2])).toEqual([
      "formal",
      "sum",
    ]);
  });

  test("without units the whole ground is the one unit, with its gap", async () => {
    const made = await accounted({
      grunnkart: { path: story("grunnkart.geojson") },
      classes: ["arealdekkeNiva1"],
      plan,
      repair: "safe",
    });
    const sums = figures(tableOf(made, "T3-gjeldende"), ["rad", "kode"], "sum");
    expect(sums).toEqual({
      "formal 1110": 530,
      "utenFormal ": 1530,
      "hull ": 40,
      "dobbelt ": -100,
      "sum ": 2000,
    });
    expect(made.checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});

test.runIf(haveOutsideData)(
  "real ground in kommuner: gaps and overlaps are those that another library measured, also where they are divided",
  async () => {
    const made = await accounted({
      grunnkart: { path: outside("data/admin/grunnkretser_asker_baerum_2018_25833.geojson") },
      classes: ["kommunenummer"],
      units: [{ name: "kommune", path: outside("data/admin/n1000_kommune_25833.fgb") }],
      repair: "safe",
    });
    const whole = figures(tableOf(made, "T1-kommunenummer"), ["rad", "kode"], "arealM2");
    expect(Math.round(whole["hull "])).toBe(521_289); // GEOS, the data's own README
    expect(Math.round(whole["dobbelt "])).toBe(-488_360);
    const byUnit = figures(tableOf(made, "T1-kommunenummer-kommune"), ["rad", "enhet"], "arealM2");
    for (const rad of ["hull", "dobbelt"]) {
      const parts = Object.entries(byUnit).filter(([key]) => key.startsWith(`${rad} `));
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.reduce((sum, [, m2]) => sum + m2, 0)).toBeCloseTo(whole[`${rad} `], 2);
    }
    expect(made.checks.filter(({ ok }) => !ok)).toEqual([]);
  },
);

test("a proposal for a part lies over the gap as the plan in force does where it has no area", async () => {
  const [current] = plan.files;
  const ny = { ...plan, files: [current, { ...current, role: "ny" as const }] };
  const made = await accounted({
    grunnkart: { path: story("grunnkart.geojson") },
    classes: ["arealdekkeNiva1"],
    units: [kommuner],
    plan: ny,
    repair: "safe",
  });
  const future = figures(tableOf(made, "T3-ny"), ["rad"], "framtidig");
  expect(future).toMatchObject({ formal: 530, hull: 20, dobbelt: -50, sum: 500 });
  expect(made.checks.filter(({ id }) => id === "planBalance").map(({ ok }) => ok)).toEqual([true, true]);
});

test("every figure of T1, T3 and T4 is explained, those of gaps and double cover too", async () => {
  const { facts, tables } = await planned("safe");
  let explained = 0;
  for (const table of tables.filter(({ id }) => /^T(1|3|4)-/.test(id))) {
    const texts = table.columns.flatMap(({ kind }, c) => (kind === "text" ? [c] : []));
    for (const row of table.rows) {
      const name = new Map(texts.map((c) => [table.columns[c].id, String(row[c])]));
      for (const [c, { id, kind }] of table.columns.entries()) {
        if (kind !== "area" || typeof row[c] !== "number" || id === "striper") continue;
        const behind = cellsBehind(facts, rules, tables, { table: table.id, row: name, column: id });
        expect(Number.isFinite(behind.m2)).toBe(true);
        explained++;
      }
    }
  }
  expect(explained).toBeGreaterThan(100);
});

describe.each(["kartplan", "ellipsoide"] as const)("statistics in %s", (measure) => {
  const run = (repair?: RepairOption): Promise<Statistics> =>
    runStatistics(
      {
        years: [{ year: "2025", path: story("grunnkart.geojson") }],
        classField: "arealdekkeNiva1",
        units: [kommuner, kretser],
        measure,
        date: "2024-01-01",
        cubeUnit: "m2",
        workers: 0,
        ...(repair !== undefined && { repair }),
      },
      rules,
    );
  /** The ellipsoid is within 0.5 % of the map here. */
  const near = (m2: number, dueM2: number): void =>
    expect(Math.abs(m2 - dueM2)).toBeLessThanOrEqual(measure === "kartplan" ? 1e-3 : 0.005 * Math.abs(dueM2));

  test("T12 has classes of their own for them, in every region, and all classes are the kommune", async () => {
    const made = await run("safe");
    const amounts = figures(tableOf(made, "T12-arealdekkeNiva1"), ["region", "klasse"], "verdi");
    near(amounts["0301 udekket"], 100_000);
    near(amounts["0301 hull"], 40_000);
    near(amounts["0301 dobbelt"], -100_000);
    near(amounts["03 hull"], 40_000); // Oslo is a fylke of one kommune
    const all = Object.entries(amounts).filter(([key]) => key.startsWith("0301 "));
    near(
      all.reduce((sum, [, m2]) => sum + m2, 0),
      2_100_000,
    );
    expect(made.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("T13 has them in every krets, delområde and kommune", async () => {
    const made = await run("safe");
    const amounts = figures(
      tableOf(made, "T13-arealdekkeNiva1-kretser"),
      ["niva", "grunnkrets", "kode"],
      "arealM2",
    );
    for (const [key, dueM2] of [
      ["grunnkrets 03010101 hull", 20_000],
      ["grunnkrets 03010101 dobbelt", 0],
      ["grunnkrets 03010102 hull", 20_000],
      ["grunnkrets 03010102 dobbelt", -100_000],
      ["delområde  hull", 40_000],
      ["kommune  hull", 40_000],
      ["kommune  dobbelt", -100_000],
    ] as const)
      near(amounts[key], dueM2);
    const [{ uncoveredM2, gapM2, doubledM2 }] = made.balance;
    near(uncoveredM2, 100_000);
    near(gapM2, 40_000);
    near(doubledM2, 100_000);
    const held = made.checks.filter(({ id }) => id === "kretsUnits");
    expect(held).toHaveLength(1);
    near(held[0].expectedM2, 2_100_000);
  });

  test("nobody looked: neither table has them", async () => {
    const made = await run();
    for (const { rows } of made.tables)
      expect(rows.flat().filter((value) => value === "hull" || value === "dobbelt")).toEqual([]);
    near(made.balance[0].uncoveredM2, 40_000);
  });
});

test("cubes for machines have them, and tables in the other languages say them in their words", async () => {
  const made = await runStatistics(
    {
      years: [{ year: "2025", path: story("grunnkart.geojson") }],
      classField: "arealdekkeNiva1",
      units: [kommuner, kretser],
      measure: "kartplan",
      date: "2024-01-01",
      workers: 0,
      repair: "safe",
    },
    rules,
  );
  const basis = statisticsBasis("0", made, "2024-01-01", rules);
  for (const id of ["T12-arealdekkeNiva1", "T13-arealdekkeNiva1-kretser"]) {
    const cube = cubeOf(tableOf(made, id))!;
    const text = jsonStat(cube, { language: "nb", basis, resultSha256: "" });
    const { dimension } = JSON.parse(text) as {
      dimension: { klasse: { category: { label: Record<string, string> } } };
    };
    expect(dimension.klasse.category.label).toMatchObject({
      hull: "Hull i grunnkartet",
      dobbelt: "Dobbeltdekning",
    });
    const english = localiseTable(tableOf(made, id), basis.fields, "en", translator(rules.phrases, "en"));
    const words = new Set(english.rows.flat());
    expect(words.has("Gaps in the ground map")).toBe(true);
    expect(words.has("Hull i grunnkartet")).toBe(false);
  }
});

describe("T14", () => {
  const looked = async (repair: RepairOption) =>
    tableOf(await planned(repair), "T14").rows.filter(([, nokkel]) => nokkel === "hull og dobbeltdekning");

  test("says that nobody looked for gaps and double cover with repair off", async () => {
    expect(await looked("off")).toEqual([["Grunnkart", "hull og dobbeltdekning", "ikke sett etter", ""]]);
  });

  test.each<RepairOption>(["safe", "full"])("does not say it with repair %s", async (repair) => {
    expect(await looked(repair)).toEqual([]);
  });
});

test("where borders could not be divided, T14 and the receipt say so; where nobody looked, the receipt says nothing", async () => {
  const { facts } = await planned("off");
  const receipt = (coverUnknown: CoverUnknown): unknown => {
    const told = { ...facts, coverUnknown };
    const run = {
      version: "0",
      settings,
      facts: told,
      checks: [],
      written: [],
      references: [],
      isOneOfMany: false,
    };
    return (JSON.parse(receiptOf(run)) as { coverage?: unknown }).coverage;
  };
  expect(receipt("notNoded")).toBe("ukjent");
  expect(receipt("notLooked")).toBeUndefined();
  const rows = repairRows({ ...facts, coverUnknown: "notNoded" });
  expect(rows).toEqual([["Grunnkart", "hull og dobbeltdekning", "lar seg ikke telle", ""]]);
});
