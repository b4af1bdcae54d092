import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sqlite from "node-sqlite3-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { openGeoPackage } from "../../../src/read/database/geopackage.js";
import type { InputFile } from "../../../src/read/inputFile.js";
import { openSource, sourcesOf } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { wkbOfRings } from "../../../src/read/wellKnown/wkb.js";
import { featureArea, sumsBy } from "../areas.js";
import { haveOutsideData, outside } from "../outsideData.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "geopackage-test-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const square = (x: number, size = 10) => [x, 0, x + size, 0, x + size, size, x, size, x, 0];

type BlobForm = { envelope?: number; srsId?: number; bigEndian?: boolean };

function blobOf(
  wkb: Uint8Array,
  { envelope = 0, srsId = 25833, bigEndian = false }: BlobForm = {},
): Uint8Array {
  const header = new Uint8Array(8 + [0, 32, 48, 48, 64][envelope]);
  header.set([0x47, 0x50, 0, (envelope << 1) | (bigEndian ? 0 : 1)]);
  new DataView(header.buffer).setInt32(4, srsId, !bigEndian);
  return Buffer.concat([header, wkb]);
}

type Row = (string | number | bigint | null | Uint8Array)[];
type TableSpec = {
  name: string;
  geometry?: string;
  type?: string;
  srsId?: number;
  fields?: string;
  rows?: Row[];
};

/** A GeoPackage as QGIS would leave it, less its indexes. */
function saved(name: string, tables: TableSpec[], more: string[] = []): string {
  const path = join(folder, name);
  rmSync(path, { force: true });
  const db = new sqlite.Database(path);
  db.exec(`
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
      organization_coordsys_id INTEGER, definition TEXT);
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
      min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
      z TINYINT, m TINYINT, PRIMARY KEY (table_name, column_name));
    INSERT INTO gpkg_spatial_ref_sys VALUES ('ETRS89 / UTM 33N', 25833, 'EPSG', 25833, ''),
      ('udefinert', -1, 'NONE', -1, 'undefined'), ('Egen', 100001, 'QGIS', 7, 'PROJCS["ETRS_1989_UTM_Zone_32N"]'),
      ('UTM 33 med høyder', 5973, 'epsg', 5973, '');
  `);
  for (const {
    name: table,
    geometry = "geom",
    type = "MULTIPOLYGON",
    srsId = 25833,
    fields = "",
    rows = [],
  } of tables) {
    db.exec(
      `CREATE TABLE "${table}" (fid INTEGER PRIMARY KEY, "${geometry}" BLOB${fields === "" ? "" : `, ${fields}`})`,
    );
    db.run("INSERT INTO gpkg_contents VALUES (?, 'features', ?, 0, 0, 1, 1, ?)", [
      table,
      `Lag ${table}`,
      srsId,
    ]);
    db.run("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)", [table, geometry, type, srsId]);
    rows.forEach((row) =>
      db.run(`INSERT INTO "${table}" VALUES (NULL, ${row.map(() => "?").join(", ")})`, row),
    );
  }
  for (const sql of more) db.exec(sql);
  db.close();
  return path;
}

const column = (layer: Layer, field: string) =>
  Array.from({ length: featureCount(layer) }, (_, f) => {
    const found = layer.columns.get(field);
    return found === undefined ? "?" : termOf(found, f);
  });

const one = blobOf(wkbOfRings([[square(0)]]));
const plain: TableSpec = {
  name: "flate",
  fields: "kode TEXT",
  rows: [
    [one, "0301"],
    [blobOf(wkbOfRings([[square(20, 20), square(22, 1)]])), "åpent område"],
    [null, null],
  ],
};

describe("a GeoPackage", () => {
  test("is read with its codes as text, and hashed", async () => {
    const path = saved("plain.gpkg", [plain]);
    const source = await openSource(path);
    expect(source).toMatchObject({ name: "flate", format: "GeoPackage", epsg: 25833, epsgFrom: "file" });
    expect(source).toMatchObject({
      featureCount: 3,
      bbox: [0, 0, 1, 1],
      fields: [{ name: "kode", type: "text" }],
    });
    const { layer, findings, sha256 } = await readLayer(source, ["kode"]);
    expect([0, 1, 2].map((f) => featureArea(layer, f))).toEqual([100, 399, 0]);
    expect(column(layer, "kode")).toEqual(["0301", "åpent område", ""]);
    expect(findings.map((finding) => [finding.code, finding.feature])).toEqual([["NULL_GEOMETRI", 2]]);
    expect(sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
  });

  test("may have Norwegian and quoted names", async () => {
    const table = {
      name: "areal's flate",
      geometry: "område",
      fields: '"SELECT" TEXT, "økosystem type" TEXT',
    };
    const source = await openSource(saved("names.gpkg", [{ ...table, rows: [[one, "a", "b"]] }]));
    const fields = ["SELECT", "økosystem type"];
    expect(source.fields.map((field) => field.name)).toEqual(fields);
    const { layer } = await readLayer(source, fields);
    expect(fields.map((field) => column(layer, field))).toEqual([["a"], ["b"]]);
  });

  test.each<[string, string, Row[number], string]>([
    ["text", "TEXT", "Guovdageaidnu ŋ", "Guovdageaidnu ŋ"],
    ["a long integer", "INTEGER", 9_007_199_254_740_993n, "9007199254740993"],
    ["a negative integer", "MEDIUMINT", -17, "-17"],
    ["a double", "DOUBLE", 0.1, "0.1"],
    ["a whole double", "DOUBLE", 5, "5"],
    ["NULL", "TEXT", null, ""],
    ["true", "BOOLEAN", 1, "true"],
    ["false", "BOOLEAN", 0, "false"],
    ["a blob", "BLOB", Uint8Array.of(0, 171), "00ab"],
    ["a time", "DATETIME", "2024-05-01T12:00:00.000Z", "2024-05-01T12:00:00.000Z"],
  ])("%s as text", async (_, type, value, text) => {
    const path = saved("value.gpkg", [{ name: "flate", fields: `v ${type}`, rows: [[one, value]] }]);
    const { layer } = await readLayer(await openSource(path), ["v"]);
    expect(column(layer, "v")).toEqual([text]);
  });

  test.each(
    [0, 1, 2, 3, 4].flatMap((envelope) => [false, true].map((bigEndian) => ({ envelope, bigEndian }))),
  )("has geometries with headers of every kind: %o", async (form) => {
    const path = saved("header.gpkg", [{ ...plain, rows: [[blobOf(wkbOfRings([[square(0)]]), form), ""]] }]);
    expect(featureArea((await readLayer(await openSource(path), [])).layer, 0)).toBe(100);
  });

  test("may have its areas in a view", async () => {
    const path = saved(
      "view.gpkg",
      [plain],
      [
        "CREATE VIEW utvalg AS SELECT fid AS id, geom AS flaten, kode FROM flate WHERE kode = '0301'",
        "INSERT INTO gpkg_contents VALUES ('utvalg', 'features', 'utvalg', NULL, NULL, NULL, NULL, 25833)",
        "INSERT INTO gpkg_geometry_columns VALUES ('utvalg', 'flaten', 'POLYGON', 25833, 0, 0)",
      ],
    );
    const { layer } = await readLayer(await openSource(`${path}#utvalg`), ["id", "kode"]);
    expect([column(layer, "id"), column(layer, "kode")]).toEqual([["1"], ["0301"]]);
  });
});

describe("layers", () => {
  const three = () =>
    saved("layers.gpkg", [
      { ...plain, name: "a" },
      { ...plain, name: "b", type: "CURVEPOLYGON" },
      { ...plain, name: "grense", type: "MULTILINESTRING" },
    ]);

  test("must be told apart where several may hold polygons", async () => {
    await expect(openSource(three())).rejects.toThrow(
      /2 layers with polygons\. Wanted: one of a, b, grense \(no polygons\)/,
    );
    await expect(openSource(`${three()}#c`)).rejects.toThrow(/no layer called c/);
    expect((await openSource(`${three()}#b`)).name).toBe("b");
    expect((await openSource(`${three()}#Lag grense`)).name).toBe("grense");
  });

  test("that are broken do not stand in the way of others", async () => {
    const path = saved(
      "broken-view.gpkg",
      [plain, { ...plain, name: "borte" }],
      [
        "DROP TABLE borte",
        "CREATE VIEW regnet AS SELECT fid, geom, ST_Area(geom) AS m2 FROM flate",
        "INSERT INTO gpkg_geometry_columns VALUES ('regnet', 'geom', 'POLYGON', 25833, 0, 0)",
      ],
    );
    expect((await openSource(`${path}#flate`)).featureCount).toBe(3);
    await expect(openSource(`${path}#regnet`)).rejects.toThrow(
      /SQLite cannot read \(no such function: ST_Area\)/,
    );
    const refused: string[] = [];
    const told = await sourcesOf(path, { onRefused: ({ file }) => refused.push(file) });
    expect(told.map(({ name }) => name)).toEqual(["flate"]);
    expect(refused).toContain(`${path}#regnet`);
  });

  test("one that is refused does not hide the others", async () => {
    const path = saved("refused.gpkg", [plain, { ...plain, name: "uten", srsId: -1 }]);
    await expect(sourcesOf(path)).rejects.toThrow(InputError);
    const refused: string[] = [];
    const told = await sourcesOf(path, {
      onRefused: ({ file, error }) => refused.push(`${file}: ${error.message}`),
    });
    expect(told.map(({ name }) => name)).toEqual(["flate"]);
    expect(refused).toEqual([expect.stringMatching(/refused\.gpkg#uten: .*Wanted: /) as string]);
  });

  test("are listed, also those without polygons", async () => {
    const sources = await sourcesOf(three());
    expect(sources.map((source) => source.name)).toEqual(["a", "b", "grense"]);
  });

  test("with areas are found among others", async () => {
    const path = saved("mixed.gpkg", [{ ...plain, type: "POINT", name: "p" }, plain]);
    expect((await openSource(path)).name).toBe("flate");
  });
});

describe("CRS", () => {
  test.each<[string, number, number | undefined, number]>([
    ["by organisation and code", 25833, undefined, 25833],
    ["with heights", 5973, undefined, 25833],
    ["by the name in its definition", 100001, undefined, 25832],
    ["given by the user", -1, 25832, 25832],
  ])("%s", async (_, srsId, epsg, expected) => {
    const path = saved("crs.gpkg", [
      { ...plain, srsId, rows: [[blobOf(wkbOfRings([[square(0)]]), { srsId: 0 }), ""]] },
    ]);
    const source = await openSource(path, epsg === undefined ? {} : { epsg });
    expect([source.epsg, source.epsgFrom]).toEqual([expected, epsg === undefined ? "file" : "user"]);
    expect((await readLayer(source, [])).featureCount).toBe(1);
  });

  test("nobody knows", async () => {
    await expect(openSource(saved("crs.gpkg", [{ ...plain, srsId: -1 }]))).rejects.toThrow(
      /layer flate: a CRS that says "udefinert \(srs_id -1\)"/,
    );
  });

  test("of a geometry is another than the layer's", async () => {
    const path = saved("crs.gpkg", [{ ...plain, rows: [[blobOf(wkbOfRings([]), { srsId: 25832 }), ""]] }]);
    await expect(readLayer(await openSource(path), [])).rejects.toThrow(
      /feature 0: a geometry with srs_id 25832/,
    );
    await readLayer(await openSource(path, { epsg: 25833 }), []);
  });
});

describe("WAL", () => {
  const inWalMode = (name: string) => {
    const path = saved(name, [plain]);
    const bytes = readFileSync(path);
    bytes[18] = bytes[19] = 2;
    writeFileSync(path, bytes);
    return path;
  };

  test("a file left in WAL mode is read, and left as it is", async () => {
    const path = inWalMode("wal.gpkg");
    const before = readFileSync(path);
    writeFileSync(`${path}-wal`, "");
    chmodSync(path, 0o444);
    expect((await readLayer(await openSource(path), [])).featureCount).toBe(3);
    expect(readFileSync(path)).toEqual(before);
  });

  test("a file with changes in its WAL is refused", async () => {
    const path = inWalMode("open.gpkg");
    writeFileSync(`${path}-wal`, "changes");
    await expect(openSource(path)).rejects.toThrow(
      /changes that wait in open\.gpkg-wal.*Close it in QGIS first/,
    );
  });

  test("a file with a journal to roll back is refused", async () => {
    const path = saved("journal.gpkg", [plain]);
    writeFileSync(`${path}-journal`, Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 1));
    await expect(openSource(path)).rejects.toThrow(/changes that wait in journal\.gpkg-journal/);
    writeFileSync(`${path}-journal`, new Uint8Array(512));
    await openSource(path);
  });
});

test("out of an archive", async () => {
  const bytes = readFileSync(saved("inside.gpkg", [plain]));
  bytes[18] = bytes[19] = 2; // WAL mode as well
  const file: InputFile = {
    path: "arkiv.zip/inside.gpkg",
    name: "inside.gpkg",
    byteLength: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 5000)
        yield await Promise.resolve(bytes.subarray(at, at + 5000));
    },
    sha256: () => Promise.resolve("abc"),
  };
  expect((await readLayer(await openGeoPackage(file), [])).featureCount).toBe(3);
});

describe("leaves nothing behind", () => {
  const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith("arealregnskap-"));

  test("no lock beside the file, nothing in the temporary folder, also when stopped early", async () => {
    const before = temporary();
    mkdirSync(join(folder, "alone"));
    const path = saved("alone/flate.gpkg", [plain]);
    mkdirSync(`${path}.lock`); // left by a crash, or another who reads
    const cuts = (await openSource(path)).cuts({ cutBytes: 1 });
    expect((await cuts.next()).done).toBe(false);
    await cuts.return({ featureCount: 0 });
    expect(readdirSync(join(folder, "alone"))).toEqual(["flate.gpkg", "flate.gpkg.lock"]);
    expect(temporary()).toEqual(before);
  });
});

describe("damage", () => {
  test.each<[string, (bytes: Buffer) => Uint8Array, RegExp]>([
    ["cut short", (bytes) => bytes.subarray(0, 9000), /byte 9000: the end of the file/],
    ["only the first bytes", (bytes) => bytes.subarray(0, 50), /byte 50: the end of the file/],
    ["rubbish behind the header", (bytes) => bytes.fill(0xaa, 100), /cannot read/],
  ])("%s", async (_, change, message) => {
    const path = saved("damaged.gpkg", [plain]);
    writeFileSync(path, change(readFileSync(path)));
    await expect(openSource(path)).rejects.toThrow(message);
  });

  test.each<[string, Row[0], RegExp]>([
    ["text", "POLYGON((0 0))", /layer flate, feature 0: a geometry that is no blob/],
    ["an empty blob", new Uint8Array(0), /feature 0: a geometry that does not begin with GP/],
    ["bare WKB", wkbOfRings([]), /does not begin with GP/],
    ["half a header", one.slice(0, 6), /a broken geometry header/],
    ["an extended type", Uint8Array.from([...one]).fill(0x21, 3, 4), /an extended type/],
    ["cut short", one.slice(0, -3), /feature 0, byte \d+ of its geometry/],
  ])("a geometry that is %s", async (_, blob, message) => {
    const path = saved("blob.gpkg", [{ ...plain, rows: [[blob, ""]] }]);
    await expect(readLayer(await openSource(path), [])).rejects.toThrow(message);
  });

  test("a database of another kind, and a table that is not there", async () => {
    const path = join(folder, "other.sqlite");
    const db = new sqlite.Database(path);
    db.exec("CREATE TABLE t (a)");
    db.close();
    await expect(openSource(path)).rejects.toThrow(/without the tables of a GeoPackage/);
    const missing = saved("missing.gpkg", [plain], ["DROP TABLE flate"]);
    await expect(openSource(missing)).rejects.toThrow(/no table flate with a column geom/);
  });

  test("whatever bytes are changed: features or an InputError", { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 300 }, (_, i): Row => [blobOf(wkbOfRings([[square(i)]])), `kode ${i}`]);
    const good = readFileSync(saved("good.gpkg", [{ ...plain, rows: many }]));
    const path = join(folder, "mutated.gpkg");
    const change = fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        writeFileSync(path, bytes);
        try {
          await readLayer(await openSource(path), ["kode"]);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** GDAL writes a date as a time at midnight, in each format in its own way. */
const withoutMidnight = (text: string) => text.replace(/T00:00:00.*$/, "");

describe.skipIf(!haveOutsideData)("real files", () => {
  const field = "objekttypenavn";

  test("Kristiansand has the sums of the reference, and the values of the FlatGeobuf", async () => {
    const path = join(folder, "kristiansand.gpkg");
    copyFileSync(outside("data/formater/kristiansand_arealdekke_25832.gpkg"), path);
    const source = await openSource(path);
    const fgb = await openSource(outside("data/formater/kristiansand_arealdekke_25832.fgb"));
    const fields = fgb.fields.map((each) => each.name);
    expect(source.fields.map((each) => each.name)).toEqual(fields);
    expect([source.epsg, source.featureCount]).toEqual([25832, 352]);
    const { layer, findings } = await readLayer(source, fields);
    expect(findings).toEqual([]);
    const sums = sumsBy(layer, field);
    const reference = readFileSync(outside("data/fasit/n250_kristiansand_objtype_m2.csv"), "utf8")
      .trim()
      .split("\n");
    expect(sums.size).toBe(reference.length - 1);
    for (const row of reference.slice(1)) {
      const [term, , m2] = row.split(",");
      expect(Math.abs((sums.get(term) ?? NaN) - Number(m2))).toBeLessThan(0.0051); // rounded to 0.01
    }
    const rowsOf = (of: Layer) =>
      Array.from({ length: 352 }, (_, f) =>
        [...fields.map((each) => withoutMidnight(column(of, each)[f])), featureArea(of, f).toFixed(3)].join(),
      ).sort();
    expect(rowsOf(layer)).toEqual(rowsOf((await readLayer(fgb, fields)).layer));
  });
});
