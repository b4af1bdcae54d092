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

/** Names of a layer's units where a register knows them, else "". */
export function nameOfUnit(layer: ZoneLayerFacts, rules: Rules): (key: string) => string {
  const names = unitNames(rules, canonicalField(rules, layer.keyField) ?? layer.keyField);
  return (key) => names.get(key) ?? "";
}
