import { bboxOf, featureCount, type Layer, LayerBuilder } from "../core/layer.js";
import { type Finding, InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { crsOf, diagnose } from "../read/crs.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { makeReprojection } from "../read/reproject.js";
import type { Source } from "../read/source.js";
import { type CoverSettings, repairCoverage } from "../repair/coverage.js";
import type { CoverLimits } from "../repair/decide.js";
import { type Ledger, ledgerOf, type LedgerLine } from "../repair/ledger.js";
import { type DecisionRule, repairPolygons } from "../repair/polygons.js";
import { ledgerCsv } from "../report/repairReport.js";
import { canonicalField } from "../rules/fields.js";
import type { Rules } from "../rules/rules.js";
import type { Topology } from "../rules/topologySchema.js";
import type { LayerOut } from "../write/layerOut.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import { writeText } from "../write/textOut.js";
import { outFormatOf } from "../write/writeLayer.js";
import type { AccountHooks } from "./hooks.js";
import { outFieldsOf, refuseExisting } from "./convert.js";

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

/** The thresholds of the rules. @throws InputError where there is no such rule set */
export function topologyOf(rules: Rules): Topology {
  if (rules.topology !== undefined) return rules.topology;
  throw new InputError(
    { layer: "rules" },
    {
      came: "no rule set of kind topologi",
      wanted: "one, such as topologi.json",
      todo: "Put the shipped one back.",
    },
  );
}

export const coverLimitsOf = ({ hull, overlapp, stripe }: Topology): CoverLimits => ({
  roundingM: hull.avrundingM,
  gapM: hull.fyllesBreddeM,
  gapM2: hull.fyllesM2,
  overlapM: overlapp.feilOverBreddeM,
  sliverM: stripe.breddeM,
});

export const decisionRuleOf = ({ avgjorelse: { m2, andel } }: Topology): DecisionRule => ({
  m2,
  share: andel,
});

/**
 * Repairs one layer (design 3): rings, polygons by the structure rule, then overlaps and gaps between them; writes it, with
 * all its fields, and the ledger's lines on the map. The layer is held in memory; what is wrong is looked at a
 * neighbourhood at a time.
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
  const topology = topologyOf(rules);
  const source = await openSource(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const epsg = metricOf(source, request.toEpsg);
  const fields = outFieldsOf(source);
  const idField = idFieldOf(source, request.idField, rules);
  hooks.onProgress?.({ stage: "leser", done: 0, total: 1 });
  const read = await readLayer(
    source,
    fields.map(({ name }) => name),
  );
  holdToCrs(source, read.layer);
  const layer = makeReprojection(source.name, source.epsg, epsg)(read.layer);
  hooks.signal?.throwIfAborted();

  hooks.onProgress?.({ stage: "reparerer flater", done: 0, total: 2 });
  const mended = repairPolygons(layer, decisionRuleOf(topology));
  hooks.signal?.throwIfAborted();
  hooks.onProgress?.({ stage: "reparerer mellom flater", done: 1, total: 2 });
  const limits = coverLimitsOf(topology);
  const idOf = namesIn(layer, idField);
  const settings = { limits, nameOf: idOf, priorityOf: prioritiesIn(layer, topology) };
  const repaired = repairCoverage(mended.layer, settings);
  const ledger = ledgerOf(mended, repaired, limits);
  hooks.signal?.throwIfAborted();

  hooks.onProgress?.({ stage: "skriver", done: 0, total: 1 });
  await (
    await format.load()
  )(request.out, { name: source.name, epsg, fields }, [repaired.layer]);
  const nameOrNumber = (feature: number) => (feature < 0 ? "" : idOf(feature) || String(feature));
  const shapes = ledgerLayer(ledger, source.name, epsg, nameOrNumber);
  await writeFlatGeobuf(outputs.map, { name: shapes.name, epsg, fields: LEDGER_FIELDS }, [shapes]);
  await writeText(outputs.csv, ledgerCsv(ledger, nameOrNumber));
  return {
    source,
    sha256: read.sha256,
    epsg,
    featureCount: featureCount(layer),
    ledger,
    tidied: mended.rings.length,
    changed: repaired.changed,
    findings: [...read.findings, ...lostFeatures(mended.layer, repaired.layer)],
    idOf: nameOrNumber,
  };
}

export function metricOf(source: Source, asked: Epsg | undefined): Epsg {
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

export function namesIn({ columns }: Layer, field: string | undefined): (feature: number) => string {
  const column = field === undefined ? undefined : columns.get(field);
  return column === undefined ? () => "" : (feature) => column.terms[column.codes[feature]];
}

function prioritiesIn({ columns }: Layer, { prioritet }: Topology): CoverSettings["priorityOf"] {
  const rules = prioritet.flatMap(({ felt, verdi }, place) => {
    const column = columns.get(felt);
    return column === undefined ? [] : [{ column, code: column.terms.indexOf(verdi), place }];
  });
  return (feature) => rules.find(({ column, code }) => column.codes[feature] === code)?.place ?? Infinity;
}

function lostFeatures(before: Layer, after: Layer): Finding[] {
  const findings: Finding[] = [];
  for (let f = 0; f < featureCount(before); f++) {
    if (
      before.featurePart[f] === before.featurePart[f + 1] ||
      after.featurePart[f] < after.featurePart[f + 1]
    )
      continue;
    findings.push({
      code: "FLATE_UTEN_GRUNN",
      severity: "warning",
      layer: before.name,
      feature: f,
      areaM2: 0,
      did: "kept",
      says: "andre fikk all grunnen til flaten; raden står igjen uten geometri, og hovedboka sier hvem som fikk den",
    });
  }
  return findings;
}

/** The ledger's lines that have a border to show, with what they say. */
function ledgerLayer({ lines }: Ledger, name: string, epsg: Epsg, idOf: (feature: number) => string): Layer {
  const builder = new LayerBuilder(
    `${name} endringer`,
    epsg,
    LEDGER_FIELDS.map((field) => field.name),
  );
  for (const line of lines) {
    for (const ring of partsFirst(line)) builder.ring(ring);
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

/** The widest ring is the shell. */
function partsFirst({ rings }: LedgerLine): readonly Float64Array[] {
  const width = (ring: Float64Array) => {
    const [minX, , maxX] = bboxOf(ring, 0, ring.length / 2);
    return maxX - minX;
  };
  return rings.length < 2 ? rings : [...rings].sort((a, b) => width(b) - width(a));
}
