import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
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
import { EXIT } from "../src/cli/exit.js";
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

describe("README shows what the example gives", () => {
  const readme = textOf(fileURLToPath(new URL("../README.md", import.meta.url)));
  const { tables, checks } = accountTables(facts, rules);

  test("the printed T1, line by line, and checks that hold", () => {
    const stock = tables.find(({ id }) => id === "T1-arealdekkeNiva1")!;
    const lines = printTable(stock, textsIn("nb")).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) expect(readme).toContain(line);
    expect(checks.map(({ ok }) => ok)).toEqual(Array(11).fill(true));
  });

  test("the cells, to 1e-6 m²", () => {
    const [head, ...rows] = /```text\n(arealdekkeNiva1,[^]*?)\n```/.exec(readme)![1].split("\n");
    expect(head).toBe(cells[0]);
    expect(rows).toHaveLength(cells.length - 1);
    rows.forEach((row, i) => {
      const shown = row.split(",");
      const computed = cells[i + 1].split(",");
      expect(shown.slice(0, 3)).toEqual(computed.slice(0, 3));
      for (const c of [3, 4]) expect(Number(shown[c])).toBeCloseTo(Number(computed[c]), 6);
    });
  });

  test("every finding and every exit code of the program", () => {
    const told: Readonly<Record<string, string>> = textsIn("en").report.warnings;
    const listed = Array.from(readme.matchAll(/^\| `([A-ZÆØÅ_]+)` +\| (.*?) +\|$/gm), ([, code, says]) => [
      code,
      says,
    ]);
    expect(Object.fromEntries(listed)).toEqual(told);
    for (const code of Object.values(EXIT)) expect(readme).toMatch(new RegExp(`^\\| ${code} +\\| `, "m"));
  });
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
