import { expect, test } from "vitest";
import { localiseTable, translator } from "../../src/report/localise.js";
import { basis9901, rules } from "./sample.js";

const { labels, values } = rules.tables;

/** Everything reports/tables.json can put before a reader, with {names} as they stand there. */
const said = [
  ...Object.entries(labels).flatMap(([id, text]) => (id === "by" || typeof text !== "string" ? [] : [text])),
  ...values.flatMap(({ title, columns, footnotes }) => [
    title,
    ...columns.map((column) => column.title),
    ...footnotes,
  ]),
];

test("every text of a table is there in nynorsk and English", () => {
  const known = new Set(rules.phrases.map(({ nb }) => nb));
  const measured = new Set(["Arealmål: {measure}.", "Ukjent verdi"]);
  const words = said.filter((text) => !/^\{\w+\}$/.test(text));
  expect([...new Set(words)].filter((text) => !known.has(text) && !measured.has(text))).toEqual([]);
});

test("a phrase keeps its {names} in every language", () => {
  const namesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
  for (const { nb, nn, en } of rules.phrases) {
    expect(namesOf(nn)).toEqual(namesOf(nb));
    expect(namesOf(en)).toEqual(namesOf(nb));
  }
});

test("English class names come from the code list before the phrasebook", () => {
  const en = translator(rules.phrases, "en");
  const table = basis9901.tables.find(({ id }) => id === "T1-arealdekkeNiva1")!;
  const localised = localiseTable(table, basis9901.fields, "en", en);
  const navn = table.columns.findIndex(({ id }) => id === "navn");
  expect(localised.title).toBe("T1 Land stock: Land cover, level 1");
  expect(localised.rows.map((row) => row[navn])).toEqual(
    expect.arrayContaining(["Forest", "Sea", "Total", "No value"]),
  );
});

test("a unit named as a class keeps its name", () => {
  const table = basis9901.tables.find(({ id }) => id.startsWith("T1-arealdekkeNiva1-"))!;
  const at = table.columns.findIndex(({ id }) => id === "enhetNavn");
  const named = {
    ...table,
    rows: table.rows.map((row) => row.map((value, c) => (c === at ? "Skog" : value))),
  };
  const localised = localiseTable(named, basis9901.fields, "en", translator(rules.phrases, "en"));
  expect(localised.rows[0][at]).toBe("Skog");
});

test("a column of T2 may be called as anything, also as what every object has", () => {
  const table = basis9901.tables.find(({ id }) => id.startsWith("T2-"))!;
  const odd = ["constructor", "toString", "__proto__"];
  const columns = table.columns.map((column, c) =>
    c < table.columns.length - odd.length
      ? column
      : { ...column, id: odd[table.columns.length - 1 - c], title: odd[table.columns.length - 1 - c] },
  );
  const localised = localiseTable(
    { ...table, columns },
    basis9901.fields,
    "en",
    translator(rules.phrases, "en"),
  );
  expect(localised.columns.slice(-odd.length).map(({ title }) => title)).toEqual([...odd].reverse());
});
