import { expect, test } from "vitest";
import { crsOf, diagnose } from "../../../src/read/crs/crs.js";
import { PointMover } from "../../../src/read/crs/pointMover.js";
import type { Bbox } from "../../../src/core/layer.js";

const GRS80 = { a: 6_378_137, f: 1 / 298.257222101 };

/**
 * Metres along the meridian from the equator: the integral of a (1 - e²) (1 - e² sin² φ)^(-3/2) (Snyder, Map Projections:
 * A Working Manual, 1987, formula 3-20), by Simpson's rule. Shares nothing with the series the library sums.
 */
function meridianArcM(latitude: number): number {
  const e2 = GRS80.f * (2 - GRS80.f);
  const curvature = (phi: number) => GRS80.a * (1 - e2) * (1 - e2 * Math.sin(phi) ** 2) ** -1.5;
  const steps = 2000;
  const step = (latitude * Math.PI) / 180 / steps;
  let sum = curvature(0) + curvature(steps * step);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * curvature(k * step);
  return (sum * step) / 3;
}

function moved(from: number, to: number, x: number, y: number): [number, number] {
  const mover = new PointMover(crsOf("lag", from), crsOf("lag", to));
  expect(mover.move(x, y)).toBe(true);
  return [mover.x, mover.y];
}

const UTM = [31, 32, 33, 34, 35, 36].map((zone) => [25800 + zone, 6 * zone - 183] as const);
const NTM = Array.from({ length: 26 }, (_, i) => [5105 + i, i + 5.5] as const);

test.each(UTM)("on its central meridian, %i is 0.9996 of the meridian arc", (epsg, meridian) => {
  for (const latitude of [57.5, 60, 71.2, 81]) {
    const [east, north] = moved(4258, epsg, meridian, latitude);
    expect(Math.abs(east - 500_000)).toBeLessThan(1e-6);
    expect(Math.abs(north - 0.9996 * meridianArcM(latitude))).toBeLessThan(1e-6);
  }
});

test.each(NTM)(
  "on its central meridian, %i counts from N 58 with 100 km and 1 000 km added",
  (epsg, meridian) => {
    const origin = moved(4258, epsg, meridian, 58);
    expect(Math.abs(origin[0] - 100_000)).toBeLessThan(1e-6);
    expect(Math.abs(origin[1] - 1_000_000)).toBeLessThan(1e-6);
    const [, north] = moved(4258, epsg, meridian, 67);
    expect(Math.abs(north - 1_000_000 - (meridianArcM(67) - meridianArcM(58)))).toBeLessThan(1e-6);
  },
);

test("3035 is as in the example of EPSG Guidance Note 7-2, Lambert azimuthal equal area", () => {
  const [east, north] = moved(4258, 3035, 5, 50);
  expect(east).toBeCloseTo(3_962_799.45, 2);
  expect(north).toBeCloseTo(2_999_718.85, 2);
  const origin = moved(4258, 3035, 10, 52);
  expect(origin[0]).toBeCloseTo(4_321_000, 6);
  expect(origin[1]).toBeCloseTo(3_210_000, 6);
});

const ALL = [...UTM, ...NTM].map(([epsg]) => epsg).concat(32632, 32633, 3035, 4326);
test.each(ALL)("there and back again: %i", (epsg) => {
  // Back from 3035 the library sums three terms of the authalic latitude, which leaves up to a millimetre.
  const tolerance = epsg === 3035 ? 1e-8 : 1e-9;
  for (const [longitude, latitude] of [
    [5.3, 60.4],
    [10.75, 59.91],
    [15.1, 67],
    [25, 71.1],
    [30.9, 70.4],
  ]) {
    // prettier-ignore
    const [x, y] = moved(4258, epsg, longitude, latitude);
    const [back, up] = moved(epsg, 4258, x, y);
    expect(Math.abs(back - longitude)).toBeLessThan(tolerance);
    expect(Math.abs(up - latitude)).toBeLessThan(tolerance);
  }
});

// One square kilometre of Rognan, Saltdal, in each system; its swap is told with both readings.
const ROGNAN = [15.39, 67.09] as const;
test.each([
  [4258, /Read as it stands this is 15\.\d\d° N 67\.\d\d° E, read the other way 67\.\d\d° N 15\.\d\d° E/],
  [4326, /Read as it stands this is 15\.\d\d° N 67\.\d\d° E, read the other way 67\.\d\d° N 15\.\d\d° E/],
  [25832, /read the other way 67\.\d\d° N 15\.\d\d° E/],
  [25833, /read the other way 67\.\d\d° N 15\.\d\d° E/],
  [25835, /read the other way 67\.\d\d° N 15\.\d\d° E/],
  [5115, /read the other way 67\.\d\d° N 15\.\d\d° E/],
])("swapped axes of %i are an error that names both readings", (epsg, says) => {
  const [x, y] = moved(4258, epsg, ...ROGNAN);
  const size = crsOf("lag", epsg).unit === "degree" ? 0.01 : 1000;
  const right: Bbox = [x, y, x + size, y + size];
  expect(diagnose("lag", epsg, right)).toBeUndefined();
  const wrong = diagnose("lag", epsg, [y, x, y + size, x + size]);
  expect(wrong?.kind).toBe("axis-order");
  expect(wrong?.wanted).toMatch(says);
});
