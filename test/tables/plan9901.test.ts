/** The worked example of the domain reference, section 8: T3 to T7 as printed there, in dekar. */
import { describe, expect, test } from "vitest";
import { checks, holdBy } from "../../src/tables/checks.js";
import type { Table, Value } from "../../src/tables/table.js";
import { accountTables } from "../../src/tables/tables.js";
import { plan9901, rules } from "./plans.js";

const account = accountTables(plan9901(), rules);

const tableOf = (id: string): Table => {
  const found = account.tables.find((table) => table.id === id);
  if (found === undefined) throw new Error(`no ${id} among ${account.tables.map((one) => one.id).join()}`);
  return found;
};

/** Values under the columns asked for, areas to the millimetre of rounding. */
function pick(id: string, ...ids: string[]): Value[][] {
  const table = tableOf(id);
  const at = ids.map((name) => table.columns.findIndex((column) => column.id === name));
  return table.rows.map((row) => at.map((c) => row[c]));
}

describe("kommune 9901", () => {
  test("T3 Planbalanse", () => {
    expect(pick("T3-gjeldende", "rad", "kode", "naavaerende", "framtidig", "bortfall", "sum")).toEqual([
      ["formal", "1110", 700, 400, 0, 1100],
      ["formal", "1300", 0, 200, 0, 200],
      ["formal", "2010", 300, 0, 0, 300],
      ["formal", "5100", 7000, 0, 0, 7000],
      ["formal", "6001", 1000, 0, 0, 1000],
      ["utenFormal", "", null, null, null, 400],
      ["udekket", "", null, null, null, 0],
      ["sum", "", 9000, 600, 0, 10_000],
    ]);
  });

  test("T4 Arealreserve, by arealdekke", () => {
    const columns = ["planlagt", "bebygd", "reserve", "jordbruk", "skog", "snaumark", "myr", "vann"];
    expect(pick("T4-serie-1-2-arealdekkeNiva1", "kode", ...columns)).toEqual([
      ["1110", 400, 60, 340, 90, 200, 20, 30, 0],
      ["1300", 200, 40, 160, 30, 110, 0, 20, 0],
      ["", 600, 100, 500, 120, 310, 20, 50, 0],
    ]);
  });

  test("T5 Gjeldende mot ny plan", () => {
    const rows = pick("T5", "kode", "status", "gjeldende", "ny", "endring");
    expect(rows.filter(([, , , , change]) => change !== 0)).toEqual([
      ["1110", "Framtidig", 400, 250, -150],
      ["1300", "Framtidig", 200, 260, 60],
      ["5100", "Nåværende", 7000, 7090, 90],
    ]);
    const unchanged = rows.slice(0, -1).filter(([, , , , change]) => change === 0);
    expect(unchanged.reduce((sum, [, , before]) => sum + Number(before), 0)).toBe(2400);
    expect(rows.at(-1)).toEqual(["", "", 10_000, 10_000, 0]);
  });

  test("T6 Endringsmatrise plan", () => {
    const rows = pick("T6-serie-1-2", "rad", "fraKode", "fraStatus", "tilKode", "tilStatus", "navn", "areal");
    expect(rows.filter(([rad]) => rad !== "uendret")).toEqual([
      ["endret", "1110", "Framtidig", "5100", "Nåværende", "", 150],
      ["endret", "5100", "Nåværende", "1300", "Framtidig", "", 60],
      ["sammendrag", "", "", "", "", "Nye utbyggingsområder", 60],
      ["sammendrag", "", "", "", "", "Tilbakeført til LNFR", 150],
    ]);
  });

  test("T7 Arealkvaliteter som bygges ned", () => {
    const columns = ["jordbruk", "skog", "snaumark", "myr", "reserve"];
    expect(pick("T7-serie-1-2-arealdekkeNiva1", "rad", ...columns)).toEqual([
      ["gjeldende", 120, 310, 20, 50, 500],
      ["ny", 95, 280, 10, 35, 420],
      ["endring", -25, -30, -10, -15, -80],
    ]);
  });

  test("adds up, and says which method it is by", () => {
    expect(account.checks.filter(({ ok }) => !ok)).toEqual([]);
    const ids = account.checks.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["planBalance", "planChange", "planFlow", "planReserve"]));
    expect(tableOf("T4-serie-1-2-arealdekkeNiva1").title).toMatch(/1000- og 2000-serien/);
    expect(tableOf("T4-serie-1-2-arealdekkeNiva1").footnotes[0]).toMatch(
      /serie-1-2, versjon .*okosystemtype1/,
    );
  });

  test("shows plan layers in no T1, and their ground in no HULL", () => {
    expect(account.tables.filter(({ id }) => /^T[12]-.*(gjeldende|ny)$/.test(id))).toEqual([]);
    expect(account.findings.filter(({ code }) => code === "HULL")).toEqual([]);
  });

  test("has a proposal that may stand alone, and then leaves the rest without a purpose", () => {
    const alone = accountTables(plan9901({ newScope: "hele" }), rules);
    const rows = alone.tables.find(({ id }) => id === "T3-ny")!.rows;
    expect(rows.find(([, , rad]) => rad === "utenFormal")!.at(-2)).toBe(10_000 - 150 - 60);
  });

  test("by three methods, with a reason for every dekar of difference", () => {
    const facts = plan9901({ methods: ["serie-1-2", "kdd", "nina-2023"] });
    const { tables, checks: held } = accountTables(facts, rules);
    expect(tables.filter(({ id }) => id.startsWith("T4-")).map(({ id }) => id)).toHaveLength(6);
    const table = tables.find(({ id }) => id === "T4m")!;
    const at = (name: string) => table.columns.findIndex(({ id }) => id === name);
    const shown = table.rows.map((row) =>
      ["metode", "rad", "kode", "reserve", "forskjell"].map((id) => row[at(id)]),
    );
    expect(shown).toEqual([
      ["serie-1-2", "metode", "", 500, 0],
      ["kdd-bolig-fritid", "metode", "", 340, -160],
      ["kdd-bolig-fritid", "grunn", "1300", null, -160],
      ["nina-2023", "metode", "", 500, 0],
    ]);
    expect(held.filter(({ ok }) => !ok)).toEqual([]);
  });
});

test("a check that does not hold is not ok", () => {
  expect(holdBy(rules)("planChange", "", 10_000_000, 10_000_002).ok).toBe(false);
  expect(checks(plan9901(), rules).every(({ ok }) => ok)).toBe(true);
});

test("without a field to see built ground by there is T3 but no T4, and an error that says so", () => {
  const facts = plan9901();
  const cells = { ...facts.cells, classes: new Map() };
  const { tables, findings } = accountTables({ ...facts, cells }, rules);
  expect(tables.map(({ id }) => id)).toEqual(["T3-gjeldende", "T3-ny", "T5", "T14"]);
  expect(findings.find(({ code }) => code === "BEBYGD_UKJENT")).toMatchObject({ severity: "error" });
});

test("every word of the plan tables is in the phrasebook", () => {
  const known = new Set(rules.phrases.map(({ nb }) => nb));
  const tables = rules.tables.values.filter(({ id }) => /^T[3-8]/.test(id));
  const { reasons, ...words } = rules.tables.labels.plan;
  const texts = [
    ...tables.flatMap(({ title, columns, footnotes }) => [
      title,
      ...columns.map((column) => column.title),
      ...footnotes,
    ]),
    ...Object.values(words),
    ...Object.values(reasons),
    ...rules.planMethods.flatMap(({ forbehold }) => forbehold),
  ];
  expect(texts.filter((text) => !known.has(text))).toEqual([]);
});
