import { expect, test } from "vitest";
import { reportHtml } from "../../src/report/html.js";
import { MOST_CHANGES } from "../../src/report/changeCards.js";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { typstData } from "../../src/report/typst.js";
import { parseMap } from "../../src/run/reportBasis.js";
import { InputError } from "../../src/core/trouble.js";
import { CHANGE_MAP, RUNS } from "./runSamples.js";
import { map9901, sampleDocument } from "./sample.js";

const [first] = CHANGE_MAP.closeUps!;

test.each([
  ["nb", "Før", "Etter", "Myr → Skog"],
  ["nn", "Før", "Etter", "Myr → Skog"],
  ["en", "Before", "After", "Mire → Forest"],
] as const)("a card in %s has its map, with words of its own", (language, before, after, title) => {
  const report = sampleDocument(language, RUNS.change, { map: CHANGE_MAP });
  const [card] = report.changes;
  expect(card.title).toBe(title);
  const { svg, alt } = card.map!;
  for (const word of [`>${before}<`, `>${after}<`, ">N<", "\u00a0km<"]) expect(svg).toContain(word);
  expect(alt.startsWith(`${title}. `)).toBe(true);
  expect(svg).toMatch(/^<svg[^>]* role="img" aria-labelledby="[^"]+"/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  for (const colour of ["#9ecc73", "#d1d1ff"])
    for (const drawn of [report.map!.svg, svg]) expect(drawn).toContain(colour);
  expect([...reportHtml(report)].join("")).toContain(svg);
  const data = JSON.parse(typstData(report, (text) => text)) as { sections: { blocks: object[] }[] };
  const cards = data.sections.flatMap(({ blocks }) => blocks).find((block) => "cards" in block);
  expect(cards).toMatchObject({
    cards: [{ map: { svg: expect.stringContaining("Noto Sans") as string } }, {}],
  });
});

test("a run without close-ups has its cards all the same, without maps", () => {
  for (const language of LANGUAGES) {
    const { changes } = sampleDocument(language, RUNS.change, { map: map9901 });
    expect(changes.map(({ map, facts }) => [map, facts.length > 2])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
  }
});

test("no id of a page stands twice, with as many cards as there can be", () => {
  const [table] = RUNS.change.tables.filter(({ id }) => id === "T11s");
  const rows = Array.from({ length: MOST_CHANGES }, (_, i) => [i + 1, ...table.rows[0].slice(1)]);
  const tables = RUNS.change.tables.map((one) => (one === table ? { ...table, rows } : one));
  const closeUps = rows.map((_, i) => ({ ...first, nr: i + 1 }));
  const report = sampleDocument("nb", { ...RUNS.change, tables }, { map: { ...map9901, closeUps } });
  const html = [...reportHtml(report)].join("");
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(report.changes.filter(({ map }) => map !== undefined)).toHaveLength(MOST_CHANGES);
  for (const [, used] of html.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(used);
});

test("a hostile class name is text on the map, and a hostile path is refused", () => {
  const kode = `<script>alert("1")</script>`;
  const closeUps = [{ ...first, before: [{ kode, path: first.changed }] }];
  const { changes } = sampleDocument("nb", RUNS.change, { map: { ...map9901, closeUps } });
  expect(changes[0].map!.svg).toContain("&lt;script&gt;");
  expect(changes[0].map!.svg).not.toContain("<script>");
  const hostile = { ...map9901, closeUps: [{ ...first, changed: `M0 0"/><script>` }] };
  expect(() => parseMap("kart.json", JSON.stringify(hostile))).toThrow(InputError);
});
