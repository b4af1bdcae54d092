import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CloseUp } from "../../src/report/basis.js";
import { loadRules } from "../../src/rules/load.js";
import { runChange } from "../../src/run/change.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { box, EAST, layerOfFlater, NORTH, writeGeoJson, type Flate } from "./scene.js";

const rules = await loadRules();
let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "endring-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const square = (x: number, y: number, side: number, objtype: string): Flate => ({
  ring: box(x, y, x + side, y + side),
  values: { objtype },
});

/** Two squares of 10 km in both editions, of which small parts change class; the corners of what changes are whole metres. */
const BEFORE = [square(0, 0, 10_000, "Skog"), square(10_000, 0, 10_000, "Myr")];
/** The first square without its lower left corner. */
const corner = [
  [100, 0],
  [10_000, 0],
  [10_000, 10_000],
  [0, 10_000],
  [0, 100],
  [100, 100],
  [100, 0],
].map(([x, y]): [number, number] => [EAST + x, NORTH + y]);
const AFTER: Flate[] = [
  { ring: corner, values: { objtype: "Skog" } },
  square(0, 0, 100, "Tettbebyggelse"),
  { ring: box(10_000, 0, 20_000, 9000), values: { objtype: "Myr" } },
  { ring: box(10_000, 9000, 20_000, 10_000), values: { objtype: "Skog" } },
];

const closeUpsOf = async (from: string, to: string, more: object = {}): Promise<readonly CloseUp[]> => {
  const request = { from: { path: from }, to: { path: to }, classField: "objtype", units: [] };
  const asked = { ...request, measure: "kartplan" as const, workers: 0, closeUps: true, ...more };
  return (await runChange(asked, rules)).closeUps;
};

const writeIndexed = (path: string, flater: readonly Flate[]): Promise<unknown> => {
  const layer = layerOfFlater("grunnkart", flater);
  const fields = [{ name: "objtype", type: "string" as const }];
  return writeFlatGeobuf(path, { name: layer.name, epsg: layer.epsg, fields, index: true }, [layer]);
};

/** The box of path data, in metres from the scene's corner. */
function boxOf({ minX, minY, pixelM, height }: CloseUp, path: string): readonly number[] {
  const [west, south] = [minX - EAST, minY - NORTH];
  const [xs, ys]: [number[], number[]] = [[], []];
  let [x, y] = [0, 0];
  for (const [, step, a, b] of path.matchAll(/([Mlhv])(-?\d+)(?: ?(-?\d+))?/g)) {
    if (step === "M") [x, y] = [Number(a), Number(b)];
    else if (step === "h") x += Number(a);
    else if (step === "v") y += Number(a);
    else [x, y] = [x + Number(a), y + Number(b)];
    xs.push(x);
    ys.push(y);
  }
  return [
    west + Math.min(...xs) * pixelM,
    south + (height - Math.max(...ys)) * pixelM,
    west + Math.max(...xs) * pixelM,
    south + (height - Math.min(...ys)) * pixelM,
  ];
}

const codes = (classes: CloseUp["before"]): string[] => classes.map(({ kode }) => kode);

describe.each(["GeoJSON, in memory", "FlatGeobuf, by its index"])("%s", (form) => {
  let drawn: readonly CloseUp[];
  beforeAll(async () => {
    const isIndexed = form.startsWith("Flat");
    const paths = [at(isIndexed ? "fra.fgb" : "fra.geojson"), at(isIndexed ? "til.fgb" : "til.geojson")];
    for (const [i, flater] of [BEFORE, AFTER].entries()) {
      if (isIndexed) await writeIndexed(paths[i], flater);
      else writeGeoJson(paths[i], flater);
    }
    drawn = await closeUpsOf(paths[0], paths[1]);
  });

  test("each change has a window of its own, the largest first", () => {
    expect(drawn.map(({ nr }) => nr)).toEqual([1, 2]);
    const [large, small] = drawn.map((one) => one.pixelM * one.width);
    expect(large).toBeGreaterThan(10_000);
    expect(large).toBeLessThan(20_000);
    expect(small).toBeGreaterThan(150); // 100 m of 20 km, found in ever smaller boxes
    expect(small).toBeLessThan(200);
  });

  test("what is outlined is where the two polygons both lie, to a pixel", () => {
    const due = [
      [10_000, 9000, 20_000, 10_000],
      [0, 0, 100, 100],
    ];
    drawn.forEach((one, i) =>
      boxOf(one, one.changed).forEach((side, s) =>
        expect(Math.abs(side - due[i][s])).toBeLessThanOrEqual(one.pixelM),
      ),
    );
  });

  test("before has the classes of the first edition, after those of the second", () => {
    expect(drawn.map(({ before, after }) => [codes(before), codes(after)])).toEqual([
      [
        ["Myr", "Skog"],
        ["Myr", "Skog"],
      ],
      [["Skog"], ["Skog", "Tettbebyggelse"]],
    ]);
  });
});

test("they are not drawn unless they are asked for", async () => {
  writeGeoJson(at("a.geojson"), BEFORE);
  writeGeoJson(at("b.geojson"), AFTER);
  expect(await closeUpsOf(at("a.geojson"), at("b.geojson"), { closeUps: false })).toEqual([]);
});

test("twenty at most, and of ground as busy as it comes they stay small", async () => {
  const CELLS = 40;
  const busy = (shift: number): Flate[] =>
    Array.from({ length: CELLS * CELLS }, (_, i) => {
      const [x, y] = [(i % CELLS) * 10, Math.floor(i / CELLS) * 10];
      return square(x, y, 10, ["Skog", "Myr", "Innsjø"][(i * i + shift * (i % 7)) % 3]);
    });
  writeGeoJson(at("c.geojson"), busy(0));
  writeGeoJson(at("d.geojson"), busy(1));
  const drawn = await closeUpsOf(at("c.geojson"), at("d.geojson"));
  expect(drawn).toHaveLength(20);
  expect(JSON.stringify(drawn).length).toBeLessThan(20 * 20_000);
});
