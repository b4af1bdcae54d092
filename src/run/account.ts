import type { ZoneKeys } from "../aggregate/merge.js";
import type { Place } from "../core/trouble.js";
import type { Epsg, Metre } from "../core/units.js";
import type { Bbox } from "../core/layer.js";
import { measureFor } from "../overlay/measure.js";
import { gatherRings, pileRings, type Rings } from "../overlay/ringPile.js";
import type { Zones } from "../overlay/zones.js";
import type { Pool } from "../pool/pool.js";
import type { WrongGround } from "../repair/coverCount.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts, AreaMeasure } from "../tables/facts.js";
import type { RepairOption } from "../tables/repairFacts.js";
import type { BatchResult, BatchTask } from "./batch.js";
import { letGo } from "./letGo.js";
import { type LookAhead, lookAhead } from "./lookAhead.js";
import { deal } from "./deal.js";
import { boxOfGrounds, openGrounds, workingCrs, type Ground, type GroundRequest } from "./grounds.js";
import type { AccountHooks } from "./hooks.js";
import { AREA_COLUMNS, idFieldOf } from "./fields.js";
import { PieceFile, type PlaceOf } from "./pieceFile.js";
import { openerFor, type OpenLayer, type PreparedPlace } from "./prepared.js";
import { repairPass, type RepairPass } from "./repairPass.js";
import { wrongCells } from "./wrongCells.js";
import { indexZonesOn } from "./indexZones.js";
import {
  areasIn,
  type IndexedUnits,
  numberThrough,
  type PlanWithoutUnits,
  type Run,
  settle,
  settleRepaired,
  stripLayers,
} from "./settle.js";
import { openThreads } from "./threads.js";
import { holdToSnap } from "./topology.js";
import { findStripPairs } from "./planPairStrips.js";
import { stripRuleOf } from "./planStrips.js";
import { readPlan, type PlanRequest } from "./plan.js";
import { readUnits, refuseTakenName, type UnitRequest } from "./units.js";

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

/** Small cuts take little memory. Where borders of the ground are matched, each cut leaves those at its edge to be matched at the end. */
const CUT_BYTES = 1 << 20;
const CUT_BYTES_MATCHED = 4 << 20;

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
  const grounds = await openGrounds(groundRequests(request), request.classes, rules, open);
  const workEpsg = request.workEpsg ?? workingCrs(grounds);
  const groundBox = boxOfGrounds(grounds, workEpsg);

  const taken = [...grounds[0].fields.map(({ name }) => name), ...AREA_COLUMNS];
  const pool = openThreads(grounds, workEpsg, rules, request);
  const stage = { request, rules, hooks, open, grounds, workEpsg, pool };
  let streamed: { readonly run: Run; readonly pass?: RepairPass };
  try {
    streamed = await stream(stage, await readAndIndex(stage, taken, groundBox));
  } finally {
    await pool.close();
  }
  // Threads and index are gone before the tables are made: they took most of the memory.
  const { run, pass } = streamed;
  return pass === undefined ? { ...settle(run), coverUnknown: "notLooked" } : settleRepaired(run, pass);
}

const cutBytesOf = ({ cutBytes, repair = "off" }: AccountRequest): number =>
  cutBytes ?? (repair === "off" ? CUT_BYTES : CUT_BYTES_MATCHED);

/** What the steps of a run have in common. */
type Stage = {
  readonly request: AccountRequest;
  readonly rules: Rules;
  readonly hooks: AccountHooks;
  readonly open: OpenLayer;
  readonly grounds: readonly Ground[];
  readonly workEpsg: Epsg;
  readonly pool: Pool<BatchTask, BatchResult>;
};

/** Streams the ground through all threads, and once more where it was repaired. */
async function stream(
  { request, rules, hooks, open, grounds, workEpsg, pool }: Stage,
  { units, zones, plan, ahead }: Indexed,
): Promise<{ readonly run: Run; readonly pass?: RepairPass }> {
  hooks.signal?.throwIfAborted();
  const zoneKeys = numberThrough(units);
  await pool.runOnAll({ kind: "zones", zones, plan: stripLayers(zoneKeys, plan) });
  const sources = grounds.map(({ source }) => source);
  const cutBytes = cutBytesOf(request);
  const pieceFile = (placeOf?: PlaceOf) => pieceFileOf(request, grounds, workEpsg, zoneKeys, rules, placeOf);
  const streamed = await deal(pool, sources, cutBytes, hooks, pieceFile(), await ahead?.done);
  const run: Run = {
    request,
    rules,
    grounds,
    workEpsg,
    units,
    zones: areasIn(zones),
    ...(plan === undefined ? {} : { plan }),
    ...(plan !== undefined &&
      streamed.strips.length > 0 && {
        stripPairs: findStripPairs(zones, zoneKeys, plan.plan, stripRuleOf(rules)),
      }),
    streamed,
  };
  const { repair: option = "off", snapM } = request;
  if (option === "off") return { run };
  const pass = await repairPass(
    {
      option,
      ...(snapM !== undefined && { snapM }),
      workEpsg,
      pool,
      streamed,
      grounds,
      reopen: () => openGrounds(groundRequests(request), request.classes, rules, open),
      cutBytes,
      pieceFile,
      hasPieces: request.piecePath !== undefined,
      layOver: (wrong: readonly WrongGround[]) => wrongCells(wrong, zones, zoneKeys, workEpsg),
    },
    rules,
    hooks,
  );
  return { run, pass };
}

const groundRequests = ({ grunnkart, moreGrounds = [] }: AccountRequest): GroundRequest[] => [
  grunnkart,
  ...moreGrounds,
];

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

type Indexed = {
  readonly units: readonly IndexedUnits[];
  readonly zones: Zones;
  readonly plan?: PlanWithoutUnits;
  readonly ahead?: LookAhead;
};

async function readAndIndex(
  stage: Stage,
  takenNames: readonly string[],
  groundBox: Bbox | undefined,
): Promise<Indexed> {
  const { request, hooks, grounds, workEpsg, pool } = stage;
  hooks.onProgress?.({ stage: "leser enheter", done: 0, total: 1 });
  const isPlain = (request.repair ?? "off") !== "off" && request.prepared === undefined;
  const ahead = isPlain
    ? lookAhead(pool, request.grunnkart, grounds[0].source, cutBytesOf(request))
    : undefined;
  const { rings, ...read } = await readUnitsAndPlan(stage, takenNames, groundBox);
  ahead?.stop(); // from here on there is other work for all threads
  letGo(rings.xy.byteLength);
  const measure = measureFor(workEpsg);
  const pile = pileRings(rings, measure);
  const zones = await indexZonesOn(pool, pile, measure, nameByKey(read.units));
  letGo(zones.xy.byteLength);
  return { ...read, zones, ...(ahead !== undefined && { ahead }) };
}

/** The units' own geometry is let go once its rings are gathered, which copies them. */
async function readUnitsAndPlan(
  { request, rules, open, workEpsg }: Stage,
  takenNames: readonly string[],
  groundBox: Bbox | undefined,
): Promise<Omit<Indexed, "zones"> & { readonly rings: Rings }> {
  const mends = (request.repair ?? "off") !== "off";
  const unitRequests = request.units.map((unit) => ({ ...unit, mends }));
  const read = await readUnits(unitRequests, takenNames, workEpsg, groundBox, rules, open);
  const plan =
    request.plan && (await readPlan({ ...request.plan, mends }, workEpsg, groundBox, rules, request.measure));
  for (const unit of plan?.units ?? []) {
    refuseTakenName(unit.name, unit.input.file, takenNames, read);
    read.push(unit);
  }
  const layers = read.map(({ layer }) => layer);
  return {
    rings: gatherRings(layers),
    units: read.map(({ layer: _, ...unit }) => unit),
    ...(plan === undefined ? {} : { plan: { plan: plan.plan, findings: plan.findings } }),
  };
}

/** The order of polygons is ours, so the user's name for one is its key. */
function nameByKey(units: readonly IndexedUnits[]): (zone: number) => Place {
  const names = units.flatMap(({ name, keys }) => keys.map((key) => ({ layer: name, feature: key })));
  return (zone) => names[zone];
}
