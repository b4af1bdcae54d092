import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GROUND, KOMMUNER, layerOfFlater, writeFgb, writeGeoJson } from "../run/scene.js";
import { zipOf } from "../read/zipFile.js";
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

test("one file of several that is not there is an error, said after what the others are", async () => {
  const { code, stdout } = await arealregnskap(["inspect", ground, join(folder, "borte.fgb")]);
  expect(code).toBe(1);
  expect(stdout).toContain("layer     grunn (FlatGeobuf)");
  expect(stdout).toMatch(/borte\.fgb\n {2}! cannot be read: .*no such file/);
});

describe("an archive with a file that is refused", () => {
  const archive = (name: string, members: Parameters<typeof zipOf>[0]) => {
    const path = join(folder, name);
    writeFileSync(path, zipOf(members));
    return path;
  };
  const good = () => ({ name: "kommuner.geojson", content: readFileSync(kommuner) });
  const cut = () => ({ name: "kappet.geojson", content: readFileSync(kommuner).subarray(0, -60) });
  const locked = () => ({ name: "last.geojson", content: "{}", says: { method: 99 } });

  test("the others are told, and the exit code says so", async () => {
    const path = archive("tre.zip", [cut(), good(), locked()]);
    const { code, stdout } = await arealregnskap(["inspect", path]);
    expect(code).toBe(0);
    expect(stdout).toContain("  features  2: 2 Polygon\n");
    expect(stdout).toMatch(/kappet\.geojson\n.*! cannot be read: .*kappet\.geojson/s);
    expect(stdout).toMatch(/last\.geojson\n {2}! cannot be read: .*AES/);
    const json = await arealregnskap(["inspect", "--json", path]);
    const told = JSON.parse(json.stdout) as { file: string; refused?: string }[];
    expect(told.map((one) => [one.file.slice(path.length + 1), "refused" in one]).sort()).toEqual([
      ["kappet.geojson", true],
      ["kommuner.geojson", false],
      ["last.geojson", true],
    ]);
  });

  test("nothing else in it: the code of a bad file", async () => {
    const { code, stdout } = await arealregnskap(["inspect", archive("ett.zip", [locked()])]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/! cannot be read: .*AES/);
  });
});
