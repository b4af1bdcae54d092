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
import { scenario } from "../../src/cli/scenario.js";
import { verify } from "../../src/cli/verify.js";
import { firstDifference } from "../../src/report/firstDifference.js";
import { checkSettings } from "../../src/run/settings.js";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";
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

test("scenarios are verified as accounts are", async () => {
  const scenarioer = [{ navn: "A", endringer: [{ handling: "fjern", omrade: "B1" }] }];
  await scenario(checkScenarioSettings({ ...settings(), ut: at("sc"), scenarioer }, "test"), true, signal);
  await verify(at("sc"), undefined, true, signal);
  cpSync(at("sc"), at("langt/borte/sc"), { recursive: true });
  await verify(at("langt/borte/sc"), folder, true, signal);
});

test.each([
  ["{", /text that is not JSON/],
  ["{}", /program/],
  ['{"program": "arealregnskap", "version": "1", "command": "change"}', /command/],
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
])("first difference of %j and %j", (before, after, says) => {
  expect(firstDifference(before, after)).toBe(says);
});
