/** Coordinates that no place has: `check` names them, and no finding has a figure that is no number. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { runCheck } from "../../src/run/check.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "uten-sted-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const flate = (lokalId: string, ring: readonly (readonly number[])[]) => ({
  type: "Feature",
  properties: { lokalId },
  geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
});
const square = (id: string, x: number, y: number, width: number) =>
  flate(id, [
    [x, y],
    [x + width, y],
    [x + width, y + width],
    [x, y + width],
  ]);

test.each([1e10, 1e100, 1e154, 1e200, 1e300])("coordinates of %d are not measured", async (far) => {
  const bowTie = [
    [far, far],
    [1.5 * far, 1.5 * far],
    [1.5 * far, far],
    [far, 1.2 * far],
  ];
  const features = [
    square("a", 500_000, 6_600_000, 10),
    square("b", 500_008, 6_600_000, 20),
    square("c", far, far, far / 8),
    square("d", 1.05 * far, far, far / 8),
    flate("e", bowTie),
  ];
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  const path = join(folder, "fjern.geojson");
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features }));
  const { findings, areaM2 } = await runCheck({ path, neighbours: true, workers: 0 }, await loadRules());
  const codes = findings.map(({ code }) => code);
  expect(codes).toContain("CRS_FEIL");
  expect(findings.find(({ code }) => code === "OVERLAPP")?.areaM2).toBe(20);
  expect(codes).not.toContain("SMAL_FLATE");
  expect(
    findings.filter(({ areaM2: m2, says }) => !Number.isFinite(m2) || /NaN|Infinity/.test(says)),
  ).toEqual([]);
  expect(areaM2).toBe(500);
});
