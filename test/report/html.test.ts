import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import type { ReportBasis } from "../../src/report/basis.js";
import { reportHtml } from "../../src/report/html.js";
import { cellText } from "../../src/report/print.js";
import { escapeMarkup } from "../../src/report/svg.js";
import { textsIn } from "../../src/report/texts.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { basis9901, sampleDocument, sampleHtml } from "./sample.js";

/** Cells of the body rows of one printed table, as text. */
function printedCells(html: string, id: string): string[][] {
  const from = html.indexOf(`data-table="${escapeMarkup(id)}"`);
  const table = html.slice(from, html.indexOf("</table>", from));
  return table
    .slice(table.indexOf("</thead>"))
    .split("<tr")
    .slice(1)
    .filter((row) => !row.startsWith(' class="group"'))
    .map((row) => [...row.matchAll(/<(?:td|th)[^>]*>(.*?)<\/(?:td|th)>/gs)].map(([, text]) => text));
}

/** Content of elements, with tags balanced as XML wants them: void elements of the head apart, HTML here is XML too. */
function wellFormed(html: string): void {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(html.replace("<!doctype html>\n", "").replace(/<meta ([^>]*)>/g, "<meta $1/>")).close();
}

describe.each(LANGUAGES)("%s", (language) => {
  const html = sampleHtml(language);
  const report = sampleDocument(language);

  test("has every number of every table", () => {
    const texts = textsIn(language);
    expect(report.tables.length).toBe(basis9901.tables.length);
    for (const table of report.tables) {
      const shown = table.print.columns.map((id) => table.columns.findIndex((column) => column.id === id));
      const due = table.rows.map((row) =>
        shown.map((c) => escapeMarkup(cellText(row[c], table.columns[c], table, texts))),
      );
      expect(printedCells(html, table.id)).toEqual(due);
    }
  });

  test("keeps the figures of the run whatever the language", () => {
    report.tables.forEach((table, t) => {
      const numbers = (rows: ReportBasis["tables"][number]["rows"]) =>
        rows.map((row) => row.filter((value) => typeof value !== "string"));
      expect(numbers(table.rows)).toEqual(numbers(basis9901.tables[t].rows));
    });
  });

  test("is well formed, names no other place and runs nothing", () => {
    wellFormed(html);
    expect(html).not.toMatch(/<script|<iframe|<img|javascript:|src=|@import|url\((?!#)/i);
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    expect(html).toContain(`<html lang="${language}">`);
  });

  test("has ids that are each its own", () => {
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("the answer stands first, in three sentences", () => {
  expect(sampleDocument("nb").lead).toEqual([
    expect.stringMatching(
      /^Kommune 9901 er 10\u00a0000\u00a0daa stort, og mest av det er skog \(50,0 %\)\.$/,
    ),
    expect.stringMatching(/^Av dette er 9\u00a0000\u00a0daa land \(90,0 %\); regnskapet er delt etter /),
    expect.stringMatching(/^Regnskapet går opp: alle de \d+ kontrollene holder/),
  ]);
  expect(sampleDocument("en").lead[0]).toMatch(/covers 10,000\u00a0daa, most of it forest \(50\.0 %\)\.$/);
});

test("a check that fails is said on the first page and marked by more than colour", () => {
  const checks = basis9901.checks.map((check, i) =>
    i === 0 ? { ...check, residualM2: 12.5, ok: false } : check,
  );
  const html = sampleHtml("nb", { ...basis9901, checks });
  expect(html).toContain(`Regnskapet går ikke opp: 1 av ${checks.length}`);
  expect(html).toContain('<span class="badge bad"><span aria-hidden="true">✗</span> Nei</span>');
});

test("a long table is shortened, and says where the rest is", () => {
  const html = [...reportHtml(sampleDocument("nb", basis9901, { maxRows: 5 }))].join("");
  expect(html).toContain("Viser 5 av ");
  expect(html).toContain('href="tables/T1-arealdekkeNiva1.csv"');
});

const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `</svg></title></style><b>`,
  `&amp; & ' " \u0000 \u001b \ud800`,
  `=cmd|' /C calc'!A0`,
  `Ávžžir Kárášjohka Guovdageaidnu Čáhcesuolu Ŋŧđ`,
  "æøå".repeat(3400),
];

test.each(HOSTILE)("a hostile name comes out as text: %.40s", (name) => {
  const hostile = JSON.parse(
    JSON.stringify(basis9901).replaceAll("9901", JSON.stringify(name).slice(1, -1)),
  ) as ReportBasis;
  const more: ReportBasis = {
    ...hostile,
    inputs: hostile.inputs.map((input) => ({ ...input, name, file: name })),
    layers: hostile.layers.map((layer) => ({ ...layer, name })),
    findings: hostile.findings.map((group) => ({ ...group, layer: name, says: name, code: name })),
    fields: hostile.fields.map((field) => ({
      ...field,
      classes: field.classes.map((one, i) => (i === 0 ? { ...one, navn: name, en: name } : one)),
    })),
    tables: hostile.tables.map((table) => ({
      ...table,
      title: `${table.title} ${name}`,
      footnotes: [name],
      columns: table.columns.map((column) => ({ ...column, title: name })),
      rows: table.rows.map((row) =>
        row.map((value) => (typeof value === "string" && value !== "" ? name : value)),
      ),
    })),
  };
  for (const language of LANGUAGES) {
    const html = sampleHtml(language, more);
    wellFormed(html);
    expect(html).not.toMatch(/<script|<img|<b>|onerror=alert\(1\)>/i);
    expect(html).toContain(escapeMarkup(name));
  }
});

test("a run without classes, layers, tables or findings still makes a report", () => {
  const empty: ReportBasis = {
    ...basis9901,
    fields: [],
    layers: [],
    tables: [],
    findings: [],
    findingCount: 0,
    checks: [],
  };
  for (const language of LANGUAGES) wellFormed(sampleHtml(language, empty));
});
