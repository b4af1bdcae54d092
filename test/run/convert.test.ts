import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bboxOf, type Layer } from "../../src/core/layer.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { loadRules } from "../../src/rules/load.js";
import type { Rules } from "../../src/rules/rules.js";
import { type ConvertRequest, runConvert } from "../../src/run/convert.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { box, type Feature, featuresOf, layerOf, turned } from "../write/layers.js";

let folder: string;
let rules: Rules;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "konverter-"));
  rules = await loadRules();
  await writeFlatGeobuf(at("inn.fgb"), { name: "inn", epsg: 25833, fields, index: false }, [layer]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const fields = [
  { name: "arealdekkeniva1", type: "string" },
  { name: "kommunenummer", type: "string" },
  { name: "antall", type: "int" },
] as const;

/** Squares in Oslo, one with a hole, one of two parts, one without geometry. */
const FEATURES: readonly Feature[] = [
  { parts: [[box(260_000.37, 6_650_000.01, 100)]], values: ["skog", "0301", "1"] },
  {
    parts: [[box(261_000, 6_650_000, 100), turned(box(261_010, 6_650_010, 10))]],
    values: ["myr", "0301", ""],
  },
  { parts: [[box(262_000, 6_650_000, 10)], [box(263_000, 6_650_000, 10)]], values: ["", "", "-3"] },
  { parts: [], values: ["hav", "0301", "4"] },
];
const layer: Layer = layerOf(
  FEATURES,
  25833,
  fields.map(({ name }) => name),
);

const convert = (request: Partial<ConvertRequest> & Pick<ConvertRequest, "out">) =>
  runConvert({ path: at("inn.fgb"), fields: [], ...request }, rules);

async function read(path: string, epsg?: number): Promise<Layer> {
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  return (
    await readLayer(
      source,
      source.fields.map(({ name }) => name),
    )
  ).layer;
}

describe("from format to format and back nothing is lost", () => {
  test("FlatGeobuf, GeoJSON, FlatGeobuf: the same features, codes as text", async () => {
    const facts = await convert({ out: at("a.geojson") });
    expect(facts).toMatchObject({
      featureCount: 4,
      epsg: 25833,
      byteLength: readFileSync(at("a.geojson")).length,
    });
    expect(facts.vertexCount).toBe(5 + 10 + 10);
    expect(featuresOf(await read(at("a.geojson")))).toEqual(FEATURES);
    await convert({ path: at("a.geojson"), out: at("b.fgb") });
    const byText = (features: readonly Feature[]) => features.map((one) => JSON.stringify(one)).sort();
    expect(byText(featuresOf(await read(at("b.fgb"))))).toEqual(byText(FEATURES));
  });

  test.each(["gpkg", "parquet", "csv"])(
    "FlatGeobuf, .%s, FlatGeobuf: the same, in the same order",
    async (ending) => {
      const [there, back] = [at(`rundt.${ending}`), at(`rundt-${ending}.geojson`)];
      const facts = await convert({ out: there });
      const epsg = facts.format.saysCrs ? undefined : 25833;
      const own = await read(there, epsg);
      expect(own.epsg).toBe(25833);
      expect(featuresOf(own)).toEqual(FEATURES);
      await convert({ path: there, out: back, ...(epsg === undefined ? {} : { epsg }) });
      expect(featuresOf(await read(back))).toEqual(FEATURES);
    },
  );

  test("numbers stay numbers where the file is sure of them, and text where asked", async () => {
    await convert({ out: at("tall.geojson") });
    expect(readFileSync(at("tall.geojson"), "utf8")).toContain('"kommunenummer":"0301","antall":1}');
    await convert({ out: at("tekst.geojson"), asText: true });
    expect(readFileSync(at("tekst.geojson"), "utf8")).toContain('"antall":"1"}');
  });

  test("the size of cuts moves no byte", async () => {
    await convert({ out: at("stor.geojson") });
    await convert({ out: at("liten.geojson"), cutBytes: 1 });
    expect(readFileSync(at("liten.geojson"), "utf8")).toBe(readFileSync(at("stor.geojson"), "utf8"));
  });
});

test("fields are chosen by the file's name or the standard's, in the order asked", async () => {
  await convert({ out: at("felt.geojson"), fields: ["kommunenummer", "arealdekkeNiva1"] });
  const [, line] = readFileSync(at("felt.geojson"), "utf8").split("\n");
  expect(line).toContain('"properties":{"kommunenummer":"0301","arealdekkeniva1":"skog"}');
  await expect(convert({ out: at("feil.geojson"), fields: ["kode"] })).rejects.toThrow(
    /no field kode.*arealdekkeniva1, kommunenummer, antall/s,
  );
});

test("another system: places move, the file says which it is", async () => {
  const facts = await convert({ out: at("grader.geojson"), toEpsg: 4326 });
  expect(facts.epsg).toBe(4326);
  const moved = await read(at("grader.geojson"));
  expect(moved.epsg).toBe(4326);
  const [west, south, east, north] = bboxOf(moved.xy, 0, moved.xy.length / 2);
  expect([west, south, east, north].map((degree) => degree.toFixed(2))).toEqual([
    "10.71",
    "59.92",
    "10.76",
    "59.92",
  ]);
  await convert({ path: at("grader.geojson"), out: at("tilbake.geojson"), toEpsg: 25833 });
  const back = await read(at("tilbake.geojson"));
  expect(Math.abs(back.xy[0] - layer.xy[0])).toBeLessThan(1e-6);
});

test("findings are counted by code", async () => {
  const { findings } = await convert({ out: at("funn.geojson") });
  expect([...findings].map(([code, { count, first }]) => [code, count, first.feature])).toEqual([
    ["NULL_GEOMETRI", 1, 3],
  ]);
});

describe("refused, and nothing written", () => {
  test.each<[string, Partial<ConvertRequest>, RegExp]>([
    ["an output that is there", { out: "finnes.fgb" }, /there already.*--overskriv/s],
    ["an ending we do not write", { out: "a.shp" }, /ends in \.fgb/],
    ["an input that is not there", { path: "borte.fgb", out: "b.gpkg" }, /no such file/],
    ["coordinates that contradict their system", { epsg: 4258, out: "c.gpkg" }, /look like metres/],
    ["a system that is not in the table", { toEpsg: 2154, out: "d.gpkg" }, /EPSG:2154/],
    [
      "Web Mercator as target of a format with definitions",
      { toEpsg: 3857, out: "e.gpkg" },
      /til-epsg 25833/,
    ],
  ])("%s", async (_, request, says) => {
    writeFileSync(at("finnes.fgb"), "min");
    const before = readdirSync(folder).sort();
    const given = { ...request, ...(request.path === undefined ? {} : { path: at(request.path) }) };
    await expect(convert({ ...given, out: at(request.out as string) })).rejects.toThrow(says);
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(readFileSync(at("finnes.fgb"), "utf8")).toBe("min");
  });

  test("with --overskriv the output is replaced, also when it is the input", async () => {
    writeFileSync(at("gammel.geojson"), "min");
    await convert({ out: at("gammel.geojson"), overwrite: true });
    const first = readFileSync(at("gammel.geojson"), "utf8");
    await convert({ path: at("gammel.geojson"), out: at("gammel.geojson"), overwrite: true, asText: false });
    expect(featuresOf(await read(at("gammel.geojson")))).toEqual(FEATURES);
    expect(first).toContain("FeatureCollection");
  });

  test("stopped on the way", async () => {
    const stop = new AbortController();
    stop.abort(new Error("avbrutt"));
    const before = readdirSync(folder).sort();
    const request = { path: at("inn.fgb"), out: at("f.gpkg"), fields: [] };
    await expect(runConvert(request, rules, { signal: stop.signal })).rejects.toThrow("avbrutt");
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

test.skipIf(!haveOutsideData).each(["geojson", "fgb", "gpkg", "parquet", "csv"])(
  "a real layer to .%s: every feature and vertex is counted",
  async (ending) => {
    const path = outside("data/formater/kristiansand_arealdekke_25832.fgb");
    const facts = await convert({ path, out: at(`n250.${ending}`) });
    expect(facts).toMatchObject({ featureCount: 352, epsg: 25832 });
    expect(facts.vertexCount).toBeGreaterThan(20_000);
  },
);
