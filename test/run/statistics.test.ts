import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runStatistics, type StatisticsRequest } from "../../src/run/statistics.js";
import { rules } from "./accounted.js";
import { box, GROUND, KOMMUNER, writeGeoJson } from "./scene.js";

let folder: string;
let ground: string;
let kommuner: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "statistikk-"));
  ground = writeGeoJson(at("grunnkart.geojson"), GROUND);
  kommuner = writeGeoJson(at("kommune.geojson"), KOMMUNER);
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (rest: Partial<StatisticsRequest> = {}) =>
  runStatistics(
    {
      years: [{ year: "2024", path: ground }],
      classField: "objtype",
      units: [{ path: kommuner }],
      measure: "kartplan",
      date: "2024-01-01",
      workers: 0,
      ...rest,
    },
    rules,
  );

/** Grunnkretser of the first kommune; `odd` is the key of the second. */
const kretser = (odd: string): string =>
  writeGeoJson(at("kretser.geojson"), [
    { ring: box(0, 0, 1500, 2000), values: { grunnkretsnummer: "03010101" } },
    { ring: box(0, 2000, 1500, 4000), values: { grunnkretsnummer: odd } },
  ]);

test("no ground, and two for one year, are refused before anything is read", async () => {
  await expect(run({ years: [] })).rejects.toThrow(
    /flags: no ground layer\. Wanted: one ground layer a year/,
  );
  const twice = [ground, at("borte.geojson")].map((path) => ({ year: "2024", path }));
  await expect(run({ years: twice })).rejects.toThrow(
    /borte.geojson: a second ground layer for 2024\. Wanted: one ground layer a year/,
  );
});

test.each(["x,1", "", "0301"])(
  "a grunnkrets called «%s» does not take T13 away beside kommuner",
  async (odd) => {
    await expect(run({ units: [{ path: kommuner }, { path: kretser(odd) }] })).rejects.toThrow(
      /kretser, feature .*: .* in grunnkretsnummer\. Wanted: grunnkretser: eight digits/,
    );
  },
);

test("a layer that no table is made of is refused, not left out", async () => {
  const fields = GROUND.map(({ ring }, i) => ({ ring, values: { bydel: `B${i}` } }));
  const bydeler = { path: writeGeoJson(at("bydel.geojson"), fields), key: "bydel" };
  await expect(run({ units: [{ path: kommuner }, bydeler] })).rejects.toThrow(
    /bydel.geojson: units told apart by bydel, as B0\. Wanted: kommuner .*, grunnkretser/,
  );
  await expect(run({ units: [{ path: kommuner }, { path: kommuner, name: "igjen" }] })).rejects.toThrow(
    /kommune.geojson: a second layer of kommuner/,
  );
  await expect(run({ units: [] })).rejects.toThrow(/flags: no layer of units/);
});

test("what the figures of a year tell is told as in its account, and of which year it is", async () => {
  const half = GROUND.slice(0, 8).map(({ ring }) => ({ ring, values: { objtype: "Bart" } }));
  const years = [
    { year: "2024", path: ground },
    { year: "2025", path: writeGeoJson(at("halvt.geojson"), half) },
  ];
  const { findings } = await run({ years });
  expect(findings.filter(({ code }) => code === "HULL")).toMatchObject([
    { layer: "kommune", areaM2: 8e6, says: expect.stringMatching(/^2025: /) as string },
  ]);
  const [alone] = (await run({ years: years.slice(1) })).findings.filter(({ code }) => code === "HULL");
  expect(alone.says).not.toMatch(/^2025/);
});

test("a number that is no kommune's is told: fylker and the country are without it", async () => {
  const flater = KOMMUNER.map(({ ring }, i) => ({ ring, values: { kommunenummer: ["0301", "9x"][i] } }));
  const { findings, cube } = await run({ units: [{ path: writeGeoJson(at("feil.geojson"), flater) }] });
  expect(findings.filter(({ code }) => code === "KOMMUNENUMMER_FEIL")).toMatchObject([
    { layer: "feil", areaM2: 10e6, did: "kept", says: expect.stringContaining("«9x»") as string },
  ]);
  expect(cube!.dimensions[0].codes).toContain("9x");
});

test("a number of before is told once, as recoded", async () => {
  const flater = KOMMUNER.map(({ ring }, i) => ({ ring, values: { kommunenummer: ["301", "3024"][i] } }));
  const { findings } = await run({ units: [{ path: writeGeoJson(at("gammel.geojson"), flater) }] });
  const told = findings.filter(({ code }) => code.startsWith("KOMMUNE"));
  expect(told.map(({ code, did }) => [code, did])).toEqual([
    ["KOMMUNENUMMER_FEIL", "mended"],
    ["KOMMUNE_OMKODET", "mended"],
  ]);
});
