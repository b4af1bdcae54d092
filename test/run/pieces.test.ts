import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { featureCount, termOf, type Layer } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import type { RunSettings } from "../../src/run/settings.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { values } from "../generate/values.js";
import { areasM2 } from "./pieceAreas.js";
import { accounted } from "./accounted.js";
import {
  box,
  EAST,
  type Flate,
  GROUND,
  hashesOf,
  KOMMUNER,
  layerOfFlater,
  NORTH,
  settings,
  writeFgb,
  writeGeoJson,
} from "./scene.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flater-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const inn = (name: string) => join(folder, name);
const run = (wanted: RunSettings) => account(wanted, true, new AbortController().signal);

async function written(path: string): Promise<Layer> {
  const source = await openSource(path, {});
  return (
    await readLayer(
      source,
      source.fields.map(({ name }) => name),
    )
  ).layer;
}

const numbers = (layer: Layer, field: string): number[] =>
  Array.from({ length: featureCount(layer) }, (_, f) => Number(termOf(layer.columns.get(field)!, f)));
const texts = (layer: Layer, field: string): string[] =>
  Array.from({ length: featureCount(layer) }, (_, f) => termOf(layer.columns.get(field)!, f));
const total = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0);

const withIds = GROUND.map((flate, i) => ({ ...flate, values: { ...flate.values, lokalId: `æ-${i}` } }));

async function scene(ground: readonly Flate[] = withIds): Promise<[string, Record<string, string>]> {
  const grunnkart = await writeFgb(inn("grunn.fgb"), layerOfFlater("grunn", ground));
  return [grunnkart, { kommune: await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER)) }];
}

describe.each(["fgb", "gpkg"])("account --flater %s", (flater) => {
  test("writes every piece with its keys and both areas, and a style beside it", async () => {
    const [grunnkart, enheter] = await scene();
    await run(settings(grunnkart, enheter, inn("ut"), { flater }));
    const layer = await written(inn(`ut/flater.${flater}`));
    expect(featureCount(layer)).toBe(20);
    expect([...layer.columns.keys()]).toEqual([
      "flate",
      "lokalId",
      "objtype",
      "kommune",
      "kartplanM2",
      "ellipsoideM2",
      "laget",
    ]);
    expect(total(numbers(layer, "kartplanM2"))).toBe(16e6);
    expect(areasM2(layer)).toEqual(numbers(layer, "kartplanM2"));
    const cut = texts(layer, "lokalId").flatMap((id, f) =>
      id === "æ-1"
        ? [[texts(layer, "kommune")[f], texts(layer, "laget")[f], numbers(layer, "kartplanM2")[f]]]
        : [],
    );
    expect(cut.sort()).toEqual([
      ["0301", "bygd", 500_000],
      ["3201", "bygd", 500_000],
    ]);
    expect(readFileSync(inn("ut/flater.qml"), "utf8")).toContain('value="Skog"');
    const receipt = JSON.parse(readFileSync(inn("ut/kvittering.json"), "utf8")) as {
      settings: { flater: string };
      files: { path: string }[];
      checks: { id: string; ok: boolean }[];
    };
    expect(receipt.settings.flater).toBe(flater);
    expect(receipt.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([`flater.${flater}`, "flater.qml"]),
    );
    expect(receipt.checks.find(({ id }) => id === "piecesPosted")).toMatchObject({ ok: true });
    expect(readFileSync(inn("ut/tables/T14.csv"), "utf8")).toMatch(/Flatefil,bygd,8,/);
    expect(readdirSync(folder).sort()).toEqual(["grunn.fgb", "kommuner.fgb", "ut"]);
  });

  test("a second run in the same folder gives the same bytes", async () => {
    const [grunnkart, enheter] = await scene();
    await run(settings(grunnkart, enheter, inn("ut"), { flater }));
    const first = hashesOf(inn("ut"));
    await run(settings(grunnkart, enheter, inn("ut"), { flater }));
    expect(hashesOf(inn("ut"))).toEqual(first);
  });

  test("names that are anything but tame come back as they were", async () => {
    const hostile = `"'; DROP TABLE flater; --</qgis>|\n=1+1 ${"x".repeat(9000)} č đ ŋ`;
    const ground = [{ ring: box(0, 0, 10, 10), values: { objtype: hostile } }];
    const [grunnkart, enheter] = await scene(ground);
    await run(settings(grunnkart, enheter, inn("ut"), { flater }));
    expect(texts(await written(inn(`ut/flater.${flater}`)), "objtype")).toEqual([hostile]);
  });
});

test("cuts and threads that take turns move no byte", async () => {
  const [grunnkart, { kommune }] = await scene();
  const hashes = new Set<string>();
  for (const cutBytes of [300, 1000, 2 << 20]) {
    const piecePath = inn(`${cutBytes}.fgb`);
    const { facts } = await accounted({
      grunnkart: { path: grunnkart },
      units: [{ path: kommune, name: "kommune" }],
      piecePath,
      cutBytes,
    });
    expect(facts.pieces).toMatchObject({ copiedCount: 12, builtCount: 8, failedCount: 0, drawnM2: 16e6 });
    hashes.add(readFileSync(piecePath).toString("base64"));
  }
  expect(hashes.size).toBe(1);
});

test("several files of one ground: each piece says which one it is of", async () => {
  const [grunnkart, enheter] = await scene();
  const east = { ring: box(4000, 0, 5000, 1000), values: { objtype: "Myr", lokalId: "øst" } };
  const more = await writeFgb(inn("øst.fgb"), layerOfFlater("øst", [east]));
  await run(settings(grunnkart, enheter, inn("ut"), { flater: "fgb", flereGrunnkart: [{ fil: more }] }));
  const layer = await written(inn("ut/flater.fgb"));
  expect(new Set(texts(layer, "grunnkart"))).toEqual(new Set(["grunn.fgb", "øst.fgb"]));
  expect(featureCount(layer)).toBe(21);
});

test("ground that crosses itself: what cannot be drawn is told of, and the account is whole", async () => {
  const [x, y] = [EAST, NORTH];
  const bowTie = {
    ring: [
      [x, y],
      [x + 3000, y + 1000],
      [x + 3000, y],
      [x, y + 900],
      [x, y],
    ],
    values: { objtype: "Myr" },
  };
  const grunnkart = writeGeoJson(inn("grunn.geojson"), [bowTie]);
  const { enheter } = {
    enheter: { kommune: await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER)) },
  };
  const { facts, checks, findings } = await accounted({
    grunnkart: { path: grunnkart },
    units: [{ path: enheter.kommune, name: "kommune" }],
    piecePath: inn("flater.fgb"),
  });
  const told = findings.filter(({ code }) => code === "FLATE_IKKE_BYGD");
  expect(told.length).toBe(facts.pieces!.failedCount);
  expect(told[0]).toMatchObject({ layer: "grunn", feature: 0, severity: "warning" });
  expect(told[0].says).toMatch(/^delen i kommune (0301|3201) er med i regnskapet, men ikke i flatefila: /);
  expect(checks.find(({ id }) => id === "piecesPosted")).toMatchObject({ ok: true });
});

test("a file of pieces that cannot be written stops the run, and nothing is left", async () => {
  const [grunnkart, { kommune }] = await scene();
  const running = accounted({
    grunnkart: { path: grunnkart },
    units: [{ path: kommune, name: "kommune" }],
    piecePath: inn("borte/flater.fgb"),
    cutBytes: 300,
  });
  await expect(running).rejects.toThrow(/flater\.fgb: the file could not be written \(ENOENT\)/);
  expect(readdirSync(folder).sort()).toEqual(["grunn.fgb", "kommuner.fgb"]);
});

test("a run that fails leaves neither folder nor file", async () => {
  const [grunnkart, enheter] = await scene();
  const elsewhere = await writeFgb(
    inn("borte.fgb"),
    layerOfFlater("borte", [{ ring: box(90_000, 0, 91_000, 10), values: { kommunenummer: "1101" } }]),
  );
  const wanted = settings(grunnkart, { ...enheter, borte: elsewhere }, inn("ny/ut"), { flater: "fgb" });
  await expect(run(wanted)).rejects.toThrow(/nowhere meet/);
  expect(readdirSync(folder).sort()).toEqual(["borte.fgb", "grunn.fgb", "kommuner.fgb"]);
});

test("a kommune of 5000 polygons with 500 plan areas: every piece is drawn, and they are the ground", async () => {
  const made = generate({ seed: 7, values });
  const write = async (name: string, layer: typeof made.grunnkart) => {
    const { epsg, fields } = layer;
    await writeFlatGeobuf(inn(name), { name, epsg, fields, index: false }, layer.batches());
    return inn(name);
  };
  const { facts } = await accounted({
    grunnkart: { path: await write("grunn.fgb", made.grunnkart) },
    classes: ["arealdekke"],
    units: [
      { path: await write("krets.fgb", made.grunnkretser), name: "krets", key: "grunnkretsnummer" },
      { path: await write("plan.fgb", made.plan), name: "plan", key: "lokalId" },
    ],
    piecePath: inn("flater.fgb"),
  });
  const { pieces, ground } = facts;
  expect(pieces).toMatchObject({ failedCount: 0, roundedCount: 0 });
  expect(pieces!.builtCount).toBeGreaterThan(1000);
  expect(pieces!.drawnM2 + pieces!.notBuilt.planM2).toBeCloseTo(ground.posted.planM2, 3);
  const layer = await written(inn("flater.fgb"));
  expect(total(areasM2(layer))).toBeCloseTo(pieces!.drawnM2, 3);
}, 60_000);

test("ground that is repaired is drawn as it was repaired, with its own numbers and ids", async () => {
  const ground = [
    { ring: box(0, 0, 1000, 1000), values: { objtype: "Skog", lokalId: "vest" } },
    { ring: box(990, 0, 2000, 1000), values: { objtype: "Myr", lokalId: "øst" } },
  ];
  const [grunnkart, { kommune }] = await scene(ground);
  const { facts } = await accounted({
    grunnkart: { path: grunnkart },
    units: [{ path: kommune, name: "kommune" }],
    piecePath: inn("flater.fgb"),
    repair: "full",
  });
  expect(facts.repair).toBeDefined();
  const layer = await written(inn("flater.fgb"));
  expect(total(areasM2(layer))).toBeCloseTo(2e6, 6);
  expect(facts.pieces!.written.planM2).toBeCloseTo(2e6, 6);
  const places = texts(layer, "lokalId").map((id, f) => `${numbers(layer, "flate")[f]} ${id}`);
  expect(new Set(places)).toEqual(new Set(["0 vest", "1 øst"]));
});
