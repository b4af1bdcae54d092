/** The files of one report, form by form. Each form's tools are loaded when it is asked for. */
import { InputError } from "../core/trouble.js";
import type { CellColumns } from "../core/cellColumns.js";
import type { DocumentInput, ReportDocument } from "../report/document.js";
import { reportHtml } from "../report/html.js";
import type { StatisticsHead } from "../report/jsonStat.js";
import type { PxCodepage } from "../report/px.js";
import { tableFileName } from "../report/tableView.js";
import type { Profile } from "../report/workbook.js";
import type { PdfPress } from "../write/pdf.js";
import type { FileOfSet } from "../write/writeTogether.js";
import { optional } from "./flags.js";
import type { ReportFormat } from "./reportFormats.js";

export type ReportOptions = {
  /** In place of the one that says what the run is of. */
  readonly title?: string;
  readonly profile?: Profile;
  readonly codepage?: PxCodepage;
  /** yyyy-mm-dd, the day the files are said to be made. */
  readonly date?: string;
};

/** What all files of a run are made from. Cells and press are fetched once, and only if they are needed. */
export type ReportSource = {
  readonly input: Omit<DocumentInput, "language">;
  readonly options: ReportOptions;
  /** Undefined for a run that writes none (statistikk). */
  readonly cells: () => Promise<CellColumns | undefined>;
  readonly press: () => Promise<PdfPress>;
};

/** A workbook must have some date; this one says that nobody gave one. */
const NO_DATE = "2000-01-01";

/** The files of one form in the document's language. Bokmål has the plain names. */
export async function* filesOfFormat(
  format: ReportFormat,
  report: ReportDocument,
  source: ReportSource,
): AsyncGenerator<FileOfSet> {
  const { language } = report.texts;
  const mark = language === "nb" ? "" : `.${language}`;
  switch (format) {
    case "html":
      yield { path: `rapport${mark}.html`, chunks: reportHtml(report) };
      return;
    case "pdf":
      yield { path: `rapport${mark}.pdf`, chunks: [await pdfOf(report, source)] };
      return;
    case "xlsx":
      yield { path: `rapport${mark}.xlsx`, chunks: [await workbookOf(report, source)] };
      return;
    case "csv": {
      const { excelCsv } = await import("../report/excelCsv.js");
      for (const table of report.tables) {
        yield {
          path: `excel/${tableFileName(table.id)}${mark}.csv`,
          chunks: [excelCsv(table, report.texts)],
        };
      }
      return;
    }
    case "json-stat":
    case "px":
      yield* statisticsFiles(format, report, source, mark);
      return;
    case "parquet": {
      const { cellsParquet } = await import("../write/cellsParquet.js");
      const cells = await source.cells();
      if (cells === undefined) throw noCells();
      yield { path: "cells.parquet", chunks: [await cellsParquet(cells)] };
      return;
    }
  }
}

const noCells = (): InputError =>
  new InputError(
    { layer: "flags" },
    {
      came: "--format parquet for a run without cells",
      wanted: "html, pdf, xlsx, csv, json-stat or px; statistics are cubes, and have no cells beside them",
      todo: "Leave parquet out",
    },
  );

/** A form that has no words of any language is written once. */
export const hasLanguage = (format: ReportFormat): boolean => format !== "parquet";

async function pdfOf(report: ReportDocument, { press }: ReportSource): Promise<Uint8Array> {
  const [{ typstData }, { TYPST_TEMPLATE }, { letters, press: pressed }] = await Promise.all([
    import("../report/typst.js"),
    import("../report/typstTemplate.js"),
    press(),
  ]);
  return pressed(TYPST_TEMPLATE, typstData(report, letters));
}

async function workbookOf(
  report: ReportDocument,
  { input, options, cells }: ReportSource,
): Promise<Uint8Array> {
  const [{ sheetsOf }, { painterOf }, { workbookBytes }] = await Promise.all([
    import("../report/workbook.js"),
    import("../report/painter.js"),
    import("../write/xlsx.js"),
  ]);
  const { basis, rules } = input;
  const sheets = sheetsOf({
    report,
    basis,
    ...optional("cells", await cells()),
    paint: painterOf(rules.colours, basis.fields),
    ...optional("profile", options.profile),
  });
  return workbookBytes(report.title, sheets, options.date ?? NO_DATE);
}

async function* statisticsFiles(
  format: "json-stat" | "px",
  report: ReportDocument,
  { input, options }: ReportSource,
  mark: string,
): AsyncGenerator<FileOfSet> {
  const [{ cubeOf }, { jsonStat }, { pxBytes, pxText }] = await Promise.all([
    import("../report/tableCube.js"),
    import("../report/jsonStat.js"),
    import("../report/px.js"),
  ]);
  const { codepage = "utf-8", date } = options;
  const head: StatisticsHead = {
    language: report.texts.language,
    basis: input.basis,
    resultSha256: input.resultSha256,
    ...optional("date", date),
  };
  for (const table of report.tables) {
    const cube = cubeOf(table);
    if (cube === undefined) continue;
    const path = `${format}/${tableFileName(table.id)}${mark}.${format === "px" ? "px" : "json"}`;
    const chunk =
      format === "px" ? pxBytes(pxText(cube, codepage, head), codepage, path) : jsonStat(cube, head);
    yield { path, chunks: [chunk] };
  }
}
