import { describe, expect, test } from "vitest";
import { checkCoverage } from "../../src/repair/closeLook.js";
import { repairCoverage } from "../../src/repair/coverage.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { areasOf } from "../../src/repair/rings.js";
import { haveOutsideData } from "../read/outsideData.js";
import { casesOf, layerOf } from "./cases.js";
import { type CoverCase, SETTINGS, totalArea } from "./coverCases.js";

describe.skipIf(!haveOutsideData).each(["coverage-validate", "coverage-clean", "coverage-generated"])(
  "conformance %s",
  (suite) => {
    test.each(casesOf<CoverCase>(suite))(
      "$id",
      ({ polygons, inputsValid, expected: { truth, validCoverage } }) => {
        const { layer } = repairPolygons(layerOf(...polygons));
        const found = checkCoverage(layer, SETTINGS);
        expect(found.refused).toEqual([]);
        const tolerance = 1e-9 * Math.max(1, totalArea(areasOf(layer)));
        if (inputsValid !== false && truth !== null) {
          const bySet = new Map<string, number>();
          for (const { kind, features, areaM2 } of found.decisions) {
            const key = [...features].sort((a, b) => a - b).join(" ");
            if (kind === "overlap") bySet.set(key, (bySet.get(key) ?? 0) + areaM2);
          }
          for (const { polygons: who, area } of truth.overlaps) {
            expect(Math.abs((bySet.get(who.join(" ")) ?? 0) - area)).toBeLessThan(tolerance);
          }
          const gaps = [...found.decisions, ...found.openGaps].filter(({ kind }) => kind === "gap");
          const gapM2 = gaps.reduce((sum, { areaM2 }) => sum + areaM2, 0);
          expect(Math.abs(gapM2 - truth.gaps.reduce((sum, { area }) => sum + area, 0))).toBeLessThan(
            tolerance,
          );
        }
        const isClean = found.decisions.every(({ kind }) => kind === "gap") && found.vertices.length === 0;
        if (validCoverage === true) expect(isClean).toBe(true);

        const repaired = repairCoverage(layer, SETTINGS);
        expect(repaired.refused).toEqual([]);
        const after = checkCoverage(repaired.layer, SETTINGS);
        expect(after.decisions.filter(({ to }) => to >= 0)).toEqual([]);
        expect(after.vertices).toEqual([]);
        const overlapM2 = repaired.decisions.reduce(
          (sum, { kind, areaM2, features }) =>
            sum + (kind === "overlap" ? (features.length - 1) * areaM2 : 0),
          0,
        );
        const filledM2 = repaired.decisions.reduce(
          (sum, { kind, areaM2, to }) => sum + (kind === "gap" && to >= 0 ? areaM2 : 0),
          0,
        );
        const left = totalArea(areasOf(layer)) - overlapM2 + filledM2 - totalArea(areasOf(repaired.layer));
        expect(Math.abs(left)).toBeLessThan(tolerance);
        expect(repairCoverage(repaired.layer, SETTINGS).layer).toBe(repaired.layer);
      },
    );
  },
);
