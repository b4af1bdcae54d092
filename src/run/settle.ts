/** From what was streamed to the facts of the account: shares of threads merged, ground held against units. */
import { coverOfLayer, groundOfSets, type SetAreas } from "../aggregate/coverFacts.js";
import { mergeShares, type Merged, type ZoneKeys } from "../aggregate/merge.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { measureFor } from "../overlay/measure.js";
import type { Zones } from "../overlay/zones.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts, AreaMeasure } from "../tables/facts.js";
import { stripColumn } from "../tables/planStrips.js";
import type { Streamed } from "./deal.js";
import { groundFacts, type Ground } from "./grounds.js";
import type { PlanRead } from "./plan.js";
import type { RepairPass } from "./repairPass.js";
import { ruleSetsOf } from "./ruleSets.js";
import { elsewhereFinding, nowhereNear, reprojection, type UnitLayer, type UnitRequest } from "./units.js";

/** A unit layer whose geometry is in the index. */
export type IndexedUnits = Omit<UnitLayer, "layer">;

/** A plan whose areas stand among the units. */
export type PlanWithoutUnits = Omit<PlanRead, "units">;

/** What a run knows when its ground has been streamed. */
export type Run = {
  readonly request: { readonly units: readonly UnitRequest[]; readonly measure: AreaMeasure };
  readonly rules: Rules;
  readonly grounds: readonly Ground[];
  readonly workEpsg: Epsg;
  readonly units: readonly IndexedUnits[];
  readonly zones: ZoneAreas;
  readonly plan?: PlanWithoutUnits;
  /** Where strips were looked for. */
  readonly stripPairs?: ReadonlySet<string>;
  readonly streamed: Streamed;
};

/** What is left of the index when the ground has been through it. */
type ZoneAreas = SetAreas & { readonly zoneCount: number };

/** What the tables need of an index. */
export function areasIn({ zoneCount, sets, setPlanM2, setTrueM2, ownPlanM2, ownTrueM2 }: Zones): ZoneAreas {
  return { zoneCount, sets, setPlanM2, setTrueM2, ownPlanM2, ownTrueM2 };
}

/** The account of what was streamed. */
export function settle(run: Run): AccountFacts {
  const zoneKeys = numberThrough(run.units);
  const merged = mergeShares(
    run.streamed.shares,
    run.grounds[0].fields.map(({ name }) => name),
    zoneKeys,
  );
  const facts = factsOf({ ...run, zoneKeys, merged });
  const { strips } = run.streamed;
  if (strips.length === 0) return facts;
  const raised = stripLayers(zoneKeys, run.plan).map((layer) => ({
    ...layer,
    name: stripColumn(layer.name),
    from: layer.from + run.zones.zoneCount,
    to: layer.to + run.zones.zoneCount,
  }));
  const fields = run.grounds[0].fields.map(({ name }) => name);
  const { cells } = mergeShares(strips, fields, [...zoneKeys, ...raised]);
  const { plan } = facts;
  const { stripPairs } = run;
  return {
    ...facts,
    ...(plan !== undefined && stripPairs !== undefined && { plan: { ...plan, stripPairs } }),
    strips: cells,
  };
}

/** The layers of plan areas, whose strips are told apart. */
export function stripLayers(zoneKeys: readonly ZoneKeys[], plan: PlanWithoutUnits | undefined): ZoneKeys[] {
  const names = new Set(plan?.plan.layers.map(({ layer }) => layer));
  return zoneKeys.filter(({ name }) => names.has(name));
}

/** The account of the ground as it was repaired, with what it would have been without. */
export function settleRepaired(run: Run, { streamed, repair, cover }: RepairPass): AccountFacts {
  const facts = { ...settle({ ...run, streamed }), ...cover };
  if (repair === undefined) return facts;
  const fields = run.grounds[0].fields.map(({ name }) => name);
  const { cells, own } = mergeShares(run.streamed.shares, fields, numberThrough(run.units));
  return { ...facts, repair: { ...repair, before: { cells, own } } };
}

/** Zone polygons are numbered through all unit layers in order. */
export function numberThrough(units: readonly IndexedUnits[]): ZoneKeys[] {
  let from = 0;
  return units.map(({ name, keys }) => {
    const to = from + keys.length;
    const numbered = { name, from, to, keys };
    from = to;
    return numbered;
  });
}

function factsOf(run: Run & { zoneKeys: readonly ZoneKeys[]; merged: Merged }): AccountFacts {
  const { request, rules, grounds, workEpsg, units, zones, plan, streamed, merged } = run;
  const ground = groundOfSets(zones.sets, merged.groundBySet);
  const elsewhere: Finding[] = [];
  const zoneLayers = units.map((unit, i) => {
    const cover = coverOfLayer(run.zoneKeys[i], zones, ground);
    const isElsewhere = cover.covered.planM2 === 0;
    if (isElsewhere && unit.mayBeElsewhere !== true) throw nowhereNear(unit.name, grounds[0].source.name);
    if (isElsewhere && i < request.units.length) elsewhere.push(elsewhereFinding(unit.name));
    return {
      name: unit.name,
      keyField: unit.keyField,
      polygonCount: unit.keys.length,
      outsideCount: unit.outsideCount,
      ...(unit.names !== undefined && { names: unit.names }),
      ...cover,
    };
  });
  return {
    cells: merged.cells,
    measure: request.measure,
    measureId: measureFor(workEpsg).id,
    inputs: [
      ...grounds.map((one, i) => groundFacts(one, streamed.summaries[i], merged.cells, workEpsg, rules)),
      ...units.map(({ input }) => input),
    ],
    zoneLayers,
    ...(plan === undefined
      ? {}
      : { plan: { ...plan.plan, ...(request.units.length === 0 ? {} : { unit: units[0].name }) } }),
    ground: {
      featureCount: streamed.featureCount,
      vertexCount: streamed.vertexCount,
      own: merged.own,
      posted: merged.posted,
      worstResidualM2: streamed.worstResidualM2,
      foldedM2: merged.foldedM2,
    },
    findings: [
      ...units.flatMap(({ findings }) => findings),
      ...elsewhere,
      ...(plan?.findings ?? []),
      ...grounds.flatMap(({ source }) => reprojection(source.name, source.epsg, workEpsg)),
      ...streamed.findings,
      ...(streamed.pieces?.findings ?? []),
    ],
    ...(streamed.pieces !== undefined && { pieces: streamed.pieces.facts }),
    ruleSets: ruleSetsOf(rules),
  };
}
