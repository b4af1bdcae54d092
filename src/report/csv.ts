/** Machine CSV after RFC 4180: comma, decimal point, unrounded, a line feed after each row, UTF-8 without mark. */
import type { CellTable } from "../aggregate/cells.js";
import type { CodeColumn } from "../core/layer.js";
import type { Finding } from "../core/trouble.js";
import type { Table, Value } from "../tables/table.js";
import type { Texts } from "./texts.js";

/**
 * Text as one CSV field. Text that a spreadsheet would run as a formula gets an apostrophe in front, and so does text that
 * has one there already, so that `unguarded` gives every text back. Numbers never pass here.
 */
export function csvText(text: string): string {
  const safe = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that `csvText` was given, from the field it made, quotes taken off. */
export const unguarded = (field: string): string => (/^'+[=+\-@\t\r]/.test(field) ? field.slice(1) : field);

const csvValue = (value: Value): string =>
  value === null ? "" : typeof value === "string" ? csvText(value) : csvNumber(value);

/** The shortest digits that read back as the same double; -0 is 0, and what is no number is empty. */
const csvNumber = (value: number): string => (Number.isFinite(value) ? String(value) : "");

const csvRow = (values: readonly Value[]): string => values.map(csvValue).join(",") + "\n";

export function tableCsv(table: Table): string {
  return csvRow(table.columns.map(({ id }) => id)) + table.rows.map(csvRow).join("");
}

export function findingsCsv(findings: readonly Finding[], texts: Texts): string {
  const heads = texts.findingColumns;
  const rows = findings.map(({ severity, code, layer, feature, areaM2, did, says }) =>
    csvRow([severity, code, layer, feature < 0 ? null : feature, areaM2, did, says]),
  );
  const { severity, code, layer, feature, areaM2, did, says } = heads;
  return csvRow([severity, code, layer, feature, areaM2, did, says]) + rows.join("");
}

const ROWS_PER_CHUNK = 16_384;

/**
 * The cells as chunks of CSV text: class fields, zone layers, then both areas, unrounded.
 * Terms are escaped once per dictionary, not once per row: a million rows in about a second.
 */
export function* cellsCsv(cells: CellTable): Generator<string> {
  const columns = [...cells.classes, ...cells.zones];
  yield csvRow([...columns.map(([name]) => name), "kartplanM2", "ellipsoideM2"]);
  const fields = columns.map(([, column]) => escapedTerms(column));
  const codes = columns.map(([, column]) => column.codes);
  for (let from = 0; from < cells.rowCount; from += ROWS_PER_CHUNK) {
    const to = Math.min(cells.rowCount, from + ROWS_PER_CHUNK);
    let chunk = "";
    for (let row = from; row < to; row++) {
      for (let c = 0; c < codes.length; c++) chunk += fields[c][codes[c][row]];
      chunk += `${cells.planM2[row]},${cells.trueM2[row]}\n`;
    }
    yield chunk;
  }
}

const escapedTerms = ({ terms }: CodeColumn): readonly string[] => terms.map((term) => csvText(term) + ",");
