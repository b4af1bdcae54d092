import { canonicalField } from "./fields.js";
import type { Rules } from "./rules.js";

/**
 * Which Grunnkart editions a file shows signs of, in the order of `rules/regnskap.json`.
 * One: that is the edition. None: unknown edition (also Testversjon 1, which no rule describes). Two or more: mixed,
 * which the caller reports as UTGAVE_BLANDET.
 *
 * A field name counts when exactly one edition spells it so, letter case included: `arealdekkeniva1` or
 * `okosystemtype_1`. A value counts when exactly one edition's code list for its field has it.
 *
 * @param fields names as delivered
 * @param values some values by delivered field name; "" is no evidence
 */
export function editionsOf(
  rules: Rules,
  fields: readonly string[],
  values: ReadonlyMap<string, Iterable<string>> = new Map(),
): readonly string[] {
  const { editions } = rules.accounting;
  const seen = new Set<string>();
  for (const field of fields) witness(seen, editionsSpelling(rules, field));
  for (const [field, terms] of values) {
    const canonical = canonicalField(rules, field) ?? field;
    for (const term of terms) witness(seen, editionsKnowing(rules, canonical, term));
  }
  return editions.map(({ id }) => id).filter((id) => seen.has(id));
}

/** Fields without which a file is no Grunnkart, of whatever edition. */
export const GROUND_FIELDS = ["arealdekkeNiva1", "arealdekkeNiva2", "okosystemtype1"];

/**
 * The edition of one file: by its field names, and by values only where the names are silent, because the lists of
 * values are incomplete and some are known of one edition alone. Nothing for a file that is no Grunnkart.
 */
export function editionsOfFile(
  rules: Rules,
  fields: readonly string[],
  values: ReadonlyMap<string, Iterable<string>>,
): readonly string[] {
  const isGround = fields.some((field) => GROUND_FIELDS.includes(canonicalField(rules, field) ?? ""));
  if (!isGround) return [];
  const byNames = editionsOf(rules, fields);
  return byNames.length > 0 ? byNames : editionsOf(rules, fields, values);
}

function witness(seen: Set<string>, editions: readonly string[]): void {
  if (editions.length === 1) seen.add(editions[0]);
}

function editionsSpelling(rules: Rules, field: string): string[] {
  const seenIn = new Set(
    rules.fieldNames
      .filter((set) => set.gjelder === "grunnkart")
      .flatMap((set) => set.values)
      .flatMap(({ skrivemater }) => Object.entries(skrivemater))
      .filter(([, names]) => names.includes(field))
      .map(([place]) => place),
  );
  return rules.accounting.editions
    .filter(({ spellings }) => spellings.some((place) => seenIn.has(place)))
    .map(({ id }) => id);
}

function editionsKnowing(rules: Rules, field: string, term: string): string[] {
  return rules.accounting.editions
    .map(({ id }) => id)
    .filter((id) =>
      rules.accounting.classifications.some(
        (c) => c.field === field && c.edition === id && rules.lists.get(c.list)!.values.some(({ kode }) => kode === term),
      ),
    );
}
