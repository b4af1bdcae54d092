import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { makeDecoder } from "../../src/read/decoder.js";
import { openSource, sourcesOf } from "../../src/read/open.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "open-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const point = '{"type":"FeatureCollection","features":[]}';

test.each([
  ["an empty file", "", /an empty file/],
  ["a zip", "PK\u0003\u0004 ...", /a damaged archive.*Wanted: a whole zip archive/],
  ["GML", '<?xml version="1.0"?>', /an XML file, perhaps GML/],
  ["a cut GeoPackage", "SQLite format 3\u0000", /a cut GeoPackage/],
  ["an older FlatGeobuf", "fgb\u0001fgb\u0000", /of another version/],
  ["anything else", "kommune;areal\n", /unknown format.*FlatGeobuf, GeoJSON, GML/],
])("%s is refused by what it holds", async (name, content, message) => {
  const path = join(folder, `${name}.geojson`);
  writeFileSync(path, content);
  const opening = openSource(path);
  await expect(opening).rejects.toThrow(InputError);
  await expect(opening).rejects.toThrow(message);
});

test("a missing file and a folder", async () => {
  await expect(openSource(join(folder, "borte.fgb"))).rejects.toThrow(/borte\.fgb: no such file/);
  mkdirSync(join(folder, "mappe"));
  await expect(openSource(join(folder, "mappe"))).rejects.toThrow(/a folder/);
});

test("the ending of the name does not matter", async () => {
  const path = join(folder, "lag.json");
  await writeFlatGeobuf(
    path,
    { name: "flater", epsg: 25833, fields: [{ name: "kode", type: "string" }] },
    [],
  );
  const source = await openSource(path);
  expect(source).toMatchObject({ format: "FlatGeobuf", name: "flater", epsg: 25833, featureCount: 0 });
  expect((await openSource(`${path}#flater`)).name).toBe("flater");
  await expect(openSource(`${path}#grenser`)).rejects.toThrow(/no layer called grenser/);
  expect(await sourcesOf(path)).toHaveLength(1);
});

test("a # in the name of a file is part of it", async () => {
  const path = join(folder, "plan#2.geojson");
  writeFileSync(path, point);
  expect((await openSource(path)).path).toBe(path);
});

test("a field that is not there is refused with those that are", async () => {
  const path = join(folder, "felt.fgb");
  await writeFlatGeobuf(
    path,
    { name: "flater", epsg: 25833, fields: [{ name: "kode", type: "string" }] },
    [],
  );
  const { decoder } = await openSource(path);
  expect(() => makeDecoder(decoder, ["Kode"])).toThrow(
    /layer flater: no field called Kode\. Wanted: one of kode/,
  );
});
