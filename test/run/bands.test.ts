import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LayerBuilder } from "../../src/core/layer.js";
import { reproject } from "../../src/read/crs/reproject.js";
import { parseContourNames } from "../../src/rules/contourNames.js";
import { runBands } from "../../src/run/bands.js";
import { box } from "./scene.js";

const names = parseContourNames(
  readFileSync(new URL("../../rules/hoydekurver.json", import.meta.url), "utf8"),
);
let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "band-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Lines from metres of the scene as a file in another system. */
function contours(
  file: string,
  epsg: number,
  lines: readonly (readonly [number, [number, number][]])[],
): string {
  const features = lines.map(([hoyde, points]) => {
    const builder = new LayerBuilder("linje", 25833, []);
    builder.ring(points.flat());
    builder.endPart();
    builder.endFeature([]);
    const { xy } = reproject(builder.build(), epsg, Infinity);
    const coordinates = Array.from({ length: xy.length / 2 }, (_, i) => [xy[2 * i], xy[2 * i + 1]]);
    return { type: "Feature", properties: { hoyde }, geometry: { type: "LineString", coordinates } };
  });
  const crs = { type: "name", properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  writeFileSync(at(file), JSON.stringify({ type: "FeatureCollection", crs, features }));
  return at(file);
}

test("contours in degrees give bands in metres, with the areas of those in metres", async () => {
  const ring = (from: number, to: number) => box(from, from, to, to) as [number, number][];
  // The open ends of the outer contour lie 20 m apart: far more than the metre that is closed by itself.
  const open = [...ring(1000, 3000).slice(0, -1), [ring(1000, 3000)[0][0], ring(1000, 3000)[0][1] + 20]];
  const lines = [
    [0, ring(0, 4000)],
    [100, open as [number, number][]],
    [200, ring(1800, 2200)],
  ] as const;
  const made = async (epsg: number) =>
    runBands(
      { path: contours(`${epsg}.geojson`, epsg, lines), out: at(`${epsg}.fgb`), bands: { step: 100 } },
      names,
    );
  const [metres, degrees] = [await made(25833), await made(4258)];
  expect(degrees.epsg).toBe(25833);
  expect(degrees.findings[0]).toMatchObject({
    code: "REPROJISERT",
    says: expect.stringContaining("4258") as string,
  });
  const undecided = [metres, degrees].map(({ areaM2 }) => areaM2.undecided);
  expect(undecided[0]).toBeGreaterThan(1e6);
  expect(Math.abs(undecided[1] / undecided[0] - 1)).toBeLessThan(1e-3);
  const codes = (of: typeof metres) =>
    of.findings.map(({ code }) => code).filter((code) => code !== "REPROJISERT");
  expect(codes(degrees).sort()).toEqual(codes(metres).sort());
});

test("a frame without a polygon is told by its own name", async () => {
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  writeFileSync(at("tom.geojson"), JSON.stringify({ type: "FeatureCollection", crs, features: [] }));
  const path = contours("kurver.geojson", 25833, [[100, box(0, 0, 1000, 1000) as [number, number][]]]);
  await expect(
    runBands({ path, out: at("band.fgb"), bands: { step: 100 }, frame: at("tom.geojson") }, names),
  ).rejects.toThrow(/tom.geojson: a layer without features\. Wanted: at least one polygon/);
});
