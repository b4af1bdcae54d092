/** T1 and T2 by unit where many accounts are added up: a unit may have ground in several of them. */
import type { CellTable } from "../aggregate/cells.js";
import type { Rules } from "../rules/rules.js";
import { stockByUnit } from "./arealbeholdning.js";
import { classFields } from "./classes.js";
import type { AccountFacts, Both, UnitName, ZoneLayerFacts } from "./facts.js";
import { unitByClass } from "./krysstabell.js";
import type { Table } from "./table.js";

/** A unit layer of accounts that are added up. */
export type SummedLayer = {
  readonly name: string;
  readonly keyField: string;
  readonly names: ReadonlyMap<string, UnitName>;
};

const UNKNOWN: Both = { planM2: NaN, trueM2: NaN };

/**
 * T1 and T2 by unit of summed cells. No one account knows how large a unit is that others have ground of too, so nothing
 * is said of what is uncovered: a unit's sum is its ground in all files, with the gaps of each.
 *
 * @returns the tables, all layers, and those that have no tables because they have more units than the rules allow
 */
export function unitTablesOfSums(
  facts: AccountFacts,
  rules: Rules,
  layers: readonly SummedLayer[],
): {
  readonly tables: readonly Table[];
  readonly layers: readonly ZoneLayerFacts[];
  readonly tooLarge: readonly ZoneLayerFacts[];
} {
  const known = layers
    .filter(({ name }) => facts.cells.zones.has(name))
    .map((layer) => factsOfLayer(facts, layer));
  const shown = known.filter(({ units }) => units.length > 0 && units.length <= rules.accounting.maxUnits);
  const fields = classFields(facts, rules);
  return {
    tables: [
      ...fields.flatMap((field) => shown.map((layer) => stockByUnit(facts, rules, field, layer))),
      ...shown.flatMap((layer) => fields.map((field) => unitByClass(facts, rules, layer, field))),
    ],
    layers: known,
    tooLarge: known.filter(({ units }) => units.length > rules.accounting.maxUnits),
  };
}

function factsOfLayer(
  { cells, coverage }: AccountFacts,
  { name, keyField, names }: SummedLayer,
): ZoneLayerFacts {
  const all = coverage === undefined ? [cells] : [cells, coverage.gaps, coverage.doubled];
  const keys = unitKeys(all.flatMap((one) => termsIn(one, name)));
  const units = keys.map((key) => ({ key, own: UNKNOWN, union: UNKNOWN, covered: UNKNOWN }));
  const areas = { own: UNKNOWN, union: UNKNOWN, covered: UNKNOWN, overlap: UNKNOWN };
  return {
    name,
    keyField,
    polygonCount: 0,
    outsideCount: 0,
    ...areas,
    units,
    ...(names.size > 0 && { names }),
  };
}

function termsIn({ zones }: CellTable, layer: string): string[] {
  const { codes, terms } = zones.get(layer)!;
  return Array.from(new Set(codes), (code) => terms[code]);
}

/** The units that keys of cells are of, sorted: "a|b" is ground of both a and b (`unitsOfKey`). */
export function unitKeys(terms: readonly string[]): string[] {
  return [...new Set(terms.flatMap((term) => term.split("|")))].filter((key) => key !== "").sort();
}
