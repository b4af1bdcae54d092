/** A table as its readers see it: grouped, rounded, in words; what every printed form of a report shares. */
import type { Table } from "../tables/table.js";
import { cellText, isFigure } from "./print.js";
import { formatNumber } from "./numbers.js";
import { amount } from "./tableRows.js";
import { CLOSING, tellingRows } from "./tellingRows.js";
import type { Texts } from "./textsShape.js";

export type HeadView = { readonly title: string; readonly figure: boolean };

export type RowView = {
  readonly cells: readonly string[];
  /** Index in the table's own rows. */
  readonly row: number;
  /** A sum or the like, to be set apart. */
  readonly closing: boolean;
};

export type TableView = {
  readonly id: string;
  readonly title: string;
  readonly heads: readonly HeadView[];
  /** Rows under one heading each; a table that is not grouped has one group with heading "". */
  readonly groups: readonly { readonly heading: string; readonly rows: readonly RowView[] }[];
  readonly footnotes: readonly string[];
  /** "" when all rows are shown. */
  readonly shortened: string;
  /** The whole table, unrounded; a path from the run folder. */
  readonly csv: string;
};

/** A table's id as a file name: letters, digits and - only. */
export const tableFileName = (id: string): string => id.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-");

/**
 * @param maxRows rows shown at most, counted over all groups; a group is cut rather than left out
 * @param largest id of a column: of a table that is too long, its largest rows are shown, not its first
 */
export function viewOf(table: Table, texts: Texts, maxRows = Infinity, largest?: string): TableView {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const grouping = table.print.groupBy.map(at).filter((c) => c >= 0);
  const shown = table.print.columns.map(at).filter((c) => c >= 0);
  const [radAt, kodeAt] = [at("rad"), at("kode")];
  const groups: { heading: string; rows: RowView[] }[] = [];
  shownRows(table, maxRows, largest).forEach((r, place) => {
    const row = table.rows[r];
    const heading = grouping
      .map((c) => String(row[c] ?? ""))
      .filter((text) => text !== "")
      .join(" ");
    if (groups.at(-1)?.heading !== heading || place === 0) groups.push({ heading, rows: [] });
    const last = radAt < 0 && kodeAt >= 0 && row[kodeAt] === "" && r === table.rows.length - 1;
    groups.at(-1)!.rows.push({
      cells: shown.map((c) => cellText(row[c], table.columns[c], table, texts)),
      row: r,
      closing: last || (radAt >= 0 && CLOSING.has(row[radAt])),
    });
  });
  const { signs } = texts;
  const says = largest === undefined ? texts.report.shortened : texts.report.charts.firstOf;
  const count = (rows: number): string => formatNumber(rows, 0, signs);
  const { rows: telling, unitsLeft } = tellingRows(table);
  const filled = filledRows(table, telling).length;
  const notes = [
    filled > maxRows ? says(count(maxRows), count(filled)) : "",
    filled < telling.length ? texts.report.blankRows(count(telling.length - filled)) : "",
    unitsLeft > 0 ? texts.emptyUnits(count(unitsLeft)) : "",
  ];
  return {
    id: table.id,
    title: table.title,
    heads: shown.map((c) => ({ title: table.columns[c].title, figure: hasFigures(table, c) })),
    groups,
    footnotes: table.footnotes,
    shortened: notes.filter((note) => note !== "").join(" "),
    csv: `tables/${tableFileName(table.id)}.csv`,
  };
}

/** Rows that have any figure, in a table of figures: kommuner that no file was given for say nothing. */
function filledRows({ columns, rows }: Table, telling: readonly number[]): readonly number[] {
  const figures = [...columns.keys()].filter((c) => columns[c].kind !== "text");
  const isFilled = (r: number): boolean => figures.length === 0 || figures.some((c) => rows[r][c] !== null);
  return telling.filter(isFilled);
}

/** Areas, shares, and other values where all of them are numbers: T14 has words among them. */
const hasFigures = ({ columns, rows }: Table, c: number): boolean =>
  isFigure(columns[c]) || (columns[c].kind === "value" && rows.every((row) => typeof row[c] !== "string"));

/** Indices of the rows shown. The largest stay within their group, the largest of it first. */
function shownRows(table: Table, maxRows: number, largest: string | undefined): readonly number[] {
  const all = filledRows(table, tellingRows(table).rows);
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  if (largest === undefined || all.length <= maxRows || at(largest) < 0) return all.slice(0, maxRows);
  const size = (r: number): number => amount(table.rows[r][at(largest)]);
  const kept = [...all].sort((a, b) => size(b) - size(a)).slice(0, maxRows);
  const places = new Map<string, number>();
  const groupOf = (r: number): number => {
    const key = JSON.stringify(table.print.groupBy.map((id) => table.rows[r][at(id)]));
    if (!places.has(key)) places.set(key, places.size);
    return places.get(key)!;
  };
  all.forEach(groupOf); // groups in the order of the table
  return kept.sort((a, b) => groupOf(a) - groupOf(b) || size(b) - size(a) || a - b);
}
