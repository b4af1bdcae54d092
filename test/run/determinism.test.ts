import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { featureCount, LayerBuilder, type Layer, termOf } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import type { ErrorKind } from "../../src/generate/plant.js";
import type { GeneratedLayer } from "../../src/generate/polygon.js";
import { reproject } from "../../src/read/crs/reproject.js";
import { cellsCsv, tableCsv } from "../../src/report/csv.js";
import type { AccountRequest } from "../../src/run/account.js";
import { values } from "../generate/values.js";
import { accounted } from "./accounted.js";
import { writeFgb } from "./scene.js";

/** How the work is cut and in what order features come must leave no trace in a single bit. */
let folder: string;
let inOrder: Request;
let expected: Record<string, string>;

type Request = Pick<AccountRequest, "grunnkart" | "units">;

/** Ground that overlaps, gapes and crosses itself: figures must stand still there too. */
const kinds: readonly ErrorKind[] = [
  "gap",
  "overlap",
  "sliver",
  "duplicate polygon",
  "bow-tie",
  "spike",
  "null geometry",
];

const made = generate({
  seed: 7,
  values,
  polygons: 900,
  planAreas: 120,
  kommuner: 2,
  plantErrors: { kinds, count: 2 },
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekkefolge-"));
  inOrder = await files("fil", (layer) => layer);
  expected = await figures(inOrder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("there is something to get wrong", () => {
  expect(expected.cells.split("\n").length).toBeGreaterThan(100);
  expect(Object.keys(expected)).toEqual(expect.arrayContaining(["T1-arealdekkeNiva1", "T14"]));
});

test.each([4 << 10, 64 << 10, 2 << 20])("cuts of %i bytes", async (cutBytes) => {
  expect(await figures({ ...inOrder, cutBytes })).toEqual(expected);
});

test("cuts of a ground that must be converted first", async () => {
  const inDegrees = await files("grader", (layer) => reproject(layer, 4258));
  const request = { ...inOrder, grunnkart: inDegrees.grunnkart };
  expect(await figures({ ...request, cutBytes: 4 << 10 })).toEqual(await figures(request));
});

test.each([1, 2])("ground features in another order (%i)", async (seed) => {
  const { grunnkart } = await files(`grunn${seed}`, (layer) => reordered(layer, seed));
  expect(await figures({ ...inOrder, grunnkart })).toEqual(expected);
});

test.each([1, 2])("zone polygons in another order (%i)", async (seed) => {
  const { units } = await files(`soner${seed}`, (layer) => reordered(layer, seed));
  expect(await figures({ ...inOrder, units })).toEqual(expected);
});

test("all of it at once", async () => {
  const both = await files("alt", (layer) => reordered(layer, 3));
  expect(await figures({ ...both, cutBytes: 16 << 10 })).toEqual(expected);
});

/** Everything an account shows, as the bytes it is written in; all but the hashes and lengths of its inputs. */
async function figures(request: Request & Partial<AccountRequest>): Promise<Record<string, string>> {
  const { facts, tables, checks } = await accounted({ ...request, classes: [] });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  const texts = tables.map((table) => {
    const rows = table.rows.filter((row) => row[1] !== "sha256" && row[1] !== "byte");
    return [table.id, tableCsv({ ...table, rows })];
  });
  return {
    cells: [...cellsCsv(facts.cells)].join(""),
    ...(Object.fromEntries(texts) as Record<string, string>),
  };
}

async function files(name: string, order: (layer: Layer) => Layer): Promise<Request> {
  mkdirSync(join(folder, name));
  const write = (layer: GeneratedLayer) =>
    writeFgb(join(folder, name, `${layer.name}.fgb`), order(whole(layer)));
  return {
    grunnkart: { path: await write(made.grunnkart) },
    units: [
      { name: "kommune", path: await write(made.kommune) },
      { name: "grunnkrets", path: await write(made.grunnkretser) },
      { name: "plan", path: await write(made.plan), key: "arealformal" },
    ],
  };
}

/** The only batch of a small layer. */
function whole(layer: GeneratedLayer): Layer {
  const batches = [...layer.batches()];
  expect(batches).toHaveLength(1);
  return batches[0];
}

/** The same features, dealt like cards: every one moves. */
function reordered(layer: Layer, seed: number): Layer {
  const fields = [...layer.columns.keys()];
  const builder = new LayerBuilder(layer.name, layer.epsg, fields);
  const order = Array.from({ length: featureCount(layer) }, (_, f) => f);
  const place = (f: number): number => Math.imul(f + 1, 2654435761 + 2 * seed) >>> 0;
  order.sort((a, b) => place(a) - place(b));
  for (const f of order) {
    for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
      for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++) {
        builder.ring(layer.xy.subarray(2 * layer.ringVertex[r], 2 * layer.ringVertex[r + 1]));
      }
      builder.endPart();
    }
    builder.endFeature(fields.map((field) => termOf(layer.columns.get(field)!, f)));
  }
  return builder.build();
}
