/** Results of change, scenario and statistikk as their commands write them, of the seven strips of fixtures/run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { change } from "../../src/cli/change.js";
import { scenario } from "../../src/cli/scenario.js";
import { statistics } from "../../src/cli/statistics.js";
import type { MapBasis, ReportBasis } from "../../src/report/basis.js";
import { parseBasis, parseMap } from "../../src/run/reportBasis.js";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";
import { writeGeoJson } from "../run/scene.js";
import { map9901 } from "./sample.js";

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/run/${name}`, import.meta.url));

const never = new AbortController().signal;

type Strips = {
  features: { properties: Record<string, string | null>; geometry: { coordinates: number[][][] } }[];
};

/**
 * The edition after that of the fixture: built ground has taken 100 m of the farmland, the farmland 20 cm of the forest,
 * and half of the bog has become forest.
 */
export function writeLater(path: string): string {
  const text = readFileSync(fixture("grunnkart.geojson"), "utf8");
  const strips = JSON.parse(text) as Strips;
  const edge = (x: number): number => (x === 498_000 ? 498_100 : x === 498_750 ? 498_750.2 : x);
  for (const { geometry } of strips.features)
    geometry.coordinates = geometry.coordinates.map((ring) => ring.map(([x, y]) => [edge(x), y]));
  const bog = strips.features.find(({ properties }) => properties["arealdekkeNiva1"] === "myr")!;
  const [ring] = bog.geometry.coordinates;
  const [west, east] = [Math.min(...ring.map(([x]) => x)), Math.max(...ring.map(([x]) => x))];
  const half = (from: number, to: number) =>
    [ring.map(([x, y]) => [x === west ? from : x === east ? to : x, y])] as number[][][];
  const middle = (west + east) / 2;
  strips.features.push({
    ...bog,
    properties: { ...bog.properties, arealdekkeNiva1: "skog" },
    geometry: { ...bog.geometry, coordinates: half(west, middle) },
  });
  bog.geometry.coordinates = half(middle, east);
  writeFileSync(path, JSON.stringify(strips));
  return path;
}

export async function writeChange(folder: string, out: string, report?: readonly "nb"[]): Promise<void> {
  const request = {
    from: { path: fixture("grunnkart.geojson") },
    to: { path: writeLater(join(folder, "grunnkart2.geojson")) },
    classField: "arealdekkeNiva1",
    units: [{ name: "kommune", path: fixture("kommuner.geojson") }],
    measure: "kartplan" as const,
    workers: 0,
  };
  const more = report === undefined ? {} : { report };
  await change({ request, out, managed: false, strict: false, ...more }, true, never);
}

export async function writeScenario(out: string, report?: readonly "nb"[]): Promise<void> {
  const square = (west: number, south: number, east: number, north: number) => ({
    type: "Polygon",
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  });
  const settings = {
    grunnkart: fixture("grunnkart.geojson"),
    klasse: ["arealdekkeNiva1"],
    enheter: [{ navn: "kommune", fil: fixture("kommuner.geojson") }],
    plan: [{ fil: fixture("plan.geojson"), type: "KpArealformålOmråde" }],
    metode: ["serie-1-2"],
    arealmetode: "kartplan",
    workers: 0,
    ut: out,
    ...(report === undefined ? {} : { rapport: report }),
    scenarioer: [
      // Named as a word of ours: a name stays as it is in every language.
      {
        navn: "Ny",
        endringer: [
          {
            navn: "Skog",
            handling: "leggTil",
            formal: 1110,
            geometri: square(499_500, 7_300_000, 500_000, 7_300_400),
            epsg: 25833,
          },
        ],
      },
      {
        navn: "Uten utbygging",
        endringer: [
          {
            navn: "Alt ut",
            handling: "fjern",
            geometri: square(497_500, 7_300_000, 499_200, 7_301_300),
            epsg: 25833,
          },
        ],
      },
    ],
  };
  await scenario(checkScenarioSettings(settings, "test"), true, never);
}

export async function writeStatistics(folder: string, out: string, report?: readonly "nb"[]): Promise<void> {
  const { features } = JSON.parse(readFileSync(fixture("kommuner.geojson"), "utf8")) as Strips;
  const [ring] = features[0].geometry.coordinates;
  const kommune = writeGeoJson(join(folder, "kommune.geojson"), [
    { ring: ring, values: { kommunenummer: "1811" } },
  ]);
  const request = {
    years: [
      { year: "2025", path: fixture("grunnkart.geojson") },
      { year: "2026", path: writeLater(join(folder, "grunnkart2026.geojson")) },
    ],
    classField: "arealdekkeNiva1",
    units: [{ name: "kommune", path: kommune }],
    measure: "kartplan" as const,
    date: "2024-01-01",
    cubeUnit: "daa" as const,
    workers: 0,
  };
  await statistics({ request, out, ...(report === undefined ? {} : { report }) }, true, never);
}

type Made = {
  readonly bases: Readonly<Record<"change" | "scenario" | "statistics", ReportBasis>>;
  readonly closeUps: MapBasis["closeUps"];
};

/** The bases of all three, with a version that no release moves, and the drawings of the comparison's changes. */
async function made(): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "kjoringer-"));
  const at = (name: string): string => join(folder, name);
  const read = (name: string): ReportBasis => {
    const path = join(at(name), "regnskap.json");
    return { ...parseBasis(path, readFileSync(path, "utf8")), version: "0.0.0" };
  };
  try {
    await writeChange(folder, at("endring"), []);
    await writeScenario(at("scenario"));
    await writeStatistics(folder, at("statistikk"));
    const map = join(at("endring"), "kart.json");
    return {
      bases: { change: read("endring"), scenario: read("scenario"), statistics: read("statistikk") },
      closeUps: parseMap(map, readFileSync(map, "utf8")).closeUps,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { bases, closeUps } = await made();

export const RUNS = bases;

/** The map of the comparison, with what its cards are drawn from. */
export const CHANGE_MAP: MapBasis = { ...map9901, closeUps: closeUps! };
