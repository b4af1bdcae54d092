import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSource } from "../../src/read/open.js";
import { chooseClassFields } from "../../src/run/fields.js";
import { nameFields } from "../../src/run/unitNames.js";
import { rules } from "./accounted.js";
import { box } from "./scene.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "felt-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A layer of one box whose fields have these names. */
function layerWith(fields: readonly string[]) {
  const path = join(folder, "lag.geojson");
  const properties = Object.fromEntries(fields.map((name) => [name, "a"]));
  const geometry = { type: "Polygon", coordinates: [box(0, 0, 10, 10)] };
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  const features = [{ type: "Feature", properties, geometry }];
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features }));
  return openSource(path);
}

test.each(["kartplanM2", "ellipsoideM2"])(
  "no class field may be called %s, as the figures are",
  async (name) => {
    const source = await layerWith(["klasse", name]);
    expect(() => chooseClassFields(source, ["klasse", name], rules)).toThrow(
      `the class field ${name}, as a column of figures in the cells is called`,
    );
  },
);

test("polygons without any field are refused with what they lack, not with a flag", async () => {
  const source = await layerWith([]);
  expect(() => chooseClassFields(source, [], rules)).toThrow(/\(it has none\)\. Give the polygons a field/);
});

test("a key field may be called as anything, also as what every object has", async () => {
  const source = await layerWith(["constructor"]);
  expect(nameFields(source, "constructor", rules)).toEqual(new Map());
});
