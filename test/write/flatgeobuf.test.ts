import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Feature, MultiPolygon, Polygon } from "geojson";
import { deserialize } from "flatgeobuf/lib/mjs/geojson.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { LayerBuilder, type Layer } from "../../src/core/layer.js";
import { InputError } from "../../src/core/trouble.js";
import { writeFlatGeobuf, type FileOps, type OutField } from "../../src/write/flatgeobuf.js";

const EPSG = 25833;
const FIELDS: OutField[] = [
  { name: "kode", type: "string" },
  { name: "antall", type: "int" },
  { name: "areal", type: "double" },
];
const out = { name: "prøve", epsg: EPSG, fields: FIELDS };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fgb-"));
  vi.spyOn(console, "debug").mockImplementation(() => undefined); // the package prints as it searches
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const box = (x: number, y: number, size: number) => [
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

/** One square a feature on a grid of the width given, each with its number as code. */
function squares(count: number, width: number): Layer {
  const builder = new LayerBuilder("ruter", EPSG, ["kode", "antall", "areal"]);
  for (let i = 0; i < count; i++) {
    builder.ring(box(500_000 + 100 * (i % width), 6_600_000 + 100 * Math.floor(i / width), 100));
    builder.endPart();
    builder.endFeature([`k${i}`, String(i), i % 2 === 0 ? "" : "0.5"]);
  }
  return builder.build();
}

type Read = Feature<Polygon | MultiPolygon | null>;

async function readBack(path: string, rect?: { minX: number; minY: number; maxX: number; maxY: number }) {
  const found: Read[] = [];
  for await (const feature of deserialize(new Uint8Array(readFileSync(path)), rect && { rect }))
    found.push(feature as Read);
  return found;
}

test("polygons, holes and values come back as they went, missing values as missing", async () => {
  const path = join(folder, "polygon.fgb");
  const builder = new LayerBuilder("a", EPSG, ["kode", "antall", "areal"]);
  const shell = box(0, 0, 10);
  const hole = box(2, 2, 3);
  builder.ring(shell);
  builder.ring(hole);
  builder.endPart();
  builder.endFeature(["økosystem", "-12", "0.25"]);
  builder.ring(box(20, 0, 5));
  builder.endPart();
  builder.endFeature(["", "9007199254740991", ""]);
  const written = await writeFlatGeobuf(path, out, [builder.build()]);

  const features = await readBack(path);
  expect(written.byteLength).toBe(readFileSync(path).length);
  expect(features.map((f) => f.geometry?.type)).toEqual(["Polygon", "Polygon"]);
  const first = features.find((f) => f.properties?.kode === "økosystem");
  expect(first?.properties).toEqual({ kode: "økosystem", antall: -12, areal: 0.25 });
  expect(first?.geometry?.coordinates.map((ring) => ring.flat())).toEqual([shell, hole]);
  expect(features.find((f) => f !== first)?.properties).toEqual({ antall: 9007199254740991 });
});

test("one feature of two parts makes every feature a MultiPolygon", async () => {
  const path = join(folder, "multi.fgb");
  const builder = new LayerBuilder("a", EPSG, ["kode"]);
  builder.ring(box(0, 0, 10));
  builder.endPart();
  builder.endFeature(["en"]);
  builder.ring(box(20, 0, 10));
  builder.ring(box(22, 2, 1));
  builder.endPart();
  builder.ring(box(40, 0, 10));
  builder.endPart();
  builder.endFeature(["to"]);
  await writeFlatGeobuf(path, { ...out, fields: FIELDS.slice(0, 1) }, [builder.build()]);

  const byCode = new Map((await readBack(path)).map((f) => [f.properties?.kode as string, f.geometry]));
  expect(byCode.get("en")).toEqual({ type: "MultiPolygon", coordinates: [[pairs(box(0, 0, 10))]] });
  expect(byCode.get("to")).toEqual({
    type: "MultiPolygon",
    coordinates: [[pairs(box(20, 0, 10)), pairs(box(22, 2, 1))], [pairs(box(40, 0, 10))]],
  });
});

const pairs = (xy: number[]) => Array.from({ length: xy.length / 2 }, (_, i) => [xy[2 * i], xy[2 * i + 1]]);

test.each([1, 15, 16, 17, 256, 257, 3000])(
  "a bbox search over %i features finds what is there",
  async (count) => {
    const path = join(folder, `search${count}.fgb`);
    const layer = squares(count, 50);
    await writeFlatGeobuf(path, out, [layer]);
    const rect = { minX: 500_150, minY: 6_600_050, maxX: 500_790, maxY: 6_600_310 };
    const expected: string[] = [];
    for (let i = 0; i < count; i++) {
      const x = 500_000 + 100 * (i % 50);
      const y = 6_600_000 + 100 * Math.floor(i / 50);
      if (x <= rect.maxX && x + 100 >= rect.minX && y <= rect.maxY && y + 100 >= rect.minY)
        expected.push(`k${i}`);
    }
    const found = (await readBack(path, rect)).map((f) => f.properties?.kode as string);
    expect(found.sort()).toEqual(expected.sort());
  },
);

test("features that come row by row, some of two parts, one larger than what is written at a time", async () => {
  const path = join(folder, "rader.fgb");
  const builder = new LayerBuilder("rader", EPSG, ["kode"]);
  const place = (i: number) => [100 * (i % 40), 100 * Math.floor(i / 40)] as const;
  const many = 1_100_000; // vertices: 17 MB
  const large = Float64Array.from({ length: 2 * many }, (_, k) => {
    const angle = (2 * Math.PI * (k >> 1)) / (many - 1);
    return k >= 2 * many - 2 ? (k % 2 === 0 ? 2_050 : 2_000) : 2_000 + 50 * (k % 2 === 0 ? Math.cos(angle) : Math.sin(angle)); // prettier-ignore
  });
  for (let i = 0; i < 1600; i++) {
    const [x, y] = place(i);
    builder.ring(i === 820 ? large : box(x, y, 90));
    builder.endPart();
    if (i % 7 === 0) builder.ring(box(x + 95, y, 2));
    if (i % 7 === 0) builder.endPart();
    builder.endFeature([`k${i}`]);
  }
  await writeFlatGeobuf(path, { ...out, fields: FIELDS.slice(0, 1) }, [builder.build()]);

  const features = await readBack(path);
  expect(features.length).toBe(1600);
  const byCode = new Map(features.map((f) => [f.properties?.kode as string, f.geometry?.coordinates]));
  for (let i = 0; i < 1600; i++) {
    const [x, y] = place(i);
    const parts = byCode.get(`k${i}`) as number[][][][];
    expect(parts.length).toBe(i % 7 === 0 ? 2 : 1);
    if (i === 820) expect(parts[0][0].length).toBe(many);
    else expect(parts[0]).toEqual([pairs(box(x, y, 90))]);
  }
});

test("batches and their own dictionaries make no difference", async () => {
  const whole = join(folder, "whole.fgb");
  const split = join(folder, "split.fgb");
  await writeFlatGeobuf(whole, out, [squares(40, 8)]);
  await writeFlatGeobuf(split, out, slices(squares(40, 8), 7));
  expect(readFileSync(split).equals(readFileSync(whole))).toBe(true);
});

function* slices(layer: Layer, size: number): Generator<Layer> {
  for (let from = 0; from < 40; from += size) {
    const builder = new LayerBuilder("del", EPSG, [...layer.columns.keys()]);
    for (let f = from; f < Math.min(from + size, 40); f++) {
      builder.ring(layer.xy.subarray(2 * layer.ringVertex[f], 2 * layer.ringVertex[f + 1]));
      builder.endPart();
      builder.endFeature([...layer.columns.values()].map((column) => column.terms[column.codes[f]]));
    }
    yield builder.build();
  }
}

test("without an index the order given is kept; nothing at all is a file too", async () => {
  const plain = join(folder, "plain.fgb");
  await writeFlatGeobuf(plain, { ...out, index: false }, [squares(30, 5)]);
  expect((await readBack(plain)).map((f) => f.properties?.antall as number)).toEqual([...Array(30).keys()]);
  const nothing = join(folder, "nothing.fgb");
  expect(await writeFlatGeobuf(nothing, out, [])).toMatchObject({ featureCount: 0 });
  expect(await readBack(nothing)).toEqual([]);
});

describe("trouble leaves no file behind", () => {
  /** A disk that takes so many writes and is full then. */
  const fullAfter = (writes: number): FileOps => ({
    ...nodeFiles,
    open: async (path, flags) => {
      const file = await nodeFiles.open(path, flags);
      const write = file.write.bind(file);
      file.write = ((...args: Parameters<typeof write>) => {
        if (writes-- > 0) return write(...args);
        return Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
      }) as typeof file.write;
      return file;
    },
  });

  test.each([0, 1, 2, 3, 4])("disk full at write %i", async (writes) => {
    const before = readdirSync(folder).sort();
    const path = join(folder, "full.fgb");
    const writing = writeFlatGeobuf(path, out, [squares(20, 5)], fullAfter(writes));
    await expect(writing).rejects.toThrow(InputError);
    await expect(writing).rejects.toThrow("ENOSPC");
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test("a batch that throws", async () => {
    const before = readdirSync(folder).sort();
    const batches = function* () {
      yield squares(3, 3);
      throw new Error("kilden røk");
    };
    await expect(writeFlatGeobuf(join(folder, "broken.fgb"), out, batches())).rejects.toThrow("kilden røk");
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test("a text where a number was declared", async () => {
    const builder = new LayerBuilder("a", EPSG, ["antall"]);
    builder.endFeature(["tolv"]);
    await expect(writeFlatGeobuf(join(folder, "text.fgb"), out, [builder.build()])).rejects.toThrow(
      'feature 0: antall is "tolv"',
    );
  });
});
