import { bboxOf, EMPTY_BBOX, type Bbox, type Layer } from "../core/layer.js";
import { invariant } from "../core/trouble.js";

/** The box around feature f; empty for a feature without geometry. */
export function featureBox(layer: Layer, f: number): Bbox {
  const from = layer.ringVertex[layer.partRing[layer.featurePart[f]]];
  const to = layer.ringVertex[layer.partRing[layer.featurePart[f + 1]]];
  if (from === to) return EMPTY_BBOX;
  const box = bboxOf(layer.xy, from, to);
  invariant(
    box.every(Number.isFinite),
    () => `${layer.name}, feature ${f}: box ${box.join(" ")} to be written`,
  );
  return box;
}
