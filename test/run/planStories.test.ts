import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { planRequestOf } from "../../src/run/planSettings.js";
import { checkSettings } from "../../src/run/settings.js";
import type { Table } from "../../src/tables/table.js";
import { csvRows } from "../tables/invented.js";
import { accounted, rules } from "./accounted.js";

/** Plan accounts a human can check by hand. expected.csv is written by people; nothing here writes one. */
const root = new URL("../../fixtures/plan/", import.meta.url);
const stories = readdirSync(root).sort();

describe.each(stories)("%s", (story) => {
  const path = (file: string): string => fileURLToPath(new URL(`${story}/${file}`, root));

  test("has the figures of expected.csv, and adds up", async () => {
    const account = await accountOf(path);
    for (const [what, where, column, value] of csvRows(readFileSync(path("expected.csv"), "utf8")).slice(1)) {
      const found =
        what === "finding"
          ? sum(account.findings.filter(({ code }) => code === where).map(({ areaM2 }) => areaM2))
          : cell(
              account.tables.find(({ id }) => id === what)!,
              where,
              column,
            );
      expect.soft(found, `${what} ${where} ${column}`).toBeCloseTo(Number(value), 6);
    }
    expect(account.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(account.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test("there are stories to tell", () => {
  expect(stories.length).toBeGreaterThanOrEqual(9);
});

async function accountOf(path: (file: string) => string) {
  const settings = checkSettings(parseYaml(readFileSync(path("kjoring.yaml"), "utf8")), "kjoring.yaml");
  const request = planRequestOf(settings, rules)!;
  return accounted({
    grunnkart: { path: path(settings.grunnkart) },
    classes: settings.klasse,
    units: settings.enheter.map(({ navn, fil }) => ({ name: navn!, path: path(fil) })),
    measure: settings.arealmetode,
    repair: settings.reparasjon,
    plan: {
      ...request,
      files: request.files.map((file) => ({ ...file, path: path(file.path) })),
      themes: request.themes.map((theme) => ({
        ...theme,
        path: path(theme.path),
        ...(theme.dekning !== undefined && { dekning: path(theme.dekning) }),
      })),
    },
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The one figure of a table under a column, in the row where "column=text column=text" holds. */
function cell(table: Table, where: string, column: string): number {
  const at = (id: string): number => table.columns.findIndex((one) => one.id === id);
  const wanted = where.split(/ (?=\w+=)/).map((one) => one.split("="));
  const rows = table.rows.filter((row) => wanted.every(([id, text]) => row[at(id)] === text));
  expect(rows, `${table.id} ${where}`).toHaveLength(1);
  return Number(rows[0][at(column)]);
}
