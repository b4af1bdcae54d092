/** A table as CSV for Excel in Norway: semicolon, decimal comma, byte order mark, heads in words. */
import type { Column, Table, Value } from "../tables/table.js";
import { headWithUnit } from "./heads.js";
import { plainDigits } from "./px.js";
import { percentOf } from "./tableCube.js";
import type { Texts } from "./textsShape.js";

const MARK = "\ufeff";

/** All columns and rows, unrounded; shares in percent, as their heads say. */
export function excelCsv(table: Table, texts: Texts): string {
  const line = (fields: readonly string[]): string => fields.join(";") + "\r\n";
  const head = line(table.columns.map((column) => excelText(headWithUnit(column, texts))));
  return (
    MARK +
    head +
    table.rows.map((row) => line(row.map((value, c) => field(value, table.columns[c])))).join("")
  );
}

function field(value: Value, { kind }: Column): string {
  if (value === null) return "";
  if (typeof value === "string") return excelText(value);
  if (!Number.isFinite(value)) return "";
  const figure = kind === "share" ? percentOf(value) : value;
  return plainDigits(figure).replace(".", ",");
}

/** What Excel would make a number or a date of, and so lose the zeros of ("0301", "1-2", "2026-01-01"). */
const LOOKS_LIKE_NUMBER = /^(0\d+|\d{12,}|\d+[-./]\d+([-./]\d+)?|\d+[eE]\d+)$/;

/**
 * Text as one field. Digits that must stay text are written ="0301", the one form Excel leaves as they are; text that
 * it would run as a formula gets an apostrophe in front.
 */
export function excelText(text: string): string {
  if (LOOKS_LIKE_NUMBER.test(text)) return `"=""${text}"""`;
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
