import type { Rules } from "./rules.js";

export type FieldFamily = "grunnkart" | "plan" | "enheter";

/**
 * Every spelling a field has been delivered under, in lower case, to its canonical name.
 * The canonical name is a spelling of itself. `identifikasjon.lokalId` is also known as `lokalId` and, as flat
 * files write it, `identifikasjon_lokalId`.
 */
export function fieldAliases(rules: Rules, family: FieldFamily = "grunnkart"): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const { values } of rules.fieldNames.filter((set) => set.gjelder === family)) {
    for (const { kanonisk, skrivemater } of values) {
      for (const name of [kanonisk, ...Object.values(skrivemater).flat()]) {
        aliases.set(name.toLowerCase(), kanonisk);
        aliases.set(name.toLowerCase().replaceAll(".", "_"), kanonisk);
      }
    }
  }
  return aliases;
}

/** The canonical name of a delivered field name, whatever its case; undefined when no rule knows it. */
export function canonicalField(rules: Rules, delivered: string, family: FieldFamily = "grunnkart"): string | undefined {
  return fieldAliases(rules, family).get(delivered.toLowerCase());
}
