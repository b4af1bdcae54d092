import { expect, test } from "vitest";
import { featureCount, type Layer, LayerBuilder, termOf } from "../../src/core/layer.js";
import { joinLayers } from "../../src/core/joinLayers.js";
import { subsetOf } from "../../src/core/subset.js";

const SQUARE = [0, 0, 1, 0, 1, 1, 0, 1, 0, 0];

function layerOf(name: string, column: string, values: readonly string[], epsg = 25833): Layer {
  const builder = new LayerBuilder(name, epsg, [column]);
  for (const [i, value] of values.entries()) {
    builder.ring(SQUARE.map((n) => n + i));
    builder.endPart();
    builder.endFeature([value]);
  }
  return builder.build();
}

test("features stand in a row, each with its own geometry and value", () => {
  const [a, b] = [layerOf("a", "kode", ["0301", "1103"]), layerOf("b", "kode", ["1103", "", "4601"])];
  const both = joinLayers([a, b]);
  expect(both.name).toBe("a");
  expect(featureCount(both)).toBe(5);
  const kode = both.columns.get("kode")!;
  expect([0, 1, 2, 3, 4].map((f) => termOf(kode, f))).toEqual(["0301", "1103", "1103", "", "4601"]);
  expect(kode.terms).toEqual(["", "0301", "1103", "4601"]);
  expect(subsetOf(both, [1]).xy).toEqual(subsetOf(a, [1]).xy);
  expect(subsetOf(both, [4])).toEqual({ ...subsetOf(b, [2]), name: "a" });
});

test("a column that one lacks is empty there; one layer is itself", () => {
  const [a, b] = [layerOf("a", "kode", ["x"]), layerOf("b", "annet", ["y"])];
  expect(joinLayers([a, b]).columns.get("kode")).toEqual({ codes: Uint32Array.of(1, 0), terms: ["", "x"] });
  expect(joinLayers([a])).toBe(a);
});

test("two systems do not meet", () => {
  expect(() => joinLayers([layerOf("a", "k", ["1"]), layerOf("b", "k", ["2"], 25832)])).toThrow(
    /two systems/,
  );
});
