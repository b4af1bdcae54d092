import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FeatureCollection, Geometry } from "geojson";
import { serialize } from "flatgeobuf/lib/mjs/geojson.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, LayerBuilder, termOf, type Bbox, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { makeDecoder } from "../../../src/read/decoder.js";
import { openFlatGeobuf } from "../../../src/read/flatgeobuf/flatgeobuf.js";
import { readLayer } from "../../../src/read/readLayer.js";
import type { CutOptions, Source } from "../../../src/read/source.js";
import { writeFlatGeobuf } from "../../../src/write/flatgeobuf.js";
import { featureArea } from "../areas.js";
import { haveOutsideData, outside } from "../outsideData.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fgb-read-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const square = (x: number, y: number, size: number) => [
  x,
  y,
  x + size,
  y,
  x + size,
  y + size,
  x,
  y + size,
  x,
  y,
];

/** Writes rings as features of one part each, code k0, k1 ...; an empty list is a feature without geometry. */
async function written(name: string, features: readonly number[][][], index = true): Promise<string> {
  const builder = new LayerBuilder("lag", 25833, ["kode"]);
  features.forEach((rings, i) => {
    for (const ring of rings) builder.ring(ring);
    if (rings.length > 0) builder.endPart();
    builder.endFeature([`k${i}`]);
  });
  const path = join(folder, name);
  const fields = [{ name: "kode", type: "string" }] as const;
  await writeFlatGeobuf(path, { name: "lag", epsg: 25833, fields, index }, [builder.build()]);
  return path;
}

const grid = (count: number) =>
  Array.from({ length: count }, (_, i) => [square(100 * (i % 40), 100 * Math.floor(i / 40), 90)]);

type Row = { feature: number; kode: string; areaM2: number };

async function rowsOf(source: Source, options: CutOptions): Promise<Row[]> {
  const decode = makeDecoder(source.decoder, ["kode"]);
  const rows: Row[] = [];
  for await (const cut of source.cuts(options)) {
    expect(cut.bytes.byteOffset % 8).toBe(0);
    const { layer } = decode(cut);
    const column = layer.columns.get("kode");
    expect(featureCount(layer)).toBe(cut.featureCount);
    for (let f = 0; f < cut.featureCount; f++) {
      const kode = column === undefined ? "" : termOf(column, f);
      rows.push({ feature: cut.firstFeature + f, kode, areaM2: featureArea(layer, f) });
    }
  }
  return rows;
}

const parts = (layer: Layer, f: number) => layer.featurePart[f + 1] - layer.featurePart[f];

test("any size of cut gives the same rows, each feature once and in order", async () => {
  const path = await written("cuts.fgb", grid(500), false);
  const all = await rowsOf(await openFlatGeobuf(path), { cutBytes: 1 << 20 });
  expect(all.map((row) => row.kode)).toEqual(grid(500).map((_, i) => `k${i}`));
  expect(all.every((row, i) => row.feature === i && row.areaM2 === 8100)).toBe(true);
  for (const cutBytes of [1, 100, 999, 4096]) {
    expect(await rowsOf(await openFlatGeobuf(path), { cutBytes })).toEqual(all);
  }
});

test("two buffers taken in turn are enough, and the hash is that of the file", async () => {
  const path = await written("reuse.fgb", grid(300));
  const buffers = [new SharedArrayBuffer(2048), new SharedArrayBuffer(2048)];
  let taken = 0;
  let bytesRead = 0;
  const cuts = (await openFlatGeobuf(path)).cuts({
    cutBytes: 2048,
    take: () => buffers[taken++ % 2],
    onBytes: (bytes) => (bytesRead = bytes),
  });
  let step = await cuts.next();
  let cutCount = 0;
  for (; !step.done; step = await cuts.next()) cutCount++;
  expect(taken).toBe(cutCount);
  expect(bytesRead).toBe(readFileSync(path).length);
  expect(step.value).toEqual({
    sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
    featureCount: 300,
  });
});

test.each<[string, Bbox]>([
  ["a corner", [-50, -50, 150, 150]],
  ["a strip", [350, 0, 360, 5000]],
  ["a gap between squares", [92, 92, 98, 98]],
  ["a touch", [90, 90, 95, 95]],
  ["everything", [-1e6, -1e6, 1e6, 1e6]],
  ["nowhere", [1e7, 1e7, 2e7, 2e7]],
])("bbox: %s", async (_, bbox) => {
  const path = await written("bbox.fgb", grid(777));
  const source = await openFlatGeobuf(path);
  const expected = grid(777)
    .map(([ring], i) => ({ kode: `k${i}`, ring }))
    .filter(
      ({ ring }) => ring[0] <= bbox[2] && ring[1] <= bbox[3] && ring[4] >= bbox[0] && ring[5] >= bbox[1],
    );
  for (const cutBytes of [300, 1 << 20]) {
    const rows = await rowsOf(await openFlatGeobuf(path), { cutBytes, bbox });
    expect(rows.map((row) => row.kode).sort()).toEqual(expected.map((one) => one.kode).sort());
  }
  const cuts = source.cuts({ cutBytes: 1 << 20, bbox });
  let step = await cuts.next();
  while (!step.done) step = await cuts.next();
  expect(step.value).toEqual({ featureCount: expected.length });
});

test("rings are closed, short ones and features without geometry are told of", async () => {
  const open = square(0, 0, 10).slice(0, 8);
  const path = await written(
    "rings.fgb",
    [[open], [square(20, 0, 10), [21, 1, 22, 2, 21, 1]], [[0, 0, 1, 1]], []],
    false,
  );
  const { layer, findings } = await readLayer(await openFlatGeobuf(path), ["kode"]);
  expect([0, 1, 2, 3].map((f) => featureArea(layer, f))).toEqual([100, 100, 0, 0]);
  expect([0, 1, 2, 3].map((f) => parts(layer, f))).toEqual([1, 1, 0, 0]);
  expect(findings.map(({ code, feature, did }) => [code, feature, did])).toEqual([
    ["RING_APEN", 0, "mended"],
    ["RING_FOR_KORT", 1, "dropped"],
    ["RING_FOR_KORT", 2, "dropped"],
    ["NULL_GEOMETRI", 2, "kept"],
    ["NULL_GEOMETRI", 3, "kept"],
  ]);
});

describe("files of the flatgeobuf package", () => {
  const ring = [
    [10, 60],
    [11, 60],
    [11, 61],
    [10, 60],
  ];
  const collection = (geometries: Geometry[], properties = {}): FeatureCollection => ({
    type: "FeatureCollection",
    features: geometries.map((geometry, i) => ({
      type: "Feature",
      geometry,
      properties: { nr: i, ...properties },
    })),
  });
  const saved = (name: string, content: FeatureCollection) => {
    const path = join(folder, name);
    writeFileSync(path, serialize(content, 4258));
    return path;
  };

  test("values of every type become text", async () => {
    const path = saved("types.fgb", {
      type: "FeatureCollection",
      features: [
        {
          type: "Feature",
          geometry: { type: "Polygon", coordinates: [ring] },
          properties: { b: true, n: 12, d: 0.5, s: "Åsnes", o: { a: 1 } },
        },
        {
          type: "Feature",
          geometry: { type: "Polygon", coordinates: [ring] },
          properties: { b: false, n: -3, d: 7, s: "", o: { a: 2 } },
        },
      ],
    });
    const { layer } = await readLayer(await openFlatGeobuf(path), ["s", "n", "d", "b", "o"]);
    const row = (f: number) => [...layer.columns.values()].map((column) => termOf(column, f));
    expect(row(0)).toEqual(["Åsnes", "12", "0.5", "true", '{"a":1}']);
    expect(row(1)).toEqual(["", "-3", "7", "false", '{"a":2}']);
    expect([...layer.columns.values()][0].codes[1]).toBe(0);
  });

  test("features off a multiple of 8 and mixed geometry types", async () => {
    const path = saved(
      "mixed.fgb",
      collection(
        [
          { type: "Polygon", coordinates: [ring] },
          { type: "Point", coordinates: [10, 60] },
          { type: "MultiPolygon", coordinates: [[ring], [ring.map(([x, y]) => [x + 2, y])]] },
        ],
        { tekst: "abc" },
      ),
    );
    const { layer, findings } = await readLayer(await openFlatGeobuf(path), ["nr", "tekst"]);
    expect([0, 1, 2].map((f) => featureArea(layer, f))).toEqual([0.5, 0, 1]);
    expect(findings.map(({ code, feature }) => [code, feature])).toEqual([["ANNEN_GEOMETRI", 1]]);
    expect(findings[0].says).toContain("Point");
  });

  test("layers of lines are refused", async () => {
    const path = saved("lines.fgb", collection([{ type: "LineString", coordinates: ring }]));
    await expect(openFlatGeobuf(path)).rejects.toThrow(/a layer of LineString\. Wanted: polygons/);
  });

  test("collections inside a mixed layer are refused with the feature", async () => {
    const path = saved(
      "gc.fgb",
      collection([
        { type: "Polygon", coordinates: [ring] },
        { type: "GeometryCollection", geometries: [{ type: "Polygon", coordinates: [ring] }] },
      ]),
    );
    await expect(readLayer(await openFlatGeobuf(path), [])).rejects.toThrow(
      /feature 1: a geometry of type GeometryCollection/,
    );
  });
});

describe("damaged files", () => {
  test("cut short anywhere, it is said with the byte", async () => {
    const whole = readFileSync(await written("whole.fgb", grid(40)));
    const path = join(folder, "short.fgb");
    for (const length of [5, 9, 11, 40, 300, 900, 2000, 3000, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(openFlatGeobuf(path), `${length} bytes`).rejects.toThrow(InputError);
      if (length > 9) await expect(openFlatGeobuf(path)).rejects.toThrow(`byte ${length}`);
    }
  });

  test("cut short without an index, it is said when read", async () => {
    const whole = readFileSync(await written("plain.fgb", grid(40), false));
    const path = join(folder, "plainshort.fgb");
    writeFileSync(path, whole.subarray(0, whole.length - 300));
    await expect(readLayer(await openFlatGeobuf(path), [])).rejects.toThrow(InputError);
  });

  test.each([NaN, Infinity, -Infinity])(
    "a coordinate of %d is an error with the feature's number",
    async (bad) => {
      const bytes = readFileSync(await written("nan.fgb", grid(3), false));
      const at = bytes.lastIndexOf(Buffer.from(new Float64Array([290]).buffer)); // right edge of the third square
      bytes.writeDoubleLE(bad, at);
      const path = join(folder, "nan2.fgb");
      writeFileSync(path, bytes);
      await expect(readLayer(await openFlatGeobuf(path), [])).rejects.toThrow(
        /feature 2: a coordinate that is NaN or infinite/,
      );
    },
  );

  test("bytes turned over at random never give more than an InputError", async () => {
    const whole = readFileSync(await written("fuzz.fgb", grid(6), false));
    const path = join(folder, "fuzz2.fgb");
    let refused = 0;
    let seed = 1;
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(whole);
      seed = (seed * 48271) % 2147483647;
      bytes[whole.length - 1 - (seed % 1000)] ^= 1 << (seed % 8);
      writeFileSync(path, bytes);
      try {
        await readLayer(await openFlatGeobuf(path), ["kode"]);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(10);
  });
});

describe.skipIf(!haveOutsideData)("real files", () => {
  test.each([
    ["arealdekke/n1000_arealdekke_25833.fgb", 25833, 15_867, 966_038, ["objtype"]],
    ["admin/n1000_kommune_25833.fgb", 25833, 359, 64_181, ["kommunenummer"]],
    ["admin/kommuner_2024_L_wgs84.fgb", 4326, 357, 218_279, []],
    ["hoyde/n1000_hoydelag_25833.fgb", 25833, 6_327, 378_657, ["minhoyde"]],
    ["arealdekke/nibio_flater_fra_linjer_02_25833.fgb", 25833, 5_466, 179_685, []],
  ])("%s", async (file, epsg, features, vertices, fields) => {
    const source = await openFlatGeobuf(outside(`data/${file}`));
    expect(source.epsg).toBe(epsg);
    expect(source.featureCount).toBe(features);
    const { layer, sha256, findings } = await readLayer(source, fields);
    expect(featureCount(layer)).toBe(features);
    expect(layer.xy.length / 2).toBe(vertices);
    expect(layer.xy.buffer).toBeInstanceOf(ArrayBuffer);
    expect(findings).toEqual([]);
    const sums = readFileSync(outside("data/SHA256SUMS"), "utf8");
    expect(sums).toContain(sha256);
  });
});
