import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GROUND, KOMMUNER, layerOfFlater, writeFgb, writeGeoJson } from "../run/scene.js";
import { arealregnskap } from "./program.js";

let folder: string;
let ground: string;
let kommuner: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inspect-"));
  ground = await writeFgb(join(folder, "grunn.fgb"), layerOfFlater("grunn", GROUND));
  kommuner = writeGeoJson(join(folder, "kommuner.geojson"), KOMMUNER);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("several files, as text", async () => {
  const { code, stdout } = await arealregnskap(["inspect", ground, kommuner]);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `${ground}\n  layer     grunn (FlatGeobuf)\n  CRS       EPSG:25833 ETRS89 / UTM 33N, declared in the file; the coordinates fit`,
  );
  expect(stdout).toContain("  features  16: 16 Polygon\n");
  expect(stdout).toContain("  kommuner  0301, 3201\n");
});

test("the same for machines", async () => {
  const { code, stdout } = await arealregnskap(["inspect", "--json", ground, kommuner]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { file: ground, features: 16, format: "FlatGeobuf", warnings: [] },
    { file: kommuner, features: 2, format: "GeoJSON", kommuner: ["0301", "3201"] },
  ]);
});

test("one file of several that is not there is an error", async () => {
  expect(await arealregnskap(["inspect", ground, join(folder, "borte.fgb")])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("no such file") as string,
  });
});
