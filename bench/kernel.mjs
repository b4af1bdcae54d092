/**
 * The kernel alone, one thread, layers in memory: N1000 arealdekke x kommuner and x hoydelag, against libraries that
 * build the polygons. All must agree on every zone's area before a time is printed.
 *
 *   npm run build && node bench/kernel.mjs [--only kommuner|hoydelag] [--rounds 5]
 *
 * jsts and turf would take minutes to hours on all of it. They get every n-th ground polygon, and the kernel is
 * timed on the same polygons for the ratio: nothing is extrapolated.
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import Flatbush from "flatbush";
import { measureFor } from "../dist/overlay/measure.js";
import { CoverKernel } from "../dist/overlay/kernel.js";
import { indexZones } from "../dist/overlay/zones.js";
import { boxesOf, haveN1000, layerOf, readGeometries } from "./n1000.mjs";
import { geosRival, jstsRival, turfRival } from "./rivals.mjs";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, rounds: { type: "string", default: "5" } },
});
const rounds = Number(options.rounds);

/** Which rivals get which part of the ground: every n-th polygon. */
const CONTESTS = [
  { zones: "kommuner", rivals: [[geosRival, 1], [jstsRival, 4], [turfRival, 100]] }, // prettier-ignore
  { zones: "hoydelag", rivals: [[geosRival, 1], [jstsRival, 16], [turfRival, 400]] }, // prettier-ignore
];

if (!haveN1000) {
  console.log("no ../shared/data: the kernel is not measured");
} else {
  const arealdekke = await readGeometries("arealdekke");
  for (const contest of CONTESTS) {
    if (options.only === undefined || options.only === contest.zones) await hold(contest, arealdekke);
  }
}

async function hold({ zones: zoneName, rivals }, allGround) {
  const zones = await readGeometries(zoneName);
  const zoneLayer = layerOf(zoneName, zones);
  for (const [makeRival, nth] of rivals) {
    const ground = allGround.filter((_, i) => i % nth === 0);
    const pairs = pairsOf(ground, zones);
    const groundLayer = layerOf("arealdekke", ground);
    const rival = await makeRival(zones);
    const taken = ground.map(rival.take); // not timed

    const ours = bestOf(rounds, () => kernelAreas(groundLayer, zoneLayer));
    rivalAreas(rival, taken, pairs.slice(0, 300), zones.length); // warm-up
    const theirs = rivalAreas(rival, taken, pairs, zones.length);
    const worst = agree(ours.sums, theirs, rival.name);

    const whole = ours.indexMs + ours.overlayMs;
    console.log(
      [
        `arealdekke x ${zoneName}: ${ground.length} of ${allGround.length} ground polygons, ` +
          `${groundLayer.xy.length / 2} vertices, ${zones.length} zones, ${pairs.length} pairs of meeting boxes`,
        `  ${rival.name}: ${ms(theirs.overlayMs)}, plane area only, pairs given; ${theirs.failures} pairs failed`,
        `  kernel: ${ms(ours.indexMs)} zone index + ${ms(ours.overlayMs)} overlay, both area measures`,
        `  ratio: ${(theirs.overlayMs / whole).toFixed(1)} with the index, ` +
          `${(theirs.overlayMs / ours.overlayMs).toFixed(1)} without; worst zone ${worst.toExponential(1)} apart`,
      ].join("\n"),
    );
  }
}

/** The kernel's plane area per zone. The zone index is built anew each time. */
function kernelAreas(ground, zoneLayer) {
  const measure = measureFor(25833);
  const start = performance.now();
  const zones = indexZones([zoneLayer], measure);
  const indexed = performance.now();
  const kernel = new CoverKernel(zones, measure);
  const { pieces } = kernel.overlay(ground);
  const overlayMs = performance.now() - indexed;
  const sums = new Float64Array(zoneLayer.featurePart.length - 1);
  for (let i = 0; i < pieces.cover.length; i++) {
    for (const zone of kernel.members(pieces.cover[i])) sums[zone] += pieces.planM2[i];
  }
  return { sums, indexMs: indexed - start, overlayMs };
}

function rivalAreas({ commonM2 }, taken, pairs, zoneCount) {
  const start = performance.now();
  const sums = new Float64Array(zoneCount);
  let failures = 0;
  for (const [g, z] of pairs) {
    const m2 = commonM2(taken[g], z);
    if (Number.isNaN(m2)) failures++;
    else sums[z] += m2;
  }
  return { sums, failures, overlayMs: performance.now() - start };
}

/** All pairs whose boxes meet: found once, for all rivals, and not counted against them. */
function pairsOf(ground, zones) {
  const tree = new Flatbush(zones.length);
  for (const box of boxesOf(zones)) tree.add(...box);
  tree.finish();
  return boxesOf(ground).flatMap((box, g) => tree.search(...box).map((z) => [g, z]));
}

/**
 * Totals must agree to 1e-6. Where the rival lost no pair, each zone must too, to 1e-6 of itself or 1 m2.
 * @returns the largest relative difference of a zone with more than 1 000 m2
 */
function agree(ours, { sums: theirs, failures }, name) {
  const total = (sums) => sums.reduce((sum, m2) => sum + m2, 0);
  const lacking = failures > 0 ? 0.02 : 1e-6;
  assert.ok(
    Math.abs(total(ours) / total(theirs) - 1) < lacking,
    `${name}: total ${total(theirs)}, ours ${total(ours)}`,
  );
  let worst = 0;
  for (let z = 0; z < ours.length; z++) {
    const apart = Math.abs(ours[z] - theirs[z]);
    if (failures === 0)
      assert.ok(apart <= Math.max(1, 1e-6 * theirs[z]), `${name}, zone ${z}: ${theirs[z]}, ours ${ours[z]}`);
    if (theirs[z] > 1000) worst = Math.max(worst, apart / theirs[z]);
  }
  return worst;
}

/** The fastest of some runs, after one that is not counted. */
function bestOf(count, run) {
  run();
  const results = Array.from({ length: count }, run);
  return results.reduce((best, next) =>
    next.indexMs + next.overlayMs < best.indexMs + best.overlayMs ? next : best,
  );
}

function ms(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
