import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { national } from "../../src/cli/national.js";
import { writeReports } from "../../src/cli/report.js";
import { parseBasis, parseMap } from "../../src/run/reportBasis.js";
import { GROUND, KOMMUNER, settings, writeGeoJson } from "../run/scene.js";

/** The scene's ground in two files, reported one by one and together. */
let folder: string;
const at = (...path: string[]): string => join(folder, ...path);
const textOf = (...path: string[]): string => readFileSync(at(...path), "utf8");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "landet-"));
  mkdirSync(at("inn"));
  writeGeoJson(at("kommune.geojson"), KOMMUNER);
  writeGeoJson(at("inn", "0301.geojson"), GROUND.slice(0, 8));
  writeGeoJson(at("inn", "3201.geojson"), GROUND.slice(8));
  const more = { klasse: ["objtype"], reparasjon: "off", rapport: ["nb", "en"] };
  const asked = settings(at("inn"), { kommune: at("kommune.geojson") }, at("ut"), more);
  await national(asked, true, new AbortController().signal);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder's reports: one of each file and one of the sum, as HTML and PDF in each language", () => {
  for (const part of ["kommuner/0301", "kommuner/3201", "sum"])
    for (const name of ["rapport.html", "rapport.en.html", "rapport.pdf", "rapport.en.pdf"])
      expect(existsSync(at("ut", part, name)), `${part}/${name}`).toBe(true);
});

test("the sum's basis has its tables, the polygons of all files, and checks that hold", () => {
  const basis = parseBasis("sum", textOf("ut", "sum", "regnskap.json"));
  expect(basis.tables.map(({ id }) => id)).toEqual([
    "T1-objtype",
    "T1-objtype-kommune",
    "T2-kommune-objtype",
  ]);
  expect(basis.ground.featureCount).toBe(GROUND.length);
  expect(basis.layers).toEqual([
    expect.objectContaining({ name: "kommune", unitCount: 2, uncoveredCount: 0 }),
  ]);
  expect(basis.checks.length).toBeGreaterThan(0);
  expect(basis.checks.every(({ ok }) => ok)).toBe(true);
  const receipt = JSON.parse(textOf("ut", "sum", "kvittering.json")) as { checks: unknown[] };
  expect(receipt.checks).toHaveLength(basis.checks.length);
});

test("the sum's map has the ground of all files", () => {
  const classes = (...path: string[]): string[] =>
    parseMap("kart", textOf(...path)).classes.map(({ kode }) => kode);
  const parts = ["0301", "3201"].flatMap((name) => classes("ut", "kommuner", name, "kart.json"));
  expect(classes("ut", "sum", "kart.json")).toEqual([...new Set(parts)].sort());
});

test("`report` of the sum makes the other files too, its workbook with every cell", async () => {
  await writeReports(at("ut", "sum"), ["nb"], ["html", "xlsx", "json-stat", "parquet"]);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(at("ut", "sum", "rapport.xlsx"));
  const cells = textOf("ut", "sum", "cells.csv").trimEnd().split("\n");
  expect(workbook.worksheets.at(-1)!.rowCount).toBe(cells.length);
  expect(textOf("ut", "sum", "rapport.html")).toContain("Arealregnskap for inn");
});
