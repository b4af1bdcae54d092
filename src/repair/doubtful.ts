import { featureCount, type Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import { type Defect, isHarmless } from "./defect.js";
import { ringFigures } from "./rings.js";
import { structureOf } from "./structure.js";
import { PolygonChecker } from "./validity.js";

/** How far readings of a polygon may be apart and still be one. */
export type ReadingTolerance = { readonly absoluteM2: M2; readonly relative: number };

/** A polygon with more than one reading, and what is wrong with it. */
export type Doubtful = { readonly feature: number; readonly defects: readonly Defect[] };

/**
 * Polygons without one sure inside. Most of what OGC calls invalid leaves no doubt of it (a ring that touches itself, a
 * hole on the shell's edge); here are those of which the usual readings (shell less holes as the shoelace formula has it,
 * structure, even-odd) differ by more than the tolerance, and those that cannot be read at all.
 */
export function doubtfulPolygons(
  layer: Layer,
  { absoluteM2, relative }: ReadingTolerance,
  checker: PolygonChecker = new PolygonChecker(),
): Doubtful[] {
  const doubtful: Doubtful[] = [];
  for (let feature = 0; feature < featureCount(layer); feature++) {
    const defects = checker.check(layer, feature).filter(({ kind }) => !isHarmless(kind));
    if (defects.length === 0) continue;
    const read = structureOf(layer, feature);
    if (read !== undefined) {
      const { rolesM2, slackM2 } = ringFigures(layer, feature);
      const limit = Math.max(absoluteM2, relative * read.areaM2, slackM2);
      const apart = Math.max(Math.abs(rolesM2 - read.areaM2), Math.abs(read.evenOddM2 - read.areaM2));
      if (apart <= limit) continue;
    }
    doubtful.push({ feature, defects });
  }
  return doubtful;
}
