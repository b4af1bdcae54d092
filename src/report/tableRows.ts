/** How figures read tables they did not make: which columns are amounts, what names a row, which rows are sums. */
import type { Column, Table, Value } from "../tables/table.js";
import { cellText } from "./print.js";
import type { Texts } from "./textsShape.js";

/** Rows of a table by column id. */
export function recordsOf(table: Table): readonly Readonly<Record<string, Value>>[] {
  return table.rows.map((row) => Object.fromEntries(table.columns.map(({ id }, c) => [id, row[c]])));
}

export type AmountColumn = { readonly column: Column; readonly c: number };

/** Columns of areas that are printed, in their order. @param but ids to leave out: sums, and what is no part of them */
export function amountColumns(table: Table, but: RegExp): readonly AmountColumn[] {
  return table.print.columns
    .map((id) => table.columns.findIndex((column) => column.id === id))
    .map((c) => ({ column: table.columns[c], c }))
    .filter(({ column }) => column?.kind === "area" && !but.test(column.id));
}

const columnAt = (table: Table, id: string): number => table.columns.findIndex((column) => column.id === id);

/** What names a row, best first; the unit is named too where the table has several. */
const NAMES = ["omrade", "kode", "navn", "status"];

export function nameOfRow(table: Table, row: readonly Value[]): string {
  const read = (id: string) => String(row[columnAt(table, id)] ?? "");
  const units = new Set(table.rows.map((one) => one[columnAt(table, "enhet")]));
  const unit = units.size > 1 ? [read("enhetNavn") || read("enhet")] : [];
  const same = (id: string) => new Set(bodyRows(table).map((one) => one[columnAt(table, id)])).size < 2;
  const names = NAMES.filter((id) => id !== "status" || !same(id)); // a status that all have tells nothing
  const words = [...unit, ...names.map(read)].filter((text) => text !== "");
  return words.length > 0 ? words.join(" ") : String(row[0] ?? "");
}

/** The name alone where there is one beside the code. */
export function shortNameOfRow(table: Table, row: readonly Value[]): string {
  const name = String(row[columnAt(table, "navn")] ?? "");
  return name === "" ? nameOfRow(table, row) : name;
}

export const codeOfRow = (table: Table, row: readonly Value[]): string =>
  String(row[columnAt(table, "kode")] ?? nameOfRow(table, row));

/** `rad` of rows that sum or explain others. A table without `rad` has its sum last, without a code. */
const NOT_BODY = /^(sum|land|avvik|udekket|hull|dobbelt|uendret|sammendrag|uten|lnfr|endring|forskjell)/i;

export function bodyRows(table: Table): readonly (readonly Value[])[] {
  const [rad, kode] = [columnAt(table, "rad"), columnAt(table, "kode")];
  return table.rows.filter((row, r) =>
    rad >= 0
      ? !NOT_BODY.test(String(row[rad]))
      : !(r === table.rows.length - 1 && (kode < 0 || row[kode] === "")),
  );
}

export const amount = (value: Value): number =>
  typeof value === "number" && Number.isFinite(value) ? value : 0;

/** A value with its unit. */
export function amountText(table: Table, value: Value, column: Column, texts: Texts): string {
  const text = cellText(value, column, table, texts);
  return text === "" ? "" : `${text}\u00a0${texts.units[column.unit ?? "m2"]}`;
}
