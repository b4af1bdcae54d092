/** The id of a class in a table with ids of its own: columns of T2, T4, T4b, T7, T9, T9b, T10 and T11, rows of T12 and T13. */

/** A class without a value has a name of its own there. */
export const NO_VALUE = "utenVerdi";

/** Before a code that a column, or a row, of ours has for its id. */
const CLASS = "klasse:";

/**
 * Id of a class: its code, or the code behind "klasse:" where that is an id of ours, so that no two columns have one name.
 * `codeOfColumn` takes it back.
 *
 * @param kode "" for ground without a value
 * @param own ids that the table has itself
 */
export function classColumnId(kode: string, own: Iterable<string>): string {
  if (kode === "") return NO_VALUE;
  const isTaken = kode === NO_VALUE || kode.startsWith(CLASS) || [...own].includes(kode);
  return isTaken ? CLASS + kode : kode;
}

/** The class a column is of; "" for ground without a value. */
export const codeOfColumn = (id: string): string =>
  id === NO_VALUE ? "" : id.startsWith(CLASS) ? id.slice(CLASS.length) : id;
