import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildBands } from "../../src/bands/bands.js";
import { contoursOf } from "../../src/bands/contours.js";
import { limitsFor } from "../../src/bands/limits.js";
import { featureCount, termOf, type CodeColumn, type Layer } from "../../src/core/layer.js";
import { readLines } from "../../src/read/lines.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { contourNames, holdsPoint, ringsArea } from "./drawn.js";

/** N250 Høyde of Kristiansand: contours every 50 m, 80 lines of the sheet's edge, and 71 faces called Høydelag. */
const PATH = outside("data/hoyde/n250_kristiansand_hoyde_utm32.sos");

describe.skipIf(!haveOutsideData)("Kristiansand's contours", () => {
  test("bands cover the map sheet as its Høydelag do, and agree with its spot heights", async () => {
    const { lines } = await readLines(PATH);
    const contours = contoursOf(lines, contourNames);
    const heights = contours.height.filter((height) => !Number.isNaN(height));
    const limits = limitsFor(lines.name, [...heights], { step: 50 });
    expect(limits.inner).toEqual([50, 100, 150, 200, 250]);
    const { layer, findings, areaM2 } = buildBands({ lines, contours, limits, gap: 1, lowestWithout: false });
    const { layer: sheet } = await readLayer(await openSource(`${PATH}#Høydelag`), []);
    expect(featureCount(sheet)).toBe(71);
    const sheetM2 = ringsArea(sheet);
    const bandsM2 = [...areaM2.bands].reduce((sum, m2) => sum + m2, areaM2.undecided);
    expect(Math.abs(bandsM2 - sheetM2)).toBeLessThan(1);
    expect(Math.abs(ringsArea(layer) - bandsM2)).toBeLessThan(1e-3);
    expect(countByCode(findings.map(({ code }) => code))).toEqual({
      FLATE_UTEN_KURVE: 66, // skerries, and strips between the shore and the sheet's edge
      FORSENKNING_UMERKET: 1,
      KURVE_TIL_RAMME: 1, // all 108 open ends, at most 11 mm
      TOPP_ANTATT: 1,
    });
    expect(areaM2.undecided / sheetM2).toBeLessThan(0.026);
    // Two tops of 7 and 8 m above a contour that the map leaves out as too small.
    expect(spotHeightsOffBand(layer)).toEqual(["207.00 in 150-200", "258.00 in 200-250"]);
  });
});

function countByCode(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** The file's spot heights that lie in another band; each lies in one polygon. */
function spotHeightsOffBand(layer: Layer): string[] {
  const text = readFileSync(PATH, "latin1");
  const points = [...text.matchAll(/\n\.PUNKT[^]*?HØYDE +(\S+)[^]*?\.\.NØ\r?\n(\d+) (\d+)/g)];
  expect(points.length).toBe(14);
  const band = layer.columns.get("hoydeband") as CodeColumn;
  const misses: string[] = [];
  for (const [, height, north, east] of points) {
    const at = [Number(east) / 100, Number(north) / 100] as const;
    const found = Array.from({ length: featureCount(layer) }, (_, f) => f).filter((f) =>
      holdsPoint(layer, f, at),
    );
    expect(found.length, `${at.join(" ")}`).toBe(1);
    const [low, high] = termOf(band, found[0]).split("-").map(Number);
    if (Number(height) < low || Number(height) > high) misses.push(`${height} in ${low}-${high}`);
  }
  return misses;
}
