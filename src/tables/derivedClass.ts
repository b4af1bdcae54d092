/** Class fields that a reference has and the account does not, derived of one that it has by its code list. */
import type { Rules } from "../rules/rules.js";
import { type ClassField, namedField } from "./classes.js";

/** A class field derived of another. */
export type DerivedField = ClassField & {
  /** The field of the account it is derived of. */
  readonly from: string;
  /** Classes that the other field can tell. */
  readonly known: ReadonlySet<string>;
};

/** StatBank's classes, and the column of our code lists that says which of them a value is. */
const DERIVED = { field: "arealklasse", column: "ssb_09594_avledet" } as const;

/**
 * The classes of SSB's table 09594 as a class field of the account tells them. Values without such a class are "not
 * given". Undefined where the account has the field itself, or none whose list says.
 */
export function derivedField(fields: readonly ClassField[], rules: Rules): DerivedField | undefined {
  if (fields.some(({ field }) => field === DERIVED.field)) return undefined;
  for (const { field, column, classes } of fields) {
    const classOf = new Map(
      classes?.list.values.flatMap((code) => {
        const derived = code[DERIVED.column];
        return derived === undefined || derived === "" ? [] : [[code.kode, derived] as const];
      }),
    );
    if (classOf.size === 0) continue;
    const terms = column.terms.map((term) => classOf.get(term) ?? "");
    return {
      field: DERIVED.field,
      from: field,
      known: new Set(classOf.values()),
      column: { codes: column.codes, terms },
      ...namedField(rules, DERIVED.field, undefined, [...new Set(terms)].sort()),
    };
  }
  return undefined;
}
