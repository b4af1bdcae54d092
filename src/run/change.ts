import { availableParallelism } from "node:os";
import { mergeChange } from "../aggregate/changeSums.js";
import { ExactSums } from "../core/exactSums.js";
import { type Bbox, boxesMeet, sharedLayer } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { measureFor } from "../overlay/measure.js";
import { openPool } from "../pool/pool.js";
import type { CloseUp } from "../report/basis.js";
import { MOST_CHANGES } from "../report/changeCards.js";
import type { ChangeAccounting } from "../rules/changeSchema.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "../tables/changeFacts.js";
import type { AreaMeasure, Both } from "../tables/facts.js";
import {
  type BlockShare,
  type ChangeResult,
  type ChangeSetup,
  type ChangeTask,
  CONTROL,
  makeChangeHandler,
} from "./changeBlock.js";
import { deal, type Dealt, gridOf } from "./changeDeal.js";
import { chooseFields, type Edition, inputOf, openEdition, openSide, type Side } from "./changeOpen.js";
import { AREA_COLUMNS, STRIP_COLUMNS } from "./fields.js";
import type { AccountHooks } from "./hooks.js";
import { type Change, Largest } from "./largest.js";
import { metricCrs } from "./metricCrs.js";
import { ruleSetsOf } from "./ruleSets.js";
import { elsewhereFinding, readUnits, type UnitLayer, type UnitRequest } from "./units.js";

/** What two editions are compared by. Paths may name a layer: `file#layer`. */
export type ChangeRequest = {
  readonly from: Edition;
  readonly to: Edition;
  /** Class field by canonical or delivered name; none means the first of a Grunnkart that is recognised in both. */
  readonly classField?: string;
  readonly units: readonly UnitRequest[];
  readonly measure: AreaMeasure;
  /** Strips are narrower than this; default that of rules/endringsregnskap.json. */
  readonly stripWidthM?: number;
  readonly workers?: number;
  readonly workEpsg?: Epsg;
  /** Draws the largest changes one by one, for a report. */
  readonly closeUps?: boolean;
  /** Bytes of the larger file per block, about. */
  readonly blockBytes?: number;
};

/** A comparison, and the drawings that were asked for. */
export type ChangeRun = ChangeFacts & { readonly closeUps: readonly CloseUp[] };

const BLOCK_BYTES = 24 << 20;
const MOST_VERTICES = 5_000_000;
const SMALL_FILE_BYTES = 4 << 20;
/** The outermost blocks reach so far beyond both editions that no corner is on their border. */
const MARGIN_M = 1;

/**
 * Compares two editions exactly: every polygon of A with those of B that lie where it lies, block by block of the plane,
 * so that memory holds a few blocks and not the editions. A block is a zone itself: what is outside it is not posted, so
 * ground is counted once whatever blocks a polygon lies in. Polygons that are the same in both editions need no overlay
 * with each other; all others, and all where an edition lies on itself, get one.
 *
 * Blocks are read by the index of FlatGeobuf in the CRS of the run. Other files are read whole into memory first.
 *
 * @throws InputError for anything the user can mend; BrokenInvariant when the areas do not add up
 */
export async function runChange(
  request: ChangeRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<ChangeRun> {
  const change = changeRules(rules);
  // One after the other: where both are broken, what is told must not be a race.
  const sourceA = await openEdition(request.from);
  const sourceB = await openEdition(request.to);
  const [fieldA, fieldB] = chooseFields(sourceA, sourceB, request.classField, rules);
  const workEpsg = request.workEpsg ?? metricCrs(sourceA);
  hooks.onProgress?.({ stage: "leser", done: 0, total: 1 });
  const a = await openSide("A", sourceA, fieldA, workEpsg, request.from.epsg, rules);
  const b = await openSide("B", sourceB, fieldB, workEpsg, request.to.epsg, rules);
  if (!boxesMeet(a.box, b.box)) throw apart(sourceA.path, sourceB.path);
  const box = around(a.box, b.box);
  const taken = [
    ...["fra", "til", "finnes", `fra_${fieldA.name}`, `til_${fieldA.name}`],
    ...[...AREA_COLUMNS, ...STRIP_COLUMNS],
  ];
  const units = await readUnits(request.units, taken, workEpsg, box, rules);
  hooks.signal?.throwIfAborted();

  const setup: ChangeSetup = {
    a: a.spec,
    b: b.spec,
    workEpsg,
    units: units.map(({ name, layer, keys }) => ({ name, layer: sharedLayer(layer), keys })),
    tolerance: {
      absoluteM2: rules.accounting.tolerances.polygonM2,
      relative: rules.accounting.tolerances.polygonRelative,
    },
    strip: { widthM: request.stripWidthM ?? change.stripe.breddeM, share: change.stripe.andelAvFlate },
    listed: change.storsteAntall,
    mostVertices: MOST_VERTICES,
  };
  const larger = Math.max(sourceA.byteLength, sourceB.byteLength);
  const pool = openPool<ChangeSetup, ChangeTask, ChangeResult>({
    workers: request.workers ?? (larger < SMALL_FILE_BYTES ? 0 : availableParallelism()),
    entry: new URL("./changeWorker.js", import.meta.url),
    makeHandler: makeChangeHandler,
    setup,
  });
  try {
    const blocks = Math.ceil(larger / (request.blockBytes ?? BLOCK_BYTES));
    const dealt = await deal(pool, gridOf(box, blocks), hooks);
    const finished = await pool.runOnAll({ kind: "finish" });
    const shares = finished.flatMap((result) => (result.kind === "finish" ? [result.share] : []));
    const facts = await settle({ request, rules, change, a, b, units, workEpsg, shares, ...dealt });
    return { ...facts, closeUps: await closeUpsOf(request, facts, a, b, hooks) };
  } finally {
    await pool.close();
  }
}

/** Of what the report has cards for. */
async function closeUpsOf(
  { closeUps = false }: ChangeRequest,
  { largest }: { readonly largest: readonly Change[] },
  a: Side,
  b: Side,
  { signal, onProgress }: AccountHooks,
): Promise<readonly CloseUp[]> {
  if (!closeUps) return [];
  onProgress?.({ stage: "tegner endringer", done: 0, total: 1 });
  const { drawCloseUps } = await import("./changeCloseUps.js");
  const source = { a: a.spec, b: b.spec, mostVertices: MOST_VERTICES };
  return drawCloseUps(largest.slice(0, MOST_CHANGES), { ...source, ...(signal && { signal }) });
}

export function changeRules(rules: Rules): ChangeAccounting {
  if (rules.change !== undefined) return rules.change;
  throw new InputError(
    { layer: "rules" },
    {
      came: "no rule set of kind endringsregnskap",
      wanted: "rules/endringsregnskap.json",
      todo: "Restore the file that came with the program",
    },
  );
}

function apart(a: string, b: string): InputError {
  return new InputError(
    { layer: b },
    {
      came: `an edition that nowhere meets the other, ${a}`,
      wanted: "two editions of the same ground",
      todo: "Check that both files are from the same place and that their CRS are right (arealregnskap inspect)",
    },
  );
}

const around = (a: Bbox, b: Bbox): Bbox => [
  Math.floor(Math.min(a[0], b[0])) - MARGIN_M,
  Math.floor(Math.min(a[1], b[1])) - MARGIN_M,
  Math.ceil(Math.max(a[2], b[2])) + MARGIN_M,
  Math.ceil(Math.max(a[3], b[3])) + MARGIN_M,
];

async function settle(
  run: Dealt & {
    readonly request: ChangeRequest;
    readonly rules: Rules;
    readonly change: ChangeAccounting;
    readonly a: Side;
    readonly b: Side;
    readonly units: readonly UnitLayer[];
    readonly workEpsg: Epsg;
    readonly shares: readonly BlockShare[];
  },
): Promise<ChangeFacts & { readonly largest: readonly Change[] }> {
  const { request, rules, change, a, b, units, workEpsg, shares } = run;
  const cells = mergeChange(
    shares.map((share) => share.cells),
    units.map(({ name }) => name),
  );
  const total = new ExactSums();
  for (const { control } of shares) {
    for (let at = 0; at < 2 * CONTROL.length; at++) total.addFrom(at, control, at);
  }
  const both = (what: (typeof CONTROL)[number]): Both => {
    const at = 2 * CONTROL.indexOf(what);
    return { planM2: total.total(at), trueM2: total.total(at + 1) };
  };
  const [inputA, inputB] = [
    await inputOf("A", a, workEpsg, rules, cells.from.terms),
    await inputOf("B", b, workEpsg, rules, cells.to.terms),
  ];
  const incomparable = inputA.edition !== inputB.edition;
  return {
    cells,
    field: a.classField,
    measure: request.measure,
    measureId: measureFor(workEpsg).id,
    workEpsg,
    inputs: [inputA, inputB, ...units.map(({ input }) => input)],
    zoneLayers: units.map(({ name, keyField, keys, names }) => ({
      name,
      keyField,
      keys: [...new Set(keys)].sort(),
      ...(names !== undefined && { names }),
    })),
    control: {
      ownA: both("ownA"),
      ownB: both("ownB"),
      acrossA: both("acrossA"),
      acrossB: both("acrossB"),
      featuresA: both("featuresA").planM2,
      featuresB: both("featuresB").planM2,
      twins: both("twins").planM2,
      foldedM2: both("folded").planM2,
      worstResidualM2: Math.max(0, ...shares.map((share) => share.worstResidualM2)),
      blocks: run.blocks,
    },
    largest: joined(change, (share) => share.largest, shares),
    strips: joined(change, (share) => share.strips, shares),
    incomparable,
    kommunenumre: [0, 1].map((side) =>
      [...new Set(shares.flatMap(({ kommuner }) => kommuner[side]))].filter((number) => number !== "").sort(),
    ),
    findings: [
      ...units.flatMap(({ name, findings }) =>
        cells.zones.get(name)!.codes.some((code) => code > 0)
          ? findings
          : [...findings, elsewhereFinding(name)],
      ),
      ...a.findings,
      ...b.findings,
      ...run.findings,
    ],
    ruleSets: ruleSetsOf(rules),
  };
}

function joined(
  { storsteAntall }: ChangeAccounting,
  of: (share: BlockShare) => BlockShare["largest"],
  shares: readonly BlockShare[],
): BlockShare["largest"] {
  const largest = new Largest(storsteAntall);
  for (const share of shares) largest.add(of(share), (change) => change);
  return largest.all();
}
