/** A report document as one HTML file that needs nothing besides itself. */
import type { ChangeCard } from "./changeCards.js";
import type { Fact, ReportDocument } from "./document.js";
import { REPORT_CSS } from "./htmlStyle.js";
import type { KeyFigure } from "./leadInput.js";
import {
  type Block,
  CHECKS_ID,
  type Grid,
  type GridCell,
  type MarkedCell,
  type Section,
  sectionsOf,
  type Tone,
  type Verdict,
} from "./sections.js";
import { escapeMarkup as e } from "./svg.js";
import type { HeadView, TableView } from "./tableView.js";
import type { Texts } from "./textsShape.js";

/** Chunks of the file, in order, so that a large report is never one string. */
export function* reportHtml(report: ReportDocument): Generator<string> {
  const { texts, title } = report;
  const { report: words, language } = texts;
  const sections = sectionsOf(report);
  yield `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n`;
  yield `<meta name="viewport" content="width=device-width,initial-scale=1">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n`;
  yield `<title>${e(title)}</title>\n<style>${REPORT_CSS}</style>\n</head>\n<body>\n`;
  yield `<a class="skip" href="#innhold">${e(words.skip)}</a>\n`;
  yield `<header class="top"><h1>${e(title)}</h1><p>${e(report.program)}</p></header>\n`;
  yield `<main id="innhold" class="inner">\n`;
  const firstListed = sections.findIndex(({ listed }) => listed);
  for (const [i, section] of sections.entries()) {
    if (i === firstListed) yield contents(sections, texts);
    yield* sectionOf(section, texts);
  }
  yield `</main>\n</body>\n</html>\n`;
}

function contents(sections: readonly Section[], { report: words }: Texts): string {
  const entries = sections
    .filter(({ listed }) => listed)
    .map(({ id, heading }) => `<li><a href="#${id}">${e(heading)}</a></li>`);
  return `<nav class="toc" aria-labelledby="toc-h"><h2 id="toc-h">${e(words.contents)}</h2><ul>${entries.join("")}</ul></nav>\n`;
}

function* sectionOf({ id, heading, headed, page, blocks }: Section, texts: Texts): Generator<string> {
  const named = headed ? `aria-labelledby="${id}-h"` : `aria-label="${e(heading)}"`;
  yield `<section id="${id}"${page ? ' class="page"' : ""} ${named}>`;
  if (headed) yield `<h2 id="${id}-h">${e(heading)}</h2>\n`;
  for (const block of blocks) yield* blockOf(block, texts);
  yield `</section>\n`;
}

function* blockOf(block: Block, texts: Texts): Generator<string> {
  switch (block.kind) {
    case "text":
      yield `<p>${e(block.text)}</p>\n`;
      return;
    case "answer":
      yield answer(block.says, block.verdict);
      return;
    case "keys":
      yield `<dl class="keys">${block.keys.map(keyFigure).join("")}</dl>`;
      return;
    case "drawing":
      yield drawn(block, texts);
      return;
    case "cards":
      yield `<ol class="cards">${block.cards.map(card).join("\n")}</ol>`;
      return;
    case "grid":
      yield grid(block.grid, texts);
      return;
    case "tables":
      for (const view of block.main) yield* tableOf(view, texts);
      if (block.more.length > 0) yield* moreTables(block.more, texts);
      return;
    case "facts":
      yield block.title === ""
        ? facts(block.facts)
        : `<details><summary>${e(block.title)}</summary>${facts(block.facts)}</details>`;
      return;
  }
}

const MARKS: Readonly<Record<Tone, string>> = { ok: "✓", bad: "✗", error: "✗", warning: "!", note: "i" };

const badge = ({ text, tone }: MarkedCell): string =>
  tone === undefined
    ? e(text)
    : `<span class="badge ${tone}"><span aria-hidden="true">${MARKS[tone]}</span> ${e(text)}</span>`;

/** The answer, then in one line whether the account adds up. */
function answer(says: readonly string[], verdict: Verdict): string {
  const lines = says.map((text) => `<p>${e(text)}</p>`);
  const line =
    `<p class="verdict"><strong>${e(verdict.asks)}</strong> ${badge(verdict.answer)} ${e(verdict.says)} ` +
    `<a href="#${CHECKS_ID}">${e(verdict.more)}</a></p>`;
  return `<div class="lead">${lines.join("")}${line}</div>`;
}

/** A large figure may leave its unit to the next line, but no figure is broken. */
const keyFigure = ({ name, value }: KeyFigure): string =>
  `<div><dt>${e(name)}</dt><dd>${e(value.replace(/\u00a0(?=\p{L}+²?$)/u, " "))}</dd></div>`;

/** A box that scrolls sideways must be reachable from the keyboard, and say what it is. */
const scrolling = (title: string, body: string, texts: Texts): string =>
  `<div class="scroll" role="group" tabindex="0" aria-label="${e(texts.report.scrollable(title.slice(0, 200)))}">${body}</div>`;

const small = (text: string): string => (text === "" ? "" : `<p class="small">${e(text)}</p>`);

function drawn({ title, svg, note, data }: Extract<Block, { kind: "drawing" }>, texts: Texts): string {
  const numbers =
    data === undefined
      ? ""
      : `<details><summary>${e(texts.report.showData)}</summary>${grid(data, texts)}</details>`;
  return `<figure><figcaption>${e(title)}</figcaption>${scrolling(title, svg, texts)}${small(note)}${numbers}</figure>\n`;
}

function grid({ caption, heads, rows, shortened }: Grid, texts: Texts): string {
  const body = rows.map(({ cells, closing = false }) => row(cells, heads, closing));
  const table = `<table><caption>${e(caption)}</caption>${headOf(heads)}<tbody>${body.join("\n")}</tbody></table>`;
  return scrolling(caption, table, texts) + small(shortened);
}

const headOf = (heads: readonly HeadView[]): string =>
  `<thead><tr>${heads
    .map(({ title, figure }) => `<th scope="col"${figure ? ' class="n"' : ""}>${e(title)}</th>`)
    .join("")}</tr></thead>`;

/** Text of so many characters has a word or two that should not be broken on a screen. */
const LONG_TEXT = 12;

/** The first cell names its row. */
function row(all: readonly GridCell[], heads: readonly HeadView[], closing: boolean): string {
  const cells = all.map((cell, c) => {
    const marked = typeof cell === "string" ? { text: cell } : cell;
    const { text, tone, lang } = marked;
    const kind = heads[c].figure ? ' class="n"' : text.length >= LONG_TEXT ? ' class="w"' : "";
    const spoken = lang === undefined ? "" : ` lang="${lang}"`;
    const names = c === 0 && text !== "" && tone === undefined;
    return names
      ? `<th scope="row"${kind}${spoken}>${e(text)}</th>`
      : `<td${kind}${spoken}>${badge(marked)}</td>`;
  });
  return `<tr${closing ? ' class="closing"' : ""}>${cells.join("")}</tr>`;
}

/** From so many columns a table is set smaller in print, on a page turned sideways; from so many, smaller still. */
const WIDE = 9;
const WIDEST = 18;

/** Folded on screen, each beside its CSV; in print only their names. */
function* moreTables(views: readonly TableView[], texts: Texts): Generator<string> {
  const { moreTables: title, moreTablesIntro, notPrinted } = texts.report;
  yield `<h3>${e(title)}</h3><p class="small onscreen">${e(moreTablesIntro)}</p>\n`;
  for (const view of views) {
    yield `<details class="more"><summary>${e(view.title)}</summary><p class="small">CSV: ${csvLink(view)}</p>`;
    yield* tableOf(view, texts);
    yield `</details>\n`;
  }
  const names = views.map((view) => `<li>${e(view.title)}: ${e(view.csv)}</li>`).join("");
  yield `<div class="onpaper"><p>${e(notPrinted)}</p><ul class="notes">${names}</ul></div>\n`;
}

const csvLink = ({ csv }: TableView): string => `<a href="${e(encodeURI(csv))}">${e(csv)}</a>`;

function* tableOf(view: TableView, texts: Texts): Generator<string> {
  const { heads, groups } = view;
  const label = e(texts.report.scrollable(view.title.slice(0, 200)));
  const wide = heads.length >= WIDE;
  const size = heads.length >= WIDEST ? ' class="wide widest"' : wide ? ' class="wide"' : "";
  // Its notes stand on the same turned page.
  if (wide) yield `<div class="across">`;
  yield `<div class="scroll" role="group" tabindex="0" aria-label="${label}">`;
  yield `<table${size} data-table="${e(view.id)}"><caption>${e(view.title)}</caption>${headOf(heads)}\n`;
  for (const { heading, rows } of groups) {
    const group =
      heading === ""
        ? ""
        : `<tr class="group"><th scope="rowgroup" colspan="${heads.length}">${e(heading)}</th></tr>\n`;
    const lines = rows.map(({ cells, closing }) => `${row(cells, heads, closing)}\n`);
    yield `<tbody>${group}${lines.join("")}</tbody>\n`;
  }
  yield `</table></div>\n`;
  if (view.shortened !== "") {
    yield `<p class="small">${e(view.shortened)} ${e(texts.report.wholeTable)} ${csvLink(view)}</p>\n`;
  }
  if (view.footnotes.length > 0) {
    yield `<ul class="notes">${view.footnotes.map((note) => `<li>${e(note)}</li>`).join("")}</ul>\n`;
  }
  if (wide) yield `</div>\n`;
}

function card({ number, title, facts: all, map }: ChangeCard): string {
  const lines = all.map(({ name, value }) => `<dt>${e(name)}</dt><dd>${e(value)}</dd>`).join("");
  return `<li><h3><span class="number">${e(number)}</span> ${e(title)}</h3>${map?.svg ?? ""}<dl>${lines}</dl></li>`;
}

const facts = (all: readonly Fact[]): string =>
  `<dl class="facts">${all.map(({ name, value }) => `<dt>${e(name)}</dt><dd class="hash">${e(value)}</dd>`).join("")}</dl>`;
