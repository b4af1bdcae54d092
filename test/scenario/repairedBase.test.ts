/** Scenarios on ground and edits with errors in them: repaired as `account` repairs, and held to its account. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RepairOption } from "../../src/tables/repairFacts.js";
import { accountRequestOf } from "../../src/run/accountRequest.js";
import { runScenarios, type ScenarioAccount } from "../../src/scenario/runScenarios.js";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";
import { accounted, rules } from "../run/accounted.js";
import { box, EAST, NORTH, writeGeoJson, type Flate } from "../run/scene.js";

const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";

/** An hour-glass, 100 m wide and high, with the waist halfway up: 5 000 m² that the shoelace formula cannot see. */
const hourGlass = (x: number, y: number): Flate["ring"] =>
  [[0, 0], [100, 100], [0, 100], [100, 0], [0, 0]].map(([dx, dy]) => [EAST + x + dx, NORTH + y + dy]); // prettier-ignore

/**
 * Forest and bog both claim a strip of 400 m², which `full` gives to one of them. Forest's border makes a loop of two triangles
 * of 1 m² each, of which the shoelace formula takes one from the other.
 */
const GROUND: readonly Flate[] = [
  {
    ring: [
      ...[[0, 0], [1000.4, 0], [1000.4, 1000], [500, 1000], [498, 1002], [500, 1002], [498, 1000], [0, 1000], [0, 0]], // prettier-ignore
    ].map(([x, y]) => [EAST + x, NORTH + y]),
    values: { arealdekkeniva1: "skog", lokalid: "g1" },
  },
  { ring: box(1000, 0, 2000, 1000), values: { arealdekkeniva1: "myr", lokalid: "g2" } },
  { ring: box(2000, 0, 3000, 1000), values: { arealdekkeniva1: "jordbruk", lokalid: "g3" } },
];
const area = (
  ring: Flate["ring"],
  arealformal: string,
  arealbruksstatus: string,
  lokalId: string,
): Flate => ({
  ring,
  values: { objtype: "KpArealformålOmråde", arealformal, arealbruksstatus, lokalId, planidentifikasjon: "P" },
});

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scenario-reparert-"));
  writeGeoJson(at("grunnkart.geojson"), GROUND);
  writeGeoJson(at("plan.geojson"), [area(box(500, 0, 2500, 500), "1110", "2", "B1")]);
  writeGeoJson(at("forslag.geojson"), [area(box(500, 100, 2500, 400), "1110", "2", "N1")]);
  writeGeoJson(at("timeglass.geojson"), [{ ring: hourGlass(100, 700), values: { navn: "ja" } }]);
  writeGeoJson(at("skeiv-plan.geojson"), [area(hourGlass(100, 700), "1110", "2", "S1")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const base = (reparasjon: RepairOption | undefined) => ({
  grunnkart: at("grunnkart.geojson"),
  klasse: [FIELD],
  plan: [{ fil: at("plan.geojson") }],
  metode: [METHOD],
  arealmetode: "kartplan",
  workers: 0,
  ut: "ut",
  ...(reparasjon !== undefined && { reparasjon }),
});

async function scenarioOf(edit: object, reparasjon?: RepairOption): Promise<ScenarioAccount> {
  const settings = checkScenarioSettings(
    { ...base(reparasjon), scenarioer: [{ navn: "A", endringer: [{ navn: "den", ...edit }] }] },
    "test",
  );
  const { plan, ...request } = accountRequestOf(settings.run, rules);
  const result = await runScenarios({ ...request, plan: plan! }, settings.scenarios, rules);
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
  return result;
}

const codesIn = ({ findings }: ScenarioAccount): string[] => findings.map(({ code }) => code);

test.each(["off", "safe", "full"] as const)(
  "repair %s: base and scenario are the accounts of their plans",
  async (repair) => {
    const result = await scenarioOf({ handling: "erstattPlan", fil: at("forslag.geojson") }, repair);
    expect(result.base.repair !== undefined).toBe(repair !== "off");
    const t9 = result.tables.find(({ id }) => id === `T9-${METHOD}-${FIELD}`)!;
    const head = t9.columns.map(({ id }) => id);
    for (const [row, file] of [
      [0, "plan"],
      [1, "forslag"],
    ] as const) {
      // prettier-ignore
      const { tables, facts } = await accounted({
      grunnkart: { path: at("grunnkart.geojson") },
      classes: [FIELD],
      repair,
      plan: {
        files: [{ path: at(`${file}.geojson`), role: "gjeldende" }],
        themes: [],
        methods: [METHOD],
        mode: "kp",
        withoutStatus: "uten",
        vertikalnivaer: ["2"],
        newScope: "innenfor",
      },
    });
      if (row === 0) expect(result.base.cells).toEqual(facts.cells);
      const t4 = tables.find(({ id }) => id === `T4-${METHOD}-${FIELD}`)!;
      const sum = t4.rows.find((one) => one[t4.columns.findIndex(({ id }) => id === "rad")] === "sum")!;
      for (const name of ["planlagt", "bebygd", "vann", "reserve", "skog", "myr", "jordbruk"])
        expect(t9.rows[row][head.indexOf(name)]).toBe(sum[t4.columns.findIndex(({ id }) => id === name)]);
    }
  },
);

test("as account does, a scenario repairs everything when nobody says otherwise", async () => {
  const edit = { handling: "fjern", omrade: "B1" };
  const [silent, full, off] = [
    await scenarioOf(edit),
    await scenarioOf(edit, "full"),
    await scenarioOf(edit, "off"),
  ];
  expect(silent.base.cells).toEqual(full.base.cells);
  const m2 = ({ base: { cells } }: ScenarioAccount): number =>
    cells.planM2.reduce((sum, one) => sum + one, 0);
  expect(m2(off)).toBeCloseTo(3_000_400, 5);
  expect(m2(full)).toBeCloseTo(3_000_002, 5);
});

test.each([
  ["drawn in the run file", { handling: "leggTil", formal: "1300", epsg: 25833, geometri: { type: "Polygon", coordinates: [hourGlass(100, 700)] } }], // prettier-ignore
  ["of a layer", { handling: "leggTil", formal: "1300", fil: "timeglass.geojson" }],
  ["of another plan", { handling: "erstattPlan", omfang: "innenfor", fil: "skeiv-plan.geojson" }],
])("an edit that crosses itself, %s, is read by the structure rule, or refused", async (_, edit) => {
  const placed = "fil" in edit ? { ...edit, fil: at(edit.fil) } : edit;
  const mended = await scenarioOf(placed, "full");
  expect(codesIn(mended)).toContain("FLATE_REPARERT");
  const t9b = mended.tables.find(({ id }) => id === `T9b-${METHOD}-${FIELD}`)!;
  expect(t9b.rows[0][t9b.columns.findIndex(({ id }) => id === "areal")]).toBeCloseTo(5, 9);
  await expect(scenarioOf(placed, "off")).rejects.toThrow(/crosses itself/);
});
