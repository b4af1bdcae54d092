import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { reportHtml } from "../../src/report/html.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { repairBasis } from "../../src/report/repairBasis.js";
import { basisJson } from "../../src/report/basis.js";
import { parseBasis } from "../../src/run/reportBasis.js";
import { fullBasis, madeTable } from "./fullSample.js";
import { plannedBasis } from "./plannedSample.js";
import { sampleDocument, sampleHtml } from "./sample.js";

const full = sampleDocument("nb", fullBasis);
const chartOf = (id: string) => full.charts.find((chart) => chart.id === id)!;
const says = (svg: string) => [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);
const spaced = (text: string) => text.replaceAll("\u00a0", " ");

test("the answer is the plan's: what is set aside, what lies there, what the proposal changes, and that it adds up", () => {
  expect(full.lead.map(spaced)).toEqual([
    "I kommune 9901 er 500 daa satt av til utbygging og ennå ikke bygd: det er arealreserven etter metoden «Framtidige formål i 1000- og 2000-serien».",
    "På det arealet er det i dag 310 daa skog, 120 daa jordbruk, 50,0 daa myr og 20,0 daa snaumark.",
    "Forslaget til ny plan minker reserven med 80,0 daa til 420 daa (skog −30,0 daa, jordbruk −25,0 daa, myr −15,0 daa, snaumark −10,0 daa).",
    expect.stringMatching(/^Regnskapet går opp: alle de \d+ kontrollene holder/),
  ]);
});

/** Every amount of a table of plans made another. */
const scaled = (change: (rad: unknown, value: number) => number) => ({
  ...plannedBasis,
  tables: plannedBasis.tables.map((table) => {
    const rad = table.columns.findIndex(({ id }) => id === "rad");
    return !/^T[47]-/.test(table.id)
      ? table
      : {
          ...table,
          rows: table.rows.map((row) =>
            row.map((value) => (typeof value === "number" ? change(row[rad], value) : value)),
          ),
        };
  }),
});

test.each([
  [
    "more",
    scaled((rad, value) => (rad === "endring" ? -value : value)),
    /øker reserven med 80,0 daa til 420 daa/,
  ],
  ["the same", scaled((rad, value) => (rad === "endring" ? 0 : value)), /lar reserven stå på 420 daa/],
  ["no reserve", scaled(() => 0), /ikke satt av areal til utbygging/],
])("the answer when there is %s", (_, basis, due) => {
  expect(spaced(sampleDocument("nb", basis).lead.join(" "))).toMatch(due);
});

test("where there is no reserve, ground of the plan without a status is told of", () => {
  const none = scaled(() => 0);
  const unsaid = {
    ...none,
    tables: none.tables.map((table) => {
      const at = (id: string) => table.columns.findIndex((column) => column.id === id);
      if (table.id !== "T3-gjeldende") return table;
      const rows = table.rows.map((row) => row.map((value, c) => (c === at("utenStatus") ? 441 : value)));
      return { ...table, rows };
    }),
  };
  const units = unsaid.tables
    .find(({ id }) => id === "T3-gjeldende")!
    .rows.filter((row) => row.includes("sum")).length;
  const due = new RegExp(`${441 * units} daa av planen er uten arealbruksstatus`);
  expect(spaced(sampleDocument("nb", unsaid).lead.join(" "))).toMatch(due);
  expect(spaced(sampleDocument("nb", none).lead.join(" "))).not.toContain("arealbruksstatus");
});

test.each([
  ["nb", "Regnskapet går opp: kontrollen holder"],
  ["nn", "Rekneskapen går opp: kontrollen held"],
  ["en", "The account adds up: the check holds"],
] as const)("one check is not called all of them (%s)", (language, due) => {
  const one = { ...plannedBasis, checks: plannedBasis.checks.slice(0, 1) };
  expect(sampleDocument(language, one).lead.at(-1)).toContain(due);
});

test("key figures begin with the reserve; a plan is named as a plan, not as units", () => {
  const names = full.keyFigures.map(({ name }) => name);
  expect(names.slice(0, 6)).toEqual([
    "Arealreserve",
    "Reserve på skog",
    "Reserve på jordbruk",
    "Reserve på myr",
    "Reserve på snaumark",
    "Reserve i ny plan",
  ]);
  expect(names).toContain("Planområder i gjeldende plan");
  expect(names.join()).not.toMatch(/Enheter: (gjeldende|ny)/);
  expect(full.checks.map(({ name }) => name).join()).toContain("(gjeldende plan");
});

test("figures come in the order of the questions, by the first method, and crossings of T2 are tables only", () => {
  const ids = full.charts.map(({ id }) => id.replace(/_.*/, ""));
  expect([...new Set(ids)]).toEqual([
    "stabel-T4",
    "stabel-T8",
    "endring-T5",
    "stabel-T7",
    "strom-T6",
    "endring-T10",
    "steder-T11s",
    "strom-T11",
    "matrise-T11",
    "kube-T12",
    "andel-T1",
  ]);
  expect(full.charts.filter(({ title }) => title.includes("KDD"))).toEqual([]);
});

test("an extent account has a figure for each of its first twelve units", () => {
  const drawn = full.charts.filter(({ id }) => id.startsWith("endring-T10"));
  expect(drawn.map(({ title }) => title.split(", ").at(-1))).toEqual(
    Array.from({ length: 12 }, (_, i) => `99${String(i + 1).padStart(2, "0")} Navn ${i + 1}`),
  );
  expect(new Set(drawn.map(({ id }) => id)).size).toBe(12);
});

test("T8 has a bar for each plan, T12 the shares of its last year", () => {
  expect(says(chartOf("stabel-T8_serie_1_2").svg).map(spaced)).toEqual([
    expect.stringMatching(/^Flomsone, gjeldende plan: .* 120 daa$/),
    expect.stringMatching(/^Flomsone, ny plan: .* 80,0 daa$/),
    expect.stringMatching(/^Verneområde, gjeldende plan: .* 10,0 daa$/),
  ]);
  expect(chartOf("kube-T12_arealdekkeNiva1").title).toMatch(/, 2025$/);
  expect(says(chartOf("kube-T12_arealdekkeNiva1").svg)).toEqual([
    "99 Sørfylke: Skog 20,0 km2",
    "99 Sørfylke: Myr 5,0 km2",
    "98 Nordfylke: Skog 12,0 km2",
    "98 Nordfylke: Myr 3,0 km2",
  ]);
});

test("a matrix has its figures in dekar, and heads that end inside the drawing", () => {
  const { svg } = chartOf("matrise-T11_arealdekkeNiva1");
  expect(spaced(svg)).toContain(">123 457</text>");
  const heads = [...svg.matchAll(/translate\(([\d.]+) [\d.]+\) rotate\(-45\)"><text[^>]*>([^<]*)</g)];
  expect(heads.length).toBe(7);
  for (const [, x, text] of heads)
    expect(Number(x) + text.length * 12 * 0.64 * Math.SQRT1_2).toBeLessThan(720);
});

test("with many classes heads stand upright and figures are small enough for their squares", () => {
  const classes = Array.from({ length: 14 }, (_, i) => `Klasse med langt navn ${i}`);
  const area = (id: string) => ({ id, title: id, kind: "area" as const, unit: "m2" as const });
  const text = (id: string) => ({ id, title: id, kind: "text" as const });
  const rows = [...classes, ""].map((name) => [name, name, ...classes.map(() => 98_765_000)]);
  const table = madeTable("T11-x", "Mange", [text("kode"), text("navn"), ...classes.map(area)], rows);
  const { charts } = sampleDocument("nb", { ...fullBasis, tables: [table] });
  const { svg } = charts.find(({ id }) => id.startsWith("matrise"))!;
  expect(svg).toContain("rotate(-90)");
  const wide = Number(/<rect [^>]* width="([\d.]+)"/.exec(svg)![1]);
  const sizes = [...svg.matchAll(/font-size="(\d+)">98\u00a0765</g)].map(([, size]) => Number(size));
  expect(sizes.length).toBe(14 * 14);
  for (const size of sizes) expect(6 * 0.64 * size).toBeLessThan(wide);
});

test("the largest changes stand as cards, and as numbered points on the map where they have a place", () => {
  expect(full.changes).toHaveLength(20);
  expect(full.changes[0].title).toBe("Skog → Bebygd og samferdsel");
  expect(full.changes[0].facts.map(({ value }) => spaced(value))).toEqual([
    "90 000 m²",
    "40,5 m",
    "øst 497 600, nord 7 300 100",
    "9901",
  ]);
  expect(chartOf("steder-T11s").svg.match(/<circle/g)).toHaveLength(20);
  expect(chartOf("steder-T11s").svg).not.toMatch(/NaN|Infinity/);
});

test("tables readers need stand open, the others folded beside their CSV, and paper says where they are", () => {
  const html = sampleHtml("nb", fullBasis);
  const open = html.slice(html.indexOf('id="tabeller"'), html.indexOf('<details class="more">'));
  const folded = html.slice(html.indexOf('<details class="more">'), html.indexOf('id="kontroll"'));
  const tables = (part: string) => [...part.matchAll(/data-table="([^"]*)"/g)].map(([, id]) => id);
  for (const id of ["T1-arealdekkeNiva1", "T3-gjeldende", "T4m", "T5", "T11s"])
    expect(tables(open)).toContain(id);
  expect(tables(open).some((id) => /^T(2|11|12|14)(-|$)/.test(id))).toBe(false);
  expect([...tables(open), ...tables(folded)].sort()).toEqual(full.tables.map(({ id }) => id).sort());
  for (const id of tables(folded)) expect(folded).toContain(`href="tables/${id}.csv"`);
  expect(folded).toContain("Disse tabellene er ikke skrevet ut.");
});

test("of many areas in T4b the largest are shown, and the rest is told of", () => {
  const table = plannedBasis.tables.find(({ id }) => id.startsWith("T4b-"))!;
  const at = table.columns.findIndex(({ id }) => id === "reserve");
  const rows = Array.from({ length: 50 }, (_, i) => table.rows[0].map((value, c) => (c === at ? i : value)));
  const document = sampleDocument("nb", { ...plannedBasis, tables: [{ ...table, rows }] });
  const [view] = document.views;
  expect(view.shortened).toBe("De 20 største av 50.");
  expect(view.groups.flatMap((group) => group.rows.map(({ row }) => row))).toEqual(
    Array.from({ length: 20 }, (_, i) => 49 - i),
  );
});

test.each(LANGUAGES)("a full report in %s is well formed, each id its own", (language) => {
  const html = [...reportHtml(sampleDocument(language, fullBasis))].join("");
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(html.replace("<!doctype html>\n", "").replace(/<meta ([^>]*)>/g, "<meta $1/>")).close();
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
});

test("repairs are shown with their equation, and survive regnskap.json", () => {
  const [repair] = full.repairs;
  expect(repair.data.rows.map((row) => row.map(spaced))).toEqual([
    ["Ugyldige flater, lest etter strukturregelen", "3", "12,50 m²"],
    ["Overlapp, gitt til én av flatene", "120", "−431,25 m²"],
    ["Hull som står", "2", "0,00 m²"],
  ]);
  expect(repair.terms.map(({ value }) => spaced(value))).toEqual([
    "10 000 418,75 m²",
    "12,50 m²",
    "−431,25 m²",
    "0,00 m²",
    "0,00 m²",
    "10 000 000,00 m²",
  ]);
  expect(parseBasis("regnskap.json", basisJson(fullBasis)).repairs).toEqual(fullBasis.repairs);
});

test("a ledger is counted by kind, wide overlaps apart", () => {
  const line = { features: [1], x: 0, y: 0, from: 0, to: 1, rule: "area", thresholdM: 1, rings: [] } as const;
  const limits = { overlapM: 1 };
  const ledger = {
    lines: [
      { ...line, kind: "overlap", beforeM2: 10, afterM2: 5, widthM: 3 },
      { ...line, kind: "overlap", beforeM2: 4, afterM2: 2, widthM: 0.1 },
      { ...line, kind: "open gap", beforeM2: NaN, afterM2: NaN, widthM: NaN },
    ],
    inM2: 100,
    mendedM2: 0,
    overlapM2: 7,
    filledM2: 0,
    movedM2: 0,
    refusedM2: 0,
    outM2: 93,
  };
  expect(
    repairBasis("grunnkart", { ledger, limits } as unknown as Parameters<typeof repairBasis>[1]),
  ).toMatchObject({
    kinds: [
      { kind: "overlap", count: 2, areaM2: -7 },
      { kind: "open gap", count: 1, areaM2: 0 },
    ],
    wideCount: 1,
    outM2: 93,
  });
});
