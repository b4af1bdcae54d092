import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { change } from "../../src/cli/change.js";
import { changeFolders, type FoldersSettings } from "../../src/cli/changeFolders.js";
import { pairFiles } from "../../src/run/filePairs.js";
import { rules } from "../run/accounted.js";
import { box, type Flate, hashesOf, layerOfFlater, writeFgb, writeGeoJson } from "../run/scene.js";

/** Four kommuner in a row of 4 km2 each; in each the forest grows by a strip of its own width. */
const KOMMUNER = ["0301", "3201", "3203", "4601"];
let folder: string;
const inn = (...names: string[]): string => join(folder, ...names);

function ground(k: number, grownM: number): Flate[] {
  const [x, middle] = [2000 * k, 2000 * k + 1000 + grownM];
  return [
    { ring: box(x, 0, middle, 2000), values: { objtype: "Skog" } },
    { ring: box(middle, 0, x + 2000, 2000), values: { objtype: "Myr" } },
  ];
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "endringer-"));
  mkdirSync(inn("2025"));
  mkdirSync(inn("2026"));
  for (const [k, number] of KOMMUNER.entries()) {
    writeGeoJson(inn("2025", `${number}_grunnkart_2025.geojson`), ground(k, 0));
    await writeFgb(inn("2026", `Grunnkart2026-${number}.fgb`), layerOfFlater("g", ground(k, 100 * (k + 1))));
  }
  writeGeoJson(
    inn("kommune.geojson"),
    KOMMUNER.slice(0, 3).map((kommunenummer, k) => ({
      ring: box(2000 * k, 0, 2000 * (k + 1), 2000),
      values: { kommunenummer },
    })),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;
const compare = {
  classField: "objtype",
  measure: "kartplan",
  workers: 0,
} as const;
const units = () => [{ name: "kommune", path: inn("kommune.geojson") }];

async function run(rest: Partial<FoldersSettings> = {}): Promise<void> {
  const settings = { from: inn("2025"), to: inn("2026"), out: inn("ut"), managed: false, strict: false };
  await changeFolders({ ...settings, compare: { ...compare, units: units() }, ...rest }, true, never);
}
const rowsOf = (...path: string[]): string[] => readFileSync(inn(...path), "utf8").split("\n");
const markedAt = (): Record<string, string> => hashesOf(inn("ut", "merker"));

test("four pairs and their sums are the comparison of all ground at once", async () => {
  await run();
  expect(readdirSync(inn("ut", "kommuner"))).toEqual(KOMMUNER);
  const cells = rowsOf("ut", "sum", "cells.csv");
  expect(cells[0]).toBe(
    "finnes,fra_objtype,til_objtype,kommune,kartplanM2,ellipsoideM2,stripeKartplanM2,stripeEllipsoideM2",
  );
  const grown = cells.filter((row) => row.startsWith("begge,Myr,Skog,"));
  expect(grown.map((row) => row.split(",").slice(3, 5).join(" "))).toEqual([
    " 800000",
    "0301 200000",
    "3201 400000",
    "3203 600000",
  ]);
  // Where no unit lies on a file, it is compared without units, and says so.
  expect(rowsOf("ut", "kommuner", "4601", "findings.csv").join("\n")).toMatch(/^note,LAG_UTENFOR,kommune,/m);

  const a = writeGeoJson(
    inn("a.geojson"),
    KOMMUNER.flatMap((_, k) => ground(k, 0)),
  );
  const b = writeGeoJson(
    inn("b.geojson"),
    KOMMUNER.flatMap((_, k) => ground(k, 100 * (k + 1))),
  );
  const request = { from: { path: a }, to: { path: b }, ...compare, units: [] };
  await change({ request, out: inn("hel"), managed: false, strict: false }, true, never);
  for (const table of ["T10-objtype.csv", "T11-objtype.csv"]) {
    const [sum, whole] = ["ut/sum", "hel"].map((of) => rowsOf(of, "tables", table).join("\n"));
    expect(sum).toBe(whole);
  }
});

test("the sums have T10 and T11 by unit and by pair, and both close", async () => {
  await run();
  const cells = (table: string) =>
    rowsOf("ut", "sum", "tables", table)
      .slice(0, -1)
      .map((row) => row.split(","));
  const [head, ...matrix] = cells("T11-objtype-kommune.csv");
  expect(head).toEqual(["enhet", "enhetNavn", "kode", "navn", "Skog", "Myr", "ikkeIB", "sum"]);
  const grown = matrix.filter((row) => row[2] === "Myr").map((row) => `${row[0]} ${row[4]}`);
  // 4601 lies outside the units: its ground stands last, under no unit.
  expect(grown).toEqual(["0301 200000", "3201 400000", "3203 600000", " 800000"]);
  const [stackedHead, ...stacked] = cells("T11-objtype-regioner.csv");
  expect(stackedHead.slice(0, 4)).toEqual(["region", "regionNavn", "kode", "navn"]);
  expect(stacked.filter((row) => row[2] === "Myr").map((row) => `${row[0]} ${row[1]} ${row[4]}`)).toEqual([
    "0301 Oslo 200000",
    "3201 Bærum 400000",
    "3203 Asker 600000",
    "4601 Bergen 800000",
    " Sum 2000000",
  ]);
  expect(
    cells("T10-objtype-kommune.csv")
      .filter((row) => row[2] === "tilvekst")
      .map((row) => row.at(-1)),
  ).toEqual(["200", "400", "600", "800"]);
});

test("a kommune that was divided between the editions, and one that was renumbered, are told of with the reason", async () => {
  for (const name of ["1507.geojson", "3001.geojson"]) writeGeoJson(inn("2025", name), ground(6, 0));
  for (const name of ["1508.geojson", "1580.geojson"]) writeGeoJson(inn("2026", name), ground(6, 0));
  await expect(run()).rejects.toThrow(/4 av 8 par er ikke med i summene: 1507, 1508, 1580, 3001/);
  const found = rowsOf("ut", "sum", "findings.csv").filter((row) => row.includes("KOMMUNE_DELT"));
  expect(found.map((row) => row.split(",")[2])).toEqual(["1507.geojson", "1508.geojson", "1580.geojson"]);
  expect(found[0]).toContain("kommune 1507 ble delt 2024-01-01 i 1508, 1580");
  expect(rowsOf("ut", "sum", "tables", "filer.csv").find((row) => row.startsWith("3001"))).toContain(
    "nummeret er 3101 per 2024-01-01",
  );
});

test("a file without its counterpart, and a bad one, are told of and stop nothing; mended, they alone are compared", async () => {
  rmSync(inn("2026", "Grunnkart2026-3201.fgb"));
  writeFileSync(inn("2026", "Grunnkart2026-3203.fgb"), "fgb");
  await writeFgb(inn("2026", "Grunnkart2026-1103.fgb"), layerOfFlater("g", ground(9, 0)));
  await expect(run()).rejects.toThrow(/3 av 5 par er ikke med i summene: 1103, 3201, 3203/);
  const list = rowsOf("ut", "sum", "tables", "filer.csv");
  expect(list.slice(0, 5).map((row) => row.replace(/,[^,]*(Grunnkart2026-3203\.fgb: ).*/, ",$1"))).toEqual([
    "navn,fra,til,status,funn,melding",
    "0301,0301_grunnkart_2025.geojson,Grunnkart2026-0301.fgb,ferdig,0,",
    "1103,,Grunnkart2026-1103.fgb,mangler,,ingen fil for 1103 i 2025",
    "3201,3201_grunnkart_2025.geojson,,mangler,,ingen fil for 3201 i 2026",
    expect.stringMatching(/^3203,3203_grunnkart_2025\.geojson,Grunnkart2026-3203\.fgb,mangler,,/) as string,
  ]);
  expect(list.join("\n")).not.toContain(folder);
  expect(rowsOf("ut", "sum", "findings.csv").filter((row) => row.includes("FIL_MANGLER"))).toHaveLength(3);
  expect(readdirSync(inn("ut", "kommuner"))).toEqual(["0301", "4601"]);

  const before = markedAt();
  rmSync(inn("2026", "Grunnkart2026-1103.fgb"));
  for (const [k, number] of [
    [1, "3201"],
    [2, "3203"],
  ] as const)
    await writeFgb(inn("2026", `Grunnkart2026-${number}.fgb`), layerOfFlater("g", ground(k, 50)));
  await run();
  expect(markedAt()).toMatchObject(before);
  expect(Object.keys(markedAt())).toHaveLength(4);
});

test("stopped in the middle and started again: the same folder, and nothing compared twice", async () => {
  await run({ out: inn("hel") });
  const stop = new AbortController();
  const all = { from: inn("2025"), to: inn("2026"), out: inn("ut"), managed: false, strict: false };
  const stopping = { ...compare, units: units() };
  const going = changeFolders({ ...all, compare: stopping }, true, stop.signal);
  const watch = setInterval(() => {
    try {
      if (readdirSync(inn("ut", "merker")).some((name) => name.endsWith(".json"))) stop.abort();
    } catch {
      return; // not begun
    }
  }, 1);
  await going.catch(() => undefined);
  clearInterval(watch);
  const made = markedAt();
  await run();
  expect(markedAt()).toMatchObject(made);
  expect(hashesOf(inn("ut"))).toEqual(hashesOf(inn("hel")));
  await run({ compare: { ...compare, units: units(), stripWidthM: 3 } }); // another setting: all again
  for (const [name, hash] of Object.entries(made)) expect(markedAt()[name]).not.toBe(hash);
});

test("files are paired by kommunenummer, or by their whole name where it tells none", () => {
  const files = (...names: string[]) => names.map((name) => ({ name, path: `${name}.fgb`, byteLength: 1 }));
  const paired = (a: string[], b: string[]) =>
    pairFiles(files(...a), files(...b), rules).map(({ name, from, to }) =>
      [name, from?.name ?? "-", to?.name ?? "-"].join(" "),
    );
  expect(paired(["grunnkart_2018_0220"], ["0220-2019"])).toEqual(["0220 grunnkart_2018_0220 0220-2019"]);
  expect(paired(["grunnkart_2025_0301", "Basisdata_1103_Stavanger_25833"], ["0301", "x1103-2026"])).toEqual([
    "0301 grunnkart_2025_0301 0301",
    "1103 Basisdata_1103_Stavanger_25833 x1103-2026",
  ]);
  expect(paired(["nord", "2025 sør"], ["nord", "2026 sør"])).toEqual([
    "2025 sør 2025 sør -",
    "2026 sør - 2026 sør",
    "nord nord nord",
  ]);
  expect(paired(["3001"], ["3101"])).toEqual(["3001 3001 -", "3101 - 3101"]); // renumbered is not the same file
  expect(() => paired(["0301 nord", "0301 sør"], ["0301"])).toThrow(
    /0301 nord\.fgb and 0301 sør\.fgb, both of 0301/,
  );
});
