/** Borders of a proposal and of themes drawn beside those of the plan in force, with strips a human can measure. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AccountFacts } from "../../src/tables/facts.js";
import type { Table } from "../../src/tables/table.js";
import { accounted } from "./accounted.js";
import { box, writeGeoJson, type Flate } from "./scene.js";

const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";

const area = (ring: Flate["ring"], formal: string, status: string, lokalId: string): Flate => ({
  ring,
  values: {
    objtype: "KpArealformålOmråde",
    arealformal: formal,
    arealbruksstatus: status,
    lokalId,
    planidentifikasjon: "P",
  },
});

/** Housing to the west and LNFR to the east of 400, in two rows of 500 m. */
const IN_FORCE: readonly Flate[] = [
  area(box(0, 0, 400, 500), "1110", "2", "B1"),
  area(box(400, 0, 1000, 500), "5100", "1", "L1"),
  area(box(0, 500, 400, 1000), "1110", "2", "B2"),
  area(box(400, 500, 1000, 1000), "5100", "1", "L2"),
];
/** The border is drawn 3 m too far east in one row, 2 m too far west in the other. A field of 200 m by 500 m is new. */
const PROPOSED: readonly Flate[] = [
  area(box(0, 0, 403, 500), "1110", "2", "B1"),
  area(box(403, 0, 800, 500), "5100", "1", "L1"),
  area(box(800, 0, 1000, 500), "1110", "2", "B3"),
  area(box(0, 500, 398, 1000), "1110", "2", "B2"),
  area(box(398, 500, 1000, 1000), "5100", "1", "L2"),
];
const theme = (...rings: Flate["ring"][]): Flate[] => rings.map((ring) => ({ ring, values: {} }));
const THEMES = {
  /** 10 m into the housing: a strip 10 x 200 / (10 + 200) = 9.5 m wide. */
  smal: theme(box(390, 100, 500, 200), box(390, 200, 500, 300)),
  /** 16 m: 16 x 300 / (16 + 300) = 15.2 m, and no strip, though each third by itself were one of 13.8 m. */
  delt: theme(box(384, 100, 500, 200), box(384, 200, 500, 300), box(384, 300, 500, 400)),
  /** The same ground, drawn twice and once more. */
  dobbel: theme(box(384, 100, 500, 400), box(384, 100, 500, 400), box(384, 150, 500, 350)),
};

let folder: string;
const at = (name: string): string => join(folder, `${name}.geojson`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "planparstriper-"));
  writeGeoJson(at("grunnkart"), [
    { ring: box(0, 0, 1000, 700), values: { arealdekkeniva1: "skog" } },
    { ring: box(0, 700, 1000, 1000), values: { arealdekkeniva1: "myr" } },
  ]);
  writeGeoJson(at("plan"), IN_FORCE);
  writeGeoJson(at("ny"), PROPOSED);
  for (const [name, flater] of Object.entries(THEMES)) writeGeoJson(at(name), flater);
});
afterAll(() => rmSync(folder, { recursive: true }));

const accountOf = (strips: boolean, newScope: "innenfor" | "hele" = "hele") =>
  accounted({
    grunnkart: { path: at("grunnkart") },
    classes: [FIELD],
    units: [],
    measure: "kartplan",
    plan: {
      files: [
        { path: at("plan"), role: "gjeldende" },
        { path: at("ny"), role: "ny" },
      ],
      themes: Object.keys(THEMES).map((navn) => ({ navn, path: at(navn) })),
      methods: [METHOD],
      mode: "kp",
      withoutStatus: "uten",
      vertikalnivaer: ["2"],
      newScope,
      strips,
    },
  });

/** Rows of a table as some of their texts, and some of their areas in square metres. */
function rowsOf(
  tables: readonly Table[],
  id: string,
  texts: readonly string[],
  areas: readonly string[],
): Record<string, (number | null)[]> {
  const { columns, rows } = tables.find((one) => one.id === id)!;
  const place = (name: string): number => columns.findIndex((column) => column.id === name);
  const m2 = (value: unknown): number | null =>
    value === null ? null : Math.round(1000 * Number(value)) + 0;
  const nameOf = (row: Table["rows"][number]): string =>
    texts
      .map((name) => row[place(name)])
      .filter((text) => text !== "")
      .join(" ");
  return Object.fromEntries(rows.map((row) => [nameOf(row), areas.map((name) => m2(row[place(name)]))]));
}

test.each(["hele", "innenfor"] as const)(
  "what a border drawn anew changes is shown apart: %s",
  async (scope) => {
    const { tables, checks, findings } = await accountOf(true, scope);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(rowsOf(tables, "T5", ["rad", "kode"], ["gjeldende", "ny", "endring", "striper"])).toEqual({
      "formal 1110": [400_000, 500_500, 100_500, 500],
      "formal 5100": [600_000, 499_500, -100_500, -500],
      sum: [1_000_000, 1_000_000, 0, 0],
    });
    expect(
      rowsOf(tables, `T6-${METHOD}`, ["rad", "fraKode", "tilKode", "navn"], ["areal", "striper"]),
    ).toEqual({
      "uendret 1110 1110 Uendret": [399_000, null],
      "endret 1110 5100": [1000, 1000],
      "endret 5100 1110": [101_500, 1500],
      "uendret 5100 5100 Uendret": [498_500, null],
      "sammendrag Nye utbyggingsområder": [101_500, 1500],
      "sammendrag Tilbakeført til LNFR": [1000, 1000],
    });
    const told = findings.filter(({ code, layer }) => code === "SMALE_STRIPER" && layer === "ny");
    expect(told.map(({ areaM2 }) => Math.round(areaM2))).toEqual([2500]);
  },
);

test("the reserve tells what strips between the plans give, less what they take", async () => {
  const { tables } = await accountOf(true);
  const areas = ["reserve", "striper", "striperMellom", "skog", "myr"];
  expect(rowsOf(tables, `T7-${METHOD}-${FIELD}`, ["rad"], areas)).toEqual({
    gjeldende: [400_000, 0, null, 280_000, 120_000],
    ny: [500_500, 0, null, 381_100, 119_400],
    endring: [100_500, 0, 500, 101_100, -600],
  });
});

test("a theme is judged as one, however it is drawn", async () => {
  const { tables } = await accountOf(true);
  const areas = ["areal", "reserve", "striper", "reserveNy", "striperNy"];
  expect(rowsOf(tables, `T8-${METHOD}`, ["navn"], areas)).toEqual({
    smal: [22_000, 2000, 2000, 2600, 2600],
    delt: [34_800, 4800, 0, 5700, 0],
    dobbel: [34_800, 4800, 0, 5700, 0],
  });
});

test("where nobody asks, no column tells", async () => {
  const { tables, facts }: { tables: readonly Table[]; facts: AccountFacts } = await accountOf(false);
  expect(facts.plan!.stripPairs).toBeUndefined();
  const empty = (id: string, column: string): boolean =>
    Object.values(rowsOf(tables, id, ["rad", "navn"], [column])).every(([m2]) => m2 === null);
  expect(empty("T5", "striper")).toBe(true);
  expect(empty(`T6-${METHOD}`, "striper")).toBe(true);
  expect(empty(`T7-${METHOD}-${FIELD}`, "striperMellom")).toBe(true);
  expect(empty(`T8-${METHOD}`, "striperNy")).toBe(true);
});
