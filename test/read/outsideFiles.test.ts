import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../src/core/layer.js";
import { InputError } from "../../src/core/trouble.js";
import { openSource, sourcesOf } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { loadRules } from "../../src/rules/load.js";
import { inspectSource } from "../../src/run/inspect.js";
import { featureArea } from "./areas.js";
import { haveOutsideData, outside } from "./outsideData.js";

/** What a file holds: per layer of areas its features and vertices. Or the reason why it is refused. */
type Expected = {
  readonly layers?: Readonly<Record<string, readonly [features: number, vertices: number]>>;
  readonly epsg?: number;
  /** Layers of lines and points beside them. */
  readonly others?: number;
  /** Given by the user, because the file cannot say. */
  readonly stated?: number;
  readonly refused?: RegExp;
};

const NO_CRS = /does not say its CRS.*State it with epsg/;
const one = (name: string, features: number, vertices: number, epsg: number, more = {}): Expected => ({
  layers: { [name]: [features, vertices] },
  epsg,
  ...more,
});
const kristiansand = (name = "arealdekke") => one(name, 352, 23602, 25832);

/**
 * Every file of the outside data. Features and vertices are those its README gives (GEOS and GDAL); SOSI has fewer
 * vertices because a node where two arcs meet is stored in both and kept once (1 469 of 23 602).
 */
const FILES: Readonly<Record<string, Expected>> = {
  "admin/Basisdata_0000_Norge_25833_Fylker_GeoJSON.zip": one("Fylke", 15, 181360, 25833, { others: 1 }),
  "admin/grunnkretser_asker_baerum_2018_25833.geojson": one("grunnkretser_asker_baerum_2018_25833", 535, 19065, 25833), // prettier-ignore
  "admin/kommuner_2024_L_wgs84.fgb": one("Kommuner", 357, 218279, 4326),
  "admin/kommuner_2024_M_wgs84.geojson": one("kommuner_2024_M_wgs84", 357, 84349, 4326),
  "admin/n1000_kommune_25833.fgb": one("n1000_kommune", 359, 64181, 25833),
  "admin/osm_liechtenstein_2015_kommuner_wgs84.geojson": one("osm_liechtenstein_2015_kommuner_wgs84", 11, 4696, 4326), // prettier-ignore
  "arealdekke/n1000_arealdekke_25833.fgb": one("n1000_arealdekke", 15867, 966038, 25833),
  "arealdekke/n250_kristiansand_arealdekke_utm32.sos": one("n250_kristiansand_arealdekke_utm32", 352, 22133, 25832, { others: 13 }), // prettier-ignore
  "arealdekke/n250_kristiansand_arealdekke_utm32_feil_tegnsett.sos": one("n250_kristiansand_arealdekke_utm32_feil_tegnsett", 352, 22133, 25832, { others: 13 }), // prettier-ignore
  "arealdekke/ngis_ar5_onlyLines.geojson": { layers: {}, others: 1 },
  "arealdekke/ngis_ar5_onlyPolygons.geojson": one("ngis_ar5_onlyPolygons", 2, 340, 4258),
  "arealdekke/nibio_ar5_flate_4258.geojson": one("nibio_ar5_flate_4258", 42, 3715, 4258),
  "arealdekke/nibio_ar5_grense_4258.geojson": { layers: {}, others: 1 },
  "arealdekke/nibio_flater_fra_linjer_02_25833.fgb": one("nibio_flater_fra_linjer_02_25833", 5466, 179685, 25833), // prettier-ignore
  "arealdekke/nibio_hovedokosystem_nordland_4258.geojson": one("nibio_hovedokosystem_nordland_4258", 2, 15020, 4258), // prettier-ignore
  "arealdekke/nibio_linjer_02_4258.fgb": { refused: /a layer of LineString\. Wanted: polygons/ },
  "arealdekke/osm_liechtenstein_2015_arealdekke_wgs84.geojson": one("osm_liechtenstein_2015_arealdekke_wgs84", 586, 18582, 4326), // prettier-ignore
  "arealdekke/ssb_flater_haugesund_25833.wkt.txt": one("ssb_flater_haugesund_25833.wkt", 108, 9046, 25833, { stated: 25833, refused: NO_CRS }), // prettier-ignore
  "arealdekke/ssb_flater_oslo_25833.wkt.txt": one("ssb_flater_oslo_25833.wkt", 88, 8223, 25833, { stated: 25833, refused: NO_CRS }), // prettier-ignore
  "formater/kristiansand_arealdekke_25832.fgb": kristiansand(),
  "formater/kristiansand_arealdekke_25832.gdb.zip": kristiansand(),
  "formater/kristiansand_arealdekke_25832.geojson": kristiansand(),
  "formater/kristiansand_arealdekke_25832.gml.zip": kristiansand(),
  "formater/kristiansand_arealdekke_25832.gpkg": kristiansand(),
  "formater/kristiansand_arealdekke_25832.shp.zip": kristiansand("k"),
  "hoyde/n1000_hoydelag_25833.fgb": one("n1000_hoydelag", 6327, 378657, 25833),
  "hoyde/n250_kristiansand_hoyde_utm32.sos": one("Høydelag", 71, 3816, 25832, { others: 5 }),
  // One of its seventeen is in a system of Iraq, on purpose; gmlFiles.test.ts goes through them one by one.
  "plan/dibk_reguleringsplanforslag_gml.zip": { refused: /gml\.epsg\.1-fail\.gml: EPSG:23095/ },
  "plan/regplan_saltdal_2016003_ntm15.sos": {
    layers: {
      RpOmråde: [1, 437],
      RpBestemmelseOmråde: [22, 692],
      RpAngittHensynSone: [2, 40],
      RpSikringSone: [3, 14],
      RpFareSone: [1, 10],
      RpArealformålOmråde: [49, 10475],
    },
    epsg: 5115,
    others: 8,
  },
  "ugyldig/clc2006_2018418_3035.geojson": one("clc2006_2018418_3035", 1, 44051, 4326),
  "ugyldig/fylke_ugyldig_utm33.sos": one("fylker", 1, 16658, 25833, { others: 1 }),
  "ugyldig/nibio_kommuner_overlapp_gap_4258.geojson": one("nibio_kommuner_overlapp_gap_4258", 428, 3779, 4258), // prettier-ignore
  "ugyldig/ssb_dissolve_error_25833.wkt.txt": one("ssb_dissolve_error_25833.wkt", 29, 2270, 25833, { stated: 25833, refused: NO_CRS }), // prettier-ignore
  "ugyldig/ssb_hole_closing_25833.wkt.txt": one("ssb_hole_closing_25833.wkt", 111, 4491, 25833, { stated: 25833, refused: NO_CRS }), // prettier-ignore
};

async function looked(path: string, stated: number | undefined) {
  const layers: Record<string, readonly [number, number]> = {};
  let others = 0;
  let epsg: number | undefined;
  for (const source of await sourcesOf(
    outside(`data/${path}`),
    stated === undefined ? {} : { epsg: stated },
  )) {
    const { layer, featureCount: count } = await readLayer(source, []);
    if (layer.xy.length === 0) others++;
    else [layers[source.name], epsg] = [[count, layer.xy.length / 2], source.epsg];
  }
  return { layers, ...(others > 0 && { others }), ...(epsg !== undefined && { epsg }) };
}

describe.skipIf(!haveOutsideData)(
  "every file of the outside data is read, or refused with its reason",
  () => {
    test("none is left out of the table", () => {
      const folders = readdirSync(outside("data"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "fasit")
        .map(({ name }) => name);
      const files = folders.flatMap((name) =>
        readdirSync(outside(`data/${name}`)).map((file) => `${name}/${file}`),
      );
      expect(files.sort()).toEqual(Object.keys(FILES).sort());
    });

    test.each(Object.entries(FILES))(
      "%s",
      { timeout: 60_000 },
      async (path, { refused, stated, ...expected }) => {
        if (refused !== undefined) {
          const trouble: unknown = await looked(path, undefined).catch((error: unknown) => error);
          expect(trouble).toBeInstanceOf(InputError);
          expect((trouble as InputError).message).toMatch(refused);
        }
        if (expected.layers !== undefined) expect(await looked(path, stated)).toEqual(expected);
      },
    );

    test("metres under a system in degrees are told of by a look, and no area is taken of them", async () => {
      const source = await openSource(outside("data/ugyldig/clc2006_2018418_3035.geojson"));
      const { crsByValues } = await inspectSource(source, await loadRules());
      expect(crsByValues).toMatchObject({ fits: false });
      expect(crsByValues.says).toMatch(/These look like metres/);
    });
  },
);

/** The Kristiansand layer and its fields in the words of each format. */
const SAME_LAYER: Readonly<Record<string, readonly [kind: string, date: string, lake: string]>> = {
  "formater/kristiansand_arealdekke_25832.fgb": ["objekttypenavn", "oppdateringsdato", "vatnLøpenummer"],
  "formater/kristiansand_arealdekke_25832.geojson": ["objekttypenavn", "oppdateringsdato", "vatnLøpenummer"],
  "formater/kristiansand_arealdekke_25832.gpkg": ["objekttypenavn", "oppdateringsdato", "vatnLøpenummer"],
  "formater/kristiansand_arealdekke_25832.gdb.zip": ["objekttypenavn", "oppdateringsdato", "vatnLøpenummer"],
  "formater/kristiansand_arealdekke_25832.gml.zip": ["objekttypenavn", "oppdateringsdato", "vatnLøpenummer"],
  "formater/kristiansand_arealdekke_25832.shp.zip": ["objekttype", "oppdaterin", "vatnLøpen"],
  "arealdekke/n250_kristiansand_arealdekke_utm32.sos": ["OBJTYPE", "OPPDATERINGSDATO", "VATNLNR"],
  "arealdekke/n250_kristiansand_arealdekke_utm32_feil_tegnsett.sos": [
    "OBJTYPE",
    "OPPDATERINGSDATO",
    "VATNLNR",
  ],
};

describe.skipIf(!haveOutsideData)("one layer in eight files", () => {
  /** GDAL wrote the GeoJSON; JSON.parse reads it, and nothing of ours. */
  const listed = (): string[] => {
    const text = readFileSync(outside("data/formater/kristiansand_arealdekke_25832.geojson"), "utf8");
    const { features } = JSON.parse(text) as {
      features: { properties: Record<string, string | number | null> }[];
    };
    return features
      .map(({ properties: { objekttypenavn, oppdateringsdato, ...rest } }) =>
        [objekttypenavn, dateOf(String(oppdateringsdato)), rest["vatnLøpenummer"] ?? ""].join(" "),
      )
      .sort();
  };

  const sumsOfReference = (): Map<string, readonly [number, number]> => {
    const text = readFileSync(outside("data/fasit/n250_kristiansand_objtype_m2.csv"), "utf8");
    const rows = text.trim().split(/\r?\n/).slice(1);
    return new Map(
      rows.map((row) => row.split(",")).map(([kind, count, m2]) => [kind, [Number(count), Number(m2)]]),
    );
  };

  test.each(Object.entries(SAME_LAYER))("%s", { timeout: 60_000 }, async (path, fields) => {
    const { layer, featureCount: count } = await readLayer(await openSource(outside(`data/${path}`)), fields);
    expect(count).toBe(352);
    const [kinds, dates, lakes] = fields.map((field) => termsOf(layer, field));
    expect(kinds.map((kind, f) => [kind, dateOf(dates[f]), lakes[f]].join(" ")).sort()).toEqual(listed());
    const reference = sumsOfReference();
    for (const [kind, [number, m2]] of reference) {
      const of = kinds.flatMap((one, f) => (one === kind ? [f] : []));
      expect(of.length, kind).toBe(number);
      const sum = of.reduce((total, f) => total + featureArea(layer, f), 0);
      expect(Math.abs(sum - m2), kind).toBeLessThan(0.0051); // the reference has two decimals
    }
    expect(new Set(kinds)).toEqual(new Set(reference.keys()));
  });
});

const termsOf = (layer: Layer, field: string): string[] =>
  Array.from({ length: featureCount(layer) }, (_, f) => termOf(layer.columns.get(field)!, f));

/** 2009-01-16, 2009-01-16T00:00:00.000Z and 20090116 are one day. */
const dateOf = (text: string): string => text.replaceAll("-", "").slice(0, 8);
