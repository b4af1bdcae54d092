import { featureCount, type Layer } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import { type Finding, InputError, type Place } from "../core/trouble.js";
import type { Defect, DefectKind } from "../repair/defect.js";
import { doubtfulPolygons, type ReadingTolerance } from "../repair/doubtful.js";
import { DECISION, type DecisionRule } from "../repair/readings.js";
import { RingsOut } from "../repair/rings.js";
import type { Rules } from "../rules/rules.js";

/**
 * Holds zone polygons to having one inside (`doubtfulPolygons`). The overlay counts by the shoelace formula, shell less
 * holes.
 *
 * @param nameZone says which unit a feature is
 * @throws InputError naming the unit, the place and the reason
 */
export function refuseInvalid(layer: Layer, nameZone: (feature: number) => Place, rules: Rules): void {
  const [first] = doubtfulPolygons(layer, readingToleranceOf(rules));
  if (first !== undefined) throw ambiguous(nameZone(first.feature), gravest(first.defects));
}

/** A layer of zone polygons that each have one inside, and what was done to make it so. */
export type SoundZones = { readonly layer: Layer; readonly findings: readonly Finding[] };

/**
 * Zone polygons as a run takes them: read by the structure rule where it mends its input, else held to having one inside.
 * @throws InputError as `mendInvalid` and `refuseInvalid`
 */
export async function soundZones(
  layer: Layer,
  mends: boolean,
  nameZone: (feature: number) => Place,
  rules: Rules,
): Promise<SoundZones> {
  if (mends) return mendInvalid(layer, nameZone, rules);
  refuseInvalid(layer, nameZone, rules);
  return { layer, findings: [] };
}

/** How far readings of a polygon may be apart: as far as its pieces may be from its own area. */
function readingToleranceOf({ accounting }: Rules): ReadingTolerance {
  const { polygonM2, polygonRelative } = accounting.tolerances;
  return { absoluteM2: polygonM2, relative: polygonRelative };
}

/**
 * Zone polygons without one sure inside, read by the structure rule; the others stay as they are, bit for bit. What is
 * still open then (`needsDecision`) is refused: units are what was asked for, and a guess would be an answer.
 *
 * @returns the layer itself where nothing was to be done
 * @throws InputError naming the unit, the place and the reason
 */
async function mendInvalid(
  layer: Layer,
  nameZone: (feature: number) => Place,
  rules: Rules,
): Promise<SoundZones> {
  const doubtful = doubtfulPolygons(layer, readingToleranceOf(rules));
  if (doubtful.length === 0) return { layer, findings: [] };
  const features = doubtful.map(({ feature }) => feature);
  // What mends is a third of the program: it loads where there is something to mend.
  const { repairPolygons } = await import("../repair/polygons.js");
  const mended = repairPolygons(subsetOf(layer, features), decisionOf(rules) ?? DECISION);
  const findings = mended.polygons.map(({ feature: i, beforeM2, afterM2, needsDecision, by }): Finding => {
    const { feature, defects } = doubtful[i];
    const place = nameZone(feature);
    const why = gravest(defects);
    if (needsDecision || by === "nobody") throw ambiguous(place, why);
    const change = (afterM2 - beforeM2).toFixed(2);
    return {
      code: "FLATE_REPARERT",
      severity: "warning",
      layer: place.layer,
      feature,
      areaM2: Math.abs(afterM2 - beforeM2),
      did: "mended",
      says: `${place.feature} var ugyldig nær ${why.x.toFixed(2)} ${why.y.toFixed(2)} og er lest etter strukturregelen: ${change} m²`,
    };
  });
  return { layer: withFeatures(layer, features, mended.layer), findings };
}

const decisionOf = ({ topology }: Rules): DecisionRule | undefined =>
  topology && { m2: topology.avgjorelse.m2, share: topology.avgjorelse.andel };

/** A layer with some features in other shapes, those of `others` in the order of `features`. */
function withFeatures(layer: Layer, features: readonly number[], others: Layer): Layer {
  const placeOf = new Map(features.map((feature, i) => [feature, i]));
  const out = new RingsOut(layer);
  for (let f = 0; f < featureCount(layer); f++) {
    const place = placeOf.get(f);
    const [from, at] = place === undefined ? [layer, f] : [others, place];
    for (let p = from.featurePart[at]; p < from.featurePart[at + 1]; p++) {
      for (let r = from.partRing[p]; r < from.partRing[p + 1]; r++) {
        out.ring(from.xy.subarray(2 * from.ringVertex[r], 2 * from.ringVertex[r + 1]));
      }
      out.endPart();
    }
    out.endFeature();
  }
  return out.build();
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
