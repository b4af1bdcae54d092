/** Ground that no polygon of the ground layer has ("Hull i grunnkartet"), or several have ("Dobbeltdekning"). */
import type { CellTable } from "../aggregate/cells.js";
import type { M2 } from "../core/units.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { sumByKeys } from "./project.js";
import { shownAreas } from "./shown.js";
import { unitsOfKey } from "./units.js";

/** In the measure shown. `doubledM2` is (k - 1) x what k polygons claim: that much too much stands in the classes. */
export type Wrong = { readonly gapM2: M2; readonly doubledM2: M2 };

const NO_WRONG: Wrong = { gapM2: 0, doubledM2: 0 };

/** Of the whole ground; nothing where it was not looked at. */
export const wrongInAll = (facts: Pick<AccountFacts, "coverage" | "measure">): Wrong =>
  wrongWhere(facts, () => () => true);

/** Where a layer has at least one polygon, counted once. */
export const wrongUnderLayer = (facts: AccountFacts, { name }: ZoneLayerFacts): Wrong =>
  wrongWhere(facts, ({ zones }) => {
    const { codes, terms } = zones.get(name)!;
    return (cell) => terms[codes[cell]] !== "";
  });

function wrongWhere(
  { coverage, measure }: Pick<AccountFacts, "coverage" | "measure">,
  isInOf: (cells: CellTable) => (cell: number) => boolean,
): Wrong {
  if (coverage === undefined) return NO_WRONG;
  const sum = (cells: CellTable): M2 => {
    const isIn = isInOf(cells);
    return shownAreas(measure, cells).reduce((total, m2, cell) => (isIn(cell) ? total + m2 : total), 0);
  };
  return { gapM2: sum(coverage.gaps), doubledM2: sum(coverage.doubled) };
}

/** By unit of a layer, in all units that lie there, as ground is; under "" what lies outside them all. */
export function wrongByUnit(facts: AccountFacts, layer: ZoneLayerFacts): (key: string) => Wrong {
  const { coverage } = facts;
  if (coverage === undefined) return () => NO_WRONG;
  const gaps = byUnit(facts, layer, coverage.gaps);
  const doubled = byUnit(facts, layer, coverage.doubled);
  return (key) => ({ gapM2: gaps.get(key) ?? 0, doubledM2: doubled.get(key) ?? 0 });
}

function byUnit({ measure }: AccountFacts, layer: ZoneLayerFacts, cells: CellTable): Map<string, number> {
  const zone = cells.zones.get(layer.name)!;
  const sums = sumByKeys([zone], shownAreas(measure, cells));
  const unitsOf = unitsOfKey(layer);
  const amounts = new Map<string, number>();
  for (let row = 0; row < sums.rowCount; row++) {
    const units = unitsOf(zone.terms[sums.keys[0][row]]);
    for (const unit of units.length === 0 ? [""] : units)
      amounts.set(unit, (amounts.get(unit) ?? 0) + sums.areaM2[row]);
  }
  return amounts;
}

/** What of a unit lies beyond the ground's outer border ("Udekket"): neither covered nor in a gap of it. */
export const beyondM2 = (ownM2: M2, coveredM2: M2, { gapM2, doubledM2 }: Wrong): M2 =>
  ownM2 - coveredM2 - gapM2 + doubledM2;

/** The ground there is, where its own area is not known from elsewhere: what stands in the classes, and what they lack. */
export const groundM2 = (postedM2: M2, { gapM2, doubledM2 }: Wrong): M2 => postedM2 + gapM2 - doubledM2;

/** Whether a table has a row for gaps, and one for double cover: all units of it, where any has some. */
export function wrongKinds(all: readonly Wrong[]): { readonly gaps: boolean; readonly doubled: boolean } {
  return {
    gaps: all.some(({ gapM2 }) => gapM2 !== 0),
    doubled: all.some(({ doubledM2 }) => doubledM2 !== 0),
  };
}
