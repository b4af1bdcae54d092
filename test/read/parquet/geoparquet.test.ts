import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { openGeoJson } from "../../../src/read/geojson/geojson.js";
import { openGeoParquet } from "../../../src/read/parquet/geoparquet.js";
import { fileOnDisk } from "../../../src/read/inputFile.js";
import { openSource } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { wkbOfRings } from "../../../src/read/wellKnown/wkb.js";
import { featureArea } from "../areas.js";
import { CLASS, expectKristiansand, partsOf } from "../kristiansand.js";
import { haveOutsideData, outside } from "../outsideData.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "geoparquet-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const square = (x: number, y: number, size: number) =>
  wkbOfRings([[[x, y, x + size, y, x + size, y + size, x, y + size, x, y]]]);

const EPSG_25833 = { id: { authority: "EPSG", code: 25833 }, name: "ETRS89 / UTM zone 33N" };

type Geo = { primary_column?: unknown; columns?: Record<string, unknown> };
const geoOf = (column: object, name = "flate"): Geo => ({
  primary_column: name,
  columns: { [name]: column },
});
const WKB_25833 = geoOf({ encoding: "WKB", geometry_types: ["MultiPolygon"], crs: EPSG_25833 });

type Options = Partial<Parameters<typeof parquetWriteBuffer>[0]>;
type ColumnSource = Parameters<typeof parquetWriteBuffer>[0]["columnData"][number];

function parquetBytes(columns: ColumnSource[], geo: Geo | undefined, options: Options = {}): Uint8Array {
  const kvMetadata = geo === undefined ? [] : [{ key: "geo", value: JSON.stringify(geo) }];
  const columnData = options.schema ? columns.map(({ name, data }) => ({ name, data })) : columns;
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, ...options }));
}

async function opened(bytes: Uint8Array, options: { epsg?: number } = {}, name = "lag.parquet") {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return openGeoParquet(await fileOnDisk(path), options);
}

async function rowsOf(bytes: Uint8Array): Promise<Record<string, string>[]> {
  const source = await opened(bytes);
  const fields = source.fields.map((field) => field.name);
  const { layer } = await readLayer(source, fields);
  return textRows(layer);
}

const textRows = (layer: Layer) =>
  Array.from({ length: featureCount(layer) }, (_, f) =>
    Object.fromEntries([...layer.columns].map(([name, column]) => [name, termOf(column, f)])),
  );

const flater: ColumnSource = {
  name: "flate",
  data: [square(0, 0, 10), square(20, 0, 5)],
  type: "BYTE_ARRAY",
};

test("codes keep their zeros, names their letters, features their areas", async () => {
  const columns: ColumnSource[] = [
    { name: "kommunenummer", data: ["0301", "5601"], type: "STRING" },
    flater,
    { name: "navn", data: ["Oslo", "Čáhcesuolu – Vadsø"], type: "STRING" },
  ];
  const bytes = parquetBytes(columns, WKB_25833);
  const source = await opened(bytes, {}, "flater.parquet");
  expect(source).toMatchObject({ format: "GeoParquet", name: "flater", epsg: 25833, epsgFrom: "file" });
  expect(source).toMatchObject({ featureCount: 2, byteLength: bytes.length });
  expect(source.fields).toEqual([
    { name: "kommunenummer", type: "string" },
    { name: "navn", type: "string" },
  ]);
  const { layer, sha256, findings } = await readLayer(source, ["kommunenummer", "navn"]);
  expect([0, 1].map((f) => featureArea(layer, f))).toEqual([100, 25]);
  expect(textRows(layer)[1]).toEqual({ kommunenummer: "5601", navn: "Čáhcesuolu – Vadsø" });
  expect(textRows(layer)[0].kommunenummer).toBe("0301");
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(findings).toEqual([]);
  expect((await openSource(source.path)).format).toBe("GeoParquet");
});

const optional = (name: string, rest: Partial<SchemaElement>): SchemaElement => ({
  name,
  repetition_type: "OPTIONAL",
  ...rest,
});

test("every type becomes exact text, null and NaN nothing", async () => {
  const long = 9007199254740993n;
  const schema: SchemaElement[] = [
    { name: "root", num_children: 10 },
    optional("flate", { type: "BYTE_ARRAY" }),
    optional("heltall", { type: "INT64" }),
    optional("desimal", { type: "INT64", converted_type: "DECIMAL", scale: 2, precision: 18 }),
    optional("dato", { type: "INT32", converted_type: "DATE" }),
    optional("tid", { type: "INT64", converted_type: "TIMESTAMP_MICROS" }),
    optional("lokal", {
      type: "INT64",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" },
    }),
    optional("klokke", { type: "INT32", converted_type: "TIME_MILLIS" }),
    optional("enkel", { type: "FLOAT" }),
    optional("dobbel", { type: "DOUBLE" }),
    optional("ja", { type: "BOOLEAN" }),
  ];
  const plain = (name: string, value: unknown): ColumnSource => ({ name, data: [value, undefined] });
  const columns = [
    flater,
    plain("heltall", long),
    plain("desimal", -1234567890123405n),
    plain("dato", 19700),
    plain("tid", 1700000000123456n),
    plain("lokal", -1n),
    plain("klokke", 3_723_004),
    plain("enkel", Math.fround(0.1)),
    { name: "dobbel", data: [0.1 + 0.2, NaN] },
    plain("ja", false),
  ];
  const rows = await rowsOf(parquetBytes(columns, WKB_25833, { schema }));
  expect(rows[0]).toEqual({
    heltall: "9007199254740993",
    desimal: "-12345678901234.05",
    dato: "2023-12-09",
    tid: "2023-11-14T22:13:20.123456Z",
    lokal: "1969-12-31T23:59:59.999",
    klokke: "01:02:03.004",
    enkel: "0.1",
    dobbel: "0.30000000000000004",
    ja: "false",
  });
  expect(Object.values(rows[1]).every((value) => value === "")).toBe(true);
});

test("days and instants agree with the calendar", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.date({ min: new Date(-62e12), max: new Date(2e14), noInvalidDate: true }),
      async (date) => {
        const schema: SchemaElement[] = [
          { name: "root", num_children: 3 },
          optional("flate", { type: "BYTE_ARRAY" }),
          optional("dag", { type: "INT32", converted_type: "DATE" }),
          optional("tid", { type: "INT64", converted_type: "TIMESTAMP_MILLIS" }),
        ];
        const columns = [
          { ...flater, data: [null] },
          { name: "dag", data: [date] },
          { name: "tid", data: [date] },
        ];
        const [row] = await rowsOf(parquetBytes(columns, WKB_25833, { schema }));
        const iso = date.toISOString();
        expect(row).toEqual({
          dag: iso.slice(0, 10),
          tid: iso.replace(/\.?0*Z$/, "Z").replace(/(:\d)Z$/, "$10Z"),
        });
      },
    ),
    { numRuns: 50 },
  );
});

test("structs give a field a leaf, lists become JSON, the covering box is left out", async () => {
  const element = (name: string, rest: Partial<SchemaElement>) => optional(name, rest);
  const schema: SchemaElement[] = [
    { name: "root", num_children: 4 },
    element("flate", { type: "BYTE_ARRAY" }),
    element("identifikasjon", { num_children: 2 }),
    element("lokalId", { type: "BYTE_ARRAY", converted_type: "UTF8" }),
    element("versjon", { type: "INT64" }),
    element("koder", { converted_type: "LIST", num_children: 1 }),
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    element("element", { type: "BYTE_ARRAY", converted_type: "UTF8" }),
    element("boks", { num_children: 1 }),
    element("xmin", { type: "DOUBLE" }),
  ];
  const columns: ColumnSource[] = [
    flater,
    { name: "identifikasjon", data: [{ lokalId: "a-1", versjon: 7n }, null] },
    { name: "koder", data: [["01", "æ"], []] },
    { name: "boks", data: [{ xmin: 0 }, { xmin: 20 }] },
  ];
  const covering = { bbox: { xmin: ["boks", "xmin"] } };
  const geo = geoOf({ encoding: "WKB", crs: EPSG_25833, bbox: [0, 0, 25, 10], covering });
  const bytes = parquetBytes(columns, geo, { schema });
  expect((await opened(bytes)).bbox).toEqual([0, 0, 25, 10]);
  expect(await rowsOf(bytes)).toEqual([
    { "identifikasjon.lokalId": "a-1", "identifikasjon.versjon": "7", koder: '["01","æ"]' },
    { "identifikasjon.lokalId": "", "identifikasjon.versjon": "", koder: "[]" },
  ]);
});

test("the CRS: the file's, the default, the user's", async () => {
  const withCrs = (crs: object) => opened(parquetBytes([flater], geoOf({ encoding: "WKB", ...crs })));
  expect(await withCrs({})).toMatchObject({ epsg: 4326, epsgFrom: "format" });
  expect(await withCrs({ crs: { id: { authority: "OGC", code: "CRS84" } } })).toMatchObject({ epsg: 4326 });
  expect(await withCrs({ crs: { id: { authority: "EPSG", code: "5973" } } })).toMatchObject({ epsg: 25833 });
  const unknown = parquetBytes([flater], geoOf({ encoding: "WKB", crs: null }));
  await expect(opened(unknown)).rejects.toThrow(/does not say its CRS/);
  expect(await opened(unknown, { epsg: 25832 })).toMatchObject({ epsg: 25832, epsgFrom: "user" });
  await expect(withCrs({ crs: { name: "NGO 1948" } })).rejects.toThrow(/a CRS that says "NGO 1948"/);
});

test("Parquet's own geometry type will do without metadata", async () => {
  const schema: SchemaElement[] = [
    { name: "root", num_children: 1 },
    optional("flate", { type: "BYTE_ARRAY", logical_type: { type: "GEOMETRY", crs: "EPSG:25832" } }),
  ];
  const polygon = { type: "Polygon", coordinates: [[[0, 0], [4, 0], [4, 4], [0, 0]]] }; // prettier-ignore
  const source = await opened(parquetBytes([{ name: "flate", data: [polygon] }], undefined, { schema }));
  expect(source).toMatchObject({ epsg: 25832, epsgFrom: "file", featureCount: 1 });
  expect(featureArea((await readLayer(source, [])).layer, 0)).toBe(8);
});

test.each<[string, Geo | undefined, RegExp]>([
  ["no geometry", undefined, /a Parquet file without geometry/],
  ["native encoding", geoOf({ encoding: "multipolygon" }), /in the encoding "multipolygon". Wanted: WKB/],
  ["spherical edges", geoOf({ encoding: "WKB", edges: "spherical" }), /edges that are "spherical"/],
  ["another column", geoOf({ encoding: "WKB" }, "geom"), /no column called geom/],
  ["no column", { columns: {} }, /primary_column null/],
  ["no object", null as unknown as Geo, /primary_column null/],
])("%s is refused", async (_name, geo, message) => {
  const opening = opened(parquetBytes([flater], geo));
  await expect(opening).rejects.toThrow(InputError);
  await expect(opening).rejects.toThrow(message);
});

const many = Array.from({ length: 500 }, (_, i) => i);
const manyColumns: ColumnSource[] = [
  { name: "flate", data: many.map((i) => (i % 7 === 3 ? null : square(100 * i, 0, 10))), type: "BYTE_ARRAY" },
  {
    name: "kode",
    data: many.map((i) => (i % 5 === 0 ? null : `k${i % 50}`)),
    type: "STRING",
    nullable: true,
  },
];

test("row groups and compression change nothing; features without geometry are counted", async () => {
  const whole = await rowsOf(parquetBytes(manyColumns, WKB_25833, { codec: "UNCOMPRESSED" }));
  expect(whole).toHaveLength(500);
  expect(whole.map((row) => row.kode)).toEqual(many.map((i) => (i % 5 === 0 ? "" : `k${i % 50}`)));
  for (const rowGroupSize of [1, 99, 250]) {
    expect(await rowsOf(parquetBytes(manyColumns, WKB_25833, { rowGroupSize }))).toEqual(whole);
  }
  const source = await opened(parquetBytes(manyColumns, WKB_25833, { rowGroupSize: 100 }));
  const told: number[] = [];
  const cuts = source.cuts({ cutBytes: 1000, onBytes: (bytes) => told.push(bytes) });
  let next = 0;
  for await (const cut of cuts) {
    expect(cut.firstFeature).toBe(next);
    next += cut.featureCount;
  }
  expect(next).toBe(500);
  expect(told.at(-1)).toBe(source.byteLength);
  const { findings } = await readLayer(await opened(parquetBytes(manyColumns, WKB_25833)), []);
  expect(findings).toHaveLength(many.filter((i) => i % 7 === 3).length);
});

test.each(["SNAPPY", "UNCOMPRESSED"] as const)(
  "a file (%s) with any bytes changed or cut off is read or refused",
  async (codec) => {
    const columns: ColumnSource[] = [
      ...manyColumns.map((column) => ({ ...column, data: column.data.slice(0, 40) })),
      { name: "ordbok", data: many.slice(0, 40).map((i) => `en lang verdi ${i % 3}`), type: "STRING" },
      { name: "ja", data: many.slice(0, 40).map((i) => i % 3 === 0), type: "BOOLEAN", encoding: "RLE" },
      { name: "tall", data: many.slice(0, 40), type: "INT32", encoding: "DELTA_BINARY_PACKED" },
    ];
    const bytes = parquetBytes(columns, WKB_25833, { rowGroupSize: 25, codec });
    const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), to: fc.integer({ min: 0, max: 255 }) });
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    const cut = fc.option(fc.nat({ max: bytes.length }), { freq: 4 });
    await fc.assert(
      fc.asyncProperty(changes, cut, async (places, to) => {
        const broken = bytes.slice(0, to ?? bytes.length);
        for (const { at, to: value } of places) if (at < broken.length) broken[at] = value;
        const outcome: unknown = await opened(broken)
          .then((source) => readLayer(source, source.decoder.fields))
          .catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InputError);
      }),
      { numRuns: 200 },
    );
  },
);

describe.skipIf(!haveOutsideData)("the Kristiansand layer", () => {
  test("written as GeoParquet gives the same sums", async () => {
    const original = await openGeoJson(outside("data/formater/kristiansand_arealdekke_25832.geojson"));
    const { layer } = await readLayer(original, [CLASS]);
    const column = layer.columns.get(CLASS);
    const rows = Array.from({ length: featureCount(layer) }, (_, f) => f);
    const geo = geoOf({ encoding: "WKB", crs: { id: { authority: "EPSG", code: 25832 } } });
    const bytes = parquetBytes(
      [
        { name: "flate", data: rows.map((f) => wkbOfRings(partsOf(layer, f))), type: "BYTE_ARRAY" },
        { name: CLASS, data: rows.map((f) => column && termOf(column, f)), type: "STRING" },
      ],
      geo,
      { rowGroupSize: 100 },
    );
    const { layer: again } = await readLayer(await opened(bytes), [CLASS]);
    expect(again.xy).toEqual(layer.xy);
    expectKristiansand(again);
  });
});
