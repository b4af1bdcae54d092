import { expect, test } from "vitest";
import { type Layer, sharedLayer, shared } from "../../src/core/layer.js";

test("a layer on shareable memory is the same layer, and what lies there already is not copied", () => {
  const xy = shared(Float64Array, [0, 0, 10, 0, 10, 10, 0, 0]);
  const layer: Layer = {
    name: "flater",
    epsg: 25833,
    xy,
    ringVertex: Uint32Array.of(0, 4),
    partRing: Uint32Array.of(0, 1),
    featurePart: Uint32Array.of(0, 1),
    columns: new Map([["kode", { codes: Uint32Array.of(1), terms: ["", "0301"] }]]),
  };
  const moved = sharedLayer(layer);
  expect(moved).toEqual(layer);
  expect(moved.xy).toBe(xy);
  const columns = [moved.ringVertex, moved.partRing, moved.featurePart, moved.columns.get("kode")?.codes];
  for (const column of columns) expect(column?.buffer).toBeInstanceOf(SharedArrayBuffer);
});
