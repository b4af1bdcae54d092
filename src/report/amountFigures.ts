/** Figures of tables of amounts: what a whole is made of, and what has changed. */
import type { Column, Table, Value } from "../tables/table.js";
import { type Bar, type Chart, type ChartHead, classesOf, type Part, sumOf } from "./chart.js";
import { changeBars } from "./changeBars.js";
import { barsData, type FigureInput, figureId, MOST_BARS } from "./figureInput.js";
import { stackedBars } from "./stackedBars.js";
import { amount, amountColumns, amountText, bodyRows, codeOfRow, nameOfRow } from "./tableRows.js";

/** Units of an extent account that have a figure each. */
const MOST_UNITS = 12;

/** Reserve by purpose and land cover: the land-cover columns of each row, stacked. */
export function stack(input: FigureInput, table: Table): Chart[] {
  const columns = amountColumns(
    table,
    /^(planlagt|bebygd|vann|reserve|detaljering|striper|forskjell|sum|endring|areal)/i,
  );
  const rows = bodyRows(table);
  const bars = rows.map((row): Bar => ({
    name: nameOfRow(table, row),
    parts: columns.map(({ column, c }) => ({
      kode: column.id,
      name: column.title,
      value: amount(row[c]),
      text: amountText(table, row[c], column, input.texts),
    })),
  }));
  return columns.length === 0 ? [] : stackFigure(input, table, bars, columns[0].column);
}

/** Reserve inside each theme, a bar for each plan. */
export function themeStack(input: FigureInput, table: Table): Chart[] {
  const columns = amountColumns(table, /^(areal|ikkeKartlagt|striper)/);
  const [first] = columns;
  if (first === undefined) return [];
  const { plans } = input.texts.report;
  const planOf = (id: string) => (id.endsWith("Ny") ? plans.ny : plans.gjeldende);
  const bars = table.rows.flatMap((row) =>
    columns
      .filter(({ c }) => row[c] !== null)
      .map(({ column, c }): Bar => {
        const name = columns.some(({ c: other }) => other !== c && row[other] !== null)
          ? `${nameOfRow(table, row)}, ${planOf(column.id)}`
          : nameOfRow(table, row);
        const text = amountText(table, row[c], column, input.texts);
        return { name, parts: [{ kode: "reserve", name: first.column.title, value: amount(row[c]), text }] };
      }),
  );
  return stackFigure(input, table, bars, first.column);
}

function stackFigure(input: FigureInput, table: Table, bars: readonly Bar[], unit: Column): Chart[] {
  if (classesOf(bars).length === 0) return [];
  const { charts } = input.texts.report;
  const sorted = [...bars].sort((a, b) => sumOf(b.parts) - sumOf(a.parts));
  const shown = sorted.slice(0, MOST_BARS);
  const head: ChartHead = {
    id: figureId("stabel", table),
    title: charts.stack(table.title),
    desc: charts.stackDesc(
      String(shown.length),
      `${shown[0].name}, ${amountText(table, sumOf(shown[0].parts), unit, input.texts)}`,
    ),
  };
  const svg = stackedBars(head, shown, input.paint, false, (value) =>
    amountText(table, value, unit, input.texts),
  );
  const note = bars.length > shown.length ? charts.firstOf(String(shown.length), String(bars.length)) : "";
  return [{ ...head, svg, note, data: barsData(input.texts, shown) }];
}

export function changes(input: FigureInput, table: Table): Chart[] {
  const c = table.columns.findIndex(({ id, kind }) => kind === "area" && /^(endring|netto)/i.test(id));
  if (c < 0) return [];
  const column = table.columns[c];
  const all = bodyRows(table).map((row): Part => ({
    kode: codeOfRow(table, row),
    name: nameOfRow(table, row),
    value: amount(row[c]),
    text: amountText(table, row[c], column, input.texts),
  }));
  return changeFigure(input, table, all);
}

/** @param unit names and numbers the figure where its table has one for each unit */
function changeFigure(
  input: FigureInput,
  table: Table,
  parts: readonly Part[],
  unit?: { readonly name: string; readonly at: number },
): Chart[] {
  const all = parts.filter(({ value }) => value !== 0);
  if (all.length === 0) return [];
  const { charts } = input.texts.report;
  const shown = [...all].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_BARS);
  const of = (sign: 1 | -1) => {
    const most = shown.filter(({ value }) => sign * value > 0)[0];
    return most === undefined ? "–" : `${most.name} ${most.text}`;
  };
  const head: ChartHead = {
    id: figureId("endring", table) + (unit === undefined || unit.at === 0 ? "" : `_${unit.at + 1}`),
    title: charts.change(table.title) + (unit === undefined || unit.name === "" ? "" : `, ${unit.name}`),
    desc: charts.changeDesc(String(shown.length), of(1), of(-1)),
  };
  const note = all.length > shown.length ? charts.firstOf(String(shown.length), String(all.length)) : "";
  const heads = [
    { title: charts.className, figure: false },
    { title: charts.changeHead, figure: true },
  ];
  return [
    {
      ...head,
      svg: changeBars(head, shown),
      note,
      data: { heads, rows: shown.map(({ name, text }) => [name, text]) },
    },
  ];
}

/** The net of an extent account: a figure for each unit, with one bar a class. */
export function netChanges(input: FigureInput, table: Table): Chart[] {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const columns = amountColumns(table, /^(sum|total)/i);
  const text = (row: readonly Value[], id: string) => String(row[at(id)] ?? "");
  return table.rows
    .filter((row) => row[at("rad")] === "netto")
    .slice(0, MOST_UNITS)
    .flatMap((row, unit) => {
      const name = [text(row, "enhet"), text(row, "enhetNavn")].filter((part) => part !== "").join(" ");
      const parts = columns.map(({ column, c }): Part => ({
        kode: column.id,
        name: column.title,
        value: amount(row[c]),
        text: amountText(table, row[c], column, input.texts),
      }));
      return changeFigure(input, table, parts, { name, at: unit });
    });
}
