import type { Bbox, Layer } from "../core/layer.js";
import { featureBox, vertexRange } from "../core/subset.js";
import { invariant } from "../core/trouble.js";

/** The box around feature f, held to be finite before it is written; empty for a feature without geometry. */
export function finiteBox(layer: Layer, f: number): Bbox {
  const box = featureBox(layer, f);
  const [from, to] = vertexRange(layer, f);
  invariant(
    from === to || box.every(Number.isFinite),
    () => `${layer.name}, feature ${f}: box ${box.join(" ")} to be written`,
  );
  return box;
}
