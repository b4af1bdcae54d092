import { LayerBuilder, type Layer } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import type { Rings } from "./blockRings.js";
import { mix } from "./hash.js";

/** A field of a generated layer. All generated values are text, as codes are. */
export type GeneratedField = { readonly name: string; readonly type: "string" };

/** A layer that is made while it is read: each call of `batches` begins again and gives the same bytes. */
export type GeneratedLayer = {
  readonly name: string;
  readonly epsg: Epsg;
  readonly fields: readonly GeneratedField[];
  readonly featureCount: number;
  batches(): Generator<Layer>;
};

/** One polygon on its way into a layer, with one value per field. No parts: no geometry. */
export type Polygon = { readonly parts: readonly Rings[]; readonly values: readonly string[] };

/** Polygons per batch, and vertices, whichever comes first: some ten megabytes at a time. */
const BATCH_POLYGONS = 4000;
const BATCH_VERTICES = 500_000;

export const textFields = (names: readonly string[]): GeneratedField[] =>
  names.map((name) => ({ name, type: "string" }));

/** Packs a stream of polygons into layers. */
export function* inBatches(
  name: string,
  epsg: Epsg,
  fields: readonly GeneratedField[],
  polygons: Iterable<Polygon>,
): Generator<Layer> {
  const fieldNames = fields.map((field) => field.name);
  let builder = new LayerBuilder(name, epsg, fieldNames);
  for (const { parts, values } of polygons) {
    for (const { shell, holes } of parts) {
      builder.ring(shell);
      for (const hole of holes) builder.ring(hole);
      builder.endPart();
    }
    builder.endFeature(values);
    if (builder.featureCount >= BATCH_POLYGONS || builder.vertexCount >= BATCH_VERTICES) {
      yield builder.build();
      builder = new LayerBuilder(name, epsg, fieldNames);
    }
  }
  if (builder.featureCount > 0) yield builder.build();
}

/** A text shaped like a UUID. No other number has it: its first eight digits are a scrambling that can be undone. */
export function localId(number: number, salt: number): string {
  const hex = [number, number ^ salt, number ^ (salt + 1), number ^ (salt + 2)]
    .map((value, i) =>
      mix(i === 0 ? value : mix(value))
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
