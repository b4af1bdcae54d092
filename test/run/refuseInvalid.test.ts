import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accounted } from "./accounted.js";
import { EAST, GROUND, layerOfFlater, NORTH, writeFgb } from "./scene.js";

/** Unit polygons in which "inside" has more than one meaning are refused by name; what only looks odd is counted as it is. */
let folder: string;
let ground: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "enheter-"));
  ground = await writeFgb(join(folder, "grunnkart.fgb"), layerOfFlater("grunnkart", GROUND));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Ring = readonly (readonly [number, number])[];

const square = (minX: number, minY: number, maxX: number, maxY: number): Ring => [
  [minX, minY],
  [maxX, minY],
  [maxX, maxY],
  [minX, maxY],
  [minX, minY],
];

function accountOf(parts: readonly (readonly Ring[])[]) {
  const coordinates = parts.map((rings) => rings.map((ring) => ring.map(([x, y]) => [EAST + x, NORTH + y])));
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  const properties = { kommunenummer: "0301" };
  const feature = { type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates } };
  const path = join(folder, "enheter.geojson");
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features: [feature] }));
  return accounted({
    grunnkart: { path: ground },
    units: [{ name: "kommune", path }],
    classes: ["objtype"],
  });
}

const OUTER = square(0, 0, 4000, 4000);

describe("refused, with key, place and reason", () => {
  test.each<[string, readonly (readonly Ring[])[], RegExp]>([
    [
      "a border that crosses itself in one of its own vertices",
      [[[[0, 0], [1000, 1000], [2000, 2000], [2000, 0], [1000, 1000], [0, 2000], [0, 0]]]], // prettier-ignore
      /^kommune, feature 0301, near 261000\.00 6651000\.00: a zone polygon whose border crosses itself in one of its own/,
    ],
    [
      "nested parts",
      [[OUTER], [square(1000, 1000, 2000, 2000)]],
      /^kommune, feature 0301, near 261000\.00 6651000\.00: a zone polygon with one part inside another/,
    ],
    [
      "parts that overlap",
      [[square(0, 0, 2000, 2000)], [square(1000, 1000, 3000, 3000)]],
      /parts that overlap/,
    ],
    ["the same part twice", [[OUTER], [OUTER]], /the same ring twice/],
    [
      "a hole in a hole",
      [[OUTER, square(500, 500, 3000, 3000), square(1000, 1000, 2000, 2000)]],
      /a hole inside a hole/,
    ],
    ["a hole elsewhere", [[square(0, 0, 1000, 1000), square(2000, 2000, 3000, 3000)]], /outside its shell/],
    ["a border walked twice", [[[...OUTER, ...OUTER.slice(1)]]], /border runs along itself/],
  ])("%s", async (_, parts, says) => {
    await expect(accountOf(parts)).rejects.toThrow(says);
  });
});

describe("counted as it stands", () => {
  test.each<[string, readonly (readonly Ring[])[], number]>([
    ["a hole on the edge of its shell", [[OUTER, square(3000, 1000, 4000, 2000)]], 15e6],
    [
      "a part in the hole of another",
      [[OUTER, square(1000, 1000, 3000, 3000)], [square(1500, 1500, 2000, 2000)]],
      12.25e6,
    ],
    ["parts with a common edge", [[square(0, 0, 2000, 4000)], [square(2000, 0, 4000, 4000)]], 16e6],
    [
      "a ring that comes back to a vertex without crossing itself",
      [[[[0, 0], [4000, 0], [4000, 4000], [0, 4000], [0, 0], [1000, 2000], [2000, 1000], [0, 0]]]], // prettier-ignore
      14.5e6,
    ],
    ["a spike", [[[[0, 0], [4000, 0], [4000, 4000], [4500, 4000], [0, 4000], [0, 0]]]], 16e6], // prettier-ignore
  ])("%s", async (_, parts, m2) => {
    const { facts } = await accountOf(parts);
    expect(facts.zoneLayers[0].units[0].union.planM2).toBeCloseTo(m2, 3);
  });
});
