/** T4 of a generated kommune against GEOS, which cuts overlapping plan areas away from each other one by one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apart, plannedByGeos, plannedOfTable } from "../../bench/planByGeos.mjs";
import type { Layer } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { values } from "../generate/values.js";
import { accounted, rules } from "./accounted.js";

const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";

let folder: string;
const at = (name: string): string => join(folder, `${name}.fgb`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plan-geos-"));
  const made = generate({ seed: 7, values, polygons: 3000, planAreas: 200 });
  for (const layer of [made.grunnkart, made.plan])
    await writeFlatGeobuf(at(layer.name), layer, layer.batches());
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** bench/plan.mjs holds 50 000 polygons under 500 areas to the same. */
test("reserve, built and water by purpose and class equal those of GEOS to 1e-9", async () => {
  const { tables, checks, findings } = await accounted({
    grunnkart: { path: at("grunnkart") },
    classes: [FIELD, "okosystemtype1"],
    units: [],
    plan: {
      files: [{ path: at("plan"), role: "gjeldende" }],
      themes: [],
      methods: [METHOD],
      mode: "kp",
      withoutStatus: "uten",
      vertikalnivaer: ["2"],
      newScope: "innenfor",
    },
  });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(["PLAN_OVERLAPP", "PLAN_UTENFOR"]));
  const found = plannedOfTable(tables.find(({ id }) => id === `T4-${METHOD}-${FIELD}`)!);
  const { bebygd, vann } = rules.planAccounting.grunn["okosystem"]["okosystemtype1"];
  const [plan, ground] = [await whole("plan"), await whole("grunnkart")];
  const expected = await plannedByGeos({ plan, ground, bebygd, vann });
  expect(expected.size).toBeGreaterThan(10);
  expect(apart(found, expected).ofAll).toBeLessThan(1e-9);
}, 120_000);

async function whole(name: string): Promise<Layer> {
  const source = await openSource(at(name));
  return (
    await readLayer(
      source,
      source.fields.map((field) => field.name),
    )
  ).layer;
}
