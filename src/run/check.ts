import { availableParallelism } from "node:os";
import { type Bbox, EMPTY_BBOX } from "../core/layer.js";
import { byPosition, type Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { openPool, type Pool } from "../pool/pool.js";
import { diagnose } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import type { Cut, Source } from "../read/source.js";
import { LooseGather } from "../repair/looseGather.js";
import type { PlacedFinding } from "../repair/polygonFindings.js";
import { editionsOfFile } from "../rules/edition.js";
import { canonicalField } from "../rules/fields.js";
import { recogniseFields } from "../rules/recognise.js";
import type { Rules } from "../rules/rules.js";
import type { AccountHooks } from "./account.js";
import { BufferRing } from "./bufferRing.js";
import {
  type CheckedCut,
  type CheckedField,
  type CheckSetup,
  KOMMUNE_FIELD,
  makeCheckHandler,
  type ValueCount,
} from "./checkBatch.js";
import { valueFindings } from "./checkValues.js";
import { checkNeighbours, shouldCoverOnce } from "./checkNeighbours.js";
import { metricCrs } from "./metricCrs.js";
import { coverLimitsOf, decisionRuleOf, topologyOf } from "./topology.js";

/** A file to check; nothing of it is changed. */
export type CheckRequest = {
  /** A file, or file#layer. */
  readonly path: string;
  readonly epsg?: Epsg;
  /** The field with the features' ids; default lokalId, in whatever spelling. */
  readonly idField?: string;
  /** Whether polygons are held against each other too; by itself, where the layer should cover the ground once. */
  readonly neighbours?: boolean;
  /** Threads that do the work, this one among them; 0 and 1 are no other. No byte of the result depends on it. */
  readonly workers?: number;
  readonly cutBytes?: number;
};

export type CheckFacts = {
  readonly source: Source;
  readonly sha256: string;
  readonly featureCount: number;
  readonly vertexCount: number;
  readonly bbox: Bbox | undefined;
  /** Shells less holes, in the map plane of the file's system, or of EPSG:25833 for one in degrees. */
  readonly areaM2: number;
  readonly areaEpsg: Epsg;
  /** Features with a polygon that OGC calls invalid. */
  readonly invalidCount: number;
  /** By layer, place in the file and code. */
  readonly findings: readonly PlacedFinding[];
};

const CUT_BYTES = 4 << 20;
/** Below this a thread takes longer to start than it saves. */
const SMALL_FILE_BYTES = 64 << 20;

/**
 * Checks each feature of a layer by itself: what reading met, validity of its polygon, direction of its rings, values
 * against the code lists, ids; then the layer as a whole against its system and the publisher's list of known errors.
 * Where the layer should cover the ground once, what lies between neighbours too (`checkNeighbours`). Memory holds a few
 * cuts, the findings and the ids, and the borders that have no neighbour.
 *
 * @throws InputError for a file that cannot be read
 */
export async function runCheck(
  request: CheckRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<CheckFacts> {
  const source = await openSource(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const fields = fieldsOf(source, rules);
  const idField = idFieldOf(source, request.idField, rules);
  const areaEpsg = metricCrs(source);
  const topology = topologyOf(rules);
  const neighbours = request.neighbours ?? shouldCoverOnce(source, rules);
  const pool = openPool<CheckSetup, Cut, CheckedCut>({
    workers: request.workers ?? (source.byteLength < SMALL_FILE_BYTES ? 0 : availableParallelism()),
    entry: new URL("./checkWorker.js", import.meta.url),
    makeHandler: makeCheckHandler,
    setup: {
      decoder: source.decoder,
      fields,
      decision: decisionRuleOf(topology),
      areaEpsg,
      ...(neighbours && { neighbours: { sliverM: coverLimitsOf(topology).sliverM } }),
      ...(idField === undefined ? {} : { idField }),
    },
  });
  const whole = new WholeCheck(source, fields);
  try {
    const sha256 = await deal(pool, source, request.cutBytes ?? CUT_BYTES, hooks, whole);
    const facts = { source, sha256, areaEpsg, ...whole.facts(rules) };
    if (!neighbours) return facts;
    const { areaM2 } = facts;
    const once = {
      source,
      sha256,
      areaM2,
      areaEpsg,
      borders: whole.borders,
      boxes: whole.boxes,
      mayBeWrong: areaEpsg === source.epsg ? (feature: number) => whole.wrong.has(feature) : () => true,
      ...(idField !== undefined && { idField }),
    };
    const between = await checkNeighbours(once, rules, hooks.signal);
    return { ...facts, findings: [...facts.findings, ...between].sort(byPosition) };
  } finally {
    await pool.close();
  }
}

/** Deals cuts to the threads; their answers are taken up in file order. @returns the file's hash */
async function deal(
  pool: Pool<Cut, CheckedCut>,
  source: Source,
  cutBytes: number,
  hooks: AccountHooks,
  whole: WholeCheck,
): Promise<string> {
  const buffers = new BufferRing(2 * pool.lanes + 1, cutBytes);
  let done = 0;
  const cuts = source.cuts({
    cutBytes,
    take: (byteLength) => buffers.take(byteLength),
    onBytes: (bytes) => (done = bytes),
  });
  let failure: unknown;
  let inOrder: Promise<void> = Promise.resolve();
  try {
    for (;;) {
      const next = await cuts.next();
      hooks.signal?.throwIfAborted();
      if (failure !== undefined) throw failure as Error;
      if (next.done === true) {
        await buffers.allBack();
        await inOrder;
        if (failure !== undefined) throw failure as Error;
        return next.value.sha256 ?? "";
      }
      const cut = next.value;
      const answer = pool.run(cut);
      answer
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => buffers.giveBack(cut.bytes.buffer as SharedArrayBuffer));
      inOrder = inOrder.then(async () => {
        const checked = await answer.catch(() => undefined); // told above
        if (checked !== undefined) whole.add(cut.firstFeature, checked);
        hooks.onProgress?.({ stage: "kontrollerer", done, total: source.byteLength });
      });
    }
  } finally {
    await cuts.return({ featureCount: 0 }); // closes the file where we stopped before its end
  }
}

/** What only all cuts together tell. */
class WholeCheck {
  private readonly findings: PlacedFinding[] = [];
  private readonly values: Map<string, ValueCount>[];
  private readonly firstWithId = new Map<string, number>();
  private featureCount = 0;
  private vertexCount = 0;
  private invalidCount = 0;
  private areaM2 = 0;
  private box: Bbox = EMPTY_BBOX;
  readonly borders = new LooseGather();
  /** Of each cut in turn. */
  readonly boxes: Float64Array[] = [];
  readonly wrong = new Set<number>();

  constructor(
    private readonly source: Source,
    private readonly fields: readonly CheckedField[],
  ) {
    this.values = fields.map(() => new Map<string, ValueCount>());
  }

  add(firstFeature: number, cut: CheckedCut): void {
    for (const finding of cut.findings) this.findings.push(finding);
    this.borders.add(cut.loose);
    this.boxes.push(cut.boxes);
    for (const feature of cut.wrong) this.wrong.add(feature);
    this.featureCount += cut.featureCount;
    this.vertexCount += cut.vertexCount;
    this.invalidCount += cut.invalidCount;
    this.areaM2 += cut.areaM2;
    const [a, b] = [this.box, cut.box];
    this.box = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
    cut.values.forEach((counts, i) => {
      for (const [value, { count, areaM2, first }] of counts) {
        const known = this.values[i].get(value) ?? { count: 0, areaM2: 0, first };
        this.values[i].set(value, {
          count: known.count + count,
          areaM2: known.areaM2 + areaM2,
          first: known.first,
        });
      }
    });
    cut.ids.forEach((id, f) => this.addId(id, firstFeature + f, cut.firstXy[2 * f], cut.firstXy[2 * f + 1]));
  }

  private addId(id: string, feature: number, x: number, y: number): void {
    if (id === "") return; // told as a missing value
    const first = this.firstWithId.get(id);
    if (first === undefined) {
      this.firstWithId.set(id, feature);
      return;
    }
    const says = `samme id som objekt ${first}`;
    const layer = this.source.name;
    this.findings.push({
      layer,
      feature,
      id,
      x,
      y,
      code: "ID_GJENTATT",
      severity: "error",
      areaM2: 0,
      did: "kept",
      says,
    });
  }

  facts(rules: Rules): Omit<CheckFacts, "source" | "sha256" | "areaEpsg"> {
    const { source, box } = this;
    const named = new Map(this.fields.map(({ inFile }, i) => [inFile, this.values[i]]));
    const about = [...this.gate(), ...valueFindings(source, this.fields, named, rules)];
    const placed = about.map((finding) => ({ ...finding, x: NaN, y: NaN, id: "" }));
    const { featureCount, vertexCount, invalidCount, areaM2 } = this;
    return {
      featureCount,
      vertexCount,
      invalidCount,
      areaM2,
      bbox: box[0] <= box[2] ? box : undefined,
      findings: [...this.findings, ...placed].sort(byPosition),
    };
  }

  /** Do the coordinates fit the system they are said to be in? */
  private gate(): Finding[] {
    const { source, box } = this;
    const trouble = diagnose(source.name, source.epsg, box);
    if (trouble === undefined) return [];
    const says = `koordinatene passer ikke med EPSG:${source.epsg} (${trouble.kind}): ${trouble.came}. Ventet: ${trouble.wanted}. ${trouble.todo}`;
    return [
      { code: "CRS_FEIL", severity: "error", layer: source.name, feature: -1, areaM2: 0, did: "kept", says },
    ];
  }
}

/** Fields with a rule: of multiplicity 1, with a code list, or a kommunenummer. */
function fieldsOf(source: Source, rules: Rules): CheckedField[] {
  const names = source.fields.map(({ name }) => name);
  const family = recogniseFields(rules, names)?.family;
  const editions = editionsOfFile(rules, names, new Map());
  const known = rules.fieldNames.filter(({ gjelder }) => gjelder === family).flatMap(({ values }) => values);
  return names.flatMap((inFile) => {
    const name = canonicalField(rules, inFile, family ?? "grunnkart") ?? inFile;
    const required = known.some(({ kanonisk, mult }) => kanonisk === name && mult === "1");
    const codes = codesOf(rules, name, editions);
    const isKommune = name === KOMMUNE_FIELD;
    if (!required && codes === undefined && !isKommune) return [];
    return [{ inFile, name, required, ...(codes === undefined ? {} : { codes }) }];
  });
}

/** Every code of every list a field can follow; undefined where it has none, or only one that many products share. */
function codesOf(rules: Rules, field: string, editions: readonly string[]): string[] | undefined {
  const lists = rules.accounting.classifications.filter(
    (one) =>
      one.field.toLowerCase() === field.toLowerCase() &&
      one.onlyIfAllKnown !== true &&
      (one.edition === undefined || editions.length === 0 || editions.includes(one.edition)),
  );
  if (lists.length === 0) return undefined;
  return [
    ...new Set(lists.flatMap(({ list }) => rules.lists.get(list)?.values.map(({ kode }) => kode) ?? [])),
  ];
}

function idFieldOf(source: Source, asked: string | undefined, rules: Rules): string | undefined {
  const names = source.fields.map(({ name }) => name);
  if (asked !== undefined) return names.find((name) => name === asked) ?? asked; // the decoder refuses what is not there
  return names.find(
    (name) => canonicalField(rules, name) === "lokalId" || canonicalField(rules, name, "plan") === "lokalId",
  );
}
