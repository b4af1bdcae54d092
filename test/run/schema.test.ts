import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { runSchema } from "../../src/run/schema.js";
import { checkSettings, runSettings } from "../../src/run/settings.js";

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

type Schema = {
  properties: Record<string, { type?: string }>;
  required: string[];
  additionalProperties: boolean;
};

test("rules/run.schema.json is the schema of the settings; when it is stale, npm run schema writes it anew", () => {
  expect(text("rules/run.schema.json")).toBe(runSchema());
});

test("it knows every field, asks for two of them, and allows no others", () => {
  const schema = JSON.parse(runSchema()) as Schema;
  expect(Object.keys(schema.properties)).toEqual(Object.keys(runSettings.shape));
  expect(schema.required).toEqual(["grunnkart", "ut"]);
  expect(schema.additionalProperties).toBe(false);
});

test("the example run file is one, and names the schema to its editor", () => {
  const example = text("fixtures/run/eksempel.yaml");
  expect(example).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/rules\/run\.schema\.json\n/);
  expect(checkSettings(parseYaml(example), "eksempel.yaml").enheter).toHaveLength(2);
});
