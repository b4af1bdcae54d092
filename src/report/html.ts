/** A report document as one HTML file that needs nothing besides itself. */
import type { Chart, ChartData } from "./chart.js";
import type { CheckView, ReportDocument, WarningView } from "./document.js";
import { REPORT_CSS } from "./htmlStyle.js";
import { escapeMarkup as e } from "./svg.js";
import type { TableView } from "./tableView.js";
import type { Texts } from "./textsShape.js";

/** Chunks of the file, in order, so that a large report is never one string. */
export function* reportHtml(report: ReportDocument): Generator<string> {
  const { texts, title } = report;
  const { report: words, language } = texts;
  const { headings } = words;
  yield `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n`;
  yield `<meta name="viewport" content="width=device-width,initial-scale=1">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n`;
  yield `<title>${e(title)}</title>\n<style>${REPORT_CSS}</style>\n</head>\n<body>\n`;
  yield `<a class="skip" href="#innhold">${e(words.skip)}</a>\n`;
  yield `<header class="top"><h1>${e(title)}</h1><p>${e(report.program)}</p></header>\n`;
  yield `<main id="innhold" class="inner">\n`;
  yield section("svar", "", leadOf(report), headings.answer);
  yield section(
    "nokkeltall",
    headings.keyFigures,
    `<dl class="keys">${report.keyFigures.map(keyFigure).join("")}</dl>`,
  );
  yield contents(report);
  yield section("kart", headings.map, mapOf(report), "", "page");
  yield `<section id="figurer" class="page" aria-labelledby="figurer-h"><h2 id="figurer-h">${e(headings.figures)}</h2>\n`;
  if (report.charts.length === 0) yield `<p>${e(words.noFigures)}</p>`;
  for (const chart of report.charts) yield figure(chart, texts);
  yield `</section>\n`;
  if (report.changes.length > 0) yield section("endringer", headings.changes, changeCardsOf(report));
  yield `<section id="tabeller" class="page" aria-labelledby="tabeller-h">`;
  yield `<h2 id="tabeller-h">${e(headings.tables)}</h2><p>${e(words.tablesIntro)}</p>\n`;
  const folded = report.views.filter(({ id }) => !report.mainTables.has(id));
  for (const view of report.views) if (report.mainTables.has(view.id)) yield* tableOf(view, texts);
  if (folded.length > 0) yield* moreTables(folded, texts);
  yield `</section>\n`;
  yield section("kontroll", headings.checks, checksTable(report.checks, texts));
  if (report.repairs.length > 0) yield section("reparasjoner", headings.repairs, repairsOf(report));
  yield section("funn", headings.findings, warningsOf(report));
  yield section("metode", headings.method, report.method.map((says) => `<p>${e(says)}</p>`).join("\n"));
  const sources = dataTable(report.sources, headings.sources, texts);
  const ruleSets = `<details><summary>${e(words.ruleSets)}</summary>${facts(report.ruleSets)}</details>`;
  yield section("kilder", headings.sources, `${sources}<p>${e(words.licence)}</p>${ruleSets}`);
  const sums = `<p>${e(words.fingerprint.says)}</p>${facts(report.fingerprints)}`;
  yield section("fingeravtrykk", headings.fingerprint, sums);
  yield `</main>\n</body>\n</html>\n`;
}

/** @param label names a section that has no heading of its own */
function section(id: string, heading: string, body: string, label = "", kind = ""): string {
  const named = heading === "" ? `aria-label="${e(label)}"` : `aria-labelledby="${id}-h"`;
  const title = heading === "" ? "" : `<h2 id="${id}-h">${e(heading)}</h2>\n`;
  return `<section id="${id}"${kind === "" ? "" : ` class="${kind}"`} ${named}>${title}${body}</section>\n`;
}

const keyFigure = ({ name, value }: { name: string; value: string }): string =>
  `<div><dt>${e(name)}</dt><dd>${e(value)}</dd></div>`;

/** The answer, then in one line whether the account adds up. */
function leadOf({ lead, addsUp, texts }: ReportDocument): string {
  const { ok, notOk, allChecks } = texts.report;
  const badge = addsUp
    ? `<span class="badge ok">✓ ${e(ok)}</span>`
    : `<span class="badge bad">✗ ${e(notOk)}</span>`;
  const answer = lead.slice(0, -1).map((says) => `<p>${e(says)}</p>`);
  const verdict =
    `<p class="verdict"><strong>${e(texts.checksTitle)}</strong> ${badge} ${e(lead.at(-1) ?? "")} ` +
    `<a href="#kontroll">${e(allChecks)}</a></p>`;
  return `<div class="lead">${answer.join("")}${verdict}</div>`;
}

function contents({ texts: { report: words }, changes, repairs }: ReportDocument): string {
  const { headings } = words;
  const entries = [
    ["kart", headings.map],
    ["figurer", headings.figures],
    ...(changes.length > 0 ? [["endringer", headings.changes]] : []),
    ["tabeller", headings.tables],
    ["kontroll", headings.checks],
    ...(repairs.length > 0 ? [["reparasjoner", headings.repairs]] : []),
    ["funn", headings.findings],
    ["metode", headings.method],
    ["kilder", headings.sources],
    ["fingeravtrykk", headings.fingerprint],
  ].map(([id, text]) => `<li><a href="#${id}">${e(text)}</a></li>`);
  return `<nav class="toc" aria-labelledby="toc-h"><h2 id="toc-h">${e(words.contents)}</h2><ul>${entries.join("")}</ul></nav>\n`;
}

/** A box that scrolls sideways must be reachable from the keyboard, and say what it is. */
const scrolling = (title: string, body: string, texts: Texts): string =>
  `<div class="scroll" role="group" tabindex="0" aria-label="${e(texts.report.scrollable(title.slice(0, 200)))}">${body}</div>`;

function checksTable(checks: readonly CheckView[], texts: Texts): string {
  const { report: words } = texts;
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const heads = [texts.expected, texts.actual, words.deviation, "ppm", texts.tolerance]
    .map((text) => `<th scope="col" class="n">${e(text === "ppm" ? text : capital(text))}</th>`)
    .join("");
  const rows = checks.map((check) => {
    const badge = check.ok
      ? `<span class="badge ok">✓ ${e(words.ok)}</span>`
      : `<span class="badge bad">✗ ${e(words.notOk)}</span>`;
    const figures = [check.expected, check.actual, check.residual, check.ppm, check.tolerance]
      .map((text) => `<td class="n">${e(text)}</td>`)
      .join("");
    return `<tr><th scope="row">${e(check.name)}</th>${figures}<td>${badge}</td></tr>`;
  });
  const table =
    `<table><caption>${e(texts.checksTitle)}</caption><thead><tr><th scope="col">${e(words.check)}</th>${heads}` +
    `<th scope="col">${e(words.result)}</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
  return `<p>${e(words.checksIntro)}</p>${scrolling(texts.checksTitle, table, texts)}`;
}

function mapOf({ map, texts }: ReportDocument): string {
  if (map === undefined) return `<p>${e(texts.report.map.none)}</p>`;
  const body = scrolling(map.title, map.svg, texts);
  return `<figure><figcaption>${e(map.title)}</figcaption>${body}<p class="small">${e(map.desc)}</p></figure>`;
}

function figure(chart: Chart, texts: Texts): string {
  const note = chart.note === "" ? "" : `<p class="small">${e(chart.note)}</p>`;
  const data = dataTable(chart.data, texts.report.dataOf(chart.title), texts);
  return (
    `<figure><figcaption>${e(chart.title)}</figcaption>${scrolling(chart.title, chart.svg, texts)}${note}` +
    `<details><summary>${e(texts.report.showData)}</summary>${data}</details></figure>\n`
  );
}

function dataTable({ heads, rows }: ChartData, caption: string, texts: Texts): string {
  const head = heads
    .map(({ title, figure: right }) => `<th scope="col"${right ? ' class="n"' : ""}>${e(title)}</th>`)
    .join("");
  const body = rows.map((row) => `<tr>${cells(row, heads)}</tr>`).join("\n");
  const table = `<table><caption>${e(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
  return scrolling(caption, table, texts);
}

/** Text of so many characters has a word or two that should not be broken on a screen. */
const LONG_TEXT = 12;

/** The first cell names its row. */
function cells(row: readonly string[], heads: readonly { readonly figure: boolean }[]): string {
  return row
    .map((text, c) => {
      const kind = heads[c].figure ? ' class="n"' : text.length >= LONG_TEXT ? ' class="w"' : "";
      return c === 0 && text !== "" ? `<th scope="row"${kind}>${e(text)}</th>` : `<td${kind}>${e(text)}</td>`;
    })
    .join("");
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
  const head = heads
    .map(({ title, figure: right }) => `<th scope="col"${right ? ' class="n"' : ""}>${e(title)}</th>`)
    .join("");
  const label = e(texts.report.scrollable(view.title.slice(0, 200)));
  const wide = heads.length >= WIDE;
  const size = heads.length >= WIDEST ? ' class="wide widest"' : wide ? ' class="wide"' : "";
  yield `<div class="scroll${wide ? " across" : ""}" role="group" tabindex="0" aria-label="${label}">`;
  yield `<table${size} data-table="${e(view.id)}"><caption>${e(view.title)}</caption>`;
  yield `<thead><tr>${head}</tr></thead>\n`;
  for (const { heading, rows } of groups) {
    const group =
      heading === ""
        ? ""
        : `<tr class="group"><th scope="rowgroup" colspan="${heads.length}">${e(heading)}</th></tr>\n`;
    const lines = rows.map(
      ({ cells: row, closing }) => `<tr${closing ? ' class="closing"' : ""}>${cells(row, heads)}</tr>\n`,
    );
    yield `<tbody>${group}${lines.join("")}</tbody>\n`;
  }
  yield `</table></div>\n`;
  if (view.shortened !== "") {
    yield `<p class="small">${e(view.shortened)} ${e(texts.report.wholeTable)} ${csvLink(view)}</p>\n`;
  }
  if (view.footnotes.length > 0) {
    yield `<ul class="notes">${view.footnotes.map((note) => `<li>${e(note)}</li>`).join("")}</ul>\n`;
  }
}

function changeCardsOf({ changes, texts }: ReportDocument): string {
  const cards = changes.map(({ number, title, facts: all }) => {
    const lines = all.map(({ name, value }) => `<dt>${e(name)}</dt><dd>${e(value)}</dd>`).join("");
    return `<li><h3><span class="number">${e(number)}</span> ${e(title)}</h3><dl>${lines}</dl></li>`;
  });
  return `<p>${e(texts.report.changes.intro)}</p><ol class="cards">${cards.join("\n")}</ol>`;
}

function repairsOf({ repairs, texts }: ReportDocument): string {
  return repairs
    .map(({ intro, title, data, terms, wide }) => {
      const last = terms.length - 1;
      const sum = terms.map(
        ({ name, value }, t) =>
          `<tr${t === last ? ' class="closing"' : ""}><th scope="row">${e(name)}</th><td class="n">${e(value)}</td></tr>`,
      );
      const ledger = `<table><caption>${e(title)}</caption><tbody>${sum.join("")}</tbody></table>`;
      const doubt = wide === "" ? "" : `<p>${e(wide)}</p>`;
      return `<p>${e(intro)}</p>${dataTable(data, texts.report.headings.repairs, texts)}${doubt}${scrolling(title, ledger, texts)}`;
    })
    .join("\n");
}

function warningsOf({ warnings, findingCount, texts }: ReportDocument): string {
  const { report: words } = texts;
  if (warnings.length === 0) return `<p>${e(words.findingsNone)}</p>`;
  const { severity, what, layer, count, area, example } = words.findingHeads;
  const heads = [severity, what, layer, count, area, example]
    .map((text) => `<th scope="col"${text === count || text === area ? ' class="n"' : ""}>${e(text)}</th>`)
    .join("");
  const rows = warnings.map((warning) => warningRow(warning));
  const table = `<table><caption>${e(words.headings.findings)}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
  return `<p>${e(words.findingsIntro(String(findingCount)))}</p>${scrolling(words.headings.findings, table, texts)}`;
}

const MARKS = { error: "✗", warning: "!", note: "i" } as const;

function warningRow({
  severity,
  severityName,
  means,
  code,
  layer,
  did,
  count,
  area,
  says,
}: WarningView): string {
  const badge = `<span class="badge ${severity}"><span aria-hidden="true">${MARKS[severity]}</span> ${e(severityName)}</span>`;
  const what = `${means === "" ? "" : `${e(means)} `}<code>${e(code)}</code> (${e(did)})`;
  return (
    `<tr><td>${badge}</td><td>${what}</td><td>${e(layer)}</td><td class="n">${e(count)}</td>` +
    `<td class="n">${e(area)}</td><td lang="nb">${e(says)}</td></tr>`
  );
}

const facts = (all: readonly { readonly name: string; readonly value: string }[]): string =>
  `<dl class="facts">${all.map(({ name, value }) => `<dt>${e(name)}</dt><dd class="hash">${e(value)}</dd>`).join("")}</dl>`;
