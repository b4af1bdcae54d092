import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ExcelJS from "exceljs";
import { parquetReadObjects } from "hyparquet";
import JSONstat from "jsonstat-toolkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReports } from "../../src/cli/report.js";
import { InputError } from "../../src/core/trouble.js";
import { basisJson, FIRST_FORM, type ReportBasis } from "../../src/report/basis.js";
import type { ReportDocument } from "../../src/report/document.js";
import { fitting } from "../../src/report/fitting.js";
import { reportHtml } from "../../src/report/html.js";
import { jsonStat } from "../../src/report/jsonStat.js";
import { formatNumber } from "../../src/report/numbers.js";
import { painterOf } from "../../src/report/painter.js";
import { cellText } from "../../src/report/print.js";
import { cubeOf } from "../../src/report/tableCube.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { sheetsOf } from "../../src/report/workbook.js";
import { parseBasis } from "../../src/run/reportBasis.js";
import { workbookBytes } from "../../src/write/xlsx.js";
import { RUNS, writeChange, writeScenario, writeStatistics } from "./runSamples.js";
import { basis9901, rules, sampleDocument } from "./sample.js";

const KINDS = ["change", "scenario", "statistics"] as const;
const spaced = (text: string): string => text.replaceAll("\u00a0", " ");
const answer = (kind: (typeof KINDS)[number], language: (typeof LANGUAGES)[number] = "nb") =>
  sampleDocument(language, RUNS[kind]).lead.map(spaced);

describe("the answer fits the kind of run", () => {
  test("a comparison says what changed", () => {
    expect(answer("change")).toEqual([
      "Fra grunnkart.geojson til grunnkart2.geojson har 550 daa skiftet klasse: 5,5 % av grunnen som er i begge utgavene.",
      "Mest har gått fra myr til skog (350 daa); skog har økt mest (+350 daa) og myr minket mest (−350 daa).",
      "Av dette ligger 0,4 daa i smale striper, som oftest er samme grense tegnet to ganger.",
      expect.stringMatching(/^Regnskapet går opp: alle de 3 kontrollene holder/),
    ]);
  });

  test("scenarios say what differs between them", () => {
    expect(answer("scenario", "en")).toEqual([
      "In kommune 9901, 480 daa are set aside for building and not yet built: the land reserve by the method “Future purposes of the 1000 and 2000 series”.",
      "Of 2 scenarios “Ny” leaves the largest reserve, 680 daa (+200 daa), and “Uten utbygging” the smallest, 0 daa (-480 daa).",
      "They differ most on forest: 380 daa in “Ny” against 0 daa in “Uten utbygging”.",
      expect.stringMatching(/^The account adds up: all \d+ checks hold/),
    ]);
  });

  test("statistics say how large the whole is and how complete the figures are", () => {
    expect(answer("statistics")).toEqual([
      "1811 Bindal er 10 000 daa stort, og mest av det er skog (53,5 %).",
      "Statistikken har tall for 1 av 373 regioner, i 10 klasser, for 2025, 2026; summene av kommunene er holdt mot enhetene.",
      "Regioner uten tall har ingen enhet i kjøringen.",
      expect.stringMatching(/^Regnskapet går opp: alle de 14 kontrollene holder/),
    ]);
  });

  test("editions of different methods are not said to have changed", () => {
    const run = { ...RUNS.change.run, comparable: false } as ReportBasis["run"];
    expect(sampleDocument("nb", { ...RUNS.change, run }).lead.join(" ")).toMatch(
      /omvurdering og ikke målt endring/,
    );
  });

  test("one scenario is told by what it changes, several alike by what they come to", () => {
    const tables = (keep: (scenario: unknown) => boolean, name: (scenario: unknown) => unknown) =>
      RUNS.scenario.tables.map((table) => {
        const at = table.columns.findIndex(({ id }) => id === "scenario");
        const rows = table.rows.filter((row) => row[at] === "" || keep(row[at]));
        return { ...table, rows: rows.map((row) => row.with(at, name(row[at]) as string)) };
      });
    const one = { ...RUNS.scenario, tables: tables((scenario) => scenario === "Ny", String) };
    expect(spaced(sampleDocument("nb", one).lead[1])).toBe(
      "Scenarioet «Ny» endrer reserven med +200 daa til 680 daa (skog +200 daa).",
    );
    const [first] = one.tables;
    const twice = first.rows.flatMap((row) =>
      row.includes("Ny") ? [row, row.with(row.indexOf("Ny"), "Igjen")] : [row],
    );
    const alike = { ...RUNS.scenario, tables: [{ ...first, rows: twice }] };
    expect(spaced(sampleDocument("nb", alike).lead[1])).toBe(
      "Alle de 2 scenarioene gir samme reserve, 680 daa (+200 daa).",
    );
  });
});

test("T9 has the reserve of each alternative, and bars for what each changes, with every figure of the table", () => {
  const { charts, tables, texts } = sampleDocument("nb", RUNS.scenario);
  const [stack, bars] = charts.filter(({ id }) => id.includes("T9_"));
  const table = tables.find(({ id }) => id.startsWith("T9-"))!;
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const drawn = (rad: string) =>
    table.rows
      .filter((row) => row[at("rad")] === rad)
      .flatMap((row) =>
        ["jordbruk", "skog", "bebygdSamferdsel"].flatMap((kode) => {
          const value = at(kode) < 0 ? 0 : row[at(kode)];
          const text = value === 0 ? "" : cellText(value, table.columns[at(kode)], table, texts);
          return value === 0 || value === null
            ? []
            : [`${row[at("scenario")]}: ${table.columns[at(kode)].title} ${text} daa`];
        }),
      );
  const says = (svg: string) => [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => spaced(title));
  expect(says(bars.svg)).toEqual(drawn("endring").map(spaced));
  expect(bars.data.rows.map(([name]) => name)).toEqual(["Ny", "Uten utbygging"]);
  expect(drawn("endring").length).toBeGreaterThan(1);
  expect(says(stack.svg)).toEqual(expect.arrayContaining(drawn("scenario").map(spaced)));
  expect(bars.svg).toMatch(/^<svg[^>]* role="img" aria-labelledby="[^"]+"/);
  expect(bars.svg).not.toMatch(/NaN|Infinity/);
});

describe.each(KINDS)("every cell of a run of %s", (kind) => {
  test.each(LANGUAGES)("stands in the HTML in %s as its table has it", (language) => {
    const report = sampleDocument(language, RUNS[kind]);
    const html = [...reportHtml(report)].join("");
    for (const table of report.tables) {
      const view = report.views.find(({ id }) => id === table.id)!;
      const shown = view.groups.flatMap(({ rows }) => rows.map(({ row }) => row));
      expect(cellsIn(html, table.id)).toEqual(shown.map((row) => printed(report, table, row)));
    }
  });

  test("reads back from the workbook and from JSON-stat", async () => {
    const basis = RUNS[kind];
    const report = sampleDocument("en", basis);
    const bytes = workbookBytes(
      "x",
      sheetsOf({ report, basis, paint: painterOf(rules.colours, basis.fields) }),
      "2026-01-01",
    );
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
    expect(workbook.worksheets).toHaveLength(2 + report.tables.length); // no sheet of cells where none are given
    report.tables.forEach((table, t) => {
      const sheet = workbook.worksheets[t + 2];
      const read = table.rows.map((row, r) => row.map((_, c) => sheet.getCell(r + 2, c + 1).value));
      expect(read).toEqual(table.rows.map((row) => row.map((value) => (value === "" ? null : value))));
    });
    const cubes = report.tables.flatMap((table) => cubeOf(table) ?? []);
    expect(cubes.length).toBeGreaterThan(0);
    for (const cube of cubes) {
      const head = { language: "en", basis, resultSha256: "ab" } as const;
      const read = JSONstat(JSON.parse(jsonStat(cube, head))) as { value: readonly (number | null)[] };
      expect(read.value).toEqual(cube.values);
    }
  });
});

test("rows without figures are counted, not shown", () => {
  const { views, tables } = sampleDocument("nb", RUNS.statistics);
  const at = tables.findIndex(({ id }) => id.startsWith("T12"));
  const [view, table] = [views[at], tables[at]];
  const value = table.columns.findIndex(({ id }) => id === "verdi");
  const filled = table.rows.filter((row) => row[value] !== null);
  expect(filled.length).toBeLessThan(table.rows.length);
  expect(view.groups.flatMap(({ rows }) => rows.map(({ row }) => table.rows[row]))).toEqual(filled);
  expect(spaced(view.shortened)).toBe(
    `${spaced(formatNumber(table.rows.length - filled.length, 0))} rader uten tall vises ikke.`,
  );
  expect(view.heads.at(-1)!.figure).toBe(true);
});

/** Rows of one table of the page, without headings of groups. */
function cellsIn(html: string, id: string): readonly (readonly string[])[] {
  const from = html.indexOf(`data-table="${id}"`);
  const body = html.slice(html.indexOf("<tbody>", from), html.indexOf("</table>", from));
  const rows = [...body.matchAll(/<tr( class="closing")?>(.*?)<\/tr>/gs)];
  return rows.map(([, , row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, text]) =>
      text
        .replaceAll("&quot;", '"')
        .replaceAll("&#39;", "'")
        .replaceAll("&lt;", "<")
        .replaceAll("&amp;", "&"),
    ),
  );
}

const printed = (report: ReportDocument, table: ReportDocument["tables"][number], row: number): string[] =>
  table.print.columns.flatMap((id) => {
    const c = table.columns.findIndex((column) => column.id === id);
    return c < 0 ? [] : [cellText(table.rows[row][c], table.columns[c], table, report.texts)];
  });

describe("in other languages", () => {
  const tables = KINDS.flatMap((kind) => (["nn", "en"] as const).map((language) => ({ kind, language })));

  test.each(tables)("no title or footnote of $kind is left in bokmål ($language)", ({ kind, language }) => {
    const [nb, other] = [sampleDocument("nb", RUNS[kind]), sampleDocument(language, RUNS[kind])];
    const alike = /^(T11 Arealendringsmatrise: [^,]*|Arealmål: .*)$/; // one word in both written forms of Norwegian
    const left = nb.tables.flatMap((table, t) => [
      ...(table.title === other.tables[t].title ? [table.title] : []),
      ...table.footnotes.filter((note, n) => note === other.tables[t].footnotes[n]),
    ]);
    expect(left.filter((text) => language === "en" || !alike.test(text))).toEqual([]);
  });

  test("names that people gave stay, also where they are words of ours; words of ours do not", () => {
    const { tables: own } = sampleDocument("en", RUNS.scenario);
    const column = (number: string, id: string) => {
      const table = own.find((one) => one.id.startsWith(number))!;
      const at = table.columns.findIndex((one) => one.id === id);
      return new Set(table.rows.map((row) => row[at]));
    };
    expect(column("T9-", "scenario")).toEqual(new Set(["", "Ny", "Uten utbygging"]));
    expect(column("T9-", "navn")).toEqual(new Set(["Plan in force", "Proposed plan", "Change"]));
    expect(column("T9b-", "navn")).toEqual(new Set(["Skog", "Alt ut"]));
    expect(column("T9b-", "handling")).toEqual(new Set(["add", "remove"]));
    const [cube] = sampleDocument("en", RUNS.statistics).tables;
    const codes = new Set(cube.rows.map((row) => row[cube.columns.findIndex(({ id }) => id === "klasse")]));
    expect(codes).toContain("skog");
    expect(sampleDocument("en", RUNS.change).changes[0].title).toBe("Mire → Forest");
  });
});

describe("regnskap.json", () => {
  test.each(KINDS)("of %s reads back as it was written", (kind) => {
    expect(parseBasis("regnskap.json", basisJson(RUNS[kind]))).toEqual(RUNS[kind]);
  });

  test("of the first form is an account", () => {
    const old = { ...basis9901, form: FIRST_FORM, run: undefined };
    const read = parseBasis("regnskap.json", JSON.stringify(old));
    expect([read.run, read.form]).toEqual([{ kind: "account" }, basis9901.form]);
  });

  test("of a kind that nobody knows is refused", () => {
    const strange = { ...basis9901, run: { kind: "forecast" } };
    expect(() => parseBasis("regnskap.json", JSON.stringify(strange))).toThrow(/run\.kind/);
  });

  test("leaves out a table that is too large, and says so in the run's findings", () => {
    const { tables, checks } = RUNS.change;
    const sizes = tables.map(({ rows, columns }) => rows.length * columns.length);
    const most = Math.max(...sizes);
    const kept = fitting({ tables, checks, findings: [] }, most - 1);
    expect(kept.tables).toHaveLength(sizes.filter((size) => size < most).length);
    expect(kept.findings.map(({ code, layer }) => [code, layer])).toEqual(
      tables.filter((_, t) => sizes[t] === most).map(({ id }) => ["TABELL_STOR", id]),
    );
    expect(fitting({ tables, checks, findings: [] }, most)).toEqual({ tables, checks, findings: [] });
  });
});

describe("the folders", () => {
  const folder = mkdtempSync(join(tmpdir(), "rapporter-"));
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    await writeChange(folder, at("change"), ["nb"]);
    await writeScenario(at("scenario"), ["nb"]);
    await writeStatistics(folder, at("statistics"), ["nb"]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(KINDS)(
    "of %s have a report with a map, and every form of it again from the folder",
    async (kind) => {
      const first = readFileSync(at(`${kind}/rapport.html`), "utf8");
      expect(first).toContain("<figcaption>Kart over Arealdekke nivå 1</figcaption>");
      expect(existsSync(at(`${kind}/rapport.pdf`))).toBe(true);
      const written = await writeReports(at(kind), ["nb", "en"], ["html", "xlsx", "csv", "json-stat", "px"]);
      expect(readFileSync(at(`${kind}/rapport.html`), "utf8")).toBe(first);
      for (const name of ["rapport.en.html", "rapport.xlsx"])
        expect(written).toContain(at(`${kind}/${name}`));
      expect(written.some((path) => path.includes("excel"))).toBe(true);
      expect(written.some((path) => path.endsWith(".px"))).toBe(true);
    },
  );

  test("the cells of a comparison keep their strips, as a workbook and as Parquet", async () => {
    await writeReports(at("change"), ["nb"], ["xlsx", "parquet"]);
    const file = readFileSync(at("change/cells.parquet"));
    const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const rows = (await parquetReadObjects({ file: buffer })) as Record<string, unknown>[];
    const strip = rows.find(
      (row) => row["fra_arealdekkeNiva1"] === "skog" && row["til_arealdekkeNiva1"] === "jordbruk",
    );
    expect(strip?.["stripeKartplanM2"]).toBe(strip?.["kartplanM2"]);
    expect(strip?.["stripeKartplanM2"]).toBeGreaterThan(0);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(at("change/rapport.xlsx"));
    const heads = workbook.getWorksheet("Celler")!.getRow(1).values as unknown[];
    expect(heads).toContain("fra_arealdekkeNiva1, navn");
    expect(heads.at(-2)).toBe("Areal i kartplanet (m²), herav smale striper");
  });

  test("statistics have no cells to write, and say so", async () => {
    await expect(writeReports(at("statistics"), ["nb"], ["parquet"])).rejects.toThrow(InputError);
  });

  test("a report is refused when its run was changed", async () => {
    writeFileSync(at("scenario/regnskap.json"), basisJson(RUNS.scenario));
    await expect(writeReports(at("scenario"), ["nb"], ["html"])).rejects.toThrow(
      /not the one in the receipt/,
    );
  });
});
