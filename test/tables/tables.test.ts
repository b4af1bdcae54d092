import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "../../src/core/trouble.js";
import { fieldTitle } from "../../src/rules/classes.js";
import { loadRules } from "../../src/rules/load.js";
import { accountFindings } from "../../src/tables/findings.js";
import { checks } from "../../src/tables/checks.js";
import { accountTables, type Account } from "../../src/tables/tables.js";
import type { Table, Value } from "../../src/tables/table.js";
import { cellsOf, factsOf, kommune9901, layerOf, readRows } from "./invented.js";

const rules = await loadRules();

const tableOf = (account: Account, id: string): Table => account.tables.find((table) => table.id === id)!;

/** The rows of a table as `column id -> value` under the columns asked for. */
function pick(table: Table, ...ids: string[]): Value[][] {
  const at = ids.map((id) => table.columns.findIndex((column) => column.id === id));
  return table.rows.map((row) => at.map((c) => row[c]));
}

/** Two units that overlap by 1 m2, ground outside both, an unknown value and ground without value. */
const OVERLAPPING = [
  ["arealdekkeNiva1", "planer", "kartplanM2", "ellipsoideM2"],
  ["", "a", "5", "5"],
  ["hav", "", "70", "70"],
  ["skog", "a", "1000", "1000"],
  ["skog", "a|b", "1", "1"],
  ["skog", "b", "200", "200"],
  ["torvtak", "b", "30", "30"],
];

function overlapping() {
  const cells = cellsOf(OVERLAPPING, ["planer"]);
  const uncovered = { a: { planM2: 14, trueM2: 14 }, tom: { planM2: 9, trueM2: 9 } };
  return factsOf(cells, [layerOf(cells, "planer", "planId", uncovered)], { edition: "arsversjon2025" });
}

describe("T1", () => {
  test("of 9901 is what the worked example says", () => {
    const table = tableOf(accountTables(kommune9901(), rules), "T1-arealdekkeNiva1-kommuner");
    const expected = readRows(
      new URL("../../fixtures/tables/9901-eksempel/expected-T1.csv", import.meta.url),
    ).slice(1);
    const percent = (share: Value) =>
      share === null ? "" : (100 * Number(share)).toFixed(1).replace(".", ",");
    const shown = pick(table, "navn", "arealDaa", "andelAvAlt", "andelAvLand").map(
      ([navn, daa, alt, land]) => [
        navn,
        String(daa).replace(/\B(?=(\d{3})+$)/g, " "),
        percent(alt),
        percent(land),
      ],
    );
    expect(shown).toEqual(expected);
  });

  test("shows the measure the account asks for", () => {
    const table = tableOf(accountTables(kommune9901({ measure: "kartplan" }), rules), "T1-arealdekkeNiva1");
    expect(pick(table, "rad", "arealM2").find(([rad]) => rad === "sum")).toEqual(["sum", 10_020_000]);
    expect(table.meta.measure).toBe("kartplan");
    expect(table.meta.controlTotalM2).toBe(10_020_000);
  });

  test("posts unknown values, ground without value, uncovered ground and ground outside, and closes", () => {
    const table = tableOf(accountTables(overlapping(), rules), "T1-arealdekkeNiva1-planer");
    const rows = pick(table, "enhet", "rad", "navn", "arealM2").filter(([, , , m2]) => m2 !== 0);
    expect(rows).toEqual([
      ["a", "klasse", "Skog", 1001],
      ["a", "utenVerdi", "Uten verdi", 5],
      ["a", "udekket", "Udekket", 14],
      ["a", "sum", "Sum", 1020],
      ["a", "land", "Herav land", 1001],
      ["b", "klasse", "Skog", 201],
      ["b", "ukjentVerdi", "Ukjent verdi torvtak", 30],
      ["b", "sum", "Sum", 231],
      ["b", "land", "Herav land", 201],
      ["tom", "udekket", "Udekket", 9],
      ["tom", "sum", "Sum", 9],
      ["", "klasse", "Hav", 70],
      ["", "sum", "Sum", 70],
    ]);
  });

  test("keeps zero rows for known classes and none for unknown ones", () => {
    const table = tableOf(accountTables(overlapping(), rules), "T1-arealdekkeNiva1-planer");
    const rowsOfTom = pick(table, "enhet", "rad", "kode").filter(([enhet]) => enhet === "tom");
    expect(rowsOfTom.filter(([, rad]) => rad === "klasse")).toHaveLength(8);
    expect(rowsOfTom.filter(([, rad]) => rad === "ukjentVerdi")).toHaveLength(0);
  });

  test("a unit whose classes do not make it up gets a row that says so", () => {
    const facts = kommune9901();
    const [layer] = facts.zoneLayers;
    const [unit] = layer.units;
    const short = { ...unit, covered: { planM2: 0, trueM2: unit.covered.trueM2 - 5000 } };
    const broken = { ...facts, zoneLayers: [{ ...layer, units: [short] }] };
    const account = accountTables(broken, rules);
    const rows = pick(tableOf(account, "T1-arealdekkeNiva1-kommuner"), "rad", "arealM2");
    expect(rows).toContainEqual(["avvik", -5000]);
    expect(account.checks.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual([
      "layerUnionCoveredUncovered",
      "unitStock",
    ]);
  });

  test("is left out for layers of very many units, and T14 says so", () => {
    const account = accountTables(kommune9901(), rules, { maxUnits: 0 });
    expect(account.tables.map(({ id }) => id)).toEqual([
      "T1-arealdekkeNiva1",
      "T1-okosystemtype1",
      "T2-arealdekkeNiva1-okosystemtype1",
      "T14",
    ]);
    expect(tableOf(account, "T14").rows.find(([tema]) => tema === "Utelatt")?.[2]).toMatch(
      /kommuner: 1 enheter/,
    );
  });
});

describe("T2", () => {
  test("of 9901 shows where the classifications differ", () => {
    const table = tableOf(accountTables(kommune9901(), rules), "T2-arealdekkeNiva1-okosystemtype1");
    expect(pick(table, "kode", "dyrketmark", "grasmark", "sum")).toContainEqual([
      "jordbruk",
      1_100_000,
      400_000,
      1_500_000,
    ]);
    expect(table.rows.at(-1)?.at(-1)).toBe(10_000_000);
  });

  test("by unit keeps doubly claimed and outside ground as rows, so columns add up to the ground", () => {
    const table = tableOf(accountTables(overlapping(), rules), "T2-planer-arealdekkeNiva1");
    expect(pick(table, "kode", "navn", "skog", "hav", "utenVerdi", "torvtak", "sum")).toEqual([
      ["a", "", 1000, 0, 5, 0, 1005],
      ["b", "", 200, 0, 0, 30, 230],
      ["a|b", "Flere enheter på samme sted", 1, 0, 0, 0, 1],
      ["", "Utenfor enhetene", 0, 70, 0, 0, 70],
      ["", "Sum", 1201, 70, 5, 30, 1306],
    ]);
  });

  test("does not stand for cells that are no numbers", () => {
    const facts = kommune9901();
    const cells = { ...facts.cells, trueM2: facts.cells.trueM2.map((m2, row) => (row === 0 ? NaN : m2)) };
    expect(() => accountTables({ ...facts, cells }, rules)).toThrow(BrokenInvariant);
  });
});

describe("Går det opp?", () => {
  test("yes, for accounts that close, overlaps and all", () => {
    for (const facts of [kommune9901(), overlapping()]) {
      const held = checks(facts, rules);
      expect(held.filter(({ ok }) => !ok)).toEqual([]);
      expect(held.map(({ residualM2 }) => residualM2)).toEqual(held.map(() => 0));
    }
  });

  test.each([
    ["lost ground", -2, false],
    ["within 1 m2", -0.9, true],
    ["counted twice", 2, false],
  ])("%s: %f m2", (_, change, ok) => {
    const facts = kommune9901();
    const posted = { ...facts.ground.posted, trueM2: facts.ground.posted.trueM2 + change };
    const [check] = checks({ ...facts, ground: { ...facts.ground, posted } }, rules);
    expect(check.id).toBe("groundOwnPosted");
    expect(check.ok).toBe(ok);
    expect(check.residualM2).toBeCloseTo(change, 6);
    expect(check.ppm).toBeCloseTo(change / 10, 6);
  });

  test("an overlap that nobody declared breaks the layer's account", () => {
    const facts = overlapping();
    const [layer] = facts.zoneLayers;
    const broken = { ...facts, zoneLayers: [{ ...layer, overlap: { planM2: 900, trueM2: 900 } }] };
    const failed = checks(broken, rules).filter(({ ok }) => !ok);
    expect(failed.map(({ id }) => id)).toEqual(["layerOwnUnionOverlap"]);
  });
});

describe("findings of the account", () => {
  const codes = (facts: Parameters<typeof accountFindings>[0]) =>
    accountFindings(facts, rules).map(({ code, severity, areaM2 }) => [code, severity, areaM2]);

  test("an unknown value is an error with its area", () => {
    expect(codes(overlapping())).toEqual([
      ["KODE_UKJENT", "error", 30],
      ["HULL", "note", 23],
    ]);
    expect(accountFindings(overlapping(), rules)[0].says).toContain(
      "rules/grunnkart_arealdekke_niva1_2025.json",
    );
  });

  test("the two measures of 9901 differ by 0.2 %, and 9901 is no real kommune", () => {
    expect(codes(kommune9901())).toEqual([
      ["KOMMUNENUMMER_FEIL", "note", 10_000_000],
      ["AREALMETODE_AVVIK", "note", 20_000],
    ]);
  });

  test("a kommune border that differs from the ground's own kommunenummer by over 0.5 % is generalised", () => {
    const cells = cellsOf(
      [
        ["kommunenummer", "kommuner", "kartplanM2", "ellipsoideM2"],
        ["0301", "0301", "1000", "1000"],
      ],
      ["kommuner"],
    );
    const facts = (m2: number) =>
      factsOf(cells, [layerOf(cells, "kommuner", "kommunenummer", { "0301": { planM2: m2, trueM2: m2 } })]);
    expect(codes(facts(6)).map(([code]) => code)).toContain("KILDE_GENERALISERT");
    expect(codes(facts(4)).map(([code]) => code)).not.toContain("KILDE_GENERALISERT");
  });

  test("a field without list is shown as it is, with a note", () => {
    const cells = cellsOf(
      [
        ["feltet", "kartplanM2", "ellipsoideM2"],
        ["x", "1", "1"],
      ],
      [],
    );
    const account = accountTables(factsOf(cells, []), rules);
    expect(account.findings.map(({ code }) => code)).toEqual(["KODELISTE_MANGLER"]);
    expect(pick(tableOf(account, "T1-feltet"), "rad", "kode", "arealM2", "andelAvLand")).toEqual([
      ["klasse", "x", 1, null],
      ["utenVerdi", "", 0, null],
      ["sum", "", 1, null],
    ]);
  });

  test("a field that tells no land from water shows no share of land, and no note on it", () => {
    const cells = cellsOf(
      [
        ["feltet", "arealdekkeNiva1", "kartplanM2", "ellipsoideM2"],
        ["x", "skog", "1", "1"],
      ],
      [],
    );
    const account = accountTables(factsOf(cells, []), rules);
    const shown = (id: string) => {
      const { print, footnotes } = tableOf(account, id);
      return [print.columns.includes("andelAvLand"), footnotes.some((note) => note.startsWith("% av land"))];
    };
    expect(shown("T1-feltet")).toEqual([false, false]);
    expect(shown("T1-arealdekkeNiva1")).toEqual([true, true]);
  });

  test("a field whose list is another edition's is called what that edition calls it", () => {
    const titled = (field: string) => fieldTitle(rules, field);
    expect(titled("arealbrukLandHovedklasse")).toBe("Arealbruk på land, hovedklasse");
    expect(titled("OBJTYPE")).toBe("OBJTYPE"); // the list of N1000 is not of every objtype
    expect(titled("arealformal")).toBe("arealformal"); // two lists, two titles
    expect(titled("feltet")).toBe("feltet");
  });
});

describe("T14", () => {
  test("counts findings by code with their m2, the worst severity first", () => {
    const report = tableOf(accountTables(overlapping(), rules), "T14");
    const funn = report.rows.filter(([tema]) => String(tema).startsWith("Funn"));
    expect(funn).toEqual([
      ["Funn error", "KODE_UKJENT grunnkart (kept)", 1, "antall"],
      ["Funn error", "KODE_UKJENT grunnkart (kept)", 30, "m2"],
      ["Funn note", "HULL planer (kept)", 1, "antall"],
      ["Funn note", "HULL planer (kept)", 23, "m2"],
    ]);
  });

  test("carries inputs, both measures, overlap, uncovered ground and rule sets", () => {
    const { rows } = tableOf(accountTables(overlapping(), rules), "T14");
    expect(rows).toContainEqual(["Inndata grunnkart", "sha256", "00".repeat(32), ""]);
    expect(rows).toContainEqual(["Lag planer", "overlappILaget kartplan", 1, "m2"]);
    expect(rows).toContainEqual(["Lag planer", "udekket ellipsoide", 23, "m2"]);
    expect(rows).toContainEqual(["Regelsett", "regnskap", `2026-11-21 ${"11".repeat(32)}`, ""]);
  });
});
