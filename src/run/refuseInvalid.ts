import type { Layer } from "../core/layer.js";
import { InputError, type Place } from "../core/trouble.js";
import { type Defect, type DefectKind, isHarmless } from "../repair/defect.js";
import { ringFigures } from "../repair/rings.js";
import { structureOf } from "../repair/structure.js";
import { checkPolygons } from "../repair/validity.js";
import type { Rules } from "../rules/rules.js";

/**
 * Holds zone polygons to having one inside. Most of what OGC calls invalid leaves no doubt of it (a ring that touches
 * itself, a hole on the shell's edge) and is let through; refused is a polygon of which the usual readings (shell less
 * holes as the shoelace formula has it, structure, even-odd) differ by more than the polygon tolerance. The overlay counts
 * by the first of them.
 *
 * @param nameZone says which unit a feature is
 * @throws InputError naming the unit, the place and the reason
 */
export function refuseInvalid(layer: Layer, nameZone: (feature: number) => Place, rules: Rules): void {
  const { polygonM2, polygonRelative } = rules.accounting.tolerances;
  checkPolygons(layer, (feature, all) => {
    const defects = all.filter(({ kind }) => !isHarmless(kind));
    if (defects.length === 0) return;
    const read = structureOf(layer, feature);
    if (read !== undefined) {
      const { rolesM2, slackM2 } = ringFigures(layer, feature);
      const limit = Math.max(polygonM2, polygonRelative * read.areaM2, slackM2);
      const apart = Math.max(Math.abs(rolesM2 - read.areaM2), Math.abs(read.evenOddM2 - read.areaM2));
      if (apart <= limit) return;
    }
    throw ambiguous(nameZone(feature), gravest(defects));
  });
}

/** What an ambiguous zone is told by, the plainest first. */
const CAME: readonly (readonly [DefectKind, string])[] = [
  ["ring-crosses-itself", "a zone polygon whose border crosses itself"],
  ["ring-crosses-at-vertex", "a zone polygon whose border crosses itself in one of its own vertices"],
  ["ring-touches-itself", "a zone polygon whose border touches itself so that it turns inside out"],
  ["rings-cross", "a zone polygon whose shell and holes cross each other"],
  ["parts-cross", "a zone polygon with parts that overlap"],
  ["nested-parts", "a zone polygon with one part inside another"],
  ["nested-holes", "a zone polygon with a hole inside a hole"],
  ["hole-outside-shell", "a zone polygon with a hole outside its shell"],
  ["rings-equal", "a zone polygon with the same ring twice"],
  ["ring-on-itself", "a zone polygon whose border runs along itself"],
];

function gravest(defects: readonly Defect[]): {
  readonly came: string;
  readonly x: number;
  readonly y: number;
} {
  for (const [kind, came] of CAME) {
    const found = defects.find((defect) => defect.kind === kind);
    if (found !== undefined) return { came, x: found.x, y: found.y };
  }
  const [{ kind, x, y }] = defects;
  return { came: `a zone polygon that is not valid (${kind})`, x, y };
}

function ambiguous(place: Place, { came, x, y }: ReturnType<typeof gravest>): InputError {
  return new InputError(
    { ...place, position: `near ${x.toFixed(2)} ${y.toFixed(2)}` },
    {
      came,
      wanted: "zone polygons with one inside and one outside",
      todo: "Repair the polygon in the source, or leave it out (arealregnskap check FILE lists all such places)",
    },
  );
}
