import { expect, test } from "vitest";
import { kommuneHistory } from "../../src/rules/kommuneHistory.js";
import { loadRules } from "../../src/rules/load.js";

const rules = await loadRules();
const recode = kommuneHistory(rules);

test.each([
  ["Halden, renumbered twice", "0101", "2019-01-01", "0101"],
  ["Halden, forward", "0101", "2021-01-01", "3001"],
  ["Halden, forward to today", "0101", "2024-01-01", "3101"],
  ["Halden, one step", "3001", "2024-01-01", "3101"],
  ["Halden, back", "3101", "2019-01-01", "0101"],
  ["Våler in Østfold", "0137", "2024-01-01", "3114"],
  ["Våler in Innlandet", "0426", "2024-01-01", "3419"],
  ["Herøy in Møre og Romsdal", "1515", "2010-01-01", "1515"],
  ["Herøy in Nordland", "1818", "2024-01-01", "1818"],
  ["Rygge, merged into Moss", "0136", "2024-01-01", "3103"],
  ["Finnøy, merged into Stavanger that kept its number", "1141", "2024-01-01", "1103"],
  ["Stavanger, before the merger", "1103", "2018-01-01", "1103"],
  ["Oslo keeps its zero", "0301", "1999-01-01", "0301"],
  ["old Haram is Haram again", "1534", "2024-01-01", "1580"],
  ["old Haram was in Ålesund in between", "1534", "2021-01-01", "1507"],
  ["Haram, back to when it was in Ålesund", "1580", "2021-01-01", "1507"],
  ["Ålesund, back to when Haram was in it", "1508", "2021-01-01", "1507"],
])("%s: %s at %s is %s", (_, kode, date, expected) => {
  expect(recode(kode, date)).toMatchObject({ kind: "one", kode: expected });
});

test("1507 Ålesund was divided in 2024: no number tells what is Haram", () => {
  expect(recode("1507", "2023-01-01")).toMatchObject({ kind: "one", kode: "1507" });
  expect(recode("1507", "2024-01-01")).toEqual({ kind: "divided", among: ["1508", "1580"], dato: "2024-01-01" });
});

test("a merger is not undone by number", () => {
  expect(recode("3103", "2019-01-01")).toEqual({ kind: "divided", among: ["0104", "0136"] });
});

test("kommuner that SSB has in its rest group were divided", () => {
  expect(recode("1850", "2024-01-01")).toMatchObject({ kind: "divided", among: ["1806", "1875"] });
  expect(recode("1613", "2024-01-01")).toEqual({ kind: "divided", among: [] });
});

test("what is no kommune is unknown; a number without its zero is not mended here", () => {
  expect(recode("9901", "2024-01-01")).toEqual({ kind: "unknown" });
  expect(recode("301", "2024-01-01")).toEqual({ kind: "unknown" });
});

test("every number of the list is, at 2024, one kommune of the register, divided, or not of the mainland", () => {
  const register = new Set(rules.lists.get("kommuner_2024")!.values.map(({ kode }) => kode));
  for (const { kode } of rules.lists.get("kommune_historikk")!.values) {
    const now = recode(kode, "2024-01-01");
    if (now.kind === "one" && !/^2[123]|^9/.test(now.kode)) expect(register.has(now.kode), kode).toBe(true);
    expect(now.kind === "unknown" && !/^2[123]|^9/.test(kode), kode).toBe(false);
  }
});
