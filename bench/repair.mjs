/**
 * What checking and repairing a coverage costs: `checkCoverage`, and all of `check` from file to findings, against reading
 * the same file into columns; and `repairCoverage` for ever more planted errors in the same layer. Asserts that every error
 * planted between polygons is found, that the ledger closes and that a second repair does nothing, before it prints a
 * figure. Times are of one thread's processor; of all of `check` the time that passes with a thread for each processor too,
 * against that of reading, which has one thread.
 *
 *   npm run build && node bench/repair.mjs [--polygons 50000]
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate } from "../dist/generate/generate.js";
import { parseGenerateValues } from "../dist/generate/values.js";
import { openSource } from "../dist/read/open.js";
import { readLayer } from "../dist/read/readLayer.js";
import { checkCoverage } from "../dist/repair/closeLook.js";
import { repairCoverage } from "../dist/repair/coverage.js";
import { ledgerOf } from "../dist/repair/ledger.js";
import { repairPolygons } from "../dist/repair/polygons.js";
import { loadRules } from "../dist/rules/load.js";
import { runCheck } from "../dist/run/check.js";
import { coverLimitsOf, topologyOf } from "../dist/run/topology.js";
import { writeFlatGeobuf } from "../dist/write/flatgeobuf.js";

const { values } = parseArgs({ options: { polygons: { type: "string", default: "50000" } } });
const polygons = Number(values.polygons);
const BETWEEN = ["gap", "overlap", "sliver", "duplicate polygon", "null geometry"];
const ALL = [...BETWEEN, "bow-tie", "unclosed ring", "spike", "repeated vertex", "wrong orientation"];
const threads = availableParallelism();
const folder = join("out", "bench", `repair-${polygons}`);
mkdirSync(folder, { recursive: true });
const rules = await loadRules();
const limits = coverLimitsOf(topologyOf(rules));

for (const each of [0, 10, 30, 100]) {
  const { path, errors } = await planted(each);
  const [{ layer }, readS, readElapsedS] = await timed(async () =>
    readLayer(await openSource(path), ["lokalid"]),
  );
  const { codes, terms } = layer.columns.get("lokalid");
  const settings = { limits, nameOf: (f) => terms[codes[f]], priorityOf: () => Infinity };
  const [mended, polygonS] = await timed(() => repairPolygons(layer));
  const [found, checkS] = await timed(() => checkCoverage(mended.layer, settings));
  const [, allS] = await timed(() => runCheck({ path, workers: 0, neighbours: true }, rules));
  const [, , threadsS] = await timed(() => runCheck({ path, workers: threads, neighbours: true }, rules));
  const [repaired, repairS] = await timed(() => repairCoverage(mended.layer, settings));
  const ledger = ledgerOf(mended, repaired, limits);
  const again = repairCoverage(repaired.layer, settings);
  assert.equal(again.layer, repaired.layer);
  assert.deepEqual(repaired.refused, []);
  const between = errors.filter(({ kind }) => BETWEEN.includes(kind));
  for (const error of between)
    assert.ok(isFound(error, [...found.decisions, ...found.openGaps]), JSON.stringify(error));
  console.log(
    `${polygons} polygons, ${layer.xy.length / 2} vertices, ${errors.length} errors (${between.length} between): ` +
      `read ${readS.toFixed(2)} s, polygons ${polygonS.toFixed(2)} s, check between ${checkS.toFixed(2)} s ` +
      `(${(checkS / readS).toFixed(2)} x reading), all of check ${allS.toFixed(2)} s (${(allS / readS).toFixed(2)} x), ` +
      `passing with ${threads} threads ${threadsS.toFixed(2)} s (${(threadsS / readElapsedS).toFixed(2)} x), repair between ${repairS.toFixed(2)} s, ${ledger.lines.length} lines`,
  );
}

function isFound({ kind, x, y }, places) {
  const wanted = kind === "overlap" || kind === "duplicate polygon" ? "overlap" : "gap";
  const near = (ring) =>
    ring.some((value, i) => i % 2 === 0 && Math.hypot(value - x, ring[i + 1] - y) < 0.01);
  return places.some((place) => place.kind === wanted && place.rings.some(near));
}

async function planted(count) {
  const path = join(folder, `grunnkart-${count}.fgb`);
  const list = join(folder, `planted-${count}.json`);
  if (!existsSync(list)) {
    const shape = parseGenerateValues(readFileSync("rules/generate.json", "utf8"));
    const plantErrors = { kinds: ALL, count };
    const made = generate({
      seed: 1,
      values: shape,
      polygons,
      planAreas: 0,
      ...(count > 0 ? { plantErrors } : {}),
    });
    await writeFlatGeobuf(path, made.grunnkart, made.grunnkart.batches());
    writeFileSync(list, JSON.stringify(made.plantedErrors));
  }
  return { path, errors: JSON.parse(readFileSync(list, "utf8")) };
}

/**
 * The best of three: the first has the compiler's work in it, and a second program may be in the way of any.
 *
 * @returns what came of it, seconds of the processor, and seconds that passed
 */
async function timed(work) {
  let [best, leastPassed] = [Infinity, Infinity];
  let result;
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage().user;
    const begin = performance.now();
    result = await work();
    best = Math.min(best, (process.cpuUsage().user - before) / 1e6);
    leastPassed = Math.min(leastPassed, (performance.now() - begin) / 1e3);
  }
  return [result, best, leastPassed];
}
