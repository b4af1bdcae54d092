import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import { makeDecoder } from "../../../src/read/decoder.js";
import { openFlatGeobuf } from "../../../src/read/flatgeobuf/flatgeobuf.js";
import { openGeoJson } from "../../../src/read/geojson/geojson.js";
import { openSource, sourcesOf } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { featureArea, sumsBy } from "../areas.js";
import { haveOutsideData, outside } from "../outsideData.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "geojson-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function saved(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const square = (x: number, size: number) => [
  [x, 0],
  [x + size, 0],
  [x + size, size],
  [x, size],
  [x, 0],
];
const polygon = (x: number, size = 10) => ({ type: "Polygon", coordinates: [square(x, size)] });
const feature = (geometry: unknown, properties: unknown = {}) => ({ type: "Feature", properties, geometry });
const crs = (name: string) => ({ type: "name", properties: { name } });
const collection = (features: unknown[], more: object = {}) => ({
  type: "FeatureCollection",
  ...more,
  features,
});

const column = (layer: Layer, field: string) => {
  const found = layer.columns.get(field);
  return Array.from({ length: featureCount(layer) }, (_, f) =>
    found === undefined ? "?" : termOf(found, f),
  );
};

const three = [
  feature(polygon(0), { kode: "a{[", navn: 'sitat " og \\ og }' }),
  feature(polygon(20, 20), { kode: "b", navn: "slutt\\" }),
  feature(
    { type: "MultiPolygon", coordinates: [[square(50, 10)], [square(70, 10), square(72, 1)]] },
    { kode: "å" },
  ),
];

describe("the same three features in every wrapping", () => {
  test.each([
    ["a collection", JSON.stringify(collection(three))],
    ["a collection over many lines", JSON.stringify(collection(three), null, 2)],
    ["a byte order mark before it", `\ufeff${JSON.stringify(collection(three))}`],
    ["one a line", three.map((one) => JSON.stringify(one)).join("\n")],
    [
      "one a line, CRLF and an empty line last",
      three.map((one) => JSON.stringify(one)).join("\r\n") + "\r\n\r\n",
    ],
    ["RFC 8142", three.map((one) => `\u001e${JSON.stringify(one)}\n`).join("")],
    ["one behind the other", three.map((one) => JSON.stringify(one)).join("")],
    ["features before type", JSON.stringify({ features: three, type: "FeatureCollection" })],
  ])("%s", async (name, text) => {
    const path = saved(`${name}.geojson`, text);
    for (const cutBytes of [1 << 20, 64, 7]) {
      const source = await openGeoJson(path);
      expect(source.fields.map((field) => field.name)).toEqual(["kode", "navn"]);
      const decode = makeDecoder(source.decoder, ["navn", "kode"]);
      const areas: number[] = [];
      const codes: string[] = [];
      const names: string[] = [];
      const cuts = source.cuts({ cutBytes });
      let step = await cuts.next();
      for (; !step.done; step = await cuts.next()) {
        expect(step.value.firstFeature).toBe(areas.length);
        const { layer } = decode(step.value);
        for (let f = 0; f < featureCount(layer); f++) areas.push(featureArea(layer, f));
        codes.push(...column(layer, "kode"));
        names.push(...column(layer, "navn"));
      }
      expect(areas).toEqual([100, 400, 199]);
      expect(codes).toEqual(["a{[", "b", "å"]);
      expect(names).toEqual(['sitat " og \\ og }', "slutt\\", ""]);
      const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
      expect(step.value).toEqual({ sha256, featureCount: 3 });
    }
  });
});

describe("CRS", () => {
  const name = "urn:ogc:def:crs:EPSG::25833";
  test.each([
    ["before the features", JSON.stringify({ crs: crs(name), ...collection(three) }), {}, 25833, "file"],
    ["after the features", JSON.stringify({ ...collection(three), crs: crs(name) }), {}, 25833, "file"],
    [
      "after very many",
      JSON.stringify({ ...collection(Array(400).fill(three[0])), crs: crs(name) }),
      {},
      25833,
      "file",
    ],
    ["not at all", JSON.stringify(collection(three)), {}, 4326, "format"],
    ["null", JSON.stringify(collection(three, { crs: null })), {}, 4326, "format"],
    [
      "given by the user",
      JSON.stringify(collection(three, { crs: crs(name) })),
      { epsg: 25832 },
      25832,
      "user",
    ],
    [
      "CRS84",
      JSON.stringify(collection(three, { crs: crs("urn:ogc:def:crs:OGC:1.3:CRS84") })),
      {},
      4326,
      "file",
    ],
  ])("%s", async (where, text, options, epsg, epsgFrom) => {
    expect(await openGeoJson(saved(`crs ${where}.geojson`, text), options)).toMatchObject({ epsg, epsgFrom });
  });

  test("one we do not know is told", async () => {
    const path = saved("unknown.geojson", JSON.stringify(collection(three, { crs: crs("lokalt nett") })));
    await expect(openGeoJson(path)).rejects.toThrow(/a crs that says "lokalt nett"/);
  });
});

describe("a root of several collections", () => {
  const line = feature({ type: "LineString", coordinates: [[0, 0], [1, 1]] }, { type: "riks" }); // prettier-ignore
  const kartverket = {
    Fylke: collection(three, { crs: crs("EPSG:25833") }),
    Grense: collection([line, line], { crs: crs("EPSG:25833") }),
  };

  test("the only one with polygons is taken", async () => {
    const source = await openSource(saved("fylker.geojson", JSON.stringify(kartverket)));
    expect(source).toMatchObject({ name: "Fylke", epsg: 25833, epsgFrom: "file", featureCount: 3 });
    const { layer, featureCount: read } = await readLayer(source, ["kode"]);
    expect(read).toBe(3);
    expect(column(layer, "kode")).toEqual(["a{[", "b", "å"]);
  });

  test("one is taken by name, and lines are counted and left out", async () => {
    const source = await openSource(`${saved("fylker2.geojson", JSON.stringify(kartverket))}#Grense`);
    const { layer, findings } = await readLayer(source, ["type"]);
    expect(column(layer, "type")).toEqual(["riks", "riks"]);
    expect(layer.xy).toHaveLength(0);
    expect(findings.map(({ code, feature: f, did }) => [code, f, did])).toEqual([
      ["ANNEN_GEOMETRI", 0, "dropped"],
      ["ANNEN_GEOMETRI", 1, "dropped"],
    ]);
  });

  test("two with polygons must be told apart", async () => {
    const path = saved("to.geojson", JSON.stringify({ A: collection(three), B: collection(three) }));
    await expect(openSource(path)).rejects.toThrow(/2 layers with polygons\. Wanted: one of A, B/);
    await expect(openSource(`${path}#C`)).rejects.toThrow(/no layer called C/);
    const only = saved("ett.geojson", JSON.stringify(collection(three)));
    expect(await openSource(`${only}#ett`)).toMatchObject({ name: "ett" });
    await expect(openSource(`${only}#C`)).rejects.toThrow(
      /no layer called C\. Wanted: one of ett\. Leave out what stands after the #/,
    );
    expect((await sourcesOf(path)).map((source) => [source.name, source.featureCount])).toEqual([
      ["A", 3],
      ["B", 3],
    ]);
  });
});

test("nested values by dots, arrays as JSON, null as not given", async () => {
  const properties = {
    id: { lokalId: "x", versjon: 2 },
    liste: [1, "to"],
    ja: true,
    tom: null,
    desimal: 0.1,
    hel: 5.0,
  };
  const fields = ["id.lokalId", "id.versjon", "liste", "ja", "tom", "desimal", "hel"];
  const source = await openGeoJson(
    saved("nested.geojson", JSON.stringify(collection([feature(polygon(0), properties)]))),
  );
  expect(source.fields.map((field) => field.name)).toEqual(fields);
  const { layer } = await readLayer(source, fields);
  expect(fields.map((field) => column(layer, field)[0])).toEqual([
    "x",
    "2",
    '[1,"to"]',
    "true",
    "",
    "0.1",
    "5",
  ]);
});

test.each([
  ["objects", '{"a":', "1", "}"],
  ["arrays", "[", "", "]"],
])("%s nested beyond reason are refused, not run into", async (_, open, middle, close) => {
  const deep = `{"a":${open.repeat(50_000)}${middle}${close.repeat(50_000)}}`;
  const text = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":${deep},"geometry":${JSON.stringify(polygon(0))}}]}`;
  await expect(openGeoJson(saved("deep.geojson", text))).rejects.toThrow(/nested more than 64 deep/);
});

test("null and empty geometry are counted, a bare polygon is a feature", async () => {
  const features = [
    feature(null),
    feature({ type: "Polygon", coordinates: [] }),
    feature({ type: "MultiPolygon", coordinates: [] }),
  ];
  const { layer, findings } = await readLayer(
    await openGeoJson(saved("null.geojson", JSON.stringify(collection(features)))),
    [],
  );
  expect(featureCount(layer)).toBe(3);
  expect(findings.map(({ code, feature: f }) => [code, f])).toEqual(
    [0, 1, 2].map((f) => ["NULL_GEOMETRI", f]),
  );
  const bare = await readLayer(await openGeoJson(saved("bare.geojson", JSON.stringify(polygon(0)))), []);
  expect(featureArea(bare.layer, 0)).toBe(100);
});

describe("broken files say where", () => {
  const good = JSON.stringify(collection(three));
  test("cut short", async () => {
    const path = saved("short.geojson", good.slice(0, 200));
    await expect(openGeoJson(path)).rejects.toThrow(/byte 200: the end of the file inside an object/);
  });

  test("a broken number, counted in bytes", async () => {
    const text = good.replace("[20,0]", "[2O,0]");
    const at = Buffer.byteLength(text.slice(0, text.indexOf("2O") + 1));
    await expect(openGeoJson(saved("letter.geojson", text))).rejects.toThrow(
      `feature 1, byte ${at}: broken JSON`,
    );
  });

  test("a broken number far into the file", async () => {
    const many = JSON.stringify(collection(Array(3000).fill(three[0]), { crs: crs("EPSG:25833") }));
    const text = `${many.slice(0, -2)},${JSON.stringify(three[1]).replace("[20,0]", "[2O,0]")}]}`;
    const at = Buffer.byteLength(text.slice(0, text.indexOf("2O") + 1));
    const source = await openGeoJson(saved("far.geojson", text));
    await expect(readLayer(source, [])).rejects.toThrow(`feature 3000, byte ${at}: broken JSON`);
  });

  test.each([
    ["brackets that do not meet", '{"type":"FeatureCollection","features":[]]', /byte 41: "\]" without/],
    ["words behind the object", `${good} slutt`, /"s"\. Wanted: a GeoJSON object/],
    [
      "a number among features",
      '{"type":"FeatureCollection","features":[1]}',
      /byte 40: "1"\. Wanted: a GeoJSON/,
    ],
    ["TopoJSON", '{"type":"Topology","objects":{}}', /byte 0: an object of type "Topology"/],
  ])("%s", async (name, text, message) => {
    await expect(openGeoJson(saved(`${name}.json`, text))).rejects.toThrow(message);
  });

  test.each([
    ["null among coordinates", { type: "Polygon", coordinates: [[[0, 0], [null, 1], [1, 1], [0, 0]]] }, /feature 0: the coordinate \[null,1\]/], // prettier-ignore
    ["a number too large", { type: "Polygon", coordinates: [[[0, 0], [1, 1], [1, 1], [0, 0]]] }, /NaN or infinite/], // prettier-ignore
    [
      "a GeometryCollection",
      { type: "GeometryCollection", geometries: [] },
      /geometry of type GeometryCollection/,
    ],
  ])("%s", async (name, geometry, message) => {
    const text = JSON.stringify(collection([feature(geometry)])).replace("[1,1],[1,1]", "[1,1e999],[1,1]");
    await expect(readLayer(await openGeoJson(saved(`${name}.geojson`, text)), [])).rejects.toThrow(message);
  });
});

describe.skipIf(!haveOutsideData)("real files", () => {
  test.each([
    ["admin/grunnkretser_asker_baerum_2018_25833.geojson", 25833, 535, 19_065],
    ["admin/kommuner_2024_M_wgs84.geojson", 4326, 357, 84_349],
    ["arealdekke/nibio_ar5_flate_4258.geojson", 4258, 42, 3_715],
    ["arealdekke/nibio_hovedokosystem_nordland_4258.geojson", 4258, 2, 15_020],
    ["arealdekke/osm_liechtenstein_2015_arealdekke_wgs84.geojson", 4326, 586, 18_582],
    ["ugyldig/clc2006_2018418_3035.geojson", 4326, 1, 44_051],
  ])("%s", async (file, epsg, features, vertices) => {
    const source = await openSource(outside(`data/${file}`));
    expect(source.epsg).toBe(epsg);
    const { layer, sha256 } = await readLayer(source, []);
    expect([featureCount(layer), layer.xy.length / 2]).toEqual([features, vertices]);
    expect(readFileSync(outside("data/SHA256SUMS"), "utf8")).toContain(sha256);
  });

  test("a file with a byte order mark, and one of lines", async () => {
    const areas = await readLayer(
      await openSource(outside("data/arealdekke/ngis_ar5_onlyPolygons.geojson")),
      [],
    );
    expect([areas.featureCount, areas.findings.length]).toEqual([2, 0]);
    const lines = await readLayer(
      await openSource(outside("data/arealdekke/ngis_ar5_onlyLines.geojson")),
      [],
    );
    expect(lines.findings.map((finding) => finding.code)).toEqual(Array(11).fill("ANNEN_GEOMETRI"));
  });

  test("Kristiansand has the same sums from FlatGeobuf, GeoJSON and the reference", async () => {
    const field = "objekttypenavn";
    const fgb = await readLayer(
      await openFlatGeobuf(outside("data/formater/kristiansand_arealdekke_25832.fgb")),
      [field],
    );
    const json = await readLayer(
      await openGeoJson(outside("data/formater/kristiansand_arealdekke_25832.geojson")),
      [field],
    );
    const [fromFgb, fromJson] = [sumsBy(fgb.layer, field), sumsBy(json.layer, field)];
    const reference = readFileSync(outside("data/fasit/n250_kristiansand_objtype_m2.csv"), "utf8")
      .trim()
      .split("\n");
    expect(fromFgb.size).toBe(reference.length - 1);
    for (const [term, areaM2] of fromFgb) {
      const line = reference.find((row) => row.startsWith(`${term},`) || row.startsWith(`${term};`));
      const expected = line?.split(/[,;]/).slice(1).map(Number) ?? [];
      expect(Math.abs(areaM2 - (fromJson.get(term) ?? NaN))).toBeLessThan(0.005);
      expect(Math.min(...expected.map((value) => Math.abs(value - areaM2)))).toBeLessThan(0.01);
    }
  });
});
