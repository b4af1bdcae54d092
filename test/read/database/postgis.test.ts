import { createServer } from "node:net";
import fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { copyRows } from "../../../src/read/database/copyBinary.js";
import { openGeoJson } from "../../../src/read/geojson/geojson.js";
import { openPostgis, postgisSources } from "../../../src/read/database/postgis.js";
import { postgisRequest, quotedTable } from "../../../src/read/database/postgisUrl.js";
import { readLayer } from "../../../src/read/readLayer.js";
import type { Source } from "../../../src/read/source.js";
import { wkbOfRings } from "../../../src/read/wellKnown/wkb.js";
import { featureArea } from "../areas.js";
import { ewkb } from "../wellKnown/ewkb.js";
import { CLASS, expectKristiansand, partsOf } from "../kristiansand.js";
import { haveOutsideData, outside } from "../outsideData.js";
import { freePort, havePostgres, STAND_IN, startPostgres } from "./postgresServer.js";

/** A binary COPY stream as the manual describes it. */
function copyStream(rows: readonly (readonly (Uint8Array | undefined)[])[], extension = 0): Buffer {
  const int = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const short = (value: number) => {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    return bytes;
  };
  return Buffer.concat([
    Buffer.from("PGCOPY\n\u00ff\r\n\0", "latin1"),
    int(0),
    int(extension),
    Buffer.alloc(extension),
    ...rows.flatMap((row) => [
      short(row.length),
      ...row.flatMap((value) => (value === undefined ? [int(-1)] : [int(value.length), value])),
    ]),
    short(-1),
  ]);
}

async function decoded(bytes: Uint8Array, columns: number, chunkBytes = bytes.length) {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  const rows: (string | undefined)[][] = [];
  for await (const row of copyRows(chunks, columns, "strøm"))
    rows.push(row.map((value) => value && Buffer.from(value).toString("hex")));
  return rows;
}

const value = fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined });
const rowsOfThree = fc.array(fc.tuple(value, value, value), { maxLength: 8 });

test("rows come back whatever the chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      rowsOfThree,
      fc.integer({ min: 1, max: 50 }),
      fc.nat({ max: 9 }),
      async (rows, size, more) => {
        const expected = rows.map((row) => row.map((one) => one && Buffer.from(one).toString("hex")));
        expect(await decoded(copyStream(rows, more), 3, size)).toEqual(expected);
      },
    ),
  );
});

test("a stream that is cut or changed is read or refused, with the byte", async () => {
  const whole = copyStream([
    [Buffer.from("en"), undefined],
    [undefined, Buffer.from("to")],
  ]);
  for (let to = 0; to < whole.length; to++)
    await expect(decoded(whole.subarray(0, to), 2)).rejects.toThrow(
      /byte \d+ of the COPY stream: the end of/,
    );
  await expect(decoded(Buffer.concat([whole, Buffer.of(0)]), 2)).rejects.toThrow(/bytes after the trailer/);
  await expect(decoded(whole, 3)).rejects.toThrow(/a row of 2 values instead of 3/);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }), async (at, to) => {
      const broken = Buffer.from(whole);
      broken[at] = to;
      const outcome = await decoded(broken, 2).catch((error: unknown) => error);
      if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(InputError);
    }),
  );
});

test("addresses: parameters, escapes, and the password never shown", () => {
  const request = postgisRequest(
    "postgis://ola:h%40mmelig@vert:5433/db?table=plan.flate&geometry=omr%C3%A5de&sslmode=disable",
  );
  expect(request).toMatchObject({ password: "h@mmelig", table: "plan.flate", geometry: "område" });
  expect(request.connection).toBe("postgresql://ola:h%40mmelig@vert:5433/db?sslmode=disable");
  expect(request.shown).toMatch(/^postgis:\/\/ola:\*\*\*@vert:5433\/db\?table=plan\.flate/);
  expect(postgisRequest("postgis://vert/db#plan.flate").table).toBe("plan.flate");
  expect(postgisRequest("postgis://vert/db?sql=select%201;").sql).toBe("select 1");
  expect(() => postgisRequest("postgis://vert/db?table=a&sql=b")).toThrow(/both a table and a query/);
  const bad = () => postgisRequest("postgis://ola:100%hemmelig@vert/db?table=a");
  expect(bad).toThrow(InputError);
  expect(bad).not.toThrow(/hemmelig/);
});

test.each([
  ["flate", '"flate"'],
  ["plan.flate", '"plan"."flate"'],
  ['plan."Fla.te""r"', '"plan"."Fla.te""r"'],
  ["flate; drop table x", '"flate; drop table x"'],
])("the table %s is quoted %s", (table, sql) => {
  expect(quotedTable(table)).toBe(sql);
});

test("no server, and one that is no database", async () => {
  const port = await freePort();
  const url = `postgis://ola:hemmelig@127.0.0.1:${port}/db?table=a`;
  await expect(openPostgis(url)).rejects.toThrow(/ola:\*\*\*@127.*ECONNREFUSED.*See that the server runs/);
  const server = createServer((socket) =>
    socket
      .on("error", () => undefined)
      .resume()
      .end("HTTP/1.1 400\r\n\r\n"),
  );
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const opening = openPostgis(url);
  await expect(opening).rejects.toThrow(InputError);
  await expect(opening).rejects.not.toThrow(/hemmelig/);
  await new Promise((resolve) => server.close(resolve));
});

async function rowsOf(source: Source): Promise<Record<string, string | number>[]> {
  const { layer } = await readLayer(source, source.decoder.fields);
  return Array.from({ length: featureCount(layer) }, (_, f) => ({
    ...Object.fromEntries([...layer.columns].map(([name, column]) => [name, termOf(column, f)])),
    areaM2: featureArea(layer, f),
  }));
}

/** The server is a real one; of PostGIS there is only what `STAND_IN` makes. */
describe.skipIf(!havePostgres)("a PostgreSQL server", () => {
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined;
  let url = "";
  beforeAll(async () => {
    server = await startPostgres();
    url = server.url;
    await run(STAND_IN);
    await run(`CREATE SCHEMA plan; CREATE TABLE plan."Flåte" (
      id int PRIMARY KEY, "område" geometry, kommunenummer varchar(8), areal numeric, tid timestamptz, ja boolean)`);
    const hex = (size: number) => `'\\x${square(0, 0, size).toString("hex")}'`;
    await run(`INSERT INTO plan."Flåte" VALUES
      (3, ${hex(3)}, '0301', 12345678901234567890.10, '2024-01-02 03:04:05+00', true),
      (1, ${hex(1)}, NULL, NULL, NULL, false), (2, NULL, 'Čáh''"', 0, NULL, NULL)`);
  });
  afterAll(() => server?.stop());

  const square = (x: number, y: number, size: number, srid = 25833) =>
    ewkb(wkbOfRings([[[x, y, x + size, y, x + size, y + size, x, y + size, x, y]]]), srid);

  async function run(sql: string, values: unknown[] = []): Promise<void> {
    const client = new Client(url.replace("postgis", "postgresql"));
    await client.connect();
    await client.query(sql, values).finally(() => client.end());
  }

  const TABLE = encodeURIComponent("plan.Flåte");
  const expected = [
    { id: "1", kommunenummer: "", areal: "", ja: "false", areaM2: 1 },
    { id: "2", kommunenummer: "Čáh'\"", areal: "0", ja: "", areaM2: 0 },
    { id: "3", kommunenummer: "0301", areal: "12345678901234567890.10", ja: "true", areaM2: 9 },
  ];

  test("a table, in the order of its key, every value as text", async () => {
    const source = await openPostgis(`${url}?table=${TABLE}`);
    expect(source).toMatchObject({ format: "PostGIS", name: "plan.Flåte", epsg: 25833, featureCount: 3 });
    expect(source.path).not.toContain("hemmelig");
    expect(source.fields.map((field) => field.name)).toEqual(["id", "kommunenummer", "areal", "tid", "ja"]);
    expect(await rowsOf(source)).toMatchObject(expected);
    const hashes = [source, await openPostgis(`${url}?table=${TABLE}`)].map((one) => readLayer(one, []));
    expect((await hashes[0]).sha256).toBe((await hashes[1]).sha256);
  });

  test("a query, and the only table there is", async () => {
    const sql = encodeURIComponent(`select * from plan."Flåte" where id <> 2 order by id desc -- slutt`);
    const source = await openPostgis(`${url}?sql=${sql}`);
    expect(source).toMatchObject({ name: "sql", featureCount: -1 });
    expect((await rowsOf(source)).map((row) => row.areaM2)).toEqual([9, 1]);
    expect(await rowsOf(await openPostgis(url))).toMatchObject(expected);
    expect((await postgisSources(url)).map((one) => one.name)).toEqual(["plan.Flåte"]);
  });

  test("SRIDs: one of the database's own for EPSG, one that is not, and two in a table", async () => {
    await run(`CREATE TABLE a AS SELECT $1::geometry AS geom`, [
      `\\x${square(0, 0, 1, 900001).toString("hex")}`,
    ]);
    expect(await openPostgis(`${url}?table=a`)).toMatchObject({ epsg: 25832, epsgFrom: "file" });
    await run(`CREATE TABLE b AS SELECT $1::geometry AS geom`, [
      `\\x${square(0, 0, 1, 900002).toString("hex")}`,
    ]);
    await expect(openPostgis(`${url}?table=b`)).rejects.toThrow(/a CRS that says "NGO:1"/);
    await run(`INSERT INTO a SELECT $1::geometry`, [`\\x${square(0, 0, 1, 25833).toString("hex")}`]);
    await expect(openPostgis(`${url}?table=a`).then(rowsOf)).rejects.toThrow(/SRID 25833 among/);
    await run("DROP TABLE a; DROP TABLE b");
  });

  test.each([
    ["table=borte", /relation "borte" does not exist.*Check the table/],
    ["table=spatial_ref_sys", /none with geometry/],
    [`table=${TABLE}&geometry=geom`, /no layer called geom. Wanted: one of område/],
    ["sql=selec", /syntax error.*Try the query in psql/],
    [
      "sql=select%201)%20as%20q;drop%20schema%20plan%20cascade;select%20*%20from%20(select%201",
      /multiple commands/,
    ],
  ])("%s is refused", async (parameters, message) => {
    const opening = openPostgis(`${url}?${parameters}`);
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(message);
    expect(await openPostgis(`${url}?table=${TABLE}`)).toMatchObject({ featureCount: 3 });
  });

  test("a reading that is given up, and one whose connection is ended by the server", async () => {
    const sql = encodeURIComponent(
      `select q."område", repeat('x', 1000) as t from plan."Flåte" q, generate_series(1, 200000) where id = 1`,
    );
    const source = await openPostgis(`${url}?sql=${sql}`);
    for await (const cut of source.cuts({ cutBytes: 1 << 16 })) {
      expect(cut.featureCount).toBeGreaterThan(0);
      break;
    }
    const cuts = (await openPostgis(`${url}?sql=${sql}`)).cuts({ cutBytes: 1 << 16 });
    await cuts.next();
    await run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'");
    const toEnd = async () => {
      while (!(await cuts.next()).done);
    };
    await expect(toEnd()).rejects.toThrow(InputError);
  });

  test.skipIf(!haveOutsideData)("the Kristiansand layer gives the same sums", async () => {
    const original = await openGeoJson(outside("data/formater/kristiansand_arealdekke_25832.geojson"));
    const { layer } = await readLayer(original, [CLASS]);
    const column = layer.columns.get(CLASS);
    await run(`CREATE TABLE kristiansand (id serial PRIMARY KEY, geom geometry, ${CLASS} text)`);
    const rows = Array.from({ length: featureCount(layer) }, (_, f) => ({
      hex: `\\x${ewkb(wkbOfRings(partsOf(layer, f)), 900001).toString("hex")}`,
      name: column === undefined ? "" : termOf(column, f),
    }));
    await run(
      `INSERT INTO kristiansand (geom, ${CLASS}) SELECT x::geometry, y FROM unnest($1::text[]::cstring[]::text[], $2::text[]) AS t (x, y)`,
      [rows.map((row) => row.hex), rows.map((row) => row.name)],
    );
    const { layer: again } = await readLayer(await openPostgis(`${url}?table=kristiansand`), [CLASS]);
    expect(again.xy).toEqual(layer.xy);
    expectKristiansand(again);
  });
});
