/** `repair` on files: what is written, twice, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { ledgerFilesOf, runRepair } from "../../src/run/repair.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "repair-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const square = (lokalId: string, x: number, width: number) => {
  const [left, bottom] = [500_000 + x, 6_600_000];
  const corners = [
    [left, bottom],
    [left + width, bottom],
    [left + width, bottom + 10],
    [left, bottom + 10],
    [left, bottom],
  ];
  return { type: "Feature", properties: { lokalId }, geometry: { type: "Polygon", coordinates: [corners] } };
};

function write(name: string, features: readonly object[], epsg = 25833): string {
  const crs = { type: "name", properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  writeFileSync(at(name), JSON.stringify({ type: "FeatureCollection", crs, features }));
  return at(name);
}

test("an overlap of 2 m goes to the larger polygon; the ledger has it; a second repair changes no byte", async () => {
  const path = write("to.geojson", [square("0301-a", 0, 10), square("0301-b", 8, 20)]);
  const facts = await runRepair({ path, out: at("rep.fgb") }, await loadRules());
  const { inM2, overlapM2, outM2 } = facts.ledger;
  expect([inM2, overlapM2, outM2]).toEqual([300, 20, 280]);
  const csv = readFileSync(ledgerFilesOf(at("rep.fgb")).csv, "utf8")
    .trim()
    .split("\n");
  // Beside the overlap: the corners of each square that lie on the other's sides.
  expect(csv.filter((line) => line.startsWith("vertex,")).length).toBe(4);
  expect(csv.length).toBe(6);
  expect(csv.find((line) => line.startsWith("overlap,"))).toMatch(
    /^overlap,0301-a 0301-b,.*,20,0,0301-a,0301-b,area,/,
  );
  const again = await runRepair({ path: at("rep.fgb"), out: at("rep2.fgb") }, await loadRules());
  expect(again.ledger.lines).toEqual([]);
  expect(readFileSync(at("rep2.fgb"))).toEqual(readFileSync(at("rep.fgb")));
});

test("an output that is there, and a file in degrees, are refused in words", async () => {
  const path = write("en.geojson", [square("a", 0, 10)]);
  const rules = await loadRules();
  await runRepair({ path, out: at("en.gpkg") }, rules);
  await expect(runRepair({ path, out: at("en.gpkg") }, rules)).rejects.toThrow(/--overskriv/);
  const degrees = {
    ...square("a", 0, 10),
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [10, 60],
          [11, 60],
          [11, 61],
          [10, 60],
        ],
      ],
    },
  };
  const inDegrees = write("grader.geojson", [degrees], 4258);
  await expect(runRepair({ path: inDegrees, out: at("g.fgb") }, rules)).rejects.toThrow(/--til-epsg/);
});
