/** What T13 is held against: the ground each grunnkrets covers, and T1 of the kommuner where the run has them. */
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import { type Check, type Hold, holdBy, worst } from "./checks.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { kommuneLayers } from "./kommuneinndeling.js";
import { sumByKeys } from "./project.js";
import { shownArea, shownAreas } from "./shown.js";
import { unitsOfKey } from "./units.js";

/** The units of a layer that are grunnkretser, by their keys there, and what T13 gives to those above them. */
export type KretsFigures = {
  readonly codeOf: ReadonlyMap<string, string>;
  readonly delomradeOf: (krets: string) => string;
  /** Amounts by class. */
  readonly delomrader: ReadonlyMap<string, Float64Array>;
  /** Ground that kretser of a kommune claim, counted once. */
  readonly once: ReadonlyMap<string, number>;
  /** All rows of a kommune's kretser, and what they have beyond the ground. */
  readonly kommuner: ReadonlyMap<string, M2>;
};

/**
 * A delområde is the sum of what its grunnkretser cover. All rows of a kommune, and what is uncovered, are what its
 * grunnkretser claim. A kommune of the same run is the ground of its grunnkretser counted once, with its ground under none
 * of them, less what they have outside its border. Of each the worst.
 */
export function kretsChecks(
  facts: AccountFacts,
  rules: Rules,
  layer: ZoneLayerFacts,
  figures: KretsFigures,
): Check[] {
  const hold = holdBy(rules);
  const due = new Map<string, number>();
  const claimed = new Map<string, number>();
  for (const { key, union, covered } of layer.units) {
    const krets = figures.codeOf.get(key);
    if (krets === undefined) continue;
    const delomrade = figures.delomradeOf(krets);
    due.set(delomrade, (due.get(delomrade) ?? 0) + shownArea(facts.measure, covered));
    const kommune = krets.slice(0, 4);
    claimed.set(kommune, (claimed.get(kommune) ?? 0) + shownArea(facts.measure, union));
  }
  const delomrader = [...figures.delomrader].map(([kode, amounts]) => {
    const inTable = amounts.reduce((sum, m2) => sum + m2, 0);
    return hold("kretsDelomrade", `${layer.name} ${kode}`, due.get(kode) ?? 0, inTable);
  });
  return [
    worst(hold("kretsDelomrade", layer.name, 0, 0), delomrader),
    worst(
      hold("kretsUnits", layer.name, 0, 0),
      [...figures.kommuner].map(([kommune, m2]) =>
        hold("kretsUnits", `${layer.name} ${kommune}`, claimed.get(kommune) ?? 0, m2),
      ),
    ),
    ...kommuneLayers(facts, rules).map((kommuner) => againstKommuner(facts, layer, kommuner, figures, hold)),
  ];
}

function againstKommuner(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
  kommuner: ZoneLayerFacts,
  { codeOf, once }: KretsFigures,
  hold: Hold,
): Check {
  const apart = new Map<string, number>();
  const zones = [layer, kommuner].map(({ name }) => facts.cells.zones.get(name)!);
  const sums = sumByKeys(zones, shownAreas(facts.measure, facts.cells));
  const [kretserOf, kommunerOf] = [unitsOfKey(layer), unitsOfKey(kommuner)];
  const add = (kommune: string, m2: M2): void =>
    void apart.set(kommune, (apart.get(kommune) ?? 0) + (m2 as number));
  for (let row = 0; row < sums.rowCount; row++) {
    const [krets, kommune] = zones.map(({ terms }, k) => terms[sums.keys[k][row]]);
    const claimed = new Set(kretserOf(krets).flatMap((key) => codeOf.get(key)?.slice(0, 4) ?? []));
    const inside = new Set(kommunerOf(kommune));
    const m2 = sums.areaM2[row];
    for (const number of inside) if (!claimed.has(number)) add(number, m2);
    for (const number of claimed) if (!inside.has(number)) add(number, -m2);
  }
  const all = kommuner.units
    .filter(({ key }) => once.has(key))
    .map(({ key, covered }) => {
      const name = `${layer.name}, ${kommuner.name} ${key}`;
      return hold(
        "kretsKommune",
        name,
        shownArea(facts.measure, covered),
        once.get(key)! + (apart.get(key) ?? 0),
      );
    });
  return worst(hold("kretsKommune", `${layer.name}, ${kommuner.name}`, 0, 0), all);
}
