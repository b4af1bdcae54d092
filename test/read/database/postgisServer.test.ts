import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { openGeoJson } from "../../../src/read/geojson/geojson.js";
import { openPostgis, postgisSources } from "../../../src/read/database/postgis.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { wkbOfRings } from "../../../src/read/wellKnown/wkb.js";
import { featureArea } from "../areas.js";
import { CLASS, expectKristiansand, partsOf } from "../kristiansand.js";
import { haveOutsideData, outside } from "../outsideData.js";

/** A database with the real extension, in which the user may make a schema: postgis://user@host:5432/database. */
const url = process.env["AREALREGNSKAP_POSTGIS"];
if (url === undefined)
  console.info("AREALREGNSKAP_POSTGIS is not set: tests against PostGIS are passed over");

const schema = `arealregnskap_${process.pid}`;
const square = (x: number, y: number, z = "") =>
  [[x, y], [x + 100, y], [x + 100, y + 100], [x, y + 100], [x, y]].map((at) => at.join(" ") + z).join(","); // prettier-ignore
const circle = "CIRCULARSTRING(440000 6440000,440100 6440000,440000 6440000)";
const CIRCLE_M2 = Math.PI * 50 ** 2;

describe.skipIf(url === undefined)("PostGIS", () => {
  let client: Client;
  beforeAll(async () => {
    client = new Client((url ?? "").replace(/^postgis/, "postgresql"));
    await client.connect();
    await client.query(`CREATE SCHEMA ${schema}; SET search_path TO ${schema}, public`);
  });
  afterAll(async () => {
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
  });

  const addressOf = (table: string, more = "") => `${url}?table=${schema}.${table}${more}`;
  const made = async (table: string, type: string, ...texts: (string | null)[]): Promise<string> => {
    await client.query(`CREATE TABLE ${table} (id serial PRIMARY KEY, g ${type})`);
    for (const text of texts)
      await client.query(`INSERT INTO ${table} (g) VALUES ($1::text::${type})`, [text]);
    return addressOf(table);
  };
  const areasOf = async (address: string) => {
    const { layer, findings } = await readLayer(await openPostgis(address), []);
    const areas = Array.from({ length: featureCount(layer) }, (_, f) => featureArea(layer, f));
    return { areas, codes: findings.map(({ code }) => code) };
  };

  test.each<[string, string, number, number[], string[], (string | null)[]]>([
    ["z", "geometry(PolygonZ, 25833)", 25833, [1e4], [], [`SRID=25833;POLYGON Z((${square(260000, 6650000, " 7")}))`]],
    ["m", "geometry(PolygonM, 25832)", 25832, [1e4], [], [`SRID=25832;POLYGON M((${square(440000, 6440000, " 7")}))`]],
    ["zm", "geometry(PolygonZM, 5972)", 25832, [1e4], [], [`SRID=5972;POLYGON ZM((${square(440000, 6440000, " 7 8")}))`]],
    ["sirkel", "geometry(CurvePolygon, 25832)", 25832, [CIRCLE_M2], [], [`SRID=25832;CURVEPOLYGON(${circle})`]],
    ["flater", "geometry(MultiSurface, 25832)", 25832, [CIRCLE_M2 + 1e4], [], [`SRID=25832;MULTISURFACE(CURVEPOLYGON(${circle}),((${square(441000, 6440000)})))`]],
    ["tin", "geometry(TIN, 25832)", 25832, [50], [], ["SRID=25832;TIN(((440000 6440000,440010 6440000,440000 6440010,440000 6440000)))"]],
    ["trekant", "geometry(Triangle, 25832)", 25832, [50], [], ["SRID=25832;TRIANGLE((440000 6440000,440010 6440000,440000 6440010,440000 6440000))"]],
    ["blandet", "geometry", 25833, [1e4, 0, 0, 0, 1e4], ["NULL_GEOMETRI", "ANNEN_GEOMETRI", "NULL_GEOMETRI", "ANNEN_GEOMETRI"], [`SRID=25833;POLYGON((${square(260000, 6650000)}))`, null, "SRID=25833;POINT(260000 6650000)", "SRID=25833;POLYGON EMPTY", `SRID=25833;GEOMETRYCOLLECTION(POINT(1 1),POLYGON((${square(260000, 6650000)})))`]],
    ["tom", "geometry(Polygon, 25833)", 25833, [], [], []],
    ["bare_null", "geometry(MultiPolygon, 25833)", 25833, [0], ["NULL_GEOMETRI"], [null]],
  ])("%s: %s", async (table, type, epsg, areas, codes, texts) => {
    const address = await made(table, type, ...texts);
    expect(await openPostgis(address)).toMatchObject({ epsg, featureCount: areas.length });
    const read = await areasOf(address);
    expect(read.codes).toEqual(codes);
    read.areas.forEach((areaM2, f) => expect(Math.abs(areaM2 - areas[f]), `${f}`).toBeLessThan(0.3)); // 1 mm along the circle
  }); // prettier-ignore

  test("geography is longitude and latitude, with its type and without", async () => {
    const text = "POLYGON((10 60,10.01 60,10.01 60.01,10 60.01,10 60))";
    const typed = await made("geo", "geography(Polygon, 4258)", `SRID=4258;${text}`);
    expect(await openPostgis(typed)).toMatchObject({ epsg: 4258 });
    expect(await openPostgis(await made("geo0", "geography", text))).toMatchObject({ epsg: 4326 });
  });

  test("of two geometry columns the one of polygons, or the one that is named", async () => {
    await made("par", "geometry(Polygon, 25833)", `SRID=25833;POLYGON((${square(260000, 6650000)}))`);
    await client.query("ALTER TABLE par ADD p geometry(Point, 25833), ADD q geometry(Polygon, 25833)");
    await expect(openPostgis(addressOf("par"))).rejects.toThrow(
      /one of g, p \(no polygons\), q\. Name the column in the address, as in geometry=g/,
    );
    expect((await areasOf(addressOf("par", "&geometry=g"))).areas).toEqual([1e4]);
    await client.query("ALTER TABLE par DROP q");
    expect((await areasOf(addressOf("par"))).areas).toEqual([1e4]);
  });

  test("a table without a CRS is refused, and the others are told of", async () => {
    await made("uten", "geometry", `POLYGON((${square(260000, 6650000)}))`);
    await made("med", "geometry(Polygon, 25833)", `SRID=25833;POLYGON((${square(260000, 6650000)}))`);
    const refused: string[] = [];
    const sources = await postgisSources(url ?? "", {
      onRefused: ({ file, error }) => refused.push(`${file}: ${error.message}`),
    });
    expect(sources.map(({ name }) => name)).toContain(`${schema}.med`);
    expect(refused.filter((one) => one.includes(`#${schema}.uten: `))).toEqual([
      expect.stringContaining("does not say its CRS") as string,
    ]);
    await expect(postgisSources(url ?? "")).rejects.toThrow(InputError);
  });

  test.skipIf(!haveOutsideData)("the Kristiansand layer: table, query and view give the sums", async () => {
    const original = await openGeoJson(outside("data/formater/kristiansand_arealdekke_25832.geojson"));
    const { layer } = await readLayer(original, [CLASS]);
    const { codes, terms } = layer.columns.get(CLASS) ?? { codes: [], terms: [] };
    await client.query(
      `CREATE TABLE krs (id serial PRIMARY KEY, geom geometry(MultiPolygon, 25832), ${CLASS} text)`,
    );
    await client.query(
      `INSERT INTO krs (geom, ${CLASS}) SELECT ST_GeomFromWKB(x, 25832), y FROM unnest($1::bytea[], $2::text[]) AS t (x, y)`,
      [
        Array.from({ length: featureCount(layer) }, (_, f) => Buffer.from(wkbOfRings(partsOf(layer, f)))),
        Array.from(codes, (code) => terms[code]),
      ],
    );
    await client.query("CREATE VIEW visning AS SELECT * FROM krs");
    for (const address of [
      addressOf("krs"),
      addressOf("visning"),
      `${url}?sql=${encodeURIComponent(`select * from ${schema}.krs where id > 0`)}`,
    ]) {
      const { layer: again } = await readLayer(await openPostgis(address), [CLASS]);
      expectKristiansand(again);
    }
  });
});
