import { describe, expect, test } from "vitest";
import { structureByJsts } from "../../src/repair/jsts.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { ringArea } from "../../src/repair/rings.js";
import { structureOf } from "../../src/repair/structure.js";
import { PolygonChecker } from "../../src/repair/validity.js";
import type { Layer } from "../../src/core/layer.js";
import { haveOutsideData } from "../read/outsideData.js";
import { casesOf, type CaseGeometry, layerOf } from "./cases.js";

type RepairCase = {
  readonly id: string;
  readonly geometry: CaseGeometry;
  readonly tolerance?: number;
  readonly expected: {
    readonly areaStructure: number;
    readonly areaEvenOdd: number;
    readonly areaLinework: number;
    readonly unambiguous: boolean;
  };
};

type InvalidPair = {
  readonly id: string;
  readonly a: CaseGeometry;
  readonly b: CaseGeometry;
  readonly tolerance: number;
  readonly expected: {
    readonly aValid: boolean;
    readonly bValid: boolean;
    readonly afterRepair: { readonly structure: { readonly areaA: number; readonly areaB: number } };
    readonly unambiguous: boolean;
  };
};

/** So strict that any two readings that differ by more than rounding are told. */
const STRICT = { m2: 0, share: 1e-9 };

/** JTS snaps these by parts in 1e8 of their area or of their coordinates; all are ambiguous. Ours is exact: its own even-odd. */
const SNAPPED_BY_JTS = [
  "jts:GeometryFixerTest/testIssue852Case1",
  "geos:MakeValidTest.cpp#hex0",
  "polygon-clipping:broken-issue-93/a",
  "polygon-clipping:broken-issue-93/b",
];

const SNAPPED_BY_JSTS = "turf:turf-union/unable-to-find-segment-2258-2/b";

const checker = new PolygonChecker();
const areaOf = ({ xy, ringVertex }: Layer) => {
  let sum = 0;
  for (let r = 0; r + 1 < ringVertex.length; r++) {
    sum += ringArea(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
  }
  return sum;
};
const isNear = (area: number, expected: number, tolerance: number) => Math.abs(area - expected) <= tolerance;

describe.skipIf(!haveOutsideData).each(["repair", "repair-hand"])("conformance: %s", (suite) => {
  const cases = casesOf<RepairCase>(suite);

  test("there are cases", () => expect(cases.length).toBe(suite === "repair" ? 279 : 37));

  test("every area is that of the structure rule, and every result is valid", () => {
    const wrong = cases.filter(({ geometry, expected, tolerance = 1e-9 }) => {
      const { layer, polygons } = repairPolygons(layerOf(geometry));
      const invalid = checker.check(layer, 0).length > 0 || polygons.some(({ by }) => by === "nobody");
      return invalid || !isNear(areaOf(layer), expected.areaStructure, tolerance);
    });
    expect(SNAPPED_BY_JTS).toEqual(expect.arrayContaining(wrong.map(({ id }) => id)));
    expect(wrong.filter(({ expected }) => expected.unambiguous)).toEqual([]);
  });

  test("whatever has two readings is flagged, and nothing else", () => {
    const flagged = (geometry: CaseGeometry) =>
      repairPolygons(layerOf(geometry), STRICT).polygons.some(({ needsDecision }) => needsDecision);
    const silent = cases.filter(
      ({ id, geometry, expected }) =>
        !expected.unambiguous && !SNAPPED_BY_JTS.includes(id) && !flagged(geometry),
    );
    const loud = cases.filter(({ geometry, expected }) => expected.unambiguous && flagged(geometry));
    expect({ silent: silent.map(({ id }) => id), loud: loud.map(({ id }) => id) }).toEqual({
      silent: [],
      loud: [],
    });
  });

  test("jsts alone comes to the same area, but for the needles it snaps", () => {
    const other = cases.filter(({ geometry, tolerance = 1e-9 }) => {
      const theirs = structureByJsts(layerOf(geometry), 0);
      return !isNear(structureOf(layerOf(geometry), 0)?.areaM2 ?? NaN, theirs?.areaM2 ?? NaN, tolerance);
    });
    expect([...SNAPPED_BY_JTS, SNAPPED_BY_JSTS]).toEqual(expect.arrayContaining(other.map(({ id }) => id)));
  });

  test("repairing twice is repairing once", () => {
    for (const { geometry } of cases) {
      const once = repairPolygons(layerOf(geometry)).layer;
      const twice = repairPolygons(once);
      expect(twice.layer).toBe(once);
      expect([...twice.rings, ...twice.polygons]).toEqual([]);
    }
  });
});

describe.skipIf(!haveOutsideData)("conformance: overlay-invalid-input", () => {
  const cases = casesOf<InvalidPair>("overlay-invalid-input");

  test("each invalid side is told of, and then follows the structure rule", () => {
    expect(cases.length).toBe(63);
    for (const { id, a, b, tolerance, expected } of cases) {
      const isValid = (side: CaseGeometry) =>
        checker.check(layerOf(side), 0).every(({ kind }) => kind === "repeated-point");
      expect([id, isValid(a), isValid(b)]).toEqual([id, expected.aValid, expected.bValid]);
      const { areaA, areaB } = expected.afterRepair.structure;
      for (const [side, area] of [
        [a, areaA],
        [b, areaB],
      ] as const) {
        const { layer, polygons } = repairPolygons(layerOf(side));
        expect(polygons.filter(({ by }) => by === "nobody")).toEqual([]);
        expect([id, isNear(areaOf(layer), area, tolerance)]).toEqual([id, true]);
      }
    }
  });
});
