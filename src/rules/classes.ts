import type { Rules } from "./rules.js";
import type { Classification, CodeList } from "./schema.js";

/** The code list a field follows, and what of it is land. */
export type ClassList = {
  readonly field: string;
  readonly title: string;
  readonly list: CodeList;
  readonly nameOf: ReadonlyMap<string, string>;
  /** Undefined when the field says nothing about land and water. */
  readonly isLand?: (kode: string) => boolean;
};

/**
 * The class list of a field, or undefined when no rule has one.
 * Values are compared letter for letter: a near miss is an unknown value, never the class it resembles.
 *
 * @param field canonical name; other fields match whatever their case
 * @param edition as recognised; where unknown, the one list that knows any of `terms` is taken, and none if two do
 * @param terms the values that occur
 */
export function classList(
  rules: Rules,
  field: string,
  edition?: string,
  terms: readonly string[] = [],
): ClassList | undefined {
  const given = terms.filter((term) => term !== "");
  const knows = (c: Classification) => {
    const codes = new Set(rules.lists.get(c.list)!.values.map(({ kode }) => kode));
    return c.onlyIfAllKnown ? given.every((term) => codes.has(term)) : given.some((term) => codes.has(term));
  };
  const candidates = rules.accounting.classifications.filter((c) => c.field.toLowerCase() === field.toLowerCase());
  const general = candidates.filter((c) => c.edition === undefined && (c.onlyIfAllKnown !== true || knows(c)));
  const ofEdition = candidates.filter((c) => c.edition !== undefined && c.edition === edition);
  const guessed = edition === undefined ? candidates.filter((c) => c.edition !== undefined && knows(c)) : [];
  const found = [ofEdition, general, guessed].find((some) => some.length === 1)?.[0];
  return found === undefined ? undefined : withNames(rules, found);
}

/**
 * What a field is called where no list names its values: the one title its lists of other editions share, else its name.
 * A list that only holds where it knows every value says nothing of another map's field of that name.
 */
export function fieldTitle(rules: Rules, field: string): string {
  const namesakes = rules.accounting.classifications.filter(
    (c) => c.field.toLowerCase() === field.toLowerCase() && c.onlyIfAllKnown !== true,
  );
  const titles = new Set(namesakes.map(({ title }) => title));
  return titles.size === 1 ? namesakes[0].title : field;
}

function withNames(rules: Rules, { field, title, list, notLand }: Classification): ClassList {
  const codes = rules.lists.get(list)!;
  const nameOf = new Map(codes.values.map(({ kode, navn }) => [kode, navn]));
  if (notLand === undefined) return { field, title, list: codes, nameOf };
  const water = new Set(notLand);
  return { field, title, list: codes, nameOf, isLand: (kode) => nameOf.has(kode) && !water.has(kode) };
}

/** Values no rule knows, in the order given. "" is not a value. */
export function unknownValues(classes: ClassList, terms: readonly string[]): readonly string[] {
  return terms.filter((term) => term !== "" && !classes.nameOf.has(term));
}

/** Names of the units of a zone layer by key, for key fields that have a register; empty for others. */
export function unitNames(rules: Rules, keyField: string): ReadonlyMap<string, string> {
  const register = rules.accounting.unitNames.find(({ field }) => field.toLowerCase() === keyField.toLowerCase());
  if (register === undefined) return new Map();
  return new Map(rules.lists.get(register.list)!.values.map(({ kode, navn }) => [kode, navn]));
}
