import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GROUND, hashesOf, KOMMUNER, layerOfFlater, writeFgb } from "../run/scene.js";
import { csvRows } from "../tables/invented.js";
import { arealregnskap } from "./program.js";

/** The built program from arguments to folder and exit code, with real worker threads. */
let folder: string;
let ground: string;
let kommuner: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "program-"));
  ground = await writeFgb(at("grunnkart.fgb"), layerOfFlater("grunnkart", GROUND));
  kommuner = await writeFgb(at("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const text = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");

function account(out: string, ...rest: string[]) {
  const files = ["--grunnkart", ground, "--klasse", "objtype", "--enheter", `kommune=${kommuner}`];
  return arealregnskap(["account", ...files, "--arealmetode", "kartplan", "--out", at(out), ...rest]);
}

type Receipt = {
  version: string;
  settings: Record<string, unknown>;
  inputs: { file: string; sha256: string }[];
  ruleSets: { id: string; version: string; sha256: string }[];
  files: { path: string; sha256: string }[];
  resultSha256: string;
};

const receiptOf = (out: string): Receipt => JSON.parse(text(out, "kvittering.json")) as Receipt;

describe("a run", () => {
  test("prints T1 and that it adds up, and exits with 0", async () => {
    const { code, stdout, stderr } = await account("kjort", "--workers", "2");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^(\p{L}+( \p{L}+)? \d+ %\n)*$/u); // on a slow machine: plain lines of progress
    expect(stdout).toContain("T1");
    expect(stdout).toMatch(/Går det opp\?\n✓ /);
    expect(stdout).not.toContain("✗");
    expect(stdout).toContain("16 flater, 11 celler");
  });

  test("cells.csv: class fields, zone layers by name, both areas; sorted, unrounded, one row a combination", () => {
    const [head, ...rows] = csvRows(text("kjort", "cells.csv"));
    expect(head).toEqual(["objtype", "kommune", "kartplanM2", "ellipsoideM2"]);
    const keys = rows.map(([objtype, kommune]) => `${objtype} ${kommune}`);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(16e6);
    expect(rows.find(([objtype, kommune]) => objtype === "Skog" && kommune === "0301")?.[2]).toBe("2000000");
    const ellipsoid = rows.reduce((sum, row) => sum + Number(row[3]), 0);
    expect(ellipsoid / 16e6).toBeCloseTo(1 / 0.9996 ** 2 / (1 + (240_000 / 6.38e6) ** 2), 4);
  });

  test("kvittering.json is enough to run again: versions, settings, inputs, rule sets, files, result", () => {
    const receipt = receiptOf("kjort");
    const hashes = hashesOf(at("kjort"));
    const inputs = hashesOf(folder);
    expect(receipt.version).toBe(
      (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Receipt).version,
    );
    expect(receipt.settings).toMatchObject({ klasse: ["objtype"], arealmetode: "kartplan", strict: false });
    expect(receipt.inputs.map(({ file, sha256 }) => [file, sha256])).toEqual([
      ["grunnkart.fgb", inputs["grunnkart.fgb"]],
      ["kommuner.fgb", inputs["kommuner.fgb"]],
    ]);
    expect(receipt.ruleSets.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["regnskap", "n1000_objtype"]),
    );
    for (const { version, sha256 } of receipt.ruleSets) {
      expect(version).toMatch(/\d/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    const files = Object.fromEntries(receipt.files.map(({ path, sha256 }) => [path, sha256]));
    expect({ ...files, "kvittering.json": hashes["kvittering.json"] }).toEqual(hashes);
    expect(receipt.resultSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(receipt)).not.toContain(folder);
  });

  test.each([0, 1, 3])("writes the same bytes with %i workers", async (workers) => {
    const out = `arbeidere${workers}`;
    expect((await account(out, "--workers", String(workers))).code).toBe(0);
    expect(hashesOf(at(out))).toEqual(hashesOf(at("kjort")));
  });

  test("again into its own folder: the same bytes, nothing beside", async () => {
    const before = hashesOf(folder);
    expect((await account("kjort", "--quiet")).stdout).toBe("");
    expect(hashesOf(folder)).toEqual(before);
  });

  test("the folder by its other name", async () => {
    const files = ["--grunnkart", ground, "--klasse", "objtype", "--enheter", `kommune=${kommuner}`];
    const { code } = await arealregnskap([
      "account",
      ...files,
      "--arealmetode",
      "kartplan",
      "--ut",
      at("annet"),
    ]);
    expect(code).toBe(0);
    expect(hashesOf(at("annet"))).toEqual(hashesOf(at("kjort")));
  });

  test("from a run file, whose paths are relative to it: the same result as from flags", async () => {
    mkdirSync(at("oppsett"));
    const lines = [
      "grunnkart: ../grunnkart.fgb",
      "klasse: [objtype]",
      "enheter: [{ navn: kommune, fil: ../kommuner.fgb, nokkel: kommunenummer }]",
      "arealmetode: kartplan",
      "ut: ut",
    ];
    writeFileSync(at("oppsett/kjoring.yaml"), lines.join("\n"));
    expect(await arealregnskap(["account", at("oppsett/kjoring.yaml"), "--quiet"])).toMatchObject({
      code: 0,
    });
    expect(receiptOf("oppsett/ut").resultSha256).toBe(receiptOf("kjort").resultSha256);
    expect(hashesOf(at("oppsett/ut"))).toEqual(hashesOf(at("kjort")));
  });

  test("flags win over the run file", async () => {
    const args = ["account", at("oppsett/kjoring.yaml"), "--quiet", "--arealmetode", "ellipsoide"];
    expect((await arealregnskap([...args, "--out", at("annet")])).code).toBe(0);
    expect(receiptOf("annet").settings).toMatchObject({ arealmetode: "ellipsoide" });
    expect(hashesOf(at("annet"))["cells.csv"]).toBe(hashesOf(at("kjort"))["cells.csv"]);
    expect(receiptOf("annet").resultSha256).not.toBe(receiptOf("kjort").resultSha256);
  });

  test("without units: the stock of the whole file", async () => {
    const args = ["account", "--grunnkart", ground, "--klasse", "objtype", "--out", at("hele"), "--quiet"];
    expect((await arealregnskap(args)).code).toBe(0);
    expect(text("hele", "cells.csv")).toMatch(/^objtype,kartplanM2,ellipsoideM2\nElv,2000000,/);
  });
});

describe("what is wrong, and the exit code", () => {
  const left = () => readdirSync(folder);

  test.each<[string, () => string[], RegExp]>([
    [
      "a missing file",
      () => ["--grunnkart", at("borte.fgb"), "--out", at("x")],
      /^Feil: .*borte\.fgb: no such file/,
    ],
    [
      "a wrong field",
      () => ["--grunnkart", ground, "--klasse", "art", "--out", at("x")],
      /^Feil: .*no field art\. Wanted: one of its fields: objtype\./,
    ],
    ["no ground", () => ["--out", at("x")], /^Feil: flags: .*--grunnkart FILE/],
    [
      "a folder that cannot be made",
      () => ["--grunnkart", ground, "--klasse", "objtype", "--out", join(ground, "ut")],
      /^Feil: .*cannot be written \(ENOTDIR\)/,
    ],
    [
      "a folder of somebody else's",
      () => ["--grunnkart", ground, "--klasse", "objtype", "--out", folder],
      /^Feil: .*other files in it/,
    ],
    [
      "a key for a layer nobody named",
      () => ["--grunnkart", ground, "--nokkel", "plan=formal", "--out", at("x")],
      /^Feil: flags: .*plan.*no --enheter names/,
    ],
  ])("%s: 1, and nothing is written", async (_, args, says) => {
    const before = left();
    const { code, stderr } = await arealregnskap(["account", "--quiet", ...args()]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(left()).toEqual(before);
  });

  test("an unknown class value: 0, but 2 in a strict run, and the folder is there to look at", async () => {
    const codes = GROUND.map(({ ring }, f) => ({ ring, values: { artype: f === 0 ? "77" : "30" } }));
    const ar5 = await writeFgb(at("ar5.fgb"), layerOfFlater("ar5", codes));
    const args = [
      "account",
      "--grunnkart",
      ar5,
      "--klasse",
      "artype",
      "--arealmetode",
      "kartplan",
      "--quiet",
    ];
    expect(await arealregnskap([...args, "--out", at("lempelig")])).toMatchObject({ code: 0, stderr: "" });
    const strict = await arealregnskap([...args, "--out", at("streng"), "--strict"]);
    expect(strict.code).toBe(2);
    expect(strict.stderr).toMatch(/^Feil: 1 funn av alvor «error».*KODE_UKJENT.*artype «77»/);
    expect(csvRows(text("streng", "cells.csv")).find(([code]) => code === "77")?.[1]).toBe("1000000");
    expect(text("streng", "findings.csv")).toContain("KODE_UKJENT");
    expect(receiptOf("streng").resultSha256).toBe(receiptOf("lempelig").resultSha256);
  });
});
