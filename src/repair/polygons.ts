import { featureCount, type Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import { type Defect, isHarmless } from "./defect.js";
import { cleanRings, type RingCounts, ringArea, ringFigures } from "./rings.js";
import { isSound, withParts } from "./shapes.js";
import type { Parts } from "./outlines.js";
import { jstsAgrees, structureByJsts } from "./jsts.js";
import { DECISION, type DecisionRule, readingsOf } from "./readings.js";
import { type Structured, structureOf } from "./structure.js";
import { PolygonChecker } from "./validity.js";

/** One polygon mended by the structure rule, or one that could not be. */
export type PolygonRepair = {
  readonly feature: number;
  readonly defects: readonly Defect[];
  /** As the shoelace formula has it, shells less holes, before and after. */
  readonly beforeM2: M2;
  readonly afterM2: M2;
  /** Other readings of the same rings (`Structured`). */
  readonly evenOddM2: M2;
  readonly lineworkM2: M2;
  /** Whether another reading is further from this one than the rule allows: the file's owner should say what was meant. */
  readonly needsDecision: boolean;
  /** Who built the result; "rings": tidying them was enough; "nobody": the polygon stands as it was. */
  readonly by: "rings" | "arrangement" | "jsts" | "nobody";
};

export type RepairedPolygons = {
  /** The same object as came, where nothing was done. Features keep their order and number. */
  readonly layer: Layer;
  /** What was done to rings, area-neutral, by feature. */
  readonly rings: readonly RingCounts[];
  /** Polygons that were not valid once their rings were tidy, and those of which tidying settled what was meant. */
  readonly polygons: readonly PolygonRepair[];
};

/**
 * Makes each polygon valid by itself: first its rings (`cleanRings`), then, where it is not valid yet, by the structure
 * rule (`structureOf`). No vertex moves. Polygons that are valid with tidy rings come through bit for bit, so repairing
 * twice is repairing once.
 *
 * What our own arrangement builds is held against the area of its faces, those against the rings (Green's theorem), and
 * the result against our own check and that of jsts. Should it fail one of them, jsts builds it alone; should that fail too, the polygon stands as it was and is told of with `by: "nobody"`.
 */
export function repairPolygons(layer: Layer, decision: DecisionRule = DECISION): RepairedPolygons {
  const { layer: tidy, changed } = cleanRings(layer);
  const cut = new Set(
    changed.filter(({ spikes, dropped }) => spikes + dropped > 0).map(({ feature }) => feature),
  );
  const checker = new PolygonChecker();
  const polygons: PolygonRepair[] = [];
  const built = new Map<number, Parts>();
  for (let f = 0; f < featureCount(tidy); f++) {
    const isValid = checker.check(tidy, f).every(({ kind }) => isHarmless(kind));
    if (isValid && !cut.has(f)) continue;
    const { by, structured } = isValid ? tidied(layer, f) : build(tidy, f);
    const readings = readingsOf(
      layer,
      f,
      structured,
      cut.has(f) ? structureOf(layer, f) : structured,
      decision,
    );
    if (isValid && !readings.needsDecision) continue;
    if (structured !== undefined && !isValid) built.set(f, structured.parts);
    const defects = checker.check(layer, f).filter(({ kind }) => !isHarmless(kind));
    polygons.push({ feature: f, defects, ...readings, by });
  }
  return { layer: withParts(tidy, built), rings: changed, polygons };
}

const tidied = (layer: Layer, feature: number) =>
  ({ by: "rings", structured: structureOf(layer, feature) }) as const;

function build(tidy: Layer, feature: number) {
  const own = structureOf(tidy, feature);
  if (own !== undefined && holds(tidy, feature, own)) return { by: "arrangement", structured: own } as const;
  const other = structureByJsts(tidy, feature);
  if (other !== undefined && holds(tidy, feature, other)) return { by: "jsts", structured: other } as const;
  return { by: "nobody", structured: undefined } as const;
}

/** Is what was built valid, to us and to jsts, as large as it should be, and is no face missing? */
function holds(like: Layer, feature: number, { parts, areaM2, woundM2 }: Structured): boolean {
  const { signedM2, slackM2 } = ringFigures(like, feature);
  if (!(Math.abs(areaOf(parts) - areaM2) <= slackM2) || !(Math.abs(woundM2 - signedM2) <= slackM2))
    return false;
  if (parts.length === 0) return true;
  return isSound(like, parts) && jstsAgrees(parts, areaM2, 10 * slackM2); // its areas are summed with less care
}

function areaOf(parts: Parts): M2 {
  let sum = 0;
  for (const part of parts) for (const ring of part) sum += ringArea(ring);
  return sum;
}
