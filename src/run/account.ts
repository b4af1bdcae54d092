import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { coverOfLayer, groundOfSets } from "../aggregate/coverFacts.js";
import { mergeShares, type Merged, type Share, type ZoneKeys } from "../aggregate/merge.js";
import { byPosition, type Finding, type Place } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import type { Bbox } from "../core/layer.js";
import { measureFor } from "../overlay/measure.js";
import type { NodePart } from "../overlay/nodes.js";
import {
  draftZones,
  finishZones,
  firstRound,
  nextRound,
  type NodeRound,
  type Zones,
} from "../overlay/zones.js";
import { openPool, type Pool } from "../pool/pool.js";
import { checkPlausible, crsOf } from "../read/crs.js";
import { openSource } from "../read/open.js";
import type { ReadSummary, Source } from "../read/source.js";
import { editionsOfFile } from "../rules/edition.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts, AreaMeasure, InputFacts } from "../tables/facts.js";
import { type BatchResult, type BatchSetup, type BatchTask, makeBatchHandler } from "./batch.js";
import { BufferRing } from "./bufferRing.js";
import { readPlan, type PlanRead, type PlanRequest } from "./plan.js";
import { chooseClassFields, type ClassFieldChoice } from "./fields.js";
import {
  noPolygons,
  nowhereNear,
  readUnits,
  refuseTakenName,
  reprojection,
  type UnitLayer,
  type UnitRequest,
} from "./units.js";

/** What an account is made of. Paths may name a layer: `file#layer`. */
export type AccountRequest = {
  readonly grunnkart: { readonly path: string; readonly epsg?: Epsg };
  /** Class fields by canonical or delivered names; none means those of a Grunnkart that are recognised. */
  readonly classes: readonly string[];
  readonly units: readonly UnitRequest[];
  /** Plans and themes, for the tables T3-T8; they are zone layers after those of `units`. */
  readonly plan?: PlanRequest;
  readonly measure: AreaMeasure;
  /** Worker threads; 0 runs everything on this thread. Default: one per core, none for a small file. */
  readonly workers?: number;
  /** CRS to work in; default the ground's own, or 25833 for ground in degrees. */
  readonly workEpsg?: Epsg;
  /** Bytes dealt at a time. No figure depends on it. */
  readonly cutBytes?: number;
};

export type AccountHooks = {
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
};

const CUT_BYTES = 2 << 20;

const AREA_COLUMNS = ["kartplanM2", "ellipsoideM2"];

/** A file read through before a second thread has started. */
const SMALL_FILE_BYTES = 48 << 20;

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
  const source = await openSource(request.grunnkart.path, optionalEpsg(request.grunnkart.epsg));
  refuseEmpty(source);
  if (source.bbox !== undefined) checkPlausible(source.name, source.epsg, source.bbox);
  const fields = chooseClassFields(source, request.classes, rules);
  const workEpsg = request.workEpsg ?? workingCrs(source);
  const measure = measureFor(workEpsg);
  const groundBox = source.epsg === workEpsg ? source.bbox : undefined;

  const taken = [...fields.map(({ name }) => name), ...AREA_COLUMNS];
  const pool = openThreads(source, fields, workEpsg, rules, request);
  try {
    hooks.onProgress?.({ stage: "leser enheter", done: 0, total: 1 });
    const { units, zones, plan } = await readAndIndex(request, taken, workEpsg, groundBox, rules, pool);
    hooks.signal?.throwIfAborted();
    await pool.runOnAll({ kind: "zones", zones });
    const streamed = await deal(pool, source, request.cutBytes ?? CUT_BYTES, hooks);
    return settle({
      request,
      rules,
      source,
      fields,
      workEpsg,
      measureId: measure.id,
      units,
      zones,
      ...(plan === undefined ? {} : { plan }),
      streamed,
    });
  } finally {
    await pool.close();
  }
}

type Run = {
  readonly request: AccountRequest;
  readonly rules: Rules;
  readonly source: Source;
  readonly fields: readonly ClassFieldChoice[];
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
    run.fields.map(({ name }) => name),
    zoneKeys,
  );
  return factsOf({ ...run, zoneKeys, merged });
}

/** The units' own geometry is let go once it is indexed: the index has a copy. */
async function readAndIndex(
  request: AccountRequest,
  takenNames: readonly string[],
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  rules: Rules,
  pool: Pool<BatchTask, BatchResult>,
): Promise<{ units: readonly IndexedUnits[]; zones: Zones; plan?: PlanRead }> {
  const read = await readUnits(request.units, takenNames, workEpsg, groundBox, rules);
  const plan = request.plan && (await readPlan(request.plan, workEpsg, groundBox, rules, request.measure));
  for (const unit of plan?.units ?? []) {
    refuseTakenName(unit.name, unit.input.file, takenNames, read);
    read.push(unit);
  }
  const measure = measureFor(workEpsg);
  let draft = draftZones(
    read.map(({ layer }) => layer),
    measure,
  );
  const parts: NodePart[] = [];
  for (let round: NodeRound | undefined = firstRound(draft); round !== undefined;) {
    const found = await findNodesOn(pool, round);
    parts.push(...found);
    ({ draft } = round);
    round = nextRound(draft, found);
  }
  return {
    units: read.map(({ layer: _, ...unit }) => unit),
    zones: finishZones(draft, parts, measure, nameByKey(read)),
    ...(plan === undefined ? {} : { plan: { ...plan, units: [] } }),
  };
}

/** Finds the nodes of zone rings on all threads, a part each, of about as many vertices. */
async function findNodesOn(
  pool: Pool<BatchTask, BatchResult>,
  { draft, rings }: NodeRound,
): Promise<NodePart[]> {
  const { zoneCount, xy, ringVertex, ringOf, ownerOf, rankOf, inwardSign, grid, twin, cellSet, sets } = draft;
  const ground = {
    zoneCount,
    xy,
    ringVertex,
    ringOf,
    ownerOf,
    rankOf,
    inwardSign,
    grid,
    twin,
    cellSet,
    sets,
  };
  const verticesOf = (ring: number): number => ringVertex[ring + 1] - ringVertex[ring];
  const share = rings.reduce((sum, ring) => sum + verticesOf(ring), 0) / pool.lanes;
  const tasks: Promise<BatchResult>[] = [];
  for (let from = 0, to = 0; from < rings.length; from = to) {
    for (let vertices = 0; to < rings.length && vertices < share; to++) vertices += verticesOf(rings[to]);
    tasks.push(pool.run({ kind: "nodes", ground, rings: rings.slice(from, to) }));
  }
  const results = await Promise.all(tasks);
  return results.flatMap((result) => (result.kind === "nodes" ? [result.part] : []));
}

type IndexedUnits = Omit<UnitLayer, "layer">;

function optionalEpsg(epsg: Epsg | undefined): { epsg?: Epsg } {
  return epsg === undefined ? {} : { epsg };
}

function refuseEmpty(source: Source): void {
  if (source.featureCount === 0) throw noPolygons(source.path);
}

function workingCrs(source: Source): Epsg {
  return crsOf(source.name, source.epsg).unit === "metre" ? source.epsg : 25833;
}

type Streamed = {
  readonly shares: readonly Share[];
  readonly summary: ReadSummary;
  readonly featureCount: number;
  readonly vertexCount: number;
  readonly findings: readonly Finding[];
  readonly worstResidualM2: number;
};

/** Opens the threads; they load while the units are read. */
function openThreads(
  source: Source,
  fields: readonly ClassFieldChoice[],
  workEpsg: Epsg,
  rules: Rules,
  request: AccountRequest,
): Pool<BatchTask, BatchResult> {
  const { tolerances } = rules.accounting;
  return openPool<BatchSetup, BatchTask, BatchResult>({
    workers: request.workers ?? (source.byteLength < SMALL_FILE_BYTES ? 0 : availableParallelism()),
    entry: new URL("./worker.js", import.meta.url),
    makeHandler: makeBatchHandler,
    setup: {
      decoder: source.decoder,
      workEpsg,
      fields: fields.map(({ inFile, name }) => ({ inFile, name })),
      ...(source.bbox === undefined ? {} : { statedBox: source.bbox }),
      tolerance: { absoluteM2: tolerances.polygonM2, relative: tolerances.polygonRelative },
    },
  });
}

/** Deals cuts of the ground to all threads through a few reused buffers. */
async function deal(
  pool: Pool<BatchTask, BatchResult>,
  source: Source,
  cutBytes: number,
  hooks: AccountHooks,
): Promise<Streamed> {
  const findings: Finding[] = [];
  let features = 0;
  let vertices = 0;
  let worstResidualM2 = 0;
  let failure: unknown;
  let bytesRead = 0;
  const buffers = new BufferRing(2 * pool.lanes + 1, cutBytes);
  const cuts = source.cuts({
    cutBytes,
    take: (byteLength) => buffers.take(byteLength),
    onBytes: (bytes) => (bytesRead = bytes),
  });
  try {
    for (;;) {
      const next = await cuts.next();
      hooks.signal?.throwIfAborted();
      if (failure !== undefined) throw failure as Error;
      if (next.done === true) {
        await buffers.allBack();
        if (failure !== undefined) throw failure as Error;
        const finished = await pool.runOnAll({ kind: "finish" });
        return {
          shares: finished.flatMap((result) => (result.kind === "finish" ? [result.share] : [])),
          summary: next.value,
          featureCount: features,
          vertexCount: vertices,
          findings: findings.sort(byPosition),
          worstResidualM2,
        };
      }
      const cut = next.value;
      const buffer = cut.bytes.buffer as SharedArrayBuffer;
      pool
        .run({ kind: "cut", cut })
        .then(
          (result) => {
            if (result.kind !== "cut") return;
            features += result.featureCount;
            vertices += result.vertexCount;
            findings.push(...result.findings);
            worstResidualM2 = Math.max(worstResidualM2, result.worstResidualM2);
            hooks.onProgress?.({ stage: "regner", done: bytesRead, total: source.byteLength });
          },
          (error: unknown) => {
            failure ??= error;
          },
        )
        .finally(() => buffers.giveBack(buffer));
    }
  } finally {
    await cuts.return({ featureCount: 0 }); // closes the file where we stopped before its end
  }
}

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
  const { request, rules, source, units, zones, plan, streamed, merged } = run;
  const areas = { ...zones, members: membersOf(zones) };
  const ground = groundOfSets(areas.members, merged.groundBySet);
  const zoneLayers = units.map((unit, i) => {
    const cover = coverOfLayer(run.zoneKeys[i], areas, ground);
    if (cover.covered.planM2 === 0 && unit.mayBeElsewhere !== true) throw nowhereNear(unit.name, source.name);
    return {
      name: unit.name,
      keyField: unit.keyField,
      polygonCount: unit.keys.length,
      outsideCount: unit.outsideCount,
      ...cover,
    };
  });
  return {
    cells: merged.cells,
    measure: request.measure,
    measureId: run.measureId,
    inputs: [groundFacts(run), ...units.map(({ input }) => input)],
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
      ...(plan?.findings ?? []),
      ...reprojection(source.name, source.epsg, run.workEpsg),
      ...streamed.findings,
    ],
    ruleSets: rules.sets.map(({ id, version, bytes }) => ({
      id,
      version,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    })),
  };
}

function groundFacts({
  source,
  fields,
  rules,
  streamed,
  merged,
  workEpsg,
}: {
  source: Source;
  fields: readonly ClassFieldChoice[];
  rules: Rules;
  streamed: Streamed;
  merged: Merged;
  workEpsg: Epsg;
}): InputFacts {
  const values = new Map(
    fields.map(({ inFile, name }) => [inFile, merged.cells.classes.get(name)?.terms ?? []]),
  );
  const editions = editionsOfFile(
    rules,
    source.fields.map(({ name }) => name),
    values,
  );
  return {
    role: "grunnkart",
    name: source.name,
    file: source.path.split(/[/\\]/).at(-1) as string,
    format: source.format,
    epsg: workEpsg,
    epsgFrom: source.epsgFrom,
    ...(source.epsg === workEpsg ? {} : { reprojectedFrom: source.epsg }),
    featureCount: streamed.summary.featureCount,
    byteLength: source.byteLength,
    sha256: streamed.summary.sha256 as string,
    ...(editions.length === 1 ? { edition: editions[0] } : {}),
  };
}

function membersOf({ sets }: Zones): number[][] {
  return Array.from({ length: sets.memberStart.length - 1 }, (_, s) =>
    Array.from(sets.members.subarray(sets.memberStart[s], sets.memberStart[s + 1])),
  );
}
