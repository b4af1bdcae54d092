import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GROUND_FORMS } from "../run/groundFiles.js";
import { GROUND, hashesOf, KOMMUNER, writeGeoJson } from "../run/scene.js";
import { arealregnskap } from "./program.js";

/** The flags for several ground files and for prepared layers, as a user gives them. */
let folder: string;
let west: string;
let east: string;
let kommuner: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "flere-"));
  west = await GROUND_FORMS["ground.gml.zip"](folder, GROUND.slice(0, 8));
  east = await GROUND_FORMS["ground.gpkg"](folder, GROUND.slice(8));
  kommuner = writeGeoJson(join(folder, "kommuner.geojson"), KOMMUNER);
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const run = (out: string, ...more: string[]) =>
  arealregnskap([
    "account",
    ...["--grunnkart", west, "--grunnkart", east, "--klasse", "objtype"],
    ...["--enheter", `kommune=${kommuner}`, "--out", at(out), ...more],
  ]);

test("two files are one account, the same bytes with and without a prepared copy, map and report with them", async () => {
  const { code, stdout, stderr } = await run("uten", "--report");
  expect(stderr).not.toMatch(/Error/);
  expect(code).toBe(0);
  expect(stdout).toContain("16 flater");
  const plain = hashesOf(at("uten"));
  const receipt = JSON.parse(readFileSync(at("uten/kvittering.json"), "utf8")) as {
    settings: { grunnkart: string; flereGrunnkart: unknown };
    inputs: { role: string; featureCount: number }[];
  };
  expect(receipt.settings).toMatchObject({
    grunnkart: "ground.gml.zip",
    flereGrunnkart: [{ fil: "ground.gpkg" }],
  });
  expect(receipt.inputs.map(({ role, featureCount }) => [role, featureCount])).toEqual([
    ["grunnkart", 8],
    ["grunnkart", 8],
    ["enheter", 2],
  ]);
  for (const out of ["forste", "andre"]) {
    expect((await run(out, "--mellomlager", at("lager"), "--report")).code).toBe(0);
    expect(hashesOf(at(out))).toEqual(plain);
  }
  expect((await run("tre", "--workers", "2", "--mellomlager", "--report")).code).toBe(0);
  expect(hashesOf(at("tre"))).toEqual(plain);
  expect(Object.keys(hashesOf(at("lager")))).toHaveLength(6);
  expect(Object.keys(hashesOf(at("mellomlager")))).toHaveLength(6);
});

test("a run file says the same, its paths from where it lies", async () => {
  writeFileSync(
    at("kjoring.yaml"),
    [
      "grunnkart: ground.gml.zip",
      "flereGrunnkart: [{ fil: ground.gpkg }]",
      "mellomlager: lager",
      "klasse: [objtype]",
      "enheter: [{ navn: kommune, fil: kommuner.geojson }]",
      "rapport: [nb]",
      "ut: fra-fil",
    ].join("\n"),
  );
  expect((await arealregnskap(["account", at("kjoring.yaml")])).code).toBe(0);
  expect(hashesOf(at("fra-fil"))).toEqual(hashesOf(at("uten")));
});

test("several files and a folder of files are two things", async () => {
  const { code, stderr } = await run("mappe", "--mappe", folder);
  expect(code).toBe(1);
  expect(stderr).toContain("either --grunnkart or --mappe");
});
