import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetReadObjects } from "hyparquet";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { writeReports } from "../../src/cli/report.js";
import { REPORT_FORMATS } from "../../src/cli/reportFormats.js";
import { InputError } from "../../src/core/trouble.js";
import { cellsCsv } from "../../src/report/csv.js";
import { parseCells } from "../../src/run/reportCells.js";
import { checkSettings } from "../../src/run/settings.js";
import { checkRunFolder } from "../../src/write/runFolder.js";
import { parsePx } from "./pxReader.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/run/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "former-"));
const run = join(folder, "regnskap");

beforeAll(async () => {
  const settings = {
    grunnkart: fixture("grunnkart.geojson"),
    klasse: ["arealdekkeNiva1"],
    enheter: [{ navn: "kommune", fil: fixture("kommuner.geojson") }],
    arealmetode: "kartplan",
    workers: 0,
    ut: run,
    rapport: ["nb"],
  };
  await account(checkSettings(settings, "test"), true, new AbortController().signal);
});
afterAll(() => rmSync(folder, { recursive: true }));

const sha = (paths: readonly string[]) => paths.map((path) => readFileSync(path).toString("base64"));

test("every form is written, in every language, and again with the same bytes", async () => {
  const written = await writeReports(run, ["nb", "nn", "en"], REPORT_FORMATS);
  const names = written.map((path) => path.slice(run.length + 1));
  expect(names).toEqual(
    expect.arrayContaining([
      "rapport.html",
      "rapport.pdf",
      "rapport.nn.xlsx",
      "rapport.en.pdf",
      "cells.parquet",
      "excel/T14.csv",
      "json-stat/T1-arealdekkeNiva1-kommune.nn.json",
      "px/T1-arealdekkeNiva1-kommune.px",
    ]),
  );
  expect(new Set(names).size).toBe(names.length);
  const first = sha(written);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // the clock of a workbook has seconds
  expect(sha(await writeReports(run, ["nb", "nn", "en"], REPORT_FORMATS))).toEqual(first);
  expect(readdirSync(run, { recursive: true }).filter((name) => String(name).endsWith(".part"))).toEqual([]);
  await expect(checkRunFolder(run)).resolves.toBeUndefined();
});

test("Parquet has the cells as cells.csv has them", async () => {
  await writeReports(run, ["nb"], ["parquet"]);
  const bytes = readFileSync(join(run, "cells.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file });
  const [head, ...lines] = readFileSync(join(run, "cells.csv"), "utf8").trimEnd().split("\n");
  expect(
    rows.map((row) =>
      head
        .split(",")
        .map((name) => String(row[name]))
        .join(","),
    ),
  ).toEqual(lines);
});

test("a .px file of the run is what the parser of the description takes", async () => {
  await writeReports(run, ["en"], ["px"], { date: "2026-01-02" });
  const px = parsePx(readFileSync(join(run, "px", "T1-arealdekkeNiva1-kommune.en.px"), "utf8"));
  expect(px.entries.find(({ keyword }) => keyword === "CREATION-DATE")?.values).toEqual(["20260102 00:00"]);
  expect(px.cells).toContain(10_000);
});

test("a form that is refused leaves nothing half done", async () => {
  const csv = join(run, "cells.csv");
  const before = readFileSync(join(run, "rapport.html"), "utf8");
  rmSync(csv);
  rmSync(join(run, "cells.parquet"), { force: true });
  await expect(writeReports(run, ["nb"], ["html", "parquet"])).rejects.toThrow(InputError);
  expect(readFileSync(join(run, "rapport.html"), "utf8")).toBe(before);
  expect(existsSync(join(run, "cells.parquet"))).toBe(false);
  expect(readdirSync(run).filter((name) => name.endsWith(".part"))).toEqual([]);
});

const term = fc.oneof(
  fc.constantFrom("", "0301", "=1+1", "a,b", 'a"b', "a\nb", "Ŋđŧ", "-1"),
  fc.string().filter((text) => !/^'[=+\-@\t\r]|\r/.test(text)),
);

test("cells read back as they were written", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(term, term, fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })), {
        minLength: 1,
        maxLength: 30,
      }),
      (rows) => {
        const column = (at: 0 | 1) => {
          const terms = [...new Set(rows.map((row) => row[at]))];
          return { codes: Uint32Array.from(rows, (row) => terms.indexOf(row[at])), terms };
        };
        const areas = Float64Array.from(rows, ([, , area]) => area);
        const table = {
          rowCount: rows.length,
          classes: new Map([["a", column(0)]]),
          zones: new Map([["b", column(1)]]),
          planM2: areas,
          trueM2: areas,
        };
        const read = parseCells("cells.csv", [...cellsCsv(table)].join(""));
        expect(rows.map((_, i) => read.keys.map(({ codes, terms }) => terms[codes[i]]))).toEqual(
          rows.map(([a, b]) => [a, b]),
        );
        expect(read.planM2.map((area) => area + 0)).toEqual(areas.map((area) => area + 0));
      },
    ),
  );
});

test.each([
  ["", "columns"],
  ["a,b\n1,2\n", "columns"],
  ["a,kartplanM2,ellipsoideM2\nx,1\n", "2 fields"],
  ["a,kartplanM2,ellipsoideM2\nx,1,NaN\n", "NaN"],
  ['a,kartplanM2,ellipsoideM2\n"x,1,2\n', "fields"],
])("%j is refused", (csv, why) => {
  expect(() => parseCells("cells.csv", csv)).toThrow(InputError);
  expect(() => parseCells("cells.csv", csv)).toThrow(new RegExp(why));
});
