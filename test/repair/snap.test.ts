/** Vertices moved together on request: a partition whose borders are stored twice, each a little off, becomes one again. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { featureCount, type Layer, LayerBuilder } from "../../src/core/layer.js";
import { coverCount } from "../../src/repair/coverCount.js";
import { type CoverSettings, repairCoverage } from "../../src/repair/coverage.js";
import { ledgerOf } from "../../src/repair/ledger.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { areasOf } from "../../src/repair/rings.js";
import { LIMITS, SETTINGS, totalArea } from "./coverCases.js";

const SNAP_M = 0.05;
const SNAPPING: CoverSettings = { ...SETTINGS, limits: LIMITS, snapM: SNAP_M };
const SIDE = 3;

/** A square of cells, each with corners and mid-sides of its own: as they should be, and off by up to 2 cm. */
function cells(offsets: readonly number[]): Layer {
  const builder = new LayerBuilder("celler", 25833, []);
  let at = 0;
  const off = () => (offsets[at++ % offsets.length] ?? 0) / 100_000;
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      const steps = [
        [0, 0],
        [5, 0],
        [10, 0],
        [10, 5],
        [10, 10],
        [5, 10],
        [0, 10],
        [0, 5],
      ];
      const ring = steps.flatMap(([dx, dy]) => [
        500_000 + 10 * i + dx + off(),
        6_600_000 + 10 * j + dy + off(),
      ]);
      builder.ring([...ring, ring[0], ring[1]]);
      builder.endPart();
      builder.endFeature([]);
    }
  }
  return builder.build();
}

const offsets = fc.array(fc.integer({ min: -1700, max: 1700 }), {
  minLength: 16 * SIDE * SIDE,
  maxLength: 150,
});

function repair(layer: Layer, settings: CoverSettings) {
  const mended = repairPolygons(layer);
  const repaired = repairCoverage(mended.layer, settings);
  return { mended, repaired, ledger: ledgerOf(mended, repaired, LIMITS) };
}

const vertexCount = (layer: Layer): number => layer.xy.length / 2;

test("jittered borders become one: valid, covered once, moved by no more than length times tolerance, and twice is once", () => {
  fc.assert(
    fc.property(offsets, (off) => {
      const layer = cells(off);
      const { repaired, ledger } = repair(layer, SNAPPING);
      expect(repaired.refused).toEqual([]);
      const left = coverCount(repaired.layer);
      expect([left?.wrong, left?.vertices]).toEqual([[], []]);
      expect(repairPolygons(repaired.layer).polygons).toEqual([]);
      areasOf(repaired.layer).forEach((m2) => expect(Math.abs(m2 - 100)).toBeLessThan(40 * 2 * SNAP_M));
      const { inM2, overlapM2, filledM2, movedM2, outM2 } = ledger;
      expect(Math.abs(inM2 - overlapM2 + filledM2 + movedM2 - outM2)).toBeLessThan(1e-9 * outM2);
      expect(repair(repaired.layer, SNAPPING).ledger.lines).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("what moved is in the ledger by polygon, and borders stay as simple as they were", () => {
  const off = Array.from({ length: 144 }, (_, i) => ((i * 7919) % 3000) - 1500);
  const layer = cells(off);
  const { repaired, ledger } = repair(layer, SNAPPING);
  const moved = ledger.lines.filter(({ rule }) => rule === "snapped");
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.every(({ kind, thresholdM }) => kind === "moved" && thresholdM === SNAP_M)).toBe(true);
  // Without it no vertex moves, and crossings of the two borders become vertices of both.
  const apart = repair(layer, SETTINGS);
  expect(apart.ledger.lines.some(({ kind }) => kind === "moved")).toBe(false);
  expect(vertexCount(repaired.layer)).toBeLessThan(0.75 * vertexCount(apart.repaired.layer));
});

test("a clean partition, and one with errors wider than the tolerance, has no vertex moved", () => {
  const clean = cells([0]);
  expect(repair(clean, SNAPPING).repaired.layer).toEqual(repairPolygons(clean).layer);
  const wide = cells([0]);
  wide.xy[4] += 2; // the corner of one cell, into its neighbour
  const { ledger } = repair(wide, SNAPPING);
  expect(ledger.lines.filter(({ kind }) => kind === "moved")).toEqual([]);
  expect(totalArea(areasOf(clean))).toBe(100 * featureCount(clean));
});
