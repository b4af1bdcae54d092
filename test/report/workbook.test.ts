import ExcelJS from "exceljs";
import { expect, test } from "vitest";
import { painterOf } from "../../src/report/painter.js";
import { sheetNames, sheetsOf, type WorkbookInput } from "../../src/report/workbook.js";
import { LANGUAGES, type Language } from "../../src/report/textsShape.js";
import { workbookBytes } from "../../src/write/xlsx.js";
import { plannedBasis, plannedDocument } from "./plannedSample.js";
import { rules, sampleCells } from "./sample.js";

const DATE = "2026-01-01";

const inputOf = (language: Language, more: Partial<WorkbookInput> = {}): WorkbookInput => ({
  report: plannedDocument(language),
  basis: plannedBasis,
  cells: sampleCells,
  paint: painterOf(rules.colours, plannedBasis.fields),
  ...more,
});

async function readBack(bytes: Uint8Array): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  return workbook;
}

test.each(LANGUAGES)(
  "%s: every cell of every table reads back as it was, numbers as numbers",
  async (language) => {
    const input = inputOf(language);
    const workbook = await readBack(workbookBytes("Prøve", sheetsOf(input), DATE));
    input.report.tables.forEach((table, t) => {
      const sheet = workbook.worksheets[t + 2];
      table.rows.forEach((row, r) => {
        row.forEach((value, c) => {
          const cell = sheet.getCell(r + 2, c + 1);
          expect(cell.value, `${sheet.name} ${cell.address}`).toBe(value === "" ? null : value);
          expect(cell.formula).toBeUndefined();
        });
      });
      expect(sheet.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
      expect(sheet.autoFilter).toBeTruthy();
    });
    const checks = workbook.worksheets[1];
    plannedBasis.checks.forEach((check, i) => {
      const read = [2, 3, 4, 5, 6].map((c) => checks.getCell(i + 2, c).value);
      expect(read).toEqual([
        check.expectedM2,
        check.actualM2,
        check.residualM2,
        check.ppm,
        check.toleranceM2,
      ]);
    });
  },
);

test("cells stand in long form, codes as text with their names", async () => {
  const workbook = await readBack(workbookBytes("Prøve", sheetsOf(inputOf("nb")), DATE));
  const sheet = workbook.getWorksheet("Celler")!;
  const rows = sheet.getRows(1, 4)!.map((row) => (row.values as unknown[]).slice(1));
  expect(rows).toEqual([
    [
      "arealdekkeNiva1",
      "arealdekkeNiva1, navn",
      "kommuner",
      "Areal i kartplanet (m²)",
      "Areal på ellipsoiden (m²)",
    ],
    ["skog", "Skog", "0301", 0.1 + 0.2, 1],
    ["=1+1", "=1+1", "0301", 1e9, 2],
    [undefined, undefined, "Ŋđŧ", 1 / 3, 3],
  ]);
  expect(sheet.getCell("A3").formula).toBeUndefined();
});

test("the same report gives the same bytes, whatever the time", () => {
  const once = workbookBytes("Prøve", sheetsOf(inputOf("nb")), DATE);
  const start = Date.now();
  while (Date.now() - start < 1100); // the workbook's own time has seconds
  expect(
    Buffer.compare(Buffer.from(once), Buffer.from(workbookBytes("Prøve", sheetsOf(inputOf("nb")), DATE))),
  ).toBe(0);
});

test("the guide's names are used when they are asked for", () => {
  const names = sheetsOf(inputOf("nb", { profile: "kdd" })).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      "Samlet utbyggingspotensial",
      "Endring i arealformål",
      "Kvaliteter som bygges ned",
    ]),
  );
});

test("stock and reserve have charts of Excel's own", () => {
  const charted = sheetsOf(inputOf("nb")).filter(({ charts }) => charts.length > 0);
  expect(charted.map(({ name }) => name.split(" ")[0])).toEqual(expect.arrayContaining(["T1", "T4"]));
  for (const { charts, rows } of charted) {
    for (const { fromRow, toRow } of charts) expect([...rows].length).toBeGreaterThanOrEqual(toRow - fromRow);
  }
});

test("names of sheets are valid and differ", () => {
  const names = sheetNames([
    "Går det opp?",
    "a/b[c]:*",
    "A b c",
    "",
    "History",
    "'x'",
    "y".repeat(40),
    "y".repeat(41),
    "\u0000",
    "😀".repeat(20),
  ]);
  for (const name of names) {
    expect(name.length).toBeLessThanOrEqual(31);
    expect(name).toMatch(/^[^[\]:*?/\\']+$/);
  }
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
});

test("hostile text is cut or cleaned, never run and never refused", async () => {
  const hostile = [
    "=1+1",
    "+1",
    "@x",
    "{=1}",
    "\u0000\u001b\ud800x",
    "x".repeat(40_000),
    "http://x.invalid",
    "<&>",
    "0301",
  ];
  const sheet = {
    name: "a",
    columns: [{ title: "=HYPERLINK(1)" }],
    rows: hostile.map((text) => [text]),
    charts: [],
    filter: true,
  };
  const workbook = await readBack(workbookBytes("=1", [sheet], DATE));
  const read = workbook.worksheets[0].getColumn(1).values.slice(2);
  expect(read).toEqual([
    "=1+1",
    "+1",
    "@x",
    "{=1}",
    "\ufffd\ufffd\ufffdx",
    "x".repeat(32_766) + "…",
    "http://x.invalid",
    "<&>",
    "0301",
  ]);
  expect(workbook.created.toISOString()).toBe("2026-01-01T00:00:00.000Z");
});

test("more cells than a sheet should have are told of, not written", () => {
  const many = { keys: [], planM2: new Float64Array(200_001), trueM2: new Float64Array(200_001) };
  const sheet = sheetsOf(inputOf("nb", { cells: many })).at(-1)!;
  expect([...sheet.rows]).toEqual([[expect.stringContaining("200\u00a0001 celler")]]);
});
