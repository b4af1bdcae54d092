import { type CodeColumn, featureCount, type Layer, termOf } from "../core/layer.js";
import { byTuple } from "../core/tuple.js";
import type { Source } from "../read/source.js";
import { canonicalField } from "../rules/fields.js";
import type { Rules } from "../rules/rules.js";
import type { OfficialName, UnitName } from "../tables/facts.js";

/** The field that has the name of what a key field numbers, in one string. */
const NAME_OF: ReadonlyMap<string, string> = new Map([
  ["kommunenummer", "kommunenavn"],
  ["fylkesnummer", "fylkesnavn"],
  ["grunnkretsnummer", "grunnkretsnavn"],
  ["delområdenummer", "delområdenavn"],
  ["delomradenummer", "delområdenavn"],
]);

/** Kommuner and fylker have all their official names in a list; another unit that bears their fields is none of them. */
const WITH_LIST: readonly string[] = ["kommunenummer", "fylkesnummer"];
const LIST = "administrativEnhetNavn";
const SAMISK = "samiskForvaltningsområde";

/** Between values of a property that a GML feature has several times, as the reader joins them. */
const BETWEEN_VALUES = ";";
/** Between official names where they stand as one, as Kartverket writes them. */
const BETWEEN_NAMES = " - ";

/** Delivered fields by their canonical names: those that name the units of a layer. */
export type NameFields = ReadonlyMap<string, string>;

/** The fields to read besides the key, for a layer whose key is a number that comes with names; none for others. */
export function nameFields(source: Source, keyField: string, rules: Rules): NameFields {
  const key = (canonicalField(rules, keyField) ?? keyField).toLowerCase();
  const plain = NAME_OF.get(key);
  if (plain === undefined) return new Map();
  const wanted = WITH_LIST.includes(key)
    ? [plain, LIST, `${LIST}.navn`, `${LIST}.språk`, `${LIST}.rekkefølge`, SAMISK]
    : [plain];
  const found = new Map<string, string>();
  for (const { name } of source.fields) {
    const canonical = canonicalField(rules, name, "enheter");
    if (canonical !== undefined && wanted.includes(canonical) && name !== keyField && !found.has(canonical))
      found.set(canonical, name);
  }
  return found;
}

/**
 * Names of units by key, with all official names in their order. Units are joined to names by number, never the other
 * way. Where polygons of one key say different things, the first text in code point order stands, so that the order of a
 * file decides nothing. Units that the file does not name are not there.
 *
 * Source: Administrative enheter kommuner, administrativEnhetNavn[1..*] {navn, språk, rekkefølge}.
 */
export function unitNamesIn(
  layer: Layer,
  keyField: string,
  fields: NameFields,
  rules: Rules,
): ReadonlyMap<string, UnitName> {
  const names = new Map<string, { readonly said: readonly string[]; readonly name: UnitName }>();
  if (fields.size === 0) return new Map();
  const keys = layer.columns.get(keyField) as CodeColumn;
  const columns = Array.from(
    fields,
    ([canonical, inFile]) => [canonical, layer.columns.get(inFile) as CodeColumn] as const,
  );
  for (let f = 0; f < featureCount(layer); f++) {
    const key = termOf(keys, f);
    const values = new Map(columns.map(([canonical, column]) => [canonical, termOf(column, f)]));
    const said = [...values.values()];
    const before = names.get(key);
    if (key === "" || (before !== undefined && byTuple(before.said, said) <= 0)) continue;
    const name = nameFrom(values, rules);
    if (name !== undefined) names.set(key, { said, name });
  }
  return new Map(Array.from(names, ([key, { name }]) => [key, name]));
}

function nameFrom(values: ReadonlyMap<string, string>, rules: Rules): UnitName | undefined {
  const official = inOrder([...listed(values.get(LIST) ?? "", rules), ...repeated(values)]);
  const [plain = ""] = [...NAME_OF.values()].flatMap((field) => values.get(field) || []);
  const navn = official.length > 0 ? official.map((one) => one.navn).join(BETWEEN_NAMES) : plain;
  if (navn === "") return undefined;
  const samisk = values.get(SAMISK) ?? "";
  return { navn, official, ...(samisk === "" ? {} : { samisk: /^(true|1|ja)$/i.test(samisk) }) };
}

/** A list as JSON text, as the readers of JSON give it; nothing for text that is none. */
function listed(text: string, rules: Rules): OfficialName[] {
  if (!text.startsWith("[")) return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return []; // a text of its own: the plain field names the unit
  }
  return (list as unknown[]).flatMap((item) => {
    if (typeof item !== "object" || item === null) return [];
    const said = new Map(
      Object.entries(item).map(([field, value]) => [
        canonicalField(rules, `${LIST}.${field}`, "enheter"),
        typeof value === "string" || typeof value === "number" ? String(value) : "",
      ]),
    );
    const of = (field: string): string => said.get(`${LIST}.${field}`) ?? "";
    return of("navn") === "" ? [] : [{ navn: of("navn"), sprak: of("språk"), rekkefolge: of("rekkefølge") }];
  });
}

/** A property that comes several times. Language and order belong to a name only where each name has its own. */
function repeated(values: ReadonlyMap<string, string>): OfficialName[] {
  const all = (field: string): string[] => {
    const text = values.get(`${LIST}.${field}`) ?? "";
    return text === "" ? [] : text.split(BETWEEN_VALUES);
  };
  const names = all("navn");
  const beside = (field: string): string[] => {
    const found = all(field);
    return found.length === names.length ? found : names.map(() => "");
  };
  const languages = beside("språk");
  const orders = beside("rekkefølge");
  return names.map((navn, i) => ({ navn, sprak: languages[i], rekkefolge: orders[i] }));
}

/** By number; names without one come last, and those alike stand as they came. */
function inOrder(names: readonly OfficialName[]): OfficialName[] {
  const place = ({ rekkefolge }: OfficialName): number =>
    /^\d+$/.test(rekkefolge) ? Number(rekkefolge) : Number.MAX_SAFE_INTEGER;
  return [...names].sort((a, b) => place(a) - place(b));
}
