import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { explain } from "../../src/cli/explain.js";
import { explainCommand } from "../../src/cli/explainCommand.js";
import { generate } from "../../src/generate/generate.js";
import { areasM2 } from "../run/pieceAreas.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { loadRules } from "../../src/rules/load.js";
import { accountRequestOf } from "../../src/run/accountRequest.js";
import { checkSettings } from "../../src/run/settings.js";
import { partsBehind } from "../../src/scenario/explain.js";
import { readBase, unedited } from "../../src/scenario/readBase.js";
import { cellsBehind, type FigureName } from "../../src/tables/cellsBehind.js";
import { planFrame } from "../../src/tables/planFrame.js";
import type { Table, Value } from "../../src/tables/table.js";
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

/** The name of a figure: all the texts of its row. */
function nameOf(table: Table, row: readonly Value[], column: string): FigureName {
  const texts = table.columns.flatMap(({ kind }, c) => (["text", "value"].includes(kind) ? [c] : []));
  return { table: table.id, row: new Map(texts.map((c) => [table.columns[c].id, String(row[c])])), column };
}

test("every area of every table is the sum of the pieces listed behind it", async () => {
  const base = await readBase(accountRequestOf(settings(), rules), rules);
  const { facts } = base;
  const { tables } = accountTables(facts, rules);
  const scene = { base, ground: unedited(base), cells: facts.cells, frame: planFrame(facts, rules)! };
  let explained = 0;
  for (const table of tables.filter(({ id }) => id !== "T14")) {
    const areas = table.columns.flatMap(({ kind, id }, c) => (kind === "area" ? [{ id, c }] : []));
    for (const row of table.rows) {
      for (const { id, c } of areas) {
        if (row[c] === null || id.startsWith("striper")) continue;
        const { weight, m2, fixedM2 } = cellsBehind(facts, rules, tables, nameOf(table, row, id));
        // The cells are held to the figure for each; now and then the ground itself is.
        if (explained++ % 60 !== 0) continue;
        const parts = partsBehind(scene, rules, weight);
        const sum = parts.reduce((all, { sign, trueM2 }) => all + sign * trueM2, fixedM2);
        expect(Math.abs(sum - m2)).toBeLessThan(1e-3);
      }
    }
  }
  expect(explained).toBeGreaterThan(200);
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
    await explain({ receipt: at("ut"), question: { figure }, out }, true, signal);
    const { layer } = await readLayer(await openSource(out), [
      "kartplanM2",
      "ellipsoideM2",
      "kommune",
      "planomrade",
    ]);
    const { codes, terms } = layer.columns.get("ellipsoideM2")!;
    const sum = codes.reduce((total, code) => total + Number(terms[code]), 0);
    expect(Math.abs(sum - 1000 * Number(line[head.indexOf("reserve")]))).toBeLessThan(1e-3);
    // The polygons are the pieces, not the features they are of: each has the area its row says.
    const posted = layer.columns.get("kartplanM2")!;
    areasM2(layer).forEach((m2, f) => {
      const due = Number(posted.terms[posted.codes[f]]);
      expect(Math.abs(m2 - due)).toBeLessThan(1e-5 + 1e-9 * due);
    });
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
  const receipt = at("ut/kvittering.json");
  await explain({ receipt, question: { cells }, out: at("skog.geojson") }, true, signal);
  expect(existsSync(at("skog.geojson"))).toBe(true);
});

const none = new Map<string, string>();
const of = (table: string, row: Record<string, string>, column: string) => ({
  figure: { table, row: new Map(Object.entries(row)), column },
});
test.each([
  [{ question: of("T99", {}, "x") }, /no table T99.*one of: T1-/],
  [{ question: of("T1-arealdekkeNiva1", {}, "arealDaa") }, /no single row/],
  [{ question: of("T1-arealdekkeNiva1", { kode: "måne" }, "arealDaa") }, /no row kode=måne/],
  [{ question: of("T1-arealdekkeNiva1", { kode: "skog" }, "vekt") }, /no column of areas vekt/],
  [{ question: { cells: new Map([["farge", "rød"]]) } }, /no column of the cells farge/],
  [{ question: { cells: none }, out: "x.docx" }, /ending that tells no format/],
])("what cannot be explained is refused: %#", async (asked, says) => {
  await expect(explain({ receipt: at("ut"), ...asked }, true, signal)).rejects.toThrow(says);
});

test("a value may stand as the CSV file has it, with the apostrophe that keeps it from being a formula", async () => {
  const asked = ["--tabell", "T1-arealdekkeNiva1", "--rad", "kode='=måne", "--kolonne", "arealDaa"];
  await expect(explainCommand(signal).parseAsync([at("ut"), ...asked], { from: "user" })).rejects.toThrow(
    /no row kode==måne\./,
  );
});
