import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { national } from "../../src/cli/national.js";
import { GROUND, KOMMUNER, settings, writeGeoJson } from "../run/scene.js";

/** The scene's ground in three files: kommune 3201 has ground in two of them. */
let folder: string;
const never = new AbortController().signal;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "landet-"));
  mkdirSync(inn("inn"));
  const names = new Map([
    ["0301", "Oslo - Oslove"],
    ["3201", "=Bærum"],
  ]);
  const units = KOMMUNER.map(({ ring, values }) => ({
    ring,
    values: { ...values, kommunenavn: names.get(String(values["kommunenummer"]))! },
  }));
  writeGeoJson(inn("kommune.geojson"), units);
  // The first six are of one kind and the others of two, so that the files' cross tables have other columns.
  const ground = GROUND.map(({ ring, values }, i) => ({
    ring,
    values: { ...values, slag: i < 6 || i % 2 === 0 ? "a" : "b" },
  }));
  writeGeoJson(inn("inn", "0301_grunnkart.geojson"), ground.slice(0, 6));
  writeGeoJson(inn("inn", "3201_grunnkart.geojson"), ground.slice(6, 11));
  writeGeoJson(inn("inn", "sør.geojson"), ground.slice(11));
  writeGeoJson(inn("alt.geojson"), ground);
  const kommune = { kommune: inn("kommune.geojson") };
  const rest = { klasse: ["objtype", "slag"], reparasjon: "off" };
  await national(settings(inn("inn"), kommune, inn("ut"), rest), true, never);
  await account(settings(inn("alt.geojson"), kommune, inn("hel"), rest), true, never);
});
afterAll(() => rmSync(folder, { recursive: true }));

const inn = (...path: string[]): string => join(folder, ...path);
const tableOf = (of: string, name: string): string[][] =>
  readFileSync(inn(of, "tables", `${name}.csv`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(",")); // no value of the scene has a comma

test("tables by unit are those of all ground in one file: a unit on two files is one", () => {
  const owned = (rows: string[][]) =>
    rows.filter((row) => row[2] !== "udekket").map((row) => row.map((cell) => tidy(cell)));
  for (const name of ["T1-objtype-kommune", "T2-kommune-objtype"])
    expect(owned(tableOf("ut/sum", name)), name).toEqual(owned(tableOf("hel", name)));
  expect(tableOf("ut/sum", "T1-objtype-kommune").some((row) => row[1] === "Oslo - Oslove")).toBe(true);
});

/** Sums of parts differ from the whole's in the last digits on the ellipsoid. */
const tidy = (cell: string): string =>
  /^-?\d+\.\d+(e-?\d+)?$/.test(cell) ? Number(cell).toPrecision(9) : cell;

test("T1 and T2 of every file stand under each other, and their sums are those of all files", () => {
  const names = readdirSync(inn("ut/sum/tables")).filter((name) => name.includes("regioner"));
  expect(names.sort()).toEqual([
    "T1-objtype-regioner.csv",
    "T1-slag-regioner.csv",
    "T2-objtype-slag-regioner.csv",
  ]);
  const [head, ...rows] = tableOf("ut/sum", "T1-objtype-regioner");
  expect(head.slice(0, 5)).toEqual(["region", "regionNavn", "rad", "kode", "navn"]);
  const regions = [...new Set(rows.map((row) => `${row[0]} ${row[1]}`))];
  expect(regions).toEqual(["0301 Oslo", "3201 Bærum", "sør ", " Sum"]);
  const m2 = (region: string, rad: string) =>
    rows
      .filter((row) => (region === "alle" ? row[0] !== "" : row[0] === region) && row[2] === rad)
      .reduce((sum, row) => sum + Number(row[5]), 0);
  expect(m2("alle", "klasse")).toBeCloseTo(m2("", "sum"), 6);
  expect(m2("alle", "sum")).toBeCloseTo(m2("", "sum"), 6);
  // The rows of a region are those of its own folder, digit by digit.
  const own = tableOf("ut/kommuner/0301_grunnkart", "T1-objtype").slice(1);
  expect(rows.filter((row) => row[0] === "0301").map((row) => row.slice(2))).toEqual(
    own.map((row) => row.slice(2)),
  );
  // A class that one file lacks is a column of zeros in its rows of the cross table.
  const [wide, ...crossed] = tableOf("ut/sum", "T2-objtype-slag-regioner");
  expect(
    crossed.every((row) => row.length === wide.length && row.slice(4).every((cell) => cell !== "")),
  ).toBe(true);
});
