import { featureCount, LayerBuilder, termOf, type Layer } from "../../src/core/layer.js";
import { subsetOf } from "../../src/core/subset.js";
import { generate } from "../../src/generate/generate.js";
import { polygonTolerance } from "../../src/tables/identity.js";
import { loadRules } from "../../src/rules/load.js";
import { measureFor } from "../../src/overlay/measure.js";
import type { BaseGround } from "../../src/scenario/editedGround.js";
import type { GeneratedLayer } from "../../src/generate/polygon.js";
import { values } from "../generate/values.js";

const { tolerances } = (await loadRules()).accounting;

/** A generated layer in one piece, with some of its fields. */
export function whole(made: GeneratedLayer, fields: readonly string[]): Layer {
  const builder = new LayerBuilder(made.name, made.epsg, fields);
  for (const batch of made.batches()) {
    for (let f = 0; f < featureCount(batch); f++) {
      const one = subsetOf(batch, [f]);
      for (let part = 0; part + 1 < one.partRing.length; part++) {
        for (let ring = one.partRing[part]; ring < one.partRing[part + 1]; ring++)
          builder.ring(one.xy.subarray(2 * one.ringVertex[ring], 2 * one.ringVertex[ring + 1]));
        builder.endPart();
      }
      builder.endFeature(fields.map((field) => termOf(batch.columns.get(field)!, f)));
    }
  }
  return builder.build();
}

/** A generated kommune as the base of scenarios: kommuner, grunnkretser and plan areas over it. */
export function madeBase(polygons: number, planAreas: number, seed = 5): BaseGround {
  const made = generate({ seed, values, polygons, planAreas, kommuner: 2 });
  const named = (layer: GeneratedLayer, field: string) => {
    const all = whole(layer, [field]);
    const column = all.columns.get(field)!;
    return {
      name: layer.name,
      layer: all,
      keys: Array.from({ length: featureCount(all) }, (_, f) => termOf(column, f)),
    };
  };
  const fields = ["arealdekkeniva1", "okosystemtype1", "okosystemtype_1"].filter((field) =>
    made.grunnkart.fields.some(({ name }) => name === field),
  );
  const ground = whole(made.grunnkart, fields);
  return {
    ground,
    fields,
    zones: [
      named(made.kommune, "kommunenummer"),
      named(made.grunnkretser, "grunnkretsnummer"),
      named(made.plan, "lokalId"),
    ],
    measure: measureFor(ground.epsg),
    toleranceOf: (areaM2) => polygonTolerance(tolerances, areaM2),
  };
}
