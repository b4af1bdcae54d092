/** `repair` of planted errors: the order of features shows in no byte of what it writes along a curve, nor in the ledger. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../src/generate/generate.js";
import { parseGenerateValues } from "../../src/generate/values.js";
import { loadRules } from "../../src/rules/load.js";
import { ledgerFilesOf, runRepair } from "../../src/run/repair.js";
import { writeGeoJson } from "../../src/write/geojson.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekkefolge-"));
  const file = new URL("../../rules/generate.json", import.meta.url);
  const values = parseGenerateValues(readFileSync(file, "utf8"));
  const kinds = ["gap", "overlap", "duplicate polygon", "bow-tie", "spike", "null geometry"] as const;
  const plantErrors = { kinds, count: 6 };
  const { grunnkart } = generate({ seed: 11, values, polygons: 800, planAreas: 0, plantErrors });
  await writeGeoJson(at("a.geojson"), grunnkart, grunnkart.batches());
});
afterAll(() => rmSync(folder, { recursive: true }));

type Collection = { features: unknown[] };

/** Every step-th feature, then those after them, and so on; backwards for a negative step. */
function mixed(name: string, step: number): void {
  const whole = JSON.parse(readFileSync(at("a.geojson"), "utf8")) as Collection;
  const stride = Math.abs(step);
  const features = Array.from({ length: stride }, (_, rest) =>
    whole.features.filter((__, i) => i % stride === rest),
  ).flat();
  if (step < 0) features.reverse();
  writeFileSync(at(name), JSON.stringify({ ...whole, features }));
}

async function repaired(name: string): Promise<readonly Buffer[]> {
  const out = at(`${name}.fgb`);
  const { ledger } = await runRepair({ path: at(name), out, overwrite: true }, await loadRules());
  expect(ledger.lines.length).toBeGreaterThan(20);
  const { csv, map } = ledgerFilesOf(out);
  const { inM2, mendedM2, overlapM2, filledM2, movedM2, outM2 } = ledger;
  const sums = [inM2, mendedM2, overlapM2, filledM2, movedM2, outM2];
  return [out, map, csv].map((path) => readFileSync(path)).concat(Buffer.from(JSON.stringify(sums)));
}

test.each([-1, 7, -13])(
  "features in steps of %i: the same layer, ledger, map and sums",
  async (step) => {
    const one = await repaired("a.geojson");
    mixed("b.geojson", step);
    expect((await repaired("b.geojson")).map((bytes, i) => bytes.equals(one[i]))).toEqual(
      one.map(() => true),
    );
  },
  60_000,
);
