/** Figures of a ground in two files, explained and run again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { account } from "../../src/cli/account.js";
import { explain } from "../../src/cli/explain.js";
import { verify } from "../../src/cli/verify.js";
import { termOf } from "../../src/core/layer.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { checkSettings } from "../../src/run/settings.js";
import { areasM2 } from "../run/pieceAreas.js";
import { box, writeGeoJson, type Flate } from "../run/scene.js";

const signal = new AbortController().signal;
let folder: string;
const at = (name: string): string => join(folder, name);
const ground = (ring: Flate["ring"], kode: string, lokalId: string): Flate => ({
  ring,
  values: { arealdekkeniva1: kode, lokalId },
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-flere-"));
  writeGeoJson(at("vest.geojson"), [
    ground(box(0, 0, 1000, 1000), "skog", "V1"),
    ground(box(0, 1000, 1000, 2000), "myr", "V2"),
  ]);
  writeGeoJson(at("kommune.geojson"), [{ ring: box(0, 0, 1600, 2000), values: { kommunenummer: "0301" } }]);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param west where the eastern file begins: at 1000 the two fit, before that they overlap */
async function run(west: number): Promise<void> {
  writeGeoJson(at("øst.geojson"), [
    ground(box(1000, 1000, 2000, 2000), "myr", "Ø1"),
    ground(box(west, 0, 2000, 1000), "skog", "Ø2"),
  ]);
  const settings = {
    grunnkart: at("vest.geojson"),
    flereGrunnkart: [{ fil: at("øst.geojson") }],
    enheter: [{ navn: "kommune", fil: at("kommune.geojson") }],
    klasse: ["arealdekkeNiva1"],
    arealmetode: "kartplan",
    workers: 0,
    ut: at("ut"),
  };
  await account(checkSettings(settings, "test"), true, signal);
}

test.each([
  ["that fit", 1000, 1_000_000],
  ["that overlap by a metre, which repair gives to one", 999, 1_000_000],
])(
  "files %s: a figure has its pieces in both, and the run is identical to itself",
  async (_, west, ownM2) => {
    await run(west);
    const row = new Map(Object.entries({ enhet: "0301", kode: "skog" }));
    const figure = { table: "T1-arealdekkeNiva1-kommune", row, column: "arealDaa" };
    await explain({ receipt: at("ut"), question: { figure }, out: at("skog.geojson") }, true, signal);
    const fields = ["fil", "flate", "id", "kartplanM2"];
    const { layer } = await readLayer(await openSource(at("skog.geojson")), fields);
    const columns = fields.map((name) => layer.columns.get(name)!);
    const found = Array.from(areasM2(layer), (m2, f) => [
      ...columns.slice(0, 3).map((column) => termOf(column, f)),
      Math.round(m2),
    ]);
    expect(found.map((one) => one.slice(0, 3))).toEqual([
      ["vest.geojson", "0", "V1"],
      ["øst.geojson", "1", "Ø2"],
    ]);
    expect(found.reduce((sum, [, , , m2]) => sum + Number(m2), 0)).toBe(ownM2 + 600_000);
    await verify(at("ut"), undefined, true, signal);
  },
);

test("the terminal says which file a piece is from", async () => {
  await run(1000);
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  const cells = new Map([["arealdekkeNiva1", "myr"]]);
  await explain({ receipt: at("ut"), question: { cells } }, false, signal);
  log.mockRestore();
  expect(said.join("\n")).toMatch(/flate 1 V2 i vest.geojson: 1.000.000,0 m².*\n.*flate 0 Ø1 i øst.geojson/);
  expect(said.join("\n")).toContain("i 3 deler av 2 flater");
});
