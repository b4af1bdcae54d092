import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reproject } from "../../src/read/crs/reproject.js";
import type { Account } from "../../src/tables/tables.js";
import { accounted, planM2By } from "./accounted.js";
import { EAST, type Flate, GROUND, KOMMUNER, layerOfFlater, NORTH, writeFgb, writeGeoJson } from "./scene.js";

/** Ground that is not as it should be, and an account all the same: every square metre posted, the trouble said. */
let folder: string;
let ground: string;
let kommuner: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "funn-"));
  ground = await writeFgb(inn("grunnkart.fgb"), layerOfFlater("grunnkart", GROUND));
  kommuner = await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inn = (name: string): string => join(folder, name);
const about = ({ findings }: Account, code: string) => findings.filter((finding) => finding.code === code);
const accountOf = (grunnkart: string, enheter: string, classes = ["objtype"]) =>
  accounted({ grunnkart: { path: grunnkart }, units: [{ name: "kommune", path: enheter }], classes });

test("sound files: figures by hand and no finding", async () => {
  const sound = await accountOf(ground, kommuner);
  expect(planM2By(sound.facts, ["kommune"])).toEqual(
    new Map([
      ["0301", 6e6],
      ["3201", 10e6],
    ]),
  );
  expect(planM2By(sound.facts, ["objtype", "kommune"]).get("Skog\t0301")).toBeCloseTo(2e6, 6);
  expect(sound.findings).toEqual([]);
  expect(sound.checks.filter(({ ok }) => !ok)).toEqual([]);
});

test("units in another system are converted and said to be; the figures are the same", async () => {
  const inDegrees = reproject(layerOfFlater("kommuner", KOMMUNER), 4326);
  const converted = await accountOf(ground, await writeFgb(inn("kommuner-4326.fgb"), inDegrees));
  const sound = await accountOf(ground, kommuner);
  const expected = planM2By(sound.facts, ["objtype", "kommune"]);
  // Vertices come back to some nanometres, so a cell may hold slivers of the border: 4 km of it, 1e-4 m2.
  for (const [cell, m2] of planM2By(converted.facts, ["objtype", "kommune"])) {
    expect(Math.abs(m2 - (expected.get(cell) ?? 0))).toBeLessThan(1e-6 * Math.max(m2, 1000));
  }
  expect(about(converted, "REPROJISERT")).toMatchObject([
    {
      layer: "kommune",
      did: "mended",
      severity: "note",
      says: expect.stringContaining("EPSG:4326") as string,
    },
  ]);
  expect(converted.facts.inputs[1]).toMatchObject({ epsg: 25833, reprojectedFrom: 4326 });
  expect(about(sound, "REPROJISERT")).toEqual([]);
});

test("ground in degrees is worked on in 25833, and said to be", async () => {
  const inDegrees = await writeFgb(inn("grader.fgb"), reproject(layerOfFlater("grunnkart", GROUND), 4258));
  const converted = await accountOf(inDegrees, kommuner);
  expect(about(converted, "REPROJISERT")).toMatchObject([{ layer: "grunnkart" }]);
  expect(converted.facts.inputs[0]).toMatchObject({ epsg: 25833, reprojectedFrom: 4258 });
  expect(planM2By(converted.facts, ["kommune"]).get("0301")).toBeCloseTo(6e6, 2);
});

test("a ring that does not end where it began is closed", async () => {
  const open = GROUND.map(({ ring, values }, f) => ({ ring: f === 3 ? ring.slice(0, -1) : ring, values }));
  const closed = await accountOf(writeGeoJson(inn("apen.geojson"), open), kommuner);
  expect(about(closed, "RING_APEN")).toMatchObject([{ feature: 3, did: "mended" }]);
  const sound = await accountOf(ground, kommuner);
  expect(planM2By(closed.facts, ["objtype", "kommune"])).toEqual(
    planM2By(sound.facts, ["objtype", "kommune"]),
  );
});

test("a feature without geometry is counted, with 0 m2", async () => {
  const path = writeGeoJson(inn("null.geojson"), GROUND);
  const collection = JSON.parse(readFileSync(path, "utf8")) as { features: { geometry: unknown }[] };
  collection.features[5].geometry = null;
  writeFileSync(path, JSON.stringify(collection));
  const without = await accountOf(path, kommuner);
  expect(about(without, "NULL_GEOMETRI")).toMatchObject([{ feature: 5, areaM2: 0 }]);
  expect(without.facts.ground).toMatchObject({ featureCount: 16, own: { planM2: 15e6 } });
  expect(about(without, "HULL")).toMatchObject([
    { layer: "kommune", areaM2: expect.closeTo(1e6, 3) as number },
  ]);
});

test("a ground polygon that crosses itself: its loops cancel, and it is named", async () => {
  const [x, y] = [EAST, NORTH];
  const bowTie: Flate = {
    ring: [
      [x, y],
      [x + 1000, y + 1000],
      [x + 1000, y],
      [x, y + 500],
      [x, y],
    ],
    values: { objtype: "Skog" },
  };
  const crossed = await accountOf(
    writeGeoJson(inn("sloyfe.geojson"), [...GROUND.slice(1), bowTie]),
    kommuner,
  );
  expect(crossed.facts.ground.own.planM2).toBeCloseTo(15e6 + 250_000, 3);
  expect(crossed.facts.ground.posted.planM2).toBeCloseTo(crossed.facts.ground.own.planM2, 3);
});

test("a class value its list does not know has its row and its area", async () => {
  const codes = GROUND.map(({ ring }, f) => ({ ring, values: { artype: f === 0 ? "77" : "30" } }));
  const path = await writeFgb(inn("ukjent.fgb"), layerOfFlater("ar5", codes));
  const found = await accountOf(path, kommuner, ["artype"]);
  expect(about(found, "KODE_UKJENT")).toMatchObject([{ severity: "error", areaM2: 1e6, did: "kept" }]);
  expect(about(found, "KODE_UKJENT")[0].says).toMatch(/^artype «77» er ikke i rules\/ar5_arealtype\.json/);
  const stock = found.tables.find(({ id }) => id === "T1-artype");
  expect(stock?.rows.filter((row) => row.includes("77"))).toMatchObject([
    expect.arrayContaining(["ukjentVerdi", 1e6]),
  ]);
});

test("a field without a list shows its values as they are, and says that none can be called unknown", async () => {
  const strange = GROUND.map((flate, f) => (f === 0 ? { ...flate, values: { objtype: "Måneland" } } : flate));
  const path = await writeFgb(inn("uten-liste.fgb"), layerOfFlater("grunnkart", strange));
  const found = await accountOf(path, kommuner);
  expect(about(found, "KODELISTE_MANGLER")).toMatchObject([{ severity: "note", layer: "grunnkart" }]);
  expect(planM2By(found.facts, ["objtype"]).get("Måneland")).toBe(1e6);
});

test("a ground without a class value: row «uten verdi»", async () => {
  const without = GROUND.map((flate, f) => (f === 0 ? { ...flate, values: { objtype: "" } } : flate));
  const found = await accountOf(
    await writeFgb(inn("uten.fgb"), layerOfFlater("grunnkart", without)),
    kommuner,
  );
  expect(planM2By(found.facts, ["objtype"]).get("")).toBe(1e6);
  expect(about(found, "KODE_UKJENT")).toEqual([]);
});

test("a kommunenummer that was read as a number is named, with what it should be", async () => {
  const [first, second] = KOMMUNER;
  const asNumbers = [{ ...first, values: { kommunenummer: 301 } }, second];
  const found = await accountOf(ground, writeGeoJson(inn("tall.geojson"), asNumbers));
  expect(about(found, "KOMMUNENUMMER_FEIL")).toMatchObject([
    { severity: "warning", layer: "kommune", areaM2: 6e6, says: expect.stringContaining("0301") as string },
  ]);
  expect(planM2By(found.facts, ["kommune"]).get("301")).toBe(6e6);
});

test.each([
  ["by the name of the layer", "stemmekretser_2023", "kommunenummer"],
  ["by the name of a field", "kretser", "valgkretsnummer"],
])("a zone layer that is generalised is told %s", async (_, name, field) => {
  const kretser = KOMMUNER.map(({ ring, values }) => ({ ring, values: { [field]: values.kommunenummer } }));
  const path = await writeFgb(inn(`${name}.fgb`), layerOfFlater(name, kretser));
  const found = await accounted({ grunnkart: { path: ground }, units: [{ path, key: field }] });
  expect(about(found, "KILDE_GENERALISERT")).toMatchObject([{ severity: "warning", layer: name }]);
});

test("units more than 0.5 % off the ground's own kommunenummer are taken for generalised", async () => {
  const mapped = GROUND.map(({ ring, values }, f) => ({
    ring,
    values: { ...values, kommunenummer: f % 4 < 2 ? "0301" : "3201" },
  }));
  const path = await writeFgb(inn("med-nummer.fgb"), layerOfFlater("grunnkart", mapped));
  const found = await accountOf(path, kommuner, ["objtype", "kommunenummer"]);
  expect(about(found, "KILDE_GENERALISERT").map(({ areaM2, says }) => [areaM2, says.slice(0, 12)])).toEqual([
    [2e6, "enheten 0301"],
    [2e6, "enheten 3201"],
  ]);
});

test("units that lie on each other: keys joined, overlap in m2", async () => {
  const [first, second] = KOMMUNER;
  const wider = { ...first, ring: first.ring.map(([x, y]) => [x === EAST + 1500 ? x + 100 : x, y]) };
  const found = await accountOf(
    ground,
    await writeFgb(inn("overlapp.fgb"), layerOfFlater("kommuner", [wider, second])),
  );
  expect(planM2By(found.facts, ["kommune"])).toEqual(
    new Map([
      ["0301", 6e6],
      ["0301|3201", 400_000],
      ["3201", 9_600_000],
    ]),
  );
  expect(found.facts.zoneLayers[0].overlap.planM2).toBe(400_000);
  const quality = found.tables.find(({ id }) => id === "T14");
  expect(quality?.rows.some((row) => row.includes(400_000))).toBe(true);
});
