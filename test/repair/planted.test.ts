/** Errors planted in a generated kommune: each is found where it was put, and the repaired layer has none left. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { featureCount, type Layer } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import type { ErrorKind, PlantedError, PlantRequest } from "../../src/generate/plant.js";
import { parseGenerateValues } from "../../src/generate/values.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { checkCoverage } from "../../src/repair/closeLook.js";
import { repairCoverage } from "../../src/repair/coverage.js";
import type { Decision } from "../../src/repair/decide.js";
import { ledgerOf } from "../../src/repair/ledger.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { LIMITS, SETTINGS } from "./coverCases.js";

const BETWEEN: readonly ErrorKind[] = ["gap", "overlap", "sliver", "duplicate polygon", "null geometry"];
const WITHIN: readonly ErrorKind[] = [
  "bow-tie",
  "unclosed ring",
  "spike",
  "repeated vertex",
  "wrong orientation",
];
const COUNT = 12;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "planted-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function generated(
  plantErrors?: PlantRequest,
): Promise<{ layer: Layer; errors: readonly PlantedError[] }> {
  const file = new URL("../../rules/generate.json", import.meta.url);
  const values = parseGenerateValues(readFileSync(file, "utf8"));
  const made = generate({
    seed: 11,
    values,
    polygons: 3000,
    planAreas: 0,
    ...(plantErrors && { plantErrors }),
  });
  const path = join(folder, "grunnkart.fgb");
  await writeFlatGeobuf(path, made.grunnkart, made.grunnkart.batches());
  const { layer } = await readLayer(await openSource(path), ["lokalid"]);
  return { layer, errors: made.plantedErrors };
}

const idOf = ({ columns }: Layer) => {
  const { codes, terms } = columns.get("lokalid")!;
  return (f: number) => terms[codes[f]];
};

test("gaps, overlaps, slivers, duplicates and missing polygons are found within 1 cm, with their area", async () => {
  const { layer, errors } = await generated({ kinds: BETWEEN, count: COUNT });
  expect(errors.length).toBe(BETWEEN.length * COUNT);
  const found = checkCoverage(layer, { ...SETTINGS, nameOf: idOf(layer) });
  const places = [...found.decisions, ...found.openGaps];
  for (const { kind, x, y, areaM2 } of errors) {
    const wanted = kind === "overlap" || kind === "duplicate polygon" ? "overlap" : "gap";
    const at = places.filter(
      (one) =>
        one.kind === wanted &&
        one.rings.some((ring) =>
          ring.some((value, i) => i % 2 === 0 && Math.hypot(value - x, ring[i + 1] - y) < 0.01),
        ),
    );
    const m2 = at.reduce((sum, one) => sum + one.areaM2, 0);
    expect(Math.abs(m2 - areaM2), `${kind} at ${x} ${y}`).toBeLessThan(
      (kind === "overlap" ? 0.02 : 1e-6) * Math.max(1, areaM2),
    );
  }
  // Nothing elsewhere: an island grown over its border can have a gap in its bays as well.
  const isPlanted = ({ rings }: Decision) =>
    errors.some(({ x, y }) =>
      rings.some((ring) =>
        ring.some((value, i) => i % 2 === 0 && Math.hypot(value - x, ring[i + 1] - y) < 50),
      ),
    );
  expect(places.filter((place) => !isPlanted(place))).toEqual([]);
}, 60_000);

test("everything planted is accounted for, and nothing is left to mend", async () => {
  const { layer, errors } = await generated({ kinds: [...BETWEEN, ...WITHIN], count: COUNT });
  const nameOf = idOf(layer);
  const mended = repairPolygons(layer);
  const touched = new Set([...mended.rings, ...mended.polygons].map(({ feature }) => nameOf(feature)));
  for (const { kind, lokalIds } of errors) {
    const isClosedByReader = kind === "unclosed ring";
    if (WITHIN.includes(kind) && !isClosedByReader) expect(touched.has(lokalIds[0]), kind).toBe(true);
  }
  const settings = { ...SETTINGS, nameOf };
  const repaired = repairCoverage(mended.layer, settings);
  const { lines, inM2, mendedM2, overlapM2, filledM2, outM2 } = ledgerOf(mended, repaired, LIMITS);
  expect(repaired.refused).toEqual([]);
  expect(Math.abs(inM2 + mendedM2 - overlapM2 + filledM2 - outM2)).toBeLessThan(1e-9 * outM2);
  const after = checkCoverage(repaired.layer, settings);
  expect(after.decisions.filter(({ to }) => to >= 0)).toEqual([]);
  expect(after.vertices).toEqual([]);
  expect(repairPolygons(repaired.layer).polygons).toEqual([]);
  expect(featureCount(repaired.layer)).toBe(featureCount(layer));
  // A duplicate gives all its ground to the other one: its row stays, and its line says so.
  const duplicates = errors.filter(({ kind }) => kind === "duplicate polygon");
  for (const { lokalIds, areaM2 } of duplicates) {
    const line = lines.find(
      ({ kind, from }) => kind === "overlap" && from >= 0 && lokalIds.includes(nameOf(from)),
    );
    expect(line?.beforeM2).toBeCloseTo(areaM2, 6);
  }
}, 60_000);

test("a ground that nothing was planted in has nothing to find, at block lines and at its edges too", async () => {
  const values = parseGenerateValues(
    readFileSync(new URL("../../rules/generate.json", import.meta.url), "utf8"),
  );
  const made = generate({ seed: 1, values, polygons: 50_000, planAreas: 0, verticesPerPolygon: 20 });
  const path = join(folder, "ren.fgb");
  await writeFlatGeobuf(path, made.grunnkart, made.grunnkart.batches());
  const { layer } = await readLayer(await openSource(path), []);
  expect(checkCoverage(layer, SETTINGS)).toEqual({
    decisions: [],
    openGaps: [],
    vertices: [],
    refused: [],
  });
}, 60_000);
