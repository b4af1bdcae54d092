import { existsSync, readFileSync } from "node:fs";
import type { AreaGeometry } from "./layers.js";

const folder = new URL("../../../shared/conformance/", import.meta.url);

/** The cases are other people's data and not part of the project; without them the suites skip. */
export const casesAreHere = existsSync(folder);
if (!casesAreHere) console.info("conformance cases not found in ../shared/conformance: suites skipped");

/** Two valid geometries and the exact areas of what they make together, as decimal strings. */
export type PairCase = {
  readonly id: string;
  readonly a: AreaGeometry;
  readonly b: AreaGeometry;
  readonly tolerance: number;
  readonly expected: Readonly<Record<PairFigure, string>>;
};

export type PairFigure = "areaA" | "areaB" | "intersection" | "union" | "aMinusB" | "bMinusA" | "symDiff";

/** Two layers; every cell [left, right, area] that is not empty. */
export type LayerCase = {
  readonly id: string;
  readonly left: readonly { readonly geometry: AreaGeometry }[];
  readonly right: readonly { readonly geometry: AreaGeometry }[];
  readonly maxAbsCoord: number;
  readonly expected: {
    readonly leftAreas: readonly string[];
    readonly cells: readonly (readonly [number, number, string])[];
  };
};

export const pairSuites = [
  "adversarial",
  "boost",
  "generated",
  "geos",
  "issues",
  "jts",
  "martinez",
  "polyclip-ts",
  "polygon-clipping",
  "turf",
] as const;

export const layerSuites = ["generated", "geopandas"] as const;

export const pairCases = (suite: string): readonly PairCase[] => read<PairCase>(`overlay-${suite}.json`);
export const layerCases = (suite: string): readonly LayerCase[] => read<LayerCase>(`layer-${suite}.json`);

function read<Case>(file: string): readonly Case[] {
  if (!casesAreHere) return [];
  return (JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: Case[] }).cases;
}
