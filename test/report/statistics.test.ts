import { readFileSync } from "node:fs";
import JSONstat from "jsonstat-toolkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { excelCsv, excelText } from "../../src/report/excelCsv.js";
import { jsonStat, type StatisticsHead } from "../../src/report/jsonStat.js";
import { plainDigits, pxBytes, pxText } from "../../src/report/px.js";
import { cubeOf, percentOf, type TableCube } from "../../src/report/tableCube.js";
import { textsIn } from "../../src/report/texts.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import type { Table, Value } from "../../src/tables/table.js";
import { parsePx } from "./pxReader.js";
import { plannedBasis, sampleTables } from "./plannedSample.js";

const head: StatisticsHead = {
  language: "nb",
  basis: plannedBasis,
  resultSha256: "ab".repeat(32),
};

/** Figures of a table in the order of its rows; shares in percent, as statistics files have them. */
function figuresOf(table: Table): (number | null)[] {
  const figures = table.columns.flatMap(({ kind }, c) => (kind === "text" ? [] : [c]));
  return table.rows.flatMap((row) =>
    figures.map((c) => {
      const value = row[c];
      return typeof value !== "number" ? null : table.columns[c].kind === "share" ? percentOf(value) : value;
    }),
  );
}

/** Not a number of the table's: nothing is there, or nothing could be. */
const present = (values: readonly (number | null)[]): number[] =>
  values.filter((value): value is number => value !== null);
const ascending = (a: number, b: number): number => a - b;

const cubes = (language: (typeof LANGUAGES)[number]) =>
  sampleTables(language).flatMap((table) => {
    const cube = cubeOf(table);
    return cube === undefined ? [] : [{ table, cube }];
  });

describe.each(LANGUAGES)("%s", (language) => {
  test("every table but lists and quality is a cube with the table's own numbers", () => {
    const ids = cubes(language).map(({ table }) => table.id.split("-")[0]);
    expect(new Set(ids)).toEqual(new Set(["T1", "T2", "T3", "T4", "T4b", "T4m", "T5", "T6", "T7"]));
    for (const { table, cube } of cubes(language)) {
      expect(present(cube.values).sort(ascending)).toEqual(present(figuresOf(table)).sort(ascending));
    }
  });

  test("each unit's figures stand under the unit", () => {
    for (const { table, cube } of cubes(language)) {
      const at = cube.dimensions.findIndex(({ id }) => id === "enhet");
      const column = table.columns.findIndex(({ id }) => id === "enhet");
      if (at < 0) continue;
      const size = (from: number) =>
        cube.dimensions.slice(from).reduce((product, { categories }) => product * categories.length, 1);
      cube.dimensions[at].categories.forEach(({ code }, c) => {
        const own = table.rows.filter((row) => row[column] === (code === "alt" ? "" : code));
        const under = cube.values.filter((_, i) => Math.floor((i % size(at)) / size(at + 1)) === c);
        expect(present(under).sort(ascending)).toEqual(
          present(figuresOf({ ...table, rows: own })).sort(ascending),
        );
      });
    }
  });

  test("JSON-stat says the same as its table, read by jsonstat-toolkit", () => {
    for (const { table, cube } of cubes(language)) {
      const dataset = JSONstat(JSON.parse(jsonStat(cube, { ...head, language }))) as Dataset;
      expect(dataset.class).toBe("dataset");
      expect(dataset.length).toBe(cube.dimensions.length);
      walk(table, cube, (categories, measure, value, measured) => {
        const query = Object.fromEntries(
          cube.dimensions.map(({ id }, d) => [
            id,
            d === cube.dimensions.length - 1 && measured ? measure : categories[d],
          ]),
        );
        expect(dataset.Data(query)?.value).toBe(value);
      });
    }
  });

  test("PX says the same as its table, read by a parser of the format description", () => {
    for (const { table, cube } of cubes(language)) {
      const px = parsePx(pxText(cube, "utf-8", { ...head, language }));
      expect(px.size).toEqual(cube.dimensions.map(({ categories }) => categories.length));
      expect(px.codes).toEqual(cube.dimensions.map(({ categories }) => categories.map(({ code }) => code)));
      expect(px.cells).toEqual(cube.values.map((value, at) => value ?? cube.signs.get(at)));
      expect(present(cube.values).length).toBe(present(figuresOf(table)).length);
    }
  });
});

const GOLDEN = "T1-arealdekkeNiva1-kommuner";

/** One table in each form: read by people who look at what a change does to the files. */
const goldenFiles = (language: (typeof LANGUAGES)[number]): readonly (readonly [string, string])[] => {
  const table = sampleTables(language).find(({ id }) => id === GOLDEN)!;
  const cube = cubeOf(table)!;
  const more = { ...head, language, date: "2026-01-01" };
  return [
    [`${GOLDEN}.${language}.json`, jsonStat(cube, more)],
    [`${GOLDEN}.${language}.px`, pxText(cube, "utf-8", more)],
    [`${GOLDEN}.${language}.csv`, excelCsv(table, textsIn(language))],
  ];
};

test.each(LANGUAGES.flatMap(goldenFiles))("%s is the golden file, byte for byte", (name, text) => {
  expect(text).toBe(
    readFileSync(new URL(`../../reports/golden/9901-eksempel/${name}`, import.meta.url), "utf8"),
  );
});

type Dataset = {
  readonly class: string;
  readonly length: number;
  Data(query: Readonly<Record<string, string>>): { readonly value: number | null } | null;
};

/** Each cell that the table has, with the codes of its categories; there are as many as the table has. */
function walk(
  table: Table,
  cube: TableCube,
  visit: (codes: readonly string[], measure: string, value: number | null, measured: boolean) => void,
): void {
  const measured = cube.dimensions.at(-1)?.id === "contents";
  const rowDimensions = measured ? cube.dimensions.slice(0, -1) : cube.dimensions;
  const across = measured ? cube.dimensions.at(-1)!.categories : [{ code: "" }];
  const filled = cube.values
    .map((value, at) => ({ value, at }))
    .filter(({ value, at }) => value !== null || cube.signs.get(at) === ".");
  expect(filled.length).toBe(table.rows.length * across.length);
  for (const { at } of filled) {
    const codes: string[] = [];
    let left = Math.floor(at / across.length);
    for (const { categories } of [...rowDimensions].reverse()) {
      codes.unshift(categories[left % categories.length].code);
      left = Math.floor(left / categories.length);
    }
    visit(codes, across[at % across.length].code, cube.values[at], measured);
  }
}

test("a kommune's cells stand under its number and its classes", () => {
  const table = sampleTables("nb").find(({ id }) => id === "T1-arealdekkeNiva1-kommuner")!;
  const dataset = JSONstat(JSON.parse(jsonStat(cubeOf(table)!, head))) as Dataset;
  expect(dataset.Data({ enhet: "9901", post: "skog", contents: "arealDaa" })?.value).toBe(5000);
  expect(dataset.Data({ enhet: "9901", post: "sum", contents: "andelAvAlt" })?.value).toBe(100);
});

const oneTable = (rows: readonly (readonly Value[])[], more: Partial<Table> = {}): Table => ({
  ...sampleTables("nb")[0],
  id: "T9-prøve",
  title: "Prøve",
  columns: [
    { id: "enhet", title: "Enhet", kind: "text" },
    { id: "navn", title: "Navn", kind: "text" },
    { id: "areal", title: "Areal", kind: "area", unit: "daa" },
  ],
  rows,
  footnotes: [],
  ...more,
});

test("a row that is not there is missing, an empty cell is not possible", () => {
  const cube = cubeOf(
    oneTable([
      ["0301", "a", 1],
      ["0301", "b", null],
      ["1103", "a", 2],
    ]),
  )!;
  expect(cube.values).toEqual([1, null, 2, null]);
  expect([...cube.signs]).toEqual([
    [1, "."],
    [3, ".."],
  ]);
  expect(pxText(cube, "utf-8", head)).toMatch(/DATA=\n1 \n"\." \n2 \n"\.\." \n;\n$/);
});

test("two rows of one key are a list, no cube", () => {
  expect(
    cubeOf(
      oneTable([
        ["0301", "a", 1],
        ["0301", "a", 2],
      ]),
    ),
  ).toBeUndefined();
  expect(cubeOf(oneTable([]))).toBeUndefined();
});

test("areas that lie in one unit each become one dimension, not a square of holes", () => {
  const rows = Array.from({ length: 1000 }, (_, i): Value[] => [
    String(i).padStart(4, "0"),
    `område ${i}`,
    i,
  ]);
  const cube = cubeOf(oneTable(rows))!;
  expect(cube.dimensions.map(({ categories }) => categories.length)).toEqual([1000, 1]);
  expect(cube.values).toEqual(rows.map(([, , value]) => value));
});

const HOSTILE = [
  'a"b',
  "a;b",
  "=1+1",
  "#",
  "DATA=",
  "x\ny",
  "\u0000\u001b",
  "ŋ đ ŧ á",
  "x".repeat(10_000),
  ",",
  "",
];

test("hostile names stay text in PX and JSON-stat", () => {
  const rows = HOSTILE.flatMap(
    (name, i) =>
      [
        ["0301", name, i],
        ["1103", name, -1 - i],
      ] as Value[][],
  );
  const cube = cubeOf(oneTable(rows, { title: HOSTILE.join(" "), footnotes: HOSTILE }))!;
  const px = parsePx(pxText(cube, "utf-8", head));
  expect(px.cells).toEqual(cube.values);
  expect(px.codes[0]).toEqual(["0301", "1103"]);
  const json = JSON.parse(jsonStat(cube, head)) as {
    dimension: { post: { category: { label: Record<string, string> } } };
  };
  expect(Object.values(json.dimension.post.category.label)).toContain("=1+1");
});

test("any numbers come through PX to 15 decimals", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e22, max: 1e22 }), {
        minLength: 1,
        maxLength: 20,
      }),
      (values) => {
        const cube = cubeOf(oneTable(values.map((value, i) => ["1", String(i), value])))!;
        const { cells } = parsePx(pxText(cube, "utf-8", head));
        cells.forEach((cell, i) =>
          expect(Math.abs((cell as number) - values[i])).toBeLessThanOrEqual(
            Number.EPSILON * Math.max(4, Math.abs(values[i])),
          ),
        );
      },
    ),
  );
});

test.each([
  [0.1, "0.1"],
  [1e-7, "0.0000001"],
  [-1e-20, "0"],
  [1e21, "1000000000000000000000"],
  [-0, "0"],
  [100, "100"],
])("%d is written %s", (value, text) => {
  expect(plainDigits(value)).toBe(text);
});

test("windows-1252 holds what it has letters for, and refuses the rest", () => {
  expect([...pxBytes("æøå€Š−", "windows-1252", "t.px")]).toEqual([0xe6, 0xf8, 0xe5, 0x80, 0x8a, 0x2d]);
  expect(() => pxBytes("Kárášjohka č", "windows-1252", "t.px")).toThrow(InputError);
  expect(new TextDecoder().decode(pxBytes("č đ ŋ ŧ", "utf-8", "t.px"))).toBe("č đ ŋ ŧ");
});

test.each([
  [0.07, 7],
  [1 / 9, 11.11111111111111],
  [1e-9, 1e-7],
  [1, 100],
])("%d is %d per cent", (share, percent) => {
  expect(percentOf(share)).toBe(percent);
});

test("the date is written where one is given, and no other", () => {
  const cube = cubeOf(oneTable([["0301", "a", 1]]))!;
  expect(jsonStat(cube, head)).not.toContain("updated");
  expect(pxText(cube, "utf-8", head)).not.toContain("CREATION-DATE");
  expect(jsonStat(cube, { ...head, date: "2026-01-02" })).toContain('"updated":"2026-01-02T00:00:00Z"');
  expect(pxText(cube, "utf-8", { ...head, date: "2026-01-02" })).toContain('CREATION-DATE="20260102 00:00";');
});

test("CSV for Excel has a mark, semicolons, decimal commas, and codes that stay text", () => {
  const csv = excelCsv(
    oneTable([
      ["0301", "a;b", 1234.5],
      ["1-2", "=1+1", null],
    ]),
    textsIn("nb"),
  );
  expect(csv).toBe('\ufeffEnhet;Navn;Areal (daa)\r\n"=""0301""";"a;b";1234,5\r\n"=""1-2""";\'=1+1;\r\n');
});

test.each(["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])(
  "%j never begins as a formula",
  (text) => {
    expect(excelText(text).replace(/^"/, "")).toMatch(/^'/);
  },
);
