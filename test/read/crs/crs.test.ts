import { existsSync, readFileSync } from "node:fs";
import type { Polygon } from "geojson";
import { describe, expect, test } from "vitest";
import { bboxOf, type Bbox } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { checkPlausible, crsOf, diagnose, epsgOf, horizontalEpsg } from "../../../src/read/crs/crs.js";
import { outside } from "../outsideData.js";

test.each([
  ["EPSG:25833", 25833],
  ["epsg:4258", 4258],
  ["urn:ogc:def:crs:EPSG::25833", 25833],
  ["urn:ogc:def:crs:EPSG:8.9:4258", 4258],
  ["urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5941", 25832],
  ["http://www.opengis.net/def/crs/EPSG/0/25832", 25832],
  ["http://www.opengis.net/gml/srs/epsg.xml#25835", 25835],
  ["urn:ogc:def:crs:OGC:1.3:CRS84", 4326],
  ["OGC:CRS84", 4326],
  ["http://www.opengis.net/def/crs/OGC/0/CRS84h", 4326],
  ["EPSG:5973", 25833],
  ["25833", 25833],
  ["WGS 84", undefined],
  ["", undefined],
])("%s is %s", (text, epsg) => {
  expect(epsgOf(text)).toBe(epsg);
});

test.each([
  [5972, 25832],
  [5976, 25836],
  [5971, 25831],
  [5942, 4258],
  [5955, 5115],
  [5970, 5130],
  [6144, 4258],
  [6145, 5105],
  [6173, 25833],
  [5943, 5943],
  [25833, 25833],
])("the plane of %i is %i", (epsg, plane) => {
  expect(horizontalEpsg(epsg)).toBe(plane);
});

test("an unknown code is named with those we know", () => {
  expect(() => crsOf("plan", 27391)).toThrow(/plan: EPSG:27391.*25831-25836/);
});

test.each<[string, number, Bbox, string | undefined]>([
  ["all Norway with its sea", 25833, [-99552, 6425024, 1121927, 7963764], undefined],
  ["kommuner in degrees", 4326, [4.5, 57.9, 31.2, 71.2], undefined],
  ["Liechtenstein in UTM 32", 32632, [534000, 5211000, 546000, 5235000], undefined],
  ["Liechtenstein in degrees", 4326, [9.47, 47.04, 9.64, 47.28], undefined],
  ["a plan in NTM 15", 5115, [113800, 2000800, 115600, 2003800], undefined],
  ["CORINE in LAEA", 3035, [4300000, 3900000, 4500000, 4200000], undefined],
  ["nothing at all", 25833, [Infinity, Infinity, -Infinity, -Infinity], undefined],
  ["Web Mercator", 3857, [1196929, 8380593, 1199155, 8382814], "web-mercator"],
  ["metres called degrees", 4258, [262560, 6649371, 263748, 6650555], "metres-in-geographic-crs"],
  ["degrees swapped and called metres", 25833, [59.9, 10.7, 60, 10.8], "degrees-in-projected-crs"],
  ["swapped longitudes beyond 90", 4326, [-10, 100, 10, 120], "axis-order"],
  ["the origin of the plane", 25833, [0, 0, 100, 100], "degrees-in-projected-crs"],
  ["a stray vertex at the origin", 25833, [0, 0, 263748, 6650555], "wrong-crs"],
  ["UTM 33 called NTM", 5110, [262560, 6649371, 263748, 6650555], "wrong-crs"],
  ["an infinite coordinate", 25833, [262560, 6649371, Infinity, 6650555], "not-finite"],
])("%s", (_, epsg, bbox, kind) => {
  expect(diagnose("lag", epsg, bbox)?.kind).toBe(kind);
});

test("a wrong CRS is told with both readings", () => {
  const mercator: Bbox = [592453.46, 8487376.57, 594679.85, 8489630.01];
  expect(() => {
    checkPlausible("bergen.fgb", 25833, mercator);
  }).toThrow(InputError);
  expect(() => {
    checkPlausible("bergen.fgb", 25833, mercator);
  }).toThrow(/bergen\.fgb: .*76\.\d+° N.*Web Mercator \(EPSG:3857\) it is 60\.40° N 5\.33° E/);
});

type Case = {
  id: string;
  declaredCrs: string;
  geometry: Polygon;
  expected: { accept: boolean; diagnosis?: string };
};
const suite = outside("conformance/input-check.json");
const cases = existsSync(suite) ? (JSON.parse(readFileSync(suite, "utf8")) as { cases: Case[] }).cases : [];

describe.skipIf(cases.length === 0)("input-check", () => {
  test("has its cases", () => {
    expect(cases).toHaveLength(21);
  });
  test.each(cases)("$id", ({ id, declaredCrs, geometry, expected }) => {
    const xy = Float64Array.from(geometry.coordinates[0].flat());
    const epsg = epsgOf(declaredCrs) ?? 0;
    const found = diagnose(id, epsg, bboxOf(xy, 0, xy.length / 2));
    expect(found?.kind).toBe(expected.accept ? undefined : expected.diagnosis);
  });
});
