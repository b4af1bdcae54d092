import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { featureCount, termOf, type Layer } from "../../src/core/layer.js";
import { sumsBy } from "./areas.js";
import { outside } from "./outsideData.js";

/** Field with the class of each feature in the Kristiansand layer, whatever the format. */
export const CLASS = "objekttypenavn";

/** Holds the Kristiansand layer against the sums and counts per class that another tool gave, to 0.005 m². */
export function expectKristiansand(layer: Layer): void {
  const text = readFileSync(outside("data/fasit/n250_kristiansand_objtype_m2.csv"), "utf8");
  const rows = text.trim().split("\n").slice(1);
  const sums = sumsBy(layer, CLASS);
  const counts = countsBy(layer, CLASS);
  expect([...sums.keys()].sort()).toEqual(rows.map((row) => row.split(",")[0]).sort());
  for (const [name, count, areaM2] of rows.map((row) => row.trim().split(","))) {
    expect(counts.get(name)).toBe(Number(count));
    expect(Math.abs((sums.get(name) ?? NaN) - Number(areaM2))).toBeLessThan(0.0051);
  }
}

function countsBy(layer: Layer, field: string): Map<string, number> {
  const column = layer.columns.get(field);
  const counts = new Map<string, number>();
  for (let f = 0; f < featureCount(layer); f++) {
    const term = column === undefined ? "" : termOf(column, f);
    counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return counts;
}

/** Rings of a feature, part by part, as `wkbOfRings` takes them. */
export function partsOf(layer: Layer, f: number): Float64Array[][] {
  const parts: Float64Array[][] = [];
  for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
    const rings: Float64Array[] = [];
    for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++)
      rings.push(layer.xy.subarray(2 * layer.ringVertex[r], 2 * layer.ringVertex[r + 1]));
    parts.push(rings);
  }
  return parts;
}
