import fc from "fast-check";
import { LayerBuilder, termOf, type Layer } from "../../src/core/layer.js";

/** A polygon as its rings, each x, y, x, y ... closed; a feature as its parts and values. */
export type Part = readonly (readonly number[])[];
export type Feature = { readonly parts: readonly Part[]; readonly values: readonly string[] };

export const FIELDS = ["kode", "navn"];

export function layerOf(features: readonly Feature[], epsg = 25833, fields = FIELDS): Layer {
  const builder = new LayerBuilder("prøve", epsg, fields);
  for (const { parts, values } of features) {
    for (const part of parts) {
      for (const ring of part) builder.ring(ring);
      builder.endPart();
    }
    builder.endFeature(values);
  }
  return builder.build();
}

export const box = (x: number, y: number, size: number): number[] => [
  ...[x, y],
  ...[x + size, y],
  ...[x + size, y + size],
  ...[x, y + size],
  ...[x, y],
];

export const turned = (ring: readonly number[]): number[] =>
  Array.from({ length: ring.length }, (_, i) => ring[ring.length - 2 - 2 * Math.floor(i / 2) + (i % 2)]);

/** What a layer holds, feature by feature, as plain arrays. */
export function featuresOf(layer: Layer): Feature[] {
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  return range(0, layer.featurePart.length - 1).map((f) => ({
    parts: range(layer.featurePart[f], layer.featurePart[f + 1]).map((p) =>
      range(layer.partRing[p], layer.partRing[p + 1]).map((r) =>
        Array.from(layer.xy.subarray(2 * layer.ringVertex[r], 2 * layer.ringVertex[r + 1])),
      ),
    ),
    values: Array.from(layer.columns.values(), (column) => termOf(column, f)),
  }));
}

/** Squares at odd doubles, shells counter-clockwise and holes clockwise, with or without values and geometry. */
const ordinate = fc.double({ min: 1, max: 1e7, noNaN: true, noDefaultInfinity: true });
const part = fc
  .record({
    x: ordinate,
    y: ordinate,
    size: fc.double({ min: 10, max: 1e6, noNaN: true }),
    hole: fc.boolean(),
  })
  .map(({ x, y, size, hole }): Part =>
    hole ? [box(x, y, size), turned(box(x + size / 4, y + size / 4, size / 3))] : [box(x, y, size)],
  );
const text = fc.oneof(
  fc.constantFrom("", "0301", "1e3", "null", "Kárášjohka", "čđŋŧž ÆØÅ", 'a "b", c\nd', " ", "=1+1", "𝔸"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
export const features = fc.array(
  fc.record({
    parts: fc.array(part, { maxLength: 3 }),
    values: fc.tuple(text, text),
  }),
  { maxLength: 12 },
);

/** The layer in batches of a feature each, with dictionaries of their own. */
export function* oneByOne(all: readonly Feature[], epsg = 25833): Generator<Layer> {
  for (const feature of all) yield layerOf([feature], epsg);
}
