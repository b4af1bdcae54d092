import type { CoverSettings } from "../../src/repair/coverage.js";
import type { CaseGeometry } from "./cases.js";

/** The thresholds that are shipped (`rules/topologi.json`), and no names or priorities. */
export const LIMITS = { roundingM: 0.02, gapM: 1, gapM2: 50, overlapM: 1, sliverM: 0.02 };
export const SETTINGS: CoverSettings = { limits: LIMITS, nameOf: () => "", priorityOf: () => Infinity };

/** Faces of the noded linework, by another tool: see README of the conformance suites. None for invalid polygons. */
export type Truth = {
  readonly sumOfAreas: string;
  readonly areas: readonly string[];
  readonly unionArea: number;
  readonly overlaps: readonly { readonly polygons: readonly number[]; readonly area: number }[];
  readonly gaps: readonly { readonly area: number; readonly at: readonly [number, number] }[];
};

export type CoverCase = {
  readonly id: string;
  readonly polygons: readonly CaseGeometry[];
  readonly inputsValid?: boolean;
  readonly injected?: readonly Record<string, unknown>[];
  readonly expected: { readonly validCoverage?: boolean; readonly truth: Truth | null };
};

export const totalArea = (areas: Float64Array): number => areas.reduce((sum, m2) => sum + m2, 0);
