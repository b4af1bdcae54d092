import { bboxOf, type Layer, LayerBuilder } from "../core/layer.js";
import { type Finding, InputError, invariant, oncePerField } from "../core/trouble.js";
import type { Epsg, Metre } from "../core/units.js";
import { crsOf, diagnose } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import { readBatches } from "../read/readLayer.js";
import { makeReprojection } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";
import { tempFolder } from "../read/tempFolder.js";
import type { Ledger } from "../repair/ledger.js";
import { shellFirst } from "../repair/ringOrder.js";
import { ledgerCsv } from "../report/repairReport.js";
import { canonicalField } from "../rules/fields.js";
import type { Rules } from "../rules/rules.js";
import type { LayerOut } from "../write/layerOut.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import { writeText } from "../write/textOut.js";
import { outFormatOf } from "../write/writeLayer.js";
import type { AccountHooks } from "./hooks.js";
import { outFieldsOf, refuseExisting } from "./convert.js";
import { RepairSpool } from "./repairSpool.js";
import { holdToSnap, topologyOf } from "./topology.js";

/** One layer to be made a clean coverage. */
export type RepairRequest = {
  /** A file, or file#layer. */
  readonly path: string;
  readonly epsg?: Epsg;
  /** System to move it to first; needed where the file is in degrees. */
  readonly toEpsg?: Epsg;
  /** The repaired layer; the ending tells the format. */
  readonly out: string;
  /** The field with the features' ids; default lokalId, in whatever spelling. */
  readonly idField?: string;
  readonly overwrite?: boolean;
  /** Vertices on narrow strips nearer to each other than this become one; default: none moves. */
  readonly snapM?: Metre;
};

export type RepairFacts = {
  readonly source: Source;
  readonly sha256: string;
  readonly epsg: Epsg;
  readonly featureCount: number;
  readonly ledger: Ledger;
  /** Features with untidy rings, which were tidied without a change of area. */
  readonly tidied: number;
  readonly changed: readonly number[];
  /** What reading met, and what became of features that lost all their ground. */
  readonly findings: readonly Finding[];
  /** Name of a feature in the ledger: its id, or its number where it has none. */
  readonly idOf: (feature: number) => string;
};

/** Where the ledger of a repair goes: beside its output. */
export function ledgerFilesOf(out: string): { readonly csv: string; readonly map: string } {
  const base = out.replace(/\.[^./\\]*$/, "");
  return { csv: `${base}.ledger.csv`, map: `${base}.ledger.fgb` };
}

/**
 * Repairs one layer (design 3): rings, polygons by the structure rule, then overlaps and gaps between them; writes it, with
 * all its fields, and the ledger's lines on the map. Memory is that of what is wrong, and the boxes of the output's index.
 *
 * @throws InputError for a file that cannot be read or written, and for one in degrees
 * @throws BrokenInvariant where the ledger does not close
 */
export async function runRepair(
  request: RepairRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<RepairFacts> {
  const format = outFormatOf(request.out);
  const { overwrite = false } = request;
  const outputs = ledgerFilesOf(request.out);
  for (const out of [request.out, outputs.csv, outputs.map]) await refuseExisting({ out, overwrite });
  holdToSnap(request.snapM, request.path);
  const topology = topologyOf(rules);
  const source = await openSource(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const epsg = metricOf(source, request.toEpsg);
  const fields = outFieldsOf(source);
  const idField = idFieldOf(source, request.idField, rules);
  const names = fields.map(({ name }) => name);
  const folder = await tempFolder();
  try {
    const { name } = source;
    const { snapM } = request;
    const asked = { ...(idField !== undefined && { idField }), ...(snapM !== undefined && { snapM }) };
    const setup = {
      name,
      epsg,
      fields: names,
      ...asked,
      topology,
      option: "full",
      folder: folder.path,
    } as const;
    const spool = new RepairSpool(setup, hooks);
    const reading = new Reading(source, epsg, hooks);
    await spool.settle(reading.batches(names));

    hooks.onProgress?.({ stage: "skriver", done: 0, total: 1 });
    const write = await format.load();
    let account: ReturnType<RepairSpool["account"]> | undefined;
    const closing = async function* () {
      yield* spool.repaired();
      account = spool.account(); // no file takes its name before the ledger closes
    };
    await write(request.out, { name, epsg, fields, anyOrder: true }, closing());
    invariant(account !== undefined, () => "a layer was written that nobody has added up");
    const { ledger, outcome } = account;
    const shapes = ledgerLayer(ledger, name, epsg, spool.idOf);
    await writeFlatGeobuf(outputs.map, { name: shapes.name, epsg, fields: LEDGER_FIELDS }, [shapes]);
    await writeText(outputs.csv, ledgerCsv(ledger, spool.idOf));
    const { featureCount, tidied, idOf } = spool;
    const { changed, lost } = outcome;
    const findings = [
      ...reading.findings.filter(oncePerField()),
      ...lost.map((feature) => lostFeature(name, feature)),
    ];
    return { source, sha256: reading.sha256, epsg, featureCount, ledger, tidied, changed, findings, idOf };
  } finally {
    await folder.remove();
  }
}

/** The layer as it comes, moved to the system it is repaired in. */
class Reading {
  readonly findings: Finding[] = [];
  sha256 = "";

  constructor(
    private readonly source: Source,
    private readonly epsg: Epsg,
    private readonly hooks: AccountHooks,
  ) {}

  async *batches(fields: readonly string[]): AsyncGenerator<Layer> {
    const { source, epsg } = this;
    const total = source.byteLength;
    const placed = makeReprojection(source.name, source.epsg, epsg);
    const onBytes = (done: number) => this.hooks.onProgress?.({ stage: "leser", done, total });
    const read = readBatches(source, fields, { onBytes });
    let step = await read.next();
    try {
      for (; !step.done; step = await read.next()) {
        const { layer, findings } = step.value;
        holdToCrs(source, layer);
        for (const finding of findings) this.findings.push(finding);
        yield placed(layer);
      }
    } finally {
      await read.return({ featureCount: 0 });
    }
    this.sha256 = step.value.sha256 ?? "";
  }
}

function metricOf(source: Source, asked: Epsg | undefined): Epsg {
  const crs = crsOf(source.name, asked ?? source.epsg);
  if (crs.unit === "metre") return crs.epsg;
  throw new InputError(
    { layer: source.path },
    {
      came: `coordinates in degrees (EPSG:${crs.epsg})`,
      wanted: "a system in metres: thresholds are lengths and areas",
      todo: "Name one with --til-epsg, such as 25833",
    },
  );
}

function holdToCrs(source: Source, layer: Layer): void {
  const trouble = diagnose(layer.name, layer.epsg, bboxOf(layer.xy, 0, layer.xy.length / 2));
  if (trouble !== undefined) throw new InputError({ layer: source.path }, trouble);
}

export function idFieldOf(source: Source, asked: string | undefined, rules: Rules): string | undefined {
  const names = source.fields.map(({ name }) => name);
  if (asked === undefined) return names.find((name) => isIdField(name, rules));
  if (names.includes(asked)) return asked;
  throw new InputError(
    { layer: source.path },
    {
      came: `no field ${asked}`,
      wanted: `one of ${names.join(", ") || "(it has none)"}`,
      todo: "Name it with --id",
    },
  );
}

const isIdField = (name: string, rules: Rules): boolean =>
  canonicalField(rules, name) === "lokalId" || canonicalField(rules, name, "plan") === "lokalId";

const lostFeature = (layer: string, feature: number): Finding => ({
  code: "FLATE_UTEN_GRUNN",
  severity: "warning",
  layer,
  feature,
  areaM2: 0,
  did: "kept",
  says: "andre fikk all grunnen til flaten; raden står igjen uten geometri, og hovedboka sier hvem som fikk den",
});

/** The ledger's lines, a feature each, with what they say; those without a border have no geometry. */
export function ledgerLayer(
  { lines }: Ledger,
  name: string,
  epsg: Epsg,
  idOf: (feature: number) => string,
): Layer {
  const builder = new LayerBuilder(
    `${name} endringer`,
    epsg,
    LEDGER_FIELDS.map((field) => field.name),
  );
  for (const line of lines) {
    for (const ring of shellFirst(line.rings)) builder.ring(ring);
    if (line.rings.length > 0) builder.endPart();
    const number = (value: number) => (Number.isFinite(value) ? String(value) : "");
    const { kind, features, beforeM2, afterM2, from, to, rule, widthM, thresholdM } = line;
    const ids = features.map(idOf).join(" ");
    const figures = [beforeM2, afterM2].map(number);
    builder.endFeature([
      kind,
      ids,
      ...figures,
      idOf(from),
      idOf(to),
      rule,
      ...[widthM, thresholdM].map(number),
    ]);
  }
  return builder.build();
}

const LEDGER_FIELDS: LayerOut["fields"] = [
  { name: "type", type: "string" },
  { name: "flater", type: "string" },
  { name: "forM2", type: "double" },
  { name: "etterM2", type: "double" },
  { name: "fra", type: "string" },
  { name: "til", type: "string" },
  { name: "regel", type: "string" },
  { name: "breddeM", type: "double" },
  { name: "terskelM", type: "double" },
];
