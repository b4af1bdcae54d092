import { beforeAll, describe, expect, test } from "vitest";
import type { ReportDocument } from "../../src/report/document.js";
import { reportHtml } from "../../src/report/html.js";
import { sectionsOf } from "../../src/report/sections.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { typstData } from "../../src/report/typst.js";
import { TYPST_TEMPLATE } from "../../src/report/typstTemplate.js";
import { type PdfPress, pdfPress } from "../../src/write/pdf.js";
import { fullBasis } from "./fullSample.js";
import { readPdf } from "./pdfReader.js";
import { sampleDocument } from "./sample.js";

let press: PdfPress;
beforeAll(async () => {
  press = await pdfPress();
});

type Read = { readonly heading: string; readonly text: string };

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

/** Sections of the file with the text a reader sees, on screen or on paper, but what stands in drawings. */
function sectionsOfHtml(html: string): readonly Read[] {
  return [...html.matchAll(/<section id="[^"]*"[^>]*>(.*?)<\/section>/gs)].flatMap(([, body]) => {
    const heading = /^<h2[^>]*>(.*?)<\/h2>/.exec(body)?.[1];
    return heading === undefined ? [] : [{ heading: textOf(heading), text: textOf(body) }];
  });
}

const textOf = (html: string): string =>
  html
    .replace(/<svg .*?<\/svg>/gs, "")
    .replace(/<[^>]*>/g, "\n")
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name]);

/** The same of a PDF: from one heading to the next, without the foot of each page and the list of contents. */
function sectionsOfPdf(
  bytes: Uint8Array,
  headings: readonly string[],
  report: ReportDocument,
): readonly Read[] {
  const lines = readPdf(bytes).pages.flatMap((page) => {
    const all = page.split("\n");
    const foot = all.lastIndexOf(report.title);
    return foot < 0 ? all : all.slice(0, foot);
  });
  const contents = lines.indexOf(report.texts.report.contents);
  const end = lines.findIndex((line, i) => i > contents && line.trim() === headings.at(-1));
  const pageNumber = lines.findIndex((line, i) => i > end && /^\s*\d+$/.test(line));
  lines.splice(contents, pageNumber + 1 - contents);
  // From the end: a table may have a group of the same name as a later section.
  const sections: Read[] = [];
  let to = lines.length;
  for (const heading of [...headings].reverse()) {
    const at = lines.lastIndexOf(heading, to - 1);
    if (at >= 0) sections.unshift({ heading, text: lines.slice(at + 1, to).join("\n") });
    if (at >= 0) to = at;
  }
  return sections;
}

/** Numbers as they are written, each once. Parts of a word are none, and sums of 64 hexadecimal digits neither. */
const numbersIn = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .replace(/[0-9a-f]{32,}/g, "")
      .match(/(?<![\p{L}\p{N}_.-])[−-]?\d+(?:[\u00a0,.]\d+)*(?:e[−-]?\d+)?(?![\p{L}\p{N}_-])/gu) ?? [],
  );

/** Text of a drawing is set letter by letter, so its numbers come as digits. */
const LETTER = /^\d$/;

type Drawing = { readonly kind: string; readonly title: string; readonly alt: string; readonly svg: string };

function figureIn(data: string, title: string): Drawing {
  const { sections } = JSON.parse(data) as { sections: readonly { blocks: readonly Drawing[] }[] };
  const due = press.letters(title.replaceAll("→", "->"));
  return sections
    .flatMap(({ blocks }) => blocks)
    .find((block) => block.kind === "drawing" && block.title === due)!;
}

describe.each(LANGUAGES)("%s", (language) => {
  const report: ReportDocument = sampleDocument(language, fullBasis);
  let html: readonly Read[];
  let pdf: readonly Read[];
  beforeAll(() => {
    const headings = sectionsOf(report).filter(({ headed }) => headed);
    html = sectionsOfHtml([...reportHtml(report)].join(""));
    const bytes = press.press(TYPST_TEMPLATE, typstData(report, press.letters));
    pdf = sectionsOfPdf(
      bytes,
      headings.map(({ heading }) => heading),
      report,
    );
  });

  test("HTML and PDF have the same sections in the same order", () => {
    expect(html.length).toBeGreaterThan(9);
    expect(pdf.map(({ heading }) => heading)).toEqual(html.map(({ heading }) => heading));
  });

  test("each section has the same numbers in both", () => {
    html.forEach(({ heading, text }, i) => {
      const [screen, paper] = [numbersIn(text), numbersIn(pdf[i].text)];
      const missing = [...screen].filter((number) => !paper.has(number));
      const added = [...paper].filter((number) => !screen.has(number) && !LETTER.test(number));
      expect({ heading, missing, added }).toEqual({ heading, missing: [], added: [] });
    });
  });

  test("each drawing is the same in both, with what it shows in words", () => {
    const data = typstData(report, press.letters);
    for (const { svg, title, desc } of [report.map!, ...report.charts]) {
      expect(html.some(({ text }) => text.includes(title))).toBe(true);
      const { alt } = figureIn(data, title);
      expect(alt).toBe(press.letters(`${title}. ${desc}`.replaceAll("→", "->")));
      expect(figureIn(data, title).svg.length).toBeGreaterThan(svg.length / 2);
    }
  });
});

test("what a report has not, has no section", () => {
  const ids = (report: ReportDocument) => sectionsOf(report).map(({ id }) => id);
  const full = sampleDocument("nb", fullBasis);
  expect(ids(full)).toContain("reparasjoner");
  expect(ids({ ...full, changes: [], repairs: [] })).toEqual(
    ids(full).filter((id) => id !== "endringer" && id !== "reparasjoner"),
  );
});

test("numbers behind a figure that are too many are cut in both forms alike, and it is said", () => {
  const full = sampleDocument("nb", fullBasis);
  const [chart] = full.charts;
  const rows = Array.from({ length: 151 }, (_, i) => chart.data.heads.map(() => String(7_000 + i)));
  const long = { ...full, charts: [{ ...chart, data: { ...chart.data, rows } }] };
  const drawn = sectionsOf(long).find(({ id }) => id === "figurer")!.blocks[0];
  expect(drawn).toMatchObject({ data: { shortened: "Viser 150 av 151 rader." } });
  for (const text of [[...reportHtml(long)].join(""), typstData(long, press.letters)]) {
    expect(text).toContain("7149");
    expect(text).not.toContain("7150");
    expect(text).toContain("Viser 150 av 151 rader.");
  }
});
