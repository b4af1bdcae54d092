/** Kommuner as Administrative enheter has them, in UTM 35 with heights (EPSG:5975): sea, parts and an enclave. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { boxRing, type Ring } from "../kernels/layers.js";
import { accounted } from "./accounted.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hoyder-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Solid ground in Finnmark, EPSG:25835. */
const [EAST, NORTH] = [430_000, 7_800_000];
const box = (minX: number, minY: number, maxX: number, maxY: number): Ring =>
  boxRing(EAST + minX, NORTH + minY, EAST + maxX, NORTH + maxY);
type Parts = readonly (readonly Ring[])[];

/**
 * The ground is 4 km x 3 km. 5622 reaches 1 km out to sea in the north, where there is no ground, has a part of its own in
 * the east, and a hole that is an enclave of 5610.
 */
const KOMMUNER: readonly { readonly kommunenummer: string; readonly parts: Parts }[] = [
  {
    kommunenummer: "5622",
    parts: [[box(0, 0, 2000, 4000), box(500, 500, 1000, 1000).toReversed()], [box(3000, 0, 4000, 1000)]],
  },
  { kommunenummer: "5610", parts: [[box(2000, 0, 3000, 3000)], [box(500, 500, 1000, 1000)]] },
];

/** A slope of 1:2 and a peak: were heights to count, every area would be another. */
const heightAt = ([x, y]: readonly number[]): number => 0.5 * (x - EAST) + ((y - NORTH) % 700);
const raised = (ring: Ring): number[][] => ring.map((point) => [...point, heightAt(point)]);

function geoJson(epsg: number): string {
  const path = join(folder, "kommune.geojson");
  const features = KOMMUNER.map(({ kommunenummer, parts }) => ({
    type: "Feature",
    properties: { kommunenummer },
    geometry: { type: "MultiPolygon", coordinates: parts.map((rings) => rings.map(raised)) },
  }));
  const crs = { type: "name", properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features }));
  return path;
}

function gml(epsg: number): string {
  const path = join(folder, "kommune.gml");
  const ring = (points: Ring): string =>
    `<gml:LinearRing><gml:posList srsDimension="3">${raised(points).flat().join(" ")}</gml:posList></gml:LinearRing>`;
  const polygon = ([shell, ...holes]: readonly Ring[]): string =>
    `<gml:surfaceMember><gml:Polygon><gml:exterior>${ring(shell)}</gml:exterior>${holes
      .map((hole) => `<gml:interior>${ring(hole)}</gml:interior>`)
      .join("")}</gml:Polygon></gml:surfaceMember>`;
  const members = KOMMUNER.map(
    ({ kommunenummer, parts }) =>
      `<gml:featureMember><app:Kommune gml:id="k.${kommunenummer}"><app:område><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::${epsg}" srsDimension="3">${parts
        .map(polygon)
        .join(
          "",
        )}</gml:MultiSurface></app:område><app:kommunenummer>${kommunenummer}</app:kommunenummer></app:Kommune></gml:featureMember>`,
  );
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="https://skjema.geonorge.no/SOSI/produktspesifikasjon/AdmEnheter/20240101" gml:id="c">
${members.join("")}</gml:FeatureCollection>`,
  );
  return path;
}

function ground(epsg: number): string {
  const path = join(folder, "grunn.geojson");
  const feature = (objtype: string, ring: Ring) => ({
    type: "Feature",
    properties: { objtype },
    geometry: { type: "Polygon", coordinates: [epsg === 5975 ? raised(ring) : ring] },
  });
  const features = [feature("Skog", box(0, 0, 4000, 2000)), feature("ÅpentOmråde", box(0, 2000, 4000, 3000))];
  const crs = { type: "name", properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features }));
  return path;
}

test.each([
  ["GeoJSON", geoJson, 25835],
  ["GML", gml, 25835],
  ["GeoJSON over ground with heights", geoJson, 5975],
  ["GML over ground with heights", gml, 5975],
])(
  "kommuner in EPSG:5975, %s: heights move no area, sea is uncovered, an enclave is its own",
  async (_, write, epsg) => {
    const { facts, findings } = await accounted({
      grunnkart: { path: ground(epsg) },
      units: [{ name: "kommune", path: write(5975) }],
    });
    const [layer] = facts.zoneLayers;
    expect(layer.units.map(({ key, own, covered }) => [key, own.planM2, covered.planM2])).toEqual([
      ["5610", 3.25e6, 3.25e6],
      ["5622", 8.75e6, 6.75e6],
    ]);
    expect(layer.overlap.planM2).toBe(0);
    const told = findings.map(({ code, areaM2 }) => [code, areaM2] as const);
    expect(told.filter(([code]) => code === "HULL")).toEqual([["HULL", 2e6]]);
    expect(told.map(([code]) => code)).not.toContain("REPROJISERT"); // UTM 35 with and without heights is one plane
  },
);
