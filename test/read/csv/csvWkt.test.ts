import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { openSource } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { openCsv } from "../../../src/read/csv/csvWkt.js";
import type { InputFile } from "../../../src/read/inputFile.js";
import { WktReader } from "../../../src/read/wellKnown/wkt.js";
import { featureArea } from "../areas.js";
import { haveOutsideData, outside } from "../outsideData.js";
import { wkbOf, type Shape } from "../wellKnown/wkb.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "csv-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function saved(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const column = (layer: Layer, field: string) =>
  Array.from({ length: featureCount(layer) }, (_, f) => {
    const found = layer.columns.get(field);
    return found === undefined ? "?" : termOf(found, f);
  });

const utm33 = { epsg: 25833 };
const read = async (path: string, fields: string[] = [], options: { epsg?: number } = utm33) =>
  readLayer(await openSource(path, options), fields);

const ten = "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))";
const two =
  "MULTIPOLYGON (((20 0, 40 0, 40 20, 20 20, 20 0), (22 2, 23 2, 23 3, 22 3, 22 2)), ((50 0, 51 0, 51 1, 50 1, 50 0)))";

describe("the same two features in every dialect", () => {
  const q = (text: string) => `"${text}"`;
  test.each<[string, string]>([
    ["semicolons, as Norwegian Excel", `kode;navn;wkt\n0301;a "b";${ten}\n4204;;${two}\n`],
    ["commas and quotes, as GDAL", `WKT,kode,navn\n${q(ten)},0301,"a ""b"""\n${q(two)},4204,\n`],
    ["commas without quotes around geometries", `WKT,kode,navn\n${ten},0301,"a ""b"""\n${two},4204,""\n`],
    ["tabs", `kode\tnavn\tthe_geom\n0301\ta "b"\t${ten}\n4204\t\t${two}`],
    [
      "CRLF, a byte order mark, blank lines",
      `\ufeffkode;navn;geom\r\n\r\n"0301";"a ""b""";"${ten}"\r\n4204;;${two}\r\n\r\n`,
    ],
    ["old Mac line ends", `kode;navn;geom\r0301;a "b";${ten}\r4204;;${two}\r`],
    ["a line for Excel", `sep=;\r\nkode;navn;geom\r\n0301;a "b";${ten}\r\n4204;;${two}`],
    ["a name of its own for the geometry", `kode;navn;hvor\n0301;a "b";${ten}\n4204;;${two}`],
    ["delimiters at the end of lines", `kode;navn;wkt\n0301;a "b";${ten};;\n4204;;${two};\n`],
    ["another geometry before", `punkt;kode;navn;wkt\nPOINT(1 2);0301;a "b";${ten}\nPOINT(1 2);4204;;${two}`],
    ["SRID", `kode;navn;wkt\n0301;a "b";"SRID=25833;${ten}"\n4204;;"SRID=25833;${two}"`],
    ["blanks around quotes' ends", `kode;navn;wkt\n"0301" ;"a ""b""" ;"${ten}" \n4204;"";${two}`],
  ])("%s", async (name, text) => {
    const path = saved(`${name}.csv`, text);
    for (const cutBytes of [1 << 20, 1]) {
      const source = await openSource(path, utm33);
      expect(source).toMatchObject({ name, format: "CSV", epsg: 25833, epsgFrom: "user" });
      const { layer, findings, sha256 } = await readLayer(
        { ...source, cuts: (o) => source.cuts({ ...o, cutBytes }) },
        ["kode", "navn"],
      );
      expect([column(layer, "kode"), column(layer, "navn")]).toEqual([
        ["0301", "4204"],
        ['a "b"', ""],
      ]);
      expect([0, 1].map((f) => featureArea(layer, f))).toEqual([100, 400]);
      expect(findings).toEqual([]);
      expect(sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
    }
  });

  test("one geometry a line and nothing else", async () => {
    const source = await openSource(saved("plain.wkt.txt", `${ten}\n${two}\n`), utm33);
    expect(source).toMatchObject({ name: "plain.wkt", fields: [] });
    expect((await readLayer(source, [])).featureCount).toBe(2);
  });

  test("without names of fields", async () => {
    const { layer } = await read(saved("nameless.txt", `${ten};0301\n${two};4204\n`), ["column2"]);
    expect(column(layer, "column2")).toEqual(["0301", "4204"]);
  });

  test("two fields of one name, and one without", async () => {
    const source = await openSource(saved("twins.csv", `a;a;;wkt\n1;2;3;${ten}`), utm33);
    expect(source.fields.map((field) => field.name)).toEqual(["a", "a_2", "column3"]);
  });

  test("the letters of windows-1252 and of UTF-8", async () => {
    const text = `navn;wkt\nblåbær;${ten}`;
    for (const encoding of ["utf8", "latin1"] as const) {
      const { layer } = await read(saved(`${encoding}.csv`, Buffer.from(text, encoding)), ["navn"]);
      expect(column(layer, "navn")).toEqual(["blåbær"]);
    }
  });

  test("geometries in hexadecimal digits", async () => {
    const square: Shape = { type: 3, rings: [[[0, 0], [10, 0], [10, 10], [0, 0]]] }; // prettier-ignore
    const hex = Buffer.from(wkbOf(square, { extended: true, srid: 25832 }))
      .toString("hex")
      .toUpperCase();
    const path = saved("hex.csv", `id,geom\n1,${hex}\n2,\n`);
    const source = await openSource(path);
    expect([source.epsg, source.epsgFrom]).toEqual([25832, "file"]);
    const { layer, findings } = await readLayer(source, ["id"]);
    expect(featureArea(layer, 0)).toBe(50);
    expect(findings.map((finding) => [finding.code, finding.feature])).toEqual([["NULL_GEOMETRI", 1]]);
  });
});

test("any chunks give the same rows", async () => {
  const text = `kode;navn;wkt\r\n0301;"a ""b""\r\nc";${ten}\r\n\r\n4204;æ;"${two}"\r\n`;
  const bytes = Buffer.from(text);
  const fileOf = (size: number): InputFile => ({
    path: "chunks.csv",
    name: "chunks.csv",
    byteLength: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += size)
        yield await Promise.resolve(bytes.subarray(at, at + size));
    },
    sha256: () => Promise.resolve("abc"),
  });
  for (const size of [1, 2, 3, 7, 64, 1000]) {
    const { layer } = await readLayer(await openCsv(fileOf(size), utm33), ["kode", "navn"]);
    expect([column(layer, "kode"), column(layer, "navn")]).toEqual([
      ["0301", "4204"],
      ['a "b"\r\nc', "æ"],
    ]);
    expect([0, 1].map((f) => featureArea(layer, f))).toEqual([100, 400]);
  }
});

describe("CRS", () => {
  test("by SRID, by the user, and not at all", async () => {
    const path = saved("srid.csv", `id;wkt\n1;\n2;"SRID=25832;${ten}"`);
    expect(await openSource(path)).toMatchObject({ epsg: 25832, epsgFrom: "file" });
    expect(await openSource(path, utm33)).toMatchObject({ epsg: 25833, epsgFrom: "user" });
    await expect(openSource(saved("none.csv", `id;wkt\n1;${ten}`))).rejects.toThrow(
      /none\.csv: a layer that does not say its CRS.*State it with epsg/,
    );
  });

  test("two in one file", async () => {
    const path = saved("two.csv", `id;wkt\n1;"SRID=25832;${ten}"\n2;"SRID=25833;${ten}"`);
    await expect(read(path)).rejects.toThrow(/feature 1, line 3: SRID 25833 behind SRID 25832/);
  });
});

const wktReader = () =>
  new WktReader((came, wanted, at) => {
    throw new Error(`${at}: ${came}, not ${wanted}`);
  });
const wkbOfText = (text: string) => wktReader().read(Buffer.from(text));

describe("well-known text", () => {
  const square = [[0, 0], [10, 0], [10, 10], [0, 0]]; // prettier-ignore
  const ring = "(0 0, 10 0, 10 10, 0 0)";
  const line = (type: 2 | 8, ...points: number[][]): Shape => ({ type, points });
  test.each<[string, Shape]>([
    [`POLYGON(${ring},${ring})`, { type: 3, rings: [square, square] }],
    [`  polygon  ( ${ring} )  `, { type: 3, rings: [square] }],
    ["POLYGON Z ((0 0 1,10 0 1,10 10 1,0 0 1))", { type: 3, rings: [square] }],
    ["POLYGONZ((0 0 1,10 0 1,10 10 1,0 0 1))", { type: 3, rings: [square] }],
    ["POLYGON ZM ((0 0 1 2,10 0 1 2,10 10 1 2,0 0 1 2))", { type: 3, rings: [square] }],
    ["POLYGON((0 0 1 2,10 0 1 2,10 10 1 2,0 0 1 2))", { type: 3, rings: [square] }],
    ["POLYGON EMPTY", { type: 3, rings: [] }],
    ["POLYGON M EMPTY", { type: 3, rings: [] }],
    ["POLYGON(EMPTY)", { type: 3, rings: [[]] }],
    [
      `MULTIPOLYGON(EMPTY,(${ring}))`,
      {
        type: 6,
        members: [
          { type: 3, rings: [] },
          { type: 3, rings: [square] },
        ],
      },
    ],
    [
      "MULTIPOINT(1 2,(3 4))",
      {
        type: 4,
        members: [
          { type: 1, points: [[1, 2]] },
          { type: 1, points: [[3, 4]] },
        ],
      },
    ],
    ["LINESTRING(1 2,3 4)", line(2, [1, 2], [3, 4])],
    ["MULTILINESTRING((1 2,3 4))", { type: 5, members: [line(2, [1, 2], [3, 4])] }],
    ["POINT EMPTY", { type: 1, points: [[NaN, NaN]] }],
    [
      `GEOMETRYCOLLECTION(POINT(1 2),POLYGON(${ring}))`,
      {
        type: 7,
        members: [
          { type: 1, points: [[1, 2]] },
          { type: 3, rings: [square] },
        ],
      },
    ],
    [`TIN((${ring}))`, { type: 16, members: [{ type: 17, rings: [square] }] }],
    [`POLYHEDRALSURFACE Z((${ring}))`, { type: 15, members: [{ type: 3, rings: [square] }] }],
    [
      "CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(0 0,5 5,10 0),(10 0,0 0)),(1 1,2 1,2 2,1 1))",
      {
        type: 10,
        members: [
          { type: 9, members: [line(8, [0, 0], [5, 5], [10, 0]), line(2, [10, 0], [0, 0])] },
          line(2, [1, 1], [2, 1], [2, 2], [1, 1]),
        ],
      },
    ],
    [
      `MULTISURFACE((${ring}),CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,0 0)))`,
      {
        type: 12,
        members: [
          { type: 3, rings: [square] },
          { type: 10, members: [line(8, [0, 0], [1, 1], [0, 0])] },
        ],
      },
    ],
  ])("%s", (text, shape) => {
    expect([...(wkbOfText(text) ?? [])]).toEqual([...wkbOf(shape)]);
  });

  test("every number as Number() reads it", () => {
    const written = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.integer(), fc.nat({ max: 999_999_999 })).map(([whole, part]) => `${whole}.${part}`),
      fc
        .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat({ max: 20 }))
        .map(([digits, exponent]) => `${digits}e-${exponent}`),
      fc.constantFrom("+5", ".5", "-.5", "5.", "007", "6748143.2700000005", "1e5", "1E-5", "-0"),
    );
    fc.assert(
      fc.property(written, (text) => {
        const wkb = wkbOfText(`POINT(${text} 0)`) ?? new Uint8Array();
        expect(new DataView(wkb.buffer, wkb.byteOffset).getFloat64(5, true)).toBe(Number(text));
      }),
    );
  });

  test.each([
    ["POLYGN((0 0))", /^0: "POLYGN/],
    ["POLYGON((0 0, 1 1", /17: the end of the text in the middle of a geometry, not "\)"/],
    ["POLYGON((0 0, 1 x))", /16: "x\)\)" in a geometry, not a finite number/],
    ["POLYGON((0 0, 1 NaN))", /not a finite number/],
    ["POLYGON((0 0, 1 1e999))", /not a finite number/],
    ["POLYGON((0 0, +))", /not a finite number/],
    ["POLYGON((0 0 0 0 0))", /not "\)"/],
    [`${ten} slutt`, /not the end of the geometry/],
    ["POLYGON 0 0", /not "\("/],
    ["SRID=25833 POLYGON EMPTY", /";" behind the SRID/],
    ["GEOMETRYCOLLECTION(".repeat(1000), /at most 16 deep/],
    ["12", /a geometry type/],
  ])("%s is refused", (text, message) => {
    expect(() => wkbOfText(text)).toThrow(message);
  });

  test("blank is no geometry", () => {
    expect(wkbOfText("  ")).toBeUndefined();
  });
});

describe("broken files say where", () => {
  test.each<[string, string, RegExp]>([
    [
      "a quote never closed",
      `id;wkt\n1;${ten}\n"2;${ten}\n3;${ten}\n`,
      /line 3: a quote that is never closed/,
    ],
    ["text behind a quote", `id;wkt\n"1"2;${ten}\n`, /line 2: text behind a closing quote/],
    ["a field too few", `id;navn;wkt\n1;a;${ten}\n\n2;${ten}\n`, /feature 1, line 4: 2 fields\. Wanted: 3/],
    ["a field too many", `id;wkt\n1;${ten};x\n`, /feature 0, line 2: 3 fields\. Wanted: 2/],
    [
      "a geometry cut short",
      `id;wkt\n1;${ten}\n2;POLYGON((0 0, 1 1\n`,
      /feature 1, line 3: the end of the text/,
    ],
    ["a geometry that is none", `id;wkt\n1;${ten}\n2;hei\n`, /feature 1, line 3: "hei" in a geometry/],
    ["no geometries", "id;navn\n1;a\n", /no column with geometries among id, navn/],
    ["nothing but a newline", "\n", /no column with geometries among none at all/],
  ])("%s", async (_, text, message) => {
    const path = saved("broken.csv", text);
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toThrow(InputError);
  });

  test("whatever bytes are changed: features or an InputError", async () => {
    const good = Buffer.from(
      `kode;navn;wkt\r\n0301;"a ""b""";${ten}\r\n4204;æ;"${two}"\r\n1;2;POINT(1 2)\r\n`,
    );
    const byte = fc.oneof(
      fc.constantFrom(..."\"';,\t\n\r() eZ-.0").map((c) => c.charCodeAt(0)),
      fc.integer({ min: 0, max: 255 }),
    );
    const change = fc.tuple(fc.nat({ max: good.length - 1 }), byte);
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (changes, cut) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          const path = saved("mutated.csv", cut ? bytes.slice(0, changes[0][0] + 1) : bytes);
          try {
            await read(path);
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("a polygon longer than a cut and than the window", async () => {
  const points = Array.from(
    { length: 100_000 },
    (_, i) => `${Math.cos((i / 50_000) * Math.PI) * 1000} ${Math.sin((i / 50_000) * Math.PI) * 1000}`,
  );
  const path = saved("long.csv", `id;wkt\n1;POLYGON((${[...points, points[0]].join(",")}))\n2;${ten}\n`);
  const { layer } = await read(path, ["id"]);
  expect(layer.xy.length / 2).toBe(100_001 + 5);
  expect(Math.abs(featureArea(layer, 0) - Math.PI * 1e6)).toBeLessThan(0.01);
});

describe.skipIf(!haveOutsideData)("real files", () => {
  test.each([
    ["arealdekke/ssb_flater_haugesund_25833.wkt.txt", 108, 108, 9046],
    ["arealdekke/ssb_flater_oslo_25833.wkt.txt", 88, 92, 8223],
    ["ugyldig/ssb_dissolve_error_25833.wkt.txt", 29, 29, 2270],
    ["ugyldig/ssb_hole_closing_25833.wkt.txt", 111, 113, 4491],
  ])("%s", async (file, features, parts, vertices) => {
    const { layer, findings } = await read(outside(`data/${file}`));
    expect([featureCount(layer), layer.partRing.length - 1, layer.xy.length / 2]).toEqual([
      features,
      parts,
      vertices,
    ]);
    expect(findings).toEqual([]);
  });

  test("the windows of SSB cover 490 000 m2", async () => {
    for (const place of ["haugesund", "oslo"]) {
      const { layer } = await read(outside(`data/arealdekke/ssb_flater_${place}_25833.wkt.txt`));
      let m2 = 0;
      for (let f = 0; f < featureCount(layer); f++) m2 += featureArea(layer, f);
      expect(Math.abs(m2 - 490_000)).toBeLessThan(0.01);
    }
  });
});
