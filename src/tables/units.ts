import { canonicalField } from "../rules/fields.js";
import { unitNames } from "../rules/classes.js";
import type { Rules } from "../rules/rules.js";
import type { ZoneLayerFacts } from "./facts.js";

/** Where polygons of one layer overlap, their keys stand joined by this. */
const SEVERAL = "|";

/**
 * The units a zone key belongs to: one as a rule, several on doubly claimed ground, none outside the layer.
 * A key that itself contains "|" is taken as it stands when the layer has such a unit.
 */
export function unitsOfKey(layer: ZoneLayerFacts): (key: string) => readonly string[] {
  const units = new Set(layer.units.map(({ key }) => key));
  return (key) => (key === "" ? [] : units.has(key) ? [key] : key.split(SEVERAL));
}

/**
 * Names of a layer's units: as its file has them, else as a register does, else "". Units are joined to both by number.
 * Where two units of a layer bear one name (Våler, Herøy), the register's, which tells them apart, comes first.
 */
export function nameOfUnit(
  { keyField, names }: Pick<ZoneLayerFacts, "keyField" | "names">,
  rules: Rules,
): (key: string) => string {
  const register = unitNames(rules, canonicalField(rules, keyField) ?? keyField);
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { navn } of names?.values() ?? []) (seen.has(navn) ? twice : seen).add(navn);
  return (key) => {
    const inFile = names?.get(key)?.navn ?? "";
    if (inFile !== "" && !twice.has(inFile)) return inFile;
    return register.get(key) ?? inFile;
  };
}
