/** The sections of a report as data for the Typst program. Texts are the same as in the HTML; nothing is computed here. */
import type { ChartData } from "./chart.js";
import type { ReportDocument } from "./document.js";
import { fileTextsIn } from "./fileTexts.js";
import { type Block, type Grid, type GridCell, sectionsOf } from "./sections.js";
import { clip } from "./svg.js";
import type { HeadView, TableView } from "./tableView.js";
import type { Texts } from "./textsShape.js";

/** Text as the font at hand can set it: what it has no letter for is replaced. */
export type Letters = (text: string) => string;

const TITLE_IN_FOOTER = 90;

/** JSON for `sys.inputs.report`. */
export function typstData(report: ReportDocument, letters: Letters): string {
  const { texts } = report;
  const { language } = texts;
  const data = {
    language,
    title: report.title,
    description: report.lead.join(" "),
    footer: clip(report.title, TITLE_IN_FOOTER),
    page: fileTextsIn(language).page,
    program: report.program,
    contents: texts.report.contents,
    sections: sectionsOf(report).map(({ id, heading, headed, page, listed, blocks }) => ({
      id,
      heading,
      headed,
      page,
      listed,
      blocks: blocks.map((block) => blockData(block, heading, texts)),
    })),
  };
  return JSON.stringify(data, (_, value: unknown) =>
    typeof value === "string" ? breakable(letters(plainArrows(value))) : value,
  );
}

function blockData(block: Block, heading: string, texts: Texts) {
  switch (block.kind) {
    case "drawing":
      return {
        ...block,
        svg: printed(block.svg),
        data: block.data === undefined ? null : gridData(block.data),
      };
    case "grid":
      // The name of a section's only table is what its heading has just said.
      return {
        kind: block.kind,
        grid: { ...gridData(block.grid), ...(block.grid.caption === heading ? { caption: "" } : {}) },
      };
    case "tables":
      return { kind: block.kind, runs: runsOf(block, texts) };
    case "cards":
      return {
        kind: block.kind,
        cards: block.cards.map(({ map, ...card }) => ({
          ...card,
          map: map === undefined ? null : { ...map, svg: printed(map.svg) },
        })),
      };
    case "text":
    case "answer":
    case "keys":
    case "facts":
      return block;
  }
}

/** Arrows of our own texts, which the font does not have. */
const plainArrows = (text: string): string => text.replaceAll("→", "->").replaceAll("←", "<-");

/** Drawings name fonts of screens; in print they have the report's own, so that no machine's fonts come in. */
const printed = (svg: string): string => svg.replace(/font-family="[^"]*"/, 'font-family="Noto Sans"');

const textOf = (cell: GridCell): string => (typeof cell === "string" ? cell : cell.text);

/** From so many columns of figures those of a small table share the width with its text. */
const CROWDED = 5;
const NAME_COLUMN = 24;

/** Columns of sentences are so many times as wide as one of words. */
const SENTENCES = 3;

function gridData({ caption, heads, rows, shortened }: Grid) {
  const isMarked = heads.some(({ wide }) => wide === true);
  return {
    caption,
    heads: isMarked
      ? heads.map(({ title, figure, wide = false }) => ({
          title,
          figure,
          share: wide ? SENTENCES : figure ? 0 : 1,
        }))
      : sized(
          heads,
          rows.map(({ cells }) => cells.map(textOf)),
          heads.filter(({ figure }) => figure).length >= CROWDED,
          NAME_COLUMN,
        ),
    groups: [
      {
        heading: "",
        rows: rows.map(({ cells, closing = false }) => ({
          cells: cells.map((cell) => ({ tone: "", lang: "", ...marked(cell) })),
          closing,
        })),
      },
    ],
    shortened,
  };
}

const marked = (cell: GridCell) => (typeof cell === "string" ? { text: cell } : cell);

/** Letters across a page turned sideways, and the columns from which a table stands on one. */
const MOST_ACROSS = 175;
const WIDE = 9;
const TEXT_COLUMN = 16;

/** The main tables, then the others; those that follow each other on the same kind of page stand together. */
function runsOf({ main, more }: Extract<Block, { kind: "tables" }>, { report: words }: Texts) {
  const runs: { flipped: boolean; tables: object[] }[] = [];
  for (const view of [...main, ...more]) {
    const { title, heads, groups, footnotes, shortened, csv } = view;
    const flipped = heads.length >= WIDE;
    if (runs.at(-1)?.flipped !== flipped) runs.push({ flipped, tables: [] });
    const parts = columnsOfParts(view);
    parts.forEach((columns, p) => {
      const last = p === parts.length - 1;
      const pick = <T>(row: readonly T[]): T[] => columns.map((c) => row[c]);
      const picked = groups.map(({ heading, rows }) => ({
        heading,
        rows: rows.map(({ cells, closing }) => ({ cells: pick(cells), closing })),
      }));
      runs.at(-1)!.tables.push({
        before: view === more[0] && p === 0 ? words.moreTables : "",
        title: parts.length === 1 ? title : `${title} (${p + 1}/${parts.length})`,
        heads: sized(
          pick(heads),
          picked.flatMap(({ rows }) => rows.map(({ cells }) => cells)),
          flipped,
        ),
        groups: picked.map(({ heading, rows }) => ({
          heading,
          rows: rows.map(({ cells, closing }) => ({
            cells: cells.map((text) => ({ text, tone: "", lang: "" })),
            closing,
          })),
        })),
        footnotes: last ? footnotes : [],
        shortened: last && shortened !== "" ? `${shortened} ${words.wholeTable} ${csv}` : "",
      });
    });
  }
  return runs;
}

/**
 * A table too wide for any page comes in parts: its columns of text in each, and its figures dealt so that the parts
 * are about equally wide.
 */
function columnsOfParts({ heads, groups }: TableView): readonly (readonly number[])[] {
  const texts = heads.flatMap(({ figure }, c) => (figure ? [] : [c]));
  const rows = groups.flatMap((group) => group.rows.map(({ cells }) => cells));
  const room = Math.max(TEXT_COLUMN, MOST_ACROSS - TEXT_COLUMN * texts.length);
  const figures = heads.flatMap(({ figure, title }, c) =>
    figure ? [{ c, width: figureWidth(title, rows, c) }] : [],
  );
  const count = dealt(figures, room).length;
  const all = figures.reduce((sum, { width }) => sum + width, 0);
  let even = all / Math.max(1, count);
  while (even < room && dealt(figures, even).length > count) even++;
  const parts = dealt(figures, Math.min(even, room));
  return parts.length < 2 ? [heads.map((_, c) => c)] : parts.map((part) => [...texts, ...part]);
}

function dealt(figures: readonly { readonly c: number; readonly width: number }[], room: number): number[][] {
  const parts: number[][] = [];
  let left = 0;
  for (const { c, width } of figures) {
    if (parts.length === 0 || width > left) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)!.push(c);
    left -= width;
  }
  return parts;
}

/** Letters that a column of figures needs: its heads may be broken between words, its figures nowhere. */
function figureWidth(title: string, rows: ChartData["rows"], c: number): number {
  const word = longestWord(title);
  return rows.reduce((most, row) => Math.max(most, row[c]?.length ?? 0), word) + 2;
}

const longestWord = (text: string): number =>
  text.split(/\s/).reduce((most, { length }) => Math.max(most, length), 0);

/** Heads are bold, so their letters are wider than those below. */
const BOLD = 1.2;
/** Letters that would fit in the space to both sides of a cell, and as many again for wide ones. */
const MARGIN = 4;

/**
 * Columns of text share the width by what they hold, within limits. Figures take what they need (share 0); in a wide
 * table they have a share too, or their heads would leave nothing for the text.
 */
function sized(heads: readonly HeadView[], rows: ChartData["rows"], isWide = false, widest = TEXT_COLUMN) {
  const most = isWide ? widest : 40;
  return heads.map(({ title, figure }, c) => {
    if (figure) return { title, figure, share: isWide ? figureWidth(title, rows, c) : 0 };
    const longest = rows.reduce((length, row) => Math.max(length, row[c]?.length ?? 0), 8);
    return { title, figure, share: Math.max(Math.min(most, longest), BOLD * longestWord(title)) + MARGIN };
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
