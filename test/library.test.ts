import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  accountTables,
  cellsCsv,
  loadRules,
  measureFor,
  openSource,
  overlay,
  readLayer,
  runAccount,
} from "../src/library.js";
import { printTable } from "../src/report/print.js";
import { textsIn } from "../src/report/texts.js";

/** fixtures/run through the library's door: its README says how each figure comes about. */
const fixture = (file: string): string => fileURLToPath(new URL(`../fixtures/run/${file}`, import.meta.url));
const textOf = (path: string): string => readFileSync(path, "utf8");

const rules = await loadRules();
const facts = await runAccount(
  {
    grunnkart: { path: fixture("grunnkart.geojson") },
    classes: ["arealdekkeNiva1"],
    units: [
      { name: "kommune", path: fixture("kommuner.geojson") },
      { name: "plan", path: fixture("plan.geojson"), key: "arealformal" },
    ],
    measure: "kartplan",
    workers: 0,
  },
  rules,
);
const cells = [...cellsCsv(facts.cells)].join("").trimEnd().split("\n");

test("the account of 9901 has the cells somebody worked out by hand", () => {
  const planOnly = cells.map((row) => row.slice(0, row.lastIndexOf(",")));
  expect(planOnly).toEqual(textOf(fixture("expected.csv")).trimEnd().split("\n"));
});

test("on the central meridian the ellipsoid is 1 / 0.9996² times the map plane", () => {
  for (let row = 0; row < facts.cells.rowCount; row++) {
    expect((facts.cells.trueM2[row] / facts.cells.planM2[row]) * 0.9996 ** 2).toBeCloseTo(1, 6);
  }
});

test("README shows what the example prints", () => {
  const readme = textOf(fileURLToPath(new URL("../README.md", import.meta.url)));
  const { tables, checks } = accountTables(facts, rules);
  const stock = tables.find(({ id }) => id === "T1-arealdekkeNiva1")!;
  const [, , ...body] = printTable(stock, textsIn("nb"), { maxRows: 40 }).split("\n\n")[1].split("\n");
  expect(body).toHaveLength(12);
  for (const line of body) expect(readme).toContain(line);
  for (const row of cells) expect(readme).toContain(row);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
});

test("layers in memory go through overlay: plan 1110 has the same ground", async () => {
  const [ground, plans] = await Promise.all(
    (["grunnkart.geojson", "plan.geojson"] as const).map(async (file) => {
      const source = await openSource(fixture(file));
      return (await readLayer(source, source.fields.map(({ name }) => name))).layer; // prettier-ignore
    }),
  );
  const { pieces, members } = overlay(ground, [plans], measureFor(25833));
  const housing = pieces.planM2.filter((_, i) => members[pieces.cover[i]].includes(0));
  expect(housing.reduce((sum, m2) => sum + m2, 0)).toBeCloseTo(380_000, 6);
});
