/**
 * T4 of a generated kommune under a plan with overlapping areas, against GEOS, which cuts the areas away from each other and
 * intersects each with the ground. Asserts that every figure is the same to 1e-9 of what is planned, and prints how far
 * apart they are, and what each took.
 *
 *   npm run build && node bench/plan.mjs [--polygons 50000] [--plan-areas 500]
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { apart, plannedByGeos, plannedOfTable } from "./planByGeos.mjs";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    polygons: { type: "string", default: "50000" },
    "plan-areas": { type: "string", default: "500" },
    dist: { type: "string", default: join(PROJECT, "dist") },
  },
});
const load = (path) => import(pathToFileURL(join(options.dist, path)).href);
const { generate } = await load("generate/generate.js");
const { parseGenerateValues } = await load("generate/values.js");
const { loadRules } = await load("rules/load.js");
const { openSource } = await load("read/open.js");
const { readLayer } = await load("read/readLayer.js");
const { runAccount } = await load("run/account.js");
const { accountTables } = await load("tables/tables.js");
const { writeFlatGeobuf } = await load("write/flatgeobuf.js");

const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";
const SEED = 7;

const folder = mkdtempSync(join(tmpdir(), "plan-bench-"));
try {
  await compare();
} finally {
  rmSync(folder, { recursive: true });
}

async function compare() {
  const at = (name) => join(folder, `${name}.fgb`);
  const values = parseGenerateValues(readFileSync(join(PROJECT, "rules/generate.json"), "utf8"));
  const [polygons, planAreas] = [Number(options.polygons), Number(options["plan-areas"])];
  const made = generate({ seed: SEED, values, polygons, planAreas });
  for (const layer of [made.grunnkart, made.plan])
    await writeFlatGeobuf(at(layer.name), layer, layer.batches());
  const rules = await loadRules();

  const account = await timed(async () => {
    const facts = await runAccount(requestOf(at), rules);
    return accountTables(facts, rules);
  });
  const { tables, checks, findings } = account.value;
  assert.deepEqual(
    checks.filter(({ ok }) => !ok),
    [],
  );
  const overlaps = findings.filter(({ code }) => code === "PLAN_OVERLAPP");
  assert.ok(overlaps.length > 0, "no plan areas overlap: nothing was put to the test");
  const found = plannedOfTable(tables.find(({ id }) => id === `T4-${METHOD}-${FIELD}`));

  const { bebygd, vann } = rules.planAccounting.grunn.okosystem.okosystemtype1;
  const [plan, ground] = [await whole(at("plan")), await whole(at("grunnkart"))];
  const geos = await timed(() => plannedByGeos({ plan, ground, bebygd, vann }));
  assert.ok(geos.value.size > 10, "GEOS found next to nothing planned");
  const { m2, ofAll, ofItself } = apart(found, geos.value);
  assert.ok(ofAll < 1e-9, `T4 and GEOS are ${m2} m2 apart, ${ofAll} of what is planned`);
  console.log(
    `${polygons} polygons, ${planAreas} plan areas, ${overlaps.length} overlaps: ${geos.value.size} figures of T4\n` +
      `at most ${m2.toExponential(1)} m2 from GEOS: ${ofAll.toExponential(1)} of what is planned, ${ofItself.toExponential(1)} of the figure itself\n` +
      `account ${(account.ms / 1000).toFixed(1)} s, GEOS ${(geos.ms / 1000).toFixed(1)} s`,
  );
}

function requestOf(at) {
  return {
    grunnkart: { path: at("grunnkart") },
    classes: [FIELD, "okosystemtype1"],
    units: [],
    measure: "kartplan",
    workers: 0,
    plan: {
      files: [{ path: at("plan"), role: "gjeldende" }],
      themes: [],
      methods: [METHOD],
      mode: "kp",
      withoutStatus: "uten",
      vertikalnivaer: ["2"],
      newScope: "innenfor",
    },
  };
}

async function whole(path) {
  const source = await openSource(path);
  return (
    await readLayer(
      source,
      source.fields.map(({ name }) => name),
    )
  ).layer;
}

async function timed(work) {
  const begin = performance.now();
  const value = await work();
  return { value, ms: performance.now() - begin };
}
