import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { parseGenerateValues } from "../../src/generate/values.js";
import { values } from "./values.js";

const CODELISTS = new URL("../../../shared/codelists/", import.meta.url);
const isThere = existsSync(CODELISTS);
if (!isThere) console.info("generate/values: ../shared/codelists is missing, spelling of codes not compared");

/** One column of a code list; cells with commas stand in quotes. */
const column = (file: string, nth: number): Set<string> =>
  new Set(
    readFileSync(new URL(file, CODELISTS), "utf8")
      .split(/\r?\n/)
      .slice(1)
      .map(
        (line) =>
          [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replaceAll('"', ""))[nth],
      ),
  );

const used = (edition: "arsversjon2025" | "testversjon2", field: string): string[] =>
  Object.values(values.profiles)
    .map((profile) => profile[edition][field] ?? "")
    .filter((value) => value !== "");

describe.skipIf(!isThere)("codes are spelled as in the code lists", () => {
  test.each([
    ["arsversjon2025", "arealdekkeniva1", "grunnkart_arealdekke_niva1_2025.csv", 0],
    ["testversjon2", "arealdekke", "grunnkart_arealdekke_testversjon2.csv", 0],
    ["arsversjon2025", "okosystemtypeniva1", "okosystemtype_niva1.csv", 2],
    ["testversjon2", "okosystemtype_1", "okosystemtype_niva1.csv", 4],
    ["arsversjon2025", "arealbruklandhovedklasse", "arealbruk_land_hovedklasse.csv", 0],
    ["testversjon2", "arealbruk_hovedklasse", "arealbruk_land_hovedklasse.csv", 0],
    ["arsversjon2025", "skogbonitetkode", "ar5_skogbonitet.csv", 0],
    ["arsversjon2025", "grunnforholdkode", "ar5_grunnforhold.csv", 0],
  ] as const)("%s %s", (edition, field, file, nth) => {
    const known = column(file, nth);
    const strange = used(edition, field).filter((code) => !known.has(code));
    expect(strange).toEqual([]);
    expect(used(edition, field).length).toBeGreaterThan(0);
  });

  test("plan", () => {
    const formal = column("arealformal_kommuneplan.csv", 0);
    expect(Object.keys(values.plan.formal).filter((code) => !formal.has(code))).toEqual([]);
    const status = column("arealbruksstatus.csv", 0);
    expect(Object.keys(values.plan.status).filter((code) => code !== "" && !status.has(code))).toEqual([]);
  });
});

test("a zone that names an unknown profile is refused, by name", () => {
  const wrong = structuredClone(values);
  wrong.zones[0].background = "månestøv";
  expect(() => parseGenerateValues(JSON.stringify(wrong))).toThrow(InputError);
  expect(() => parseGenerateValues(JSON.stringify(wrong))).toThrow(/månestøv/);
});

test("a missing member is refused", () => {
  expect(() => parseGenerateValues("{}")).toThrow(InputError);
});
