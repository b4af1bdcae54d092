import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { account } from "../../src/cli/account.js";
import { checkSettings } from "../../src/run/settings.js";
import { hashesOf } from "../run/scene.js";

/** A plan account from settings to folder, on this thread. */
const story = new URL("../../fixtures/plan/zones-lie-upon-the-plan/", import.meta.url);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "planregnskap-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Run = Record<string, unknown> & { grunnkart: string };

async function run(out: string, change: (raw: Run) => object = () => ({})): Promise<string> {
  const raw = parseYaml(readFileSync(new URL("kjoring.yaml", story), "utf8")) as Run;
  const placed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(placed);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, placed(item)]));
    }
    return typeof value === "string" && value.endsWith(".geojson")
      ? fileURLToPath(new URL(value, story))
      : value;
  };
  const base = placed(raw) as Run;
  const path = join(folder, out);
  const settings = checkSettings({ ...base, ut: path, workers: 0, ...change(base) }, "test");
  await account(settings, true, new AbortController().signal);
  return path;
}

test("writes every plan table, and a receipt that names plans, themes and methods", async () => {
  const path = await run("a", () => ({ metode: ["serie-1-2", "kdd"] }));
  const tables = readdirSync(join(path, "tables"));
  expect(tables.filter((name) => /^T(3|4|4b|4m|8)[-.]/.test(name)).sort()).toEqual([
    "T3-gjeldende.csv",
    "T4-kdd-bolig-fritid-arealdekkeNiva1.csv",
    "T4-serie-1-2-arealdekkeNiva1.csv",
    "T4b-kdd-bolig-fritid-arealdekkeNiva1.csv",
    "T4b-serie-1-2-arealdekkeNiva1.csv",
    "T4m.csv",
    "T8-kdd-bolig-fritid.csv",
    "T8-serie-1-2.csv",
  ]);
  const receipt = JSON.parse(readFileSync(join(path, "kvittering.json"), "utf8")) as {
    settings: { enheter: { navn: string }[]; plan: object[]; tema: object[]; metode: { id: string }[] };
    inputs: { role: string }[];
  };
  expect(receipt.settings.enheter).toEqual([
    { navn: "kommuner", fil: "kommuner.geojson", nokkel: "kommunenummer" },
  ]);
  expect(receipt.settings.plan).toEqual([{ fil: "gjeldende.geojson", rolle: "gjeldende" }]);
  expect(receipt.settings.tema).toEqual([
    { navn: "naturtyper", fil: "naturtyper.geojson", dekning: "kartlagt.geojson" },
  ]);
  expect(receipt.settings.metode.map(({ id }) => id)).toEqual(["serie-1-2", "kdd-bolig-fritid"]);
  expect(receipt.inputs.map(({ role }) => role)).toEqual([
    "grunnkart",
    "enheter",
    "plan",
    "plan",
    "tema",
    "tema",
  ]);
});

test("the same run gives the same bytes", async () => {
  expect(hashesOf(await run("b"))).toEqual(hashesOf(await run("c")));
});

test("a theme by a field is a theme per value; one that is elsewhere is 0, and its coverage says so", async () => {
  const path = await run("d", (base) => ({
    tema: [
      { navn: "bygd", fil: base.grunnkart, felt: "arealdekkeNiva1" },
      { navn: "alt", fil: base.grunnkart },
    ],
  }));
  const rows = readFileSync(join(path, "tables", "T8-serie-1-2.csv"), "utf8");
  expect(rows).toMatch(/,bygd,bygd skog,700/);
  expect(rows).toMatch(/,bygd,bygd ferskvann,100/);
  expect(rows).toMatch(/,alt,alt,1000,/);
});
