import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { runStatistics } from "../../src/run/statistics.js";
import { nameOfUnit } from "../../src/tables/units.js";
import { accounted, rules } from "./accounted.js";
import { box, EAST, GROUND, NORTH, settings, writeGeoJson } from "./scene.js";

let folder: string;
let ground: string;
const inn = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "navn-"));
  ground = writeGeoJson(inn("grunnkart.geojson"), GROUND);
});
afterEach(() => rmSync(folder, { recursive: true }));

type Ring = readonly (readonly number[])[];
type Parts = readonly (readonly Ring[])[];

/** Porsanger: two parts and a hole; the enclave in the hole is Karasjok's second part. 8 km² and 8 km². */
const PORSANGER: Parts = [
  [box(0, 0, 2000, 4000), box(500, 500, 1000, 1000).toReversed()],
  [box(3500, 3500, 4000, 4000)],
];
const KARASJOK: Parts = [
  [
    [
      [EAST + 2000, NORTH],
      [EAST + 4000, NORTH],
      [EAST + 4000, NORTH + 3500],
      [EAST + 3500, NORTH + 3500],
      [EAST + 3500, NORTH + 4000],
      [EAST + 2000, NORTH + 4000],
      [EAST + 2000, NORTH],
    ],
  ],
  [box(500, 500, 1000, 1000)],
];

const NAMES = [
  { navn: "Porsáŋgu", sprak: "sme", rekkefolge: "2" },
  { navn: "Porsanki", sprak: "fkv", rekkefolge: "3" },
  { navn: "Porsanger", sprak: "nor", rekkefolge: "1" },
];
const WHOLE = "Porsanger - Porsáŋgu - Porsanki";

/** As Kartverket's downloads in GeoJSON have it, the list in an order of its own. */
function geoJson(): string {
  const feature = (kommunenummer: string, coordinates: Parts, properties: object) => ({
    type: "Feature",
    properties: { kommunenummer, ...properties },
    geometry: { type: "MultiPolygon", coordinates },
  });
  const features = [
    feature("5622", PORSANGER, { administrativenhetnavn: NAMES, samiskForvaltningsområde: true }),
    feature("5610", KARASJOK, {
      administrativenhetnavn: [{ navn: "Kárášjohka", sprak: "sme", rekkefolge: "0" }],
      samiskForvaltningsområde: true,
    }),
  ];
  const crs = { type: "name", properties: { name: "EPSG:25833" } };
  writeFileSync(inn("kommune.geojson"), JSON.stringify({ type: "FeatureCollection", crs, features }));
  return inn("kommune.geojson");
}

/** As the product specification's GML has it. */
function gml(): string {
  const ring = (points: Ring): string =>
    `<gml:LinearRing><gml:posList>${points.flat().join(" ")}</gml:posList></gml:LinearRing>`;
  const surface = (parts: Parts): string =>
    `<gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::25833" srsDimension="2">${parts
      .map(
        ([shell, ...holes]) =>
          `<gml:surfaceMember><gml:Polygon><gml:exterior>${ring(shell)}</gml:exterior>${holes
            .map((hole) => `<gml:interior>${ring(hole)}</gml:interior>`)
            .join("")}</gml:Polygon></gml:surfaceMember>`,
      )
      .join("")}</gml:MultiSurface>`;
  const name = ({ navn, sprak, rekkefolge }: (typeof NAMES)[number]): string =>
    `<app:administrativEnhetNavn><app:AdministrativEnhetNavn><app:navn>${navn}</app:navn><app:språk>${sprak}</app:språk><app:rekkefølge>${rekkefolge}</app:rekkefølge></app:AdministrativEnhetNavn></app:administrativEnhetNavn>`;
  const kommune = (id: number, number: string, names: typeof NAMES, parts: Parts): string =>
    `<gml:featureMember><app:Kommune gml:id="k.${id}"><app:område>${surface(parts)}</app:område><app:kommunenummer>${number}</app:kommunenummer>${names.map(name).join("")}<app:samiskForvaltningsområde>true</app:samiskForvaltningsområde></app:Kommune></gml:featureMember>`;
  const karasjok = [{ navn: "Kárášjohka", sprak: "sme", rekkefolge: "0" }];
  writeFileSync(
    inn("kommune.gml"),
    `<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="https://skjema.geonorge.no/SOSI/produktspesifikasjon/AdmEnheter/20240101" gml:id="c">
${kommune(1, "5622", NAMES, PORSANGER)}${kommune(2, "5610", karasjok, KARASJOK)}</gml:FeatureCollection>`,
  );
  return inn("kommune.gml");
}

test.each([
  ["GeoJSON", geoJson],
  ["GML", gml],
])(
  "all official names in their order, with language, from %s; parts and enclaves count",
  async (_, write) => {
    const path = write();
    const { tables, facts } = await accounted({
      grunnkart: { path: ground },
      units: [{ name: "kommune", path }],
    });
    const [layer] = facts.zoneLayers;
    expect(layer.names?.get("5622")).toEqual({
      navn: WHOLE,
      official: [NAMES[2], NAMES[0], NAMES[1]],
      samisk: true,
    });
    expect(layer.units.map(({ key, union, covered }) => [key, union.planM2, covered.planM2])).toEqual([
      ["5610", 8e6, 8e6],
      ["5622", 8e6, 8e6],
    ]);
    expect(layer.overlap.planM2).toBe(0);
    const byUnit = tables.find(({ id }) => id === "T1-objtype-kommune")!;
    const shown = new Set(byUnit.rows.map(([enhet, navn]) => `${String(enhet)} ${String(navn)}`));
    expect([...shown]).toEqual(["5610 Kárášjohka", `5622 ${WHOLE}`]);
  },
);

test("the cube has them too, and the run folder lists them with language and order", async () => {
  const path = geoJson();
  const { cube } = await runStatistics(
    {
      years: [{ year: "2024", path: ground }],
      classField: "objtype",
      units: [{ name: "kommune", path }],
      measure: "kartplan",
      date: "2024-01-01",
      workers: 0,
    },
    rules,
  );
  const [region] = cube!.dimensions;
  expect(region.names[region.codes.indexOf("5622")]).toBe(WHOLE);
  expect(region.names[region.codes.indexOf("3419")]).toBe("Våler (Innlandet)"); // the register's, beside them

  await account(settings(ground, { kommune: path }, inn("ut")), true, new AbortController().signal);
  expect(readFileSync(join(inn("ut"), "tables", "enheter-kommune.csv"), "utf8")).toBe(
    [
      "enhet,enhetNavn,rekkefolge,sprak,navn,samiskForvaltningsomrade",
      "5610,Kárášjohka,0,sme,Kárášjohka,ja",
      `5622,${WHOLE},1,nor,Porsanger,ja`,
      `5622,${WHOLE},2,sme,Porsáŋgu,ja`,
      `5622,${WHOLE},3,fkv,Porsanki,ja`,
      "",
    ].join("\n"),
  );
});

test("the flat form of the OGC API: one string as it stands; two kommuner of one name keep the register's", async () => {
  const flat = (kommunenummer: string, kommunenavn: string, minX: number) => ({
    ring: box(minX, 0, minX + 1000, 4000),
    values: { kommunenummer, kommunenavn, samiskforvaltningsomrade: "false", objid: "7" },
  });
  const flater = [
    flat("3114", "Våler", 0),
    flat("3419", "Våler", 1000),
    flat("5622", WHOLE, 2000),
    flat("9999", "", 3000),
  ];
  const path = writeGeoJson(inn("kommune.geojson"), flater);
  const { facts } = await accounted({ grunnkart: { path: ground }, units: [{ name: "kommune", path }] });
  const nameOf = nameOfUnit(facts.zoneLayers[0], rules);
  expect(["3114", "3419", "5622", "9999", "0301"].map(nameOf)).toEqual([
    "Våler (Østfold)",
    "Våler (Innlandet)",
    WHOLE,
    "",
    "Oslo", // not in the file: the register's
  ]);
  expect(facts.zoneLayers[0].names?.get("3114")).toEqual({ navn: "Våler", official: [], samisk: false });
});

test("names hang on the number alone: the order of features moves none, and text that is no list is no harm", async () => {
  const values = fc.constantFrom("[", "[1, null]", "[{}]", '[{"navn": "Á"}]', '[{"navn": 3}]', "Vuotna", "");
  await fc.assert(
    fc.asyncProperty(fc.array(values, { minLength: 2, maxLength: 4 }), async (names) => {
      const flater = names.map((navn, i) => ({
        ring: box(1000 * i, 0, 1000 * i + 1000, 4000),
        values: { kommunenummer: "5622", administrativenhetnavn: navn, kommunenavn: "Porsanger" },
      }));
      const namesOf = async (name: string, list: typeof flater) => {
        const path = writeGeoJson(inn(name), list);
        const { facts } = await accounted({
          grunnkart: { path: ground },
          units: [{ name: "kommune", path }],
        });
        return facts.zoneLayers[0].names;
      };
      const found = await namesOf("a.geojson", flater);
      expect(found?.size).toBe(1);
      expect(await namesOf("b.geojson", flater.toReversed())).toEqual(found);
    }),
    { numRuns: 8 },
  );
});
