/** Class values with any sign in them: each combination has ground of its own, in all kinds of run. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { change } from "../../src/cli/change.js";
import { explain } from "../../src/cli/explain.js";
import { national } from "../../src/cli/national.js";
import { openCsv } from "../../src/run/csvSums.js";
import { runChange } from "../../src/run/change.js";
import { runChangeOfFolders } from "../../src/run/changeFolders.js";
import { checkSettings } from "../../src/run/settings.js";
import { rules } from "./accounted.js";
import { box, writeGeoJson } from "./scene.js";

const signal = new AbortController().signal;
let folder: string;
const at = (name: string): string => join(folder, name);

/** Two combinations that read the same when their values are joined with NUL: 100 m2 and 400 m2. */
const ODD = [
  { ring: box(0, 0, 10, 10), values: { klasse: "a\0b", b: "c" } },
  { ring: box(10, 0, 30, 20), values: { klasse: "a", b: "b\0c" } },
];
const KOMMUNE = [{ ring: box(0, 0, 2000, 20), values: { kommunenummer: "0301" } }];
const WANTED = [
  ["a", "b\0c", 400],
  ["a\0b", "c", 100],
] as const;
const DOUBLED = WANTED.map(([one, other, m2]) => [one, other, 2 * m2]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rare-"));
  mkdirSync(at("inn"));
  writeGeoJson(at("inn/0301.geojson"), ODD);
  writeGeoJson(at("inn/3201.geojson"), [
    { ring: box(1000, 0, 1010, 10), values: { klasse: "a\0b", b: "c" } },
    { ring: box(1010, 0, 1030, 20), values: { klasse: "a", b: "b\0c" } },
  ]);
  writeGeoJson(at("kommune.geojson"), KOMMUNE);
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = (grunnkart: string, ut: string) =>
  checkSettings(
    {
      grunnkart: at(grunnkart),
      klasse: ["klasse", "b"],
      enheter: [{ navn: "kommune", fil: at("kommune.geojson") }],
      arealmetode: "kartplan",
      ut: at(ut),
      workers: 0,
    },
    "test",
  );

async function cellsIn(path: string): Promise<(string | number)[][]> {
  const rows = await openCsv(at(path));
  const found: (string | number)[][] = [];
  try {
    await rows.next();
    while (await rows.next()) found.push([rows.textOf(0), rows.textOf(1), Number(rows.textOf(3))]);
  } finally {
    await rows.close();
  }
  return found;
}

test("an account, and the pieces behind its figures", async () => {
  await account(settings("inn/0301.geojson", "ut"), true, signal);
  expect(await cellsIn("ut/cells.csv")).toEqual(WANTED);
  const figure = { table: "T2-klasse-b", row: new Map([["kode", "a"]]), column: "b\0c" };
  const mappe = at("inn");
  rmSync(at("inn/3201.geojson"));
  writeGeoJson(at("inn/kommune.geojson"), KOMMUNE);
  await expect(
    explain({ receipt: at("ut"), mappe, question: { figure } }, true, signal),
  ).resolves.toBeUndefined();
});

test("the sums of a folder", async () => {
  await national(settings("inn", "landet"), true, signal);
  expect(await cellsIn("landet/sum/cells.csv")).toEqual(DOUBLED);
});

/** The same ground with one class at the start and another at the end, both odd. */
const edition = (path: string, x: number, one: string, other: string): string =>
  writeGeoJson(at(path), [
    { ring: box(x, 0, x + 10, 10), values: { klasse: one } },
    { ring: box(x + 10, 0, x + 30, 20), values: { klasse: other } },
  ]);

test("a change of class", async () => {
  const { cells } = await runChange(
    {
      from: { path: edition("fra.geojson", 0, "a\0b", "a") },
      to: { path: edition("til.geojson", 0, "c", "b\0c") },
      classField: "klasse",
      units: [],
      measure: "kartplan",
      workers: 0,
    },
    rules,
  );
  const of = ({ codes, terms }: typeof cells.from, row: number) => terms[codes[row]];
  const rows = Array.from({ length: cells.rowCount }, (_, row) => [
    of(cells.from, row),
    of(cells.to, row),
    cells.planM2[row],
  ]);
  expect(rows).toEqual(WANTED);
});

test("changes of two folders", async () => {
  for (const name of ["for", "etter"]) mkdirSync(at(name));
  for (const [name, x] of [
    ["0301", 0],
    ["3201", 1000],
  ] as const) {
    edition(`for/${name}.geojson`, x, "a\0b", "a");
    edition(`etter/${name}.geojson`, x, "c", "b\0c");
  }
  const compare = { classField: "klasse", units: [], measure: "kartplan", workers: 0 } as const;
  const made = await runChangeOfFolders(
    { from: at("for"), to: at("etter"), out: at("ut"), compare, also: { managed: false, strict: false } },
    rules,
    "1",
    async (request, out) => {
      await change({ request, out, managed: false, strict: false }, true, signal);
      return undefined;
    },
  );
  const { from, to, planM2 } = made.facts.cells;
  const rows = Array.from(planM2, (m2, row) => [from.terms[from.codes[row]], to.terms[to.codes[row]], m2]);
  expect(rows).toEqual(DOUBLED);
});
