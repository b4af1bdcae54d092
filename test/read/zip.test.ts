import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount } from "../../src/core/layer.js";
import { InputError } from "../../src/core/trouble.js";
import { openSource, sourcesOf } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { zipEntries } from "../../src/read/zip.js";
import { area, collection, polygon, posList, square, UTM33 } from "./gml/gmlText.js";
import { haveOutsideData, outside } from "./outsideData.js";
import { zipOf } from "./zipFile.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zip-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function saved(content: Uint8Array): string {
  const path = join(folder, `${files++}.zip`);
  writeFileSync(path, content);
  return path;
}

const gml = collection(
  Array.from(
    { length: 50 },
    (_, i) => `<app:kode>${i}</app:kode>${area(polygon(UTM33, posList(square(20 * i, 0, 10))))}`,
  ),
);
const geojson = (crs = "EPSG:25833") =>
  JSON.stringify({
    type: "FeatureCollection",
    crs: { type: "name", properties: { name: crs } },
    features: [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[[260000, 6650000], [260010, 6650000], [260010, 6650010], [260000, 6650000]]] } }],
  }); // prettier-ignore
const schema =
  '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2"/>';
const readme = { name: "LES MEG.txt", content: "Lisens: CC BY 4.0" };

async function bytesOf(path: string): Promise<string[]> {
  const contents: string[] = [];
  for (const entry of await zipEntries(path)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.chunks()) chunks.push(chunk);
    contents.push(Buffer.concat(chunks).toString("utf8"));
  }
  return contents;
}

describe("entries", () => {
  test.each([["deflated", false], ["stored", true]])("%s, with folders and names of all letters", async (_, stored) => {
    const archive = zipOf([{ name: "mappe/", content: "" }, { name: "mappe/flåte.gml", content: gml }, { name: "tom", content: "" }], stored);
    const path = saved(archive);
    const entries = await zipEntries(path);
    expect(entries.map(({ entryName, name, byteLength }) => [entryName, name, byteLength])).toEqual([
      ["mappe/flåte.gml", "flåte.gml", Buffer.byteLength(gml)],
      ["tom", "tom", 0],
    ]);
    expect(entries[0].path).toBe(`${path}/mappe/flåte.gml`);
    expect(entries[0].onDisk).toBeUndefined();
    expect(await bytesOf(path)).toEqual([gml, ""]);
    expect(await entries[0].sha256()).toBe(createHash("sha256").update(archive).digest("hex"));
  }); // prettier-ignore

  test("a reader that walks away leaves nothing open", async () => {
    const [entry] = await zipEntries(saved(zipOf([{ name: "a", content: Buffer.alloc(5_000_000, "ab") }])));
    for (let i = 0; i < 200; i++) {
      for await (const chunk of entry.chunks()) if (chunk.length > 0) break;
    }
    expect((await bytesOf(saved(zipOf([{ name: "b", content: "x" }]))))[0]).toBe("x");
  });

  test.each([
    ["../ut.gml", /leads out of it.*\.\.\/ut\.gml/],
    ["a/../../ut.gml", /leads out of it/],
    ["..\\ut.gml", /leads out of it/],
    ["/etc/passwd", /leads out of it.*absolute/],
    ["C:\\a.gml", /leads out of it/],
  ])("the name %s is refused", async (name, message) => {
    const path = saved(zipOf([{ name, content: "x" }]));
    await expect(zipEntries(path)).rejects.toThrow(InputError);
    await expect(zipEntries(path)).rejects.toThrow(message);
  });

  test.each([
    ["encrypted", { flags: 1 }, /a\.gml: an encrypted entry/],
    ["Deflate64", { method: 9 }, /a\.gml: an entry packed with Deflate64/],
    ["of an unknown method", { method: 77 }, /packed with method 77/],
    [
      "of another checksum",
      { crc: 1 },
      /a\.gml: a damaged entry: bytes whose CRC-32 is [0-9a-f]{8}\. Wanted: CRC-32 00000001/,
    ],
    ["longer than it says", { length: 10 }, /a\.gml: a damaged entry: more than the stated 10 bytes/],
    ["shorter than it says", { length: 999_999 }, /a damaged entry: \d+ of 999999 bytes/],
  ])("an entry %s is refused by name", async (_, says, message) => {
    const path = saved(zipOf([{ name: "a.gml", content: gml, says }]));
    await expect(bytesOf(path)).rejects.toThrow(InputError);
    await expect(bytesOf(path)).rejects.toThrow(message);
  });

  test("a bomb is refused before it goes off", async () => {
    const lies = { name: "a.gml", content: "x", says: { length: 0xf0000000 } };
    await expect(zipEntries(saved(zipOf([lies])))).rejects.toThrow(/says it unpacks to 4026531840/);
    const many = Array.from({ length: 40 }, (_, i) => ({
      name: `${i}`,
      content: "x",
      says: { length: 10_000_000 },
    }));
    await expect(zipEntries(saved(zipOf(many)))).rejects.toThrow(/says it unpacks to 400000000/);
  });

  test("a truncated archive and one that is none", async () => {
    const whole = zipOf([{ name: "a.gml", content: gml }]);
    for (const length of [10, whole.length >> 1, whole.length - 1])
      await expect(openSource(saved(whole.subarray(0, length)))).rejects.toThrow(
        /Wanted: a whole zip archive/,
      );
    await expect(openSource(saved(zipOf([])))).rejects.toThrow(/an empty or broken zip archive/);
  });

  test("whatever byte is changed: the same bytes, or an InputError", async () => {
    const whole = zipOf([
      { name: "a.gml", content: gml },
      { name: "b", content: "abc" },
    ]);
    const path = join(folder, "endret.zip");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(whole);
        changed[at] ^= mask;
        writeFileSync(path, changed);
        try {
          const contents = await bytesOf(path);
          for (const content of contents) expect([gml, "abc", ""]).toContain(content);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500 },
    );
  }, 30_000);
});

describe("opening", () => {
  const open = (members: Parameters<typeof zipOf>[0], hash = "") => openSource(saved(zipOf(members)) + hash);
  const two = [{ name: "x/a.gml", content: gml }, { name: "b.geojson", content: geojson() }, readme];

  test("the one file that can be read is", async () => {
    const source = await open([
      readme,
      { name: "a.xsd", content: schema },
      { name: "x/a.gml", content: gml },
    ]);
    expect(source).toMatchObject({ format: "GML", name: "Flate" });
    const { layer, findings } = await readLayer(source, ["kode"]);
    expect([featureCount(layer), findings]).toEqual([50, []]);
  });

  test("several: the user names one, by file, by layer, or by both", async () => {
    await expect(open(two)).rejects.toThrow(
      /2 files that can be read\. Wanted: one of x\/a\.gml, b\.geojson\..*\.zip#x\/a\.gml/,
    );
    for (const hash of ["#x/a.gml", "#a.gml", "#flate", "#Flate", "#x/a.gml#Flate", "#a.gml#FLATE"])
      expect((await open(two, hash)).name, hash).toBe("Flate");
    expect((await open(two, "#b.geojson")).name).toBe("b");
    await expect(open(two, "#c")).rejects.toThrow(/no single file or layer called c/);
    await expect(open(two, "#a.gml#Veg")).rejects.toThrow(/no layer called Veg/);
    expect((await sourcesOf(saved(zipOf(two)))).map(({ name }) => name)).toEqual(["Flate", "b"]);
  });

  test("beside one that is refused: the user names one that is not", async () => {
    const locked = { name: "last.geojson", content: "{}", says: { method: 99 } };
    const path = saved(zipOf([...two, locked]));
    expect((await openSource(`${path}#b.geojson`)).name).toBe("b");
    for (const hash of ["", "#last.geojson", "#Flate"])
      await expect(openSource(path + hash), hash).rejects.toThrow(/last\.geojson.*AES/);
    await expect(sourcesOf(path)).rejects.toThrow(/AES/);
    const one = saved(zipOf([two[0], locked]));
    await expect(openSource(one)).rejects.toThrow(/AES/);
    expect((await openSource(`${one}#a.gml`)).name).toBe("Flate");
  });

  test("none", async () => {
    await expect(open([readme])).rejects.toThrow(
      /an archive with LES MEG\.txt in it\. Wanted: a file of a format that is read/,
    );
  });

  test("a flipped bit far into a file stops the reading, not the opening", async () => {
    const whole = zipOf([{ name: "a.gml", content: gml }], true);
    whole[whole.indexOf("<app:kode>49") + 10] = 0x37;
    const source = await openSource(`${saved(whole)}#Flate`).catch((error: unknown) => error);
    expect(source).toBeInstanceOf(InputError);
    expect(String(source)).toMatch(/a\.gml: a damaged entry: bytes whose CRC-32/);
  });
});

describe.skipIf(!haveOutsideData)("real archives", () => {
  test("Kartverket's fylker are read from the archive they are published in", async () => {
    const zip = outside("data/admin/Basisdata_0000_Norge_25833_Fylker_GeoJSON.zip");
    const source = await openSource(zip);
    expect(source).toMatchObject({ format: "GeoJSON", name: "Fylke", epsg: 25833 });
    const { layer, sha256 } = await readLayer(source, []);
    expect([featureCount(layer), layer.xy.length / 2]).toEqual([15, 181_360]);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});
