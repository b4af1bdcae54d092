/** What stands behind a figure where the ground was repaired on the way, and behind those of a scenario; by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figureLines, moveLines, pieceLines } from "../../src/report/explainPrint.js";
import { loadRules } from "../../src/rules/load.js";
import { accountRequestOf } from "../../src/run/accountRequest.js";
import { checkSettings } from "../../src/run/settings.js";
import { explainAccount, explainScenario, type Explanation } from "../../src/scenario/explainFigure.js";
import { layersOfParts } from "../../src/scenario/explainLayer.js";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";
import { areasM2 } from "../run/pieceAreas.js";
import { box, EAST, NORTH, writeGeoJson } from "../run/scene.js";

const rules = await loadRules();
let folder: string;
const at = (name: string): string => join(folder, name);

const values = (kode: string, id: string) => ({ arealdekkeniva1: kode, lokalid: id });
/** A forest and a mire that overlap by 0.5 m, and a field above with a notch of 20 m by 0.5 m that nobody has. */
const NOTCHED = [
  [0, 100],
  [40, 100],
  [40, 100.5],
  [60, 100.5],
  [60, 100],
  [200, 100],
  [200, 200],
  [0, 200],
  [0, 100],
].map(([x, y]): [number, number] => [EAST + x, NORTH + y]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "forklart-"));
  writeGeoJson(at("feil.geojson"), [
    { ring: box(0, 0, 100, 100), values: values("skog", "A") },
    { ring: box(99.5, 0, 200, 100), values: values("myr", "B") },
    { ring: NOTCHED, values: values("jordbruk", "C") },
  ]);
  writeGeoJson(at("kommune.geojson"), [
    { ring: box(0, 0, 200, 50), values: { kommunenummer: "0301" } },
    { ring: box(0, 50, 200, 200), values: { kommunenummer: "3201" } },
  ]);
  writeGeoJson(at("plan.geojson"), [
    {
      ring: box(50, 0, 150, 100),
      values: { objtype: "KpArealformålOmråde", arealformal: "1110", arealbruksstatus: "2", lokalId: "B1" },
    },
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = () => ({
  grunnkart: at("feil.geojson"),
  enheter: [{ navn: "kommune", fil: at("kommune.geojson") }],
  plan: [{ fil: at("plan.geojson") }],
  metode: ["serie-1-2"],
  arealmetode: "kartplan",
  workers: 0,
  ut: at("ut"),
});
const figure = (table: string, row: Record<string, string>, column: string) => ({
  figure: { table, row: new Map(Object.entries(row)), column },
});
const repaired = (question: ReturnType<typeof figure>) =>
  explainAccount(accountRequestOf(checkSettings(run(), "test"), rules), question, rules);

const mm2 = (m2: number): number => Math.round(m2 * 1e3) / 1e3;
const partsOf = ({ parts }: Explanation) => parts.map(({ id, sign, planM2 }) => [id, mm2(sign * planM2)]);
const movesOf = ({ moves }: Explanation) =>
  moves.map(({ kind, feature, other, hereM2 }) => [kind, feature, other, mm2(hereM2 ?? NaN)]);

const T1 = "T1-arealdekkeNiva1-kommune";

test.each([
  [
    "0301",
    "skog",
    4975,
    [
      ["A", 2475],
      ["A", 2500],
    ],
    [["overlap", "A", "B", -25]],
  ],
  [
    "0301",
    "myr",
    5025,
    [
      ["B", 2525],
      ["B", 2500],
    ],
    [],
  ],
  ["3201", "jordbruk", 20_000, [["C", 20_000]], [["gap", "C", "", 10]]],
] as const)(
  "repaired ground of %s, %s: what it is now, and who lost and gained",
  async (enhet, kode, m2, pieces, moves) => {
    const explained = await repaired(figure(T1, { enhet, kode }, "arealM2"));
    expect(mm2(explained.behind!.m2)).toBe(m2);
    const sorted = (rows: (readonly [string, number] | (string | number)[])[]) =>
      rows.map((row) => row.join(" ")).sort();
    expect(sorted(partsOf(explained))).toEqual(sorted(pieces.map((row) => [...row])));
    expect(movesOf(explained)).toEqual(moves);
  },
);

test("the pieces of repaired ground are drawn as they are counted", async () => {
  const { scene, parts } = await repaired(figure(T1, { enhet: "0301", rad: "sum" }, "arealM2"));
  const drawn = { drawn: 0, notDrawn: [] };
  const areas = [...layersOfParts(scene, parts, drawn)].flatMap((layer) => areasM2(layer).map(mm2));
  expect(areas).toEqual(parts.map(({ planM2 }) => mm2(planM2)));
  expect(drawn).toEqual({ drawn: 4, notDrawn: [] });
});

test("what is taken away has the sign of it, and the terminal says all of it", async () => {
  const { behind, parts, moves } = await repaired(
    figure("T4-serie-1-2-arealdekkeNiva1", { enhet: "0301", kode: "1110" }, "skog"),
  );
  const pieces = parts.map((part) => ({ ...part, m2: part.planM2, where: [...part.classes, part.planArea] }));
  const says = [...figureLines(behind!), ...pieceLines(pieces, 0), ...moveLines(moves)];
  const plain = says.slice(1).map((line) => line.replaceAll("\u00a0", " ").replaceAll("\u202f", " "));
  expect(plain).toEqual([
    "= 2 475,0 m²",
    "  flate 0 A: 2 475,0 m² (skog, B1)",
    "Sum 2 475,0 m² i 1 deler av 1 flater",
    "Reparasjonen av grunnkartet flyttet −25,000 m² her (1 linjer i ledger.csv):",
    "  flate A: −25,000 m² (overlapp, gitt til B)",
  ]);
});

async function ofScenario(table: string, row: Record<string, string>, column: string) {
  const scenarioer = [
    { navn: "Uten", endringer: [{ handling: "fjern", omrade: "B1" }] },
    {
      navn: "Halv",
      endringer: [
        {
          handling: "fjern",
          epsg: 25833,
          geometri: { type: "Polygon", coordinates: [box(100, 0, 150, 100)] },
        },
      ],
    },
  ];
  const settings = checkScenarioSettings({ ...run(), reparasjon: "off", scenarioer }, "test");
  const { plan, ...request } = accountRequestOf(settings.run, rules);
  return explainScenario({ ...request, plan: plan! }, settings.scenarios, figure(table, row, column), rules);
}

const T9 = "T9-serie-1-2-arealdekkeNiva1";

// In 0301: 50 m of forest and 50.5 m of mire under the plan, 50 m deep.
test.each([
  [
    T9,
    { enhet: "0301", rad: "grunnlag" },
    "reserve",
    [
      ["A", 2500],
      ["B", 2525],
    ],
  ],
  [T9, { enhet: "0301", scenario: "Uten", rad: "scenario" }, "reserve", []],
  [
    T9,
    { enhet: "0301", scenario: "Uten", rad: "endring" },
    "reserve",
    [
      ["A", -2500],
      ["B", -2525],
    ],
  ],
  [
    T9,
    { enhet: "0301", scenario: "Halv", rad: "scenario" },
    "reserve",
    [
      ["A", 2500],
      ["B", 25],
    ],
  ],
  [T9, { enhet: "0301", scenario: "Halv", rad: "endring" }, "myr", [["B", -2500]]],
  [
    "T9b-serie-1-2-arealdekkeNiva1",
    { scenario: "Halv" },
    "areal",
    [
      ["B", 2500],
      ["B", 2500],
    ],
  ],
  [
    "T9b-serie-1-2-arealdekkeNiva1",
    { scenario: "Halv" },
    "endring",
    [
      ["B", -2500],
      ["B", -2500],
    ],
  ],
] as const)("%s %j %s", async (table, row, column, due) => {
  const explained = await ofScenario(table, row, column);
  expect(partsOf(explained)).toEqual(due);
});

test("the pieces of a scenario are drawn, as its edit divides them", async () => {
  const row = { enhet: "0301", scenario: "Halv", rad: "endring" };
  const { scene, parts } = await ofScenario(T9, row, "reserve");
  const [layer] = layersOfParts(scene, parts, { drawn: 0, notDrawn: [] });
  expect(areasM2(layer).map(mm2)).toEqual([2500]);
  expect(layer.columns.get("planomrade")!.terms).toEqual(["", "B1"]);
  expect(layer.columns.get("planomradeNy")!.terms).toEqual([""]);
  expect(layer.columns.get("fortegn")!.terms).toEqual(["", "-1"]);
});
