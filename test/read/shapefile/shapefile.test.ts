import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { read as oracle } from "shapefile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { epsgOfWkt } from "../../../src/read/crs/crsWkt.js";
import { openSource } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { zipEntries } from "../../../src/read/zip.js";
import { featureArea, sumsBy } from "../areas.js";
import { haveOutsideData, outside } from "../outsideData.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shapefile-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Clockwise, as shells run here; reversed for a hole. */
const square = (x: number, y: number, size: number) => [
  x,
  y,
  x,
  y + size,
  x + size,
  y + size,
  x + size,
  y,
  x,
  y,
];
const reversed = (ring: number[]) => {
  const turned: number[] = [];
  for (let i = ring.length - 2; i >= 0; i -= 2) turned.push(ring[i], ring[i + 1]);
  return turned;
};

type Shape = number[][] | "null" | Uint8Array;

function shpOf(shapes: readonly Shape[], type = 5): Uint8Array {
  const records = shapes.map((shape, i) => {
    const content =
      shape === "null" ? Buffer.alloc(4) : shape instanceof Uint8Array ? shape : polygonOf(shape, type);
    const header = Buffer.alloc(8);
    header.writeInt32BE(i + 1, 0);
    header.writeInt32BE(content.length / 2, 4);
    return Buffer.concat([header, content]);
  });
  const header = Buffer.alloc(100);
  header.writeInt32BE(9994, 0);
  header.writeInt32LE(1000, 28);
  header.writeInt32LE(type, 32);
  const whole = Buffer.concat([header, ...records]);
  whole.writeInt32BE(whole.length / 2, 24);
  return whole;
}

function polygonOf(rings: readonly number[][], type: number): Buffer {
  const pointCount = rings.reduce((sum, ring) => sum + ring.length / 2, 0);
  const heights = type === 15 ? 16 + 8 * pointCount : 0;
  const content = Buffer.alloc(44 + 4 * rings.length + 16 * pointCount + heights);
  content.writeInt32LE(type, 0);
  content.writeInt32LE(rings.length, 36);
  content.writeInt32LE(pointCount, 40);
  let first = 0;
  rings.forEach((ring, r) => {
    content.writeInt32LE(first, 44 + 4 * r);
    ring.forEach((ordinate, i) =>
      content.writeDoubleLE(ordinate, 44 + 4 * rings.length + 16 * first + 8 * i),
    );
    first += ring.length / 2;
  });
  return content;
}

type DbfColumn = { name: string; kind?: string; width?: number };

function dbfOf(
  columns: readonly DbfColumn[],
  rows: readonly (string | Uint8Array)[][],
  languageDriver = 0,
): Uint8Array {
  const widths = columns.map((column) => column.width ?? 20);
  const header = Buffer.alloc(32 + 32 * columns.length + 1);
  header[0] = 3;
  header.writeUInt32LE(rows.length, 4);
  header.writeUInt16LE(header.length, 8);
  header.writeUInt16LE(1 + widths.reduce((sum, width) => sum + width, 0), 10);
  header[29] = languageDriver;
  columns.forEach((column, i) => {
    header.set(Buffer.from(column.name, "utf8").subarray(0, 10), 32 + 32 * i);
    header[32 + 32 * i + 11] = (column.kind ?? "C").charCodeAt(0);
    header[32 + 32 * i + 16] = widths[i];
  });
  header[header.length - 1] = 0x0d;
  const body = rows.map((row) => {
    const bytes = Buffer.alloc(1 + widths.reduce((sum, width) => sum + width, 0), 0x20);
    let at = 1;
    row.forEach((value, i) => {
      if (value === "*deleted*") bytes[0] = 0x2a;
      bytes.set((typeof value === "string" ? Buffer.from(value, "utf8") : value).subarray(0, widths[i]), at);
      at += widths[i];
    });
    return bytes;
  });
  return Buffer.concat([header, ...body, Uint8Array.of(0x1a)]);
}

const UTM33 = 'PROJCS["ETRS_1989_UTM_Zone_33N",GEOGCS["GCS_ETRS_1989"]]';

function saved(name: string, files: Record<string, string | Uint8Array>): string {
  for (const [ending, content] of Object.entries(files))
    writeFileSync(join(folder, `${name}.${ending}`), content);
  return join(folder, `${name}.shp`);
}

const column = (layer: Layer, field: string) =>
  Array.from({ length: featureCount(layer) }, (_, f) => {
    const found = layer.columns.get(field);
    return found === undefined ? "?" : termOf(found, f);
  });

const read = async (path: string, fields: string[] = [], epsg?: number) =>
  readLayer(await openSource(path, epsg === undefined ? {} : { epsg }), fields);

const kode = [{ name: "kode", width: 12 }];

describe("a Shapefile", () => {
  test("is read with the files beside it, and hashed with them", async () => {
    const files = {
      shp: shpOf([
        [square(0, 0, 10)],
        "null",
        [square(20, 0, 20), reversed(square(22, 2, 1)), square(50, 0, 1)],
      ]),
      dbf: dbfOf(kode, [["0301"], ["åpent"], [""]]),
      prj: UTM33,
      cpg: "UTF-8",
    };
    const source = await openSource(saved("plain", files));
    expect(source).toMatchObject({ name: "plain", format: "Shapefile", epsg: 25833, epsgFrom: "file" });
    expect(source.fields).toEqual([{ name: "kode", type: "text" }]);
    const { layer, findings, sha256 } = await readLayer(source, ["kode"]);
    expect([0, 1, 2].map((f) => featureArea(layer, f))).toEqual([100, 0, 400]);
    expect([...layer.featurePart]).toEqual([0, 1, 1, 3]);
    expect(column(layer, "kode")).toEqual(["0301", "åpent", ""]);
    expect(findings.map((finding) => [finding.code, finding.feature])).toEqual([["NULL_GEOMETRI", 1]]);
    const hash = createHash("sha256");
    for (const ending of ["shp", "dbf", "prj", "cpg"] as const) hash.update(files[ending]);
    expect(sha256).toBe(hash.digest("hex"));
  });

  test("may have names in capitals, and heights", async () => {
    mkdirSync(join(folder, "caps"));
    const shp = join(folder, "caps", "FLATE.SHP");
    writeFileSync(shp, shpOf([[square(0, 0, 10)]], 15));
    writeFileSync(join(folder, "caps", "flate.DBF"), dbfOf(kode, [["x"]]));
    writeFileSync(join(folder, "caps", "Flate.Prj"), UTM33);
    const { layer } = await read(shp);
    expect([...layer.xy]).toEqual(square(0, 0, 10));
  });

  test("leaves out rows that are marked as deleted, with their shapes", async () => {
    const path = saved("deleted", {
      shp: shpOf([[square(0, 0, 1)], [square(0, 0, 2)], [square(0, 0, 3)]]),
      dbf: dbfOf(kode, [["a"], ["*deleted*"], ["c"]]),
      prj: UTM33,
    });
    const { layer } = await read(path, ["kode"]);
    expect(column(layer, "kode")).toEqual(["a", "c"]);
    expect([0, 1].map((f) => featureArea(layer, f))).toEqual([1, 9]);
  });

  test("of lines is counted, without areas", async () => {
    const line = Buffer.alloc(44);
    line.writeInt32LE(3, 0);
    const { findings } = await read(
      saved("lines", { shp: shpOf([line], 3), dbf: dbfOf(kode, [["a"]]), prj: UTM33 }),
    );
    expect(findings.map((finding) => finding.says)).toEqual([
      "objektet er MultiLineString, som ikke har areal: geometrien ble utelatt",
    ]);
  });
});

describe("values as text", () => {
  test.each<[string, string, string, string]>([
    ["a code with a zero before", "C", "0301", "0301"],
    ["blanks before a text", "C", "  x ", "  x"],
    ["an integer", "N", "       42", "42"],
    ["more digits than a double holds", "N", "12345678901234567891", "12345678901234567891"],
    ["a decimal number", "N", "12.50", "12.5"],
    ["a whole number with decimals", "N", "100.000", "100"],
    ["a number with exponent", "F", "1.5000e+003", "1500"],
    ["no number", "N", "*********", ""],
    ["a date", "D", "20240501", "2024-05-01"],
    ["no date", "D", "00000000", ""],
    ["true", "L", "T", "true"],
    ["false", "L", "n", "false"],
    ["unknown", "L", "?", ""],
  ])("%s", async (_, kind, value, text) => {
    const path = saved("value", {
      shp: shpOf([[square(0, 0, 1)]]),
      dbf: dbfOf([{ name: "v", kind }], [[value]]),
      prj: UTM33,
    });
    expect(column((await read(path, ["v"])).layer, "v")).toEqual([text]);
  });

  test("of two fields whose names were cut to the same", async () => {
    const dbf = dbfOf([{ name: "arealformål" }, { name: "arealformålsnavn" }], [["a", "b"]]);
    const source = await openSource(saved("names", { shp: shpOf([[square(0, 0, 1)]]), dbf, prj: UTM33 }));
    expect(source.fields.map((field) => field.name)).toEqual(["arealform", "arealform_2"]);
    const { layer } = await readLayer(source, ["arealform", "arealform_2"]);
    expect([column(layer, "arealform"), column(layer, "arealform_2")]).toEqual([["a"], ["b"]]);
  });
});

describe("character sets", () => {
  const utf8 = Buffer.from("åpent Á ŋ");
  test.each<[string, string | undefined, number, Uint8Array, string]>([
    ["UTF-8 by .cpg", "UTF-8", 0, utf8, "åpent Á ŋ"],
    ["UTF-8 by its bytes", undefined, 0x57, utf8, "åpent Á ŋ"],
    ["UTF-8 though .cpg says otherwise", "ISO-8859-1", 0, utf8, "åpent Á ŋ"],
    ["windows-1252 where nothing is said", undefined, 0, Buffer.from("økt", "latin1"), "økt"],
    ["windows-1252 though .cpg says UTF-8", "UTF-8", 0, Buffer.from("økt", "latin1"), "økt"],
    ["ISO 8859-10", "ISO 8859-10", 0, Uint8Array.of(0xbf), "ŋ"],
    ["a number of Windows", "1252", 0, Buffer.from("økt", "latin1"), "økt"],
    ["ANSI with a number", "ANSI 1252", 0, Buffer.from("økt", "latin1"), "økt"],
    ["DOS by the header", undefined, 0x65, Uint8Array.of(0x9b, 0x6b, 0x74), "økt"],
    ["DOS by .cpg", "CP850", 0, Uint8Array.of(0x91, 0x9b, 0x86), "æøå"],
  ])("%s", async (name, cpg, languageDriver, bytes, text) => {
    const path = saved(name, {
      shp: shpOf([[square(0, 0, 1)]]),
      dbf: dbfOf([{ name: "navn" }], [[bytes]], languageDriver),
      prj: UTM33,
      ...(cpg !== undefined && { cpg }),
    });
    expect(column((await read(path, ["navn"])).layer, "navn")).toEqual([text]);
  });

  test("a letter that the end of its field cut", async () => {
    const dbf = dbfOf([{ name: "navn", width: 4 }], [["abcø"], ["blåå"]]);
    const path = saved("cut", { shp: shpOf([[square(0, 0, 1)], [square(0, 0, 1)]]), dbf, prj: UTM33 });
    expect(column((await read(path, ["navn"])).layer, "navn")).toEqual(["abc", "blå"]);
  });

  test("one nobody knows", async () => {
    const path = saved("unknown", { shp: shpOf([]), dbf: dbfOf(kode, []), prj: UTM33, cpg: "klingon" });
    await expect(openSource(path)).rejects.toThrow(/unknown\.dbf: a \.cpg file that says "klingon"/);
  });
});

describe("CRS", () => {
  test.each([
    ["ETRS_1989_UTM_Zone_33N", 'PROJCS["ETRS_1989_UTM_Zone_33N",GEOGCS["GCS_ETRS_1989"]]', 25833],
    [
      "UTM with heights behind it",
      'PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["x"]],VERTCS["NN2000",AUTHORITY["EPSG","5941"]]',
      25832,
    ],
    [
      "OGC with a code",
      'PROJCS["min",GEOGCS["ETRS89",AUTHORITY["EPSG","4258"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","25835"]]',
      25835,
    ],
    [
      "WKT2",
      'PROJCRS["ETRS89 / UTM zone 33N",BASEGEOGCRS["ETRS89",ID["EPSG",4258]],ID["EPSG",25833]]',
      25833,
    ],
    [
      "compound with a code",
      'COMPD_CS["a",PROJCS["ETRS89 / UTM zone 32N"],VERT_CS["b"],AUTHORITY["EPSG","5972"]]',
      25832,
    ],
    [
      "compound without",
      'COMPD_CS["a",PROJCS["ETRS89 / UTM zone 32N",GEOGCS["ETRS89"]],VERT_CS["b",AUTHORITY["EPSG","5941"]]]',
      25832,
    ],
    ["NTM", 'PROJCS["ETRS_1989_NTM_Zone_15"]', 5115],
    ["NTM in English of EPSG", 'PROJCS["ETRS89 / NTM zone 15"]', 5115],
    ["LAEA", 'PROJCS["ETRS_1989_LAEA"]', 3035],
    ["degrees", 'GEOGCS["GCS_ETRS_1989"]', 4258],
    ["degrees of GPS", 'GEOGCS["GCS_WGS_1984"]', 4326],
    ["Web Mercator", 'PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere"]', 3857],
    ["no zone of Norway", 'PROJCS["ETRS_1989_NTM_Zone_31"]', undefined],
    ["another datum", 'PROJCS["NGO_1948_Norway_Zone_3"]', undefined],
    ["no WKT", "ETRS89", undefined],
  ])("%s", (_, wkt, epsg) => {
    expect(epsgOfWkt(wkt)).toBe(epsg);
  });

  test("none, one we do not know, and one the user gives", async () => {
    const files = { shp: shpOf([]), dbf: dbfOf(kode, []) };
    const without = saved("without", files);
    await expect(openSource(without)).rejects.toThrow(/without\.shp: a layer that does not say its CRS/);
    expect(await openSource(without, { epsg: 25833 })).toMatchObject({ epsg: 25833, epsgFrom: "user" });
    const local = saved("local", { ...files, prj: 'LOCAL_CS["hjemme"]' });
    await expect(openSource(local)).rejects.toThrow(/a CRS that says "LOCAL_CS\["hjemme"\]"/);
  });
});

describe("parts and holes", () => {
  const areaOf = async (rings: number[][]) => {
    const path = saved("rings", { shp: shpOf([rings]), dbf: dbfOf(kode, [["a"]]), prj: UTM33 });
    const { layer } = await read(path);
    return [featureArea(layer, 0), layer.partRing.length - 1];
  };
  const shell = square(0, 0, 10);
  const hole = reversed(square(2, 2, 2));
  test.each<[string, number[][], number, number]>([
    ["hole before its shell", [hole, shell], 96, 1],
    ["hole of the second shell", [square(20, 0, 10), shell, hole], 196, 2],
    [
      "island in a hole",
      [shell, reversed(square(1, 1, 8)), square(3, 3, 2), reversed(square(4, 4, 0.5))],
      39.75,
      2,
    ],
    ["hole that touches its shell", [square(20, 0, 10), shell, reversed(square(0, 0, 2))], 196, 2],
    ["everything the other way", [reversed(shell), reversed(hole)], 96, 1],
    ["everything counter-clockwise", [reversed(shell), hole, reversed(square(20, 0, 10))], 196, 2],
    ["a ring twice, once each way", [shell, reversed(shell)], 0, 1],
  ])("%s", async (_, rings, m2, parts) => {
    expect(await areaOf(rings)).toEqual([m2, parts]);
  });

  test("of a chessboard with a hole in each square, in any order", async () => {
    const cells = Array.from({ length: 36 }, (_, i) => [6 * (i % 6), 6 * Math.floor(i / 6)]);
    const rings = cells.flatMap(([x, y]) => [square(x, y, 6), reversed(square(x + 1, y + 1, 2))]);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rings, { minLength: rings.length }), async (order) => {
        expect(await areaOf(order)).toEqual([36 * 32, 36]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("damage", () => {
  const files = () => ({
    shp: shpOf([[square(0, 0, 10)], [square(20, 0, 20), reversed(square(22, 2, 1))]]),
    dbf: dbfOf(kode, [["a"], ["b"]]),
    prj: UTM33,
  });

  test("no .dbf", async () => {
    const path = join(folder, "alone.shp");
    writeFileSync(path, files().shp);
    await expect(openSource(path)).rejects.toThrow(
      /no alone\.dbf beside it\. Wanted: the table with the values/,
    );
  });

  test.each<[string, () => Record<string, string | Uint8Array>, RegExp]>([
    [
      "a .shp cut short",
      () => ({ ...files(), shp: files().shp.slice(0, -20) }),
      /damaged\.shp, byte \d+: the end of the file/,
    ],
    [
      "a header cut short",
      () => ({ ...files(), shp: files().shp.slice(0, 60) }),
      /byte 60: the end of the file/,
    ],
    [
      "a .dbf cut short",
      () => ({ ...files(), dbf: files().dbf.slice(0, -8) }),
      /damaged\.dbf, byte \d+: the end of the file/,
    ],
    [
      "more shapes than rows",
      () => ({ ...files(), dbf: dbfOf(kode, [["a"]]) }),
      /more than 1 shapes and 1 rows in damaged\.dbf/,
    ],
    [
      "fewer shapes than rows",
      () => ({ ...files(), dbf: dbfOf(kode, [["a"], ["b"], ["c"]]) }),
      /2 shapes and 3 rows/,
    ],
    ["solids", () => ({ ...files(), shp: shpOf([], 31) }), /solids \(MultiPatch\)/],
    [
      "a type of its own",
      () => ({ ...files(), dbf: dbfOf([{ name: "g", kind: "G" }], []) }),
      /field g of type "G"/,
    ],
    ["counts that lie", () => ({ ...files(), shp: lying() }), /feature 0, byte 100: counts that do not fit/],
    [
      "a shape of another type",
      () => ({ ...files(), shp: other() }),
      /feature 0, byte 100: shape type 3 in a file of Polygon/,
    ],
  ])("%s", async (_, damaged, message) => {
    const path = saved("damaged", damaged());
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toThrow(InputError);
  });

  test("a coordinate that is NaN, in one ring of two", async () => {
    const path = saved("nan", {
      ...files(),
      shp: shpOf([[square(0, 0, 10), [1, 1, NaN, 2, 2, 2, 1, 1]], "null"]),
    });
    await expect(read(path)).rejects.toThrow(/feature 0, byte \d+ of its geometry: a coordinate that is NaN/);
  });

  const lying = () => {
    const shp = Buffer.from(files().shp);
    shp.writeInt32LE(1000, 100 + 8 + 40);
    return shp;
  };
  const other = () => {
    const shp = Buffer.from(files().shp);
    shp.writeInt32LE(3, 100 + 8);
    return shp;
  };

  test("whatever bytes are changed: features or an InputError", async () => {
    const good = files();
    const change = fc.tuple(
      fc.constantFrom("shp", "dbf"),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([file, at, byte, cut]) => {
        const bytes = Uint8Array.from(good[file]);
        bytes[at % bytes.length] = byte;
        const path = saved("mutated", { ...good, [file]: cut ? bytes.slice(0, at % bytes.length) : bytes });
        try {
          await read(path);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe.skipIf(!haveOutsideData)("real files", () => {
  const zip = () => outside("data/formater/kristiansand_arealdekke_25832.shp.zip");
  test("Kristiansand, from its archive, has the sums of the reference and the values of the FlatGeobuf", async () => {
    const source = await openSource(zip());
    const fgb = await openSource(outside("data/formater/kristiansand_arealdekke_25832.fgb"));
    expect(source).toMatchObject({ name: "k", epsg: 25832, epsgFrom: "file" });
    const fields = source.fields.map((field) => field.name);
    expect(fields).toEqual(["objekttype", "oppdaterin", "vatnLøpen"]);
    const { layer, findings, featureCount: count } = await readLayer(source, fields);
    expect([count, findings]).toEqual([352, []]);
    const sums = sumsBy(layer, "objekttype");
    const reference = readFileSync(outside("data/fasit/n250_kristiansand_objtype_m2.csv"), "utf8")
      .trim()
      .split("\n");
    expect(sums.size).toBe(reference.length - 1);
    for (const row of reference.slice(1)) {
      const [term, , m2] = row.split(",");
      expect(Math.abs((sums.get(term) ?? NaN) - Number(m2))).toBeLessThan(0.0051); // rounded to 0.01
    }
    const rowsOf = (of: Layer, names: string[]) =>
      Array.from({ length: 352 }, (_, f) =>
        [
          ...names.map((name) => column(of, name)[f].replace(/T00:00:00.*/, "")),
          featureArea(of, f).toFixed(3),
        ].join(),
      ).sort();
    const long = fgb.fields.map((field) => field.name);
    expect(rowsOf(layer, fields)).toEqual(rowsOf((await readLayer(fgb, long)).layer, long));
  });

  test("its shapes are those the package shapefile reads", async () => {
    const entries = await zipEntries(zip());
    const bytesOf = async (ending: string) => {
      const chunks: Uint8Array[] = [];
      const entry = entries.find((one) => one.name.endsWith(ending));
      if (entry !== undefined) for await (const chunk of entry.chunks()) chunks.push(Uint8Array.from(chunk));
      return Uint8Array.from(Buffer.concat(chunks));
    };
    const { features } = await oracle(await bytesOf(".shp"), await bytesOf(".dbf"), { encoding: "utf-8" });
    const { layer } = await readLayer(await openSource(zip()), []);
    const ours = Array.from({ length: features.length }, (_, f) => {
      const rings: number[] = [];
      for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
        for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++) {
          rings.push(layer.ringVertex[r + 1] - layer.ringVertex[r]);
        }
      }
      return rings;
    });
    const theirs = features.map(({ geometry }) => {
      if (geometry.type === "Polygon") return geometry.coordinates.map((ring) => ring.length);
      if (geometry.type === "MultiPolygon") return geometry.coordinates.flat().map((ring) => ring.length);
      return [];
    });
    expect(ours).toEqual(theirs);
  });
});
