import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { unescaped } from "../../../src/read/database/copyText.js";
import { openGeoJson } from "../../../src/read/geojson/geojson.js";
import { fileOnDisk } from "../../../src/read/inputFile.js";
import { openSource, sourcesOf } from "../../../src/read/open.js";
import { PG_DUMP } from "../../../src/read/database/pgDump.js";
import { readLayer } from "../../../src/read/readLayer.js";
import type { Source } from "../../../src/read/source.js";
import { wkbOfRings } from "../../../src/read/wellKnown/wkb.js";
import { featureArea } from "../areas.js";
import { ewkb } from "../wellKnown/ewkb.js";
import { CLASS, expectKristiansand, partsOf } from "../kristiansand.js";
import { haveOutsideData, outside } from "../outsideData.js";
import { havePostgres, startPostgres } from "./postgresServer.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pg-dump-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HEAD = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n";
const TAIL = "--\n-- PostgreSQL database dump complete\n--\n\n";

const hexEwkb = (wkb: Uint8Array, srid: number) => ewkb(wkb, srid).toString("hex").toUpperCase();

const square = (x: number, y: number, size: number, srid = 25833) =>
  hexEwkb(wkbOfRings([[[x, y, x + size, y, x + size, y + size, x, y + size, x, y]]]), srid);

const FLATER = `CREATE TABLE public.flater (
    gid integer DEFAULT nextval('public.gid_seq'::regclass) NOT NULL,
    "område" public.geometry(MultiPolygon,25833),
    kommunenummer character varying(4),
    navn text
);

`;
const COPY_FLATER = 'COPY public.flater (gid, "område", kommunenummer, navn) FROM stdin;\n';
const ROWS = [
  `1\t${square(0, 0, 10)}\t0301\tOslo`,
  `2\t\\N\t5601\tČáhcesuolu\\tmed\\\\tab`,
  `3\t${square(20, 0, 5)}\t\\N\t`,
];
const BLOCK = `${COPY_FLATER}${ROWS.join("\n")}\n\\.\n\n\n`;
const POINT = hexEwkb(Buffer.concat([Buffer.from([1, 1, 0, 0, 0]), Buffer.alloc(16)]), 25833);
const STEDER = `COPY plan.steder (id, geom) FROM stdin;\n7\t${POINT}\n\\.\n\n`;

function written(text: string | Uint8Array, name = "dump.sql"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function rowsOf(source: Source): Promise<Record<string, string | number>[]> {
  const { layer } = await readLayer(source, source.decoder.fields);
  return Array.from({ length: featureCount(layer) }, (_, f) => ({
    ...Object.fromEntries([...layer.columns].map(([name, column]) => [name, termOf(column, f)])),
    areaM2: featureArea(layer, f),
  }));
}

test("a table is a layer; NULL, escapes, zeros and letters come through", async () => {
  const path = written(HEAD + FLATER + BLOCK + STEDER + TAIL);
  const source = await openSource(path);
  expect(source).toMatchObject({ format: "PostGIS", name: "flater", epsg: 25833, featureCount: 3 });
  expect(source.fields).toEqual([
    { name: "gid", type: "integer" },
    { name: "kommunenummer", type: "character varying(4)" },
    { name: "navn", type: "text" },
  ]);
  expect(await rowsOf(source)).toEqual([
    { gid: "1", kommunenummer: "0301", navn: "Oslo", areaM2: 100 },
    { gid: "2", kommunenummer: "5601", navn: "Čáhcesuolu\tmed\\tab", areaM2: 0 },
    { gid: "3", kommunenummer: "", navn: "", areaM2: 25 },
  ]);
});

test("layers, also without polygons; the wrong name is told the right ones", async () => {
  const path = written(HEAD + FLATER + BLOCK + STEDER + TAIL);
  expect((await sourcesOf(path)).map((one) => one.name)).toEqual(["flater", "plan.steder"]);
  await expect(openSource(`${path}#veier`)).rejects.toThrow(
    /no layer called veier. Wanted: one of flater, plan.steder \(no polygons\)/,
  );
});

test("data alone: the geometry column and the CRS are known from the first values", async () => {
  const source = await openSource(written(HEAD + BLOCK + TAIL));
  expect(source).toMatchObject({ epsg: 25833, featureCount: 3 });
  expect(source.fields.map((field) => field.type)).toEqual(["text", "text", "text"]);
});

test("a head that is damaged hides no table", async () => {
  for (const damaged of [STEDER.replace("COPY", "COPX"), STEDER.replace("stdin;", "stdin")])
    await expect(openSource(written(HEAD + FLATER + BLOCK + damaged + TAIL))).rejects.toThrow(
      /byte \d+: the end of a table's rows \("\\\."\) without their beginning/,
    );
  const path = written(HEAD + FLATER.replace("geometry(", "gemetry(") + BLOCK + TAIL);
  expect(await openSource(path)).toMatchObject({ name: "flater", epsg: 25833, featureCount: 3 });
});

test("without an SRID the user has to say the CRS", async () => {
  const bare = Buffer.from(wkbOfRings([[[0, 0, 1, 0, 1, 1, 0, 0]]])).toString("hex");
  const plain = written(`${HEAD}COPY a.b (geom) FROM stdin;\n${bare}\n\\.\n${TAIL}`);
  await expect(openSource(plain)).rejects.toThrow(/a\.b: a layer that does not say its CRS/);
  expect(await openSource(plain, { epsg: 25832 })).toMatchObject({ epsg: 25832, epsgFrom: "user" });
});

test("a table of two geometry columns is two layers", async () => {
  const text = `COPY plan.omrade (id, geom, midt) FROM stdin;\n1\t${square(0, 0, 2)}\t${POINT}\n\\.\n`;
  const path = written(HEAD + text + TAIL);
  expect((await sourcesOf(path)).map((one) => one.name)).toEqual(["plan.omrade.geom", "plan.omrade.midt"]);
  const source = await openSource(path);
  expect(await rowsOf(source)).toEqual([{ id: "1", areaM2: 4 }]);
});

test("a dump in ISO 8859-1, and one in an encoding we do not know", async () => {
  const latin1 = (HEAD + BLOCK.replace("Čáhcesuolu", "Blåmyra") + TAIL).replace("UTF8", "LATIN1");
  const names = await rowsOf(await openSource(written(Buffer.from(latin1, "latin1"))));
  expect(names[1].navn).toBe("Blåmyra\tmed\\tab");
  await expect(openSource(written(latin1.replace("LATIN1", "EUC_JP"))).then(rowsOf)).rejects.toThrow(
    /EUC_JP/,
  );
});

test.each<[string, string, RegExp]>([
  ["cut in the middle of a row", HEAD + BLOCK.slice(0, -40), /the middle of the dump/],
  ["cut after a table", HEAD + BLOCK, /Wanted: the line "-- PostgreSQL database dump complete"/],
  ["the custom format", "PGDMP\u0001\u000e", /custom format.*pg_restore/],
  [
    "a field too many",
    HEAD + BLOCK.replace("\tOslo", "\tOslo\tNorge") + TAIL,
    /feature 0, byte \d+: a row with other/,
  ],
  [
    "a geometry cut short",
    HEAD + BLOCK.replace(square(20, 0, 5), "0106A") + TAIL,
    /feature 2.*not hexadecimal/,
  ],
  ["two CRSs", HEAD + BLOCK.replace(square(20, 0, 5), square(20, 0, 5, 25832)) + TAIL, /SRID 25832 among/],
])("%s is refused", async (_name, text, message) => {
  const reading = openSource(written(text)).then(rowsOf);
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(message);
});

test("any chunking gives the same rows", async () => {
  const bytes = Buffer.from(HEAD + FLATER + BLOCK + STEDER + TAIL);
  const file = await fileOnDisk(written(bytes));
  const whole = await rowsOf(await PG_DUMP.open(file, {}));
  for (const length of [1, 2, 7, 100]) {
    function* pieces() {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
    }
    // eslint-disable-next-line @typescript-eslint/require-await
    const chunks = async function* () {
      yield* pieces();
    };
    expect(await rowsOf(await PG_DUMP.open({ ...file, chunks }, {}))).toEqual(whole);
  }
});

/** As PostgreSQL writes it: CopyAttributeOutText in copyto.c. */
const escape = (text: string) =>
  text.replace(/[\\\b\f\n\r\t\v]/g, (one) => `\\${"btnvfr"["\b\t\n\v\f\r".indexOf(one)] ?? "\\"}`);

test("escapes come back as they were", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const field = Buffer.from(escape(text));
      expect(unescaped(field).toString("utf8")).toBe(Buffer.from(text).toString("utf8"));
    }),
  );
  expect(unescaped(Buffer.from("\\101\\x42\\q\\")).toString()).toBe("ABq\\");
});

test("a dump with any bytes changed or cut off is read or refused", async () => {
  const bytes = Buffer.from(HEAD + FLATER + BLOCK + TAIL);
  const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), to: fc.integer({ min: 0, max: 255 }) });
  const file = await fileOnDisk(written(bytes));
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.option(fc.nat({ max: bytes.length }), { freq: 4 }),
      async (changes, to) => {
        const broken = Buffer.from(bytes.subarray(0, to ?? bytes.length));
        for (const { at, to: value } of changes) if (at < broken.length) broken[at] = value;
        // eslint-disable-next-line @typescript-eslint/require-await
        const chunks = async function* () {
          yield broken;
        };
        const reading = PG_DUMP.open({ ...file, chunks }, {}).then(rowsOf);
        const outcome = await reading.catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(InputError);
      },
    ),
    { numRuns: 500 },
  );
});

test.skipIf(!havePostgres)("what pg_dump itself writes", async () => {
  const server = await startPostgres();
  try {
    const url = server.url.replace("postgis", "postgresql");
    const client = new Client(url);
    await client.connect();
    // PostGIS is not here: its text form of a geometry is, in a domain of the same name.
    await client.query(`CREATE DOMAIN geometry AS text; CREATE SCHEMA "Plan å";
      CREATE TABLE "Plan å"."Fl""ate, b" (gid serial PRIMARY KEY, "område, 1" geometry, navn text DEFAULT 'x')`);
    const strange = 'tab\tlinje\n\\N skråstrek\\ "æøå" Čáh';
    await client.query(
      `INSERT INTO "Plan å"."Fl""ate, b" ("område, 1", navn) VALUES ($1, $2), (NULL, NULL), ($1, '')`,
      [square(0, 0, 3), strange],
    );
    await client.end();
    const path = join(folder, "ekte.sql");
    const { status, stderr } = spawnSync("pg_dump", [`--dbname=${url}`, `--file=${path}`]);
    expect([status, stderr.toString()]).toEqual([0, ""]);
    const source = await openSource(path);
    expect(source).toMatchObject({ name: 'Plan å.Fl"ate, b', epsg: 25833, featureCount: 3 });
    expect(await rowsOf(source)).toEqual([
      { gid: "1", navn: strange, areaM2: 9 },
      { gid: "2", navn: "", areaM2: 0 },
      { gid: "3", navn: "", areaM2: 9 },
    ]);
    const custom = join(folder, "ekte.dump");
    spawnSync("pg_dump", [`--dbname=${url}`, "--format=custom", `--file=${custom}`]);
    await expect(openSource(custom)).rejects.toThrow(/pg_restore/);
  } finally {
    await server.stop();
  }
});

describe.skipIf(!haveOutsideData)("the Kristiansand layer", () => {
  test("as a dump gives the same sums", async () => {
    const original = await openGeoJson(outside("data/formater/kristiansand_arealdekke_25832.geojson"));
    const { layer } = await readLayer(original, [CLASS]);
    const column = layer.columns.get(CLASS);
    const rows = Array.from({ length: featureCount(layer) }, (_, f) => {
      const name = column === undefined ? "" : termOf(column, f);
      return `${hexEwkb(wkbOfRings(partsOf(layer, f)), 25832)}\t${name}\n`;
    });
    const path = written(`${HEAD}COPY n250.areal (geom, ${CLASS}) FROM stdin;\n${rows.join("")}\\.\n${TAIL}`);
    const { layer: again } = await readLayer(await openSource(path), [CLASS]);
    expect(again.xy).toEqual(layer.xy);
    expectKristiansand(again);
  });
});
