import { bboxOf, EMPTY_BBOX, type Bbox, featureCount } from "../core/layer.js";
import { crsOf, diagnose } from "../read/crs.js";
import { makeDecoder } from "../read/decoder.js";
import { sourcesOf } from "../read/open.js";
import type { Source } from "../read/source.js";
import { hasKnownTopologyDefect } from "../rules/defects.js";
import { editionsOfFile } from "../rules/edition.js";
import { canonicalField } from "../rules/fields.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";

/** Distinct values shown per field. */
const SAMPLE = 6;

/** Looks at every layer of every file. */
export async function inspectFiles(
  paths: readonly string[],
  epsg: number | undefined,
): Promise<Inspection[]> {
  const rules = await loadRules();
  const told: Inspection[] = [];
  for (const path of paths) {
    for (const source of await sourcesOf(path, epsg === undefined ? {} : { epsg })) {
      told.push(await inspect(source, rules));
    }
  }
  return told;
}

export type Inspection = {
  readonly file: string;
  readonly layer: string;
  readonly format: string;
  readonly epsg: number;
  readonly crs: string;
  readonly epsgFrom: Source["epsgFrom"];
  readonly features: number;
  readonly bbox: Bbox | undefined;
  readonly fields: readonly { name: string; type: string; canonical?: string; values: readonly string[] }[];
  readonly editions: readonly string[];
  readonly kommuner: readonly string[];
  readonly warnings: readonly string[];
};

/** Reads the whole layer once, for its box, count and values. */
async function inspect(source: Source, rules: Rules): Promise<Inspection> {
  const names = source.fields.map(({ name }) => name);
  const values = new Map(names.map((name) => [name, new Set<string>()]));
  const decode = makeDecoder(source.decoder, names);
  const findings = new Map<string, number>();
  let box: Bbox = EMPTY_BBOX;
  let features = 0;
  for await (const cut of source.cuts({ cutBytes: 4 << 20 })) {
    const { layer, findings: found } = decode(cut);
    box = around(box, bboxOf(layer.xy, 0, layer.xy.length / 2));
    features += featureCount(layer);
    for (const { code } of found) findings.set(code, (findings.get(code) ?? 0) + 1);
    for (const [name, seen] of values) {
      const wanted = isKommune(rules, name) ? Infinity : SAMPLE + 1;
      const { codes, terms } = layer.columns.get(name)!;
      for (let f = 0; f < codes.length && seen.size < wanted; f++)
        if (codes[f] !== 0) seen.add(terms[codes[f]]);
    }
  }
  const kommuneField = names.find((name) => isKommune(rules, name));
  const kommuner = kommuneField === undefined ? [] : [...(values.get(kommuneField) ?? [])].sort();
  const editions = editionsOfFile(rules, names, values);
  return {
    file: source.path,
    layer: source.name,
    format: source.format,
    epsg: source.epsg,
    crs: crsOf(source.name, source.epsg).name,
    epsgFrom: source.epsgFrom,
    features,
    bbox: box[0] <= box[2] ? box : undefined,
    fields: source.fields.map(({ name, type }) => {
      const canonical = canonicalField(rules, name);
      const shown = [...(values.get(name) ?? [])];
      return {
        name,
        type,
        ...(canonical === undefined || canonical === name ? {} : { canonical }),
        values: shown.length > SAMPLE ? [...shown.slice(0, SAMPLE), "..."] : shown,
      };
    }),
    editions,
    kommuner,
    warnings: warningsOf(source, rules, box, kommuner, editions, findings),
  };
}

const isKommune = (rules: Rules, field: string): boolean => canonicalField(rules, field) === "kommunenummer";

function warningsOf(
  source: Source,
  rules: Rules,
  box: Bbox,
  kommuner: readonly string[],
  editions: readonly string[],
  findings: ReadonlyMap<string, number>,
): string[] {
  const diagnosis = diagnose(source.name, source.epsg, box);
  const defect = kommuner.filter(
    (kommune) => editions.includes("testversjon2") && isListed(rules, source, kommune),
  );
  return [
    ...(diagnosis === undefined
      ? []
      : [`CRS: ${diagnosis.came}. Wanted: ${diagnosis.wanted}. ${diagnosis.todo}`]),
    ...(editions.length > 1 ? [`UTGAVE_BLANDET: fields or values of ${editions.join(" and ")}`] : []),
    ...(defect.length === 0
      ? []
      : [
          `TOPOLOGI_KJENT_FEIL: the publisher lists ${defect.join(", ")} as broken in some format; another may be whole`,
        ]),
    ...Array.from(findings, ([code, count]) => `${code}: ${count}`),
  ];
}

const isListed = (rules: Rules, source: Source, kommune: string): boolean =>
  (["GML", "FGDB"] as const).some((format) =>
    hasKnownTopologyDefect(rules, { edition: "testversjon2", epsg: source.epsg, format, omraade: kommune }),
  );

function around(a: Bbox, b: Bbox): Bbox {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

export function inspectionText(told: Inspection): string {
  const from = { file: "declared in the file", user: "given by you", format: "the format's default" }[
    told.epsgFrom
  ];
  const lines = [
    `${told.file}`,
    `  layer     ${told.layer} (${told.format})`,
    `  CRS       EPSG:${told.epsg} ${told.crs}, ${from}`,
    `  features  ${told.features}`,
    `  box       ${told.bbox?.join(" ") ?? "(no coordinates)"}`,
    ...(told.editions.length === 0 ? [] : [`  edition   GrunnkartFlate, ${told.editions.join(" and ")}`]),
    ...(told.kommuner.length === 0 ? [] : [`  kommuner  ${listText(told.kommuner, 12)}`]),
    "  fields",
    ...told.fields.map(
      ({ name, type, canonical, values }) =>
        `    ${name} (${type})${canonical === undefined ? "" : ` = ${canonical}`}: ${values.join(", ") || "(empty)"}`,
    ),
    ...told.warnings.map((warning) => `  ! ${warning}`),
  ];
  return lines.join("\n");
}

const listText = (items: readonly string[], most: number): string =>
  items.length <= most ? items.join(", ") : `${items.slice(0, most).join(", ")} ... (${items.length})`;
