/** "Går det opp?": every identity of the account, with the figure on both sides. */
import type { CellTable } from "../aggregate/cells.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts, Both, ZoneLayerFacts } from "./facts.js";
import { identityTolerance } from "./identity.js";
import { sumByKeys } from "./project.js";
import { shownArea, shownAreas } from "./shown.js";
import { unitsOfKey } from "./units.js";
import { beyondM2, groundM2, wrongByUnit } from "./wrongGround.js";

/** What is held against what. The words for it are in the catalogue of `report/`. */
export type CheckId =
  | "groundOwnPosted"
  | "layerUnitsOwn"
  | "layerOwnUnionOverlap"
  | "layerCoveredCells"
  | "layerUnionCoveredUncovered"
  | "unitStock"
  | "crossMargins"
  | "planBalance"
  | "planChange"
  | "planFlow"
  | "planReserve"
  | "planMethods"
  | "repairLedger"
  | "gapsLaid"
  | "doubledLaid"
  | "piecesPosted"
  | "changeFrom"
  | "changeTo"
  | "changeUnit"
  | "cubeUnits"
  | "kretsDelomrade"
  | "kretsUnits"
  | "kretsKommune";

export type Check = {
  readonly id: CheckId;
  /** Layer, and for the worst unit also the unit; "" for the whole account. */
  readonly name: string;
  readonly expectedM2: M2;
  readonly actualM2: M2;
  /** actual - expected. */
  readonly residualM2: M2;
  /** Residual in parts per million of expected; 0 when both are 0. */
  readonly ppm: number;
  readonly toleranceM2: M2;
  readonly ok: boolean;
};

/** All checks in a fixed order: the ground, then each zone layer, then the tables. One that fails must stop the run. */
export function checks(facts: AccountFacts, rules: Rules): readonly Check[] {
  const area = (both: Both) => shownArea(facts.measure, both);
  const hold = holdBy(rules);
  const { ground } = facts;
  return [
    hold("groundOwnPosted", "", area(ground.own), area(ground.posted)),
    ...facts.zoneLayers.flatMap((layer) => layerChecks(facts, layer, area, hold)),
    ...wrongChecks(facts, hold),
    ...marginChecks(facts, hold),
    ...pieceChecks(facts, area, hold),
  ];
}

export type Hold = (id: CheckId, name: string, expectedM2: M2, actualM2: M2) => Check;

/** Holds two figures against each other, to the tolerance of the rules. */
export function holdBy(rules: Rules): Hold {
  return (id, name, expectedM2, actualM2) =>
    held(id, name, expectedM2, actualM2, identityTolerance(rules.accounting.tolerances, expectedM2));
}

function held(id: CheckId, name: string, expectedM2: M2, actualM2: M2, toleranceM2: M2): Check {
  const residualM2 = actualM2 - expectedM2;
  const ppm = residualM2 === 0 ? 0 : (residualM2 / Math.abs(expectedM2)) * 1e6;
  return {
    id,
    name,
    expectedM2,
    actualM2,
    residualM2,
    ppm,
    toleranceM2,
    ok: Math.abs(residualM2) <= toleranceM2,
  };
}

/**
 * The units own what the layer owns; less what they claim twice it is the union; the cells in the layer are what is
 * covered; and each unit's classes and uncovered ground make up the unit, with gaps of the ground and less double cover.
 */
function layerChecks(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
  area: (both: Both) => M2,
  hold: Hold,
): Check[] {
  const { insideM2, byUnit } = postedInLayer(facts, layer);
  const sum = (of: (unit: ZoneLayerFacts["units"][number]) => M2): M2 =>
    layer.units.reduce((total: number, unit) => total + of(unit), 0);
  const unionM2 = sum((unit) => area(unit.union));
  const wrongOf = wrongByUnit(facts, layer);
  const restM2 = (unit: ZoneLayerFacts["units"][number]): M2 => {
    const wrong = wrongOf(unit.key);
    return groundM2(beyondM2(area(unit.union), area(unit.covered), wrong), wrong);
  };
  const uncoveredM2 = sum(restM2);
  const postedM2 = sum((unit) => byUnit.get(unit.key) ?? 0);
  return [
    hold(
      "layerUnitsOwn",
      layer.name,
      area(layer.own),
      sum((unit) => area(unit.own)),
    ),
    hold("layerOwnUnionOverlap", layer.name, area(layer.own), area(layer.union) + area(layer.overlap)),
    hold("layerCoveredCells", layer.name, area(layer.covered), insideM2),
    hold("layerUnionCoveredUncovered", layer.name, unionM2, postedM2 + uncoveredM2),
    worstUnit(layer, (unit) => (byUnit.get(unit.key) ?? 0) + restM2(unit), area, hold),
  ];
}

/** The unit whose rows in T1 are furthest from the unit. Layers can have very many. */
function worstUnit(
  { name, units }: ZoneLayerFacts,
  rowsM2: (unit: ZoneLayerFacts["units"][number]) => M2,
  area: (both: Both) => M2,
  hold: Hold,
): Check {
  let worst = hold("unitStock", name, 0, 0);
  let worstUse = -1;
  for (const unit of units) {
    const check = hold("unitStock", unit.key, area(unit.union), rowsM2(unit));
    const use = useOf(check);
    if (use > worstUse) {
      worst = check;
      worstUse = use;
    }
  }
  return units.length === 0 ? worst : { ...worst, name: `${name} ${worst.name}` };
}

/** Posted area in the layer, counted once, and by unit. */
function postedInLayer(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
): { insideM2: M2; byUnit: ReadonlyMap<string, number> } {
  const zone = facts.cells.zones.get(layer.name)!;
  const sums = sumByKeys([zone], shownAreas(facts.measure, facts.cells));
  const unitsOf = unitsOfKey(layer);
  const byUnit = new Map<string, number>();
  let insideM2 = 0;
  for (let row = 0; row < sums.rowCount; row++) {
    const units = unitsOf(zone.terms[sums.keys[0][row]]);
    const m2 = sums.areaM2[row];
    if (units.length > 0) insideM2 += m2;
    for (const unit of units) byUnit.set(unit, (byUnit.get(unit) ?? 0) + m2);
  }
  return { insideM2, byUnit };
}

/** Gaps and double cover, as the borders of the ground tell them, are what was laid over the zones of them. */
function wrongChecks({ coverage }: AccountFacts, hold: Hold): Check[] {
  if (coverage === undefined) return [];
  const sum = ({ planM2 }: CellTable): M2 => planM2.reduce((total, m2) => total + m2, 0);
  return [
    hold("gapsLaid", "", coverage.gapM2, sum(coverage.gaps)),
    hold("doubledLaid", "", coverage.overlapM2, sum(coverage.doubled)),
  ];
}

/** For every pair of class fields: the classes of T2's margins against T1, the worst of them. */
function marginChecks(facts: AccountFacts, hold: Hold): Check[] {
  const areaM2 = shownAreas(facts.measure, facts.cells);
  const fields = [...facts.cells.classes];
  return fields.flatMap(([a, columnA], i) =>
    fields.slice(i + 1).map(([b, columnB]) => {
      const crossed = sumByKeys([columnA, columnB], areaM2);
      const margin = new Float64Array(columnA.terms.length);
      for (let row = 0; row < crossed.rowCount; row++) margin[crossed.keys[0][row]] += crossed.areaM2[row];
      const stock = sumByKeys([columnA], areaM2);
      return worst(
        hold("crossMargins", `${a} × ${b}`, 0, 0),
        Array.from(stock.areaM2, (m2, row) =>
          hold("crossMargins", `${a} × ${b}`, m2, margin[stock.keys[0][row]]),
        ),
      );
    }),
  );
}

/** What the file of pieces holds, and what could not be drawn, is what is posted. */
function pieceChecks({ pieces, ground }: AccountFacts, area: (both: Both) => M2, hold: Hold): Check[] {
  if (pieces === undefined) return [];
  return [hold("piecesPosted", "", area(ground.posted), area(pieces.written) + area(pieces.notBuilt))];
}

/** The check that uses most of its tolerance; the first of equals; `none` when there is nothing to check. */
export function worst(none: Check, all: readonly Check[]): Check {
  return all.reduce((most, check) => (useOf(check) > useOf(most) ? check : most), all[0] ?? none);
}

/** How much of its tolerance a check uses; what is no number is the worst there is. */
function useOf(check: Check): number {
  const use = Math.abs(check.residualM2) / check.toleranceM2;
  return Number.isNaN(use) ? Infinity : use;
}
