import { expect, test } from "vitest";
import { printTable } from "../../src/report/print.js";
import { viewOf } from "../../src/report/tableView.js";
import { tellingRows } from "../../src/report/tellingRows.js";
import { textsIn } from "../../src/report/texts.js";
import type { Table, Value } from "../../src/tables/table.js";
import { basis9901 } from "./sample.js";

const [{ meta, print }] = basis9901.tables;
const text = (id: string) => ({ id, title: id, kind: "text" as const });

const balance = (rows: readonly (readonly Value[])[]): Table => ({
  id: "T3-gjeldende",
  title: "T3 Planbalanse",
  columns: [text("enhet"), text("rad"), text("navn"), { id: "sum", title: "Sum", kind: "area", unit: "daa" }],
  rows,
  footnotes: [],
  print: { groupBy: ["enhet"], columns: ["navn", "sum"], rounding: print.rounding },
  meta,
});

const OSLO = [
  ["0301", "utenFormal", "Uten arealformål", 480],
  ["0301", "udekket", "Udekket", 0],
  ["0301", "sum", "Sum", 480],
];
const SALTDAL = [
  ["1840", "formal", "Kjøreveg", 54],
  ["1840", "sum", "Sum", 2246],
];

test("a unit with nothing but sums is left out where another has more, and it is said how many they are", () => {
  const table = balance([...OSLO, ...SALTDAL]);
  expect(tellingRows(table)).toEqual({ rows: [3, 4], unitsLeft: 1 });
  const printed = printTable(table, textsIn("nb"), { maxRows: 1 });
  expect(printed).not.toContain("Uten arealformål");
  expect(printed).toContain("Kjøreveg");
  expect(printed).toContain("… og 1 rader til\n1 enhet uten slike områder vises ikke.");
  const view = viewOf(table, textsIn("en"));
  expect(view.groups.map(({ heading }) => heading)).toEqual(["1840"]);
  expect(view.shortened).toBe("1 unit without such areas is not shown.");
});

test.each([
  ["no unit has more", balance(OSLO)],
  ["all units have more", balance(SALTDAL)],
  [
    "the table is not by unit",
    { ...balance([...OSLO, ...SALTDAL]), print: { ...balance([]).print, groupBy: [] } },
  ],
])("every row is shown where %s", (_, table) => {
  expect(tellingRows(table)).toEqual({ rows: [...table.rows.keys()], unitsLeft: 0 });
});
