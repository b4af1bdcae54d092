import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EAST, NORTH, box, GROUND, writeGeoJson } from "../run/scene.js";
import { arealregnskap } from "./program.js";

/** The scene's 16 km² with one contour across it, an open one, and the sheet's edge. */
let folder: string;
const at = (x: number, y: number): readonly [number, number] => [EAST + x, NORTH + y];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "band-"));
  const line = (objtype: string, hoyde: number | null, ...coordinates: (readonly [number, number])[]) => ({
    type: "Feature",
    properties: { objtype, hoyde },
    geometry: { type: "LineString", coordinates },
  });
  const features = [
    line("KantUtsnitt", null, ...(box(0, 0, 4000, 4000) as [number, number][])),
    line("Høydekurve", 100, at(0, 1500), at(4000, 1500)),
    line("Høydekurve", 200, at(0, 2500), at(4000, 2500)),
    line("Høydekurve", 300, at(0, 3500), at(700, 3500)),
  ];
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::5973" } };
  writeFileSync(join(folder, "kurver.geojson"), JSON.stringify({ type: "FeatureCollection", crs, features }));
  writeGeoJson(join(folder, "grunn.geojson"), GROUND);
});
afterAll(() => rmSync(folder, { recursive: true }));

const bands = (...args: string[]) => arealregnskap(["bands", join(folder, "kurver.geojson"), ...args]);

test("bands are made, said and listed, and are units of an account like any others", async () => {
  const out = join(folder, "band.fgb");
  const made = await bands("-o", out, "--grenser", "0,100,200,300");
  expect(made.stderr).toBe("");
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/0-100 +6,000 km²\n100-200 +4,000 km²\n/);
  expect(made.stdout).toMatch(/uavklart +6,000 km²/);
  expect(readFileSync(`${out}.funn.csv`, "utf8")).toMatch(/KURVE_SLUTTER.*\(260700\.00 6653500\.00\)/);

  const account = await arealregnskap([
    ...["account", "--grunnkart", join(folder, "grunn.geojson"), "--klasse", "objtype", "--workers", "0"],
    ...["--enheter", `hoyde=${out}`, "--nokkel", "hoyde=hoydeband", "--out", join(folder, "ut"), "--quiet"],
  ]);
  expect(account.stderr).toBe("");
  const rows = readFileSync(join(folder, "ut", "cells.csv"), "utf8")
    .split("\n")
    .slice(1, -1);
  const sums: Record<string, number> = {};
  for (const row of rows) {
    const [, band, m2] = row.split(",");
    sums[band] = (sums[band] ?? 0) + Number(m2);
  }
  expect(sums).toEqual({ "0-100": 6_000_000, "100-200": 4_000_000, uavklart: 6_000_000 });
});

test.each([
  ["no limits", [], /--ekvidistanse 100, or --grenser/],
  ["both kinds of limits", ["--grenser", "0", "--ekvidistanse", "5"], /both --ekvidistanse and --grenser/],
  [
    "a limit no contour has",
    ["--grenser", "0,150"],
    /a limit at 150 m, where no contour runs.*100, 200, 300/,
  ],
  ["a step of nothing", ["--ekvidistanse", "0"], /a step of 0 m/],
  ["a field that is not there", ["--ekvidistanse", "100", "--felt", "moh"], /no field moh.*objtype, hoyde/],
])("%s: refused in words, nothing written", async (_, args, says) => {
  const out = join(folder, "ikke.fgb");
  const { code, stderr } = await bands("-o", out, ...args);
  expect(stderr).toMatch(says);
  expect(code).toBe(1);
  expect(existsSync(out)).toBe(false);
});

test("a file that is there is replaced only when asked", async () => {
  const out = join(folder, "to.geojson");
  writeFileSync(out, "min");
  const refused = await bands("-o", out, "--ekvidistanse", "100");
  expect(refused.stderr).toContain("--overskriv");
  expect(readFileSync(out, "utf8")).toBe("min");
  expect((await bands("-o", out, "--ekvidistanse", "100", "--overskriv", "--quiet")).code).toBe(0);
});
