import type { CodeColumn } from "../core/layer.js";
import { classList, type ClassList, fieldTitle } from "../rules/classes.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "./facts.js";

/** A value of a class field as a table shows it. */
export type ClassRow = {
  readonly rad: "klasse" | "utenVerdi" | "ukjentVerdi";
  readonly kode: string; // "" for utenVerdi
  readonly navn: string;
  readonly isLand: boolean;
};

/** A class field of the account with its rows in the order they are shown. */
export type ClassField = {
  readonly field: string;
  readonly title: string;
  readonly column: CodeColumn;
  /** Undefined when no rule knows the field: its values are then shown as they are. */
  readonly classes?: ClassList;
  readonly rows: readonly ClassRow[];
};

/** The class fields in the order the account was asked for them. */
export function classFields(facts: AccountFacts, rules: Rules): readonly ClassField[] {
  const edition = editionOf(facts);
  return [...facts.cells.classes].map(([field, column]) => ({
    field,
    column,
    ...namedField(rules, field, edition, occurringTerms(column)),
  }));
}

/** What a field is called, the list it follows where one is known, and its rows. @param terms the values that occur */
export function namedField(
  rules: Rules,
  field: string,
  edition: string | undefined,
  terms: readonly string[],
): Pick<ClassField, "title" | "classes" | "rows"> {
  const classes = classList(rules, field, edition, terms);
  const rows = classRows(rules, classes, terms);
  return classes === undefined
    ? { title: fieldTitle(rules, field), rows }
    : { title: classes.title, classes, rows };
}

/** The ground layer's edition, where one was recognised. */
function editionOf(facts: AccountFacts): string | undefined {
  return facts.inputs.find(({ role }) => role === "grunnkart")?.edition;
}

/** Terms that stand in at least one row, in code point order. */
export function occurringTerms({ codes, terms }: CodeColumn): readonly string[] {
  const occurs = new Uint8Array(terms.length);
  for (const code of codes) occurs[code] = 1;
  return terms.filter((_, code) => occurs[code] === 1).sort();
}

/** All known classes in the list's order, then "uten verdi", then each value that no rule knows. */
function classRows(rules: Rules, classes: ClassList | undefined, terms: readonly string[]): ClassRow[] {
  const { noValue, unknownValue } = rules.tables.labels;
  const given = terms.filter((term) => term !== "");
  const none: ClassRow = { rad: "utenVerdi", kode: "", navn: noValue, isLand: false };
  if (classes === undefined) {
    return [...given.map((kode): ClassRow => ({ rad: "klasse", kode, navn: kode, isLand: false })), none];
  }
  const known = [...classes.nameOf].map(([kode, navn]): ClassRow => {
    return { rad: "klasse", kode, navn, isLand: classes.isLand?.(kode) ?? false };
  });
  const unknown = given
    .filter((kode) => !classes.nameOf.has(kode))
    .map((kode): ClassRow => ({ rad: "ukjentVerdi", kode, navn: `${unknownValue} ${kode}`, isLand: false }));
  return [...known, none, ...unknown];
}
