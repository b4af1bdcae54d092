/** Tables as they were computed, in bokmål, put into the words of another language. No figure changes. */
import type { ColumnDefinition, Phrase } from "../rules/schema.js";
import type { Table, Value } from "../tables/table.js";
import type { BasisClass, BasisField } from "./basis.js";
import type { Language } from "./textsShape.js";

/** Puts one text into the language; itself where no phrase fits. */
export type Translate = (nb: string) => string;

/**
 * A translator by the phrasebook. A phrase with {names} fits any text of its form, and what stands for the names is
 * carried over, itself translated where it is a phrase. The first phrase that fits, in the book's order, is taken.
 */
export function translator(phrases: readonly Phrase[], language: Language): Translate {
  if (language === "nb") return (nb) => nb;
  const whole = new Map<string, string>();
  const forms: { readonly pattern: RegExp; readonly target: string }[] = [];
  for (const phrase of phrases) {
    if (!phrase.nb.includes("{")) whole.set(phrase.nb, phrase[language]);
    else forms.push({ pattern: patternOf(phrase.nb), target: phrase[language] });
  }
  const known = new Map<string, string>();
  const translate = (nb: string): string => {
    const exact = whole.get(nb);
    if (exact !== undefined) return exact;
    if (nb.length > LONGEST) return nb;
    for (const { pattern, target } of forms) {
      const found = pattern.exec(nb);
      if (found === null) continue;
      return target.replace(/\{(\w+)\}/g, (_, name: string) => {
        const part = found.groups?.[name] ?? "";
        return whole.get(part) ?? part;
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
  const [kodeAt, enhetAt] = [at("kode"), at("enhet")];
  const className = (name: string, kode: Value | undefined): string => {
    const known = typeof kode === "string" ? classes.get(kode) : undefined;
    if (known?.navn === name) return language === "en" && known.en !== undefined ? known.en : translate(name);
    return SEVERAL_OR_UNKNOWN.test(name) ? translate(name) : name;
  };
  const word = (text: string, column: ColumnDefinition, row: readonly Value[]): string => {
    if (KEYS.has(column.id)) return text;
    if (column.kind === "value") return STATED.has(text) ? translate(text) : text;
    if (column.id === "enhetNavn") return row[enhetAt] === "" ? translate(text) : text;
    if (column.id !== "navn") return translate(text);
    return kodeAt < 0 || row[kodeAt] === "" ? translate(text) : className(text, row[kodeAt]);
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
      row.map((value, c) => (typeof value === "string" ? word(value, table.columns[c], row) : value)),
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
  const known = classes.get(id);
  return known?.navn === title && language === "en" && known.en !== undefined ? known.en : translate(title);
}

/** Labels of ours that stand beside a code of the data's; every other name there is a proper name. */
const SEVERAL_OR_UNKNOWN = /^(Flere enheter på samme sted|Ukjent verdi .*)$/su;

/** Words among T14's values; the rest are names and numbers. */
const STATED: ReadonlySet<string> = new Set([
  "ja",
  "nei",
  "ingen",
  "ukjent utgave",
  "kartplan",
  "ellipsoide",
]);

/** Columns that hold what machines join by. */
const KEYS: ReadonlySet<string> = new Set(["enhet", "kode", "rad"]);

/** Classes of the fields a table's id names, by code; the first field that has a code gives its name. */
function classesOf(id: string, fields: readonly BasisField[]): ReadonlyMap<string, BasisClass> {
  const named = new Map<string, BasisClass>();
  for (const { classes } of fields.filter(({ field }) => id.split("-").includes(field))) {
    for (const one of classes) if (!named.has(one.kode)) named.set(one.kode, one);
  }
  return named;
}

/** "T1 Arealbeholdning: Arealdekke nivå 1 etter kommune": the number, the table's name, and what it is about. */
function translateTitle(title: string, translate: Translate): string {
  const found = /^(T\d+\w*) ([^:]+)(?:: (.*))?$/su.exec(title);
  if (found === null) return translate(title);
  const [, id, name, about] = found;
  return `${id} ${translate(name)}${about === undefined ? "" : `: ${translate(about)}`}`;
}
