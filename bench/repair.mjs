/**
 * What checking and repairing a coverage costs: `checkCoverage`, and all of `check` from file to findings, against reading
 * the same file into columns; and `repairCoverage` for ever more planted errors in the same layer. Of the clean layer and the
 * worst one, all of `check` against reading as GeoPackage and as GML too. Asserts that every error planted between polygons is
 * found, in every format, that the ledger closes and that a second repair does nothing, before it prints a figure. Times are
 * of one thread's processor; of all of `check` the time that passes with a thread for each processor too, against that of
 * reading, which has one thread.
 *
 *   npm run build && node bench/repair.mjs [--polygons 50000]
 *
 * BUILT names another build.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const built = (module) => import(pathToFileURL(join(resolve(process.env.BUILT ?? "dist"), module)).href);
const { generate } = await built("generate/generate.js");
const { parseGenerateValues } = await built("generate/values.js");
const { openSource } = await built("read/open.js");
const { readLayer } = await built("read/readLayer.js");
const { checkCoverage } = await built("repair/closeLook.js");
const { repairCoverage } = await built("repair/coverage.js");
const { ledgerOf } = await built("repair/ledger.js");
const { repairPolygons } = await built("repair/polygons.js");
const { loadRules } = await built("rules/load.js");
const { runCheck } = await built("run/check.js");
const { coverLimitsOf, topologyOf } = await built("run/topology.js");
const { writeFlatGeobuf } = await built("write/flatgeobuf.js");
const { writeGeoPackage } = await built("write/geopackage.js");
const { writeGml } = await built("write/gml.js");

const { values } = parseArgs({ options: { polygons: { type: "string", default: "50000" } } });
const polygons = Number(values.polygons);
const BETWEEN = ["gap", "overlap", "sliver", "duplicate polygon", "null geometry"];
/** Codes of what is found between polygons: the same in every format. */
const CODES = ["HULL", "OVERLAPP", "FLATE_GJENTATT"];
const OTHER_FORMATS = [
  { name: "GeoPackage", ending: "gpkg", write: writeGeoPackage },
  { name: "GML", ending: "gml", write: writeGml },
];
const COUNTS = [0, 10, 30, 100];
const ALL = [...BETWEEN, "bow-tie", "unclosed ring", "spike", "repeated vertex", "wrong orientation"];
const threads = availableParallelism();
const folder = join("out", "bench", `repair-${polygons}`);
mkdirSync(folder, { recursive: true });
const rules = await loadRules();
const limits = coverLimitsOf(topologyOf(rules));

for (const each of COUNTS) {
  const { paths, errors } = await planted(each);
  const path = paths.fgb;
  const [{ layer }, readS, readElapsedS] = await timed(() => withIds(path));
  const { codes, terms } = layer.columns.get("lokalid");
  const settings = { limits, nameOf: (f) => terms[codes[f]], priorityOf: () => Infinity };
  const [mended, polygonS] = await timed(() => repairPolygons(layer));
  const [found, checkS] = await timed(() => checkCoverage(mended.layer, settings));
  const [facts, allS] = await timed(() => runCheck({ path, workers: 0, neighbours: true }, rules));
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
    `${polygons} polygons, ${layer.xy.length / 2} vertices, ${errors.length} errors (${between.length} between)\n` +
      lineOf("FlatGeobuf", readS, allS, readElapsedS, threadsS) +
      `\n  of it: polygons ${inSeconds(polygonS)}, check between ${inSeconds(checkS)} (${ratio(checkS, readS)})` +
      `\n  repair between: ${inSeconds(repairS)}, ${ledger.lines.length} lines`,
  );
  for (const { name, ending } of OTHER_FORMATS.filter(({ ending }) => ending in paths))
    console.log(await checkAs(name, paths[ending], countByCode(facts)));
}

async function withIds(path) {
  const source = await openSource(path);
  const ids = source.fields.filter(({ name }) => /lokalid$/i.test(name)).map(({ name }) => name);
  assert.equal(ids.length, 1);
  return readLayer(source, ids);
}

/** All of check against reading, in one more format. */
async function checkAs(name, path, expected) {
  const [, readS, readElapsedS] = await timed(() => withIds(path));
  const [facts, allS] = await timed(() => runCheck({ path, workers: 0, neighbours: true }, rules));
  const [, , threadsS] = await timed(() => runCheck({ path, workers: threads, neighbours: true }, rules));
  assert.deepEqual(countByCode(facts), expected, name);
  return lineOf(name, readS, allS, readElapsedS, threadsS);
}

function lineOf(name, readS, allS, readElapsedS, threadsS) {
  return (
    `  ${name.padEnd(10)}  read ${inSeconds(readS)}, all of check ${inSeconds(allS)} (${ratio(allS, readS)}); ` +
    `passing with ${threads} threads ${inSeconds(threadsS)} (${ratio(threadsS, readElapsedS)})`
  );
}

function inSeconds(seconds) {
  return `${seconds.toFixed(2)} s`;
}

function ratio(seconds, readingS) {
  return `${(seconds / readingS).toFixed(2)} x reading`;
}

function countByCode({ findings }) {
  return CODES.map((code) => findings.filter((finding) => finding.code === code).length);
}

function isFound({ kind, x, y }, places) {
  const wanted = kind === "overlap" || kind === "duplicate polygon" ? "overlap" : "gap";
  const near = (ring) =>
    ring.some((value, i) => i % 2 === 0 && Math.hypot(value - x, ring[i + 1] - y) < 0.01);
  return places.some((place) => place.kind === wanted && place.rings.some(near));
}

/** The layer with so many errors of each kind, as files by their endings; the clean one and the worst in every format. */
async function planted(count) {
  const isInAll = count === COUNTS[0] || count === COUNTS.at(-1);
  const formats = [{ ending: "fgb", write: writeFlatGeobuf }, ...(isInAll ? OTHER_FORMATS : [])];
  const paths = Object.fromEntries(
    formats.map(({ ending }) => [ending, join(folder, `grunnkart-${count}.${ending}`)]),
  );
  const list = join(folder, `planted-${count}.json`);
  const missing = formats.filter(({ ending }) => !existsSync(paths[ending]));
  if (missing.length > 0 || !existsSync(list)) {
    const shape = parseGenerateValues(readFileSync("rules/generate.json", "utf8"));
    const plantErrors = { kinds: ALL, count };
    const made = generate({
      seed: 1,
      values: shape,
      polygons,
      planAreas: 0,
      ...(count > 0 ? { plantErrors } : {}),
    });
    for (const { ending, write } of missing)
      await write(paths[ending], made.grunnkart, made.grunnkart.batches());
    writeFileSync(list, JSON.stringify(made.plantedErrors));
  }
  return { paths, errors: JSON.parse(readFileSync(list, "utf8")) };
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
