/** What the figures themselves tell: Findings that no single feature can raise. */
import type { Finding, Severity } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import { unknownValues } from "../rules/classes.js";
import type { Rules } from "../rules/rules.js";
import { classFields } from "./classes.js";
import type { AccountFacts } from "./facts.js";
import { identityTolerance } from "./identity.js";
import { dividedUnits, divisionsApart, doubtfulNumbers, kommuneLayers } from "./kommuneinndeling.js";
import { planLayerNames } from "./planFacts.js";
import { sumByKeys } from "./project.js";
import { shownArea, shownAreas } from "./shown.js";
import { beyondM2, wrongByUnit } from "./wrongGround.js";

/**
 * Findings of the account as a whole (`feature` -1), in a fixed order. Codes: domain reference 12.
 * @param numbers what the numbers of kommuner tell; statistics recode them, and tell of them by themselves
 */
export function accountFindings(
  facts: AccountFacts,
  rules: Rules,
  numbers: readonly Finding[] = kommunenumbers(facts, rules),
): readonly Finding[] {
  return [
    ...unknownClassValues(facts, rules),
    ...numbers,
    ...divisionsApart(facts, rules),
    ...uncoveredUnits(facts, rules),
    ...generalisedUnits(facts, rules),
    ...deviatingMeasures(facts, rules),
  ];
}

function finding(code: string, severity: Severity, layer: string, areaM2: M2, says: string): Finding {
  return { code, severity, layer, feature: -1, areaM2, did: "kept", says };
}

/** KODE_UKJENT per field and value, and KODELISTE_MANGLER where a field has no list to be known by. */
function unknownClassValues(facts: AccountFacts, rules: Rules): Finding[] {
  const ground = groundName(facts);
  const areaM2 = shownAreas(facts.measure, facts.cells);
  return classFields(facts, rules).flatMap(({ field, column, classes, rows }) => {
    if (classes === undefined) {
      const says = `${field} har ingen kodeliste i rules/; verdiene står som de er, og ingen av dem kan kalles ukjent`;
      return [finding("KODELISTE_MANGLER", "note", ground, 0, says)];
    }
    const unknown = new Set(
      unknownValues(
        classes,
        rows.map(({ kode }) => kode),
      ),
    );
    if (unknown.size === 0) return [];
    const sums = sumByKeys([column], areaM2);
    const m2Of = new Map(Array.from(sums.areaM2, (m2, row) => [column.terms[sums.keys[0][row]], m2]));
    const { id, version } = classes.list;
    return [...unknown].map((kode) => {
      const says = `${field} «${kode}» er ikke i rules/${id}.json, versjon ${version}; rett dataene eller bytt ut lista`;
      return finding("KODE_UKJENT", "error", ground, m2Of.get(kode) ?? 0, says);
    });
  });
}

/** What the numbers of kommuner themselves tell: doubtful ones, and those that have been divided. */
function kommunenumbers(facts: AccountFacts, rules: Rules): Finding[] {
  const layers = kommuneLayers(facts, rules).map(({ name, units }) => ({
    name,
    numbers: new Map(units.map(({ key, union }) => [key, shownArea(facts.measure, union)])),
  }));
  return [doubtfulNumbers, dividedUnits].flatMap((found) =>
    layers.flatMap(({ name, numbers }) => found(name, numbers, rules)),
  );
}

/**
 * HULL: ground a layer's units claim beyond the ground layer. GRUNN_OVERLAPP: it covers more than all. Gaps and double cover
 * that were found where the ground was looked at are told there.
 */
function uncoveredUnits(facts: AccountFacts, rules: Rules): Finding[] {
  const planLayers = planLayerNames(facts.plan); // what these own outside the ground, planFindings tells
  return facts.zoneLayers.flatMap((layer) => {
    if (planLayers.has(layer.name)) return [];
    const wrongOf = wrongByUnit(facts, layer);
    let missingM2 = 0;
    let excessM2 = 0;
    for (const unit of layer.units) {
      const unionM2 = shownArea(facts.measure, unit.union);
      const uncoveredM2 = beyondM2(unionM2, shownArea(facts.measure, unit.covered), wrongOf(unit.key));
      const toleranceM2 = identityTolerance(rules.accounting.tolerances, unionM2);
      if (Math.abs(uncoveredM2) <= toleranceM2) continue;
      if (uncoveredM2 > 0) missingM2 += uncoveredM2;
      else excessM2 += Math.abs(uncoveredM2);
    }
    const missing = "grunnkartet dekker ikke hele enheten; resten står som «Udekket»";
    const excess = "grunnkartet dekker mer enn enheten er stor, så flater i det må ligge på hverandre";
    return [
      ...(missingM2 > 0 ? [finding("HULL", "note", layer.name, missingM2, missing)] : []),
      ...(excessM2 > 0 ? [finding("GRUNN_OVERLAPP", "warning", layer.name, excessM2, excess)] : []),
    ];
  });
}

/** KILDE_GENERALISERT: units that differ from the ground's own kommunenummer by more than 0.5 %. */
function generalisedUnits(facts: AccountFacts, rules: Rules): Finding[] {
  const column = facts.cells.classes.get("kommunenummer");
  if (column === undefined) return [];
  const sums = sumByKeys([column], shownAreas(facts.measure, facts.cells));
  const groundM2 = new Map(Array.from(sums.areaM2, (m2, row) => [column.terms[sums.keys[0][row]], m2]));
  const { generalisedShare } = rules.accounting.tolerances;
  return kommuneLayers(facts, rules).flatMap((layer) =>
    layer.units.flatMap((unit) => {
      const mappedM2 = groundM2.get(unit.key);
      if (mappedM2 === undefined) return [];
      const apartM2 = Math.abs(shownArea(facts.measure, unit.union) - mappedM2);
      if (apartM2 <= generalisedShare * mappedM2) return [];
      const says = `enheten ${unit.key} avviker mer enn ${generalisedShare * 100} % fra grunnkartets kommunenummer; grensa er trolig generalisert eller fra et annet år`;
      return [finding("KILDE_GENERALISERT", "warning", layer.name, apartM2, says)];
    }),
  );
}

/** AREALMETODE_AVVIK: map plane and ellipsoid differ by more than 0.1 %. */
function deviatingMeasures(facts: AccountFacts, rules: Rules): Finding[] {
  const { planM2, trueM2 } = facts.ground.own;
  const apartM2 = Math.abs(planM2 - trueM2);
  if (apartM2 <= rules.accounting.tolerances.measureShare * trueM2) return [];
  const says = "kartplan og ellipsoide skiller mer enn 0,1 %; bruk ellipsoide, og si hvilket mål tallene har";
  return [finding("AREALMETODE_AVVIK", "note", groundName(facts), apartM2, says)];
}

const groundName = (facts: AccountFacts): string =>
  facts.inputs.find(({ role }) => role === "grunnkart")?.name ?? "grunnkart";
