import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { availableParallelism } from "node:os";
import { mergeChange } from "../aggregate/changeSums.js";
import { ExactSums } from "../aggregate/exactSums.js";
import type { Bbox } from "../core/layer.js";
import { bboxOf, featureCount } from "../core/layer.js";
import { byPosition, type Finding, InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { measureFor } from "../overlay/measure.js";
import { openPool, type Pool } from "../pool/pool.js";
import { checkPlausible, crsOf } from "../read/crs.js";
import { openSource } from "../read/open.js";
import type { Source } from "../read/source.js";
import type { ChangeAccounting } from "../rules/changeSchema.js";
import { editionsOfFile } from "../rules/edition.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "../tables/changeFacts.js";
import type { AreaMeasure, Both, InputFacts } from "../tables/facts.js";
import type { AccountHooks } from "./account.js";
import {
  type BlockShare,
  type ChangeResult,
  type ChangeSetup,
  type ChangeTask,
  CONTROL,
  makeChangeHandler,
} from "./changeBlock.js";
import { hasIndex, readWhole, type SideSpec } from "./changeSide.js";
import { chooseClassFields, findField } from "./fields.js";
import { Largest } from "./largest.js";
import {
  noPolygons,
  nowhereNear,
  readUnits,
  reprojection,
  type UnitLayer,
  type UnitRequest,
} from "./units.js";

/** What two editions are compared by. Paths may name a layer: `file#layer`. */
export type ChangeRequest = {
  readonly from: { readonly path: string; readonly epsg?: Epsg };
  readonly to: { readonly path: string; readonly epsg?: Epsg };
  /** Class field by canonical or delivered name; none means the first of a Grunnkart that is recognised in both. */
  readonly classField?: string;
  readonly units: readonly UnitRequest[];
  readonly measure: AreaMeasure;
  /** Strips are narrower than this; default that of rules/endringsregnskap.json. */
  readonly stripWidthM?: number;
  readonly workers?: number;
  readonly workEpsg?: Epsg;
  /** Bytes of the larger file per block, about. */
  readonly blockBytes?: number;
};

/** An edition as it was opened, before any polygon is read. */
type Side = {
  readonly source: Source;
  readonly classField: string;
  readonly spec: SideSpec;
  readonly box: Bbox;
  /** SHA-256 of the file, and how many features it has; a file read by its index is hashed while the threads work. */
  readonly read: Promise<{ readonly sha256: string; readonly featureCount: number }>;
  readonly findings: readonly Finding[];
};

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
): Promise<ChangeFacts> {
  const change = changeRules(rules);
  const [sourceA, sourceB] = await Promise.all([open(request.from), open(request.to)]);
  const [fieldA, fieldB] = chooseFields(sourceA, sourceB, request.classField, rules);
  const workEpsg = request.workEpsg ?? workingCrs(sourceA);
  hooks.onProgress?.({ stage: "leser", done: 0, total: 1 });
  const a = await openSide("A", sourceA, fieldA, workEpsg, request.from.epsg, rules);
  const b = await openSide("B", sourceB, fieldB, workEpsg, request.to.epsg, rules);
  if (!meets(a.box, b.box)) throw nowhereNear(sourceB.name, sourceA.name);
  const box = around(a.box, b.box);
  const units = await readUnits(request.units, ["fra", "til", "finnes"], workEpsg, box, rules);
  hooks.signal?.throwIfAborted();

  const setup: ChangeSetup = {
    a: a.spec,
    b: b.spec,
    workEpsg,
    units: units.map(({ name, layer, keys }) => ({ name, layer, keys })),
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
    return await settle({ request, rules, change, a, b, units, workEpsg, shares, ...dealt });
  } finally {
    await pool.close();
  }
}

async function open({ path, epsg }: ChangeRequest["from"]): Promise<Source> {
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  if (source.featureCount === 0) throw noPolygons(path);
  if (source.bbox !== undefined) checkPlausible(source.name, source.epsg, source.bbox);
  return source;
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

type FieldChoice = { readonly inFile: string; readonly name: string };

/** The field compared by must be in both; without a wish, the first that both are recognised by. */
function chooseFields(
  a: Source,
  b: Source,
  asked: string | undefined,
  rules: Rules,
): [FieldChoice, FieldChoice] {
  if (asked !== undefined) {
    const [of] = chooseClassFields(a, [asked], rules);
    return [of, findField(b, of.name, rules) ?? chooseClassFields(b, [asked], rules)[0]];
  }
  const inB = chooseClassFields(b, [], rules);
  for (const of of chooseClassFields(a, [], rules)) {
    const same = inB.find(({ name }) => name === of.name);
    if (same !== undefined) return [of, same];
  }
  throw new InputError(
    { layer: b.path },
    {
      came: `no class field in common: ${inB.map(({ name }) => name).join(", ")}`,
      wanted: "one field to compare by in both editions",
      todo: "Name it with --klasse FIELD",
    },
  );
}

const workingCrs = (source: Source): Epsg =>
  crsOf(source.name, source.epsg).unit === "metre" ? source.epsg : 25833;

async function openSide(
  role: "A" | "B",
  source: Source,
  field: FieldChoice,
  workEpsg: Epsg,
  epsg: Epsg | undefined,
  rules: Rules,
): Promise<Side> {
  const idField =
    findField(source, "lokalId", rules)?.inFile ?? findField(source, "identifikasjon.lokalId", rules)?.inFile;
  const about = {
    name: `${role} ${source.name}`,
    classField: field.inFile,
    ...(idField === undefined ? {} : { idField }),
  };
  const moved = reprojection(source.name, source.epsg, workEpsg);
  if (source.epsg === workEpsg && source.bbox !== undefined && (await hasIndex(source))) {
    const read = hashOf(source).then((sha256) => ({ sha256, featureCount: source.featureCount }));
    read.catch(() => undefined); // awaited at the end; a failure before that is the threads' to tell
    const spec: SideSpec = {
      ...about,
      kind: "indexed",
      path: source.path,
      ...(epsg === undefined ? {} : { epsg }),
    };
    return { source, classField: field.name, spec, box: source.bbox, read, findings: moved };
  }
  const whole = await readWhole(source, about, workEpsg);
  const { layer } = whole.spec as Extract<SideSpec, { kind: "memory" }>;
  if (featureCount(layer) === 0 || layer.xy.length === 0) throw noPolygons(source.path);
  const box = bboxOf(layer.xy, 0, layer.xy.length / 2);
  checkPlausible(source.name, workEpsg, box);
  const read = Promise.resolve({ sha256: whole.sha256, featureCount: whole.featureCount });
  return {
    source,
    classField: field.name,
    spec: whole.spec,
    box,
    read,
    findings: [...moved, ...whole.findings],
  };
}

async function hashOf({ path }: Source): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

const meets = (a: Bbox, b: Bbox): boolean => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

const around = (a: Bbox, b: Bbox): Bbox => [
  Math.floor(Math.min(a[0], b[0])) - MARGIN_M,
  Math.floor(Math.min(a[1], b[1])) - MARGIN_M,
  Math.ceil(Math.max(a[2], b[2])) + MARGIN_M,
  Math.ceil(Math.max(a[3], b[3])) + MARGIN_M,
];

/** About `count` blocks, as square as can be. They depend on the files alone, never on threads. */
export function gridOf([minX, minY, maxX, maxY]: Bbox, count: number): Bbox[] {
  const columns = Math.max(1, Math.round(Math.sqrt((count * (maxX - minX)) / (maxY - minY))));
  const rows = Math.max(1, Math.ceil(count / columns));
  const x = (c: number): number => (c === columns ? maxX : minX + ((maxX - minX) * c) / columns);
  const y = (r: number): number => (r === rows ? maxY : minY + ((maxY - minY) * r) / rows);
  return Array.from({ length: columns * rows }, (_, i) => {
    const [c, r] = [i % columns, Math.floor(i / columns)];
    return [x(c), y(r), x(c + 1), y(r + 1)];
  });
}

type Dealt = { readonly findings: readonly Finding[]; readonly blocks: number };

/** Deals blocks to all threads, two each at a time; a block that is too full comes back and is dealt as four. */
async function deal(
  pool: Pool<ChangeTask, ChangeResult>,
  grid: readonly Bbox[],
  hooks: AccountHooks,
): Promise<Dealt> {
  const waiting = [...grid].reverse();
  const findings = new Map<string, Finding>();
  let blocks = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let box = waiting.pop(); box !== undefined; box = waiting.pop()) {
      hooks.signal?.throwIfAborted();
      const result = await pool.run({ kind: "block", box });
      if (result.kind !== "block") continue;
      if (result.divide) {
        waiting.push(...quarters(box));
        continue;
      }
      blocks++;
      done += boxArea(box);
      for (const finding of result.findings) findings.set(JSON.stringify(finding), finding);
      hooks.onProgress?.({
        stage: "sammenligner",
        done,
        total: grid.reduce((sum, one) => sum + boxArea(one), 0),
      });
    }
  };
  await Promise.all(Array.from({ length: 2 * pool.lanes }, lane));
  return { blocks, findings: [...findings.values()].sort(byPosition) };
}

const boxArea = ([minX, minY, maxX, maxY]: Bbox): number => (maxX - minX) * (maxY - minY);

function quarters([minX, minY, maxX, maxY]: Bbox): Bbox[] {
  const x = (minX + maxX) / 2;
  const y = (minY + maxY) / 2;
  return [
    [minX, minY, x, y],
    [x, minY, maxX, y],
    [minX, y, x, maxY],
    [x, y, maxX, maxY],
  ];
}

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
): Promise<ChangeFacts> {
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
    zoneLayers: units.map(({ name, keyField, keys }) => ({
      name,
      keyField,
      keys: [...new Set(keys)].sort(),
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
    findings: [...units.flatMap(({ findings }) => findings), ...a.findings, ...b.findings, ...run.findings],
    ruleSets: rules.sets.map(({ id, version, bytes }) => ({
      id,
      version,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    })),
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

async function inputOf(
  role: "A" | "B",
  { source, spec, read }: Side,
  workEpsg: Epsg,
  rules: Rules,
  terms: readonly string[],
): Promise<InputFacts> {
  const values = new Map([[spec.classField, terms]]);
  const editions = editionsOfFile(
    rules,
    source.fields.map(({ name }) => name),
    values,
  );
  return {
    role: "grunnkart",
    name: `${role} ${source.name}`,
    file: source.path.split(/[/\\]/).at(-1) as string,
    format: source.format,
    epsg: workEpsg,
    epsgFrom: source.epsgFrom,
    ...(source.epsg === workEpsg ? {} : { reprojectedFrom: source.epsg }),
    ...(await read),
    byteLength: source.byteLength,
    ...(editions.length === 1 ? { edition: editions[0] } : {}),
  };
}
