import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { loadRules } from "../../src/rules/load.js";
import { controlAgainst } from "../../src/tables/kontroll.js";
import { accountTables } from "../../src/tables/tables.js";
import { cellsOf, factsOf, kommune9901, layerOf, readRows } from "./invented.js";

const rules = await loadRules();

const file = (columns: string, ...rows: string[]) => ({
  name: "referanse",
  columns: columns.split(","),
  rows: rows.map((row) => row.split(",")),
});

const compare = (reference: ReturnType<typeof file>) =>
  controlAgainst(reference, kommune9901(), rules).rows.map((row) => [row[0], row[2], ...row.slice(4)]);

test("long form: the worst difference first, and before it what only one side has", () => {
  const rows = compare(
    file("KOMMUNENUMMER,arealdekkeniva1,areal_daa", "9901,skog,5001", "9901,hav,600", "9902,hav,7"),
  );
  expect(rows.filter((row) => row[3] !== null)).toEqual([
    ["9902", "hav", null, 7000, null, null],
    ["9901", "skog", 5_000_000, 5_001_000, -1000, -1000 / 5_001_000],
    ["9901", "hav", 600_000, 600_000, 0, 0],
  ]);
  expect(rows.slice(0, 6).map((row) => row[4])).toEqual([null, null, null, null, null, null]);
});

test("a class the unit does not have is 0 m2 with us", () => {
  const rows = compare(file("kommuner,okosystemtypeNiva1,areal_km2", "9901,elverBekkerKanaler,0.5"));
  expect(rows).toContainEqual(["9901", "elverBekkerKanaler", 0, 500_000, -500_000, -1]);
});

test("wide form, and columns that are not used are named", () => {
  const reference = file("kommunenummer,kommunenavn,skog,hav", "9901,Eksempel,5000000,600001");
  const table = controlAgainst(reference, kommune9901(), rules);
  expect(table.rows.filter((row) => row[6] !== null).map((row) => [row[2], row[6]])).toEqual([
    ["hav", -1],
    ["skog", 0],
  ]);
  expect(table.footnotes.join("\n")).toContain("ikke er brukt: kommunenavn.");
});

test.each(["constructor", "__proto__", "toString"])("a column called %s is no column of areas", (name) => {
  expect(() => compare(file(`kommunenummer,arealdekkeNiva1,${name}`, "9901,skog,5"))).toThrow(
    /Wanted: a class field \(arealdekkeNiva1.*areal_m2/,
  );
});

test("without a unit column the reference is for the whole ground", () => {
  expect(compare(file("arealdekkeNiva1,antall,areal_m2", "skog,1,5000000"))).toContainEqual([
    ...["", "skog", 5_000_000, 5_000_000, 0, 0],
  ]);
});

test.each([
  ["no class column", file("kommunenummer,areal_m2", "9901,1"), /Wanted: a class field \(arealdekkeNiva1/],
  ["decimal comma", { ...file("arealdekkeNiva1,areal_m2"), rows: [["skog", "1,5"]] }, /line 2.*«1,5»/],
  ["empty cell", file("arealdekkeNiva1,areal_m2", "skog,"), /«» in areal_m2/],
  ["a pair twice", file("arealdekkeNiva1,areal_m2", "skog,1", "skog,2"), /skog twice/],
])("refuses %s", (_, reference, reason) => {
  expect(() => compare(reference)).toThrow(InputError);
  expect(() => compare(reference)).toThrow(reason);
});

const fasit = new URL("../../../shared/data/fasit/n1000_kommune_x_objtype_m2.csv", import.meta.url);
const haveFasit = existsSync(fasit);
if (!haveFasit) console.info("kontroll.test: ../shared/data/fasit is not here, N1000 is not compared");

describe.skipIf(!haveFasit)("N1000 in 357 kommuner", () => {
  const rows = haveFasit ? readRows(fasit) : [["kommunenummer", "sum_arealdekke"]];
  const [columns, ...body] = rows;
  const classColumns = columns.slice(2, columns.indexOf("sum_arealdekke"));
  const at = (name: string) => columns.indexOf(name);
  const cells = cellsOf(
    [
      ["objtype", "kommuner", "kartplanM2", "ellipsoideM2"],
      ...classColumns.flatMap((objtype) =>
        body
          .map((row) => [objtype, row[at("kommunenummer")], row[at(objtype)], row[at(objtype)]])
          .filter((row) => Number(row[2]) > 0),
      ),
    ],
    ["kommuner"],
  );
  const uncovered = Object.fromEntries(
    body.map((row) => {
      const m2 = Math.max(0, Number(row[at("udekket")]));
      return [row[at("kommunenummer")], { planM2: m2, trueM2: m2 }];
    }),
  );
  const facts = factsOf(cells, [layerOf(cells, "kommuner", "kommunenummer", uncovered)]);

  test("every cell is found again, and T1 adds up to each kommune", () => {
    const account = accountTables(facts, rules, { references: [{ name: "fasit", columns, rows: body }] });
    expect(account.checks.filter(({ ok }) => !ok)).toEqual([]);
    const t15 = account.tables.find(({ id }) => id === "T15-fasit")!;
    expect(t15.rows).toHaveLength(357 * 8);
    expect(t15.rows.filter((row) => row[6] !== 0)).toEqual([]);

    const t1 = account.tables.find(({ id }) => id === "T1-objtype-kommuner")!;
    const sums = new Map(t1.rows.filter((row) => row[2] === "sum").map((row) => [row[0], Number(row[5])]));
    for (const row of body) {
      expect(Math.abs(sums.get(row[at("kommunenummer")])! - Number(row[at("kommune_areal")]))).toBeLessThan(
        0.1,
      );
    }
    expect(t1.rows.find((row) => row[0] === "0301")?.[1]).toBe("Oslo");
  });
});

test("StatBank's classes are derived of a field whose list says how; what it cannot tell is left out, and told", () => {
  const cells = cellsOf(
    [
      ["arealbrukLandHovedklasse", "kommune", "kartplanM2", "ellipsoideM2"],
      ["GroenneOmr", "0301", "3000000", "3000000"],
      ["IdrettsOmr", "0301", "1000000", "1000000"],
      ["Boligbebyggelse", "0301", "5000000", "5000000"],
      ["", "0301", "7000000", "7000000"],
    ],
    ["kommune"],
  );
  const facts = factsOf(cells, [layerOf(cells, "kommune", "kommunenummer")], { edition: "testversjon2" });
  const reference = file("kommunenummer,arealklasse,areal_km2", "0301,12-13,4.5", "0301,01,5", "0301,17,99");
  const { rows, footnotes } = controlAgainst(reference, facts, rules);
  expect(rows.map((row) => [row[0], row[2], ...row.slice(4, 7)])).toEqual([
    ["0301", "12-13", 4_000_000, 4_500_000, -500_000],
    ["0301", "01", 5_000_000, 5_000_000, 0],
  ]);
  expect(footnotes[1]).toContain("arealklasse er avledet av arealbrukLandHovedklasse");
  expect(footnotes[2]).toMatch(/ikke er sammenlignet: 17\.$/);
});
