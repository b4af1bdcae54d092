/** Whether units fit the ground they are laid over, told by the ground itself. */
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "./facts.js";
import { kommuneLayers } from "./kommuneinndeling.js";
import { sumByKeys } from "./project.js";
import { shownAreas } from "./shown.js";
import { unitsOfKey } from "./units.js";

/** A kommune whose ground, by its own kommunenummer, lies outside the unit of that number. */
export type StrayKommune = { readonly layer: string; readonly key: string; readonly share: number };

/**
 * Kommuner of which more than the tolerance (0.5 %) of the ground lies outside their unit: its border is generalised, cut
 * at the coast, or of another year. Only ground is compared, so that units with sea are held against ground without it.
 * Empty where the account has no class kommunenummer, or no unit of the number.
 *
 * Source: domain reference 3.4, practical test.
 */
export function strayKommuner(facts: AccountFacts, rules: Rules): StrayKommune[] {
  const said = facts.cells.classes.get("kommunenummer");
  if (said === undefined) return [];
  const { generalisedShare } = rules.accounting.tolerances;
  return kommuneLayers(facts, rules).flatMap((layer) => {
    const zone = facts.cells.zones.get(layer.name)!;
    const unitsOf = unitsOfKey(layer);
    const sums = sumByKeys([said, zone], shownAreas(facts.measure, facts.cells));
    const all = new Map<string, M2>();
    const stray = new Map<string, M2>();
    for (let row = 0; row < sums.rowCount; row++) {
      const number = said.terms[sums.keys[0][row]];
      all.set(number, (all.get(number) ?? 0) + sums.areaM2[row]);
      if (unitsOf(zone.terms[sums.keys[1][row]]).includes(number)) continue;
      stray.set(number, (stray.get(number) ?? 0) + sums.areaM2[row]);
    }
    return layer.units.flatMap(({ key }) => {
      const share = (stray.get(key) ?? 0) / (all.get(key) ?? Infinity);
      return share > generalisedShare ? [{ layer: layer.name, key, share }] : [];
    });
  });
}
