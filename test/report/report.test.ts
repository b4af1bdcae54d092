import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Check } from "../../src/tables/checks.js";
import { loadRules } from "../../src/rules/load.js";
import { cellsCsv, csvText, findingsCsv, tableCsv } from "../../src/report/csv.js";
import {
  formatArea,
  formatNumber,
  formatPlain,
  formatResidual,
  formatShare,
} from "../../src/report/numbers.js";
import { printChecks, printTable } from "../../src/report/print.js";
import { textsIn } from "../../src/report/texts.js";
import { accountTables } from "../../src/tables/tables.js";
import { csvRows, kommune9901 } from "../tables/invented.js";

const rules = await loadRules();
const nb = textsIn("nb");
const { rounding } = rules.accounting;
const account = accountTables(kommune9901(), rules);
const stock = account.tables.find(({ id }) => id === "T1-arealdekkeNiva1-kommuner")!;

test.each([
  [1234567.891, 0, "1\u00a0234\u00a0568"],
  [999.95, 1, "1\u00a0000,0"],
  [-0.04, 1, "0,0"],
  [-150, 0, "\u2212150"],
  [NaN, 1, "–"],
])("number %f with %i decimals", (value, decimals, text) => {
  expect(formatNumber(value, decimals)).toBe(text);
});

test.each([
  [100, "daa", "100"],
  [99.94, "daa", "99,9"],
  [0.1, "daa", "0,1"],
  [0.099, "daa", "under 0,1"],
  [-0.05, "daa", "over −0,1"],
  [0, "daa", "0"],
  [-1e-9, "daa", "0"],
  [-150.4, "daa", "−150"],
  [12345.6, "km2", "12\u00a0346"],
  [2.25, "km2", "2,3"],
  [1234.5, "m2", "1\u00a0235"],
] as const)("area %f %s reads %s", (value, unit, text) => {
  expect(formatArea(value, unit, rounding, nb)).toBe(text);
});

test("shares are percent with one decimal", () => {
  expect(formatShare(1 / 9, rounding)).toBe("11,1");
});

test.each([
  [0, "0"],
  [3e-10, "under 0,001"],
  [-0.0009, "under 0,001"],
  [-0.25, "−0,25"],
  [12, "12"],
])("a residual of %f", (value, text) => {
  expect(formatResidual(value, nb)).toBe(text);
});

test.each([
  [25833, "25\u00a0833"],
  [0.000012, "0,000012"],
  [-2e-9, "−2,0e−9"],
  [12.34567, "12,346"],
])("plain %f", (value, text) => {
  expect(formatPlain(value)).toBe(text);
});

describe("golden", () => {
  test("T1 of 9901 is printed byte for byte as in reports/", () => {
    const golden = new URL("../../reports/9901-eksempel/T1-arealdekkeNiva1-kommuner.txt", import.meta.url);
    expect(printTable(stock, nb)).toBe(readFileSync(golden, "utf8"));
  });

  test("Går det opp? of 9901 is printed byte for byte as in reports/", () => {
    const golden = new URL("../../reports/9901-eksempel/gar-det-opp.txt", import.meta.url);
    expect(printChecks(account.checks, nb)).toBe(readFileSync(golden, "utf8"));
  });
});

test("a long table tells how many rows are not shown", () => {
  expect(printTable(stock, nb, { maxRows: 2 })).toContain("Jordbruk");
  expect(printTable(stock, nb, { maxRows: 2 })).not.toContain("Skog");
  expect(printTable(stock, nb, { maxRows: 2 })).toContain("… og 10 rader til");
});

test("a check that fails is marked", () => {
  const [check] = account.checks;
  const failed: Check = { ...check, residualM2: -12.5, ppm: -1.25, ok: false };
  expect(printChecks([failed], nb)).toMatch(/^✗ .*avvik −12,5 m² \(−1,25 ppm\), toleranse 1 m²$/m);
});

describe("CSV", () => {
  test.each([
    ["Bebygd", "Bebygd"],
    ["a,b", '"a,b"'],
    ['si "hei"', '"si ""hei"""'],
    ["to\nlinjer", '"to\nlinjer"'],
    ["=1+1", "'=1+1"],
    ["@a,b", `"'@a,b"`],
    ["0301", "0301"],
    ["−5", "−5"],
  ])("text %j is %j", (text, field) => {
    expect(csvText(text)).toBe(field);
  });

  test("of a table reads back with every digit, and null is empty", () => {
    const third = { ...stock, rows: [["9901", "", "klasse", "skog", "Skog", 1 / 3, -0, 1e-7, 0.5, null]] };
    const [heads, row, ...rest] = csvRows(tableCsv(third));
    expect(rest).toEqual([]);
    expect(heads).toEqual(stock.columns.map(({ id }) => id));
    expect(row).toEqual(["9901", "", "klasse", "skog", "Skog", "0.3333333333333333", "0", "1e-7", "0.5", ""]);
  });

  test("of findings leaves the feature empty where the finding is about the layer", () => {
    const csv = findingsCsv(account.findings, nb);
    expect(csv.split("\n")[0]).toBe("alvor,kode,lag,flate,arealM2,gjort,forklaring");
    expect(csv.split("\n")[1]).toMatch(/^note,KOMMUNENUMMER_FEIL,kommuner,,10000000,kept,/);
  });

  test("of cells gives the fixture back byte for byte", () => {
    const fixture = new URL("../../fixtures/tables/9901-eksempel/cells.csv", import.meta.url);
    expect([...cellsCsv(kommune9901().cells)].join("")).toBe(readFileSync(fixture, "utf8"));
  });

  test("of more cells than one chunk holds leaves none out", () => {
    const rowCount = 40_000;
    const terms = ["", "a,b", "=c"];
    const column = { codes: Uint32Array.from({ length: rowCount }, (_, row) => row % 3), terms };
    const areas = Float64Array.from({ length: rowCount }, (_, row) => row / 4);
    const cells = {
      rowCount,
      classes: new Map([["felt", column]]),
      zones: new Map(),
      planM2: areas,
      trueM2: areas,
    };
    const lines = [...cellsCsv(cells)].join("").split("\n");
    expect(lines).toHaveLength(rowCount + 2);
    expect(lines.slice(1, 4)).toEqual([",0,0", '"a,b",0.25,0.25', "'=c,0.5,0.5"]);
    expect(lines.at(-2)).toBe(",9999.75,9999.75");
  });
});
