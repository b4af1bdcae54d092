import { describe, expect, test } from "vitest";
import { type DefectKind, isHarmless } from "../../src/repair/defect.js";
import { PolygonChecker } from "../../src/repair/validity.js";
import { haveOutsideData } from "../read/outsideData.js";
import { casesOf, type CaseGeometry, layerOf, multi, polygon } from "./cases.js";

type ValidityCase = {
  readonly id: string;
  readonly note?: string;
  readonly geometry: CaseGeometry;
  readonly expected: { readonly valid: boolean; readonly reason?: string; readonly near?: [number, number] };
};

const checker = new PolygonChecker();
const faults = (geometry: CaseGeometry) =>
  checker.check(layerOf(geometry), 0).filter(({ kind }) => !isHarmless(kind));

/** The words of JTS (TopologyValidationError) and GEOS, which the cases state as their reason. */
const OGC_REASON: Readonly<Record<DefectKind, string>> = {
  "repeated-point": "",
  "unclosed-ring": "Ring is not closed",
  "not-finite": "Invalid Coordinate",
  "too-few-points": "Too few distinct points in geometry component",
  "ring-crosses-itself": "Self-intersection",
  "ring-crosses-at-vertex": "Ring Self-intersection",
  "ring-touches-itself": "Ring Self-intersection",
  "ring-doubles-back": "Self-intersection",
  "ring-on-itself": "Self-intersection",
  "rings-cross": "Self-intersection",
  "hole-on-edge": "Self-intersection",
  "rings-equal": "Self-intersection",
  "hole-outside-shell": "Hole lies outside shell",
  "nested-holes": "Holes are nested",
  "interior-in-pieces": "Interior is disconnected",
  "parts-cross": "Self-intersection",
  "parts-share-edge": "Self-intersection",
  "nested-parts": "Nested shells",
};

/** Each defect by hand, with its place. */
const OUTER = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]; // prettier-ignore
const box = (a: number, b: number, c: number, d: number) => [[a, b], [c, b], [c, d], [a, d], [a, b]]; // prettier-ignore

test.each<[DefectKind, CaseGeometry, number, number]>([
  [
    "ring-crosses-itself",
    polygon([
      [0, 0],
      [10, 10],
      [10, 0],
      [0, 10],
      [0, 0],
    ]),
    5,
    5,
  ],
  [
    "ring-crosses-at-vertex",
    polygon([
      [0, 0],
      [5, 5],
      [10, 10],
      [10, 0],
      [5, 5],
      [0, 10],
      [0, 0],
    ]),
    5,
    5,
  ],
  [
    "ring-touches-itself",
    polygon([
      [0, 0],
      [5, 5],
      [10, 0],
      [10, 10],
      [5, 5],
      [0, 10],
      [0, 0],
    ]),
    5,
    5,
  ],
  [
    "ring-doubles-back",
    polygon([
      [0, 0],
      [10, 0],
      [10, 5],
      [20, 5],
      [10, 5],
      [10, 10],
      [0, 10],
      [0, 0],
    ]),
    20,
    5,
  ],
  [
    "repeated-point",
    polygon([
      [0, 0],
      [10, 0],
      [10, 0],
      [10, 10],
      [0, 0],
    ]),
    10,
    0,
  ],
  [
    "unclosed-ring",
    polygon([
      [0, 0],
      [10, 0],
      [10, 10],
    ]),
    0,
    0,
  ],
  [
    "too-few-points",
    polygon([
      [3, 4],
      [10, 0],
      [3, 4],
    ]),
    3,
    4,
  ],
  ["rings-cross", polygon(OUTER, box(8, 3, 12, 7)), 10, 3],
  ["rings-equal", polygon(OUTER, box(2, 2, 5, 5), box(2, 2, 5, 5)), 2, 2],
  ["hole-on-edge", polygon(OUTER, box(6, 2, 10, 6)), 10, 2],
  ["hole-outside-shell", polygon(OUTER, box(20, 0, 24, 4)), 20, 0],
  ["nested-holes", polygon(OUTER, box(2, 2, 8, 8), box(4, 4, 6, 6)), 4, 4],
  [
    "interior-in-pieces",
    polygon(OUTER, [
      [0, 5],
      [5, 0],
      [5, 5],
      [0, 5],
    ]),
    5,
    0,
  ],
  ["parts-cross", multi([OUTER], [box(5, 5, 15, 15)]), 10, 5],
  ["parts-share-edge", multi([OUTER], [box(10, 0, 20, 10)]), 10, 10],
  ["nested-parts", multi([OUTER], [box(4, 4, 6, 6)]), 4, 4],
])("%s, and where", (kind, geometry, x, y) => {
  // prettier-ignore
  const found = checker.check(layerOf(geometry), 0);
  expect(found[0]).toMatchObject({ kind, x, y });
  expect(new Set(found.map((defect) => defect.kind))).toEqual(new Set([kind]));
});

test.each<[string, CaseGeometry]>([
  ["a hole that touches its shell once", polygon(OUTER, [[0, 5], [4, 3], [4, 7], [0, 5]])],
  ["a part in another's hole, touching it", multi([OUTER, box(2, 2, 8, 8)], [[[2, 2], [6, 4], [6, 6], [2, 2]]])],
  ["parts that touch in a corner", multi([OUTER], [box(10, 10, 15, 15)])],
  ["three holes in one point", polygon(OUTER, [[5, 5], [6, 6], [5, 7], [5, 5]], [[5, 5], [3, 6], [3, 4], [5, 5]], [[5, 5], [4, 3], [6, 3], [5, 5]])],
  ["a needle as thin as doubles allow", polygon([[0, 0], [10, 0], [10, 5], [30, 5 + 1e-15], [10, 5 + 2e-15], [10, 10], [0, 10], [0, 0]])],
  ["nothing at all", polygon()],
])("%s is fine", (_, geometry) => expect(checker.check(layerOf(geometry), 0)).toEqual([])); // prettier-ignore

test("a polygon of 100 000 vertices with 5 000 holes is not looked at pair by pair", () => {
  const shell = Array.from({ length: 50_000 }, (_, i) => {
    const [angle, radius] = [(2 * Math.PI * i) / 50_000, 5e4 + 200 * (i % 7)];
    return [250_000 + radius * Math.cos(angle), 6_650_000 + radius * Math.sin(angle)];
  });
  const hole = (n: number) => {
    const [x, y] = [215_000 + 1000 * (n % 70), 6_615_000 + 1000 * Math.floor(n / 70)];
    const ring = Array.from({ length: 10 }, (_, i) => [
      x + 300 * Math.cos(0.2 * Math.PI * i),
      y - 300 * Math.sin(0.2 * Math.PI * i),
    ]);
    return [...ring, ring[0]];
  };
  const holes = Array.from({ length: 5000 }, (_, n) => hole((n * 2711) % 4900)); // a hundred of them stand twice
  const layer = layerOf(polygon([...shell, shell[0]], ...holes));
  const seen = checker.check(layer, 0).filter(({ kind }) => kind !== "hole-outside-shell");
  expect(seen.map(({ kind }) => kind)).toEqual(new Array(100).fill("rings-equal"));
});

test("a scribble ends: the first thousand places are told", () => {
  const scribble = Array.from({ length: 4000 }, (_, i) => [(i * 7919) % 4001, (i * 104_729) % 3989]);
  expect(checker.check(layerOf(polygon([...scribble, scribble[0]])), 0).length).toBe(1000);
});

describe.skipIf(!haveOutsideData)("conformance: validity", () => {
  const cases = casesOf<ValidityCase>("validity");

  test("every case is judged as JTS and GEOS judge it, and none throws", () => {
    const wrong = cases.filter(
      ({ geometry, expected }) => (faults(geometry).length === 0) !== expected.valid,
    );
    expect(wrong.map(({ id, note, expected }) => [id, note, expected])).toEqual([]);
    expect(cases.length).toBe(421);
  });

  test("the reason stated is among those found", () => {
    // A ring that runs on itself is a "Self-intersection" or a "Ring Self-intersection" by which edge is met first.
    const plain = (reason: string) => reason.replace("Ring Self", "Self");
    const known = cases.filter(({ expected }) => expected.near !== undefined);
    const other = known.filter(
      ({ geometry, expected }) =>
        !faults(geometry).some(({ kind }) => plain(OGC_REASON[kind]) === plain(expected.reason ?? "")),
    );
    expect(other.map(({ id }) => id)).toEqual([]);
    expect(known.length).toBe(122);
  });
});
