import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { runStatistics } from "../../src/run/statistics.js";
import { rules } from "./accounted.js";
import { box, type Flate, settings, writeGeoJson } from "./scene.js";

/** Ground that says its own kommunenummer: two kommuner of 1 km2 side by side. */
const GROUND: readonly Flate[] = [
  { ring: box(0, 0, 1000, 1000), values: { objtype: "Skog", kommunenummer: "0301" } },
  { ring: box(1000, 0, 2000, 1000), values: { objtype: "Myr", kommunenummer: "3201" } },
];
/** Kommuner whose border lies `metres` too far east; both reach 5 km out to sea. */
const kommuner = (metres: number): Flate[] => [
  { ring: box(0, -5000, 1000 + metres, 1000), values: { kommunenummer: "0301" } },
  { ring: box(1000 + metres, -5000, 2000, 1000), values: { kommunenummer: "3201" } },
];

let folder: string;
let ground: string;
const inn = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generalisert-"));
  ground = writeGeoJson(inn("grunnkart.geojson"), GROUND);
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (enheter: string, rest: Readonly<Record<string, unknown>> = {}): Promise<void> => {
  const all = settings(ground, { enhet: enheter }, inn("ut"), rest);
  return account(all, true, new AbortController().signal);
};
const read = (name: string): string => readFileSync(join(inn("ut"), name), "utf8");

test("stemmekretser are shown with a warning, and refused in statistics before anything is read", async () => {
  const flater = [{ ring: box(0, 0, 2000, 1000), values: { valgkretsnummer: "1" } }];
  const path = writeGeoJson(inn("stemmekretser.geojson"), flater);
  const enheter = [{ navn: "enhet", fil: path, nokkel: "valgkretsnummer" }];
  await run(path, { enheter });
  expect(read("findings.csv")).toMatch(/^warning,KILDE_GENERALISERT,enhet,/m);
  expect(read("kvittering.json")).not.toContain('"modus"');
  await expect(run(path, { enheter, modus: "statistikk" })).rejects.toThrow(
    /KILDE_GENERALISERT: stemmekretser, generalised by its publisher/,
  );
});

test("so is a layer that the run file says is generalised", async () => {
  const enheter = [
    { navn: "enhet", fil: writeGeoJson(inn("kommune.geojson"), kommuner(0)), generalisert: true },
  ];
  await run("", { enheter });
  expect(read("findings.csv")).toMatch(/^warning,KILDE_GENERALISERT,enhet,.*kjøringen sier/m);
  await expect(run("", { enheter, modus: "statistikk" })).rejects.toThrow(
    /that the run says is generalised\. Wanted/,
  );
});

test.each([
  [4, undefined],
  [6, /KILDE_GENERALISERT: the border of 3201, outside which 0\.60 % of the ground/],
])("a border %d m off: the ground's own kommunenummer tells, sea or no sea", async (metres, refusal) => {
  const path = writeGeoJson(inn("kommune.geojson"), kommuner(metres));
  const klasse = ["objtype", "kommunenummer"];
  const made = () => run(path, { klasse, modus: "statistikk" });
  const counted = () =>
    runStatistics(
      {
        years: [{ year: "2024", path: ground }],
        classField: "objtype",
        units: [{ name: "kommune", path }],
        measure: "kartplan",
        date: "2024-01-01",
        workers: 0,
      },
      rules,
    );
  if (refusal === undefined) {
    await made();
    expect((JSON.parse(read("kvittering.json")) as { settings: object }).settings).toMatchObject({
      modus: "statistikk",
    });
    expect((await counted()).cube?.id).toBe("T12-objtype");
  } else {
    await expect(made()).rejects.toThrow(refusal);
    await expect(counted()).rejects.toThrow(refusal);
    await run(path, { klasse }); // to be shown, it will do
  }
});
