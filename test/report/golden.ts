/** The golden files of reports: how each is made, so that one test can hold all of them, or write them when asked. */
import { createHash } from "node:crypto";
import { painterOf } from "../../src/report/painter.js";
import { LANGUAGES, type Language } from "../../src/report/textsShape.js";
import { typstData } from "../../src/report/typst.js";
import { TYPST_TEMPLATE } from "../../src/report/typstTemplate.js";
import { sheetsOf } from "../../src/report/workbook.js";
import { type PdfPress, pdfPress } from "../../src/write/pdf.js";
import { workbookBytes } from "../../src/write/xlsx.js";
import { readPdf } from "./pdfReader.js";
import { plannedBasis } from "./plannedSample.js";
import { CHANGE_MAP, RUNS } from "./runSamples.js";
import { basis9901, rules, sampleCells, sampleDocument, sampleHtml } from "./sample.js";

/** The platform whose PDF files the sums are of: Typst is compiled for each, and may round otherwise. */
export const PDF_PLATFORM = "linux-x64";

export type GoldenFile = { readonly name: string; readonly make: () => Promise<Uint8Array> };

let press: Promise<PdfPress> | undefined;

const ofLanguage = (language: Language): readonly GoldenFile[] => [
  { name: `9901-eksempel/rapport.${language}.html`, make: () => textFile(sampleHtml(language)) },
  { name: `9901-eksempel/rapport.${language}.pdf.txt`, make: () => pdfInWords(language) },
  { name: `9901-eksempel/rapport.${language}.xlsx`, make: () => workbook(language) },
  { name: `9901-plan/rapport.${language}.html`, make: () => textFile(sampleHtml(language, plannedBasis)) },
  {
    name: `9901-endring/rapport.${language}.html`,
    make: () => textFile(sampleHtml(language, RUNS.change, CHANGE_MAP)),
  },
  {
    name: `9901-scenario/rapport.${language}.html`,
    make: () => textFile(sampleHtml(language, RUNS.scenario)),
  },
  {
    name: `9901-statistikk/rapport.${language}.html`,
    make: () => textFile(sampleHtml(language, RUNS.statistics)),
  },
];

export const GOLDEN_FILES: readonly GoldenFile[] = LANGUAGES.flatMap(ofLanguage);

const textFile = (text: string): Promise<Uint8Array> => Promise.resolve(Buffer.from(text));

function workbook(language: Language): Promise<Uint8Array> {
  const report = sampleDocument(language);
  const paint = painterOf(rules.colours, basis9901.fields);
  const sheets = sheetsOf({ report, basis: basis9901, cells: sampleCells, paint });
  return Promise.resolve(workbookBytes(report.title, sheets, "2000-01-01"));
}

/** A PDF is too large to be kept; its sum holds every byte, and the rest says what has changed when the sum does. */
async function pdfInWords(language: Language): Promise<Uint8Array> {
  const { letters, press: pressed } = await (press ??= pdfPress());
  const bytes = pressed(TYPST_TEMPLATE, typstData(sampleDocument(language), letters));
  const { objects, pages } = readPdf(bytes);
  const tags = new Map<string, number>();
  for (const head of objects.values())
    for (const [, tag] of head.matchAll(/\/S\s*\/([A-Z][A-Za-z0-9]*)\b/g))
      tags.set(tag, (tags.get(tag) ?? 0) + 1);
  const lines = [
    `sha256 (${PDF_PLATFORM}): ${createHash("sha256").update(bytes).digest("hex")}`,
    `tags: ${[...tags]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, count]) => `${tag} ${count}`)
      .join(", ")}`,
    ...pages.flatMap((page, p) => [`--- ${p + 1}`, ...joined(page)]),
  ];
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Text of drawings is set letter by letter: what stands one by one is one line. */
function joined(page: string): readonly string[] {
  const lines: string[] = [];
  let wasLetter = false;
  for (const line of page.split("\n")) {
    const isLetter = [...line].length === 1;
    if (isLetter && wasLetter) lines.push(lines.pop()! + line);
    else if (line.trim() !== "") lines.push(line.trimEnd());
    wasLetter = isLetter;
  }
  return lines;
}
