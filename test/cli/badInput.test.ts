import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { InputError } from "../../src/core/trouble.js";
import type { RunSettings } from "../../src/run/settings.js";
import {
  box,
  EAST,
  type Flate,
  GROUND,
  hashesOf,
  KOMMUNER,
  layerOfFlater,
  NORTH,
  settings,
  writeFgb,
  writeGeoJson,
} from "../run/scene.js";

/** What is refused is refused whole: a message to act on, and the disk as it was, an earlier run's folder included. */
let folder: string;
let ground: string;
let kommuner: string;
let out: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "feil-inndata-"));
  mkdirSync(join(folder, "inn"));
  ground = await writeFgb(inn("grunnkart.fgb"), layerOfFlater("grunnkart", GROUND));
  kommuner = await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER));
  out = join(folder, "regnskap");
  await run(settings(ground, { kommune: kommuner }, out));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inn = (name: string): string => join(folder, "inn", name);
const run = (wanted: RunSettings): Promise<void> => account(wanted, true, new AbortController().signal);

/** Says what was wrong, and proves that nothing but the inputs is on the disk, and nothing of it new. */
async function refusal(wanted: RunSettings): Promise<InputError> {
  const before = hashesOf(out);
  const beside = readdirSync(folder);
  const error = await run(wanted).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  expect(hashesOf(out)).toEqual(before);
  expect(readdirSync(folder)).toEqual(beside);
  const refused = error as InputError;
  for (const part of [refused.where.layer, refused.came, refused.wanted, refused.todo]) {
    expect(part).toMatch(/\S{3}/);
    expect(refused.message).toContain(part);
  }
  return refused;
}

const withGround = (path: string, rest = {}) => settings(path, { kommune: kommuner }, out, rest);
const withUnits = (path: string, rest = {}) => settings(ground, { kommune: path }, out, rest);
const moved = (flater: readonly Flate[], move: (x: number, y: number) => [number, number]): Flate[] =>
  flater.map(({ ring, values }) => ({ ring: ring.map(([x, y]) => move(x, y)), values }));
const degrees = (x: number, y: number): [number, number] => [
  10.7 + (x - EAST) / 6e4,
  59.9 + (y - NORTH) / 1e5,
];

type Case = readonly [name: string, make: () => RunSettings | Promise<RunSettings>, says: RegExp];

const cases: readonly Case[] = [
  ["a ground file that is not there", () => withGround(inn("borte.fgb")), /borte\.fgb: no such file/],
  ["a unit file that is not there", () => withUnits(inn("borte.fgb")), /borte\.fgb: no such file/],
  [
    "a FlatGeobuf cut off in a feature",
    () => {
      writeFileSync(inn("kort.fgb"), readFileSync(ground).subarray(0, -100));
      return withGround(inn("kort.fgb"));
    },
    /kort\.fgb.*(ends|cut|truncated)/s,
  ],
  [
    "a FlatGeobuf cut off in its header",
    () => {
      writeFileSync(inn("hode.fgb"), readFileSync(ground).subarray(0, 60));
      return withGround(inn("hode.fgb"));
    },
    /hode\.fgb/,
  ],
  [
    "a class field that the ground has not: the message lists those it has",
    () => withGround(ground, { klasse: ["arealtype"] }),
    /no field arealtype\. Wanted: one of its fields: objtype/,
  ],
  [
    "a key field that the units have not",
    () => withUnits(kommuner, { enheter: [{ navn: "kommune", fil: kommuner, nokkel: "fylke" }] }),
    /no field fylke\. Wanted: one of its fields: kommunenummer/,
  ],
  [
    "degrees called metres",
    () => withGround(writeGeoJson(inn("grader.geojson"), moved(GROUND, degrees))),
    /Read as degrees this is 59\.\d+° N 10\.\d+° E/,
  ],
  [
    "units in degrees called metres",
    () => withUnits(writeGeoJson(inn("enhet-grader.geojson"), moved(KOMMUNER, degrees))),
    /Read as degrees this is 59\.\d+° N 10\.\d+° E/,
  ],
  [
    "metres called degrees",
    () => withGround(writeGeoJson(inn("meter.geojson"), GROUND, 4258)),
    /These look like metres/,
  ],
  [
    "northing before easting",
    () =>
      withGround(
        writeGeoJson(
          inn("akser.geojson"),
          moved(GROUND, (x, y) => [y, x]),
        ),
      ),
    /Wanted: easting first\..*Swap the axes/,
  ],
  [
    "latitude before longitude",
    () => {
      const latLon = moved(GROUND, (x, y) => [degrees(x, y)[1], degrees(x, y)[0]]);
      return withGround(writeGeoJson(inn("breddegrad.geojson"), latLon, 4258));
    },
    /Wanted: longitude first/,
  ],
  [
    "Web Mercator",
    async () => {
      const mercator = moved(GROUND, (x, y) => [1.19e6 + x - EAST, 8.38e6 + y - NORTH]);
      return withGround(await writeFgb(inn("mercator.fgb"), layerOfFlater("mercator", mercator, 3857)));
    },
    /EPSG:3857 \(Web Mercator\).*3 to 10 times too large/,
  ],
  [
    "NaN in the ground",
    async () => withGround(await writeFgb(inn("nan.fgb"), layerOfFlater("nan", withOneNaN(GROUND)))),
    /NaN|finite/,
  ],
  [
    "NaN in the units",
    async () => withUnits(await writeFgb(inn("enhet-nan.fgb"), layerOfFlater("nan", withOneNaN(KOMMUNER)))),
    /NaN|finite/,
  ],
  [
    "an infinite number in GeoJSON",
    () => {
      const path = writeGeoJson(inn("uendelig.geojson"), GROUND);
      writeFileSync(path, readFileSync(path, "utf8").replace(String(EAST + 1000), "1e999"));
      return withGround(path);
    },
    /Infinity|finite/,
  ],
  [
    "an empty ground layer",
    async () => withGround(await writeFgb(inn("tom.fgb"), layerOfFlater("tom", []))),
    /tom\.fgb: a layer without features/,
  ],
  ["an empty ground collection", () => withGround(writeGeoJson(inn("tom.geojson"), [])), /tom/],
  [
    "an empty unit layer",
    async () =>
      withUnits(
        await writeFgb(inn("tom-enhet.fgb"), {
          ...layerOfFlater("tom", []),
          columns: layerOfFlater("tom", KOMMUNER).columns,
        }),
      ),
    /tom-enhet\.fgb: a layer without features/,
  ],
  [
    "units far from the ground",
    async () => {
      const far = moved(KOMMUNER, (x, y) => [x + 50_000, y]);
      return withUnits(await writeFgb(inn("langt.fgb"), layerOfFlater("langt", far)));
    },
    /polygons that nowhere meet the ground layer/,
  ],
  [
    "units whose box meets the ground's but whose ground does not",
    () => {
      const corner = writeGeoJson(inn("trekant.geojson"), [
        {
          ring: [
            [EAST + 2500, NORTH - 2000],
            [EAST + 9000, NORTH - 2000],
            [EAST + 9000, NORTH + 3500],
            [EAST + 2500, NORTH - 2000],
          ],
          values: { kommunenummer: "0301" },
        },
      ]);
      return withUnits(corner);
    },
    /polygons that nowhere meet the ground layer/,
  ],
  [
    "a unit that crosses itself, where nothing is repaired: layer, key and place are named",
    () => {
      const bowTie: Flate = {
        ring: [
          [EAST, NORTH],
          [EAST + 1000, NORTH + 1000],
          [EAST + 1000, NORTH],
          [EAST, NORTH + 1000],
          [EAST, NORTH],
        ],
        values: { kommunenummer: "0301" },
      };
      return withUnits(writeGeoJson(inn("sloyfe.geojson"), [bowTie, KOMMUNER[1]]), { reparasjon: "off" });
    },
    /^kommune, feature 0301, near 260500\.00 6650500\.00: a zone polygon whose border crosses itself/,
  ],
  [
    "two unit layers of one name",
    () => {
      const twice = { navn: "kommune", fil: kommuner };
      return withUnits(kommuner, { enheter: [twice, twice] });
    },
    /a unit layer named kommune, as another column of the cells is/,
  ],
  [
    "a unit layer named as an area column",
    () => withUnits(kommuner, { enheter: [{ navn: "kartplanM2", fil: kommuner }] }),
    /a unit layer named kartplanM2, as another column of the cells is/,
  ],
  [
    "a key with the sign that joins keys",
    () => {
      const barred = { ...KOMMUNER[0], values: { kommunenummer: "0301|3201" } };
      return withUnits(writeGeoJson(inn("strek.geojson"), [barred, KOMMUNER[1]]));
    },
    /feature 0301\|3201: a key with \| in kommunenummer/,
  ],
  [
    "a reference that is not there",
    () => withUnits(kommuner, { referanse: [inn("fasit.csv")] }),
    /fasit\.csv: a file that cannot be read/,
  ],
];

test.each(cases)("%s", async (_, make, says) => {
  expect((await refusal(await make())).message).toMatch(says);
});

test("a result folder with other files in it is left alone", async () => {
  const foreign = inn("fremmed");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "notat.txt"), "mitt");
  const refused = await refusal(settings(ground, {}, foreign));
  expect(refused.came).toBe("a folder with other files in it (notat.txt)");
  expect(hashesOf(foreign)).toHaveProperty("notat.txt");
  expect(readdirSync(foreign)).toEqual(["notat.txt"]);
});

test("an earlier run's folder with a file of the user's in it is left alone", async () => {
  const mixed = inn("blandet");
  mkdirSync(mixed);
  writeFileSync(join(mixed, "kvittering.json"), "{}");
  writeFileSync(join(mixed, "mitt_grunnkart.geojson"), "mitt");
  const refused = await refusal(settings(ground, {}, mixed));
  expect(refused.came).toBe("a folder with other files in it (mitt_grunnkart.geojson)");
  expect(readdirSync(mixed).sort()).toEqual(["kvittering.json", "mitt_grunnkart.geojson"]);
});

test("a result folder that cannot be made: its parent is a file", async () => {
  writeFileSync(inn("fil.txt"), "");
  const refused = await refusal(settings(ground, {}, join(inn("fil.txt"), "ut")));
  expect(refused.came).toMatch(/cannot be written \(ENOTDIR\)/);
});

test("a refused run leaves no empty folders on the way to its own", async () => {
  await refusal(settings(inn("borte.fgb"), {}, join(folder, "ny", "dyp", "mappe")));
});

test("an unknown setting is named, with those there are", () => {
  const strange = () => settings(ground, {}, out, { arealmodus: "kartplan" });
  expect(strange).toThrow(InputError);
  expect(strange).toThrow(/arealmodus.*Wanted: the fields grunnkart, .*arealmetode/s);
});

/** The first polygon gets one vertex that is no place. */
function withOneNaN([first, ...rest]: readonly Flate[]): Flate[] {
  const ring = first.ring.map(([x, y], i) => (i === 1 ? [NaN, y] : [x, y]));
  return [{ ...first, ring }, ...rest];
}

test("the scene itself is sound", () => {
  expect(GROUND[0].ring).toEqual(box(0, 0, 1000, 1000));
  expect(Object.keys(hashesOf(out))).toEqual(
    expect.arrayContaining(["cells.csv", "findings.csv", "kvittering.json", "tables/T14.csv"]),
  );
});
