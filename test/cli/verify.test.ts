import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { change } from "../../src/cli/change.js";
import { changeFolders } from "../../src/cli/changeFolders.js";
import { explain } from "../../src/cli/explain.js";
import { national } from "../../src/cli/national.js";
import { scenario } from "../../src/cli/scenario.js";
import { statistics } from "../../src/cli/statistics.js";
import { verify } from "../../src/cli/verify.js";
import { firstDifference } from "../../src/report/firstDifference.js";
import { checkSettings } from "../../src/run/settings.js";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";
import { zipOf } from "../read/zipFile.js";
import { box, writeGeoJson } from "../run/scene.js";

const signal = new AbortController().signal;
let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
  const values = (kode: string) => ({ arealdekkeniva1: kode });
  writeGeoJson(at("grunnkart.geojson"), [
    { ring: box(0, 0, 1000, 1000), values: values("skog") },
    { ring: box(1000, 0, 2000, 1000), values: values("myr") },
  ]);
  writeGeoJson(at("kommune.geojson"), [{ ring: box(0, 0, 1500, 1000), values: { kommunenummer: "0301" } }]);
  writeGeoJson(at("plan.geojson"), [
    {
      ring: box(500, 0, 1500, 500),
      values: { objtype: "KpArealformålOmråde", arealformal: "1110", arealbruksstatus: "2", lokalId: "B1" },
    },
  ]);
  await account(checkSettings({ ...settings(), ut: at("ut") }, "test"), true, signal);
});
afterEach(() => rmSync(folder, { recursive: true }));

type StoredReceipt = {
  inputs: unknown[];
  checks: { expectedM2: number }[];
  files: { path: string; sha256: string }[];
  resultSha256: string;
};

const settings = () => ({
  grunnkart: at("grunnkart.geojson"),
  enheter: [{ navn: "kommune", fil: at("kommune.geojson") }],
  plan: [{ fil: at("plan.geojson") }],
  metode: ["serie-1-2", "kdd"],
  workers: 0,
});

test("a run is identical to itself, from the receipt or its folder", async () => {
  await verify(at("ut"), undefined, true, signal);
  await verify(at("ut/kvittering.json"), undefined, true, signal);
});

test("inputs are found in another folder, among others of their name by their hash", async () => {
  mkdirSync(at("kart/eldre"), { recursive: true });
  for (const name of ["grunnkart.geojson", "kommune.geojson", "plan.geojson"])
    renameSync(at(name), at(`kart/${name}`));
  writeFileSync(at("kart/eldre/grunnkart.geojson"), "{}");
  await expect(verify(at("ut"), undefined, true, signal)).rejects.toThrow(
    /grunnkart.geojson: no file of that name/,
  );
  await verify(at("ut"), at("kart"), true, signal);
});

test("an input with another content is refused before anything is run", async () => {
  appendFileSync(at("kommune.geojson"), "\n");
  await expect(verify(at("ut"), undefined, true, signal)).rejects.toThrow(
    /kommune.geojson: a file with another content/,
  );
});

test("an input in an archive is named with it, and held to the archive's hash", async () => {
  const member = { name: "x/kommune.geojson", content: readFileSync(at("kommune.geojson")) };
  writeFileSync(at("alt.zip"), zipOf([member]));
  const enheter = [{ navn: "kommune", fil: at("alt.zip#x/kommune.geojson") }];
  await account(checkSettings({ ...settings(), enheter, ut: at("zip") }, "test"), true, signal);
  const receipt = JSON.parse(readFileSync(at("zip/kvittering.json"), "utf8")) as {
    settings: { enheter: unknown[] };
    inputs: { file: string; sha256: string }[];
  };
  expect(receipt.settings.enheter).toMatchObject([{ fil: "alt.zip#x/kommune.geojson" }]);
  const sha256 = createHash("sha256")
    .update(readFileSync(at("alt.zip")))
    .digest("hex");
  expect(receipt.inputs).toContainEqual(
    expect.objectContaining({ file: "alt.zip#x/kommune.geojson", sha256 }),
  );
  await verify(at("zip"), undefined, true, signal);
  writeFileSync(at("alt.zip"), zipOf([member, { name: "LES MEG.txt", content: "ny" }]));
  await expect(verify(at("zip"), undefined, true, signal)).rejects.toThrow(
    /alt.zip: a file with another content/,
  );
});

test("a receipt that says another result names the first cell", async () => {
  const receipt = JSON.parse(readFileSync(at("ut/kvittering.json"), "utf8")) as {
    settings: Record<string, unknown>;
    resultSha256: string;
  };
  receipt.settings["arealmetode"] = "kartplan";
  writeFileSync(at("ut/kvittering.json"), JSON.stringify(receipt));
  await expect(verify(at("ut"), undefined, true, signal)).rejects.toThrow(
    /ikke identisk: tables\/T1.*linje 4.*kolonne arealM2: «\d.*» er nå «/,
  );
});

test("a figure that was changed in the folder is told", async () => {
  const path = at("ut/cells.csv");
  writeFileSync(path, readFileSync(path, "utf8").replace("skog", "myr"));
  await expect(verify(at("ut"), undefined, true, signal)).rejects.toThrow(
    /cells.csv i mappa er endret etter kjøringen/,
  );
});

test("a file that is gone from the folder is told; a receipt kept alone is verified by itself", async () => {
  cpSync(at("ut/kvittering.json"), at("alene/kvittering.json"));
  await verify(at("alene"), undefined, true, signal);
  rmSync(at("ut/cells.csv"));
  await expect(verify(at("ut"), undefined, true, signal)).rejects.toThrow(/cells.csv i mappa mangler/);
});

test.each([
  ["a file less", (receipt: StoredReceipt) => receipt.files.pop(), /does not make its resultSha256/],
  ["a file more", (receipt: StoredReceipt) => receipt.files.push(receipt.files[0]), /resultSha256/],
  ["a file by another name", ({ files }: StoredReceipt) => (files[0].path = "../x"), /resultSha256/],
  ["another result", (receipt: StoredReceipt) => (receipt.resultSha256 = "0"), /resultSha256/],
  ["no inputs", (receipt: StoredReceipt) => (receipt.inputs = []), /ikke identisk: inputs i kvitteringen/],
  ["another check", ({ checks }: StoredReceipt) => (checks[0].expectedM2 = 1), /checks i kvitteringen/],
])("a receipt changed after the run is told: %s", async (_, edit, says) => {
  const receipt = JSON.parse(readFileSync(at("ut/kvittering.json"), "utf8")) as StoredReceipt;
  edit(receipt);
  writeFileSync(at("ut/kvittering.json"), JSON.stringify(receipt));
  await expect(verify(at("ut"), undefined, true, signal)).rejects.toThrow(says);
});

test("scenarios are verified as accounts are", async () => {
  const scenarioer = [{ navn: "A", endringer: [{ handling: "fjern", omrade: "B1" }] }];
  await scenario(checkScenarioSettings({ ...settings(), ut: at("sc"), scenarioer }, "test"), true, signal);
  await verify(at("sc"), undefined, true, signal);
  cpSync(at("sc"), at("langt/borte/sc"), { recursive: true });
  await verify(at("langt/borte/sc"), folder, true, signal);
});

test("a run with pieces as polygons and a reference is verified, and the reference is held to its hash", async () => {
  const reference = at("fasit.csv");
  writeFileSync(reference, "kommunenummer,arealdekkeNiva1,areal_m2\n0301,skog,1000000\n");
  const more = { flater: "fgb", referanse: [reference], arealmetode: "kartplan", ut: at("delt") };
  await account(checkSettings({ ...settings(), ...more }, "test"), true, signal);
  await verify(at("delt"), undefined, true, signal);
  appendFileSync(at("delt/flater.fgb"), " ");
  await expect(verify(at("delt"), undefined, true, signal)).rejects.toThrow(/flater.fgb i mappa er endret/);
  appendFileSync(reference, "0301,myr,1\n");
  await expect(verify(at("delt"), undefined, true, signal)).rejects.toThrow(
    /fasit.csv: a file with another content \(SHA-256 [0-9a-f]{64}\).*made from \(SHA-256 [0-9a-f]{64}\)/,
  );
});

test("ground that was repaired on the way is repaired again", async () => {
  const values = (kode: string) => ({ arealdekkeniva1: kode });
  writeGeoJson(at("feil.geojson"), [
    { ring: box(0, 0, 100, 100), values: values("skog") },
    { ring: box(99.5, 0, 200, 100), values: values("myr") },
  ]);
  const run = { grunnkart: at("feil.geojson"), workers: 0, ut: at("reparert") };
  await account(checkSettings(run, "test"), true, signal);
  await account(checkSettings(run, "test"), true, signal); // into its own folder again
  expect(readFileSync(at("reparert/ledger.csv"), "utf8")).toContain("overlap");
  await verify(at("reparert"), undefined, true, signal);
  const path = at("reparert/ledger.csv");
  writeFileSync(path, readFileSync(path, "utf8").replace("overlap", "gap"));
  await expect(verify(at("reparert"), undefined, true, signal)).rejects.toThrow(
    /ledger.csv i mappa er endret/,
  );
});

/** Ground of two years under one name, as they come from the same publisher. */
function twoYears(): { from: string; to: string } {
  const write = (year: string, kode: string): string => {
    mkdirSync(at(year));
    return writeGeoJson(at(`${year}/grunnkart.geojson`), [
      { ring: box(0, 0, 1000, 1000), values: { arealdekkeniva1: "skog", lokalid: "a" } },
      { ring: box(1000, 0, 2000, 1000), values: { arealdekkeniva1: kode, lokalid: "b" } },
    ]);
  };
  return { from: write("2024", "myr"), to: write("2025", "jordbruk") };
}

const kommune = () => ({ name: "kommune", path: at("kommune.geojson"), key: "kommunenummer" });

test("a comparison is verified, its editions told apart though they have one name", async () => {
  const { from, to } = twoYears();
  const request = {
    from: { path: from },
    to: { path: to },
    units: [kommune()],
    measure: "kartplan",
    stripWidthM: 3,
    workEpsg: 25832,
    workers: 0,
  } as const;
  await change({ request, out: at("endring"), managed: true, strict: false }, true, signal);
  await verify(at("endring"), folder, true, signal);
  const receipt = JSON.parse(readFileSync(at("endring/kvittering.json"), "utf8")) as {
    settings: Record<string, unknown>;
  };
  receipt.settings["styrt"] = false;
  writeFileSync(at("endring/kvittering.json"), JSON.stringify(receipt));
  await expect(verify(at("endring"), folder, true, signal)).rejects.toThrow(/ikke identisk: tables\/T10/);
});

test("statistics are verified: years, units, the unit of the cube", async () => {
  const { from, to } = twoYears();
  const request = {
    years: [
      { year: "2024", path: from },
      { year: "2025", path: to },
    ],
    classField: "arealdekkeniva1",
    units: [kommune()],
    measure: "kartplan",
    date: "2024-01-01",
    cubeUnit: "daa",
    workers: 0,
  } as const;
  await statistics({ request, out: at("kube") }, true, signal);
  await verify(at("kube"), folder, true, signal);
  appendFileSync(to, "\n");
  await expect(verify(at("kube"), folder, true, signal)).rejects.toThrow(
    /2025.grunnkart.geojson: a file with another/,
  );
});

test("a folder of kommuner is verified, each and the sums; so is one of them by itself", async () => {
  mkdirSync(at("land"));
  const values = { arealdekkeniva1: "skog" };
  writeGeoJson(at("land/0301.geojson"), [{ ring: box(0, 0, 1000, 1000), values }]);
  writeGeoJson(at("land/3201.geojson"), [{ ring: box(5000, 0, 6000, 1000), values }]);
  const { plan, ...rest } = settings();
  const run = { ...rest, grunnkart: at("land"), ut: at("alle") };
  await national(checkSettings({ ...run, plan, metode: ["kdd"] }, "test"), true, signal);
  await verify(at("alle"), undefined, true, signal);
  await verify(at("alle/kommuner/3201"), folder, true, signal);
  const question = { cells: new Map([["arealdekkeNiva1", "skog"]]) };
  const asked = { receipt: at("alle/kommuner/3201"), mappe: folder, question, out: at("skog.csv") };
  await explain(asked, true, signal);
  expect(readFileSync(at("skog.csv"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  await expect(explain({ ...asked, receipt: at("alle") }, true, signal)).rejects.toThrow(
    /a receipt of account --mappe.*Explain the folder of one kommune/,
  );
  const path = at("alle/kommuner/3201/cells.csv");
  const cells = readFileSync(path, "utf8");
  writeFileSync(path, cells.replace("skog", "myr"));
  await expect(verify(at("alle"), undefined, true, signal)).rejects.toThrow(
    /ikke identisk: 3201: cells.csv i mappa er endret/,
  );
  writeFileSync(path, cells);
  appendFileSync(at("land/3201.geojson"), "\n");
  await expect(verify(at("alle"), undefined, true, signal)).rejects.toThrow(
    /3201.geojson: a file with another content/,
  );
});

test("two folders of kommuner are verified", async () => {
  const write = (year: string, kode: string): void => {
    mkdirSync(at(year));
    const ring = box(0, 0, 1000, 1000);
    writeGeoJson(at(`${year}/0301.geojson`), [{ ring, values: { arealdekkeniva1: kode, lokalid: "a" } }]);
  };
  write("f", "skog");
  write("t", "myr");
  const compare = { units: [kommune()], measure: "kartplan", workers: 0 } as const;
  const run = { from: at("f"), to: at("t"), compare, out: at("par"), managed: false, strict: true };
  await changeFolders(run, true, signal);
  await verify(at("par"), undefined, true, signal);
  writeFileSync(at("par/sum/cells.csv"), "");
  await expect(verify(at("par"), undefined, true, signal)).rejects.toThrow(/cells.csv i mappa er endret/);
  for (const year of ["f", "t"])
    writeGeoJson(at(`${year}/3201.geojson`), [{ ring: box(0, 0, 9, 9), values: { annet: "x" } }]);
  await expect(changeFolders({ ...run, out: at("to") }, true, signal)).rejects.toThrow(/1 av 2 par/);
  await verify(at("to"), undefined, true, signal);
});

test.each([
  ["{", /text that is not JSON/],
  ["{}", /program/],
  ['{"program": "arealregnskap", "version": "1", "command": "check"}', /command/],
])("what is no receipt is refused: %s", async (text, says) => {
  writeFileSync(at("k.json"), text);
  await expect(verify(at("k.json"), undefined, true, signal)).rejects.toThrow(says);
});

test.each([
  ["a,b\n1,2\n3,4\n", "a,b\n1,2\n3,5\n", "linje 3 (3), kolonne b: «4» er nå «5»"],
  ["a,b\n1,2\n", "a,b\n1,2\n3,4\n", "linje 3: «3,4» er ny"],
  ["a,b\n1,2\n3,4\n", "a,b\n1,2\n", "linje 3: «3,4» mangler"],
  ['a,b\n"x,""y""",2\n', 'a,b\n"x,""y""",3\n', 'linje 2 (x,"y"), kolonne b: «2» er nå «3»'],
  ["a\n", "b\n", "linje 1: «a» er nå «b»"],
  ["a\n", "a\n", ""],
  [
    `{"${"x".repeat(200)}":1}`,
    `{"${"x".repeat(200)}":2}`,
    `linje 1: «… ${"x".repeat(38)}":1}» er nå «… ${"x".repeat(38)}":2}»`,
  ],
])("first difference of %j and %j", (before, after, says) => {
  expect(firstDifference(before, after)).toBe(says);
});

test("a folder that is not there, and one without a receipt, are told for what they are", async () => {
  await expect(verify(at("borte"), undefined, true, signal)).rejects.toThrow(
    /borte: nothing: it is not there\. Wanted: the folder of a finished run, or its kvittering\.json\. Check the path/,
  );
  mkdirSync(at("tom"));
  await expect(verify(at("tom"), undefined, true, signal)).rejects.toThrow(
    /tom: a folder without kvittering\.json\. Wanted: the folder of a finished run/,
  );
});
