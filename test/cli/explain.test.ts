import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { explain } from "../../src/cli/explain.js";
import { InputError } from "../../src/core/trouble.js";
import { generate } from "../../src/generate/generate.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { loadRules } from "../../src/rules/load.js";
import { accountRequestOf } from "../../src/run/accountRequest.js";
import { checkSettings } from "../../src/run/settings.js";
import { partsBehind } from "../../src/scenario/explain.js";
import { readBase } from "../../src/scenario/readBase.js";
import { cellsBehind } from "../../src/tables/cellsBehind.js";
import { accountTables } from "../../src/tables/tables.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { values } from "../generate/values.js";

const signal = new AbortController().signal;
const rules = await loadRules();
const METHOD = "serie-1-2";
let folder: string;
const at = (name: string): string => join(folder, name);
const settings = () =>
  checkSettings(
    {
      grunnkart: at("grunnkart.fgb"),
      klasse: ["arealdekkeNiva1"],
      enheter: [{ navn: "kommune", fil: at("kommune.fgb") }],
      plan: [{ fil: at("plan.fgb") }],
      metode: [METHOD],
      workers: 0,
      ut: at("ut"),
    },
    "test",
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "explain-"));
  const made = generate({ seed: 4, values, polygons: 300, planAreas: 30, kommuner: 2 });
  for (const layer of [made.grunnkart, made.kommune, made.plan])
    await writeFlatGeobuf(at(`${layer.name}.fgb`), layer, layer.batches());
  await account(settings(), true, signal);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("every area that can be explained is the sum of the ground listed behind it", async () => {
  const base = await readBase(accountRequestOf(settings(), rules), rules);
  const { tables } = accountTables(base.facts, rules);
  let explained = 0;
  const refused = new Set<string>();
  for (const table of tables.filter(({ id }) => /^T(1|3|4|4b)-/.test(id))) {
    const texts = table.columns.flatMap(({ kind }, c) => (kind === "text" ? [c] : []));
    const areas = table.columns.filter(
      ({ kind, unit }) => kind === "area" && unit !== "m2" && unit !== "km2",
    );
    for (const row of table.rows) {
      for (const { id } of areas) {
        const named = new Map(texts.map((c) => [table.columns[c].id, String(row[c])]));
        try {
          const { inside, m2 } = cellsBehind(base.facts, rules, tables, {
            table: table.id,
            row: named,
            column: id,
          });
          // The cells alone first: cheap. Then now and then the ground itself, whose sum is held to m2.
          let sum = 0;
          base.facts.cells.trueM2.forEach((each, cell) => (sum += inside[cell] * each));
          expect(Math.abs(sum - m2)).toBeLessThan(1e-3);
          if (explained++ % 40 === 0) partsBehind(base, rules, inside, m2);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          refused.add(
            `${table.id.split("-")[0]} ${String(row[table.columns.findIndex((c) => c.id === "rad")])} ${id}`,
          );
        }
      }
    }
  }
  expect(explained).toBeGreaterThan(100);
  const plain = [...refused].filter((one) => /(klasse|formal) (?!detaljering|bortfall|utenStatus)/.test(one));
  expect(plain).toEqual([]);
}, 120_000);

test("a reserve becomes a file of ground polygons that sum to the figure in the folder", async () => {
  const csv = readFileSync(at(`ut/tables/T4-${METHOD}-arealdekkeNiva1.csv`), "utf8")
    .trimEnd()
    .split("\n");
  const head = csv[0].split(",");
  const line = csv.slice(1).map((one) => one.split(",")).find((row) => row[head.indexOf("rad")] === "formal" && Number(row[head.indexOf("reserve")]) > 0)!; // prettier-ignore
  const row = new Map(["enhet", "rad", "kode", "status"].map((id) => [id, line[head.indexOf(id)]]));
  const figure = { table: `T4-${METHOD}-arealdekkeNiva1`, row, column: "reserve" };
  for (const out of [at("a.geojson"), at("a.fgb")]) {
    await explain({ receipt: at("ut"), figure, cells: new Map(), out }, true, signal);
    const { layer } = await readLayer(await openSource(out), ["ellipsoideM2", "kommune", "planomrade"]);
    const { codes, terms } = layer.columns.get("ellipsoideM2")!;
    const sum = codes.reduce((total, code) => total + Number(terms[code]), 0);
    expect(Math.abs(sum - 1000 * Number(line[head.indexOf("reserve")]))).toBeLessThan(1e-3);
    expect(
      layer.columns
        .get("kommune")!
        .terms.slice(1)
        .every((key) => key.split("|").includes(line[0])),
    ).toBe(true);
    expect(layer.columns.get("planomrade")!.terms.length).toBeGreaterThan(1);
  }
}, 60_000);

test("cells are chosen by value, too", async () => {
  const cells = new Map([["arealdekkeNiva1", "skog"]]);
  await explain({ receipt: at("ut/kvittering.json"), cells, out: at("skog.geojson") }, true, signal);
  expect(existsSync(at("skog.geojson"))).toBe(true);
});

const none = new Map<string, string>();
test.each([
  [{ figure: { table: "T99", row: none, column: "x" }, cells: none }, /no table T99.*one of: T1-/],
  [{ figure: { table: "T1-arealdekkeNiva1", row: none, column: "arealDaa" }, cells: none }, /no single row/],
  [
    {
      figure: { table: "T1-arealdekkeNiva1", row: new Map([["kode", "måne"]]), column: "arealDaa" },
      cells: none,
    },
    /no row kode=måne/,
  ],
  [
    {
      figure: { table: "T1-arealdekkeNiva1", row: new Map([["kode", "skog"]]), column: "vekt" },
      cells: none,
    },
    /no column of areas vekt/,
  ],
  [
    {
      figure: { table: "T1-arealdekkeNiva1", row: new Map([["rad", "sum"]]), column: "arealM2" },
      cells: none,
    },
    /not a plain sum of cells/,
  ],
  [{ cells: new Map([["farge", "rød"]]) }, /no column of the cells farge/],
  [{ cells: none, out: "x.docx" }, /ending that tells no format/],
])("what cannot be explained is refused: %#", async (asked, says) => {
  await expect(explain({ receipt: at("ut"), ...asked }, true, signal)).rejects.toThrow(says);
});
