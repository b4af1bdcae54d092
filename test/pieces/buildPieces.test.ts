import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Layer } from "../../src/core/layer.js";
import { PLANE } from "../../src/core/measure.js";
import { CoverKernel } from "../../src/overlay/kernel.js";
import { indexZones } from "../../src/overlay/zones.js";
import { PieceBuilder, type Shape } from "../../src/pieces/buildPieces.js";
import { piecesAsPolygons, type PieceBatch } from "../../src/pieces/pieceBatch.js";
import { jstsOpinion } from "../../src/repair/jsts.js";
import { casesAreHere, layerCases, layerSuites, pairCases, pairSuites } from "../kernels/cases.js";
import { boxRing, layerOf, polygon, type Ring } from "../kernels/layers.js";

function drawn(ground: Layer, zoneLayers: readonly Layer[]): PieceBatch {
  const zones = indexZones(zoneLayers, PLANE);
  const kernel = new CoverKernel(zones, PLANE);
  const { pieces } = kernel.overlay(ground);
  return piecesAsPolygons(ground, pieces, (set) => kernel.members(set), new PieceBuilder(zones));
}

/** Shells and holes of piece i, as interleaved rings. */
function partsOf({ geometry }: PieceBatch, i: number): Float64Array[][] {
  const { xy, ringVertex, partRing, featurePart } = geometry;
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);
  return range(featurePart[i], featurePart[i + 1]).map((p) =>
    range(partRing[p], partRing[p + 1]).map((r) => xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1])),
  );
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe("a square cut by zones", () => {
  const square = layerOf("grunn", [polygon(boxRing(0, 0, 10, 10))]);
  const of = (...rings: Ring[]) =>
    layerOf(
      "soner",
      rings.map((ring) => polygon(ring)),
    );

  test("under one set it is itself, vertex for vertex", () => {
    const batch = drawn(square, [of(boxRing(-5, -5, 15, 15))]);
    expect(batch.how).toEqual(["k"]);
    expect(partsOf(batch, 0)).toEqual([[square.xy]]);
  });

  test("a zone inside it becomes a piece, and a hole in the other", () => {
    const batch = drawn(square, [of(boxRing(2, 2, 4, 4))]);
    expect(batch.members).toEqual([[], [0]]);
    expect([...batch.planM2]).toEqual([96, 4]);
    expect(partsOf(batch, 0)[0]).toHaveLength(2);
    expect([...partsOf(batch, 1)[0][0]]).toEqual([2, 2, 4, 2, 4, 4, 2, 4, 2, 2]);
  });

  test("zones that overlap give a piece for each set, in order of their numbers", () => {
    const batch = drawn(square, [of(boxRing(-1, -1, 6, 11), boxRing(4, -1, 11, 11))]);
    expect(Array.from(batch.cover, (cover) => batch.members[cover])).toEqual([[0], [0, 1], [1]]);
    expect([...batch.planM2]).toEqual([40, 20, 40]);
  });

  test("a zone border on its own border cuts nothing off", () => {
    const batch = drawn(square, [of(boxRing(0, 0, 5, 10), boxRing(5, 0, 10, 10))]);
    expect([...batch.planM2]).toEqual([50, 50]);
    expect(batch.notBuilt).toEqual([]);
  });

  test("one without geometry is a piece without geometry", () => {
    const batch = drawn(layerOf("grunn", [{ type: "MultiPolygon", coordinates: [] }]), [
      of(boxRing(0, 0, 1, 1)),
    ]);
    expect(batch.how).toEqual(["k"]);
    expect(partsOf(batch, 0)).toEqual([]);
  });

  test("ground that lies on itself is told of where no polygon has its area", () => {
    const twice = layerOf("grunn", [
      { type: "MultiPolygon", coordinates: [[boxRing(0, 0, 10, 10)], [boxRing(0, 0, 10, 10)]] },
    ]);
    const batch = drawn(twice, [of(boxRing(-1, -1, 5, 11))]);
    expect(batch.how).toEqual([]);
    expect(batch.notBuilt.map(({ planM2 }) => planM2)).toEqual([100, 100]);
    expect(batch.notBuilt[0].why).toMatch(/bygd 50 m², regnskapet har 100 m²/);
  });
});

describe.skipIf(!casesAreHere)("conformance", () => {
  const tally = (ground: Layer, zones: Layer) => {
    const batch = drawn(ground, [zones]);
    const invalid = Array.from(batch.how, (_, i) => i).filter(
      (i) => batch.how[i] !== "k" && !jstsOpinion(partsOf(batch, i)).valid,
    );
    return { batch, invalid };
  };

  /** A fan of needles an ulp apart, where the other library's own test rounds. */
  const JSTS_DOUBTS = ["adversarial:fan-part-ulp-1"];

  test.each(pairSuites)("pairs of %s: every piece is built and has the kernel's area", (suite) => {
    for (const { id, a, b } of pairCases(suite)) {
      const { batch, invalid } = tally(layerOf("a", [a]), layerOf("b", [b]));
      expect([id, batch.notBuilt.filter(({ why }) => why !== "")]).toEqual([id, []]);
      expect([id, invalid.length]).toEqual([id, JSTS_DOUBTS.includes(id) ? 1 : 0]);
    }
  });

  test.each(layerSuites)("layers of %s: every piece is built, valid, and has the kernel's area", (suite) => {
    for (const { id, left, right } of layerCases(suite)) {
      const geometries = (side: typeof left) => side.map(({ geometry }) => geometry);
      const { batch, invalid } = tally(layerOf("a", geometries(left)), layerOf("b", geometries(right)));
      expect([id, batch.notBuilt, invalid]).toEqual([id, [], []]);
    }
  });
});

test("pieces of random boxes are the boxes, whatever lies over them", () => {
  const side = fc.integer({ min: 0, max: 12 });
  const box = fc.tuple(side, side, side, side).map(([x, y, w, h]) => boxRing(x, y, x + w + 1, y + h + 1));
  const boxes = fc.array(box, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(boxes, boxes, (ground, zones) => {
      const layer = layerOf(
        "grunn",
        ground.map((ring) => polygon(ring)),
      );
      const batch = drawn(layer, [
        layerOf(
          "soner",
          zones.map((ring) => polygon(ring)),
        ),
      ]);
      expect(batch.notBuilt).toEqual([]);
      expect(sum(batch.drawnM2)).toBeCloseTo(sum(batch.planM2), 9);
      batch.how.forEach((_, i) =>
        expect(jstsOpinion(partsOf(batch, i)).areaM2).toBeCloseTo(batch.planM2[i], 9),
      );
    }),
    { numRuns: 150 },
  );
});

test("what cannot be held to the account is a failure, not an exception", () => {
  const square = layerOf("grunn", [polygon(boxRing(0, 0, 10, 10))]);
  const zones = indexZones([layerOf("soner", [polygon(boxRing(5, -1, 11, 11))])], PLANE);
  const posted = [
    { members: [], planM2: 50 },
    { members: [0], planM2: 51 },
  ];
  const how = (shapes: readonly Shape[]) => shapes.map((shape) => shape.how);
  expect(how(new PieceBuilder(zones).build(square, 0, posted))).toEqual(["built", "failed"]);
});
