import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeGeoPackage } from "../../src/write/geopackage.js";
import type { OutField } from "../../src/write/layerOut.js";
import { floatAbove, floatBelow } from "../../src/write/rtreeNodes.js";
import { box, type Feature, layerOf } from "./layers.js";
import { openGeoPackage } from "./sqlite.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpkg-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const FIELD: readonly OutField[] = [{ name: "kode", type: "string" }];
const out = { name: "flater", epsg: 25833, fields: FIELD };
type Opened = Awaited<ReturnType<typeof openGeoPackage>>;

/** Squares of mixed size at centimetres; every seventh without geometry. */
const scattered = (count: number): Feature[] =>
  Array.from({ length: count }, (_, i) => ({
    parts:
      i % 7 === 3
        ? []
        : [
            [
              box(
                500_000 + ((i * 7919) % 9973) + 0.01,
                6_600_000 + ((i * 104_729) % 9967) + 0.37,
                1 + (i % 40),
              ),
            ],
          ],
    values: [`k${i}`],
  }));

async function written(all: readonly Feature[], as = out): Promise<Opened> {
  const path = join(folder, "a.gpkg");
  await writeGeoPackage(path, as, [layerOf(all, as.epsg, ["kode"])]);
  return openGeoPackage(path);
}

describe("the R-tree, through a SQLite that has the module", () => {
  test.each([0, 1, 51, 52, 60, 2601, 3050, 8_000])(
    "%i features: sound, and finds what is there",
    async (count) => {
      const all = scattered(count);
      const database = await written(all);
      try {
        expect(database.rows("select rtreecheck('rtree_flater_geom')")).toEqual([["ok"]]);
        expect(database.rows("pragma integrity_check")).toEqual([["ok"]]);
        for (const [minX, minY, maxX, maxY] of [
          [500_100, 6_600_200, 501_300, 6_601_000],
          [500_000.01, 6_600_000.37, 500_000.01, 6_600_000.37],
          [0, 0, 1e7, 1e7],
          [0, 0, 1, 1],
        ]) {
          const found = database
            .rows(
              "select id from rtree_flater_geom where maxx >= ? and minx <= ? and maxy >= ? and miny <= ? order by id",
              [floatBelow(minX), floatAbove(maxX), floatBelow(minY), floatAbove(maxY)],
            )
            .map(([id]) => id as number);
          const meets = all.flatMap(({ parts }, i) => {
            if (parts.length === 0) return [];
            const [x, y, farX, , , farY] = parts[0][0];
            return farX >= minX && x <= maxX && farY >= minY && y <= maxY ? [i + 1] : [];
          });
          // Boxes in the tree are a float's breadth larger, so a near miss may be found too; nothing may be missed.
          expect(found).toEqual(expect.arrayContaining(meets));
          expect(found.length - meets.length).toBeLessThanOrEqual(count / 100 + 3);
        }
      } finally {
        database.close();
      }
    },
  );

  test("stays sound when another program adds, moves, empties and deletes features", async () => {
    const database = await written(scattered(300));
    try {
      database.addSpatialFunctions();
      database.rows("insert into flater (geom, kode) select geom, 'ny' from flater where fid = 1");
      database.rows("update flater set geom = (select geom from flater where fid = 2) where fid = 5");
      database.rows("update flater set geom = null where fid = 6");
      database.rows("update flater set geom = (select geom from flater where fid = 1) where fid = 4");
      database.rows("update flater set fid = 1000 where fid = 7");
      database.rows("delete from flater where fid between 10 and 200");
      const ids = (sql: string) => database.rows(sql).map(([id]) => id);
      expect(ids("select id from rtree_flater_geom order by id")).toEqual(
        ids("select fid from flater where geom is not null order by fid"),
      );
      expect(database.rows("select rtreecheck('rtree_flater_geom')")).toEqual([["ok"]]);
      const [four, one] = [4, 1].map((id) =>
        database.rows(`select minx, maxy from rtree_flater_geom where id = ${id}`),
      );
      expect(four).toEqual(one);
    } finally {
      database.close();
    }
  });
});

test("floats are rounded outwards, by one step at most", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), (value) => {
      expect(floatBelow(value)).toBeLessThanOrEqual(value);
      expect(floatAbove(value)).toBeGreaterThanOrEqual(value);
      expect([floatBelow(value), floatAbove(value)]).toContain(Math.fround(value));
      expect(Math.fround(floatBelow(value))).toBe(floatBelow(value));
    }),
  );
});

test("the tables of the standard say what the layer is", async () => {
  const database = await written([{ parts: [[box(500_000, 6_600_000, 10)]], values: ["0301"] }]);
  try {
    expect(database.rows("pragma application_id")).toEqual([[0x47504b47]]);
    expect(database.rows("pragma user_version")).toEqual([[10400]]);
    expect(database.rows("pragma foreign_key_check")).toEqual([]);
    expect(database.rows("select * from gpkg_contents")).toEqual([
      [
        "flater",
        "features",
        "flater",
        "",
        "1970-01-01T00:00:00.000Z",
        500_000,
        6_600_000,
        500_010,
        6_600_010,
        25833,
      ],
    ]);
    expect(database.rows("select * from gpkg_geometry_columns")).toEqual([
      ["flater", "geom", "MULTIPOLYGON", 25833, 0, 0],
    ]);
    expect(database.rows("select srs_id from gpkg_spatial_ref_sys order by 1")).toEqual([
      [-1],
      [0],
      [4326],
      [25833],
    ]);
    expect(database.rows("select extension_name, scope from gpkg_extensions")).toEqual([
      ["gpkg_rtree_index", "write-only"],
    ]);
    const [[blob, type]] = database.rows("select geom, typeof(kode) from flater") as [[Uint8Array, string]];
    const view = new DataView(blob.buffer, blob.byteOffset);
    expect([...blob.subarray(0, 4)]).toEqual([0x47, 0x50, 0, 3]);
    expect(view.getInt32(4, true)).toBe(25833);
    expect([0, 1, 2, 3].map((i) => view.getFloat64(8 + 8 * i, true))).toEqual([
      500_000, 500_010, 6_600_000, 6_600_010,
    ]);
    expect(type).toBe("text");
  } finally {
    database.close();
  }
});

test("names: quotes, words of SQL, fid and geom of the user's own, reserved beginnings", async () => {
  const names = ["fid", "GEOM", 'a"b', "select", "område", "identifikasjon.lokalId"];
  const fields = names.map((name): OutField => ({ name, type: "string" }));
  const path = join(folder, "navn.gpkg");
  const layer = layerOf([{ parts: [[box(0, 0, 1)]], values: names }], 25833, names);
  await writeGeoPackage(path, { name: 'rtree_"x"; drop', epsg: 25833, fields }, [layer]);
  const database = await openGeoPackage(path);
  try {
    const table = `"lag_rtree_""x""; drop"`;
    expect(database.rows(`select name from pragma_table_info('lag_rtree_"x"; drop')`).flat()).toEqual([
      "fid_1",
      "geom_1",
      ...names,
    ]);
    expect(database.rows(`select * from ${table}`)[0].slice(2)).toEqual(names);
    expect(database.rows(`select rtreecheck('rtree_lag_rtree_"x"; drop_geom_1')`)).toEqual([["ok"]]);
  } finally {
    database.close();
  }
});

test("two fields that differ in case only are refused before anything is written", () => {
  const fields: readonly OutField[] = ["kode", "Kode"].map((name) => ({ name, type: "string" }));
  expect(() => writeGeoPackage(join(folder, "to.gpkg"), { ...out, fields }, [])).toThrow(
    /kode and Kode.*--felt/s,
  );
});

test("a text that would be cut at U+0000 is refused", async () => {
  await expect(written([{ parts: [], values: ["a\0b"] }])).rejects.toThrow(
    "feature 0: kode holds the character U+0000",
  );
});

test("whole numbers of 64 bits arrive whole", async () => {
  const fields: readonly OutField[] = [{ name: "kode", type: "int" }];
  const numbers = ["9223372036854775807", "-12", "9007199254740993"];
  const database = await written(
    numbers.map((kode) => ({ parts: [], values: [kode] })),
    { ...out, fields },
  );
  try {
    expect(
      database.rows("select cast(kode as text), typeof(kode) from flater").map(([text]) => text),
    ).toEqual(numbers);
  } finally {
    database.close();
  }
});

test("the same layer is the same bytes", async () => {
  const paths = ["en.gpkg", "to.gpkg"].map((name) => join(folder, name));
  for (const path of paths) await writeGeoPackage(path, out, [layerOf(scattered(200), 25833, ["kode"])]);
  expect(readFileSync(paths[1]).equals(readFileSync(paths[0]))).toBe(true);
});
