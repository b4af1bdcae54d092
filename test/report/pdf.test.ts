import { beforeAll, describe, expect, test } from "vitest";
import type { ReportBasis } from "../../src/report/basis.js";
import { typstData } from "../../src/report/typst.js";
import { TYPST_TEMPLATE } from "../../src/report/typstTemplate.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { type PdfPress, pdfPress } from "../../src/write/pdf.js";
import { type Pdf, readPdf } from "./pdfReader.js";
import { plannedBasis, plannedDocument } from "./plannedSample.js";
import { sampleDocument } from "./sample.js";

let press: PdfPress;
beforeAll(async () => {
  press = await pdfPress();
});

const pdfOf = (report: Parameters<typeof typstData>[0]): Uint8Array =>
  press.press(TYPST_TEMPLATE, typstData(report, press.letters));

/** Text without spaces: a line that is broken in print is the same text. */
const dense = (text: string): string => text.replaceAll(/[\s\u200b]+/g, "");

describe.each(LANGUAGES)("%s", (language) => {
  const report = plannedDocument(language);
  let bytes: Uint8Array;
  let pdf: Pdf;
  let text: string;
  beforeAll(() => {
    bytes = pdfOf(report);
    pdf = readPdf(bytes);
    text = dense(pdf.pages.join("\n"));
  });

  test("every printed row of every table is in the text layer, in order", () => {
    let at = 0;
    const main = report.views.filter(({ id }) => report.mainTables.has(id));
    for (const view of [...main, ...report.views.filter(({ id }) => !report.mainTables.has(id))]) {
      at = text.indexOf(dense(view.title), at);
      expect(at, view.title).toBeGreaterThan(-1);
    }
    const layer = [...text].join("");
    for (const { groups } of report.views) {
      for (const { cells } of groups.flatMap(({ rows }) => rows)) {
        for (const cell of cells) expect(layer).toContain(dense(press.letters(cell)));
      }
    }
    expect(text).not.toContain("\ufffd");
    for (const says of report.lead) expect(text).toContain(dense(says));
    for (const { expected, actual } of report.checks) expect(text).toContain(dense(expected + actual));
  });

  test("it is tagged, has its language and title, says PDF/UA-1, and has Noto Sans alone inside", () => {
    const all = [...pdf.objects.values()].join("\n");
    expect(all).toMatch(/\/MarkInfo\s*<<\s*\/Marked true/);
    expect(all).toContain("/StructTreeRoot");
    expect(all).toMatch(new RegExp(`/Lang\\s*\\(${language}`));
    for (const tag of ["Table", "TH", "TD", "H1", "H2", "Figure"])
      expect(all).toMatch(new RegExp(`/S\\s*/${tag}\\b`));
    const fonts = new Set([...all.matchAll(/\/BaseFont\s*\/[A-Z]{6}\+(\w+)/g)].map(([, name]) => name));
    expect([...fonts].every((name) => name.startsWith("NotoSans"))).toBe(true);
    expect(Buffer.from(bytes).toString("latin1")).toMatch(/pdfuaid:part>1<|pdfuaid:part="1"/);
    expect(all).not.toContain("/CreationDate");
  });

  test("the same report is the same bytes", async () => {
    const again = (await pdfPress()).press(TYPST_TEMPLATE, typstData(report, press.letters));
    expect(Buffer.compare(Buffer.from(bytes), Buffer.from(again))).toBe(0);
  });
});

test("a wide table has its rows whole, each on the line it is on", () => {
  const view = plannedDocument("nb").views.find(({ heads }) => heads.length >= 9)!;
  const text = dense(readPdf(pdfOf(plannedDocument("nb"))).pages.join("\n"));
  for (const { cells } of view.groups.flatMap(({ rows }) => rows))
    expect(text).toContain(dense(cells.join("")));
});

test("a table too wide for a page comes in parts with every figure", () => {
  const classes = Array.from({ length: 40 }, (_, i) => ({
    id: `k${i}`,
    title: `Klasse nummer ${i}`,
    kind: "area" as const,
  }));
  const [first] = plannedBasis.tables;
  const wide: ReportBasis["tables"][number] = {
    ...first,
    id: "T2-bred",
    columns: [{ id: "navn", title: "Navn", kind: "text" }, ...classes],
    rows: Array.from({ length: 3 }, (_, r) => [`rad ${r}`, ...classes.map((_, c) => 1e8 * (r + 1) + c)]),
    print: { ...first.print, groupBy: [], columns: ["navn", ...classes.map(({ id }) => id)] },
  };
  const report = sampleDocument("nb", { ...plannedBasis, tables: [wide] });
  const text = dense(readPdf(pdfOf(report)).pages.join("\n"));
  for (const { cells } of report.views[0].groups[0].rows)
    for (const cell of cells) expect(text).toContain(dense(cell));
  expect(text).toMatch(/\(1\/([2-9])\).*\(\1\/\1\)/s);
});

const HOSTILE = [
  `#panic("x") $y$ *z* _w_ @a <b> \\u{41} [c] "d" // e`,
  "\u0000\u001b\ud800 日本 😀",
  "Ávžžir Kárášjohka Čáhcesuolu Ŋŧđ š",
  "æøå".repeat(3400),
  "</svg><script>",
];

test.each(HOSTILE)("hostile names are set as text: %.30s", (name) => {
  const text = JSON.stringify(plannedBasis).replaceAll("9901", JSON.stringify(name).slice(1, -1));
  const basis = JSON.parse(text) as ReportBasis;
  const hostile: ReportBasis = { ...basis, tables: basis.tables.slice(0, 4), findings: [] };
  const read = dense(readPdf(pdfOf(sampleDocument("nb", hostile))).pages.join("\n"));
  expect(read).toContain(dense(press.letters(name)).slice(0, 200));
});

test("changes and repairs are in the file where the report has them", () => {
  const report = {
    ...plannedDocument("nb"),
    changes: [{ number: "1", title: "Skog → Bebygd", facts: [{ name: "Areal", value: "12 m²" }] }],
    repairs: [
      {
        intro: "Laget grunnkart er reparert.",
        title: "Regnskap over reparasjonen",
        data: {
          heads: [
            { title: "Hva", figure: false },
            { title: "Antall", figure: true },
          ],
          rows: [["hull", "17"]],
        },
        terms: [
          { name: "Inn", value: "100 m²" },
          { name: "Ut", value: "99 m²" },
        ],
        wide: "",
      },
    ],
  };
  const text = dense(readPdf(pdfOf(report)).pages.join("\n"));
  for (const says of ["Skog -> Bebygd", "12 m²", "Laget grunnkart er reparert.", "hull17", "Ut99 m²"]) {
    expect(text).toContain(dense(press.letters(says)));
  }
});

test("letters that the font has not are marked, Sami ones are there", () => {
  expect(press.letters("á č đ ŋ š ŧ ž Á Č Đ Ŋ Š Ŧ Ž − « » ←\u00a0")).not.toContain("\ufffd ");
  expect(press.letters("č\n日")).toBe("č \ufffd");
});

test("a run without anything still makes a report", () => {
  const empty: ReportBasis = {
    ...plannedBasis,
    fields: [],
    layers: [],
    tables: [],
    findings: [],
    findingCount: 0,
    checks: [],
  };
  expect(readPdf(pdfOf(sampleDocument("en", empty))).pages.length).toBeGreaterThan(0);
});
