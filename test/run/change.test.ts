import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { type ChangeRequest, runChange } from "../../src/run/change.js";
import type { ChangeFacts } from "../../src/tables/changeFacts.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { box, type Flate, layerOfFlater, writeGeoJson } from "./scene.js";

const rules = await loadRules();
let folder = "";
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "endring-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
async function fgb(flater: readonly Flate[], index = true): Promise<string> {
  const layer = layerOfFlater("arealdekke", flater);
  const path = join(folder, `${count++}.fgb`);
  const fields = [...layer.columns.keys()].map((name) => ({ name, type: "string" as const }));
  await writeFlatGeobuf(path, { name: layer.name, epsg: layer.epsg, fields, index }, [layer]);
  return path;
}

const flate = (
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
  objtype: string,
  lokalId = "",
): Flate => ({
  ring: box(minX, minY, maxX, maxY),
  values: { objtype, lokalId },
});

async function compared(
  from: readonly Flate[],
  to: readonly Flate[],
  more: Partial<ChangeRequest> & { readonly index?: boolean } = {},
): Promise<ChangeFacts> {
  const { index = true, ...rest } = more;
  return runChange(
    {
      from: { path: await fgb(from, index) },
      to: { path: await fgb(to, index) },
      classField: "objtype",
      units: [],
      measure: "kartplan",
      workers: 0,
      ...rest,
    },
    rules,
  );
}

/** Area by "presence from>to units", in whole square millimetres. */
function amounts({ cells }: ChangeFacts, areas = cells.planM2): Record<string, number> {
  const rows = Array.from({ length: cells.rowCount }, (_, i) => {
    const units = [...cells.zones.values()].map(({ codes, terms }) => terms[codes[i]]);
    const key = [
      cells.presence[i],
      cells.from.terms[cells.from.codes[i]],
      cells.to.terms[cells.to.codes[i]],
      ...units,
    ];
    return [key.join(" "), Math.round(1e6 * areas[i]) / 1e6] as const;
  });
  return Object.fromEntries(rows.filter(([, m2]) => m2 !== 0));
}

describe("two editions, overlaid", () => {
  const opening = [
    flate(0, 0, 1000, 1000, "Skog", "s"),
    flate(1000, 0, 2000, 1000, "Myr", "m"),
    flate(2000, 0, 3000, 1000, "Innsjø", "i"),
  ];

  test("what did not change is posted whole, and its polygons are twins", async () => {
    const facts = await compared(opening, opening);
    expect(amounts(facts)).toEqual({
      "begge Skog Skog": 1e6,
      "begge Myr Myr": 1e6,
      "begge Innsjø Innsjø": 1e6,
    });
    expect(facts.control).toMatchObject({ twins: 3, featuresA: 3, featuresB: 3 });
    expect(facts.largest).toEqual([]);
  });

  test("a piece that changed, a class that changed in place, ground only in A and only in B", async () => {
    const closing = [
      flate(0, 0, 700, 1000, "Skog", "s"),
      flate(700, 0, 1000, 1000, "Tettbebyggelse", "t"),
      flate(1000, 0, 2000, 1000, "Skog", "m"),
      flate(2500, 0, 3500, 1000, "Innsjø", "i"),
    ];
    const facts = await compared(opening, closing);
    expect(amounts(facts)).toEqual({
      "begge Skog Skog": 700_000,
      "begge Skog Tettbebyggelse": 300_000,
      "begge Myr Skog": 1e6,
      "begge Innsjø Innsjø": 500_000,
      "bareA Innsjø ": 500_000,
      "bareB  Innsjø": 500_000,
    });
    expect(facts.largest.map(({ idA, idB, from, to, planM2 }) => [idA, idB, from, to, planM2])).toEqual([
      ["m", "m", "Myr", "Skog", 1e6],
      ["s", "t", "Skog", "Tettbebyggelse", 300_000],
    ]);
    const [, piece] = facts.largest;
    expect(piece.widthM).toBeCloseTo((2 * 300_000) / 2600, 6);
    const [x, y] = piece.place!;
    const [[x0, y0]] = box(700, 0, 1000, 1000);
    expect(x > x0 && x < x0 + 300 && y > y0 && y < y0 + 1000).toBe(true);
  });

  test("a border drawn twice is a strip, a narrow road that is new is not", async () => {
    const closing = [
      flate(0, 0, 1001, 500, "Skog"), // one metre into the mire
      flate(0, 500, 1000, 1000, "Skog"),
      flate(1001, 0, 2000, 500, "Myr"),
      flate(1000, 500, 1500, 1000, "Myr"),
      flate(1500, 500, 1501.5, 1000, "Tettbebyggelse"), // a road
      flate(1501.5, 500, 2000, 1000, "Myr"),
      flate(2000, 0, 3000, 1000, "Innsjø"),
    ];
    const facts = await compared(opening, closing);
    expect(amounts(facts)).toMatchObject({ "begge Myr Skog": 500, "begge Myr Tettbebyggelse": 750 });
    expect(amounts(facts, facts.cells.stripPlanM2)).toEqual({ "begge Myr Skog": 500 });
    expect(facts.strips.map(({ planM2 }) => planM2)).toEqual([500]);
    expect(facts.strips[0].widthM).toBeCloseTo((2 * 500) / 1002, 6);
    const wide = await compared(opening, closing, { stripWidthM: 0.5 });
    expect(amounts(wide, wide.cells.stripPlanM2)).toEqual({});
  });

  test("an edition that lies on itself is counted as it lies, and the control tells", async () => {
    const twice = [...opening, flate(500, 0, 1500, 1000, "Elv")];
    const facts = await compared(twice, opening);
    expect(amounts(facts)).toEqual({
      "begge Skog Skog": 1e6,
      "begge Myr Myr": 1e6,
      "begge Innsjø Innsjø": 1e6,
      "begge Elv Skog": 500_000,
      "begge Elv Myr": 500_000,
    });
    expect(facts.control.acrossA.planM2 - facts.control.acrossB.planM2).toBeCloseTo(1e6, 3);
    const back = await compared(opening, twice);
    expect(amounts(back)).toEqual({
      "begge Skog Skog": 500_000,
      "begge Skog Elv|Skog": 500_000,
      "begge Myr Myr": 500_000,
      "begge Myr Elv|Myr": 500_000,
      "begge Innsjø Innsjø": 1e6,
    });
  });

  test("units cut pieces, ground outside them has none", async () => {
    const units = writeGeoJson(join(folder, "kommuner.geojson"), [
      { ring: box(0, 0, 1500, 1000), values: { kommunenummer: "0301" } },
      { ring: box(1500, 0, 2500, 1000), values: { kommunenummer: "3201" } },
    ]);
    const closing = [opening[0], flate(1000, 0, 2000, 1000, "Skog"), opening[2]];
    const facts = await compared(opening, closing, { units: [{ name: "kommune", path: units }] });
    expect(amounts(facts)).toEqual({
      "begge Skog Skog 0301": 1e6,
      "begge Myr Skog 0301": 500_000,
      "begge Myr Skog 3201": 500_000,
      "begge Innsjø Innsjø 3201": 500_000,
      "begge Innsjø Innsjø ": 500_000,
    });
  });
});

/** A mosaic of boxes on a grid, cut in rows and columns; each box has a class. */
const mosaic = fc
  .record({
    xs: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 }),
    ys: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 }),
    classes: fc.array(fc.constantFrom("Skog", "Myr", "Elv", ""), { minLength: 64, maxLength: 64 }),
    holes: fc.uniqueArray(fc.integer({ min: 0, max: 48 }), { maxLength: 3 }),
  })
  .map(({ xs, ys, classes, holes }) => {
    const [x, y] = [xs, ys].map((cuts) => [0, ...cuts.sort((p, q) => p - q), 100]);
    const flater: { readonly corners: readonly number[]; readonly objtype: string }[] = [];
    for (let c = 0; c + 1 < x.length; c++) {
      for (let r = 0; r + 1 < y.length; r++) {
        if (holes.includes(c * 7 + r)) continue;
        flater.push({ corners: [x[c], y[r], x[c + 1], y[r + 1]], objtype: classes[c * 7 + r] });
      }
    }
    return flater;
  });

test("the ground's own kommunenummer reaches the facts, by index, in memory and where it is the class", async () => {
  const numbered = (numbers: readonly string[]): Flate[] =>
    numbers.map((kommunenummer, i) => ({
      ring: box(100 * i, 0, 100 * i + 100, 100),
      values: { objtype: "Skog", lokalId: "", kommunenummer },
    }));
  const [from, to] = [numbered(["1507", "0301"]), numbered(["1508", "", "1580"])];
  const wanted = [
    ["0301", "1507"],
    ["1508", "1580"],
  ];
  expect((await compared(from, to)).kommunenumre).toEqual(wanted);
  expect((await compared(from, to, { index: false })).kommunenumre).toEqual(wanted);
  expect((await compared(from, to, { classField: "kommunenummer" })).kommunenumre).toEqual(wanted);
  expect((await compared([flate(0, 0, 9, 9, "Skog")], to)).kommunenumre).toEqual([[], wanted[1]]);
});

test("against a count of grid squares, whole or in blocks, by index or in memory", async () => {
  await fc.assert(
    fc.asyncProperty(mosaic, mosaic, async (from, to) => {
      fc.pre(from.length > 0 && to.length > 0);
      const expected = bySquares(from, to);
      const [a, b] = [from, to].map((flater) =>
        flater.map(({ corners: [x0, y0, x1, y1], objtype }) => flate(x0, y0, x1, y1, objtype)),
      );
      expect(amounts(await compared(a, b))).toEqual(expected);
      expect(amounts(await compared(a, b, { blockBytes: 300 }))).toEqual(expected);
      expect(amounts(await compared(a, b, { blockBytes: 300, index: false }))).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});

test("where both editions cannot be read, the first is told of, whichever fails sooner", async () => {
  const cutShort = join(folder, "avkuttet.geojson");
  writeFileSync(cutShort, '{"type":"FeatureCollection","features":[{"ty');
  const request = { classField: "objtype", units: [], measure: "kartplan", workers: 0 } as const;
  const missing = join(folder, "finnes-ikke.geojson");
  await expect(
    runChange({ ...request, from: { path: cutShort }, to: { path: missing } }, rules),
  ).rejects.toThrow(/avkuttet\.geojson/);
});

test("editions that nowhere meet are refused as editions", async () => {
  const [from, to] = [[flate(0, 0, 10, 10, "Skog")], [flate(500, 0, 510, 10, "Skog")]];
  await expect(compared(from, to)).rejects.toThrow(/two editions of the same ground/);
});

type Squares = readonly { readonly corners: readonly number[]; readonly objtype: string }[];

function bySquares(from: Squares, to: Squares): Record<string, number> {
  const classAt = (flater: Squares, x: number, y: number) =>
    flater.find(({ corners: [x0, y0, x1, y1] }) => x >= x0 && x < x1 && y >= y0 && y < y1)?.objtype;
  const sums: Record<string, number> = {};
  for (let x = 0; x < 100; x++) {
    for (let y = 0; y < 100; y++) {
      const [a, b] = [classAt(from, x, y), classAt(to, x, y)];
      if (a === undefined && b === undefined) continue;
      const presence = a === undefined ? "bareB" : b === undefined ? "bareA" : "begge";
      const key = `${presence} ${a ?? ""} ${b ?? ""}`;
      sums[key] = (sums[key] ?? 0) + 1;
    }
  }
  return sums;
}

test.each(["kartplanM2", "stripeEllipsoideM2", "fra_objtype", "til_objtype", "finnes"])(
  "a unit layer called %s would be a second column of that name, and is refused",
  async (name) => {
    const ground = [flate(0, 0, 1000, 1000, "Skog")];
    const path = writeGeoJson(join(folder, "enhet.geojson"), ground);
    await expect(compared(ground, ground, { units: [{ path, name, key: "objtype" }] })).rejects.toThrow(
      `a unit layer named ${name}, as another column of the cells is`,
    );
  },
);
