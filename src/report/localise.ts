/** Tables as they were computed, in bokmål, put into the words of another language. No figure changes. */
import type { ColumnDefinition, Phrase } from "../rules/schema.js";
import { codeOfColumn } from "../tables/classColumn.js";
import type { Table, Value } from "../tables/table.js";
import type { BasisClass, BasisField } from "./basis.js";
import { numberOf } from "./mainTables.js";
import { type Level, runTextsIn } from "./runTexts.js";
import type { Language } from "./textsShape.js";

/** Puts one text into the language; itself where no phrase fits. */
export type Translate = (nb: string) => string;

/**
 * A translator by the phrasebook. A phrase with {names} fits any text of its form, and what stands for the names is
 * carried over, itself translated where it is a phrase. Of several that fit, the one with most letters of its own is
 * taken, so that "{field} etter {layer}" does not take a whole sentence with "etter" in it.
 */
export function translator(phrases: readonly Phrase[], language: Language): Translate {
  if (language === "nb") return (nb) => nb;
  const whole = new Map<string, string>();
  const forms: { readonly pattern: RegExp; readonly target: string; readonly letters: number }[] = [];
  for (const phrase of phrases) {
    if (!phrase.nb.includes("{")) whole.set(phrase.nb, phrase[language]);
    else
      forms.push({
        pattern: patternOf(phrase.nb),
        target: phrase[language],
        letters: phrase.nb.replace(/\{\w+\}/g, "").length,
      });
  }
  forms.sort((a, b) => b.letters - a.letters);
  const version = whole.get(VERSION) ?? VERSION;
  const carried = (part: string): string => whole.get(part) ?? part.replaceAll(VERSION, version);
  const known = new Map<string, string>();
  const translate = (nb: string): string => {
    const exact = whole.get(nb);
    if (exact !== undefined) return exact;
    if (nb.length > LONGEST) return nb;
    for (const { pattern, target } of forms) {
      const found = pattern.exec(nb);
      if (found === null) continue;
      return target.replace(/\{(\w+)\}/g, (_, name: string) => {
        return carried(found.groups?.[name] ?? "");
      });
    }
    return nb;
  };
  return (nb) => {
    let text = known.get(nb);
    if (text === undefined) known.set(nb, (text = translate(nb)));
    return text;
  };
}

/** Between a method's id and its version, in footnotes. */
const VERSION = ", versjon ";

/** Longer texts are somebody's data, never a phrase of ours; patterns are not tried on them. */
const LONGEST = 1000;

function patternOf(phrase: string): RegExp {
  const seen = new Set<string>();
  const source = phrase
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      if (seen.has(name)) return `\\k<${name}>`;
      seen.add(name);
      return `(?<${name}>.*?)`;
    })
    .join("");
  return new RegExp(`^${source}$`, "su");
}

/** A table in the translator's language: title, heads, footnotes, and the names in its rows. Codes and keys stay. */
export function localiseTable(
  table: Table,
  fields: readonly BasisField[],
  language: Language,
  translate: Translate,
): Table {
  if (language === "nb") return table;
  const classes = classesOf(table.id, fields);
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const [enhetAt, nivaAt] = [at("enhet"), at("niva")];
  const levels: Readonly<Partial<Record<Level, string>>> = runTextsIn(language).statistics.levels;
  const proper = PROPER_IN[numberOf(table)];
  const className = (name: string, kode: Value | undefined): string => {
    const known = typeof kode === "string" ? classes.get(kode) : undefined;
    if (known?.navn === name) return language === "en" && known.en !== undefined ? known.en : translate(name);
    return SEVERAL_OR_UNKNOWN.test(name) || OURS.has(kode ?? "") ? translate(name) : name;
  };
  const codeAt = table.columns.map(
    ({ id }) =>
      CODE_OF.get(id)
        ?.map(at)
        .find((c) => c >= 0) ?? -1,
  );
  const word = (text: string, c: number, row: readonly Value[]): string => {
    const { id, kind } = table.columns[c];
    if (KEYS.has(id) || id === proper) return text;
    if (kind === "value") return STATED.has(text) ? translate(text) : text;
    if (id === "enhetNavn") return row[enhetAt] === "" ? translate(text) : text;
    if (id === "regionNavn") return row[nivaAt] === COUNTRY ? translate(text) : text;
    if (id === "niva") return levels[text as Level] ?? text;
    if (id === "klasse" && codeAt[c] < 0) return text; // the code itself, in T12
    const kode = codeAt[c] < 0 ? "" : row[codeAt[c]];
    return kode === "" ? translate(text) : className(text, kode);
  };
  return {
    ...table,
    title: translateTitle(table.title, translate),
    columns: table.columns.map((column) => ({
      ...column,
      title: headOf(column, classes, language, translate),
    })),
    footnotes: table.footnotes.map(translate),
    rows: table.rows.map((row) =>
      row.map((value, c) => (typeof value === "string" ? word(value, c, row) : value)),
    ),
  };
}

/** A column of T2 is headed by a class; all other heads are words of ours. */
function headOf(
  { id, title }: ColumnDefinition,
  classes: ReadonlyMap<string, BasisClass>,
  language: Language,
  translate: Translate,
): string {
  const known = classes.get(codeOfColumn(id));
  return known?.navn === title && language === "en" && known.en !== undefined ? known.en : translate(title);
}

/** Labels of ours that stand beside a code of the data's; every other name there is a proper name. */
const SEVERAL_OR_UNKNOWN = /^(Flere enheter på samme sted|Ukjent verdi .*)$/su;

/** Codes of our own beside those of a list. */
const OURS: ReadonlySet<Value> = new Set<Value>(["utenVerdi", "udekket", "hull", "dobbelt"]);

/** Words among T14's values; the rest are names and numbers. */
const STATED: ReadonlySet<string> = new Set([
  "ja",
  "nei",
  "ingen",
  "ukjent utgave",
  "ikke sett etter",
  "lar seg ikke telle",
  "planområde",
  "kartplan",
  "ellipsoide",
]);

/** Columns that hold what machines join by, and names that people gave: of scenarios, plan areas, polygons. */
const KEYS: ReadonlySet<string> = new Set([
  "enhet",
  "kode",
  "rad",
  "region",
  "fra",
  "til",
  "fraKode",
  "tilKode",
  "scenario",
  "omrade",
  "planid",
  "flateA",
  "flateB",
  "enheter",
]);

/** Columns of names that people gave, in tables where other names would be words of ours: edits, grunnkretser. */
const PROPER_IN: Readonly<Record<string, string | undefined>> = { T9b: "navn", T13: "navn" };

/** The column whose code a name belongs to. A map: columns of T2 are class values, which may be any word. */
const CODE_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ["navn", ["kode"]],
  ["fraNavn", ["fra", "fraKode"]],
  ["tilNavn", ["til", "tilKode"]],
  ["klasseNavn", ["klasse"]],
  ["klasse", ["kode"]],
]);

/** `niva` of the one region whose name is a word. */
const COUNTRY: Level = "land";

/** Classes of the fields a table's id names, or of all where it names none (T11s), by code; the first that has a code. */
function classesOf(id: string, fields: readonly BasisField[]): ReadonlyMap<string, BasisClass> {
  const named = new Map<string, BasisClass>();
  const own = fields.filter(({ field }) => id.split("-").includes(field));
  for (const { classes } of own.length > 0 ? own : fields) {
    for (const one of classes) if (!named.has(one.kode)) named.set(one.kode, one);
  }
  return named;
}

/**
 * "T4 Arealreserve: Framtidige formål; Arealdekke nivå 1": the number, the table's name, and what it is about, part by
 * part, for a method and a field are phrases each; and so are the two sides of a cross table.
 */
function translateTitle(title: string, translate: Translate): string {
  const found = /^(T\d+\w*) ([^:]+)(?:: (.*))?$/su.exec(title);
  if (found === null) return translate(title);
  const [, id, name, about] = found;
  if (about === undefined) return `${id} ${translate(name)}`;
  const parts = about.split("; ").map((part) => part.split(" × ").map(translate).join(" × "));
  return `${id} ${translate(name)}: ${parts.join("; ")}`;
}
