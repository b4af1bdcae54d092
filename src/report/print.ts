/** Tables and checks for a terminal: aligned columns, rounded figures. */
import type { Check } from "../tables/checks.js";
import type { Column, Table, Value } from "../tables/table.js";
import { formatArea, formatNumber, formatPlain, formatResidual, formatShare } from "./numbers.js";
import { tellingRows } from "./tellingRows.js";
import type { Texts } from "./texts.js";

/**
 * A table as text, ending in a line feed: title, then for each group its heading and rows, then footnotes.
 * @param maxRows rows shown at most; a last line tells how many there are besides
 */
export function printTable(table: Table, texts: Texts, { maxRows = Infinity } = {}): string {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const grouping = table.print.groupBy.map(at);
  const shown = table.print.columns.map(at);
  const columns = shown.map((c) => table.columns[c]);
  const { rows: telling, unitsLeft } = tellingRows(table);
  const rows = telling.slice(0, maxRows).map((r) => table.rows[r]);
  const cells = rows.map((row) =>
    shown.map((c) => oneLine(cellText(row[c], table.columns[c], table, texts))),
  );
  const heads = columns.map(({ title }) => oneLine(title));
  const widths = heads.map((head, c) =>
    cells.reduce((most, row) => Math.max(most, row[c].length), head.length),
  );
  const line = (fields: readonly string[]) => aligned(fields, widths, columns);

  const lines = [table.title];
  let group: string | undefined;
  rows.forEach((row, r) => {
    const heading = grouping
      .map((c) => oneLine(String(row[c] ?? "")))
      .filter((text) => text !== "")
      .join(" ");
    if (heading !== group) {
      group = heading;
      lines.push(
        "",
        ...(heading === "" ? [] : [heading]),
        line(heads),
        widths.map((w) => "─".repeat(w)).join("  "),
      );
    }
    lines.push(line(cells[r]));
  });
  const left = telling.length - rows.length;
  if (left > 0) lines.push(texts.moreRows(formatNumber(left, 0, texts.signs)));
  if (unitsLeft > 0) lines.push(texts.emptyUnits(formatNumber(unitsLeft, 0, texts.signs)));
  if (table.footnotes.length > 0) lines.push("", ...table.footnotes);
  return lines.join("\n") + "\n";
}

/** The most of a text that stands in a table for a terminal. */
const SHOWN = 80;

/** Text of a file as a terminal takes it: on one line, without signs that steer the terminal, and not for ever. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

/** One value as its column and table want it read; "" for what is not applicable. */
export function cellText(
  value: Value,
  { kind, unit }: Column,
  { print: { rounding } }: Pick<Table, "print">,
  texts: Texts,
): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  switch (kind) {
    case "area":
      return formatArea(value, unit ?? "m2", rounding, texts);
    case "share":
      return formatShare(value, rounding, texts.signs);
    case "value":
      return formatPlain(value, texts.signs);
    case "text":
      return String(value);
  }
}

/** Areas and shares to the right, all else to the left; nothing after the last. */
function aligned(cells: readonly string[], widths: readonly number[], columns: readonly Column[]): string {
  return cells
    .map((cell, c) => (isFigure(columns[c]) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
    .join("  ")
    .trimEnd();
}

/** Whether a column is set to the right. */
export const isFigure = ({ kind }: Column): boolean => kind === "area" || kind === "share";

/** "Går det opp?" with one line per check: ✓ or ✗, what is held against what, both figures, the difference. */
export function printChecks(checks: readonly Check[], texts: Texts): string {
  const rows = checks.map((check) => ({
    name: `${texts.checkNames[check.id]}${check.name === "" ? "" : ` (${check.name})`}`,
    expected: formatNumber(check.expectedM2, 0),
    actual: formatNumber(check.actualM2, 0),
    residual: `${formatResidual(check.residualM2, texts)} ${texts.units.m2}`,
    ppm: `${formatResidual(check.ppm, texts)} ppm`,
    tolerance: `${formatPlain(check.toleranceM2, texts.signs)} ${texts.units.m2}`,
    ok: check.ok,
  }));
  const width = (of: (row: (typeof rows)[number]) => string) =>
    Math.max(0, ...rows.map((row) => of(row).length));
  const nameWidth = width((row) => row.name);
  const expectedWidth = width((row) => row.expected);
  const actualWidth = width((row) => row.actual);
  const lines = rows.map(({ name, expected, actual, residual, ppm, tolerance, ok }) =>
    [
      `${ok ? "✓" : "✗"} ${name.padEnd(nameWidth)}`,
      `${texts.expected} ${expected.padStart(expectedWidth)} ${texts.units.m2}`,
      `${texts.actual} ${actual.padStart(actualWidth)} ${texts.units.m2}`,
      `${texts.residual} ${residual} (${ppm}), ${texts.tolerance} ${tolerance}`,
    ].join("  "),
  );
  return [texts.checksTitle, ...lines].join("\n") + "\n";
}
