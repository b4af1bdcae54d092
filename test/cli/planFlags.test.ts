/** Plan files as flags give them: with a type where the file does not say it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountCommand } from "../../src/cli/accountCommand.js";
import { plansOf } from "../../src/cli/planFlags.js";
import { box, writeGeoJson } from "../run/scene.js";

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "planflagg-"));
  writeGeoJson(at("grunnkart.geojson"), [
    { ring: box(0, 0, 1000, 1000), values: { arealdekkeniva1: "skog" } },
  ]);
  writeGeoJson(at("felt.geojson"), [
    { ring: box(0, 0, 500, 1000), values: { arealformal: "130", lokalId: "F1" } },
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const account = (out: string, ...flags: string[]): Promise<unknown> =>
  accountCommand(new AbortController().signal).parseAsync(
    ["--grunnkart", at("grunnkart.geojson"), "--out", at(out), "--workers", "0", "--quiet", ...flags],
    { from: "user" },
  );

test.each([
  ["no type", "plan.gpkg", { fil: "plan.gpkg" }],
  ["a type", "RpArealformålOmråde=plan.gpkg#lag", { type: "RpArealformålOmråde", fil: "plan.gpkg#lag" }],
  ["an address that asks", "https://kart.no/plan?f=json", { fil: "https://kart.no/plan?f=json" }],
  ["a type and such an address", "RbFormålOmråde=https://k.no/p?f=json", { type: "RbFormålOmråde", fil: "https://k.no/p?f=json" }], // prettier-ignore
  ["a folder with =", "2026=a/plan.gpkg", { fil: "2026=a/plan.gpkg" }],
])("%s", (_, text, file) => {
  expect(plansOf({ plan: [text], planNy: [text] })).toEqual([
    { ...file, rolle: "gjeldende" },
    { ...file, rolle: "ny" },
  ]);
});

test("one code is two purposes: the type that was given decides", async () => {
  for (const [type, navn] of [
    ["KpArealformålOmråde", "kommuneplan,1300,Næringsvirksomhet"],
    ["RpArealformålOmråde", "reguleringsplan,1300,Næringsbebyggelse"],
  ]) {
    const mode = type.startsWith("Rp") ? ["--planmodus", "mosaikk"] : [];
    await account(type, "--plan", `${type}=${at("felt.geojson")}`, ...mode);
    expect(readFileSync(join(at(type), "tables", "T3-gjeldende.csv"), "utf8")).toContain(navn);
  }
});

test("a file that does not say its type, and a type that is none, are refused with the way out", async () => {
  await expect(account("a", "--plan", at("felt.geojson"))).rejects.toThrow(/--plan KpArealformålOmråde=FILE/);
  await expect(account("b", "--plan", `Reguleringsplan=${at("felt.geojson")}`)).rejects.toThrow(
    /the object type Reguleringsplan.*RpArealformålOmråde/s,
  );
});
