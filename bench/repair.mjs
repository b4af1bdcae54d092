/**
 * What checking and repairing a coverage costs: `checkCoverage` against reading the same file, and `repairCoverage` for ever
 * more planted errors in the same layer. Asserts that every error planted between polygons is found, that the ledger
 * closes and that a second repair does nothing, before it prints a figure. Times are of one thread's processor.
 *
 *   npm run build && node bench/repair.mjs [--polygons 50000]
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate } from "../dist/generate/generate.js";
import { parseGenerateValues } from "../dist/generate/values.js";
import { openSource } from "../dist/read/open.js";
import { readLayer } from "../dist/read/readLayer.js";
import { checkCoverage } from "../dist/repair/closeLook.js";
import { repairCoverage } from "../dist/repair/coverage.js";
import { looseEdges } from "../dist/repair/edgeMatch.js";
import { ledgerOf } from "../dist/repair/ledger.js";
import { repairPolygons } from "../dist/repair/polygons.js";
import { loadRules } from "../dist/rules/load.js";
import { coverLimitsOf, topologyOf } from "../dist/run/topology.js";
import { writeFlatGeobuf } from "../dist/write/flatgeobuf.js";

const { values } = parseArgs({ options: { polygons: { type: "string", default: "50000" } } });
const polygons = Number(values.polygons);
const BETWEEN = ["gap", "overlap", "sliver", "duplicate polygon", "null geometry"];
const ALL = [...BETWEEN, "bow-tie", "unclosed ring", "spike", "repeated vertex", "wrong orientation"];
const folder = join("out", "bench", `repair-${polygons}`);
mkdirSync(folder, { recursive: true });
const limits = coverLimitsOf(topologyOf(await loadRules()));

const edge = await atTheEdge();
for (const each of [0, 10, 30, 100]) {
  const { path, errors } = await planted(each);
  const [{ layer }, readS] = await timed(async () => readLayer(await openSource(path), ["lokalid"]));
  const { codes, terms } = layer.columns.get("lokalid");
  const settings = { limits, nameOf: (f) => terms[codes[f]], priorityOf: () => Infinity };
  const [mended, polygonS] = await timed(() => repairPolygons(layer));
  const [found, checkS] = await timed(() => checkCoverage(mended.layer, settings));
  const [repaired, repairS] = await timed(() => repairCoverage(mended.layer, settings));
  const ledger = ledgerOf(mended, repaired, limits);
  const again = repairCoverage(repaired.layer, settings);
  assert.equal(again.layer, repaired.layer);
  assert.deepEqual(repaired.refused, []);
  const between = errors.filter(
    ({ kind, lokalIds }) =>
      BETWEEN.includes(kind) && (kind === "gap" || !lokalIds.some((id) => edge.has(id))),
  );
  for (const error of between)
    assert.ok(isFound(error, [...found.decisions, ...found.openGaps]), JSON.stringify(error));
  console.log(
    `${polygons} polygons, ${layer.xy.length / 2} vertices, ${errors.length} errors (${between.length} between): ` +
      `read ${readS.toFixed(2)} s, polygons ${polygonS.toFixed(2)} s, check between ${checkS.toFixed(2)} s ` +
      `(${(checkS / readS).toFixed(2)} x reading), repair between ${repairS.toFixed(2)} s, ${ledger.lines.length} lines`,
  );
}

/** Names of polygons at the layer's outer border: what opens outwards there is no gap, and no file can tell it is one. */
async function atTheEdge() {
  const { path } = await planted(0);
  const { layer } = await readLayer(await openSource(path), ["lokalid"]);
  const { ends, count } = looseEdges(layer);
  const loose = new Set(Array.from({ length: count }, (_, e) => `${ends[4 * e]} ${ends[4 * e + 1]}`));
  const { xy, ringVertex, partRing, featurePart, columns } = layer;
  const { codes, terms } = columns.get("lokalid");
  const names = new Set();
  for (let f = 0; f + 1 < featurePart.length; f++) {
    const to = ringVertex[partRing[featurePart[f + 1]]];
    for (let v = ringVertex[partRing[featurePart[f]]]; v < to; v++) {
      if (loose.has(`${xy[2 * v]} ${xy[2 * v + 1]}`)) names.add(terms[codes[f]]);
    }
  }
  return names;
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

async function timed(work) {
  const before = process.cpuUsage().user;
  const result = await work();
  return [result, (process.cpuUsage().user - before) / 1e6];
}
