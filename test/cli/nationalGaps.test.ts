/** Sums over a folder add up the gaps and the doubly covered ground of its files, and still are the sums. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { national } from "../../src/cli/national.js";
import { box, GROUND, KOMMUNER, settings, writeGeoJson } from "../run/scene.js";

let folder: string;
const never = new AbortController().signal;
const inn = (...path: string[]): string => join(folder, ...path);

/** A ring of eight squares round a missing one: 1 km² with its middle in the north of the scene. */
const around = (missing: number) => GROUND.filter((_, i) => i !== missing);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "landets-hull-"));
  mkdirSync(inn("inn"));
  writeGeoJson(inn("kommune.geojson"), KOMMUNER);
  // In the first file a square of 0301 and 3201 is missing (500 000 m² of each); in the second one lies 0.5 m over another.
  writeGeoJson(inn("inn", "0301_grunnkart.geojson"), around(5));
  const east = GROUND.map(({ values }, i) => {
    const [x, y] = [5000 + 1000 * (i % 4), 1000 * Math.floor(i / 4)];
    return { ring: box(x, y, x + (i === 5 ? 1000.5 : 1000), y + 1000), values };
  });
  writeGeoJson(inn("inn", "3201_grunnkart.geojson"), east);
  const rest = { klasse: ["objtype"], reparasjon: "safe", arealmetode: "kartplan" };
  await national(settings(inn("inn"), { kommune: inn("kommune.geojson") }, inn("ut"), rest), true, never);
});
afterAll(() => rmSync(folder, { recursive: true }));

type Row = Readonly<Record<string, string>>;

function tableOf(name: string): Row[] {
  const text = readFileSync(inn("ut/sum/tables", `${name}.csv`), "utf8").trimEnd();
  const [head, ...rows] = text.split("\n").map((line) => line.split(",")); // no value of the scene has a comma
  return rows.map((row) => Object.fromEntries(head.map((id, c) => [id, row[c]])));
}

const m2 = (rows: readonly Row[], of: Row): number | undefined => {
  const found = rows.filter((row) => Object.entries(of).every(([id, value]) => row[id] === value));
  return found.length === 1 ? Number(found[0]["arealM2"]) : undefined;
};

test("T1 of the sums has the gaps and the double cover of all files, and is their sum", () => {
  const whole = tableOf("T1-objtype");
  expect(m2(whole, { rad: "hull" })).toBeCloseTo(1e6, 4);
  expect(m2(whole, { rad: "dobbelt" })).toBeCloseTo(-500, 4);
  expect(m2(whole, { rad: "sum" })).toBeCloseTo(32e6, 4);
  const regions = tableOf("T1-objtype-regioner");
  expect(m2(regions, { region: "0301", rad: "hull" })).toBeCloseTo(1e6, 4);
  expect(m2(regions, { region: "3201", rad: "dobbelt" })).toBeCloseTo(-500, 4);
  expect(m2(regions, { region: "", rad: "sum" })).toBeCloseTo(32e6, 4);
});

test("units have theirs: a gap that lies in two of them is divided between them", () => {
  const byUnit = tableOf("T1-objtype-kommune");
  expect(m2(byUnit, { enhet: "0301", rad: "hull" })).toBeCloseTo(5e5, 4);
  expect(m2(byUnit, { enhet: "3201", rad: "hull" })).toBeCloseTo(5e5, 4);
  expect(m2(byUnit, { enhet: "0301", rad: "sum" })).toBeCloseTo(6e6, 4);
  expect(m2(byUnit, { enhet: "", rad: "dobbelt" })).toBeCloseTo(-500, 4); // the second file lies outside the units
  expect(m2(byUnit, { enhet: "", rad: "sum" })).toBeCloseTo(16e6, 4);
});

test("what is told of the files' gaps says that each file was seen by itself", () => {
  const findings = readFileSync(inn("ut/sum/findings.csv"), "utf8");
  expect(findings).toMatch(/HULL_I_GRUNNKARTET,inn,,1000000,\w+,"?1 hull i filene, hver fil sett for seg/);
  expect(findings).toMatch(/DOBBELTDEKNING,inn,,500,/);
});
