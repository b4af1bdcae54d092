import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineCount, type Lines } from "../../src/core/lines.js";
import { InputError } from "../../src/core/trouble.js";
import { readLines } from "../../src/read/lines.js";
import { haveOutsideData, outside } from "./outsideData.js";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "linjer-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const shown = (lines: Lines): string[] =>
  Array.from({ length: lineCount(lines) }, (_, l) => {
    const xy = [...lines.xy.slice(2 * lines.lineVertex[l], 2 * lines.lineVertex[l + 1])].join(" ");
    const values = [...lines.columns]
      .map(([name, { codes, terms }]) => `${name}=${terms[codes[l]]}`)
      .join(" ");
    return `${lines.lineFeature[l]}: ${xy} ${values} z ${lines.lowZ[l]}..${lines.highZ[l]}`;
  });

const SOSI = `.HODE
..TEGNSETT UTF-8
..TRANSPAR
...KOORDSYS 22
...ORIGO-NØ 6400000 400000
...ENHET 0.01
..SOSI-VERSJON 4.5
.PUNKT 1:
..OBJTYPE Terrengpunkt
..NØ
0 0
.KURVE 2:
..OBJTYPE Høydekurve
..HØYDE 100.00
..NØH
100 200 10000
100 200 10000
300 400 10000 ...KP 1
.BUEP 3:
..OBJTYPE Forsenkningskurve
..HØYDE 90
..NØ
0 0
100 100
0 200
.SLUTT
`;

const GML = (srs: string, dimension: 2 | 3) => `<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="app">
<gml:featureMember><app:Høydekurve gml:id="a"><app:høyde>100</app:høyde><app:identifikasjon><app:Identifikasjon><app:lokalId>x1</app:lokalId></app:Identifikasjon></app:identifikasjon>
<app:senterlinje><gml:LineString srsName="${srs}" srsDimension="${dimension}"><gml:posList>${dimension === 3 ? "440000 6440000 100 440010 6440020 100" : "440000 6440000 440010 6440020"}</gml:posList></gml:LineString></app:senterlinje></app:Høydekurve></gml:featureMember>
<gml:featureMember><app:Forsenkningskurve gml:id="b"><app:høyde>90</app:høyde>
<app:senterlinje><gml:Curve srsName="${srs}"><gml:segments><gml:LineStringSegment><gml:posList>440000 6440000 440010 6440020</gml:posList></gml:LineStringSegment><gml:LineStringSegment><gml:posList>440010 6440020 440000 6440020</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></app:senterlinje></app:Forsenkningskurve></gml:featureMember>
<gml:featureMember><app:Toppunkt gml:id="c"><app:posisjon><gml:Point srsName="${srs}"><gml:pos>440000 6440000</gml:pos></gml:Point></app:posisjon></app:Toppunkt></gml:featureMember>
</gml:FeatureCollection>`;

const GEOJSON = JSON.stringify({
  type: "FeatureCollection",
  crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::5972" } },
  features: [
    {
      type: "Feature",
      properties: { objtype: "Høydekurve" },
      geometry: {
        type: "LineString",
        coordinates: [
          [440000, 6440000, 120],
          [440010, 6440000, 120],
        ],
      },
    },
    {
      type: "Feature",
      properties: { objtype: "Hjelpekurve", hoyde: 50 },
      geometry: {
        type: "MultiLineString",
        coordinates: [
          [
            [440000, 6440000],
            [440010, 6440000],
          ],
          [
            [440000, 6440005],
            [440010, 6440005],
          ],
        ],
      },
    },
    { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [440000, 6440000] } },
    { type: "Feature", properties: {}, geometry: null },
  ],
});

describe("lines of each format", () => {
  test("SOSI: curves and arcs with their elements; points and doubled vertices left out", async () => {
    const { lines } = await readLines(put("a.sos", SOSI));
    expect(lines.epsg).toBe(25832);
    const [first, arc] = shown(lines);
    expect(first).toBe("0: 400002 6400001 400004 6400003 OBJTYPE=Høydekurve HØYDE=100.00 z NaN..NaN");
    expect(arc).toMatch(
      /^1: 400000 6400000 .* 400001 6400001 .* 400002 6400000 OBJTYPE=Forsenkningskurve HØYDE=90 /,
    );
  });

  test.each([
    ["EPSG:25832", 2, 25832],
    ["urn:ogc:def:crs:EPSG::5972", 3, 25832],
    ["http://www.opengis.net/def/crs/EPSG/0/5973", 3, 25833],
  ] as const)("GML in %s: curves of all types, the type among their values", async (srs, dimension, epsg) => {
    const text = GML(srs, dimension).replace(
      '<gml:Curve srsName="' + srs + '"',
      `<gml:Curve srsName="EPSG:${epsg}"`,
    );
    const { lines } = await readLines(put("a.gml", text));
    expect(lines.epsg).toBe(epsg);
    const type = lines.columns.get("objtype");
    expect(Array.from(type?.codes ?? [], (code) => type?.terms[code])).toEqual([
      "Høydekurve",
      "Forsenkningskurve",
    ]);
    expect(shown(lines)[0]).toContain("440000 6440000 440010 6440020 ");
    expect(shown(lines)[0]).toContain("høyde=100");
    expect(shown(lines)[1]).toContain("440000 6440000 440010 6440020 440000 6440020 ");
  });

  test("GeoJSON: a third ordinate is height, a MultiLineString is several lines of one feature", async () => {
    const { lines } = await readLines(put("a.geojson", GEOJSON));
    expect(lines.epsg).toBe(25832);
    expect(shown(lines)).toEqual([
      "0: 440000 6440000 440010 6440000 objtype=Høydekurve hoyde= z 120..120",
      "1: 440000 6440000 440010 6440000 objtype=Hjelpekurve hoyde=50 z NaN..NaN",
      "1: 440000 6440005 440010 6440005 objtype=Hjelpekurve hoyde=50 z NaN..NaN",
    ]);
  });
});

describe("what cannot be read is refused in words", () => {
  test.each([
    [
      "polygons alone",
      "p.geojson",
      '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[10,60],[11,60],[11,61],[10,60]]]}}]}',
      /no lines/,
    ],
    ["another format", "p.csv", "a,b\n1,2\n", /a format that lines are not read from/],
    ["an empty file", "p.sos", "", /an empty file/],
    [
      "a coordinate that is text",
      "q.geojson",
      GEOJSON.replace("[440000,6440000,120]", '["a",6440000]'),
      /two finite numbers/,
    ],
  ])("%s", async (_, name, text, says) => {
    await expect(readLines(put(name, text))).rejects.toThrow(says);
  });

  test("no such file", async () => {
    await expect(readLines(join(folder, "ikke.sos"))).rejects.toThrow(/no such file/);
  });

  test.each([
    ["b.sos", SOSI],
    ["b.gml", GML("EPSG:25832", 3)],
    ["b.geojson", GEOJSON],
  ])("bytes changed at random in %s: lines, or an InputError", async (name, text) => {
    const bytes = Buffer.from(text);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        try {
          const { lines } = await readLines(put(name, broken));
          expect(lines.xy.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe.skipIf(!haveOutsideData)("Kristiansand's heights", () => {
  test("98 contours, 135 auxiliary ones and 80 lines of the sheet's edge", async () => {
    const path = outside("data/hoyde/n250_kristiansand_hoyde_utm32.sos");
    const { lines, sha256 } = await readLines(path);
    const type = lines.columns.get("OBJTYPE");
    const counts: Record<string, number> = {};
    for (const code of type?.codes ?? []) {
      const name = type?.terms[code] ?? "";
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(counts).toEqual({ Høydekurve: 98, Hjelpekurve: 135, KantUtsnitt: 80 });
    expect(readFileSync(outside("data/SHA256SUMS"), "utf8")).toContain(sha256);
  });
});
