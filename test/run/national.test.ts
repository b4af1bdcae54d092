import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { BrokenInvariant, InputError } from "../../src/core/trouble.js";
import { WorkerDied } from "../../src/pool/pool.js";
import { runNational, type NationalFacts } from "../../src/run/national.js";
import { PartBroke } from "../../src/run/partBroke.js";
import { rules } from "./accounted.js";
import {
  box,
  GROUND,
  hashesOf,
  KOMMUNER,
  layerOfFlater,
  settings,
  writeFgb,
  writeGeoJson,
  type Flate,
} from "./scene.js";

let folder: string;
let inn: string;
let ut: string;
/** Names of the files that were counted, in order. */
let counted: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "landet-"));
  inn = join(folder, "inn");
  ut = join(folder, "ut");
  counted = [];
  mkdirSync(inn);
  writeGeoJson(join(folder, "kommune.geojson"), KOMMUNER);
  writeGeoJson(join(inn, "0301.geojson"), GROUND.slice(0, 6));
  writeGeoJson(join(inn, "3201.geojson"), GROUND.slice(6, 11));
  writeGeoJson(join(inn, "3203.geojson"), GROUND.slice(11));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (rest: Readonly<Record<string, unknown>> = {}, version = "1"): Promise<NationalFacts> => {
  const all = settings(inn, { kommune: join(folder, "kommune.geojson") }, ut, rest);
  return runNational(all, rules, version, async (one) => {
    counted.push(one.grunnkart.slice(inn.length + 1));
    await account(one, true, new AbortController().signal, true);
    return undefined;
  });
};

const cellsOf = ({ cells }: NationalFacts): string[] =>
  Array.from({ length: cells.rowCount }, (_, row) => {
    const keys = [...cells.classes.values(), ...cells.zones.values()].map(
      ({ codes, terms }) => terms[codes[row]],
    );
    return [...keys, cells.planM2[row]].join(" ");
  });

test("the sums of three files are the account of their ground in one", async () => {
  const parts = await run();
  rmSync(inn, { recursive: true });
  mkdirSync(inn);
  writeGeoJson(join(inn, "alt.geojson"), GROUND);
  ut = join(folder, "alt");
  const whole = await run();
  expect(parts.files.map(({ name, status, polygons }) => `${name} ${status} ${polygons}`)).toEqual([
    "0301 done 6",
    "3201 done 5",
    "3203 done 5",
  ]);
  expect(cellsOf(parts)).toEqual(cellsOf(whole));
  expect(parts.own.planM2).toBe(16_000_000);
  expect(parts.posted).toEqual({
    planM2: whole.posted.planM2,
    trueM2: expect.closeTo(whole.posted.trueM2, 6) as number,
  });
});

test("what is finished is kept, byte for byte, and not counted again", async () => {
  await run();
  const before = hashesOf(ut);
  counted = [];
  const again = await run();
  expect(again.kept).toBe(3);
  expect(counted).toEqual([]);
  expect(hashesOf(ut)).toEqual(before);
  await run({ workers: 1 }); // no figure depends on it
  expect(counted).toEqual([]);
});

test.each<[string, (() => void) | Record<string, unknown> | string, readonly string[]]>([
  [
    "a ground file",
    () => void writeGeoJson(join(inn, "3201.geojson"), GROUND.slice(7, 11)),
    ["3201.geojson"],
  ],
  ["a result", () => void writeFileSync(join(ut, "kommuner", "3203", "cells.csv"), "a"), ["3203.geojson"]],
  ["half a mark", () => void writeFileSync(join(ut, "merker", "0301.json"), '{"fing'), ["0301.geojson"]],
  [
    "a unit file",
    () => void writeGeoJson(join(folder, "kommune.geojson"), KOMMUNER.slice(0, 1)),
    ["0301.geojson", "3201.geojson", "3203.geojson"],
  ],
  ["a setting", { arealmetode: "kartplan" }, ["0301.geojson", "3201.geojson", "3203.geojson"]],
  ["the program", "2", ["0301.geojson", "3201.geojson", "3203.geojson"]],
])("%s that has changed is counted again, and no more than it asks for", async (_, change, wanted) => {
  await run();
  counted = [];
  if (typeof change === "function") change();
  await run(typeof change === "object" ? change : {}, typeof change === "string" ? change : "1").catch(
    () => undefined,
  );
  expect(counted).toEqual(wanted);
});

test("a bad file is missing with its reason, and the others are counted", async () => {
  writeFileSync(join(inn, "3205.geojson"), '{"type": "FeatureCollection", "features": [{"type"');
  writeFileSync(join(inn, "9999.bin"), "no format at all");
  const facts = await run();
  expect(facts.files.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "0301 done",
    "3201 done",
    "3203 done",
    "3205 missing",
    "9999 missing",
  ]);
  expect(facts.files[3].says).toMatch(/^3205\.geojson/);
  expect(facts.files[4].says).not.toContain(folder);
  expect(facts.own.planM2).toBe(16_000_000);
  expect(readdirSync(join(ut, "kommuner")).sort()).toEqual(["0301", "3201", "3203"]);
});

test.each([
  ["an invariant", new BrokenInvariant("areas that do not add up")],
  ["a fault of the program", new TypeError("x is not a function")],
  ["a thread that died", new WorkerDied(2, "out of memory")],
])("%s in one file is not told as a fault of the file; the others are made and kept", async (_, fault) => {
  const all = settings(inn, { kommune: join(folder, "kommune.geojson") }, ut);
  const broken = runNational(all, rules, "1", async (one) => {
    if (one.grunnkart.includes("0301")) throw fault;
    await account(one, true, new AbortController().signal, true);
    return undefined;
  });
  const error = await broken.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PartBroke);
  expect(error).not.toBeInstanceOf(InputError);
  expect(error).toMatchObject({ parts: ["0301"], cause: fault });
  expect(readdirSync(join(ut, "kommuner")).sort()).toEqual(["3201", "3203"]);
  const mended = await run();
  expect([counted, mended.kept]).toEqual([["0301.geojson"], 2]);
});

test("a file that is gone takes its result with it, and debris of a killed run goes", async () => {
  await run();
  const wanted = (({ "kommuner/3203/cells.csv": _, ...rest }) => rest)(hashesOf(ut));
  rmSync(join(inn, "3203.geojson"));
  mkdirSync(join(ut, "kommuner", "0301.skrives-12345"));
  mkdirSync(join(ut, "sum.skrives-12345"));
  writeFileSync(join(ut, "merker", "0301.json.77.part"), "{");
  await run();
  expect(readdirSync(join(ut, "kommuner")).sort()).toEqual(["0301", "3201"]);
  expect(readdirSync(join(ut, "merker")).sort()).toEqual(["0301.json", "3201.json"]);
  expect(hashesOf(ut)["kommuner/0301/cells.csv"]).toBe(wanted["kommuner/0301/cells.csv"]);
});

test("one kommune in two files is refused: its ground would count twice", async () => {
  writeFileSync(join(inn, "0301.fgb"), "x");
  await expect(run()).rejects.toThrow(/0301\.fgb and 0301\.geojson, whose results would both be called 0301/);
});

test("a folder with other files in it is not touched", async () => {
  mkdirSync(join(ut, "kommuner"), { recursive: true });
  writeFileSync(join(ut, "kommuner", "min egen.txt"), "x");
  await expect(run()).rejects.toThrow(/a folder with other files in it \(kommuner\)/);
  expect(statSync(join(ut, "kommuner", "min egen.txt")).size).toBe(1);
});

test("nothing that could be counted is an error of its own", async () => {
  rmSync(join(folder, "kommune.geojson"));
  await expect(run()).rejects.toThrow(
    /3 files, none of which could be counted; the first says: .*no such file/,
  );
});

test("files with other class fields are told of and left out of the sums", async () => {
  const other: Flate[] = [{ ring: box(0, 0, 1000, 1000), values: { arealdekkeniva1: "Skog" } }];
  writeGeoJson(join(inn, "4601.geojson"), other);
  const all = settings(inn, { kommune: join(folder, "kommune.geojson") }, ut);
  const facts = await runNational(all, rules, "1", async (one) => {
    const klasse = one.grunnkart.includes("4601") ? ["arealdekkeniva1"] : one.klasse;
    await account({ ...one, klasse }, true, new AbortController().signal);
    return undefined;
  });
  expect(facts.files.at(-1)).toMatchObject({ name: "4601", status: "unlike" });
  expect(facts.own.planM2).toBe(16_000_000);
});

test("marks say no path of the machine", async () => {
  await run();
  for (const name of readdirSync(join(ut, "merker"))) {
    expect(readFileSync(join(ut, "merker", name), "utf8")).not.toContain(folder);
  }
});

const findingsOf = (name: string): string => readFileSync(join(ut, "kommuner", name, "findings.csv"), "utf8");

test("a file where no unit lies is counted without units, with a note; alone it is refused", async () => {
  writeGeoJson(join(folder, "kommune.geojson"), [
    { ring: box(0, 0, 1000, 1000), values: { kommunenummer: "0301" } },
  ]);
  const far: Flate[] = [{ ring: box(90_000, 0, 91_000, 1000), values: { objtype: "Skog" } }];
  await writeFgb(join(inn, "4601.fgb"), layerOfFlater("g", far)); // says its box: the units are left out unread
  const { files, own, cells } = await run();
  expect(files.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "0301 done",
    "3201 done",
    "3203 done",
    "4601 done",
  ]);
  expect(own.planM2).toBe(17_000_000);
  expect(cells.planM2.reduce((sum: number, m2) => sum + m2, 0)).toBe(17_000_000);
  expect(findingsOf("0301")).not.toContain("LAG_UTENFOR");
  for (const name of ["3203", "4601"]) expect(findingsOf(name)).toMatch(/^note,LAG_UTENFOR,kommune,/m);

  const alone = settings(join(inn, "4601.fgb"), { kommune: join(folder, "kommune.geojson") }, ut + "-1");
  await expect(account(alone, true, new AbortController().signal)).rejects.toThrow(/nowhere meet the ground/);
});

test("plans and themes of one kommune leave the accounts of the others in one form with its own", async () => {
  const formal = { planidentifikasjon: "1", arealformål: "1110", arealbruksstatus: "2" };
  const object = { objekttype: "KpArealformålOmråde", ...formal };
  writeGeoJson(join(folder, "plan.geojson"), [{ ring: box(0, 0, 1000, 1000), values: object }]);
  writeGeoJson(join(folder, "vern.geojson"), [{ ring: box(0, 0, 500, 500), values: { navn: "a" } }]);
  const far: Flate[] = [{ ring: box(90_000, 0, 91_000, 1000), values: { objtype: "Skog" } }];
  await writeFgb(join(inn, "4601.fgb"), layerOfFlater("g", far));
  const { files } = await run({
    plan: [{ fil: join(folder, "plan.geojson") }],
    tema: [{ navn: "vern", fil: join(folder, "vern.geojson") }],
  });
  expect(files.map(({ name, status, says }) => `${name} ${status} ${says}`)).toEqual([
    "0301 done ",
    "3201 done ",
    "3203 done ",
    "4601 done ",
  ]);
  expect(readdirSync(join(ut, "kommuner", "4601", "tables")).some((name) => name.startsWith("T3"))).toBe(
    true,
  );
});
