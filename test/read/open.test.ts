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

test("of several feature types in GML, one in an unknown system is told of, and the others are read", async () => {
  const path = join(folder, "to typer.gml");
  const member = (type: string, epsg: number) =>
    `<wfs:member><app:${type} gml:id="${type}"><app:område><gml:Polygon srsName="EPSG:${epsg}"><gml:exterior><gml:LinearRing>` +
    "<gml:posList>500000 6600000 500010 6600000 500010 6600010 500000 6600000</gml:posList>" +
    `</gml:LinearRing></gml:exterior></gml:Polygon></app:område></app:${type}></wfs:member>`;
  const spaces =
    'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="a"';
  writeFileSync(
    path,
    `<wfs:FeatureCollection ${spaces}>${member("Skog", 25833)}${member("Myr", 99999)}</wfs:FeatureCollection>`,
  );
  await expect(sourcesOf(path)).rejects.toThrow(/99999/);
  const refused: string[] = [];
  const told = await sourcesOf(path, { onRefused: ({ file }) => refused.push(file) });
  expect(told.map(({ name }) => name)).toEqual(["Skog"]);
  expect(refused).toEqual([`${path}#Myr`]);
});
