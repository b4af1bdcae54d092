/** Which division into kommuner numbers belong to, and where a division of a kommune stands between them. */
import type { Finding } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import { canonicalField } from "../rules/fields.js";
import { kommuneHistory, REGISTER_DATE, type YearsInUse, yearsInUse } from "../rules/kommuneHistory.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "./facts.js";
import { sumByKeys } from "./project.js";
import { shownAreas } from "./shown.js";
import { unitsOfKey } from "./units.js";

/**
 * KOMMUNE_DELT for each number that no longer is one kommune: its figures are of the kommune as it was, and only an
 * overlay with the border of the register's date tells what of them is whose. Numbers that were renumbered or merged give
 * none. Source: domain reference 3.2, rule 2.
 *
 * @param numbers with the area each stands for
 */
export function dividedUnits(layer: string, numbers: ReadonlyMap<string, M2>, rules: Rules): Finding[] {
  if (numbers.size === 0) return [];
  const recode = kommuneHistory(rules);
  return [...numbers].flatMap(([kode, areaM2]) => {
    const now = recode(kode, REGISTER_DATE);
    // A merger is no division: only going back from it is one, and the register is the latest date.
    if (now.kind !== "divided") return [];
    const among = now.among.length === 0 ? "flere kommuner" : listed(now.among);
    const since = now.dato === undefined ? "" : ` fra ${now.dato}`;
    const says = `kommune ${kode} er delt mellom ${among}${since}; tallene gjelder kommunen som den var, og bare overlegg med grensa per ${REGISTER_DATE} viser hva som ligger hvor`;
    return [finding("KOMMUNE_DELT", layer, areaM2, says)];
  });
}

/**
 * Ground that says it is of another division than the units it lies in. KOMMUNE_DELT where a division of a kommune stands
 * between its number and the unit's (1507 in 1508 or 1580, or the other way): the figures follow the units' border.
 * UTGAVE_BLANDET where the numbers of ground and units were never in use at once.
 */
export function divisionsApart(facts: AccountFacts, rules: Rules): Finding[] {
  const said = facts.cells.classes.get("kommunenummer");
  const layers = kommuneLayers(facts, rules);
  if (said === undefined || layers.length === 0) return [];
  const yearsOf = yearsInUse(rules);
  return layers.flatMap((layer) => {
    const zone = facts.cells.zones.get(layer.name)!;
    const unitsOf = unitsOfKey(layer);
    const sums = sumByKeys([said, zone], shownAreas(facts.measure, facts.cells));
    const pairs = Array.from(sums.areaM2, (m2, row) => ({
      ground: said.terms[sums.keys[0][row]],
      units: unitsOf(zone.terms[sums.keys[1][row]]),
      m2,
    }));
    const inGround = yearsOf(pairs.map(({ ground }) => ground));
    const inUnits = yearsOf(layer.units.map(({ key }) => key));
    if (inGround === undefined || inUnits === undefined || areOfOneTime(inGround, inUnits)) return [];
    const split = (rules.change?.kommunehistorikk.delte ?? []).flatMap(({ kode, dato, til }) => {
      const isAcross = (ground: string, unit: string): boolean =>
        (ground === kode && til.includes(unit)) || (unit === kode && til.includes(ground));
      const across = pairs.filter(({ ground, units }) => units.some((unit) => isAcross(ground, unit)));
      if (across.length === 0) return [];
      const areaM2 = across.reduce((sum: number, { m2 }) => sum + m2, 0);
      const [before, after] =
        across[0].ground === kode ? ["grunnkartets", "enhetenes"] : ["enhetenes", "grunnkartets"];
      const says = `${before} kommunenummer ${kode} er fra før delingen ${dato} i ${listed(til)}, ${after} fra etter; tallene følger enhetenes grense, og nummer kan ikke oversettes`;
      return [finding("KOMMUNE_DELT", layer.name, areaM2, says)];
    });
    if (split.length > 0) return split;
    const says = `grunnkartets kommunenummer er fra ${yearsText(inGround)}, enhetenes fra ${yearsText(inUnits)}; grensene kan være flyttet imellom`;
    return [finding("UTGAVE_BLANDET", layer.name, 0, says)];
  });
}

/** The years the division of each layer of kommuner was in use, as T14 says it: "2020–2023", "2024–". */
export function divisionYears(facts: AccountFacts, rules: Rules): ReadonlyMap<string, string> {
  const layers = kommuneLayers(facts, rules);
  if (layers.length === 0) return new Map();
  const yearsOf = yearsInUse(rules);
  return new Map(
    layers.flatMap(({ name, units }) => {
      const years = yearsOf(units.map(({ key }) => key));
      return years === undefined ? [] : [[name, yearsText(years)] as const];
    }),
  );
}

/** Layers of kommuner among the units. */
export const kommuneLayers = <Layer extends { readonly keyField: string }>(
  { zoneLayers }: { readonly zoneLayers: readonly Layer[] },
  rules: Rules,
): Layer[] => zoneLayers.filter(({ keyField }) => canonicalField(rules, keyField) === "kommunenummer");

const areOfOneTime = (a: YearsInUse, b: YearsInUse): boolean =>
  Math.max(a.from, b.from) <= Math.min(a.to, b.to);

function yearsText({ from, to }: YearsInUse): string {
  if (from > to) return "ulike år";
  if (from === to) return String(from);
  const year = (at: number): string => (Number.isFinite(at) ? String(at) : "");
  return from === -Infinity && to === Infinity ? "alle år" : `${year(from)}–${year(to)}`;
}

const listed = (codes: readonly string[]): string =>
  codes.length < 2 ? codes.join() : `${codes.slice(0, -1).join(", ")} og ${codes.at(-1)}`;

function finding(code: string, layer: string, areaM2: M2, says: string): Finding {
  return { code, severity: "warning", layer, feature: -1, areaM2, did: "kept", says };
}
