import { coverOfLayer, groundOfSets } from "../aggregate/coverFacts.js";
import { mergeShares, type Merged, type ZoneKeys } from "../aggregate/merge.js";
import type { Finding, Place } from "../core/trouble.js";
import type { Epsg, Metre } from "../core/units.js";
import type { Bbox } from "../core/layer.js";
import { measureFor } from "../overlay/measure.js";
import type { Zones } from "../overlay/zones.js";
import type { Pool } from "../pool/pool.js";
import type { WrongGround } from "../repair/coverCount.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts, AreaMeasure } from "../tables/facts.js";
import { stripColumn } from "../tables/planStrips.js";
import type { RepairOption } from "../tables/repairFacts.js";
import type { BatchResult, BatchTask } from "./batch.js";
import { type LookAhead, lookAhead } from "./lookAhead.js";
import { deal, type Streamed } from "./deal.js";
import {
  boxOfGrounds,
  groundFacts,
  openGrounds,
  workingCrs,
  type Ground,
  type GroundRequest,
} from "./grounds.js";
import type { AccountHooks } from "./hooks.js";
import { idFieldOf } from "./fields.js";
import { PieceFile, type PlaceOf } from "./pieceFile.js";
import { openerFor, type OpenLayer, type PreparedPlace } from "./prepared.js";
import { repairPass, type RepairPass } from "./repairPass.js";
import { wrongByUnit } from "./wrongByUnit.js";
import { ruleSetsOf } from "./ruleSets.js";
import { indexZonesOn } from "./indexZones.js";
import { openThreads } from "./threads.js";
import { holdToSnap } from "./topology.js";
import { findStripPairs } from "./planPairStrips.js";
import { stripRuleOf } from "./planStrips.js";
import { readPlan, type PlanRead, type PlanRequest } from "./plan.js";
import {
  elsewhereFinding,
  nowhereNear,
  readUnits,
  refuseTakenName,
  reprojection,
  type UnitLayer,
  type UnitRequest,
} from "./units.js";

export type { AccountHooks } from "./hooks.js";

/** What an account is made of. Paths may name a layer: `file#layer`. */
export type AccountRequest = {
  readonly grunnkart: GroundRequest;
  /** More files of the same ground (neighbouring kommuner): counted as one with it. */
  readonly moreGrounds?: readonly GroundRequest[];
  /** Keeps FlatGeobuf copies of slow ground and unit files, for the next run. No figure depends on it. */
  readonly prepared?: PreparedPlace;
  /** Class fields by canonical or delivered names; none means those of a Grunnkart that are recognised. */
  readonly classes: readonly string[];
  readonly units: readonly UnitRequest[];
  /** Plans and themes, for the tables T3-T8; they are zone layers after those of `units`. */
  readonly plan?: PlanRequest;
  readonly measure: AreaMeasure;
  /** Threads that do the work, this one among them; 0 and 1 are no other. Default: one per core, one for a small file. */
  readonly workers?: number;
  /** CRS to work in; default the ground's own, or 25833 for ground in degrees. */
  readonly workEpsg?: Epsg;
  /** Path of a file for the pieces as polygons; its ending is the format. */
  readonly piecePath?: string;
  /** Bytes dealt at a time. No figure depends on it. */
  readonly cutBytes?: number;
  /** What is done about errors of the ground and of units (design 3); default nothing: the ground is not looked at. */
  readonly repair?: RepairOption;
  /** With `full`: vertices on narrow strips of the ground nearer to each other than this become one. Default: none moves. */
  readonly snapM?: Metre;
};

const CUT_BYTES = 2 << 20;

const AREA_COLUMNS = ["kartplanM2", "ellipsoideM2"];

/**
 * Runs one account: reads the units, indexes them, streams the ground through all threads, and merges.
 * Memory holds the units, their index, the growing account and a few cuts of the ground. The same request and files
 * give the same facts, bit for bit, whatever the number of threads, the size of cuts and the order of features.
 *
 * @throws InputError for anything the user can mend; BrokenInvariant when the areas do not add up
 */
export async function runAccount(
  request: AccountRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<AccountFacts> {
  const open = openerFor(request.prepared, {
    ...(hooks.signal && { signal: hooks.signal }),
    onPreparing: () => hooks.onProgress?.({ stage: "forbereder", done: 0, total: 1 }),
  });
  holdToSnap(request.snapM, request.grunnkart.path);
  const requests = [request.grunnkart, ...(request.moreGrounds ?? [])];
  const grounds = await openGrounds(requests, request.classes, rules, open);
  const workEpsg = request.workEpsg ?? workingCrs(grounds);
  const measure = measureFor(workEpsg);
  const groundBox = boxOfGrounds(grounds, workEpsg);

  const taken = [...grounds[0].fields.map(({ name }) => name), ...AREA_COLUMNS];
  const pool = openThreads(grounds, workEpsg, rules, request);
  try {
    hooks.onProgress?.({ stage: "leser enheter", done: 0, total: 1 });
    const cutBytes = request.cutBytes ?? CUT_BYTES;
    const { repair: option = "off" } = request;
    const isPlain = option !== "off" && request.prepared === undefined;
    const ahead = isPlain ? lookAhead(pool, request.grunnkart, grounds[0].source, cutBytes) : undefined;
    const indexed = readAndIndex(request, taken, workEpsg, groundBox, rules, pool, open, ahead);
    const { units, zones, plan } = await indexed;
    hooks.signal?.throwIfAborted();
    const planZones = stripLayers(numberThrough(units), plan);
    await pool.runOnAll({ kind: "zones", zones, plan: planZones });
    const sources = grounds.map(({ source }) => source);
    const pieceFile = (placeOf?: PlaceOf) =>
      pieceFileOf(request, grounds, workEpsg, numberThrough(units), rules, placeOf);
    const streamed = await deal(pool, sources, cutBytes, hooks, pieceFile(), await ahead?.done);
    const run = {
      request,
      rules,
      grounds,
      workEpsg,
      measureId: measure.id,
      units,
      zones,
      ...(plan === undefined ? {} : { plan }),
      streamed,
    };
    if (option === "off") return settle(run);
    const reopen = () => openGrounds(requests, request.classes, rules, open);
    const hasPieces = request.piecePath !== undefined;
    const { snapM } = request;
    const choice = { option, ...(snapM !== undefined && { snapM }) };
    const passRequest = {
      ...choice,
      workEpsg,
      pool,
      streamed,
      grounds,
      reopen,
      cutBytes,
      pieceFile,
      hasPieces,
      byUnit: (wrong: readonly WrongGround[]) => wrongByUnit(wrong, zones, numberThrough(units), workEpsg),
    };
    return settleRepaired(run, await repairPass(passRequest, rules, hooks));
  } finally {
    await pool.close();
  }
}

/** @param placeOf where the ground is not the files themselves but what repair made of them */
function pieceFileOf(
  { piecePath }: AccountRequest,
  grounds: readonly Ground[],
  epsg: Epsg,
  zoneKeys: readonly ZoneKeys[],
  rules: Rules,
  placeOf: PlaceOf | undefined,
): PieceFile | undefined {
  if (piecePath === undefined) return undefined;
  return new PieceFile({
    path: piecePath,
    epsg,
    classFields: grounds[0].fields.map(({ name }) => name),
    hasIds: grounds.some(({ source }) => idFieldOf(source, rules) !== undefined),
    grounds: grounds.map(({ source }) => source.name),
    zoneKeys,
    ...(placeOf !== undefined && { placeOf }),
  });
}

type Run = {
  readonly request: AccountRequest;
  readonly rules: Rules;
  readonly grounds: readonly Ground[];
  readonly workEpsg: Epsg;
  readonly measureId: string;
  readonly units: readonly IndexedUnits[];
  readonly zones: Zones;
  readonly plan?: PlanRead;
  readonly streamed: Streamed;
};

function settle(run: Run): AccountFacts {
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
  return { ...withStripPairs(facts, run, zoneKeys), strips: cells };
}

function withStripPairs(
  facts: AccountFacts,
  { zones, rules }: Run,
  zoneKeys: readonly ZoneKeys[],
): AccountFacts {
  const { plan } = facts;
  if (plan === undefined) return facts;
  return {
    ...facts,
    plan: { ...plan, stripPairs: findStripPairs(zones, zoneKeys, plan, stripRuleOf(rules)) },
  };
}

/** The layers of plan areas, whose strips are told apart. */
function stripLayers(zoneKeys: readonly ZoneKeys[], plan: PlanRead | undefined): ZoneKeys[] {
  const names = new Set(plan?.plan.layers.map(({ layer }) => layer));
  return zoneKeys.filter(({ name }) => names.has(name));
}

/** The account of the ground as it was repaired, with what it would have been without. */
function settleRepaired(run: Run, { streamed, repair, coverage }: RepairPass): AccountFacts {
  const facts = { ...settle({ ...run, streamed }), ...(coverage !== undefined && { coverage }) };
  if (repair === undefined) return facts;
  const fields = run.grounds[0].fields.map(({ name }) => name);
  const { cells, own } = mergeShares(run.streamed.shares, fields, numberThrough(run.units));
  return { ...facts, repair: { ...repair, before: { cells, own } } };
}

/** The units' own geometry is let go once it is indexed: the index has a copy. */
async function readAndIndex(
  request: AccountRequest,
  takenNames: readonly string[],
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  rules: Rules,
  pool: Pool<BatchTask, BatchResult>,
  open: OpenLayer,
  ahead: LookAhead | undefined,
): Promise<{ units: readonly IndexedUnits[]; zones: Zones; plan?: PlanRead }> {
  const mends = (request.repair ?? "off") !== "off";
  const unitRequests = request.units.map((unit) => ({ ...unit, mends }));
  const read = await readUnits(unitRequests, takenNames, workEpsg, groundBox, rules, open);
  const plan =
    request.plan && (await readPlan({ ...request.plan, mends }, workEpsg, groundBox, rules, request.measure));
  for (const unit of plan?.units ?? []) {
    refuseTakenName(unit.name, unit.input.file, takenNames, read);
    read.push(unit);
  }
  ahead?.stop(); // from here on there is other work for all threads
  const layers = read.map(({ layer }) => layer);
  const zones = await indexZonesOn(pool, layers, measureFor(workEpsg), nameByKey(read));
  return {
    units: read.map(({ layer: _, ...unit }) => unit),
    zones,
    ...(plan === undefined ? {} : { plan: { ...plan, units: [] } }),
  };
}

type IndexedUnits = Omit<UnitLayer, "layer">;

/** The order of polygons is ours, so the user's name for one is its key. */
function nameByKey(units: readonly IndexedUnits[]): (zone: number) => Place {
  const names = units.flatMap(({ name, keys }) => keys.map((key) => ({ layer: name, feature: key })));
  return (zone) => names[zone];
}

/** Zone polygons are numbered through all unit layers in order. */
function numberThrough(units: readonly IndexedUnits[]): ZoneKeys[] {
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
  const areas = { ...zones, members: membersOf(zones) };
  const ground = groundOfSets(areas.members, merged.groundBySet);
  const elsewhere: Finding[] = [];
  const zoneLayers = units.map((unit, i) => {
    const cover = coverOfLayer(run.zoneKeys[i], areas, ground);
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
    measureId: run.measureId,
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

function membersOf({ sets }: Zones): number[][] {
  return Array.from({ length: sets.memberStart.length - 1 }, (_, s) =>
    Array.from(sets.members.subarray(sets.memberStart[s], sets.memberStart[s + 1])),
  );
}
