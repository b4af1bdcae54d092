/** Which division into kommuner numbers belong to, and where a division of a kommune stands between them. */
import type { Finding, Severity } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import { canonicalField } from "../rules/fields.js";
import { kommuneHistory, REGISTER_DATE, type YearsInUse, yearsInUse } from "../rules/kommuneHistory.js";
import { kommunenummerTrouble } from "../rules/kommunenummer.js";
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
 * KOMMUNENUMMER_FEIL for each unit whose number lost its zero, is no number, or is not in use by the register. One that was
 * divided has KOMMUNE_DELT instead.
 *
 * @param numbers with the area each stands for
 */
export function doubtfulNumbers(layer: string, numbers: ReadonlyMap<string, M2>, rules: Rules): Finding[] {
  if (numbers.size === 0) return [];
  const recode = kommuneHistory(rules);
  return [...numbers].flatMap(([kode, areaM2]) => {
    const trouble = kommunenummerTrouble(rules, kode);
    const put = (severity: Severity, says: string): Finding[] => [
      { ...finding("KOMMUNENUMMER_FEIL", layer, areaM2, `kommunenummer «${kode}» ${says}`), severity },
    ];
    switch (trouble?.kind) {
      case undefined:
        return [];
      case "leadingZero":
        return put("warning", `har mistet en null; det skal være ${trouble.mended}`);
      case "notANumber":
        return put("warning", "er ikke fire sifre");
      case "unknown":
        if (recode(kode, REGISTER_DATE).kind === "divided") return [];
        return put(
          "note",
          trouble.now ? `er utgått, nå ${trouble.now}` : "er ikke i rules/kommuner_2024.json",
        );
    }
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
  return layers.flatMap((layer) => {
    const zone = facts.cells.zones.get(layer.name)!;
    const unitsOf = unitsOfKey(layer);
    const sums = sumByKeys([said, zone], shownAreas(facts.measure, facts.cells));
    const pairs = Array.from(sums.areaM2, (m2, row) => ({
      ground: said.terms[sums.keys[0][row]],
      units: unitsOf(zone.terms[sums.keys[1][row]]),
      m2,
    }));
    const ground = { whose: "grunnkartets", numbers: pairs.map((pair) => pair.ground) };
    const across: Across = (kode, til) => {
      const isAcross = (one: string, unit: string): boolean =>
        (one === kode && til.includes(unit)) || (unit === kode && til.includes(one));
      const split = pairs.filter((pair) => pair.units.some((unit) => isAcross(pair.ground, unit)));
      if (split.length === 0) return undefined;
      const areaM2 = split.reduce((sum: number, { m2 }) => sum + m2, 0);
      return { areaM2, isFirstOlder: split[0].ground === kode };
    };
    return partiesApart(layer.name, ground, unitsOfLayer(layer.units.map(({ key }) => key)), across, rules);
  });
}

/**
 * Editions of other divisions than each other, or than the kommuner they are compared by, seen by the ground's own
 * kommunenummer. KOMMUNE_DELT and UTGAVE_BLANDET as in `divisionsApart`; no area, because a comparison keeps no sums by
 * kommunenummer.
 *
 * @param editions names and numbers of the first and the second
 */
export function editionsApart(
  editions: readonly { readonly name: string; readonly numbers: readonly string[] }[],
  layers: readonly { readonly name: string; readonly keys: readonly string[] }[],
  rules: Rules,
): Finding[] {
  const whose = ["første utgaves", "andre utgaves"];
  const parties = editions.map(({ numbers }, e) => ({ whose: whose[e], numbers }));
  const between = ({ numbers: one }: Party, { numbers: other }: Party): Across => {
    const isSplit = (
      kode: string,
      til: readonly string[],
      before: Party["numbers"],
      after: Party["numbers"],
    ) => before.includes(kode) && after.some((number) => til.includes(number));
    return (kode, til) => {
      const isFirstOlder = isSplit(kode, til, one, other);
      return isFirstOlder || isSplit(kode, til, other, one) ? { areaM2: 0, isFirstOlder } : undefined;
    };
  };
  const held = (layer: string, one: Party, other: Party): Finding[] =>
    partiesApart(layer, one, other, between(one, other), rules);
  const [a, b] = parties;
  return [
    ...held(editions[1].name, a, b),
    ...layers.flatMap(({ name, keys }) =>
      parties.flatMap((edition) => held(name, edition, unitsOfLayer(keys))),
    ),
  ];
}

/** Numbers of one origin, and whose they are, in the genitive. */
type Party = { readonly whose: string; readonly numbers: readonly string[] };

const unitsOfLayer = (numbers: readonly string[]): Party => ({ whose: "enhetenes", numbers });

/** The ground that a division stands across, if any, and whether the first party is from before it. */
type Across = (
  kode: string,
  til: readonly string[],
) => { readonly areaM2: M2; readonly isFirstOlder: boolean } | undefined;

function partiesApart(layer: string, one: Party, other: Party, across: Across, rules: Rules): Finding[] {
  const yearsOf = yearsInUse(rules);
  const [inOne, inOther] = [yearsOf(one.numbers), yearsOf(other.numbers)];
  if (inOne === undefined || inOther === undefined || areOfOneTime(inOne, inOther)) return [];
  const split = (rules.change?.kommunehistorikk.delte ?? []).flatMap(({ kode, dato, til }) => {
    const found = across(kode, til);
    if (found === undefined) return [];
    const [before, after] = found.isFirstOlder ? [one.whose, other.whose] : [other.whose, one.whose];
    const follows = [before, after].includes("enhetenes")
      ? "tallene følger enhetenes grense"
      : "tallene gjelder grunnen der den ligger";
    const says = `${before} kommunenummer ${kode} er fra før delingen ${dato} i ${listed(til)}, ${after} fra etter; ${follows}, og nummer kan ikke oversettes`;
    return [finding("KOMMUNE_DELT", layer, found.areaM2, says)];
  });
  if (split.length > 0) return split;
  const says = `${one.whose} kommunenummer er fra ${yearsText(inOne)}, ${other.whose} fra ${yearsText(inOther)}; grensene kan være flyttet imellom`;
  return [finding("UTGAVE_BLANDET", layer, 0, says)];
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
