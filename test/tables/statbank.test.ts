import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { parseReference } from "../../src/tables/referenceFile.js";
import { statbankReference } from "../../src/tables/statbank.js";

const dataset = {
  version: "2.0",
  class: "dataset",
  id: ["Region", "ArealKlasse", "ContentsCode", "Tid"],
  size: [3, 2, 1, 2],
  dimension: {
    Region: { category: { index: { "K-0301": 0, "K-3101": 1, "0": 2 }, label: { "K-0301": "Oslo" } } },
    ArealKlasse: { category: { index: ["15-16", "23"] } },
    ContentsCode: { category: { index: { Areal: 0 }, unit: { Areal: { base: "km²" } } } },
    Tid: { category: { index: { "2024": 0, "2025": 1 } } },
  },
  value: [1, 1.5, null, null, 40, 41.25, null, null, 9, 9, 9, 9],
};

describe("table 09594", () => {
  test("JSON-stat: the latest year, kommuner alone, missing cells left out", () => {
    expect(parseReference("09594", JSON.stringify(dataset))).toEqual({
      name: "09594 2025",
      columns: ["kommunenummer", "arealklasse", "areal_km2"],
      rows: [
        ["0301", "15-16", "1.5"],
        ["3101", "15-16", "41.25"],
      ],
    });
  });

  test("CSV with a column a year, and long, with StatBank's signs", () => {
    const wide =
      '"09594: Arealbruk"\n\n"region";"arealklasse";"Areal (km²) 2024";"Areal (km²) 2025"\n"0301 Oslo";"15-16 Jordbruk";1,0;"1 001,5"\n"0301 Oslo";"23 Sjøområde";"..";".."\n"301 Oslo";"17 Skog";-;-\n';
    expect(parseReference("a", wide).rows).toEqual([
      ["0301", "15-16", "1001.5"],
      ["0301", "17", "0"],
    ]);
    const long = "Region,ArealKlasse,Tid,Areal\nK-3101,22.01,2023,7\nK-3101,22.01,2024,8\n";
    expect(parseReference("a", long)).toMatchObject({ name: "a 2024", rows: [["3101", "22.01", "8"]] });
  });

  test("another CSV is not taken for one", () => {
    expect(statbankReference("a", "objtype,areal_m2\nSkog,1\n")).toBe(undefined);
  });

  test.each([
    ["a broken text", "{"],
    ["no dataset", "{}"],
    ["no region", JSON.stringify({ ...dataset, id: ["A", "ArealKlasse", "ContentsCode", "Tid"] })],
    ["a size that lies", JSON.stringify({ ...dataset, size: [3, 2, 1, 3] })],
    [
      "several measures",
      JSON.stringify({
        ...dataset,
        size: [3, 2, 2, 2],
        dimension: { ...dataset.dimension, ContentsCode: { category: { index: ["A", "B"] } } },
      }),
    ],
    ["no kommune", JSON.stringify({ ...dataset, value: dataset.value.map(() => null) })],
  ])("%s is refused in words", (_, text) => {
    expect(() => parseReference("tabell", text)).toThrow(InputError);
  });

  test("a damaged table is refused or read, never a crash", () => {
    const text = JSON.stringify(dataset);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 3 }), (at, put) => {
        try {
          parseReference("tabell", text.slice(0, at) + put + text.slice(at + 1));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
