import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { deserialize } from "flatgeobuf/lib/mjs/geojson.js";
import type { MultiPolygon, Polygon } from "geojson";
import { Geodesic, PolygonArea } from "geographiclib-geodesic";
import proj4 from "proj4";
import { describe, expect, test } from "vitest";
import type { Measure } from "../../src/core/measure.js";
import { InputError } from "../../src/core/trouble.js";
import { measureFor } from "../../src/overlay/measure.js";

type Point = readonly [number, number];
type Ring = readonly Point[]; // closed

const PLACES: Record<string, Point> = {
  Utsira: [4.88, 59.31],
  Bergen: [5.32, 60.39],
  Stavanger: [5.73, 58.97],
  Ålesund: [6.15, 62.47],
  Oslo: [10.75, 59.91],
  Trondheim: [10.4, 63.43],
  Bodø: [14.4, 67.28],
  Tromsø: [18.96, 69.65],
  Vardø: [31.1, 70.37],
};

/** (k^2 - 1) in %, in UTM 32, 33 and 35. */
const OVERSTATED: Record<string, readonly number[]> = {
  Utsira: [0.06, 0.73, 3.76],
  Bergen: [0.02, 0.62, 3.37],
  Stavanger: [0.01, 0.62, 3.55],
  Ålesund: [-0.03, 0.43, 2.7],
  Oslo: [-0.06, 0.06, 1.93],
  Trondheim: [-0.07, 0.05, 1.58],
  Bodø: [0.05, -0.08, 0.64],
  Tromsø: [0.28, -0.02, 0.16],
  Vardø: [1.54, 0.8, -0.02],
};

describe("which systems have a measure", () => {
  test.each([
    [25831, "tm 3 0.9996"],
    [25833, "tm 15 0.9996"],
    [25836, "tm 33 0.9996"],
    [32632, "tm 9 0.9996"],
    [5973, "tm 15 0.9996"],
    [5105, "tm 5.5 1"],
    [5130, "tm 30.5 1"],
    [3035, "equal-area"],
  ])("EPSG:%i is measured as %s", (epsg, id) => {
    expect(measureFor(epsg).id).toBe(id);
  });

  test.each([4258, 4326, 3857, 25830, 25837, 5104, 5131, 27700, 0])("EPSG:%i is refused", (epsg) => {
    expect(() => measureFor(epsg)).toThrow(InputError);
  });

  test("an equal-area plane is its own measure", () => {
    const measure = measureFor(3035);
    expect(measure.u(4_321_123.25, 4_000_000)).toBe(4_321_123.25);
    expect(measure.bend(4e6, 4e6, 4.1e6, 4.2e6)).toBe(0);
  });
});

describe("against geodesic polygons", () => {
  const cells = Object.entries(OVERSTATED).flatMap(([name, percents]) =>
    [25832, 25833, 25835].map((epsg, i) => ({ name, epsg, percent: percents[i] })),
  );

  test.each(cells)(
    "a square kilometre at $name in $epsg is overstated by $percent %",
    ({ name, epsg, percent }) => {
      const square = squareAround(placeIn(epsg, name), 1000);
      const trueM2 = measured(measureFor(epsg), square);
      expect(relative(trueM2, geodesicM2(square, epsg, 50))).toBeLessThan(1e-8);
      // The table gives two decimals and took its places to about 0.1 degree.
      expect(Math.abs(100 * (1e6 / trueM2 - 1) - percent)).toBeLessThan(0.03);
    },
  );

  test.each([
    { name: "Bergen", epsg: 25832 },
    { name: "Bergen", epsg: 25833 },
    { name: "Oslo", epsg: 25833 },
    { name: "Vardø", epsg: 25833 },
    { name: "Tromsø", epsg: 25835 },
    { name: "Bodø", epsg: 5115 },
    { name: "Oslo", epsg: 5110 },
  ])("100 km around $name in $epsg agree to 1e-9", ({ name, epsg }) => {
    const square = squareAround(placeIn(epsg, name), 100_000);
    // Four long edges, bent exactly, against 4 000 short geodesics.
    expect(relative(measured(measureFor(epsg), square), geodesicM2(square, epsg, 100))).toBeLessThan(1e-9);
  });

  test("out to 1 100 km from the central meridian: 1e-7", () => {
    for (const easting of [-600_000, 500_000 - 1_090_000, 500_000 + 1_090_000]) {
      for (const northing of [6_300_000, 7_100_000, 7_900_000, 9_200_000]) {
        const square = squareAround([easting, northing], 20_000);
        const [ours, geodesic] = [measured(measureFor(25833), square), geodesicM2(square, 25833, 100)];
        expect(relative(ours, geodesic)).toBeLessThan(1e-7);
      }
    }
  });

  test("UTM 32 and UTM 33 give one area for one polygon", () => {
    const in32 = densified(squareAround([300_000, 6_700_000], 40_000), 100);
    const in33 = in32.map((xy) => proj4<[number, number]>("EPSG:25832", "EPSG:25833", [...xy]));
    const [area32, area33] = [measured(measureFor(25832), in32), measured(measureFor(25833), in33)];
    expect(relative(planM2(in32), planM2(in33))).toBeGreaterThan(1e-3);
    expect(relative(area32, area33)).toBeLessThan(1e-8);
  });
});

describe("the bend of an edge", () => {
  const measure = measureFor(25833);
  const point = fc.tuple(
    fc.double({ min: -500_000, max: 1_500_000, noNaN: true }),
    fc.double({ min: 6_300_000, max: 8_000_000, noNaN: true }),
  );
  const reach = fc.constantFrom(1, 50, 95, 105, 2000, 9_900, 10_100, 100_000);
  const edge = fc
    .tuple(point, reach, fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }))
    .map(
      ([[x, y], length, turn]) => [x, y, x + length * Math.cos(turn), y + length * Math.sin(turn)] as const,
    );

  test("turns its sign with the edge, bit for bit", () => {
    fc.assert(
      fc.property(
        edge,
        ([x1, y1, x2, y2]) => measure.bend(x2, y2, x1, y1) + measure.bend(x1, y1, x2, y2) === 0,
      ),
    );
  });

  test("adds up where an edge is cut", () => {
    fc.assert(
      fc.property(edge, fc.double({ min: 0, max: 1, noNaN: true }), ([x1, y1, x2, y2], at) => {
        const [x, y] = [x1 + at * (x2 - x1), y1 + at * (y2 - y1)];
        const whole = strip(measure, [x1, y1], [x2, y2]);
        const cut = strip(measure, [x1, y1], [x, y]) + strip(measure, [x, y], [x2, y2]);
        // The cut itself is rounded to a float: up to 1e-9 m off the edge, along all of it.
        const rounding = 2e-9 * Math.hypot(x2 - x1, y2 - y1);
        expect(Math.abs(whole - cut)).toBeLessThanOrEqual(
          1e-12 * scale(x1, x2) * Math.abs(y2 - y1) + rounding,
        );
      }),
    );
  });

  test("is what a thousand small trapezia find, short or long", () => {
    fc.assert(
      fc.property(edge, ([x1, y1, x2, y2]) => {
        const steps = densified([[x1, y1], [x2, y2]], Math.hypot(x2 - x1, y2 - y1) / 1000); // prettier-ignore
        const fine = steps.slice(1).reduce((sum, to, i) => {
          const from = steps[i];
          return sum + ((to[1] - from[1]) * (measure.u(...from) + measure.u(...to))) / 2;
        }, 0);
        const trapezium = ((y2 - y1) * (measure.u(x1, y1) + measure.u(x2, y2))) / 2;
        const bend = measure.bend(x1, y1, x2, y2);
        // The fine sum leaves a millionth of the bend, and its vertices are rounded to floats.
        const rounding = 2e-9 * Math.hypot(x2 - x1, y2 - y1) + 1e-13 * scale(x1, x2) * Math.abs(y2 - y1);
        const tolerance = 3e-6 * Math.abs(bend) + rounding;
        expect(Math.abs(fine - trapezium - bend)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 60 },
    );
  });

  test("is nothing on a level edge, and matters on a tile cut", () => {
    expect(measure.bend(100_000, 7e6, 200_000, 7e6)).toBe(0);
    expect(Math.abs(measure.bend(100_000, 7e6, 200_000, 7.1e6))).toBeGreaterThan(1e5);
  });
});

const KOMMUNER = "../shared/data/admin/n1000_kommune_25833.fgb";
const FASIT = "../shared/data/fasit/n1000_kommune_x_objtype_m2.csv";
const held = existsSync(KOMMUNER) && existsSync(FASIT);
if (!held) console.info("no ../shared/data: N1000 kommuner are not measured");

describe.skipIf(!held)("N1000 kommuner", () => {
  test("true areas agree with geodesic polygons and with the reference figures", async () => {
    const ours = new Map<string, number>();
    const geodesic = new Map<string, number>();
    const vertexToVertex = new Map<string, number>();
    const measure = measureFor(25833);
    for await (const feature of deserialize(new Uint8Array(readFileSync(KOMMUNER)))) {
      const key = String(feature.properties?.kommunenummer);
      for (const [r, ring] of ringsOf(feature.geometry as Polygon | MultiPolygon)) {
        const sign = r === 0 ? 1 : -1;
        add(ours, key, sign * Math.abs(measured(measure, ring)));
        add(geodesic, key, sign * Math.abs(geodesicM2(ring, 25833, 500)));
        add(vertexToVertex, key, sign * Math.abs(geodesicM2(ring, 25833, Infinity)));
      }
    }
    expect(ours.size).toBe(357);
    expect(worst(ours, geodesic)).toBeLessThan(1e-6);
    // The reference draws a geodesic from vertex to vertex, we the straight line of the map: on a sea border of 100 km
    // the two are some 10 m apart.
    expect(worst(fasitM2(), vertexToVertex)).toBeLessThan(1e-9);
    expect(worst(ours, fasitM2())).toBeLessThan(1e-4);
  });
});

function* ringsOf(geometry: Polygon | MultiPolygon): Generator<[number, Ring]> {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  for (const part of parts) yield* part.map((ring, r): [number, Ring] => [r, ring as unknown as Ring]);
}

/** Column kommune_areal_geodetisk by kommunenummer. */
function fasitM2(): Map<string, number> {
  const [head, ...rows] = readFileSync(FASIT, "utf8").trim().split("\n").map((line) => line.split(",")); // prettier-ignore
  const column = head.indexOf("kommune_areal_geodetisk");
  return new Map(rows.map((row) => [row[0], Number(row[column])]));
}

function add(sums: Map<string, number>, key: string, m2: number): void {
  sums.set(key, (sums.get(key) ?? 0) + m2);
}

/** Largest relative difference between two maps with the same keys. */
function worst(sums: ReadonlyMap<string, number>, truth: ReadonlyMap<string, number>): number {
  return Math.max(...[...truth].map(([key, m2]) => relative(sums.get(key) ?? 0, m2)));
}

function strip(measure: Measure, [x1, y1]: Point, [x2, y2]: Point): number {
  return ((y2 - y1) * (measure.u(x1, y1) + measure.u(x2, y2))) / 2 + measure.bend(x1, y1, x2, y2);
}

/** Area of a closed ring by the measure, with u counted from the first vertex. */
function measured(measure: Measure, ring: Ring): number {
  const origin = measure.u(...ring[0]);
  return ring
    .slice(1)
    .reduce((sum, to, i) => sum + strip(measure, ring[i], to) - (to[1] - ring[i][1]) * origin, 0);
}

function planM2(ring: Ring): number {
  return ring
    .slice(1)
    .reduce((sum, to, i) => sum + ((to[1] - ring[i][1]) * (to[0] + ring[i][0] - 2 * ring[0][0])) / 2, 0);
}

/**
 * Geodesic area of a ring whose edges are straight on the map: each is cut in pieces of at most `longest` metres.
 * Positive counter-clockwise.
 */
function geodesicM2(ring: Ring, epsg: number, longest: number): number {
  const polygon = new PolygonArea.PolygonArea(new Geodesic.Geodesic(6378137, 1 / 298.257222101));
  const toDegrees = proj4(`EPSG:${epsg}`, "EPSG:4258");
  for (const xy of densified(ring, longest).slice(0, -1)) {
    const [lon, lat] = toDegrees.forward<[number, number]>([...xy]);
    polygon.AddPoint(lat, lon);
  }
  return polygon.Compute(false, true).area as number;
}

/** Cuts every edge in equal pieces of at most `longest` metres. */
function densified(ring: Ring, longest: number): Point[] {
  const points = ring.slice(1).flatMap(([x2, y2], i) => {
    const [x1, y1] = ring[i];
    const pieces = Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / longest));
    return Array.from({ length: pieces }, (_, k): Point => {
      const at = k / pieces;
      return [x1 + at * (x2 - x1), y1 + at * (y2 - y1)];
    });
  });
  return [...points, ring[ring.length - 1]];
}

function placeIn(epsg: number, name: string): Point {
  return proj4<[number, number]>("EPSG:4258", `EPSG:${epsg}`, [...PLACES[name]]);
}

/** Counter-clockwise. */
function squareAround([x, y]: Point, side: number): Point[] {
  const h = side / 2;
  return [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h], [x - h, y - h]]; // prettier-ignore
}

const relative = (a: number, b: number): number => Math.abs(a / b - 1);
const scale = (x1: number, x2: number): number => Math.max(Math.abs(x1 - 500_000), Math.abs(x2 - 500_000), 1);

const utm = (zone: number) => `+proj=utm +zone=${zone} +ellps=GRS80 +units=m`;
const ntm = (zone: number) =>
  `+proj=tmerc +lat_0=58 +lon_0=${zone}.5 +k=1 +x_0=100000 +y_0=1000000 +ellps=GRS80`;
proj4.defs("EPSG:4258", "+proj=longlat +ellps=GRS80");
for (const zone of [32, 33, 35]) proj4.defs(`EPSG:258${zone}`, utm(zone));
for (const zone of [10, 15]) proj4.defs(`EPSG:51${zone}`, ntm(zone));
