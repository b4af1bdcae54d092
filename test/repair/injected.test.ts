/** Polygons put over, into or out of the generated coverages, and repeated points, are each found with the polygon's number. */
import { describe, expect, test } from "vitest";
import { checkCoverage } from "../../src/repair/closeLook.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { haveOutsideData } from "../read/outsideData.js";
import { casesOf, layerOf } from "./cases.js";
import { type CoverCase, SETTINGS } from "./coverCases.js";

type Injected = { readonly defect: string; readonly polygon?: number };

/** What else is injected may open outwards, where it is no gap; `truth` holds those, in coverage.test.ts. */
const ALWAYS_SEEN = [
  "polygon-grown",
  "contained-polygon",
  "extra-polygon-over-others",
  "duplicate-polygon",
  "missing-polygon",
  "repeated-point",
];

describe.skipIf(!haveOutsideData)("conformance coverage-generated, injected", () => {
  test.each(casesOf<CoverCase>("coverage-generated"))("$id", ({ polygons, injected = [] }) => {
    const { layer, rings } = repairPolygons(layerOf(...polygons));
    const found = checkCoverage(layer, SETTINGS);
    const grounds = [...found.decisions, ...found.openGaps];
    const isFound = ({ defect, polygon = -1 }: Injected): boolean => {
      if (defect === "missing-polygon") return grounds.some(({ kind }) => kind === "gap");
      if (defect === "repeated-point")
        return rings.some(({ feature, repeated }) => feature === polygon && repeated > 0);
      return grounds.some(({ kind, features }) => kind === "overlap" && features.includes(polygon));
    };
    const asked = (injected as readonly unknown[] as readonly Injected[]).filter(({ defect }) =>
      ALWAYS_SEEN.includes(defect),
    );
    expect(asked.filter((one) => !isFound(one))).toEqual([]);
  });
});
