/**
 * The workbook as LibreOffice sees it, on machines that have it (`soffice` in the path); not a part of what every machine
 * must pass. Each sheet is written as CSV by LibreOffice, unformatted, and held against the table.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { painterOf } from "../../src/report/painter.js";
import { sheetsOf } from "../../src/report/workbook.js";
import { type Sheet, workbookBytes } from "../../src/write/xlsx.js";
import { fullBasis } from "./fullSample.js";
import { RUNS } from "./runSamples.js";
import { rules, sampleCells, sampleDocument } from "./sample.js";

const haveOffice = spawnSync("soffice", ["--version"]).status === 0;
if (!haveOffice) console.info("soffice is not here: workbooks are not opened in LibreOffice");

/** Comma, quotes, UTF-8, from line 1; text in quotes, numbers as they are and not as shown; -1 is every sheet. */
const CSV_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1";

const HOSTILE = [
  "=1+1",
  "+cmd|' /C calc'!A0",
  "@SUM(1)",
  "-2",
  "<script>alert(1)</script>",
  "0301",
  "1e5",
  "Ŋđŧ žš á",
];

/** Fields of CSV (RFC 4180): a text has its quotes off, a number is one. */
function fieldsOf(csv: string): readonly (readonly (string | number)[])[] {
  const rows: (string | number)[][] = [];
  let row: (string | number)[] = [];
  for (const [all, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (all === "" && row.length === 0) break;
    row.push(quoted === undefined ? numberOf(plain) : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Shares come with all their digits and a percent sign. */
const numberOf = (plain: string): string | number =>
  plain === "" ? "" : plain.endsWith("%") ? Number(plain.slice(0, -1)) / 100 : Number(plain);

/** An account with every part, and the runs of the other commands. */
const KINDS = Object.entries({ account: fullBasis, ...RUNS });

describe.skipIf(!haveOffice).each(KINDS)("%s in LibreOffice", (_, basis) => {
  const folder = mkdtempSync(join(tmpdir(), "kontor-"));
  const report = sampleDocument("nb", basis);
  const paint = painterOf(rules.colours, basis.fields);
  const hostile: Sheet = {
    name: "farlig",
    columns: [{ title: "=HYPERLINK(1)" }, { title: "Tall", format: "#,##0.0" }],
    rows: HOSTILE.map((text, i) => [text, i + 1 / 3]),
    charts: [],
    filter: true,
  };
  const sheets = [...sheetsOf({ report, basis, cells: sampleCells, paint }), hostile];
  const read = new Map<string, ReturnType<typeof fieldsOf>>();

  beforeAll(() => {
    const path = join(folder, "bok.xlsx");
    writeFileSync(path, workbookBytes(report.title, sheets, "2026-01-01"));
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profil")).href}`;
    spawnSync("soffice", [profile, "--headless", "--convert-to", CSV_FILTER, "--outdir", folder, path]);
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".csv")))
      read.set(name.slice("bok-".length, -".csv".length), fieldsOf(readFileSync(join(folder, name), "utf8")));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A sheet's name without what a file's name cannot have. */
  const sheetRead = (name: string) => read.get(name.replaceAll("?", "")) ?? read.get(name);

  test("every sheet is there, every cell is what it was, text as text and numbers as numbers", () => {
    expect(read.size).toBe(sheets.length);
    for (const { name, columns, rows } of sheets) {
      const [heads, ...body] = sheetRead(name)!;
      expect(heads, name).toEqual(columns.map(({ title }) => title));
      [...rows].forEach((row, r) =>
        row.forEach((value, c) => {
          const seen = body[r]?.[c] ?? "";
          const at = `${name}, row ${r}, column ${c}: ${seen}`;
          if (typeof value !== "number") expect(seen, at).toBe(value ?? "");
          else {
            expect(typeof seen, at).toBe("number");
            // LibreOffice writes 15 digits, and 20 decimals.
            expect(Math.abs(Number(seen) - value), at).toBeLessThanOrEqual(1e-14 * Math.abs(value) + 1e-20);
          }
        }),
      );
    }
  });

  test("nothing that looks like a formula is one", () => {
    expect(sheetRead("farlig")!.map(([text]) => text)).toEqual(["=HYPERLINK(1)", ...HOSTILE]);
  });
});
