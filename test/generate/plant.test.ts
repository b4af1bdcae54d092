import { expect, test } from "vitest";
import { generate } from "../../src/generate/generate.js";
import { ERROR_KINDS, UNKNOWN_TERM, type ErrorKind } from "../../src/generate/plant.js";
import { polygonsOf, sumM2, type Seen } from "./partition.js";
import { complaint } from "./valid.js";
import { values } from "./values.js";

const options = { seed: 21, values, polygons: 800, planAreas: 0 };
const clean = [...polygonsOf(generate(options).grunnkart.batches())];
const cleanM2 = sumM2(clean);
const COUNT = 4;

function planted(kinds: readonly ErrorKind[]) {
  const made = generate({ ...options, plantErrors: { kinds, count: COUNT } });
  const polygons = [...polygonsOf(made.grunnkart.batches())];
  const byId = new Map(polygons.map((polygon) => [polygon.value("lokalid"), polygon]));
  const errorsM2 = made.plantedErrors.reduce((sum, { areaM2 }) => sum + areaM2, 0);
  return { made, polygons, byId, errorsM2 };
}

/** By how much each kind changes the sum of the polygons' areas, per m2 in the record. */
const effect: [ErrorKind, number][] = [
  ["gap", -1],
  ["overlap", 1],
  ["sliver", -1],
  ["duplicate polygon", 1],
  ["spike", 0],
  ["repeated vertex", 0],
  ["null geometry", -1],
  ["unknown code", 0],
  ["missing kommunenummer", 0],
];

test.each(effect)("%s: the ground's area changes by just what the records say", (kind, sign) => {
  const { made, polygons, errorsM2 } = planted([kind]);
  expect(made.plantedErrors.map((error) => error.kind)).toEqual(Array.from({ length: COUNT }, () => kind));
  expect(polygons.length).toBe(made.grunnkart.featureCount);
  expect(sumM2(polygons) - cleanM2).toBeCloseTo(sign * errorsM2, 4);
  expect(sign === 0 || errorsM2 > 0).toBe(true);
});

const shows: [ErrorKind, (polygon: Seen) => boolean][] = [
  ["bow-tie", (polygon) => complaint(polygon).includes("Self-intersection")],
  [
    "unclosed ring",
    ({ parts: [[shell]] }) => shell[0] !== shell[shell.length - 2] || shell[1] !== shell[shell.length - 1],
  ],
  ["spike", (polygon) => complaint(polygon) !== ""],
  ["repeated vertex", ({ parts: [[shell]] }) => shell[0] === shell[2] && shell[1] === shell[3]],
  ["wrong orientation", (polygon) => polygon.areaM2 < 0],
  ["null geometry", ({ parts }) => parts.length === 0],
  ["unknown code", (polygon) => polygon.value("arealdekkeniva1") === UNKNOWN_TERM],
  ["missing kommunenummer", (polygon) => polygon.value("kommunenummer") === ""],
];

test.each(shows)("%s: the polygons named show it, no clean polygon does", (kind, doesShow) => {
  const { made, byId } = planted([kind]);
  for (const { lokalIds } of made.plantedErrors) expect(doesShow(byId.get(lokalIds[0]) as Seen)).toBe(true);
  expect(clean.some(doesShow)).toBe(false);
});

test("slivers are thin: a triangle 0.2 m high over the line between the neighbouring vertices", () => {
  for (const { areaM2, lokalIds, x, y } of planted(["sliver"]).made.plantedErrors) {
    const [[shell]] = (clean.find((polygon) => polygon.value("lokalid") === lokalIds[0]) as Seen).parts;
    const at = shell.findIndex((value, i) => i % 2 === 0 && value === x && shell[i + 1] === y);
    const baseM = Math.hypot(shell[at + 2] - shell[at - 2], shell[at + 3] - shell[at - 1]);
    expect(areaM2 / (baseM / 2)).toBeGreaterThan(0.19);
    expect(areaM2 / (baseM / 2)).toBeLessThan(0.21);
  }
});

test("all kinds together: each on polygons of its own, the rest untouched", () => {
  const { made, byId } = planted(ERROR_KINDS);
  expect(made.plantedErrors.length).toBe(COUNT * ERROR_KINDS.length);
  const named = new Set(made.plantedErrors.flatMap(({ lokalIds }) => lokalIds));
  const changed = clean.filter((polygon) => {
    const now = byId.get(polygon.value("lokalid"));
    return now !== undefined && now.parts.flat(2).join() !== polygon.parts.flat(2).join();
  });
  expect(changed.every((polygon) => named.has(polygon.value("lokalid")))).toBe(true);
  expect(changed.length).toBeGreaterThan(4 * COUNT);
});
