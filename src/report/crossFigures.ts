/** Figures of tables that cross two things: what belongs together, and what became what. */
import { tupleKey } from "../core/tuple.js";
import type { Column, Table, Value } from "../tables/table.js";
import type { Chart, ChartData, ChartHead } from "./chart.js";
import { type FigureInput, figureId } from "./figureInput.js";
import { flowMatrix, type Matrix } from "./flowMatrix.js";
import { cellText } from "./print.js";
import { sankeyFlow } from "./sankeyFlow.js";
import {
  amount,
  type AmountColumn,
  amountColumns,
  amountText,
  bodyRows,
  codeOfRow,
  shortNameOfRow,
} from "./tableRows.js";

/** Rows and columns a grid can have and still be read. */
const MOST_SQUARES = 14;

type Codes = { readonly rows: readonly string[]; readonly columns: readonly string[] };

/** The largest rows and columns of a cross table. Undefined where there are not two of each. */
function matrixOf(input: FigureInput, table: Table): { matrix: Matrix; codes: Codes } | undefined {
  const columns = classColumns(table);
  const rows = bodyRows(table);
  const daa = (row: readonly Value[], { c, perDaa }: DaaColumn) => amount(row[c]) / perDaa;
  const total = (row: readonly Value[]) => columns.reduce((sum, one) => sum + daa(row, one), 0);
  const shownRows = largestOf(rows, total);
  const shownColumns = largestOf(columns, (one) => rows.reduce((sum, row) => sum + daa(row, one), 0));
  if (shownRows.length < 2 || shownColumns.length < 2) return undefined;
  return {
    matrix: {
      rows: shownRows.map((row) => shortNameOfRow(table, row)),
      columns: shownColumns.map(({ column }) => column.title),
      cells: shownRows.map((row) => shownColumns.map((one) => daa(row, one))),
      texts: shownRows.map((row) =>
        shownColumns.map((one) => cellText(daa(row, one), one.column, table, input.texts)),
      ),
    },
    codes: {
      rows: shownRows.map((row) => codeOfRow(table, row) || codeByName(columns, shortNameOfRow(table, row))),
      columns: shownColumns.map(({ column }) => column.id),
    },
  };
}

/** A row without a code has that of the column of its name: ground without a value stays where it is, too. */
const codeByName = (columns: readonly AmountColumn[], name: string): string =>
  columns.find(({ column }) => column.title === name)?.column.id ?? name;

type DaaColumn = AmountColumn & { readonly perDaa: number };

/** Columns of classes, to be drawn in dekar whatever their unit: square metres are too long for a square. */
const classColumns = (table: Table): readonly DaaColumn[] =>
  amountColumns(table, SUMS).map(({ column, c }) =>
    (column.unit ?? "m2") === "m2"
      ? { column: { ...column, unit: "daa" }, c, perDaa: 1000 }
      : { column, c, perDaa: 1 },
  );

const SUMS = /^(sum|total)/i;

/** The largest few, in their own order. */
function largestOf<T>(all: readonly T[], size: (one: T) => number): readonly T[] {
  const sizes = new Map(all.map((one) => [one, size(one)]));
  const kept = new Set([...all].sort((a, b) => sizes.get(b)! - sizes.get(a)!).slice(0, MOST_SQUARES));
  return all.filter((one) => kept.has(one) && sizes.get(one)! > 0);
}

/**
 * The crossing of a table that has one row for each pair, as T6: from its fra-columns to its til-columns, all units
 * together. What is unchanged has rows of another `rad` and is left out.
 */
function pairsOf(
  input: FigureInput,
  table: Table,
): { matrix: Matrix; codes: Codes; column: Column } | undefined {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const c = at("areal");
  if (c < 0 || at("fraKode") < 0 || at("tilKode") < 0) return undefined;
  const column = table.columns[c];
  const sums = new Map<string, Map<string, number>>();
  const ends = new Map<string, { readonly kode: string; readonly named: string }>();
  const end = (row: readonly Value[], side: "fra" | "til"): string => {
    const parts = ["Kode", "Navn", "Status"].map((what) => String(row[at(side + what)] ?? ""));
    const named = parts
      .slice(parts[1] === "" ? 0 : 1)
      .filter((text) => text !== "")
      .join(", ");
    const key = tupleKey(parts);
    ends.set(key, { kode: parts[0], named });
    return key;
  };
  for (const row of table.rows.filter((one) => one[at("rad")] === "endret")) {
    const [from, to] = [end(row, "fra"), end(row, "til")];
    const line = sums.get(from) ?? new Map<string, number>();
    sums.set(from, line.set(to, (line.get(to) ?? 0) + amount(row[c])));
  }
  const total = (line: ReadonlyMap<string, number>) =>
    [...line.values()].reduce((sum, value) => sum + value, 0);
  const rows = largestOf([...sums.keys()], (key) => total(sums.get(key)!));
  const all = [...new Set([...sums.values()].flatMap((line) => [...line.keys()]))];
  const columns = largestOf(all, (key) =>
    rows.reduce((sum, from) => sum + (sums.get(from)!.get(key) ?? 0), 0),
  );
  if (rows.length === 0 || columns.length === 0) return undefined;
  const cells = rows.map((from) => columns.map((to) => sums.get(from)!.get(to) ?? 0));
  const named = (key: string) => ends.get(key)!.named;
  const code = (side: string) => (key: string) => `${side}${ends.get(key)!.kode}`;
  return {
    matrix: {
      rows: rows.map(named),
      columns: columns.map(named),
      cells,
      texts: cells.map((row) => row.map((value) => cellText(value, column, table, input.texts))),
    },
    codes: { rows: rows.map(code("")), columns: columns.map(code("")) },
    column,
  };
}

/** Flows between purposes of two plans. */
export function pairFlow(input: FigureInput, table: Table): Chart[] {
  const found = pairsOf(input, table);
  if (found === undefined) return [];
  const { matrix: drawn, codes, column } = found;
  const { charts } = input.texts.report;
  const flows = drawn.cells.flat().filter((value) => value > 0);
  const [r, c] = largestPlace(drawn);
  const largest = `${drawn.rows[r]} → ${drawn.columns[c]}, ${amountText(table, drawn.cells[r][c], column, input.texts)}`;
  const head: ChartHead = {
    id: figureId("strom", table),
    title: charts.flow(table.title),
    desc: charts.flowDesc(String(flows.length), largest),
  };
  const svg = sankeyFlow(head, drawn, codes, input.paint, false, (value) =>
    amountText(table, value, column, input.texts),
  );
  const heads = [
    { title: charts.from, figure: false },
    { title: charts.to, figure: false },
    { title: charts.area, figure: true },
  ];
  const rows = drawn.rows.flatMap((from, i) =>
    drawn.columns.flatMap((to, j) =>
      drawn.cells[i][j] > 0 ? [[from, to, amountText(table, drawn.cells[i][j], column, input.texts)]] : [],
    ),
  );
  return svg === "" ? [] : [{ ...head, svg, note: "", data: { heads, rows } }];
}

function largestPlace({ cells }: Matrix): readonly [number, number] {
  let place: readonly [number, number] = [0, 0];
  cells.forEach((row, r) =>
    row.forEach((value, c) => {
      if (value > cells[place[0]][place[1]]) place = [r, c];
    }),
  );
  return place;
}

export function matrix(input: FigureInput, table: Table): Chart[] {
  const found = matrixOf(input, table);
  if (found === undefined) return [];
  const { charts } = input.texts.report;
  const { rows, columns } = found.matrix;
  const head: ChartHead = {
    id: figureId("matrise", table),
    title: charts.matrix(table.title),
    desc: charts.matrixDesc(
      String(rows.length),
      String(columns.length),
      largestText(input, table, found.matrix),
    ),
  };
  const svg = flowMatrix(head, found.matrix);
  return [
    {
      ...head,
      svg,
      note: matrixNote(input, table, found.matrix),
      data: matrixData(input, table, found.matrix),
    },
  ];
}

export function flow(input: FigureInput, table: Table): Chart[] {
  const found = matrixOf(input, table);
  if (found === undefined) return [];
  const { charts } = input.texts.report;
  const moved = found.matrix.cells.flatMap((row, r) =>
    row.filter((value, c) => value > 0 && found.codes.rows[r] !== found.codes.columns[c]),
  );
  const head: ChartHead = {
    id: figureId("strom", table),
    title: charts.flow(table.title),
    desc: charts.flowDesc(String(moved.length), largestText(input, table, found.matrix, found.codes)),
  };
  const svg = sankeyFlow(head, found.matrix, found.codes, input.paint, true, (value) =>
    amountText(table, value, classColumns(table)[0].column, input.texts),
  );
  if (svg === "") return [];
  return [
    {
      ...head,
      svg,
      note: matrixNote(input, table, found.matrix),
      data: matrixData(input, table, found.matrix),
    },
  ];
}

/** @param moved leaves out what stays where it is */
function largestText(
  input: FigureInput,
  table: Table,
  { rows, columns, cells }: Matrix,
  moved?: Codes,
): string {
  let [best, at] = [-1, [0, 0]];
  cells.forEach((row, r) =>
    row.forEach((value, c) => {
      const stays = moved !== undefined && moved.rows[r] === moved.columns[c];
      if (!stays && value > best) [best, at] = [value, [r, c]];
    }),
  );
  const { column } = classColumns(table)[0];
  return `${rows[at[0]]} × ${columns[at[1]]}, ${amountText(table, Math.max(0, best), column, input.texts)}`;
}

function matrixNote({ texts }: FigureInput, table: Table, { rows, columns }: Matrix): string {
  const columnsOf = classColumns(table);
  const some = (values: readonly Value[]) => values.some((value) => amount(value) > 0);
  const all = [
    bodyRows(table).filter((row) => some(columnsOf.map(({ c }) => row[c]))).length,
    columnsOf.filter(({ c }) => some(bodyRows(table).map((row) => row[c]))).length,
  ];
  if (rows.length === all[0] && columns.length === all[1]) return "";
  return texts.report.charts.firstOf(`${rows.length} × ${columns.length}`, `${all[0]} × ${all[1]}`);
}

function matrixData(
  { texts }: FigureInput,
  table: Table,
  { rows, columns, texts: cells }: Matrix,
): ChartData {
  const { unit = "daa" } = classColumns(table)[0].column;
  return {
    heads: [
      { title: `${texts.units[unit]}`, figure: false },
      ...columns.map((title) => ({ title, figure: true })),
    ],
    rows: rows.map((name, r) => [name, ...cells[r]]),
  };
}
