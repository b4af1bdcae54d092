import { type CodeColumn, type Layer, featureCount, termOf } from "../core/layer.js";
import type { Source } from "../read/source.js";
import { fieldAliases } from "../rules/fields.js";
import { objectTypes, type PlanObjectType } from "../rules/planCodes.js";
import type { PlanFamily } from "../rules/planSchema.js";
import type { Rules } from "../rules/rules.js";

/** What an account takes from plan objects, by the canonical names of rules/plan_feltnavn.json, and the zones' codes. */
const TAKEN = [
  "objekttype",
  "arealformal",
  "arealbruksstatus",
  "omradenavn",
  "feltbetegnelse",
  "vertikalniva",
  "kommunenummer",
  "planidentifikasjon",
  "plannavn",
  "plantype",
  "planstatus",
  "ikrafttredelsesdato",
  "lokalId",
] as const;

export type PlanAttribute = (typeof TAKEN)[number] | "hensyn";

/** Fields of a file by what they mean: in a file of many object types, several can mean one thing. */
export type PlanFields = ReadonlyMap<PlanAttribute, readonly string[]>;

/** Parts that objects of codes are made of, when a format writes each part as a field: `arealformål.kode`. */
const CODE_PART = /\.(kode|kodeverdi|code|codevalue|value|verdi|id)$/i;

/**
 * Finds the fields in whatever of the five shapes the file has (domain reference 4.2): nested or flat, with or without
 * Norwegian letters, GML or SOSI names.
 */
export function planFields(source: Source, rules: Rules): PlanFields {
  const aliases = fieldAliases(rules, "plan");
  const zoneFields = new Set(rules.planAccounting.hensynFelt.map((name) => name.toLowerCase()));
  const meaning = (name: string): PlanAttribute | undefined => {
    const whole = name.split(":").at(-1)!.replace(CODE_PART, "").toLowerCase();
    const last = whole.split(/[./]/).at(-1)!;
    const canonical = aliases.get(name.toLowerCase()) ?? aliases.get(whole) ?? aliases.get(last);
    const taken = TAKEN.find((one) => one === canonical);
    return taken ?? (zoneFields.has(last.replace(/^[kr]p(?=[a-zæøå])/, "")) ? "hensyn" : undefined);
  };
  const found = new Map<PlanAttribute, string[]>();
  for (const { name } of source.fields) {
    const attribute = meaning(name);
    if (attribute !== undefined) found.set(attribute, [...(found.get(attribute) ?? []), name]);
  }
  return found;
}

/** Reads attributes of features: the first field of a meaning that is filled in; "" where none is. */
export function attributeReader(
  layer: Layer,
  fields: PlanFields,
): (feature: number, attribute: PlanAttribute) => string {
  const columns = new Map<PlanAttribute, CodeColumn[]>(
    [...fields].map(([attribute, names]) => [attribute, names.map((name) => layer.columns.get(name)!)]),
  );
  return (feature, attribute) => {
    for (const column of columns.get(attribute) ?? []) {
      const term = termOf(column, feature).trim();
      if (term !== "") return term;
    }
    return "";
  };
}

/**
 * The object type of each feature: by its own field, else by what the user says or the layer's name, else by fields that
 * only one family has. Undefined where none of these tells.
 */
export function typeReader(
  source: Source,
  layer: Layer,
  fields: PlanFields,
  asked: string | undefined,
  rules: Rules,
): (feature: number) => PlanObjectType | undefined {
  const typeOf = objectTypes(rules);
  const attribute = attributeReader(layer, fields);
  const whole = typeOf(asked ?? "") ?? typeOf(source.name) ?? typeByFields(source, rules);
  const cache = new Map<string, PlanObjectType | undefined>();
  return (feature) => {
    const name = attribute(feature, "objekttype");
    if (name === "") return whole;
    if (!cache.has(name)) cache.set(name, typeOf(name));
    return cache.get(name);
  };
}

function typeByFields(source: Source, rules: Rules): PlanObjectType | undefined {
  const { felt, objekttyper } = rules.planAccounting;
  const names = new Set(source.fields.map(({ name }) => name.split(/[.:/]/).at(-1)!.toLowerCase()));
  const families = (Object.entries(felt) as [PlanFamily, string[]][]).filter(([, own]) =>
    own.some((name) => names.has(name.toLowerCase())),
  );
  if (families.length !== 1) return undefined;
  return objekttyper.find(({ familie, rolle }) => familie === families[0][0] && rolle === "areal");
}

/** A date as yyyy-mm-dd: from 20171109, 2017-11-09 with or without a time, or 9.11.2017. "" for anything else. */
export function isoDate(text: string): string {
  const [, y, m, d] = /^(\d{4})-?(\d\d)-?(\d\d)(?:\D.*|\d{6})?$/.exec(text) ?? [];
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  const parts = y === undefined ? [year, month, day] : [y, m, d];
  if (parts[0] === undefined) return "";
  const [, mm, dd] = parts.map(Number);
  if (mm < 1 || mm > 12 || dd < 1 || dd > 31) return "";
  return `${parts[0]}-${String(mm).padStart(2, "0")}-${String(dd).padStart(2, "0")}`;
}

/** What outlines say of their plans, for the areas that leave it to them; by kommune and plan id. */
export type Outlines = ReadonlyMap<string, ReadonlyMap<PlanAttribute, string>>;

const FROM_OUTLINE = ["plannavn", "plantype", "planstatus", "ikrafttredelsesdato"] as const;

/** The key of a plan among outlines: plan ids are only unique in their kommune. "" for a feature that names none. */
export function planKey(read: (attribute: PlanAttribute) => string): string {
  const plan = read("planidentifikasjon");
  return plan === "" ? "" : `${read("kommunenummer")}\t${plan}`;
}

export function outlinesOf(
  layer: Layer,
  fields: PlanFields,
  typeOf: (feature: number) => PlanObjectType | undefined,
): Outlines {
  const attribute = attributeReader(layer, fields);
  const outlines = new Map<string, ReadonlyMap<PlanAttribute, string>>();
  for (let f = 0; f < featureCount(layer); f++) {
    if (typeOf(f)?.rolle !== "omriss") continue;
    const key = planKey((name) => attribute(f, name));
    if (key !== "") outlines.set(key, new Map(FROM_OUTLINE.map((name) => [name, attribute(f, name)])));
  }
  return outlines;
}
