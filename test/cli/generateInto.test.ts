import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateInto } from "../../src/cli/generateInto.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lages-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const FLAGS = {
  seed: 1,
  polygons: 40,
  planAreas: 4,
  kommuner: 1,
  edition: "arsversjon2025",
  epsg: 25833,
  vertices: 20,
  plant: "gap",
  plantCount: 1,
  format: "fgb",
  quiet: true,
} as const;

const LAYERS = ["grunnkart.fgb", "grunnkretser.fgb", "kommune.fgb", "plan.fgb", "planted.json"];

test("all layers come beside what was there, and nothing else", async () => {
  writeFileSync(join(folder, "notater.txt"), "mine");
  await generateInto({ ...FLAGS, out: folder }, new AbortController().signal);
  expect(readdirSync(folder).sort()).toEqual([...LAYERS.slice(0, 3), "notater.txt", ...LAYERS.slice(3)]);
});

test("stopped when some layers are whole: none is left, nor a folder that was made for them", async () => {
  const stopped = new AbortController();
  let asked = 0;
  const signal = {
    throwIfAborted() {
      if (++asked > 2) stopped.abort(new Error("avbrutt"));
      stopped.signal.throwIfAborted();
    },
  } as AbortSignal;
  await expect(generateInto({ ...FLAGS, out: join(folder, "a", "b") }, signal)).rejects.toThrow("avbrutt");
  expect(asked).toBeGreaterThan(2);
  expect(readdirSync(folder)).toEqual([]);
});
