/** Real layers that other tools fail on, repaired and then judged by GEOS. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Layer, LayerBuilder } from "../../src/core/layer.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { makeReprojection } from "../../src/read/crs/reproject.js";
import { checkCoverage } from "../../src/repair/closeLook.js";
import { repairCoverage } from "../../src/repair/coverage.js";
import { ledgerOf } from "../../src/repair/ledger.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { areasOf } from "../../src/repair/rings.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { LIMITS, SETTINGS } from "./coverCases.js";
import { geosOpinion } from "./geos.js";

/** One WKT polygon a line. */
function wktLayer(path: string): Layer {
  const builder = new LayerBuilder(path, 25833, []);
  for (const line of readFileSync(outside(`data/${path}`), "utf8").split("\n")) {
    if (line.trim() === "") continue;
    const nested = line
      .slice(line.indexOf("("))
      .replaceAll("(", "[")
      .replaceAll(")", "]")
      .replaceAll(/(-?\d[\d.eE+-]*)\s+(-?\d[\d.eE+-]*)/g, "[$1,$2]");
    const read = JSON.parse(nested) as number[][][] | number[][][][];
    const parts = (line.startsWith("MULTI") ? read : [read]) as number[][][][];
    for (const rings of parts) {
      for (const ring of rings) builder.ring(ring.flat());
      builder.endPart();
    }
    builder.endFeature([]);
  }
  return builder.build();
}

async function fileLayer(path: string, epsg?: number): Promise<Layer> {
  const source = await openSource(outside(`data/${path}`), epsg === undefined ? {} : { epsg });
  const { layer } = await readLayer(source, []);
  return epsg === 4258 ? straightInDegrees(layer) : layer;
}

/** The corners alone moved to 25833: edges straight there, and not as they were in degrees. */
function straightInDegrees(layer: Layer): Layer {
  const move = makeReprojection("corners", 4258, 25833);
  const { xy, ringVertex } = layer;
  const corners = new LayerBuilder("corners", 4258, []);
  for (let v = 0; v < xy.length / 2; v++) {
    const [x, y] = [xy[2 * v], xy[2 * v + 1]];
    corners.ring([x, y, x, y]);
  }
  corners.endPart();
  corners.endFeature([]);
  const moved = move(corners.build()).xy;
  const at = new Float64Array(xy.length);
  for (let v = 0; v < xy.length / 2; v++) at.set(moved.subarray(4 * v, 4 * v + 2), 2 * v);
  return { ...layer, epsg: 25833, xy: at, ringVertex };
}

function repair(layer: Layer) {
  const mended = repairPolygons(layer);
  const repaired = repairCoverage(mended.layer, SETTINGS);
  const ledger = ledgerOf(mended, repaired, LIMITS);
  return { mended, repaired, ledger, after: checkCoverage(repaired.layer, SETTINGS) };
}

describe.skipIf(!haveOutsideData)("the windows SSB's own cleaning fails on", () => {
  test.each([
    ["arealdekke/ssb_flater_haugesund_25833.wkt.txt", 0.0042, 490_000],
    ["arealdekke/ssb_flater_oslo_25833.wkt.txt", 0, 490_000],
    ["ugyldig/ssb_hole_closing_25833.wkt.txt", 0, undefined],
  ])("%s: no gaps, no overlap, nothing missing", async (path, overlapM2, wholeM2) => {
    const { mended, repaired, ledger, after } = repair(wktLayer(path));
    expect(ledger.overlapM2).toBeCloseTo(overlapM2, 4);
    expect([...after.decisions, ...after.vertices, ...after.refused, ...repaired.moved]).toEqual([]);
    const before = areasOf(mended.layer);
    areasOf(repaired.layer).forEach((m2, f) => expect(m2 / before[f]).toBeGreaterThan(0.999));
    const { invalid, sumM2, unionM2 } = await geosOpinion(repaired.layer);
    expect(invalid).toEqual([]);
    expect(Math.abs(sumM2 - unionM2)).toBeLessThan(1e-6);
    if (wholeM2 !== undefined) expect(Math.abs(unionM2 - wholeM2)).toBeLessThan(1e-3);
  });

  test("ssb_dissolve_error: borders that differ in the last digit; the gaps that stay are wider than any that is filled", async () => {
    const { mended, repaired, ledger, after } = repair(wktLayer("ugyldig/ssb_dissolve_error_25833.wkt.txt"));
    expect([repaired.refused, repaired.lost]).toEqual([[], []]);
    expect(after.decisions.filter(({ to }) => to >= 0)).toEqual([]);
    const before = areasOf(mended.layer);
    areasOf(repaired.layer).forEach((m2, f) => expect(m2 / before[f]).toBeGreaterThan(0.999));
    const open = ledger.lines.filter(({ kind }) => kind === "open gap");
    expect(open.length).toBe(6);
    for (const { widthM, thresholdM } of open) expect(widthM).toBeGreaterThan(3 * thresholdM);
    const { invalid, sumM2, unionM2 } = await geosOpinion(repaired.layer);
    expect(invalid).toEqual([]);
    expect(Math.abs(sumM2 - unionM2)).toBeLessThan(1e-6);
  });
});

describe.skipIf(!haveOutsideData)("layers with large errors become valid, and cover ground once", () => {
  test.each([
    ["ugyldig/nibio_kommuner_overlapp_gap_4258.geojson", 4258],
    ["ugyldig/clc2006_2018418_3035.geojson", 3035],
    ["ugyldig/fylke_ugyldig_utm33.sos", undefined],
    ["admin/grunnkretser_asker_baerum_2018_25833.geojson", undefined],
  ])(
    "%s",
    async (path, epsg) => {
      const { repaired, ledger, after } = repair(await fileLayer(path, epsg));
      expect(repaired.refused).toEqual([]);
      expect(after.decisions.filter(({ kind }) => kind === "overlap")).toEqual([]);
      const { inM2, mendedM2, overlapM2, filledM2, movedM2, outM2 } = ledger;
      expect(Math.abs(inM2 + mendedM2 - overlapM2 + filledM2 + movedM2 - outM2)).toBeLessThan(1e-9 * outM2);
      const { invalid, sumM2, unionM2 } = await geosOpinion(repaired.layer);
      expect(invalid).toEqual([]);
      expect(Math.abs(sumM2 - unionM2) / unionM2).toBeLessThan(1e-9);
      if (path.includes("grunnkretser")) expect(Math.abs(overlapM2 - 488_360)).toBeLessThan(1);
    },
    120_000,
  );
});
