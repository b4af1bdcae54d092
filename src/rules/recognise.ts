import { GROUND_FIELDS } from "./edition.js";
import { canonicalField, type FieldFamily } from "./fields.js";
import type { Rules } from "./rules.js";

/** Fields that flat files of any kind have; they are no sign of a Grunnkart or a plan. */
const COMMON = new Set([
  "geometri",
  "kommunenummer",
  "lokalId",
  "navnerom",
  "versjonId",
  "oppdateringsdato",
  "objekttype",
  "kildeareal",
]);

/** One of these is enough to know a family by; of its other fields, two are more than chance. */
const TELLING = new Set([...GROUND_FIELDS, "arealformal", "planidentifikasjon"]);

/** What a layer's field names say it is: which of the family's fields it has, and which mandatory ones it lacks. */
export type Recognised = {
  readonly family: FieldFamily;
  /** Canonical names, in the order of the rule set. */
  readonly has: readonly string[];
  readonly lacks: readonly string[];
};

/**
 * The family a layer belongs to by its field names, in whatever spelling: the one it has most fields of, beside those
 * that every family has. Undefined when it has next to none of either.
 */
export function recogniseFields(rules: Rules, fields: readonly string[]): Recognised | undefined {
  const [best] = (["grunnkart", "plan"] as const)
    .map((family) => ({ family, own: ownFields(rules, fields, family) }))
    .filter(({ own }) => own.size > 1 || [...own].some((name) => TELLING.has(name)))
    .sort((a, b) => b.own.size - a.own.size);
  if (best === undefined) return undefined;
  const there = new Set(fields.map((field) => canonicalField(rules, field, best.family)));
  const known = rules.fieldNames
    .filter((set) => set.gjelder === best.family)
    .flatMap((set) => set.values)
    .filter(({ kanonisk }) => kanonisk !== "geometri");
  return {
    family: best.family,
    has: known.filter(({ kanonisk }) => there.has(kanonisk)).map(({ kanonisk }) => kanonisk),
    lacks: known
      .filter(({ kanonisk, mult }) => mult === "1" && !there.has(kanonisk))
      .map(({ kanonisk }) => kanonisk),
  };
}

function ownFields(rules: Rules, fields: readonly string[], family: FieldFamily): Set<string> {
  const names = fields.map((field) => canonicalField(rules, field, family));
  return new Set(names.filter((name): name is string => name !== undefined && !COMMON.has(name)));
}
