import { expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { accountFindings } from "../../src/tables/findings.js";
import type { AccountFacts } from "../../src/tables/facts.js";
import { divisionYears } from "../../src/tables/kommuneinndeling.js";
import { accountTables } from "../../src/tables/tables.js";
import { cellsOf, factsOf, layerOf } from "./invented.js";

const rules = await loadRules();

/** Ground with its own kommunenummer under kommuner; km2 as rows say. */
function account(
  rows: readonly (readonly [inGround: string, unit: string, km2: number])[],
  keyField = "kommunenummer",
): AccountFacts {
  const body = rows.map(([ground, unit, km2]) => [
    "Skog",
    ground,
    unit,
    String(1e6 * km2),
    String(1e6 * km2),
  ]);
  const heads = ["objtype", "kommunenummer", "enhet", "kartplanM2", "ellipsoideM2"];
  const cells = cellsOf([heads, ...body], ["enhet"]);
  return factsOf(cells, [layerOf(cells, "enhet", keyField)]);
}

const told = (facts: AccountFacts) =>
  accountFindings(facts, rules)
    .filter(({ code }) => /^KOMMUNE|^UTGAVE/.test(code))
    .map(({ code, severity, areaM2, says }) => `${code} ${severity} ${areaM2 / 1e6}: ${says}`);

test("a unit that has been divided is warned of, and is not said to be another number now", () => {
  const says = told(account([["1507", "1507", 5]]));
  expect(says).toEqual([
    "KOMMUNE_DELT warning 5: kommune 1507 er delt mellom 1508 og 1580 fra 2024-01-01; tallene gjelder kommunen som den var, og bare overlegg med grensa per 2024-01-01 viser hva som ligger hvor",
  ]);
});

test("ground of before a division under units of after it, and the other way, with the ground between them", () => {
  const after = told(
    account([
      ["1507", "1508", 4],
      ["1507", "1580", 2],
      ["0301", "0301", 9],
    ]),
  );
  expect(after).toEqual([
    "KOMMUNE_DELT warning 6: grunnkartets kommunenummer 1507 er fra før delingen 2024-01-01 i 1508 og 1580, enhetenes fra etter; tallene følger enhetenes grense, og nummer kan ikke oversettes",
  ]);
  const before = told(account([["1580", "1507", 2]]));
  expect(before).toHaveLength(2); // the unit itself is divided too
  expect(before[1]).toMatch(
    /^KOMMUNE_DELT warning 2: enhetenes kommunenummer 1507 er fra før .* grunnkartets fra etter/,
  );
});

test.each<[string, Parameters<typeof account>[0], readonly string[]]>([
  ["renumbered: of other years, but whole", [["0101", "3101", 5]], ["UTGAVE_BLANDET"]],
  ["all of one year", [["3101", "3101", 5]], []],
  [
    "ground and units of before a division: the unit alone, which SSB has in its rest group",
    [["1850", "1805", 1]],
    ["KOMMUNE_DELT"],
  ],
  ["divided, among whom the list does not say", [["1613", "1613", 5]], ["KOMMUNE_DELT"]],
  ["invented", [["9901", "9901", 5]], ["KOMMUNENUMMER_FEIL"]],
])("%s", (_, rows, codes) => {
  expect(told(account(rows)).map((says) => says.split(" ")[0])).toEqual(codes);
});

test("units that are no kommuner are not judged", () => {
  expect(told(account([["1507", "1508", 4]], "navn"))).toEqual([]);
});

test("T14 says in which years the division of the kommuner was in use", () => {
  const years = (...units: string[]) =>
    divisionYears(account(units.map((unit) => ["", unit, 1] as const)), rules).get("enhet");
  expect(years("3001", "0301")).toBe("2020–2023");
  expect(years("1508", "0301")).toBe("2024–");
  expect(years("0101")).toBe("–2019");
  expect(years("1507", "1508")).toBe("ulike år");
  expect(years("9901")).toBe(undefined);
  const { tables } = accountTables(account([["", "1508", 1]]), rules);
  const rows = tables.find(({ id }) => id === "T14")!.rows.filter((row) => row[1] === "kommuneinndeling");
  expect(rows).toEqual([["Lag enhet", "kommuneinndeling", "2024–", ""]]);
  expect(accountTables(account([["", "1507", 1]]), rules).tables.at(-1)!.rows).toContainEqual([
    "Funn warning",
    "KOMMUNE_DELT enhet (kept)",
    1,
    "antall",
  ]);
});
