import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { ERROR_KINDS, type ErrorKind, type PlantedError } from "../../src/generate/plant.js";
import { generateInto } from "../../src/cli/generateInto.js";
import { checkCsv, checkPoints, checkSummary } from "../../src/report/checkReport.js";
import { textsIn } from "../../src/report/texts.js";
import type { PlacedFinding } from "../../src/repair/polygonFindings.js";
import { type CheckFacts, type CheckRequest, runCheck } from "../../src/run/check.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { rules } from "./accounted.js";
import { box, EAST, type Flate, NORTH, writeGeoJson } from "./scene.js";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "kontroll-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (path: string, request: Partial<CheckRequest> = {}): Promise<CheckFacts> =>
  runCheck({ path, workers: 0, ...request }, rules);
const inn = (name: string): string => join(folder, name);
const codes = ({ findings }: CheckFacts): string[] => findings.map(({ code }) => code);

function bowTie(): Flate["ring"] {
  const [a, b, c, d] = box(2000, 0, 2100, 100);
  return [a, c, b, d, a];
}

test("sound flater: no finding, their area and count", async () => {
  const path = writeGeoJson(inn("hel.geojson"), [{ ring: box(0, 0, 1000, 1000), values: { navn: "a" } }]);
  const facts = await check(path);
  expect(facts).toMatchObject({
    featureCount: 1,
    vertexCount: 5,
    invalidCount: 0,
    areaM2: 1e6,
    findings: [],
  });
  expect(facts.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("a bow-tie among sound flater: code, feature, id and place; the rest untouched", async () => {
  const path = writeGeoJson(inn("sloyfe.geojson"), [
    { ring: box(0, 0, 1000, 1000), values: { lokalId: "a" } },
    { ring: bowTie(), values: { lokalId: "b" } },
    { ring: box(0, 1000, 1000, 2000), values: { lokalId: "a" } },
  ]);
  const facts = await check(path);
  expect(facts.findings).toMatchObject([
    { code: "RING_KRYSSER_SEG", severity: "error", feature: 1, id: "b", x: EAST + 2050, y: NORTH + 50 },
    { code: "ID_GJENTATT", severity: "error", feature: 2, id: "a" },
  ]);
  const layer = { name: "sloyfe", epsg: 25833, ...facts };
  expect([...checkCsv([layer], textsIn("nb"))].slice(0, 2)).toEqual([
    "kode,alvor,lag,flate,id,x,y,arealM2,forklaring\n",
    `RING_KRYSSER_SEG,error,sloyfe,1,b,${EAST + 2050},${NORTH + 50},0,grensen krysser seg selv (ring 0)\n`,
  ]);
  const points = JSON.parse([...checkPoints(layer)].join("")) as { features: object[] };
  expect(points.features).toMatchObject([
    { geometry: { type: "Point", coordinates: [EAST + 2050, NORTH + 50] }, properties: { id: "b" } },
    { properties: { kode: "ID_GJENTATT" } },
  ]);
  expect(checkSummary(layer, textsIn("nb"))).toContain("3 objekter, 15 punkter, 1 med ugyldig flate");
});

test("a polygon with two readings needs a decision, with the m² between them", async () => {
  const inner = box(100, 100, 200, 200);
  const coordinates = [[box(0, 0, 1000, 1000)], [inner]];
  const feature = { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates } };
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  writeFileSync(
    inn("dobbel.geojson"),
    JSON.stringify({ type: "FeatureCollection", crs, features: [feature] }),
  );
  const facts = await check(inn("dobbel.geojson"));
  expect(codes(facts)).toEqual(["DEL_I_DEL", "TRENGER_AVGJORELSE"]);
  expect(facts.findings[1].areaM2).toBeCloseTo(1e4, 6);
});

test("coordinates that contradict their system are told of, not guessed at", async () => {
  const swapped = box(0, 0, 1000, 1000).map(([x, y]) => [y, x] as const);
  const facts = await check(writeGeoJson(inn("byttet.geojson"), [{ ring: swapped, values: {} }]));
  expect(facts.findings.find(({ code }) => code === "CRS_FEIL")).toMatchObject({
    severity: "error",
    feature: -1,
  });
});

describe("planted errors", () => {
  let planted: readonly PlantedError[];
  let facts: CheckFacts;
  beforeAll(async () => {
    const out = inn("kommune");
    const size = { polygons: 1500, planAreas: 20, kommuner: 1, vertices: 30, seed: 3, epsg: 25833 };
    const plant = { plant: "all", plantCount: 3 };
    await generateInto(
      { ...size, ...plant, out, edition: "arsversjon2025", format: "fgb", quiet: true },
      new AbortController().signal,
    );
    planted = JSON.parse(readFileSync(join(out, "planted.json"), "utf8")) as PlantedError[];
    facts = await check(join(out, "grunnkart.fgb"));
  });

  const FOUND_AS: Record<ErrorKind, string> = {
    gap: "HULL",
    overlap: "OVERLAPP",
    sliver: "HULL",
    "duplicate polygon": "FLATE_GJENTATT",
    "bow-tie": "RING_KRYSSER_SEG",
    "unclosed ring": "RING_APEN",
    spike: "PIGG",
    "repeated vertex": "PUNKT_GJENTATT",
    "wrong orientation": "RING_RETNING",
    "null geometry": "HULL",
    "unknown code": "KODE_UKJENT",
    "missing kommunenummer": "FELT_TOMT",
  };

  /** Is one of a finding's points, or of the borders of the ground it is about, within 1 cm? */
  const isAt = ({ x, y, ground = [] }: PlacedFinding, error: PlantedError): boolean =>
    [[x, y], ...ground].some((ring) =>
      ring.some((value, i) => i % 2 === 0 && Math.hypot(value - error.x, ring[i + 1] - error.y) < 0.01),
    );

  test.each(ERROR_KINDS)("%s: each found within 1 cm of its place", (kind) => {
    const errors = planted.filter((error) => error.kind === kind);
    const found = facts.findings.filter(({ code }) => code === FOUND_AS[kind]);
    expect(errors.length).toBe(3);
    expect(errors.filter((error) => !found.some((one) => isAt(one, error)))).toEqual([]);
  });

  test.each(ERROR_KINDS.filter((kind) => !["HULL", "FELT_TOMT"].includes(FOUND_AS[kind])))(
    "%s: none found where none was planted",
    (kind) => {
      const found = facts.findings.filter(({ code, id }) => code === FOUND_AS[kind] && id !== "");
      expect(found.length).toBe(3);
    },
  );

  test("what is found in polygons and ids does not depend on how the file is cut", async () => {
    const other = await check(join(inn("kommune"), "grunnkart.fgb"), { cutBytes: 50_000 });
    // Values that many features share are told of per cut, and sums round by it.
    const steady = ({ findings }: CheckFacts) =>
      findings.filter(({ code, id }) => code !== "FELT_TOMT" && id !== "");
    expect(steady(other)).toEqual(steady(facts));
  });
});

test("a file with a byte changed is checked or refused, never a crash", async () => {
  const bytes = readFileSync(
    writeGeoJson(inn("frisk.geojson"), [{ ring: bowTie(), values: { lokalId: "b" } }]),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, to) => {
      const changed = Buffer.from(bytes);
      changed[at] = to;
      writeFileSync(inn("skadd.geojson"), changed);
      await check(inn("skadd.geojson")).catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
      });
    }),
    { numRuns: 150 },
  );
});

describe.skipIf(!haveOutsideData)("real files", () => {
  test.each([
    ["arealdekke/n250_kristiansand_arealdekke_utm32.sos", 0],
    ["admin/kommuner_2024_L_wgs84.fgb", 38],
    ["admin/kommuner_2024_M_wgs84.geojson", 33],
    ["ugyldig/fylke_ugyldig_utm33.sos", 1],
    ["arealdekke/nibio_flater_fra_linjer_02_25833.fgb", 0],
  ])("%s: %i invalid, as GEOS counts", async (path, invalid) => {
    expect((await check(outside(`data/${path}`), { neighbours: false })).invalidCount).toBe(invalid);
  });
});
