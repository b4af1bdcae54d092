import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectionText } from "../../src/cli/inspect.js";
import { openSource } from "../../src/read/open.js";
import { loadRules } from "../../src/rules/load.js";
import type { Rules } from "../../src/rules/rules.js";
import { type Inspection, inspectSource } from "../../src/run/inspect.js";
import { box, type Flate, layerOfFlater, writeFgb, writeGeoJson } from "./scene.js";

let folder: string;
let rules: Rules;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "se-"));
  rules = await loadRules();
});
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
async function inspect(
  values: readonly Flate["values"][],
  name = "flater",
  epsg = 25833,
): Promise<Inspection> {
  const flater = values.map((one, i): Flate => ({ ring: box(100 * i, 0, 100 * i + 100, 100), values: one }));
  const path = join(folder, `${number++}.fgb`);
  await writeFgb(path, layerOfFlater(name, flater, epsg));
  return inspectSource(await openSource(path), rules);
}

test("format, system, count, geometry, fields with some values", async () => {
  const told = await inspect(Array.from({ length: 9 }, (_, i) => ({ kode: `k${i}`, tom: "" })));
  expect(told).toMatchObject({
    layer: "flater",
    format: "FlatGeobuf",
    epsg: 25833,
    epsgFrom: "file",
    crsByValues: { fits: true },
    features: 9,
    featuresStated: 9,
    geometry: { polygon: 9, multiPolygon: 0, other: 0, none: 0 },
    fields: [
      { name: "kode", type: "string", values: ["k0", "k1", "k2", "k3", "k4", "k5", "..."] },
      { name: "tom", values: [] },
    ],
    editions: [],
    warnings: [],
  });
  expect(told).not.toHaveProperty("recognised");
  expect(inspectionText(told)).toContain("features  9: 9 Polygon");
});

describe("what the fields say the layer is", () => {
  test("an edition of the Grunnkart, its kommuner, a zero that is lost", async () => {
    const told = await inspect(
      ["0301", "301", "5001"].map((kommunenummer) => ({ arealdekkeniva1: "skog", kommunenummer })),
    );
    expect(told).toMatchObject({ editions: ["arsversjon2025"], kommuner: ["0301", "301", "5001"] });
    expect(told.warnings).toEqual(["KOMMUNENUMMER_FEIL: 301 has lost a zero, it must be 0301"]);
    expect(told.fields[0]).toMatchObject({ name: "arealdekkeniva1", canonical: "arealdekkeNiva1" });
    expect(inspectionText(told)).toContain("edition   GrunnkartFlate, arsversjon2025");
  });

  test("an unknown edition: which fields it has and which it lacks", async () => {
    const told = await inspect([{ skogbonitet: "x", grunnforhold: "y" }]);
    const [warning] = told.warnings;
    expect(warning).toMatch(
      /^UTGAVE_UKJENT: has grunnforhold, skogbonitet; lacks arealdekkeNiva1, arealdekkeNiva2/,
    );
    expect(inspectionText(told)).toContain("unknown edition");
  });

  test("plan data, by the standard's names", async () => {
    const told = await inspect([{ OPLAREAL: "110", AREALST: "2", KOMM: "0301", annet: "" }]);
    expect(told.recognised?.family).toBe("plan");
    expect(told.fields.map(({ canonical }) => canonical)).toEqual([
      "arealformal",
      "arealbruksstatus",
      "kommunenummer",
      undefined,
    ]);
    expect(told.kommuner).toEqual(["0301"]);
  });

  test("the publisher's list of defects: a kommune, and the fylke that several make", async () => {
    const told = await inspect(
      ["4642", "4601"].map((kommunenummer) => ({ okosystemtype_1: "a", kommunenummer })),
    );
    expect(told.knownDefects).toEqual([
      { omraade: "46", formats: ["GML", "FGDB"] },
      { omraade: "4642", formats: ["GML"] },
    ]);
    expect(told.warnings.filter((text) => text.startsWith("TOPOLOGI_KJENT_FEIL"))).toHaveLength(2);
  });

  test("generalised sources", async () => {
    const told = await inspect([{ stemmekretsnummer: "1" }]);
    expect(told.generalised).toBe(true);
    expect(told.warnings.join()).toContain("KILDE_GENERALISERT");
  });
});

test("coordinates that contradict the system are told, not thrown", async () => {
  const path = writeGeoJson(join(folder, "feil.geojson"), [{ ring: box(0, 0, 1, 1), values: {} }], 4258);
  const told = await inspectSource(await openSource(path), rules);
  expect(told.crsByValues).toMatchObject({ fits: false });
  expect(told.warnings[0]).toMatch(/^CRS: .*look like metres/);
  expect(inspectionText(told)).toContain("the coordinates do not fit");
});
