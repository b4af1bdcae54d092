/** A layer repaired some features at a time is the layer repaired whole; and far holes of a large polygon change nothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { featureCount, type Layer, LayerBuilder } from "../../src/core/layer.js";
import { subsetOf } from "../../src/core/subset.js";
import { LayerPieces } from "../../src/read/readLayer.js";
import { CoverRepair, repairCoverage } from "../../src/repair/coverage.js";
import { neighbourhoods } from "../../src/repair/neighbourhood.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { areasOf } from "../../src/repair/rings.js";
import { setAside } from "../../src/repair/setAside.js";
import { SETTINGS } from "./coverCases.js";

const [EAST, NORTH] = [500_000, 6_600_000];
const box = (x: number, y: number, width: number, height = width): number[] =>
  [x, y, x + width, y, x + width, y + height, x, y + height, x, y].map(
    (v, i) => v + (i % 2 === 0 ? EAST : NORTH),
  );
const hole = (x: number, y: number, width: number): number[] => {
  const ring = box(x, y, width);
  return [0, 3, 2, 1, 0].flatMap((corner) => [ring[2 * corner], ring[2 * corner + 1]]);
};

/** A road with holes in a row, a block in each; some blocks stick out of their hole, some leave a strip of it. */
function road(offsets: readonly number[]): Layer {
  const builder = new LayerBuilder("vei", 25833, []);
  builder.ring(box(0, 0, 20 * offsets.length + 10, 30));
  offsets.forEach((_, i) => builder.ring(hole(10 + 20 * i, 10, 10)));
  builder.endPart();
  builder.endFeature([]);
  offsets.forEach((offset, i) => {
    builder.ring(box(10 + 20 * i + offset / 100, 10, 10));
    builder.endPart();
    builder.endFeature([]);
  });
  return repairPolygons(builder.build()).layer;
}

const offsets = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -120, max: 120 })), {
  minLength: 1,
  maxLength: 12,
});

function inBatches(layer: Layer, size: number): Layer {
  const starts: number[] = [];
  for (let f = 0; f < featureCount(layer); f += size) starts.push(f);
  const batches = starts.map((first) => {
    const count = Math.min(size, featureCount(layer) - first);
    return [
      subsetOf(
        layer,
        Array.from({ length: count }, (_, i) => first + i),
      ),
      first,
    ] as const;
  });
  const repair = new CoverRepair(layer, SETTINGS);
  for (const [batch] of batches) repair.meet(batch);
  while (repair.look()) {
    if (repair.wantsPolygons) for (const [batch, first] of batches) repair.take(batch, first);
    if (!repair.mend()) break;
  }
  const pieces = new LayerPieces([]);
  for (const [batch, first] of batches) pieces.add(repair.mended(batch, first));
  const whole = pieces.join(layer.name, layer.epsg);
  const { inM2, outM2 } = repair.outcome();
  const sum = (one: Layer) => areasOf(one).reduce((all, m2) => all + m2, 0);
  expect([inM2, outM2]).toEqual([sum(layer), sum(whole)]);
  return whole;
}

test("the size of batches moves no bit", () => {
  fc.assert(
    fc.property(offsets, fc.integer({ min: 1, max: 5 }), (some, size) => {
      const layer = road(some);
      expect(inBatches(layer, size)).toEqual(repairCoverage(layer, SETTINGS).layer);
    }),
    { numRuns: 60 },
  );
});

test("only what lies near a place is noded: the other holes of a road are put back as they were", () => {
  const layer = road([0, 0, 50, 0, 0, 0]);
  const place = [EAST + 60, NORTH + 20, EAST + 60.5, NORTH + 20] as const;
  const [hood] = neighbourhoods(layer, [place]);
  expect([...hood.features].sort()).toEqual([0, 3]);
  const near = setAside(layer, hood);
  const ofRoad = hood.features.indexOf(0);
  expect(near.layer.ringVertex.length - 1).toBe(3);
  const [rings] = near.restored(ofRoad, [[layer.xy.slice(0, 10)]]);
  expect(rings.length).toBe(1 + 5);
});

test("a polygon that falls in two keeps each far hole in the part it is in, and the whole stays valid", () => {
  const builder = new LayerBuilder("delt", 25833, ["id"]);
  builder.ring(box(0, 0, 100, 30));
  builder.ring(hole(10, 10, 5));
  builder.ring(hole(80, 10, 5));
  builder.endPart();
  builder.endFeature(["a"]);
  // A stream across it, in two features that lie on it whole: it gets the ground by priority.
  builder.ring(box(45, -10, 5, 50));
  builder.endPart();
  builder.endFeature(["b"]);
  const { layer } = repairPolygons(builder.build());
  const settings = { ...SETTINGS, priorityOf: (f: number) => (f === 1 ? 0 : Infinity) };
  const { layer: repaired, refused } = repairCoverage(layer, settings);
  expect(refused).toEqual([]);
  expect(repaired.featurePart[1]).toBe(2);
  expect([...repaired.partRing.subarray(0, 3)]).toEqual([0, 2, 4]);
  expect(areasOf(repaired)[0]).toBeCloseTo(100 * 30 - 2 * 25 - 5 * 30, 6);
  expect(repairPolygons(repaired).polygons).toEqual([]);
});
