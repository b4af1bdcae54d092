import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { csvText } from "../../src/report/csv.js";
import { columnsOfCells, CsvSums } from "../../src/run/csvSums.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "summer-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Codes that a spreadsheet would run; and the last, which is another code than the first. */
const CODES = ["-1", "=1+1", "@x", "a", "'-1"];

test("codes that were guarded on their way out come back as they were, each with its own sum", async () => {
  const paths = ["a.csv", "b.csv"].map((name) => join(folder, name));
  const rows = CODES.map((code, i) => `${csvText(code)},${i + 1}\n`);
  for (const path of paths) writeFileSync(path, `${csvText("=felt")},m2\n${rows.join("")}`);
  const sums = new CsvSums(1, 1);
  for (const path of paths) await sums.add(path);
  const summed = sums.rows();
  const amounts = sums.amounts(0, summed);
  expect(await columnsOfCells(paths[0], 1)).toEqual(["=felt"]);
  expect(Object.fromEntries(summed.map(({ values: [code] }, i) => [code, amounts[i]]))).toEqual(
    Object.fromEntries(CODES.map((code, i) => [code, 2 * (i + 1)])),
  );
});
