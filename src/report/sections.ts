/**
 * A report section by section, as the blocks it is drawn from. HTML and PDF draw this one list: what is in one is in the
 * other, in the same order.
 */
import type { ChangeCard } from "./changeCards.js";
import type { Chart, ChartData } from "./chart.js";
import type { Fact, ReportDocument } from "./document.js";
import type { KeyFigure } from "./leadInput.js";
import { formatNumber } from "./numbers.js";
import type { RepairView } from "./repairView.js";
import type { HeadView, TableView } from "./tableView.js";
import type { Texts } from "./textsShape.js";

export type Tone = "ok" | "bad" | "error" | "warning" | "note";

/** Text that stands out, or is in another language than the report. */
export type MarkedCell = { readonly text: string; readonly tone?: Tone; readonly lang?: "nb" };
export type GridCell = string | MarkedCell;

/** A small table of the report itself; `head.wide` is a column of whole sentences. */
export type Grid = {
  readonly caption: string;
  readonly heads: readonly (HeadView & { readonly wide?: boolean })[];
  readonly rows: readonly { readonly cells: readonly GridCell[]; readonly closing?: boolean }[];
  /** "" when all rows are there. */
  readonly shortened: string;
};

/** The verdict of all checks, in one line. */
export type Verdict = {
  readonly asks: string;
  readonly answer: MarkedCell;
  readonly says: string;
  /** Text of a link to the section of the checks, for forms that have links. */
  readonly more: string;
};

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "answer"; readonly says: readonly string[]; readonly verdict: Verdict }
  | { readonly kind: "keys"; readonly keys: readonly KeyFigure[] }
  | {
      readonly kind: "drawing";
      readonly title: string;
      /** For those who do not see the drawing. */
      readonly alt: string;
      readonly svg: string;
      readonly note: string;
      readonly data?: Grid;
    }
  | { readonly kind: "cards"; readonly cards: readonly ChangeCard[] }
  | { readonly kind: "grid"; readonly grid: Grid }
  | { readonly kind: "tables"; readonly main: readonly TableView[]; readonly more: readonly TableView[] }
  | { readonly kind: "facts"; readonly title: string; readonly facts: readonly Fact[] };

export type Section = {
  /** Address within the file. */
  readonly id: string;
  readonly heading: string;
  /** False where the heading names the section only for those who do not see it. */
  readonly headed: boolean;
  /** Begins a new page in print, and stands in the list of contents. */
  readonly page: boolean;
  readonly listed: boolean;
  readonly blocks: readonly Block[];
};

/** Rows of the numbers behind one figure at most; the tables have them all. */
const MOST_DATA_ROWS = 150;

export const CHECKS_ID = "kontroll";

/** All sections of a report that have anything in them, in the order they are read. */
export function sectionsOf(report: ReportDocument): readonly Section[] {
  const { texts } = report;
  const { report: words } = texts;
  const { headings } = words;
  const all: readonly (Section | undefined)[] = [
    { ...shown("svar", headings.answer, [answerOf(report)]), headed: false, listed: false },
    {
      ...shown("nokkeltall", headings.keyFigures, [{ kind: "keys", keys: report.keyFigures }]),
      listed: false,
    },
    { ...shown("kart", headings.map, [mapOf(report)]), page: true },
    { ...shown("figurer", headings.figures, figuresOf(report)), page: true },
    report.changes.length === 0
      ? undefined
      : {
          ...shown("endringer", headings.changes, [
            { kind: "text", text: words.changes.intro },
            { kind: "cards", cards: report.changes },
          ]),
          page: true, // a card with a map is high: its heading would stand alone
        },
    {
      ...shown("tabeller", headings.tables, [{ kind: "text", text: words.tablesIntro }, tablesOf(report)]),
      page: true,
    },
    shown(CHECKS_ID, headings.checks, [
      { kind: "text", text: words.checksIntro },
      { kind: "grid", grid: checksOf(report) },
    ]),
    report.repairs.length === 0
      ? undefined
      : shown(
          "reparasjoner",
          headings.repairs,
          report.repairs.flatMap((repair) => repairOf(repair, texts)),
        ),
    shown("funn", headings.findings, findingsOf(report)),
    shown(
      "metode",
      headings.method,
      report.method.map((text) => ({ kind: "text", text })),
    ),
    shown("kilder", headings.sources, [
      { kind: "grid", grid: gridOf(report.sources, headings.sources, texts) },
      { kind: "text", text: words.licence },
      { kind: "facts", title: words.ruleSets, facts: report.ruleSets },
    ]),
    shown("fingeravtrykk", headings.fingerprint, [
      { kind: "text", text: words.fingerprint.says },
      { kind: "facts", title: "", facts: report.fingerprints },
    ]),
  ];
  return all.filter((section) => section !== undefined);
}

const shown = (id: string, heading: string, blocks: readonly Block[]): Section => ({
  id,
  heading,
  headed: true,
  page: false,
  listed: true,
  blocks,
});

function answerOf({ lead, addsUp, texts }: ReportDocument): Block {
  const { ok, notOk, allChecks } = texts.report;
  const answer: MarkedCell = addsUp ? { text: ok, tone: "ok" } : { text: notOk, tone: "bad" };
  const verdict = { asks: texts.checksTitle, answer, says: lead.at(-1) ?? "", more: allChecks };
  return { kind: "answer", says: lead.slice(0, -1), verdict };
}

function mapOf({ map, texts }: ReportDocument): Block {
  if (map === undefined) return { kind: "text", text: texts.report.map.none };
  const { title, desc, svg } = map;
  return { kind: "drawing", title, alt: `${title}. ${desc}`, svg, note: desc };
}

function figuresOf({ charts, texts }: ReportDocument): readonly Block[] {
  if (charts.length === 0) return [{ kind: "text", text: texts.report.noFigures }];
  return charts.map(({ title, desc, svg, note, data }: Chart) => ({
    kind: "drawing",
    title,
    alt: `${title}. ${desc}`,
    svg,
    note,
    data: gridOf(data, texts.report.dataOf(title), texts),
  }));
}

function tablesOf({ views, mainTables }: ReportDocument): Block {
  return {
    kind: "tables",
    main: views.filter(({ id }) => mainTables.has(id)),
    more: views.filter(({ id }) => !mainTables.has(id)),
  };
}

function gridOf({ heads, rows }: ChartData, caption: string, texts: Texts): Grid {
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  return {
    caption,
    heads,
    rows: rows.slice(0, MOST_DATA_ROWS).map((cells) => ({ cells })),
    shortened:
      rows.length <= MOST_DATA_ROWS ? "" : texts.report.shortened(count(MOST_DATA_ROWS), count(rows.length)),
  };
}

function checksOf({ checks, texts }: ReportDocument): Grid {
  const { report: words } = texts;
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const figure = (title: string) => ({ title, figure: true });
  return {
    caption: texts.checksTitle,
    heads: [
      { title: words.check, figure: false, wide: true },
      ...[texts.expected, texts.actual, words.deviation].map((title) => figure(capital(title))),
      figure("ppm"),
      figure(capital(texts.tolerance)),
      { title: words.result, figure: false },
    ],
    rows: checks.map(({ name, expected, actual, residual, ppm, tolerance, ok }) => ({
      cells: [
        name,
        expected,
        actual,
        residual,
        ppm,
        tolerance,
        ok ? { text: words.ok, tone: "ok" } : { text: words.notOk, tone: "bad" },
      ],
    })),
    shortened: "",
  };
}

function repairOf({ intro, title, data, terms, wide }: RepairView, texts: Texts): readonly Block[] {
  const { headings, repairs: words } = texts.report;
  const ledger: Grid = {
    caption: title,
    heads: [
      { title: words.heads.kind, figure: false },
      { title: words.heads.area, figure: true },
    ],
    rows: terms.map(({ name, value }, t) => ({ cells: [name, value], closing: t === terms.length - 1 })),
    shortened: "",
  };
  return [
    { kind: "text", text: intro },
    { kind: "grid", grid: gridOf(data, headings.repairs, texts) },
    ...(wide === "" ? [] : [{ kind: "text" as const, text: wide }]),
    { kind: "grid", grid: ledger },
  ];
}

function findingsOf({ warnings, findingCount, texts }: ReportDocument): readonly Block[] {
  const { report: words } = texts;
  if (warnings.length === 0) return [{ kind: "text", text: words.findingsNone }];
  const { severity, what, layer, count, area, example } = words.findingHeads;
  const grid: Grid = {
    caption: words.headings.findings,
    heads: [severity, what, layer, count, area, example].map((title) => ({
      title,
      figure: title === count || title === area,
      wide: title === what || title === example,
    })),
    rows: warnings.map((warning) => ({
      cells: [
        { text: warning.severityName, tone: warning.severity },
        `${warning.means === "" ? "" : `${warning.means} `}${warning.code} (${warning.did})`,
        warning.layer,
        warning.count,
        warning.area,
        { text: warning.says, lang: "nb" },
      ],
    })),
    shortened: "",
  };
  return [
    { kind: "text", text: words.findingsIntro(formatNumber(findingCount, 0, texts.signs)) },
    { kind: "grid", grid },
  ];
}
