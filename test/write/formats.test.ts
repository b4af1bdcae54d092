import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as nodeFiles from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import type { LayerOut, OutField } from "../../src/write/layerOut.js";
import type { FileOps } from "../../src/write/partFile.js";
import { outFormatOf } from "../../src/write/writeLayer.js";
import { box, type Feature, features, featuresOf, FIELDS, layerOf, oneByOne, turned } from "./layers.js";
import { partsOfWkb, partsOfWkt } from "./wellKnown.js";
import { openGeoPackage } from "./sqlite.js";

/** One suite over every format that is written. Read back by our reader, or by a package that is not ours. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skriv-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT: readonly OutField[] = FIELDS.map((name) => ({ name, type: "string" }));
const out: LayerOut = { name: "prøve", epsg: 25833, fields: TEXT };

async function write(path: string, all: readonly Feature[], as = out) {
  return (await outFormatOf(path).load())(path, as, oneByOne(all, as.epsg));
}

const throughOurReader = async (path: string): Promise<Feature[]> => {
  const { layer } = await readLayer(await openSource(path), FIELDS);
  return featuresOf(layer);
};

async function fromParquet(path: string): Promise<Feature[]> {
  const file = await asyncBufferFromFile(path);
  const rows = await parquetReadObjects({ file, compressors, utf8: false, geoparquet: false });
  return rows.map((row) => ({
    parts: row["geometry"] === null ? [] : partsOfWkb(row["geometry"] as Uint8Array),
    values: FIELDS.map((name) => (row[name] as string | null) ?? ""),
  }));
}

async function fromGeoPackage(path: string): Promise<Feature[]> {
  const database = await openGeoPackage(path);
  try {
    return database
      .rows(`select geom, ${FIELDS.join(", ")} from "prøve" order by fid`)
      .map(([geom, ...values]) => ({
        parts: geom === null ? [] : partsOfWkb((geom as Uint8Array).subarray(40)),
        values: values.map((value) => (value as string | null) ?? ""),
      }));
  } finally {
    database.close();
  }
}

/** RFC 4180, record by record. */
function fromCsv(path: string): Promise<Feature[]> {
  const records: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/gy;
  for (const [, quotedText, plain, end] of readFileSync(path, "utf8").matchAll(pattern)) {
    records.at(-1)?.push(quotedText?.replaceAll('""', '"') ?? plain);
    if (end === "\n") records.push([]);
  }
  expect(records.pop()).toEqual([]);
  expect(records.shift()).toEqual([...FIELDS, "WKT"]);
  return Promise.resolve(
    records.map((record) => ({ parts: partsOfWkt(record.at(-1) as string), values: record.slice(0, -1) })),
  );
}

const FORMATS = [
  ["fgb", throughOurReader],
  ["gpkg", fromGeoPackage],
  ["geojson", throughOurReader],
  ["parquet", fromParquet],
  ["csv", fromCsv],
] as const;

describe.each(FORMATS)("%s", (ending, readBack) => {
  test("what is written is what is read, to the last bit, in the order the format promises", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(features, async (all) => {
        const path = join(folder, `lov${run++}.${ending}`);
        const written = await write(path, all);
        expect(written).toEqual({ featureCount: all.length, byteLength: readFileSync(path).length });
        const back = all.length === 0 ? [] : await readBack(path);
        const inOrder = outFormatOf(path).order === "given";
        expect(inOrder ? back : sorted(back)).toEqual(inOrder ? all : sorted(all));
        await rm(path);
      }),
      { numRuns: ending === "gpkg" ? 15 : 40 },
    );
  });

  test("batches make no difference to a byte", async () => {
    const all = Array.from({ length: 70 }, (_, i) => square(i));
    const [whole, split] = [join(folder, `hel.${ending}`), join(folder, `delt.${ending}`)];
    await (
      await outFormatOf(whole).load()
    )(whole, out, [layerOf(all)]);
    await write(split, all);
    expect(readFileSync(split).equals(readFileSync(whole))).toBe(true);
  });

  test("nothing at all is a file too", async () => {
    const path = join(folder, `tom.${ending}`);
    expect(await write(path, [])).toMatchObject({ featureCount: 0 });
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });

  test("a batch that throws leaves the former file and no debris", async () => {
    const path = join(folder, `brudd.${ending}`);
    writeFileSync(path, "det som var");
    const before = readdirSync(folder).sort();
    const batches = function* () {
      yield layerOf([square(1)]);
      throw new Error("kilden røk");
    };
    const writing = outFormatOf(path)
      .load()
      .then((writer) => writer(path, out, batches()));
    await expect(writing).rejects.toThrow("kilden røk");
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(readFileSync(path, "utf8")).toBe("det som var");
  });

  test("a folder that is not there, a folder in the file's place", async () => {
    const before = readdirSync(folder).sort();
    await expect(write(join(folder, "borte", `a.${ending}`), [square(1)])).rejects.toThrow(InputError);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test("numbers: what does not fit the field is an error that says which feature", async () => {
    const path = join(folder, `tall.${ending}`);
    const fields: readonly OutField[] = [{ name: "kode", type: "int" }];
    const layer = layerOf([square(1), { parts: [], values: ["tolv"] }], 25833, ["kode"]);
    const writing = outFormatOf(path)
      .load()
      .then((writer) => writer(path, { ...out, fields }, [layer]));
    if (ending === "csv") await writing;
    else await expect(writing).rejects.toThrow(/feature \d+: kode is "(k1|tolv)"/);
  });
});

const square = (i: number): Feature => ({
  parts: [[box(500_000 + 100 * (i % 10), 6_600_000 + 100 * Math.floor(i / 10), 100)]],
  values: [`k${i}`, i % 3 === 0 ? "" : "navn"],
});

const sorted = (all: readonly Feature[]): string[] => all.map((one) => JSON.stringify(one)).sort();

describe("GeoJSON", () => {
  test("4326 is RFC 7946 without crs; other systems are named", async () => {
    const path = join(folder, "crs.geojson");
    await write(path, [square(0)], { ...out, epsg: 4326 });
    expect(JSON.parse(readFileSync(path, "utf8"))).not.toHaveProperty("crs");
    await write(path, [square(0)]);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      crs: { properties: { name: "urn:ogc:def:crs:EPSG::25833" } },
    });
  });

  test("rings are turned to the right hand, a feature a line, missing is null", async () => {
    const path = join(folder, "rett.geojson");
    const shell = box(0, 0, 10);
    await write(path, [{ parts: [[turned(shell), box(2, 2, 3)]], values: ["", "a"] }]);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[1])).toEqual({
      type: "Feature",
      properties: { kode: null, navn: "a" },
      geometry: {
        type: "Polygon",
        coordinates: [shell, turned(box(2, 2, 3))].map((ring) =>
          Array.from({ length: 5 }, (_, i) => [ring[2 * i], ring[2 * i + 1]]),
        ),
      },
    });
  });

  test("numbers are numbers, and too large ones for a double are text", async () => {
    const path = join(folder, "tall.geojson");
    const fields: readonly OutField[] = [
      { name: "kode", type: "int" },
      { name: "navn", type: "double" },
    ];
    await write(path, [{ parts: [], values: ["9007199254740993", "0.10"] }], { ...out, fields });
    expect(readFileSync(path, "utf8")).toContain('"kode":"9007199254740993","navn":0.1}');
  });
});

describe("GeoParquet", () => {
  test("metadata 1.1: types, box, PROJJSON with its EPSG code", async () => {
    const path = join(folder, "geo.parquet");
    const two: Feature = { parts: [[box(0, 0, 1)], [box(5, 5, 1)]], values: ["", ""] };
    await write(path, [square(0), two, { parts: [], values: ["", ""] }]);
    const { key_value_metadata } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const geo = JSON.parse(key_value_metadata?.find(({ key }) => key === "geo")?.value ?? "") as unknown;
    expect(geo).toMatchObject({
      version: "1.1.0",
      primary_column: "geometry",
      columns: {
        geometry: {
          encoding: "WKB",
          geometry_types: ["Polygon", "MultiPolygon"],
          bbox: [0, 0, 500_100, 6_600_100],
          crs: { id: { authority: "EPSG", code: 25833 } },
        },
      },
    });
  });

  test("row groups are bounded", async () => {
    const path = join(folder, "grupper.parquet");
    await (
      await outFormatOf(path).load()
    )(path, out, [
      layerOf(Array.from({ length: 100_001 }, (_, i) => ({ parts: [], values: [`k${i}`, ""] }))),
    ]);
    const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([50_000, 50_000, 1]);
  });
});

test.each(["a.shp", "a", "a.fgb.zip"])("%s is no name of a format that is written", (path) => {
  expect(() => outFormatOf(path)).toThrow(/ends in \.fgb \(FlatGeobuf\), \.gpkg/);
});

/** A disk that takes so many writes and is full then. */
const fullAfter = (writes: number): FileOps => ({
  ...nodeFiles,
  open: async (path, flags) => {
    const file = await nodeFiles.open(path, flags);
    const writeIt = file.write.bind(file);
    file.write = ((...args: Parameters<typeof writeIt>) => {
      if (writes-- > 0) return writeIt(...args);
      return Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
    }) as typeof file.write;
    return file;
  },
});

test.each(["geojson", "csv", "parquet"])(
  "a full disk: an error that says so, nothing left (%s)",
  async (ending) => {
    const before = readdirSync(folder).sort();
    const path = join(folder, `full.${ending}`);
    const writer = await outFormatOf(path).load();
    await expect(writer(path, out, [layerOf([square(1)])], fullAfter(0))).rejects.toThrow("ENOSPC");
    expect(readdirSync(folder).sort()).toEqual(before);
  },
);
