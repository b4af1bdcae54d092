/** The report document as sheets of a workbook: every number of every table, as a number. */
import type { Column, Table } from "../tables/table.js";
import type { Sheet, SheetCell, SheetChart, SheetColumn } from "../write/xlsx.js";
import type { ReportBasis } from "./basis.js";
import { cellCount, type CellColumns } from "../core/cellColumns.js";
import type { ReportDocument } from "./document.js";
import { type FileTexts, fileTextsIn } from "./fileTexts.js";
import { headWithUnit } from "./heads.js";
import { kddName } from "./kddNames.js";
import { formatNumber } from "./numbers.js";
import type { Painter } from "./painter.js";
import { amountColumns, bodyRows } from "./tableRows.js";
import type { Texts } from "./textsShape.js";

export type Profile = "kdd";

export type WorkbookInput = {
  readonly report: ReportDocument;
  readonly basis: ReportBasis;
  /** Undefined for a run that has none, as statistics: their cubes are long themselves. */
  readonly cells?: CellColumns;
  readonly paint: Painter;
  readonly profile?: Profile;
};

/** Rows of the sheet of cells at most: more makes a workbook that few machines open. The files of cells have them all. */
const MOST_CELLS = 200_000;

/** Contents, checks, one sheet a table, and the cells. Names differ whatever the case, as Excel wants. */
export function sheetsOf(input: WorkbookInput): readonly Sheet[] {
  const { report, profile, cells } = input;
  const words = fileTextsIn(report.texts.language);
  const names = sheetNames([
    words.sheets.contents,
    words.sheets.checks,
    ...report.tables.map(
      ({ id }) => (profile === "kdd" ? kddName(id)?.sheet : undefined) ?? id.replaceAll("-", " "),
    ),
    ...(cells === undefined ? [] : [words.sheets.cells]),
  ]);
  const tables = report.tables.map((table, t) => tableSheet(input, table, names[t + 2]));
  return [
    contentsSheet(input, names, words),
    checksSheet(input, names[1], words),
    ...tables,
    ...(cells === undefined ? [] : [cellsSheet(input, cells, names.at(-1)!, words)]),
  ];
}

/** Excel takes 31 characters, none of []:*?/\, no apostrophe at an end, no name twice, and not "History". */
export function sheetNames(wanted: readonly string[]): readonly string[] {
  const taken = new Set(["history"]);
  return wanted.map((text) => {
    const plain = text
      .replaceAll(/[[\]:*?/\\\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/gu, " ")
      .trim()
      .replace(/^'+|'+$/g, "");
    const base = plain === "" ? "Ark" : plain;
    let name = cut(base, 31);
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${cut(base, 31 - ` (${n})`.length)} (${n})`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** So many UTF-16 units at most, no character cut in two, no space or apostrophe left last. */
const cut = (text: string, most: number): string =>
  text
    .slice(0, most)
    .replace(/[\ud800-\udbff]$/, "")
    .replace(/[\s']+$/, "");

const FORMATS = { m2: "#,##0", daa: "#,##0.0", km2: "#,##0.000" } as const;

function columnOf(column: Column, texts: Texts): SheetColumn {
  const title = headWithUnit(column, texts);
  if (column.kind === "area") return { title, format: FORMATS[column.unit ?? "m2"] };
  if (column.kind === "share") return { title, format: "0.0%" };
  return column.kind === "value" ? { title, format: "General" } : { title };
}

function tableSheet({ report, paint }: WorkbookInput, table: Table, name: string): Sheet {
  const closing = new Set(
    report.views
      .find(({ id }) => id === table.id)
      ?.groups.flatMap(({ rows }) => rows.filter((row) => row.closing).map(({ row }) => row)),
  );
  return {
    name,
    columns: table.columns.map((column) => columnOf(column, report.texts)),
    rows: table.rows,
    bold: closing,
    charts: chartsOf(table, report, paint),
    filter: true,
  };
}

/** Stock by class of the first unit, and reserve by purpose with the land cover stacked: what the guide's figures show. */
function chartsOf(table: Table, report: ReportDocument, paint: Painter): readonly SheetChart[] {
  const words = fileTextsIn(report.texts.language);
  const number = table.id.split("-")[0];
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const [enhet, nameColumn] = [at("enhet"), at("navn")];
  const body = new Set(bodyRows(table));
  const fromRow = table.rows.findIndex((row) => body.has(row));
  if (fromRow < 0 || nameColumn < 0) return [];
  let toRow = fromRow;
  while (
    toRow < table.rows.length &&
    body.has(table.rows[toRow]) &&
    table.rows[toRow][enhet] === table.rows[fromRow][enhet]
  )
    toRow++;
  const shared = { nameColumn, fromRow, toRow, alt: table.title };
  if (number === "T1") {
    return [
      { ...shared, kind: "bars", title: words.charts.stock, valueColumns: [at("arealDaa")], colours: [] },
    ];
  }
  if (number !== "T4") return [];
  const parts = amountColumns(table, NOT_COVER).filter(({ c }) => c >= 0);
  if (parts.length === 0) return [];
  const colours = parts.map(({ column }) => paint(column.id).colour);
  return [
    {
      ...shared,
      kind: "stacked",
      title: words.charts.reserve,
      valueColumns: parts.map(({ c }) => c),
      colours,
    },
  ];
}

/** Columns of T4 that are not a part of the reserve by land cover. */
const NOT_COVER = /^(planlagt|bebygd|vann|reserve|detaljering|striper(Mellom|Ny)?|forskjell|sum)$/i;

function contentsSheet(
  { report, profile, cells }: WorkbookInput,
  names: readonly string[],
  words: FileTexts,
): Sheet {
  const { report: text } = report.texts;
  const title = (table: Table) => (profile === "kdd" ? kddName(table.id)?.title : undefined) ?? table.title;
  const rows: SheetCell[][] = [
    [report.title, report.lead.join(" ")],
    ...report.keyFigures.map(({ name, value }) => [name, value]),
    [names[1], report.texts.checksTitle],
    ...report.tables.map((table, t) => [names[t + 2], [title(table), ...table.footnotes].join("\n")]),
    ...(cells === undefined ? [] : [[names.at(-1)!, report.method[0]]]),
    ...report.method.map((says, i) => [i === 0 ? text.headings.method : null, says]),
    ...report.warnings.map(({ severityName, code, means, count, area }) => [
      `${severityName}: ${code}`,
      [means, count, area].filter((part) => part !== "").join(" · "),
    ]),
    ...report.sources.rows.map((row) => [row[0], row.slice(1).join(" · ")]),
    [text.headings.sources, text.licence],
    ...report.fingerprints.map(({ name, value }) => [name, value]),
    [report.program, null],
  ];
  return {
    name: names[0],
    columns: [
      { title: words.sheet, wrap: true },
      { title: words.about, wrap: true },
    ],
    rows,
    bold: new Set([0]),
    charts: [],
    filter: false,
  };
}

function checksSheet({ report, basis }: WorkbookInput, name: string, words: FileTexts): Sheet {
  const { texts } = report;
  const inM2 = (title: string): SheetColumn => ({
    title: `${title} (${texts.units.m2})`,
    format: "#,##0.000",
  });
  return {
    name,
    columns: [
      { title: texts.report.check },
      inM2(texts.expected),
      inM2(texts.actual),
      { title: `${texts.report.deviation} (${texts.units.m2})`, format: "0.0E+00" },
      { title: "ppm", format: "0.0E+00" },
      inM2(texts.tolerance),
      { title: words.holds },
    ],
    rows: basis.checks.map((check, c) => [
      report.checks[c].name,
      check.expectedM2,
      check.actualM2,
      check.residualM2,
      check.ppm,
      check.toleranceM2,
      check.ok ? texts.report.ok : texts.report.notOk,
    ]),
    charts: [],
    filter: true,
  };
}

/** One row a cell: the code and the name of each class, the key of each unit, both areas. */
function cellsSheet(
  { basis, report }: WorkbookInput,
  cells: CellColumns,
  name: string,
  words: FileTexts,
): Sheet {
  const count = cellCount(cells);
  const shared = { name, charts: [] };
  if (count > MOST_CELLS) {
    const says = words.cellsLeftOut(formatNumber(count, 0, report.texts.signs));
    return { ...shared, columns: [{ title: words.sheets.cells, wrap: true }], rows: [[says]], filter: false };
  }
  const english = report.texts.language === "en";
  const keys = cells.keys.map((key) => {
    const field = basis.fields.find(({ field: one }) => [one, `fra_${one}`, `til_${one}`].includes(key.name));
    const names = new Map(field?.classes.map(({ kode, navn, en }) => [kode, english ? (en ?? navn) : navn]));
    return {
      ...key,
      names: field === undefined ? undefined : key.terms.map((term) => names.get(term) ?? term),
    };
  });
  const columns = keys.flatMap(({ name: title, names }): SheetColumn[] =>
    names === undefined ? [{ title }] : [{ title }, { title: words.nameOf(title) }],
  );
  const area = (title: string): SheetColumn => ({ title, format: "#,##0.0" });
  const { kartplan, ellipsoide } = words.cellAreas;
  const strips = cells.strips === undefined ? [] : [kartplan, ellipsoide].map(words.inStrips);
  return {
    ...shared,
    columns: [...columns, ...[kartplan, ellipsoide, ...strips].map(area)],
    rows: rowsOf(cells, keys),
    filter: true,
  };
}

type NamedKey = CellColumns["keys"][number] & { readonly names: readonly string[] | undefined };

function* rowsOf(cells: CellColumns, keys: readonly NamedKey[]): Generator<readonly SheetCell[]> {
  for (let row = 0; row < cellCount(cells); row++) {
    const texts = keys.flatMap(({ codes, terms, names }) =>
      names === undefined ? [terms[codes[row]]] : [terms[codes[row]], names[codes[row]]],
    );
    const strips = cells.strips === undefined ? [] : [cells.strips.planM2[row], cells.strips.trueM2[row]];
    yield [...texts, cells.planM2[row], cells.trueM2[row], ...strips];
  }
}
