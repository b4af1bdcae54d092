import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { regionFiles, regionsOf } from "../../src/run/regionTables.js";
import type { Table } from "../../src/tables/table.js";
import { rules } from "./accounted.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "regioner-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A cross table of two classes. */
const whole = (rows: Table["rows"]): Table => ({
  id: "T2-a-b",
  title: "",
  columns: [
    { id: "kode", title: "", kind: "text" },
    { id: "navn", title: "", kind: "text" },
    { id: "x", title: "", kind: "area", unit: "m2" },
    { id: "y", title: "", kind: "area", unit: "m2" },
  ],
  rows,
  footnotes: [],
  print: { groupBy: [], columns: [], rounding: rules.accounting.rounding },
  meta: { measure: "kartplan", measureId: "", ruleSets: [], inputs: [], controlTotalM2: 0 },
});

function region(name: string, csv: string): { name: string; folder: string } {
  mkdirSync(join(folder, name, "tables"), { recursive: true });
  writeFileSync(join(folder, name, "tables", "T2-a-b.csv"), csv);
  return { name, folder: join(folder, name) };
}

async function stacked(table: Table, ...regions: { name: string; folder: string }[]): Promise<string> {
  let text = "";
  for (const file of regionFiles([table], regionsOf(regions, rules), rules)) {
    expect(file.path).toBe("tables/T2-a-b-regioner.csv");
    if ("chunks" in file) for await (const chunk of file.chunks) text += chunk;
  }
  return text;
}

const A = "kode,navn,x\n1,En,5\n,Sum,5\n";
const B = 'kode,navn,y\n2,"To, tre",-0.5\n,Sum,-0.5\n';
const SUMS = [
  ["1", "En", 5, 0],
  ["2", "To, tre", 0, -0.5],
  ["", "Sum", 5, -0.5],
] as const;

test("columns are those of the sums; a class that a region lacks is 0 there", async () => {
  expect(await stacked(whole(SUMS), region("kart 0301", A), region("nord", B))).toBe(
    "region,regionNavn,kode,navn,x,y\n" +
      "0301,Oslo,1,En,5,0\n0301,Oslo,,Sum,5,0\n" +
      'nord,,2,"To, tre",0,-0.5\nnord,,,Sum,0,-0.5\n' +
      ',Sum,1,En,5,0\n,Sum,2,"To, tre",0,-0.5\n,Sum,,Sum,5,-0.5\n',
  );
});

test.each<[string, Table["rows"], RegExp]>([
  ["a class differs", [["1", "En", 9, 0], ...SUMS.slice(1)], /T2-a-b \["1"\]: 5 m2 in the regions, 9 m2/],
  ["a class is nowhere", [...SUMS, ["3", "Fire", 7, 0]], /T2-a-b \["3"\]: 0 m2 in the regions, 7 m2/],
  ["the sums lack a class", SUMS.slice(1), /T2-a-b \["1"\]: 5 m2 in the regions, 0 m2/],
])("%s: broken, and nothing is written", async (_, rows, says) => {
  await expect(stacked(whole(rows), region("a", A), region("b", B))).rejects.toThrow(says);
});

test("two files of one kommune are called by their names", () => {
  const parts = ["0301 nord", "0301 sør", "3201"].map((name) => ({ name, folder: name }));
  expect(regionsOf(parts, rules).map(({ kode }) => kode)).toEqual(["0301 nord", "0301 sør", "3201"]);
});
