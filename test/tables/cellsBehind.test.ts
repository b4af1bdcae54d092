/** What stands behind the figures of the worked example: each printed one, and the formulas checked by hand. */
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { cellsBehind, cellsWith, type FigureName } from "../../src/tables/cellsBehind.js";
import type { AccountFacts } from "../../src/tables/facts.js";
import type { Table } from "../../src/tables/table.js";
import { accountTables } from "../../src/tables/tables.js";
import { cellsOf, factsOf, kommune9901, layerOf } from "./invented.js";
import { byKey, plan9901, planFacts, rules } from "./plans.js";

/** Every figure of every table: how many were explained, and which were not. */
function explainAll(facts: AccountFacts): { explained: number; refused: string[] } {
  const { tables } = accountTables(facts, rules);
  const refused: string[] = [];
  let explained = 0;
  for (const table of tables) {
    if (table.id === "T14") continue;
    const named = table.columns.flatMap(({ kind }, c) => (["text", "value"].includes(kind) ? [c] : []));
    const figures = table.columns.flatMap(({ kind }, c) => (["area", "share"].includes(kind) ? [c] : []));
    for (const row of table.rows) {
      const name = new Map(named.map((c) => [table.columns[c].id, String(row[c])]));
      for (const c of figures) {
        if (row[c] === null) continue;
        const column = table.columns[c].id;
        try {
          cellsBehind(facts, rules, tables, { table: table.id, row: name, column });
          explained++;
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          refused.push(`${table.id} ${[...name.values()].join()} ${column}: ${error.message}`);
        }
      }
    }
  }
  return { explained, refused };
}

const themed = (): AccountFacts => {
  const facts = plan9901({ methods: ["serie-1-2", "kdd", "nina-2023"] });
  const themes = [
    { navn: "plan", layer: "ny", coverage: "gjeldende", keys: [{ key: "1110-2", navn: "Bolig" }] },
    { navn: "intet", keys: [{ key: "1", navn: "en" }], coverage: null },
  ];
  return { ...facts, plan: { ...facts.plan!, themes } };
};

/** A kommune that the ground does not fill, one beside it, and ground outside both and inside both. */
function partlyCovered(): AccountFacts {
  const cells = cellsOf(
    [
      ["arealdekkeNiva1", "kommuner", "gjeldende", "kartplanM2", "ellipsoideM2"],
      ["", "0301", "", "10", "10"],
      ["hav", "", "5100-1", "70", "70"],
      ["skog", "0301", "1110-2", "1000", "1000"],
      ["skog", "0301|0302", "1110-2", "8", "8"],
      ["bebygd", "0302", "1110-2", "200", "200"],
      ["torvtak", "0302", "", "30", "30"],
    ],
    ["kommuner", "gjeldende"],
  );
  const layers = [
    layerOf(cells, "kommuner", "kommunenummer", { "0301": { planM2: 82, trueM2: 82 } }),
    layerOf(cells, "gjeldende", "planområde"),
  ];
  const areas = byKey(["1110-2", "5100-1"]);
  const plan = planFacts([{ role: "gjeldende", layer: "gjeldende", areas }], { unit: "kommuner" });
  return factsOf(cells, layers, { edition: "arsversjon2025", plan });
}

describe("every figure of an account is explained, and is the sum of its cells", () => {
  test.each([
    ["the stock of 9901", kommune9901(), 40],
    ["the plans of 9901 by three methods, with themes", themed(), 700],
    ["9901 with a proposal that stands alone", plan9901({ newScope: "hele" }), 300],
    ["units that are partly covered and overlap", partlyCovered(), 150],
  ])("%s", (_, facts, least) => {
    const { explained, refused } = explainAll(facts);
    expect(refused).toEqual([]);
    expect(explained).toBeGreaterThan(least);
  });
});

const METHOD = "serie-1-2-arealdekkeNiva1";
const daa = (m2: number): number => Math.round(m2) / 1000;

/** The formula of a figure of 9901 in dekar, the terms that are not 0. */
function formula(table: string, row: Record<string, string>, column: string, facts = plan9901()) {
  const { tables } = accountTables(facts, rules);
  const name: FigureName = { table, row: new Map(Object.entries(row)), column };
  const { terms, m2, weight, fixedM2 } = cellsBehind(facts, rules, tables, name);
  const shown = terms.filter((term) => term.m2 !== 0);
  const sum = facts.cells.trueM2.reduce((all, cell, i) => all + weight[i] * cell, fixedM2);
  expect(sum).toBeCloseTo(m2, 3);
  return [
    daa(m2),
    ...shown.map((term) =>
      [term.sign < 0 ? "−" : "+", ...(term.navn === "" ? [] : [term.navn]), daa(term.m2)].join(" "),
    ),
  ];
}

describe("kommune 9901, by hand", () => {
  test.each([
    ["T3-gjeldende", { kode: "1110" }, "sum", [1100, "+ Nåværende 700", "+ Framtidig 400"]],
    [
      "T3-gjeldende",
      { rad: "sum" },
      "sum",
      [
        10_000,
        "+ 1110 Boligbebyggelse 1100",
        "+ 1300 Næringsvirksomhet 200",
        "+ 2010 Veg 300",
        "+ 5100 LNRF areal for nødvendige tiltak for landbruk og reindrift 7000",
        "+ 6001 Bruk og vern av sjø og vassdrag med tilhørende strandsone 1000",
        "+ Uten arealformål 400",
      ],
    ],
    ["T3-gjeldende", { rad: "utenFormal" }, "sum", [400, "+ 400"]],
    [`T4-${METHOD}`, { kode: "1110" }, "reserve", [340, "+ Planlagt 400", "− Alt bebygd 60"]],
    [`T4-${METHOD}`, { kode: "1300" }, "skog", [110, "+ 110"]],
    [
      `T4-${METHOD}`,
      { rad: "sum" },
      "reserve",
      [500, "+ 1110 Boligbebyggelse Framtidig 340", "+ 1300 Næringsvirksomhet Framtidig 160"],
    ],
    ["T5", { kode: "1110", status: "Framtidig" }, "endring", [-150, "+ Ny 250", "− Gjeldende 400"]],
    ["T5", { rad: "sum" }, "endring", [0, "+ Ny 10000", "− Gjeldende 10000"]],
    ["T6-serie-1-2", { rad: "endret", fraKode: "1110" }, "areal", [150, "+ 150"]],
    ["T6-serie-1-2", { navn: "Nye utbyggingsområder" }, "areal", [60, "+ 60"]],
    ["T6-serie-1-2", { navn: "Tilbakeført til LNFR" }, "areal", [150, "+ 150"]],
    [
      `T7-${METHOD}`,
      { rad: "gjeldende" },
      "reserve",
      [500, "+ Jordbruk 120", "+ Skog 310", "+ Snaumark 20", "+ Myr 50"],
    ],
    [`T7-${METHOD}`, { rad: "endring" }, "skog", [-30, "+ Ny plan 280", "− Gjeldende plan 310"]],
    [`T7-${METHOD}`, { rad: "endring" }, "reserve", [-80, "+ Ny plan 420", "− Gjeldende plan 500"]],
  ] as const)("%s %j %s", (table, row, column, due) => {
    expect(formula(table, row, column)).toEqual(due);
  });

  test("a change is the cells that move, not those that stand in both plans", () => {
    const facts = plan9901();
    const { tables } = accountTables(facts, rules);
    const row = new Map([["kode", "1110"], ["status", "Framtidig"]]); // prettier-ignore
    const { weight } = cellsBehind(facts, rules, tables, { table: "T5", row, column: "endring" });
    const { gjeldende, ny } = Object.fromEntries(facts.cells.zones);
    const moves = [...weight].flatMap((w, i) =>
      w === 0 ? [] : [`${w} ${gjeldende.terms[gjeldende.codes[i]]} ${ny.terms[ny.codes[i]]}`],
    );
    expect(new Set(moves)).toEqual(new Set(["-1 1110-2 5100-1"]));
  });

  test("a share has what it is a share of", () => {
    const facts = kommune9901();
    const { tables } = accountTables(facts, rules);
    const row = new Map([["kode", "skog"]]);
    const asked = { table: "T1-arealdekkeNiva1-kommuner", row, column: "andelAvLand" };
    const { m2, share } = cellsBehind(facts, rules, tables, asked);
    expect([daa(m2), daa(share!.ofM2), share!.value]).toEqual([5000, 9000, 5 / 9]);
  });
});

test("what the ground does not cover is the unit less its cells", () => {
  const facts = partlyCovered();
  const { tables } = accountTables(facts, rules);
  const asked = (rad: string) =>
    cellsBehind(facts, rules, tables, {
      table: "T1-arealdekkeNiva1-kommuner",
      row: new Map(Object.entries({ enhet: "0301", rad })),
      column: "arealM2",
    });
  expect(asked("udekket")).toMatchObject({ m2: 82, fixedM2: 1100 });
  expect(asked("sum")).toMatchObject({ m2: 1100, fixedM2: 82 });
});

test("classes that are called as columns of ours have columns of their own, and all are explained", () => {
  const cells = cellsOf(
    [
      ["a", "b", "kommuner", "kartplanM2", "ellipsoideM2"],
      ["sum", "kode", "0301", "1", "1"],
      ["kode", "navn", "0301", "20", "20"],
      ["land", "sum", "0301", "300", "300"],
      ["hull", "utenVerdi", "0301", "4000", "4000"],
      ["", "klasse:sum", "0301", "50000", "50000"],
      ["udekket", "", "", "600000", "600000"],
    ],
    ["kommuner"],
  );
  const facts = factsOf(cells, [layerOf(cells, "kommuner", "kommunenummer")]);
  const { tables } = accountTables(facts, rules);
  const cross = tables.find(({ id }) => id === "T2-a-b")!;
  const ids = cross.columns.map(({ id }) => id);
  expect(ids.toSorted()).toEqual(
    [
      ...["kode", "navn", "sum", "utenVerdi"],
      ...["klasse:kode", "klasse:klasse:sum", "klasse:navn", "klasse:sum", "klasse:utenVerdi"],
    ].toSorted(),
  );
  expect(cross.print.columns).toEqual(ids);
  const m2 = (row: Readonly<Record<string, string>>, column: string) =>
    cellsBehind(facts, rules, tables, { table: cross.id, row: new Map(Object.entries(row)), column }).m2;
  expect(m2({ kode: "sum" }, "sum")).toBe(1);
  expect(m2({ kode: "sum" }, "klasse:kode")).toBe(1);
  expect(m2({ kode: "land" }, "klasse:sum")).toBe(300);
  expect(m2({ kode: "", navn: "Sum" }, "sum")).toBe(654_321);
  expect(explainAll(facts).refused).toEqual([]);
});

test("a table that says something else than its cells is not explained", () => {
  const facts = kommune9901();
  const { tables } = accountTables(facts, rules);
  const forged = tables.map((table): Table => {
    const at = table.columns.findIndex(({ id }) => id === "arealM2");
    const plusTwo = (row: Table["rows"][number]) =>
      row.map((value, c) => (c === at ? Number(value) + 2 : value));
    return { ...table, rows: table.rows.map(plusTwo) };
  });
  const name = { table: "T1-arealdekkeNiva1", row: new Map([["kode", "skog"]]), column: "arealM2" };
  expect(() => cellsBehind(facts, rules, forged, name)).toThrow(
    /the cells sum to 5000000 m2, the table says/,
  );
});

test("cells are chosen by class, and by a unit wherever it has a share", () => {
  const facts = partlyCovered();
  const of = (...pairs: [string, string][]) => [...cellsWith(facts, new Map(pairs))].join("");
  expect(of(["arealdekkeNiva1", "skog"])).toBe("001100");
  expect(of(["kommuner", "0302"])).toBe("000111");
  expect(of(["kommuner", ""], ["arealdekkeNiva1", "hav"])).toBe("010000");
});
