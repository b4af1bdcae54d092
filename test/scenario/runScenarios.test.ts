/** Scenarios from files to T9 and T9b, with figures a human can check, and against an account of the same plan as a file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountRequestOf } from "../../src/run/accountRequest.js";
import { runScenarios, type ScenarioAccount } from "../../src/scenario/runScenarios.js";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";
import type { Table } from "../../src/tables/table.js";
import { accounted, rules } from "../run/accounted.js";
import { box, EAST, NORTH, writeGeoJson, type Flate } from "../run/scene.js";

const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";

/** 4 km x 1 km: forest, bog, farmland and built ground, a square of 1000 daa each. */
const GROUND: readonly Flate[] = ["skog", "myr", "jordbruk", "bebygdSamferdsel"].map((kode, i) => ({
  ring: box(1000 * i, 0, 1000 * i + 1000, 1000),
  values: { arealdekkeniva1: kode },
}));
const area = (
  ring: Flate["ring"],
  arealformal: string,
  arealbruksstatus: string,
  lokalId: string,
  omradenavn = "",
): Flate => ({
  ring,
  values: {
    objtype: "KpArealformålOmråde",
    arealformal,
    arealbruksstatus,
    lokalId,
    omradenavn,
    planidentifikasjon: "P1",
  },
});
/** Housing to come over the forest's and the bog's lower halves; LNFR over all the upper half. */
const PLAN: readonly Flate[] = [
  area(box(0, 0, 1000, 500), "1110", "2", "B1", "Lia"),
  area(box(1000, 0, 2000, 500), "1110", "2", "B2", "Myra"),
  area(box(0, 500, 4000, 1000), "5100", "1", "L1"),
];

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scenario-"));
  writeGeoJson(at("grunnkart.geojson"), GROUND);
  writeGeoJson(at("plan.geojson"), PLAN);
  writeGeoJson(at("valg.geojson"), [
    { ring: box(2000, 0, 3000, 500), values: { navn: "ja" } },
    { ring: box(3000, 0, 4000, 500), values: { navn: "nei" } },
  ]);
  writeGeoJson(at("forslag.geojson"), [
    area(box(0, 0, 4000, 500), "5100", "1", "N1"),
    area(box(2000, 500, 3000, 1000), "1300", "2", "N2"),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function scenarios(
  ...scenarioer: readonly { navn: string; endringer: readonly object[] }[]
): Promise<ScenarioAccount> {
  const settings = checkScenarioSettings(
    {
      grunnkart: at("grunnkart.geojson"),
      klasse: [FIELD],
      plan: [{ fil: at("plan.geojson") }],
      metode: [METHOD],
      arealmetode: "kartplan",
      workers: 0,
      ut: "ut",
      scenarioer,
    },
    "test",
  );
  const { plan, ...request } = accountRequestOf(settings.run, rules);
  const result = await runScenarios({ ...request, plan: plan! }, settings.scenarios, rules);
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
  return result;
}

const tableOf = ({ tables }: ScenarioAccount, id: string): Table =>
  tables.find((one) => one.id === `${id}-${METHOD}-${FIELD}`)!;

/** Rows as objects of column ids, areas rounded to the square metre. */
const rowsOf = ({ columns, rows }: Table) =>
  rows.map((row) =>
    Object.fromEntries(
      row.map((value, c) => [
        columns[c].id,
        typeof value === "number" ? Math.round(1000 * value) / 1000 : value,
      ]),
    ),
  );

test.each([
  [
    "remove an area by its id",
    { handling: "fjern", omrade: "B1" },
    { planlagt: 500, reserve: 500, skog: 0, myr: 500 },
    [500, 500, 0],
  ],
  [
    "remove areas by name",
    { handling: "fjern", omrade: ["Lia", "Myra"] },
    { planlagt: 0, reserve: 0 },
    [1000, 1000, 0],
  ],
  [
    "another status",
    { handling: "endre", status: "Nåværende", omrade: "B2" },
    { planlagt: 500, myr: 0, skog: 500 },
    [500, 500, 0],
  ],
  [
    "another purpose",
    { handling: "endre", formal: 5100, status: 1, omrade: "B2" },
    { planlagt: 500, myr: 0 },
    [500, 500, 0],
  ],
  [
    "add, from a layer with a filter",
    { handling: "leggTil", formal: "1110", fil: "valg.geojson", filter: { navn: "ja" } },
    { planlagt: 1500, jordbruk: 500, reserve: 1500 },
    [500, 0, 500],
  ],
  [
    "add on built ground",
    { handling: "leggTil", formal: "1110", fil: "valg.geojson", filter: { navn: ["nei"] } },
    { planlagt: 1500, bebygd: 500, reserve: 1000 },
    [500, 0, 0],
  ],
  [
    "add, drawn in the run file",
    {
      handling: "leggTil",
      formal: 1300,
      epsg: 25833,
      geometri: { type: "Polygon", coordinates: [box(500, 0, 2500, 500)] },
    },
    { planlagt: 1250, skog: 500, myr: 500, jordbruk: 250 },
    [1000, 750, 1000],
  ],
  [
    "no purpose inside a polygon",
    { handling: "fjern", epsg: 25833, geometri: { type: "Polygon", coordinates: [box(500, 0, 1500, 1000)] } },
    { planlagt: 500, skog: 250, myr: 250 },
    [1000, 500, 0],
  ],
  [
    "change what is there, and nothing else",
    {
      handling: "endre",
      status: 1,
      epsg: 25833,
      geometri: { type: "Polygon", coordinates: [box(500, 0, 2500, 1000)] },
    },
    { planlagt: 250, skog: 250, myr: 0, jordbruk: 0 },
    [2000, 750, 0],
  ],
  [
    "another plan altogether",
    { handling: "erstattPlan", fil: "forslag.geojson" },
    { planlagt: 500, reserve: 500, jordbruk: 500, skog: 0 },
    [2500, 1000, 500],
  ],
])("%s", async (_, edit, expected, [areal, before, after]) => {
  const placed = "fil" in edit ? { ...edit, fil: at(String(edit.fil)) } : edit;
  const result = await scenarios({ navn: "A", endringer: [{ navn: "den", ...placed }] });
  const [base, scenario, change] = rowsOf(tableOf(result, "T9"));
  expect(base).toMatchObject({
    scenario: "",
    rad: "grunnlag",
    planlagt: 1000,
    reserve: 1000,
    skog: 500,
    myr: 500,
    jordbruk: 0,
  });
  expect(scenario).toMatchObject({ scenario: "A", rad: "scenario", ...expected });
  for (const [column, value] of Object.entries(expected))
    expect(change[column]).toBeCloseTo(value - Number(base[column]), 6);
  expect(rowsOf(tableOf(result, "T9b"))).toMatchObject([
    {
      scenario: "A",
      nr: 1,
      navn: "den",
      areal,
      reserveFor: before,
      reserveEtter: after,
      endring: after - before,
    },
  ]);
});

test("the last of several edits on one place rules, and T9b tells what lies there today", async () => {
  const inline = { handling: "leggTil", epsg: 25833 };
  const result = await scenarios(
    {
      navn: "A",
      endringer: [
        { ...inline, formal: 1110, geometri: { type: "Polygon", coordinates: [box(1500, 0, 3500, 500)] } },
        {
          ...inline,
          formal: 5100,
          status: 1,
          geometri: { type: "Polygon", coordinates: [box(1000, 0, 3000, 500)] },
        },
      ],
    },
    { navn: "B", endringer: [{ handling: "fjern", omrade: "B2" }] },
  );
  const [, a, , b] = rowsOf(tableOf(result, "T9"));
  expect(a).toMatchObject({ scenario: "A", planlagt: 750, bebygd: 250, reserve: 500, skog: 500, myr: 0 });
  expect(b).toMatchObject({ scenario: "B", planlagt: 500, reserve: 500 });
  expect(rowsOf(tableOf(result, "T9b"))).toMatchObject([
    { areal: 1000, myr: 250, jordbruk: 500, bebygdSamferdsel: 250, reserveFor: 250, reserveEtter: 0 },
    { areal: 1000, myr: 500, jordbruk: 500, reserveFor: 500, reserveEtter: 0 },
    { areal: 500, myr: 500, reserveFor: 500, reserveEtter: 0 },
  ]);
});

test("a plan as a replacement is the plan read as a proposal", async () => {
  const result = await scenarios({
    navn: "A",
    endringer: [{ handling: "erstattPlan", omfang: "innenfor", fil: at("forslag.geojson") }],
  });
  const account = await accounted({
    grunnkart: { path: at("grunnkart.geojson") },
    classes: [FIELD],
    plan: {
      files: [
        { path: at("plan.geojson"), role: "gjeldende" },
        { path: at("forslag.geojson"), role: "ny" },
      ],
      themes: [],
      methods: [METHOD],
      mode: "kp",
      withoutStatus: "uten",
      vertikalnivaer: ["2"],
      newScope: "innenfor",
    },
  });
  const t7 = rowsOf(account.tables.find(({ id }) => id === `T7-${METHOD}-${FIELD}`)!);
  const t9 = rowsOf(tableOf(result, "T9"));
  for (const column of ["reserve", "skog", "myr", "jordbruk"])
    expect(t9.map((row) => row[column])).toEqual(t7.map((row) => row[column]));
});

test("an edit beside the ground is told", async () => {
  const far = { type: "Polygon", coordinates: [box(9000, 9000, 9500, 9500)] };
  const { findings } = await scenarios({
    navn: "A",
    endringer: [{ handling: "fjern", epsg: 25833, geometri: far }],
  });
  expect(findings.map(({ code }) => code)).toContain("SCENARIO_UTENFOR");
});

test("of an edit that lies partly beside the ground, what is left out is told in m2", async () => {
  const across = { type: "Polygon", coordinates: [box(3900, 0, 4400, 100)] };
  const within = { type: "Polygon", coordinates: [box(3900, 0, 4000, 100)] };
  const edit = (navn: string, geometri: object) => ({ navn, handling: "fjern", epsg: 25833, geometri });
  const { findings } = await scenarios({
    navn: "A",
    endringer: [edit("over", across), edit("inni", within)],
  });
  const told = findings.filter(({ code }) => code === "PLAN_UTENFOR");
  expect(told).toMatchObject([{ layer: "A", says: expect.stringContaining("«over»") as string }]);
  expect(told[0].areaM2).toBeCloseTo(40_000, 3);
});

test("a unit layer with the name that edits have in the cells is refused", async () => {
  const enheter = [{ navn: "scenario", fil: at("valg.geojson"), nokkel: "navn" }];
  const { run, scenarios: asked } = checkScenarioSettings(
    {
      ...{
        grunnkart: at("grunnkart.geojson"),
        klasse: [FIELD],
        enheter,
        plan: [{ fil: at("plan.geojson") }],
      },
      ...{ workers: 0, ut: "ut" },
      scenarioer: [{ navn: "A", endringer: [{ handling: "fjern", omrade: "B1" }] }],
    },
    "test",
  );
  const { plan, ...request } = accountRequestOf(run, rules);
  await expect(runScenarios({ ...request, plan: plan! }, asked, rules)).rejects.toThrow(
    /a unit layer named scenario, as another column of the cells is/,
  );
});

const flat = [
  [0, 0],
  [10, 10],
  [20, 20],
  [0, 0],
].map(([x, y]) => [EAST + x, NORTH + y]);
test.each([
  [{ handling: "fjern", omrade: "B9" }, /A, feature endring 1: a plan area called B9/],
  [{ handling: "leggTil", formal: "9999", omrade: undefined, fil: "valg.geojson" }, /arealformål 9999/],
  [{ handling: "leggTil", formal: "1110", fil: "valg.geojson", filter: { farge: "rød" } }, /no field farge/],
  [
    { handling: "leggTil", formal: "1110", fil: "valg.geojson", filter: { navn: "kanskje" } },
    /no polygon of valg.geojson/,
  ],
  [
    { handling: "leggTil", formal: "1110", status: "Kanskje", fil: "valg.geojson" },
    /arealbruksstatus Kanskje/,
  ],
  [{ handling: "leggTil", formal: "1110" }, /0 of omrade, geometri and fil/],
  [{ handling: "endre", omrade: "B1" }, /endre without formal and status/],
  [{ handling: "leggTil", formal: "1110", omrade: "B1" }, /leggTil in an area that is there/],
  [
    { handling: "fjern", geometri: { type: "Polygon", coordinates: [flat] }, epsg: 25833 },
    /nothing can be made of/,
  ],
  [
    { handling: "fjern", geometri: { type: "Polygon", coordinates: [box(0, 0, 5e-4, 5e-4)] }, epsg: 25833 },
    /a polygon without area/,
  ],
  [
    { handling: "fjern", geometri: { type: "Polygon", coordinates: [flat.slice(0, 3)] }, epsg: 25833 },
    /does not end where it began/,
  ],
  [{ handling: "fjern", geometri: { type: "Sirkel", coordinates: [] } }, /GeoJSON of the type Sirkel/],
  [
    { handling: "fjern", geometri: { type: "Polygon", coordinates: "her" } },
    /no GeoJSON|coordinates|type Polygon/,
  ],
  [{ handling: "fjern", geometri: { type: "Polygon", coordinates: [["a", 1]] } }, /coordinates that are not/],
  [{ handling: "fjern", geometri: { type: "Point", coordinates: [10, 60] } }, /a Point, which has no area/],
  [
    { handling: "fjern", buffer: 5, epsg: 25833, geometri: { type: "Point", coordinates: [EAST, NORTH] } },
    /buffer round coordinates in EPSG:25833/,
  ],
])("refused with a word that helps: %j", async (edit, says) => {
  const placed = "fil" in edit ? { ...edit, fil: at(String(edit.fil)) } : edit;
  await expect(scenarios({ navn: "A", endringer: [placed] })).rejects.toThrow(says);
});
