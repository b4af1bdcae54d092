/**
 * What was injected into the generated coverages is found: polygons put over, into or out of them by the polygon's number,
 * and with a border of theirs; points within 1 cm of the vertex.
 */
import { describe, expect, test } from "vitest";
import type { Layer } from "../../src/core/layer.js";
import { checkCoverage } from "../../src/repair/closeLook.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { PolygonChecker } from "../../src/repair/validity.js";
import { haveOutsideData } from "../read/outsideData.js";
import { casesOf, layerOf } from "./cases.js";
import { type CoverCase, SETTINGS } from "./coverCases.js";

type Injected = { readonly defect: string; readonly polygon?: number; readonly vertex?: number };

const NEAR_M = 0.01;

/** What else is injected may open outwards, where it is no gap; `truth` holds those, in coverage.test.ts. */
const ALWAYS_SEEN = [
  "polygon-grown",
  "contained-polygon",
  "extra-polygon-over-others",
  "duplicate-polygon",
  "missing-polygon",
  "repeated-point",
  "unmatched-vertex",
];

describe.skipIf(!haveOutsideData)("conformance coverage-generated, injected", () => {
  test.each(casesOf<CoverCase>("coverage-generated"))("$id", ({ polygons, injected = [] }) => {
    const stored = layerOf(...polygons);
    const { layer } = repairPolygons(stored);
    const found = checkCoverage(layer, SETTINGS);
    const grounds = [...found.decisions, ...found.openGaps];
    const places = [
      ...polygons.flatMap((_, f) => new PolygonChecker().check(stored, f)),
      ...found.vertices,
      ...grounds.flatMap(({ rings }) => rings.flatMap(pointsOf)),
    ];
    const isAt = (x: number, y: number) =>
      places.some((place) => Math.hypot(place.x - x, place.y - y) < NEAR_M);
    const isFound = ({ defect, polygon = -1, vertex }: Injected): boolean => {
      if (defect === "missing-polygon") return grounds.some(({ kind }) => kind === "gap");
      const { xy, ringVertex, partRing, featurePart } = stored;
      const from = ringVertex[partRing[featurePart[polygon]]];
      if (vertex !== undefined) return isAt(xy[2 * (from + vertex)], xy[2 * (from + vertex) + 1]);
      return grounds.some(({ kind, features }) => kind === "overlap" && features.includes(polygon));
    };
    const asked = (injected as readonly unknown[] as readonly Injected[])
      .filter(({ defect }) => ALWAYS_SEEN.includes(defect))
      .filter((one) => one.defect !== "unmatched-vertex" || hasNeighbour(stored, one));
    expect(asked.filter((one) => !isFound(one))).toEqual([]);
  });
});

/** Is there a polygon across the edge that the vertex was put in? At the outer border nobody lacks the vertex. */
function hasNeighbour(
  { xy, ringVertex, partRing, featurePart }: Layer,
  { polygon, vertex }: Injected,
): boolean {
  const from = ringVertex[partRing[featurePart[polygon!]]];
  const corners = ringVertex[partRing[featurePart[polygon!]] + 1] - from - 1;
  const at = (step: number) => {
    const v = from + ((vertex! + step + corners) % corners);
    return `${xy[2 * v]} ${xy[2 * v + 1]}`;
  };
  const across = `${at(1)} ${at(-1)}`;
  return Array.from(ringVertex.subarray(0, -1)).some((first, r) =>
    Array.from({ length: ringVertex[r + 1] - first - 1 }, (_, e) =>
      xy.subarray(2 * (first + e), 2 * (first + e) + 4).join(" "),
    ).includes(across),
  );
}

const pointsOf = (ring: Float64Array): { x: number; y: number }[] =>
  Array.from({ length: ring.length / 2 }, (_, i) => ({ x: ring[2 * i], y: ring[2 * i + 1] }));
