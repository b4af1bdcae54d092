import { beforeAll, expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { recogniseFields } from "../../src/rules/recognise.js";
import type { Rules } from "../../src/rules/rules.js";

let rules: Rules;
beforeAll(async () => {
  rules = await loadRules();
});

test.each([
  ["the standard's names", ["arealdekkeNiva1", "okosystemtype1"], "grunnkart"],
  ["lower case", ["arealdekkeniva1", "kommunenummer"], "grunnkart"],
  ["Testversjon 2", ["arealdekke", "okosystemtype_1"], "grunnkart"],
  ["two lesser fields", ["skogbonitet", "grunnforhold"], "grunnkart"],
  ["plan, nested", ["arealplanId.planidentifikasjon", "arealformål"], "plan"],
  ["plan, flattened with underscores", ["arealplanId_planidentifikasjon", "plantype"], "plan"],
  ["plan, ASCII", ["arealformal", "vertikalniva", "kommunenummer"], "plan"],
  ["plan, SOSI", ["KPAREALFORMÅL", "AREALST", "KOMM"], "plan"],
  ["plan, one lesser field", ["plantype", "navn"], undefined],
  ["fields that everything has", ["kommunenummer", "lokalId", "objtype"], undefined],
  ["nothing", [], undefined],
])("%s", (_, fields, family) => {
  expect(recogniseFields(rules, fields)?.family).toBe(family);
});

test("says which fields there are and which mandatory ones are not, by the standard's names", () => {
  const told = recogniseFields(rules, ["AREALDEKKENIVA1", "skogbonitet", "områdenavn"]);
  expect(told).toMatchObject({ family: "grunnkart", has: ["arealdekkeNiva1", "skogbonitet"] });
  expect(told?.lacks).toContain("arealdekkeNiva2");
  expect(told?.lacks).not.toContain("skogbonitet");
  expect(told?.lacks).not.toContain("geometri");
  expect(told?.lacks).not.toContain("arealbrukHav"); // multiplicity 0..1
});
