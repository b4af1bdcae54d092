import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bandName, buildBands } from "../../src/bands/bands.js";
import { contoursOf } from "../../src/bands/contours.js";
import { limitsFor } from "../../src/bands/limits.js";
import { featureCount, termOf, type CodeColumn, type Layer } from "../../src/core/layer.js";
import { overlay } from "../../src/overlay/overlay.js";
import { readLines } from "../../src/read/lines.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { contourNames, holdsPoint, ringsArea } from "./drawn.js";

/** N250 Høyde of Kristiansand: contours every 50 m, 80 lines of the sheet's edge, and 71 faces called Høydelag. */
const PATH = outside("data/hoyde/n250_kristiansand_hoyde_utm32.sos");
/** Land cover of the same sheet: 97 lakes, most with the height of their water. */
const COVER = outside("data/arealdekke/n250_kristiansand_arealdekke_utm32.sos");
const UNDECIDED = "uavklart";

async function bandsEvery50() {
  const { lines } = await readLines(PATH);
  const contours = contoursOf(lines, contourNames);
  const heights = contours.height.filter((height) => !Number.isNaN(height));
  const limits = limitsFor(lines.name, [...heights], { step: 50 });
  return { limits, ...buildBands({ lines, contours, limits, gap: 1, lowestWithout: false }) };
}

describe.skipIf(!haveOutsideData)("Kristiansand's contours", () => {
  test("bands cover the map sheet, every doubt is told, and spot heights agree", async () => {
    const { layer, findings, areaM2, limits } = await bandsEvery50();
    expect(limits.inner).toEqual([50, 100, 150, 200, 250]);
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
    // Two tops of 7 and 8 m above a contour that the map leaves out as too small.
    expect(spotHeightsOffBand(layer)).toEqual(["207.00 in 150-200", "258.00 in 200-250"]);
  });

  test("every square metre of the Høydelag lies in a band of its interval, or in a place reported as doubtful", async () => {
    const { layer, findings, areaM2, limits } = await bandsEvery50();
    const { layer: sheet } = await readLayer(await openSource(`${PATH}#Høydelag`), ["MINHØYDE", "MAKSHØYDE"]);
    const interval = (f: number): string =>
      `${valueOf(sheet, "MINHØYDE", f)}-${valueOf(sheet, "MAKSHØYDE", f)}`;
    // The sheet has one interval, so that every band up to 300 m must lie in it.
    expect(new Set(Array.from({ length: 71 }, (_, f) => interval(f)))).toEqual(new Set(["0-500"]));

    const { pieces, members } = overlay(sheet, [layer]);
    const byBand = new Map<string, number>();
    const undecidedM2 = new Map<number, number>(); // by polygon
    let offM2 = 0; // under no band, under two, or in a band outside the interval
    pieces.cover.forEach((cover, i) => {
      const m2 = pieces.planM2[i];
      const under = members[cover];
      const band = under.length === 1 ? valueOf(layer, "hoydeband", under[0]) : "";
      if (band === UNDECIDED) undecidedM2.set(under[0], (undecidedM2.get(under[0]) ?? 0) + m2);
      else if (!isWithin(band, interval(pieces.ground[i]))) offM2 += Math.abs(m2);
      byBand.set(band, (byBand.get(band) ?? 0) + m2);
    });
    expect(offM2).toBeLessThan(1e-3);
    const bands = Object.fromEntries([...byBand].map(([band, m2]) => [band, Math.round(m2)]));
    expect(bands).toEqual({
      "0-50": 97_200_123,
      "50-100": 75_113_325,
      "100-150": 43_288_950,
      "150-200": 34_373_109,
      "200-250": 16_674_625,
      "250-300": 1_783_406,
      [UNDECIDED]: 6_907_873, // 2.5 % of the sheet
    });
    limits.bands.forEach((band, i) => {
      expect(Math.abs(byBand.get(bandName(band))! - areaM2.bands[i]), bandName(band)).toBeLessThan(1e-3);
    });

    // Place by place: what is not decided is what the findings name, each with its area.
    const doubtful = findings.filter(({ code }) => code === "FLATE_UTEN_KURVE");
    const told = new Map<number, number>();
    for (const { says, areaM2: m2 } of doubtful) {
      const [, x, y] = /\((\S+) (\S+)\)/.exec(says)!;
      const polygons = [...undecidedM2.keys()].filter((f) => hasVertex(layer, f, `${x} ${y}`));
      expect(polygons.length, says).toBe(1);
      told.set(polygons[0], (told.get(polygons[0]) ?? 0) + m2);
    }
    expect(undecidedM2.size).toBe(66);
    for (const [f, m2] of undecidedM2)
      expect(Math.abs((told.get(f) ?? 0) - m2), `polygon ${f}`).toBeLessThan(1e-3);
  });

  test("98.8 % of the sheet's lakes lie in the band of their height, and none of its sea in any band", async () => {
    const { layer } = await bandsEvery50();
    const { layer: lakes } = await readLayer(await openSource(`${COVER}#Innsjø`), ["HØYDE"]);
    const onLakes = overlay(lakes, [layer]);
    const off = new Map<string, number>();
    const agrees = new Map<string, number>();
    onLakes.pieces.cover.forEach((cover, i) => {
      const height = valueOf(lakes, "HØYDE", onLakes.pieces.ground[i]);
      const m2 = onLakes.pieces.planM2[i];
      const [zone] = onLakes.members[cover];
      if (height === "" || zone === undefined) return;
      const band = valueOf(layer, "hoydeband", zone);
      const sums = isWithin(band, `${Number(height)}-${Number(height)}`, true) ? agrees : off;
      const key = sums === agrees ? band : `${Number(height)} m in ${band}`;
      sums.set(key, (sums.get(key) ?? 0) + m2);
    });
    expect(rounded(agrees)).toEqual({
      "0-50": 7_248_050,
      "50-100": 3_446_787,
      "100-150": 583_274,
      "150-200": 679_366,
      "200-250": 179_120,
    });
    // A map of 1:250 000 draws no contour of 50 m around water that lies up to 6 m under it, and one shore of a lake at
    // 134 m crosses the contour of 150 m (accuracy 50 m, as the file says). No line is there to build on: 1.2 %.
    expect(rounded(off)).toEqual({
      "44 m in 50-100": 737,
      "47 m in 50-100": 28_854,
      "49 m in 50-100": 116_743,
      "134 m in 150-200": 1_545,
    });

    const { layer: sea } = await readLayer(await openSource(`${COVER}#Havflate`), []);
    const atSea = overlay(sea, [layer]);
    const underSea = atSea.pieces.planM2.filter((_, i) => atSea.members[atSea.pieces.cover[i]].length > 0);
    expect(underSea.reduce((sum, m2) => sum + Math.abs(m2), 0)).toBeLessThan(10);
  });
});

const valueOf = (layer: Layer, column: string, feature: number): string =>
  termOf(layer.columns.get(column) as CodeColumn, feature);

/** Whether an interval of heights lies in another; turned round, whether it holds the other. */
function isWithin(band: string, interval: string, turned = false): boolean {
  const [[low, high], [from, to]] = [band, interval].map((text) => text.split("-").map(Number));
  return turned ? low <= from && to <= high : from <= low && high <= to;
}

const rounded = (sums: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...sums].map(([key, m2]) => [key, Math.round(m2)]));

/** Whether a vertex of the feature, written with two decimals as findings write places, is the one asked for. */
function hasVertex({ xy, ringVertex, partRing, featurePart }: Layer, feature: number, at: string): boolean {
  const [from, to] = [feature, feature + 1].map((f) => ringVertex[partRing[featurePart[f]]]);
  for (let v = from; v < to; v++) {
    if (`${xy[2 * v].toFixed(2)} ${xy[2 * v + 1].toFixed(2)}` === at) return true;
  }
  return false;
}

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
