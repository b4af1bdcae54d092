/** The report document as data for its Typst program. Texts are the same as in the HTML; nothing is computed here. */
import type { Chart, ChartData } from "./chart.js";
import type { ReportDocument } from "./document.js";
import { fileTextsIn } from "./fileTexts.js";
import { clip } from "./svg.js";

/** Text as the font at hand can set it: what it has no letter for is replaced. */
export type Letters = (text: string) => string;

/** Rows of the numbers behind one figure; the tables have the rest. */
const MOST_DATA_ROWS = 60;
const TITLE_IN_FOOTER = 90;

/** JSON for `sys.inputs.report`. */
export function typstData(report: ReportDocument, letters: Letters): string {
  const { texts, map } = report;
  const { report: words, language } = texts;
  const { severity, what, layer, count, area, example } = words.findingHeads;
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const data = {
    language,
    title: report.title,
    footer: clip(report.title, TITLE_IN_FOOTER),
    page: fileTextsIn(language).page,
    program: report.program,
    headings: words.headings,
    lead: report.lead,
    keyFigures: report.keyFigures,
    checksIntro: words.checksIntro,
    checkHeads: [
      words.check,
      capital(texts.expected),
      capital(texts.actual),
      words.deviation,
      "ppm",
      capital(texts.tolerance),
      words.result,
    ],
    checks: report.checks.map(({ name, expected, actual, residual, ppm, tolerance, ok }) => ({
      name,
      figures: [expected, actual, residual, ppm, tolerance],
      ok,
      says: ok ? words.ok : words.notOk,
    })),
    map:
      map === undefined
        ? null
        : { svg: printed(map.svg), alt: `${map.title}. ${map.desc}`, title: map.title, note: map.desc },
    noMap: words.map.none,
    noFigures: words.noFigures,
    charts: report.charts.map((chart) => ({
      svg: printed(chart.svg),
      alt: `${chart.title}. ${chart.desc}`,
      title: chart.title,
      note: chart.note,
      data: chartData(chart, report),
    })),
    tablesIntro: words.tablesIntro,
    changesIntro: words.changes.intro,
    changes: report.changes,
    sections: sectionsOf(report),
    repairs: report.repairs.map(({ intro, title, data: { heads, rows }, terms, wide }) => ({
      intro,
      title,
      wide,
      heads: sized(heads, rows),
      rows: rowsOf(rows),
      ledgerHeads: [
        { title: words.charts.className, figure: false, share: 1 },
        { title: words.charts.area, figure: true, share: 0 },
      ],
      terms: terms.map(({ name, value }, t) => ({ cells: [name, value], closing: t === terms.length - 1 })),
    })),
    findingsNone: words.findingsNone,
    findingsIntro: words.findingsIntro(String(report.findingCount)),
    warningHeads: [severity, what, layer, count, area, example].map((title) => ({
      title,
      figure: title === count || title === area,
      share: title === what || title === example ? 3 : 1,
    })),
    warnings: report.warnings.map((warning) => ({
      cells: [
        warning.severityName,
        `${warning.means === "" ? "" : `${warning.means} `}${warning.code} (${warning.did})`,
        warning.layer,
        warning.count,
        warning.area,
        warning.says,
      ],
      closing: false,
    })),
    method: report.method,
    sources: { heads: sized(report.sources.heads, report.sources.rows), rows: rowsOf(report.sources.rows) },
    licence: words.licence,
    ruleSetsTitle: words.ruleSets,
    ruleSets: report.ruleSets,
    fingerprintSays: words.fingerprint.says,
    fingerprints: report.fingerprints,
  };
  return JSON.stringify(data, (_, value: unknown) =>
    typeof value === "string" ? breakable(letters(plainArrows(value))) : value,
  );
}

/** Arrows of our own texts, which the font does not have. */
const plainArrows = (text: string): string => text.replaceAll("→", "->").replaceAll("←", "<-");

/** Drawings name fonts of screens; in print they have the report's own, so that no machine's fonts come in. */
const printed = (svg: string): string => svg.replace(/font-family="[^"]*"/, 'font-family="Noto Sans"');

function chartData({ title, data }: Chart, { texts }: ReportDocument) {
  const shown = data.rows.slice(0, MOST_DATA_ROWS);
  const { dataOf, shortened } = texts.report;
  return {
    caption: dataOf(title),
    heads: sized(data.heads, shown),
    rows: rowsOf(shown),
    shortened:
      shown.length < data.rows.length ? shortened(String(shown.length), String(data.rows.length)) : "",
  };
}

const rowsOf = (rows: ChartData["rows"]) => rows.map((cells) => ({ cells, closing: false }));

/** Letters across a page turned sideways, and the columns from which a table stands on one. */
const MOST_ACROSS = 175;
const WIDE = 9;
const TEXT_COLUMN = 16;

/** The main tables, then the others; those that follow each other on the same kind of page stand together. */
function sectionsOf({ views, mainTables, texts }: ReportDocument) {
  const sections: { flipped: boolean; tables: object[] }[] = [];
  const main = views.filter(({ id }) => mainTables.has(id));
  for (const view of [...main, ...views.filter(({ id }) => !mainTables.has(id))]) {
    const { title, heads, groups, footnotes, shortened, csv } = view;
    const flipped = heads.length >= WIDE;
    if (sections.at(-1)?.flipped !== flipped) sections.push({ flipped, tables: [] });
    const parts = columnsOfParts(view);
    parts.forEach((columns, p) => {
      const last = p === parts.length - 1;
      const pick = <T>(row: readonly T[]): T[] => columns.map((c) => row[c]);
      const picked = groups.map(({ heading, rows }) => ({
        heading,
        rows: rows.map(({ cells, closing }) => ({ cells: pick(cells), closing })),
      }));
      sections.at(-1)!.tables.push({
        title: parts.length === 1 ? title : `${title} (${p + 1}/${parts.length})`,
        heads: sized(
          pick(heads),
          picked.flatMap(({ rows }) => rows.map(({ cells }) => cells)),
          flipped,
        ),
        groups: picked,
        footnotes: last ? footnotes : [],
        shortened: last && shortened !== "" ? `${shortened} ${texts.report.wholeTable} ${csv}` : "",
      });
    });
  }
  return sections;
}

/** A table too wide for any page comes in parts: its columns of text in each, and as many figures as there is room for. */
function columnsOfParts({ heads, groups }: ReportDocument["views"][number]): readonly (readonly number[])[] {
  const texts = heads.flatMap(({ figure }, c) => (figure ? [] : [c]));
  const rows = groups.flatMap((group) => group.rows.map(({ cells }) => cells));
  const room = Math.max(TEXT_COLUMN, MOST_ACROSS - TEXT_COLUMN * texts.length);
  const parts: number[][] = [];
  let left = 0;
  heads.forEach((head, c) => {
    if (!head.figure) return;
    const width = figureWidth(head.title, rows, c);
    if (parts.length === 0 || width > left) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)!.push(c);
    left -= width;
  });
  return parts.length < 2 ? [heads.map((_, c) => c)] : parts.map((figures) => [...texts, ...figures]);
}

/** Letters that a column of figures needs: its heads may be broken between words, its figures nowhere. */
function figureWidth(title: string, rows: ChartData["rows"], c: number): number {
  const word = title.split(/\s/).reduce((most, { length }) => Math.max(most, length), 0);
  return rows.reduce((most, row) => Math.max(most, row[c]?.length ?? 0), word) + 2;
}

/**
 * Columns of text share the width by what they hold, within limits. Figures take what they need (share 0); in a wide
 * table they have a share too, or their heads would leave nothing for the text.
 */
function sized(
  heads: readonly { readonly title: string; readonly figure: boolean }[],
  rows: ChartData["rows"],
  isWide = false,
) {
  const most = isWide ? TEXT_COLUMN : 40;
  return heads.map(({ title, figure }, c) => {
    if (figure) return { title, figure, share: isWide ? figureWidth(title, rows, c) : 0 };
    const longest = rows.reduce((length, row) => Math.max(length, row[c]?.length ?? 0), title.length);
    return { title, figure, share: Math.min(most, Math.max(8, longest)) };
  });
}

/** A word longer than a column would run out of the page: it may be broken after so many letters. */
const LONGEST_WORD = 32;

function breakable(text: string): string {
  if (text.startsWith("<svg")) return text;
  return text.replace(/\S{33,}/gu, (word) => {
    const letters = Array.from(word);
    const parts: string[] = [];
    for (let from = 0; from < letters.length; from += LONGEST_WORD)
      parts.push(letters.slice(from, from + LONGEST_WORD).join(""));
    return parts.join("\u200b");
  });
}
