import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { reproject } from "../../src/read/crs/reproject.js";
import { cellsCsv } from "../../src/report/csv.js";
import { accounted, planM2By } from "./accounted.js";
import { GROUND_FORMS } from "./groundFiles.js";
import { box, type Flate, GROUND, KOMMUNER, layerOfFlater, writeFgb, writeGeoJson } from "./scene.js";

/** Several files as one ground. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "grunner-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
const newFolder = (): string => {
  const path = join(folder, String(number++));
  mkdirSync(path);
  return path;
};
const units = () => [
  { name: "kommune", path: writeGeoJson(join(newFolder(), "kommuner.geojson"), KOMMUNER) },
];
const account = (paths: readonly string[], more = {}) => {
  const [first, ...others] = paths.map((path) => ({ path }));
  return accounted({ grunnkart: first, moreGrounds: others, classes: ["OBJTYPE"], units: units(), ...more });
};
const WEST = GROUND.filter((_, i) => i % 4 < 2);
const EAST_HALF = GROUND.filter((_, i) => i % 4 >= 2);
const cells = (one: Awaited<ReturnType<typeof account>>) => [...cellsCsv(one.facts.cells)].join("");

test.each(Object.keys(GROUND_FORMS))(
  "two halves, one of them %s, give the cells of the whole",
  async (form) => {
    const whole = await account([await GROUND_FORMS["ground.fgb"](newFolder(), GROUND)]);
    const west = await GROUND_FORMS["ground.fgb"](newFolder(), WEST);
    const east = await GROUND_FORMS[form](newFolder(), EAST_HALF);
    for (const paths of [
      [west, east],
      [east, west],
    ]) {
      const both = await account(paths);
      expect(cells(both).toLowerCase()).toBe(cells(whole).toLowerCase());
      expect(both.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(both.facts.ground).toMatchObject({ featureCount: 16, vertexCount: 80 });
    }
  },
);

test("every file stands among the inputs, in the order given, with its hash", async () => {
  const forms = Object.keys(GROUND_FORMS);
  const paths = await Promise.all(
    forms.map((form, i) => GROUND_FORMS[form](newFolder(), GROUND.slice(2 * i, 2 * i + 2))),
  );
  const { facts } = await account(paths);
  const grounds = facts.inputs.filter(({ role }) => role === "grunnkart");
  const isZip = (form: string): boolean => form.endsWith(".zip"); // then the entry stands behind the archive's name
  expect(grounds.map(({ file }) => file)).toEqual(
    forms.map((form) => (isZip(form) ? `${form}#a/${form.replace(".zip", "")}` : form)),
  );
  expect(grounds.map(({ featureCount }) => featureCount)).toEqual(forms.map(() => 2));
  expect(new Set(grounds.map(({ sha256 }) => sha256)).size).toBe(forms.length);
  expect(facts.ground.featureCount).toBe(2 * forms.length);
});

test("the same bytes however it is cut and with copies kept", async () => {
  const paths = await Promise.all(
    Object.values(GROUND_FORMS).map((make, i) => make(newFolder(), GROUND.slice(2 * i, 2 * i + 2))),
  );
  const expected = await account(paths);
  for (const cutBytes of [300, 4000]) {
    expect(cells(await account(paths, { cutBytes }))).toBe(cells(expected));
  }
  const prepared = { version: "1", folder: join(newFolder(), "felles") };
  for (let round = 0; round < 2; round++) {
    const { facts } = await account(paths, { prepared });
    expect(facts.inputs.slice(0, -1)).toEqual(expected.facts.inputs.slice(0, -1)); // the units lie elsewhere each time
  }
});

test("two systems: the first file's is worked in, the others are converted, and it is told", async () => {
  const at = newFolder();
  const west = await writeFgb(join(at, "vest.fgb"), layerOfFlater("flater", WEST));
  const east = layerOfFlater("flater", EAST_HALF);
  const other = await writeFgb(join(at, "ost.fgb"), reproject(east, 25832));
  const { facts } = await account([west, other]);
  expect(facts.inputs.map(({ file, epsg, reprojectedFrom }) => [file, epsg, reprojectedFrom])).toEqual([
    ["vest.fgb", 25833, undefined],
    ["ost.fgb", 25833, 25832],
    ["kommuner.geojson", 25833, undefined],
  ]);
  expect(facts.findings).toMatchObject([{ code: "REPROJISERT", layer: "ost.fgb" }]);
  const sums = planM2By(facts, ["kommune"]);
  expect(sums.get("0301")).toBeCloseTo(6e6, 2);
  expect(sums.get("3201")).toBeCloseTo(10e6, 2);
});

test("findings say which file they are of; files of one name by their folders", async () => {
  const bent: Flate = { ring: box(0, 0, 100, 100), values: { objtype: "Skog" } };
  const make = (at: string) => {
    mkdirSync(at, { recursive: true });
    const path = writeGeoJson(join(at, "flater.geojson"), [bent]);
    const empty = { type: "Feature", properties: { objtype: "Myr" }, geometry: null };
    const crs = { type: "name", properties: { name: "EPSG:25833" } };
    writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features: [empty] }));
    return path;
  };
  const at = newFolder();
  const ground = await GROUND_FORMS["ground.fgb"](newFolder(), GROUND);
  const { facts } = await account([ground, make(join(at, "0301")), make(join(at, "3201"))]);
  expect(facts.findings.map(({ code, layer }) => [code, layer])).toEqual([
    ["NULL_GEOMETRI", "0301/flater.geojson"],
    ["NULL_GEOMETRI", "3201/flater.geojson"],
  ]);
});

describe("refused, by the name of the file", () => {
  const fgb = (name: string, flater: readonly Flate[]) =>
    writeFgb(join(newFolder(), name), layerOfFlater("flater", flater));
  const refusal = async (paths: readonly string[], more = {}): Promise<InputError> => {
    const error: unknown = await account(paths, more).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  };

  test("a file given twice", async () => {
    const path = await fgb("a.fgb", GROUND);
    const error = await refusal([path, join(path, "..", "a.fgb")]);
    expect(error.message).toMatch(/a\.fgb: a ground file that was given before/);
  });

  test("a file without the class field asked for", async () => {
    const other = GROUND.map(({ ring }) => ({ ring, values: { kode: "x" } }));
    const error = await refusal([await fgb("a.fgb", WEST), await fgb("b.fgb", other)]);
    expect(error.message).toMatch(/b\.fgb: no field OBJTYPE/);
  });

  test("another edition of the Grunnkart, where the fields are chosen for the user", async () => {
    const edition = (fields: readonly string[], half: readonly Flate[]) =>
      half.map(({ ring }) => ({ ring, values: Object.fromEntries(fields.map((field) => [field, "1"])) }));
    const one = await fgb("a.fgb", edition(["arealdekkeniva1", "okosystemtype1"], WEST));
    const two = await fgb("b.fgb", edition(["arealdekkeniva1"], EAST_HALF));
    const error = await refusal([one, two], { classes: [] });
    expect(error.message).toMatch(/b\.fgb: the class fields arealdekkeNiva1\. Wanted: those of a\.fgb/);
    const { facts } = await account([one, two], { classes: ["arealdekkeNiva1"] });
    expect([...facts.cells.classes.keys()]).toEqual(["arealdekkeNiva1"]);
  });

  test("one spelled otherwise is the same field", async () => {
    const spelled = (field: string, half: readonly Flate[]) =>
      half.map(({ ring, values }) => ({ ring, values: { [field]: String(values.objtype) } }));
    const paths = [
      await fgb("a.fgb", spelled("arealdekkeniva1", WEST)),
      await fgb("b.fgb", spelled("arealdekkeNiva1", EAST_HALF)),
    ];
    const { facts } = await account(paths, { classes: [] });
    expect([...facts.cells.classes.keys()]).toEqual(["arealdekkeNiva1"]);
    expect(facts.ground.featureCount).toBe(16);
  });

  test("an empty file, and one that ends too early", async () => {
    const good = await fgb("a.fgb", WEST);
    const empty = join(newFolder(), "tom.geojson");
    writeFileSync(empty, '{"type":"FeatureCollection","features":[]}');
    expect((await refusal([good, empty])).where.layer).toContain("tom.geojson");
    const cut = await GROUND_FORMS["ground.gml"](newFolder(), EAST_HALF);
    writeFileSync(cut, readFileSync(cut, "utf8").slice(0, -300));
    expect((await refusal([good, cut])).where.layer).toContain("ground.gml");
  });
});
