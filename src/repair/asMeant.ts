import { featureCount, type Layer } from "../core/layer.js";
import { isHarmless } from "./defect.js";
import { cleanRings } from "./rings.js";
import type { Parts } from "./outlines.js";
import { withParts } from "./shapes.js";
import { structureOf } from "./structure.js";
import { PolygonChecker } from "./validity.js";

/**
 * Polygons as the structure rule reads them, to look at: rings tidied, and what is not valid then built again. As
 * `repairPolygons` does, but nothing is handed to anybody, so no second library is asked, and no readings are compared. What
 * cannot be read stands as it is: its rings count as often as they wind round.
 *
 * @param isWrong whether `PolygonChecker` has found anything about a feature; of one that is valid nobody need ask again
 */
export function asMeant(layer: Layer, isWrong: (feature: number) => boolean): Layer {
  const { layer: tidy } = cleanRings(layer);
  const checker = new PolygonChecker();
  const built = new Map<number, Parts>();
  for (let f = 0; f < featureCount(tidy); f++) {
    if (!isWrong(f)) continue;
    if (checker.check(tidy, f).every(({ kind }) => isHarmless(kind))) continue;
    const parts = structureOf(tidy, f)?.parts;
    if (parts !== undefined) built.set(f, parts);
  }
  return withParts(tidy, built);
}
