import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bbox, featureCount, type Layer, termOf } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import { outFormatOf } from "../../src/write/writeLayer.js";
import { values } from "../generate/values.js";
import { featureArea } from "../read/areas.js";

/** What we write, as another program reads it (GDAL's ogrinfo and ogr2ogr with SpatiaLite). */
const haveGdal = ["ogrinfo", "ogr2ogr"].every((program) => spawnSync(program, ["--version"]).status === 0);
if (!haveGdal) console.info("GDAL is not here: what it makes of written files is passed over");

const NAME = "prøve";
const FIELD = "kommunenummer";
let folder: string;
let layer: Layer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gdal-"));
  layer = [...generate({ seed: 5, polygons: 400, planAreas: 0, values }).grunnkart.batches()][0];
});
afterAll(() => rmSync(folder, { recursive: true }));

function gdal(program: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8" });
  expect(stderr.replace(/^Warning 1: This version of GeoPackage.*\n/gm, "")).toBe("");
  expect(status).toBe(0);
  return stdout;
}

const numberAfter = (text: string, word: string): number =>
  Number(new RegExp(`${word}[^=:]*[=:] (\\S+)`).exec(text)?.[1]);

function boxesMeeting([minX, minY, maxX, maxY]: Bbox): number {
  let count = 0;
  for (let f = 0; f < featureCount(layer); f++) {
    const from = layer.ringVertex[layer.partRing[layer.featurePart[f]]];
    const to = layer.ringVertex[layer.partRing[layer.featurePart[f + 1]]];
    let box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let v = from; v < to; v++) {
      const [x, y] = [layer.xy[2 * v], layer.xy[2 * v + 1]];
      box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    }
    if (box[0] <= maxX && box[2] >= minX && box[1] <= maxY && box[3] >= minY) count++;
  }
  return count;
}

describe.skipIf(!haveGdal)("GDAL reads", () => {
  test.each([
    ["fgb", "geometry"],
    ["gpkg", "geom"],
    ["geojson", "geometry"],
  ])("%s: count, area, attributes, and by the index", async (ending, geometry) => {
    const path = join(folder, `ut.${ending}`);
    const out = { name: NAME, epsg: layer.epsg, fields: [{ name: FIELD, type: "string" as const }] };
    await (
      await outFormatOf(path).load()
    )(path, out, [layer]);

    const sums = gdal(
      "ogrinfo", "-q", "-dialect", "sqlite", "-sql",
      `select count(*) n, sum(st_area(${geometry})) a, sum(st_npoints(${geometry})) v, sum(st_isvalid(${geometry})) ok from "${NAME}"`,
      path,
    ); // prettier-ignore
    const count = featureCount(layer);
    let areaM2 = 0;
    for (let f = 0; f < count; f++) areaM2 += featureArea(layer, f);
    expect(["n", "v", "ok"].map((name) => numberAfter(sums, ` ${name} `))).toEqual([
      count,
      layer.xy.length / 2,
      count,
    ]);
    expect(Math.abs(numberAfter(sums, " a ") - areaM2)).toBeLessThan(1e-9 * areaM2);

    const listed = gdal("ogr2ogr", "-f", "CSV", "-select", FIELD, "/vsistdout/", path)
      .trim()
      .split("\n")
      .slice(1);
    const column = layer.columns.get(FIELD);
    const ours = Array.from({ length: count }, (_, f) => (column === undefined ? "" : termOf(column, f)));
    expect(listed.map((one) => one.replaceAll('"', "")).sort()).toEqual(ours.sort());

    const [x, y] = [layer.xy[0], layer.xy[1]];
    const box: Bbox = [x, y, x + 500, y + 500];
    const near = gdal("ogrinfo", "-al", "-so", "-spat", ...box.map(String), path);
    // A GeoPackage is counted by its R-tree alone, the others polygon by polygon.
    const met = numberAfter(near, "Feature Count");
    expect(met).toBeGreaterThan(0);
    if (ending === "gpkg") expect(met).toBe(boxesMeeting(box));
    else expect(met).toBeLessThanOrEqual(boxesMeeting(box));
    expect(near).toContain('ID["EPSG",25833]');
  });
});
