import { bboxOf, EMPTY_BBOX, type Bbox, featureCount, type Layer } from "../core/layer.js";
import { oncePerField } from "../core/trouble.js";
import { crsOf, diagnose, type Diagnosis } from "../read/crs/crs.js";
import { makeDecoder } from "../read/decoder.js";
import type { Source } from "../read/source.js";
import { hasKnownTopologyDefect } from "../rules/defects.js";
import { editionsOfFile } from "../rules/edition.js";
import { canonicalField } from "../rules/fields.js";
import { kommunenummerTrouble } from "../rules/kommunenummer.js";
import { recogniseFields, type Recognised } from "../rules/recognise.js";
import type { Rules } from "../rules/rules.js";
import { kommuneFieldOf, PlaceCount } from "./place.js";
import { GENERALISED, isGeneralised } from "./units.js";

/** Distinct values shown per field. */
const SAMPLE = 6;

const CUT_BYTES = 4 << 20;

/** What a layer is, as a look at all of it tells. */
export type Inspection = {
  readonly file: string;
  readonly layer: string;
  readonly format: Source["format"];
  /** Of text, where the format leaves it open. */
  readonly encoding?: string;
  readonly epsg: number;
  readonly crs: string;
  readonly epsgFrom: Source["epsgFrom"];
  /** Whether the coordinates can lie where the system says; what is wrong, where they cannot. */
  readonly crsByValues: { readonly fits: boolean; readonly says: string };
  readonly features: number;
  /** -1 where the format does not state a count. */
  readonly featuresStated: number;
  readonly geometry: GeometryCounts;
  readonly bbox: Bbox | undefined;
  readonly fields: readonly InspectedField[];
  /** What the field names say the layer is; undefined when they say nothing. */
  readonly recognised?: Recognised;
  readonly editions: readonly string[];
  readonly kommuner: readonly string[];
  readonly generalised: boolean;
  /** Kommuner and fylker of this layer that the publisher lists as broken, in the formats named. */
  readonly knownDefects: readonly { readonly omraade: string; readonly formats: readonly string[] }[];
  /** Findings of reading, by code. */
  readonly findings: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
};

export type InspectedField = {
  readonly name: string;
  readonly type: string;
  /** The standard's name, where it is another. */
  readonly canonical?: string;
  readonly values: readonly string[];
};

/** Features by what their geometry is. */
export type GeometryCounts = {
  readonly polygon: number;
  readonly multiPolygon: number;
  /** Points and lines. */
  readonly other: number;
  readonly none: number;
};

/** Reads the whole layer once, for its box, count and values. Memory holds a cut and the values shown. */
export async function inspectSource(source: Source, rules: Rules, signal?: AbortSignal): Promise<Inspection> {
  const names = source.fields.map(({ name }) => name);
  const recognised = recogniseFields(rules, names);
  const seen = await lookThrough(source, rules, signal);
  const kommuneField = kommuneFieldOf(rules, names);
  const kommuner = kommuneField === undefined ? [] : [...(seen.values.get(kommuneField) ?? [])].sort();
  const editions = editionsOfFile(rules, names, seen.values);
  const bbox = seen.box[0] <= seen.box[2] ? seen.box : undefined;
  const told = {
    file: source.path,
    layer: source.name,
    format: source.format,
    ...(source.encoding === undefined ? {} : { encoding: source.encoding }),
    epsg: source.epsg,
    crs: crsOf(source.name, source.epsg).name,
    epsgFrom: source.epsgFrom,
    crsByValues: crsByValues(source, seen.box, seen.place?.trouble()),
    features: seen.features,
    featuresStated: source.featureCount,
    geometry: seen.geometry,
    bbox,
    fields: source.fields.map((field) => inspectedField(field, seen.values, rules, recognised)),
    ...(recognised === undefined ? {} : { recognised }),
    editions,
    kommuner,
    generalised: isGeneralised(source),
    knownDefects: knownDefects(source, rules, editions, kommuner),
    findings: Object.fromEntries(seen.findings),
  };
  return { ...told, warnings: warningsOf(told, rules) };
}

type Seen = {
  readonly features: number;
  readonly box: Bbox;
  readonly geometry: GeometryCounts;
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  readonly findings: ReadonlyMap<string, number>;
  readonly place: PlaceCount | undefined;
};

async function lookThrough(source: Source, rules: Rules, signal: AbortSignal | undefined): Promise<Seen> {
  const names = source.fields.map(({ name }) => name);
  const values = new Map(names.map((name) => [name, new Set<string>()]));
  const decode = makeDecoder(source.decoder, names);
  const findings = new Map<string, number>();
  const isNew = oncePerField();
  const kommuneField = kommuneFieldOf(rules, names);
  const place = kommuneField === undefined ? undefined : new PlaceCount(rules, kommuneField);
  const geometry = { polygon: 0, multiPolygon: 0, other: 0, none: 0 };
  let box: Bbox = EMPTY_BBOX;
  let features = 0;
  let buffer = new SharedArrayBuffer(CUT_BYTES);
  const take = (byteLength: number) => {
    if (buffer.byteLength < byteLength) buffer = new SharedArrayBuffer(byteLength);
    return buffer;
  };
  for await (const cut of source.cuts({ cutBytes: CUT_BYTES, take })) {
    signal?.throwIfAborted();
    const { layer, findings: found } = decode(cut);
    box = around(box, bboxOf(layer.xy, 0, layer.xy.length / 2));
    features += featureCount(layer);
    countGeometry(layer, geometry);
    place?.add(layer);
    for (const { code, feature } of found.filter(isNew)) {
      findings.set(code, (findings.get(code) ?? 0) + 1);
      if (code === "ANNEN_GEOMETRI" && feature >= 0 && !hasParts(layer, feature - cut.firstFeature))
        geometry.other++;
    }
    for (const [name, terms] of values) {
      collectValues(layer, name, terms, name === kommuneField ? Infinity : SAMPLE + 1);
    }
  }
  return {
    features,
    box,
    geometry: { ...geometry, none: geometry.none - geometry.other },
    values,
    findings,
    place,
  };
}

const hasParts = ({ featurePart }: Layer, f: number): boolean => featurePart[f + 1] > featurePart[f];

function countGeometry(
  { featurePart }: Layer,
  counts: { polygon: number; multiPolygon: number; none: number },
): void {
  for (let f = 0; f + 1 < featurePart.length; f++) {
    const parts = featurePart[f + 1] - featurePart[f];
    if (parts === 1) counts.polygon++;
    else if (parts > 1) counts.multiPolygon++;
    else counts.none++;
  }
}

function collectValues(layer: Layer, name: string, into: Set<string>, most: number): void {
  const column = layer.columns.get(name);
  if (column === undefined) return;
  const met = new Uint8Array(column.terms.length); // a set is asked once per term, not once per feature
  for (let f = 0; f < column.codes.length && into.size < most; f++) {
    const code = column.codes[f];
    if (code === 0 || met[code] === 1) continue;
    met[code] = 1;
    into.add(column.terms[code]);
  }
}

function inspectedField(
  { name, type }: Source["fields"][number],
  values: ReadonlyMap<string, ReadonlySet<string>>,
  rules: Rules,
  recognised: Recognised | undefined,
): InspectedField {
  const canonical = canonicalField(rules, name, recognised?.family ?? "grunnkart");
  const shown = [...(values.get(name) ?? [])];
  return {
    name,
    type,
    ...(canonical === undefined || canonical === name ? {} : { canonical }),
    values: shown.length > SAMPLE ? [...shown.slice(0, SAMPLE), "..."] : shown,
  };
}

function crsByValues(source: Source, box: Bbox, misplaced: Diagnosis | undefined): Inspection["crsByValues"] {
  if (box[0] > box[2]) return { fits: true, says: "no coordinates to judge by" };
  const trouble = diagnose(source.name, source.epsg, box) ?? misplaced;
  if (trouble === undefined) return { fits: true, says: "the coordinates fit" };
  return { fits: false, says: `${trouble.came}. Wanted: ${trouble.wanted}. ${trouble.todo}` };
}

/** The publisher's list is of deliveries, for a kommune or a fylke, of Testversjon 2. */
export function knownDefects(
  source: Source,
  rules: Rules,
  editions: readonly string[],
  kommuner: readonly string[],
): Inspection["knownDefects"] {
  if (!editions.includes("testversjon2")) return [];
  const fylker = new Set(kommuner.map((kommune) => kommune.slice(0, 2)));
  const areas = kommuner.length > 1 && fylker.size === 1 ? [...fylker, ...kommuner] : kommuner;
  return areas
    .map((omraade) => ({
      omraade,
      formats: ["GML", "FGDB"].filter((format) =>
        hasKnownTopologyDefect(rules, { edition: "testversjon2", epsg: source.epsg, format, omraade }),
      ),
    }))
    .filter(({ formats }) => formats.length > 0);
}

/** The publisher's word for our formats. */
const DELIVERED_AS: Partial<Record<Source["format"], string>> = { GML: "GML", FileGDB: "FGDB" };

function warningsOf(told: Omit<Inspection, "warnings">, rules: Rules): string[] {
  const unknownEdition =
    told.recognised?.family === "grunnkart" && told.editions.length === 0
      ? [`UTGAVE_UKJENT: has ${told.recognised.has.join(", ")}; lacks ${told.recognised.lacks.join(", ")}`]
      : [];
  // A layer of lines is passed over whole: it states its features, and none is read.
  const counted =
    told.features > 0 && told.featuresStated >= 0 && told.featuresStated !== told.features
      ? [`the file states ${told.featuresStated} features and holds ${told.features}`]
      : [];
  return [
    ...(told.crsByValues.fits ? [] : [`CRS: ${told.crsByValues.says}`]),
    ...counted,
    ...unknownEdition,
    ...(told.editions.length > 1
      ? [`UTGAVE_BLANDET: fields or values of ${told.editions.join(" and ")}`]
      : []),
    ...(told.generalised ? [`KILDE_GENERALISERT: ${GENERALISED}`] : []),
    ...told.knownDefects.map((defect) => defectText(defect, DELIVERED_AS[told.format])),
    ...kommuneWarnings(told.kommuner, rules),
    ...Object.entries(told.findings).map(([code, count]) => `${code}: ${count}`),
  ];
}

function defectText(
  { omraade, formats }: Inspection["knownDefects"][number],
  format: string | undefined,
): string {
  const which = format !== undefined && formats.includes(format) ? "this format" : formats.join(" and ");
  return `TOPOLOGI_KJENT_FEIL: the publisher lists ${omraade} as broken in ${which}; another format or projection may be whole`;
}

function kommuneWarnings(kommuner: readonly string[], rules: Rules): string[] {
  return kommuner.flatMap((kommune) => {
    const trouble = kommunenummerTrouble(rules, kommune);
    if (trouble === undefined) return [];
    if (trouble.kind === "leadingZero")
      return [`KOMMUNENUMMER_FEIL: ${kommune} has lost a zero, it must be ${trouble.mended}`];
    if (trouble.kind === "notANumber") return [`KOMMUNENUMMER_FEIL: «${kommune}» is not four digits`];
    return [
      `KOMMUNENUMMER_FEIL: ${kommune} ${trouble.now === undefined ? "is not in the register of 2024" : `is of the past, now ${trouble.now}`}`,
    ];
  });
}

const around = (a: Bbox, b: Bbox): Bbox => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];
