/** "Herav i smale striper": plan borders drawn beside ground borders, with strips a human can measure. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlanRequest } from "../../src/run/plan.js";
import type { Table } from "../../src/tables/table.js";
import { accounted } from "./accounted.js";
import { box, writeGeoJson, type Flate } from "./scene.js";

const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";

/** Forest, farmland, and a road 8 m wide through the farmland, 1 km each way. */
const GROUND: readonly Flate[] = [
  { ring: box(0, 0, 1000, 1000), values: { arealdekkeniva1: "skog" } },
  { ring: box(1000, 0, 1500, 1000), values: { arealdekkeniva1: "jordbruk" } },
  { ring: box(1500, 0, 1508, 1000), values: { arealdekkeniva1: "bebygdSamferdsel" } },
  { ring: box(1508, 0, 2000, 1000), values: { arealdekkeniva1: "jordbruk" } },
];
const area = (ring: Flate["ring"], formal: string, status: string, lokalId: string, dato = ""): Flate => ({
  ring,
  values: {
    objtype: "KpArealformålOmråde",
    arealformal: formal,
    arealbruksstatus: status,
    lokalId,
    omradenavn: lokalId,
    planidentifikasjon: "P",
    ikrafttredelsesdato: dato,
  },
});
/**
 * Housing meant to end where the forest ends, 3 m too wide: a strip of 1.5 dekar of farmland. A planned road 10 m wide
 * across everything is narrow of itself, and no strip. Nor is the existing road under the second field of housing.
 */
const PLAN: readonly Flate[] = [
  area(box(0, 0, 1003, 500), "1110", "2", "B1", "20200101"),
  area(box(0, 600, 2000, 610), "2010", "2", "V1", "20200101"),
  area(box(1400, 700, 1600, 900), "1110", "2", "B2", "20200101"),
];

let folder: string;
const at = (name: string): string => join(folder, `${name}.geojson`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "planstriper-"));
  writeGeoJson(at("grunnkart"), GROUND);
  writeGeoJson(at("plan"), PLAN);
  writeGeoJson(at("nyere"), [area(box(900, 0, 1200, 200), "1110", "2", "N1", "20240101")]);
  writeGeoJson(at("kretser"), [0, 100, 200, 300, 400].map((y, i) => ({
    ring: box(0, y, 2000, i === 4 ? 1000 : y + 100),
    values: { grunnkretsnummer: `0301010${i}` },
  }))); // prettier-ignore
});
afterAll(() => rmSync(folder, { recursive: true }));

const accountOf = (
  files: readonly string[],
  more: Partial<PlanRequest> = {},
  units: readonly string[] = [],
) =>
  accounted({
    grunnkart: { path: at("grunnkart") },
    classes: [FIELD],
    units: units.map((name) => ({ path: at(name) })),
    plan: {
      files: files.map((name) => ({ path: at(name), role: "gjeldende" })),
      themes: [],
      methods: [METHOD],
      mode: "kp",
      withoutStatus: "uten",
      vertikalnivaer: ["2"],
      newScope: "innenfor",
      strips: true,
      ...more,
    },
  });

/** One column of a table by another, in square metres; null where there is none. */
function column({ columns, rows }: Table, by: string, name: string): Record<string, number | null> {
  const [key, value] = [by, name].map((id) => columns.findIndex((one) => one.id === id));
  const m2 = (cell: unknown): number | null => (cell === null ? null : Math.round(1000 * Number(cell)));
  const found: Record<string, number | null> = {};
  for (const row of rows) {
    const known = found[String(row[key])];
    const here = m2(row[value]);
    found[String(row[key])] = known === undefined || known === null ? here : known + (here ?? 0);
  }
  return found;
}

const T4 = `T4-${METHOD}-${FIELD}`;
const tableOf = (tables: readonly Table[], id: string): Table => tables.find((one) => one.id === id)!;

test("what a border drawn twice gives is shown by purpose and by area, and stays in the sums", async () => {
  const { tables, checks, findings } = await accountOf(["plan"]);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  const strips = findings.filter(({ code }) => code === "SMALE_STRIPER");
  expect(strips.map(({ areaM2, did }) => [Math.round(areaM2), did])).toEqual([[1500, "kept"]]);
  expect(column(tableOf(tables, T4), "kode", "planlagt")).toEqual({
    1110: 541_500,
    2010: 20_000,
    "": 561_500,
  });
  expect(column(tableOf(tables, T4), "kode", "striper")).toEqual({ 1110: 1500, 2010: 0, "": 1500 });
  expect(column(tableOf(tables, `T4b-${METHOD}-${FIELD}`), "omrade", "striper")).toEqual({
    B1: 1500,
    B2: 0,
    V1: 0,
  });
  const t3 = column(tableOf(tables, "T3-gjeldende"), "rad", "striper");
  expect(t3).toEqual({ formal: 1500, utenFormal: null, sum: 1500 });
});

test("a layer that cuts a strip in pieces moves nothing of it", async () => {
  const { tables } = await accountOf(["plan"], {}, ["kretser"]);
  expect(column(tableOf(tables, T4), "enhet", "striper")).toEqual({
    "03010100": 600, "03010101": 600, "03010102": 600, "03010103": 600, "03010104": 600,
  }); // prettier-ignore
});

test("a strip of an area that another rules over is none of it", async () => {
  const { tables } = await accountOf(["plan", "nyere"]);
  expect(column(tableOf(tables, T4), "kode", "striper")).toEqual({ 1110: 900, 2010: 0, "": 900 });
});

test("where nobody asks, nobody looks", async () => {
  const { tables, facts } = await accountOf(["plan"], { strips: false });
  expect(facts.strips).toBeUndefined();
  expect(column(tableOf(tables, T4), "kode", "striper")).toEqual({ 1110: null, 2010: null, "": null });
});
