import { expect, test } from "vitest";
import { cubeOf } from "../../src/report/tableCube.js";
import { loadRules } from "../../src/rules/load.js";
import { classFields } from "../../src/tables/classes.js";
import { cubeTable, statisticsCube } from "../../src/tables/kube.js";
import { kretsTable } from "../../src/tables/kretser.js";
import { cellsOf, factsOf, layerOf } from "../tables/invented.js";
import { basis9901 } from "./sample.js";

const rules = await loadRules();

test("T13 is a cube of regions by class: each level under its own code, and a value in every cell", () => {
  const cells = cellsOf(
    [
      ["objtype", "krets", "kartplanM2", "ellipsoideM2"],
      ["Skog", "03010101", "1000", "1000"],
      ["Myr", "03010102", "500", "500"],
      ["", "03010201", "7", "7"],
    ],
    ["krets"],
  );
  const facts = factsOf(cells, [layerOf(cells, "krets", "grunnkretsnummer")]);
  const [field] = classFields(facts, rules);
  const { table } = kretsTable(facts, rules, field, facts.zoneLayers[0]);
  const cube = cubeOf(table)!;
  const [krets, klasse, contents] = cube.dimensions;
  expect(cube.dimensions.map(({ id }) => id)).toEqual(["krets", "klasse", "contents"]);
  expect(krets.role).toBe("geo");
  const regions = ["03010101", "03010102", "03010201", "03010100", "03010200", "0301"];
  expect(krets.categories.map(({ code }) => code)).toEqual(regions);
  expect(klasse.categories.map(({ code }) => code)).toEqual(field.rows.map(({ kode, navn }) => kode || navn));
  expect([krets.title, klasse.title]).toEqual(["Grunnkrets", "Klasse"]);
  expect(krets.categories.at(-1)!.label).toBe("Oslo");
  expect(cube.signs.size).toBe(0);
  const at = (region: string, kode: string): number => {
    const row = regions.indexOf(region) * klasse.categories.length;
    return (row + klasse.categories.findIndex(({ code }) => code === kode)) * contents.categories.length;
  };
  expect(cube.values[at("03010101", "Skog")]).toBe(1000);
  expect(cube.values[at("03010102", "Skog")]).toBe(0);
  expect(cube.values[at("03010100", "Skog")]).toBe(1000);
  expect(cube.values[at("0301", "Myr")]).toBe(500);
  expect(cube.values[at("0301", "Uten verdi")]).toBe(7);
});

test("a class of T2 that is called as the column of sums has a category of its own", () => {
  const table = basis9901.tables.find(({ id }) => id.startsWith("T2-"))!;
  const [firstClass, sum] = [
    table.columns.findIndex(({ kind }) => kind === "area"),
    table.columns.length - 1,
  ];
  expect(table.columns[sum].id).toBe("sum");
  const columns = table.columns.map((column, c) => (c === firstClass ? { ...column, id: "sum" } : column));
  const measures = cubeOf({ ...table, columns })!
    .dimensions.at(-1)!
    .categories.map(({ code }) => code);
  expect(new Set(measures).size).toBe(measures.length);
});

test("regions of one name are told apart by their codes: Oslo the kommune, and the fylke", () => {
  const cells = cellsOf(
    [
      ["objtype", "kommune", "kartplanM2", "ellipsoideM2"],
      ["Skog", "0301", "1000000", "1000000"],
    ],
    ["kommune"],
  );
  const facts = factsOf(cells, [layerOf(cells, "kommune", "kommunenummer")]);
  const options = { field: "objtype", layer: "kommune", date: "2024-01-01" };
  const { cube } = statisticsCube([{ year: "2024", facts }], rules, options);
  const [region] = cubeOf(cubeTable(cube, facts, rules))!.dimensions;
  const labelOf = (kode: string) => region.categories.find(({ code }) => code === kode)!.label;
  expect([labelOf("0301"), labelOf("03"), labelOf("11")]).toEqual(["Oslo", "Oslo (03)", "Rogaland"]);
  expect(new Set(region.categories.map(({ label }) => label)).size).toBe(region.categories.length);
});
