/** Sheets as an Excel workbook (ECMA-376) through wasm-xlsxwriter: real numbers, native charts, the same bytes each time. */
import {
  Chart,
  ChartFormat,
  ChartRange,
  ChartSeries,
  ChartSolidFill,
  ChartType,
  Color,
  DocProperties,
  Format,
  FormatAlign,
  FormatBorder,
  Workbook,
  type Worksheet,
} from "wasm-xlsxwriter";
import { withFixedDate } from "./xlsxDate.js";

export type SheetCell = string | number | null;

export type SheetColumn = {
  readonly title: string;
  /** Excel's number format; undefined for text. */
  readonly format?: string;
  readonly wrap?: boolean;
};

/** A chart of columns of its own sheet. Rows and columns are counted in the body, from 0. */
export type SheetChart = {
  readonly title: string;
  readonly alt: string;
  readonly kind: "bars" | "stacked";
  readonly nameColumn: number;
  readonly valueColumns: readonly number[];
  readonly fromRow: number;
  readonly toRow: number;
  readonly colours: readonly string[];
};

export type Sheet = {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: Iterable<readonly SheetCell[]>;
  /** Rows set apart: sums and the like, by index in the body. */
  readonly bold?: ReadonlySet<number>;
  readonly charts: readonly SheetChart[];
  /** False for a sheet that is read and not sorted. */
  readonly filter: boolean;
};

/** Most characters of one cell, and the widest column we set. */
const MOST_CHARACTERS = 32_767;
const [NARROWEST, WIDEST] = [8, 60];
const CHART_HEIGHT_ROWS = 22;
/** Rows of a table that has its charts below it; a longer one has them beside it. */
const MOST_ROWS_ABOVE = 60;
/** Room for the button of a filter beside the title. */
const FILTER_BUTTON = 3;
/** A line of a row, what the edge under the heads takes, and the highest row Excel takes, in points. */
const [LINE_POINTS, EDGE_POINTS, HIGHEST_POINTS] = [15, 3, 409];

/**
 * Bytes of the workbook. Text is always text, whatever it begins with. Text of more than 32 767 characters, Excel's
 * most, is cut and ends with an ellipsis; what XML has no place for becomes U+FFFD.
 *
 * @param date yyyy-mm-dd, written as the day the workbook was made
 */
export function workbookBytes(title: string, sheets: readonly Sheet[], date: string): Uint8Array {
  const workbook = new Workbook();
  workbook.setProperties(
    new DocProperties().setTitle(cellText(title).slice(0, 255)).setAuthor("arealregnskap"),
  );
  const formats = new Formats();
  for (const sheet of sheets) writeSheet(workbook.addWorksheet(), sheet, formats);
  const bytes = workbook.saveToBufferSync();
  workbook.free();
  return withFixedDate(bytes, `${date}T00:00:00Z`);
}

/** A format is made once; every call that sets one of its properties gives a new object and uses up the old. */
class Formats {
  private readonly made = new Map<string, Format>();

  of(format: string | undefined, bold: boolean, wrap: boolean): Format {
    const key = JSON.stringify([format, bold, wrap]);
    let made = this.made.get(key);
    if (made === undefined) {
      made = new Format().setAlign(FormatAlign.Top);
      if (format !== undefined) made = made.setNumFormat(format);
      if (bold) made = made.setBold().setBorderTop(FormatBorder.Thin);
      if (wrap) made = made.setTextWrap();
      this.made.set(key, made);
    }
    return made;
  }

  readonly head = headFormat();
  /** Over figures, which stand to the right. */
  readonly figureHead = headFormat().setAlign(FormatAlign.Right);
}

const headFormat = (): Format =>
  new Format()
    .setBold()
    .setTextWrap()
    .setAlign(FormatAlign.Top)
    .setBackgroundColor(Color.rgb(0xe7ecf2))
    .setBorderBottom(FormatBorder.Thin);

function writeSheet(worksheet: Worksheet, sheet: Sheet, formats: Formats): void {
  const { name, columns, bold, charts, filter } = sheet;
  worksheet.setName(name);
  const widths = columns.map(({ title }) => Math.min(title.length + (filter ? FILTER_BUTTON : 0), 24));
  columns.forEach(({ title, format }, c) => {
    const head = format === undefined ? formats.head : formats.figureHead;
    worksheet.writeStringWithFormat(0, c, cellText(title), head);
  });
  const lines: number[] = [];
  let row = 0;
  for (const cells of sheet.rows) {
    const strong = bold?.has(row) ?? false;
    cells.forEach((value, c) => {
      const { format, wrap = false } = columns[c];
      if (value === null || value === "") {
        if (strong) worksheet.writeBlank(row + 1, c, formats.of(undefined, true, false));
      } else if (typeof value === "string") {
        worksheet.writeStringWithFormat(row + 1, c, cellText(value), formats.of(undefined, strong, wrap));
        widths[c] = Math.max(widths[c], value.length);
        if (wrap) lines[row] = Math.max(lines[row] ?? 1, lineCount(value, WIDEST));
      } else if (Number.isFinite(value)) {
        worksheet.writeNumberWithFormat(row + 1, c, value, formats.of(format, strong, false));
        widths[c] = Math.max(widths[c], value.toFixed(1).length + 3);
      }
    });
    row++;
  }
  const wide = widths.map((width) => Math.min(WIDEST, Math.max(NARROWEST, width + 2)));
  wide.forEach((width, c) => worksheet.setColumnWidth(c, width));
  // Not every program makes room for wrapped text by itself.
  const headLines = columns.map(({ title }, c) => lineCount(title, wide[c] - (filter ? FILTER_BUTTON : 0)));
  worksheet.setRowHeight(0, Math.min(HIGHEST_POINTS, Math.max(1, ...headLines) * LINE_POINTS + EDGE_POINTS));
  lines.forEach((count, r) => {
    if (count > 1) worksheet.setRowHeight(r + 1, Math.min(HIGHEST_POINTS, count * LINE_POINTS));
  });
  setPages(worksheet);
  if (filter && row > 0) worksheet.autofilter(0, 0, row, columns.length - 1);
  // A chart below is printed as large as the table; below a long one nobody would find it.
  const isLong = row > MOST_ROWS_ABOVE;
  if (isLong && charts.length > 0) worksheet.setPrintArea(0, 0, row, columns.length - 1);
  const [top, left] = isLong ? [1, columns.length + 1] : [row + 3, 0];
  charts.forEach((chart, i) =>
    worksheet.insertChart(top + i * CHART_HEIGHT_ROWS, left, chartOf(name, columns, chart)),
  );
}

/** Heads stay in sight and on each page; A4 on its side, as wide as the page, its name and number at the foot. */
function setPages(worksheet: Worksheet): void {
  worksheet.setFreezePanes(1, 0);
  worksheet.setRepeatRows(0, 0);
  worksheet.setLandscape();
  worksheet.setPaperSize(9); // A4
  worksheet.setPrintFitToPages(1, 0);
  worksheet.setFooter("&L&A&R&P / &N");
}

/** Lines that a text takes in a column of so many characters, line ends of its own counted. */
const lineCount = (text: string, wide: number): number =>
  text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / (wide - 2))), 0);

function chartOf(sheet: string, columns: readonly SheetColumn[], spec: SheetChart): Chart {
  const { kind, nameColumn, valueColumns, fromRow, toRow, colours } = spec;
  const chart = new Chart(kind === "stacked" ? ChartType.ColumnStacked : ChartType.Column);
  const range = (column: number) => ChartRange.newFromRange(sheet, fromRow + 1, column, toRow, column);
  valueColumns.forEach((column, i) => {
    const fill = new ChartSolidFill().setColor(
      Color.rgb(Number.parseInt((colours[i] ?? "#5b7ea3").slice(1), 16)),
    );
    const series = new ChartSeries()
      .setCategories(range(nameColumn))
      .setValues(range(column))
      .setName(cellText(columns[column].title))
      .setFormat(new ChartFormat().setSolidFill(fill));
    chart.pushSeries(series);
  });
  chart.title().setName(cellText(spec.title).slice(0, 200));
  if (valueColumns.length === 1) chart.legend().setHidden();
  chart.yAxis().setNumFormat("#,##0");
  return chart
    .setAltText(cellText(spec.alt))
    .setWidth(720)
    .setHeight(CHART_HEIGHT_ROWS * 19);
}

const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function cellText(text: string): string {
  const clean = text.replace(NOT_XML, "\ufffd");
  if (clean.length <= MOST_CHARACTERS) return clean;
  return clean.slice(0, MOST_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, "") + "…";
}
