/**
 * The whole command: `arealregnskap account` on a generated grunnkart crossed with kommuner and plan areas, from the
 * files to the run folder, process start and end included. With one worker and with two, against the floor (floor.mjs:
 * the same bytes read and summed, nothing else, also as a process of its own). With --rivals against the same account made
 * with libraries that build polygons too (rivalAccount.mjs), of the sizes they can do in some minutes.
 *
 *   npm run build && node bench/account.mjs [--size S]... [--large] [--rounds 3] [--rivals]
 *
 * XS is 2 000 polygons and 200 plan areas, S ten times that, M a hundred times, L 1 000 000 and 100 000 (only with --large,
 * some GB of disk); 15 kommuner each, seed 1. Data and results stay under out/bench, and are made once.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SIZES = {
  XS: { polygons: 2_000, planAreas: 200, rivals: ["jsts", "turf"] },
  S: { polygons: 20_000, planAreas: 2_000, rivals: ["geos"] },
  M: { polygons: 200_000, planAreas: 20_000, rivals: ["geos"] },
  L: { polygons: 1_000_000, planAreas: 100_000, rivals: ["geos"] },
};
/** The account as users run it, ground checked and all; what it sums by. */
const AS_USED = { keys: { kommune: "kommunenummer", plan: "arealformal" }, flags: [] };
/** And as rivals make it: nobody looks at the ground. Plan area by plan area, for those of one purpose may overlap. */
const AS_RIVALS = { keys: { kommune: "kommunenummer", plan: "lokalId" }, flags: ["--repair", "off"] };
const CLASS = { inFile: "arealdekkeniva1", inCells: "arealdekkeNiva1" };

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = join(PROJECT, "dist/program/main.js");
const OUT = join(PROJECT, "out/bench");

const { values: options } = parseArgs({
  options: {
    size: { type: "string", multiple: true, default: ["S", "M"] },
    large: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    rivals: { type: "boolean", default: false },
  },
});

for (const name of options.large ? [...new Set([...options.size, "L"])] : options.size) {
  assert.ok(name in SIZES, `size ${name}: wanted one of ${Object.keys(SIZES).join(", ")}`);
  assert.ok(name !== "L" || options.large, "size L runs only with --large");
  measure(name);
}

function measure(name) {
  const files = generated(name);
  const floor = bestOf(() => run([join(PROJECT, "bench/floor.mjs"), files.grunnkart]));
  const ground = JSON.parse(floor.stdout);
  console.log(
    `${name}: ${ground.features} polygons, ${ground.vertices} vertices, ${SIZES[name].planAreas} plan areas, 15 kommuner`,
  );
  console.log(`  floor       ${seconds(floor)}  ${megabytes(floor)}`);

  const one = bestOf(() => account(name, files, 1, ground.m2));
  console.log(
    `  one worker  ${seconds(one)}  ${megabytes(one)}  ${(one.ms / floor.ms).toFixed(1)} x the floor`,
  );
  const two = bestOf(() => account(name, files, 2, ground.m2));
  console.log(
    `  two workers ${seconds(two)}  ${megabytes(two)}  ${(two.ms / floor.ms).toFixed(1)} x the floor, ` +
      `${(one.ms / two.ms).toFixed(2)} x as fast as one`,
  );
  assert.equal(two.receipt.resultSha256, one.receipt.resultSha256, "the number of workers moved a byte");
  if (options.rivals) measureRivals(name, files, ground.m2);
}

function measureRivals(name, files, ownM2) {
  const [one, two] = [1, 2].map((workers) => bestOf(() => account(name, files, workers, ownM2, AS_RIVALS)));
  console.log(`  plan area by plan area, ground unchecked: one worker ${seconds(one)}, two ${seconds(two)}`);
  for (const rival of SIZES[name].rivals) {
    const theirs = run([join(PROJECT, "bench/rivalAccount.mjs"), rival, files.grunnkart, CLASS.inFile, ...Object.entries(AS_RIVALS.keys).flatMap(([layer, key]) => [files[layer], key])]); // prettier-ignore
    const { name: rivalName, failures, sums } = JSON.parse(theirs.stdout);
    assertAgree(sumsByZone(two.cells), sums, failures, rivalName);
    console.log(
      `  ${rivalName.padEnd(11)} ${seconds(theirs)}  ${megabytes(theirs)}  ${failures} pairs failed; ` +
        `${(theirs.ms / one.ms).toFixed(1)} x one worker, ${(theirs.ms / two.ms).toFixed(1)} x two`,
    );
  }
}

/** The size's files; generated when they are not there. */
function generated(name) {
  const folder = join(OUT, name);
  const file = (layer) => join(folder, `${layer}.fgb`);
  const files = { grunnkart: file("grunnkart"), kommune: file("kommune"), plan: file("plan") };
  if (!Object.values(files).every((path) => existsSync(path))) {
    const { polygons, planAreas } = SIZES[name];
    mkdirSync(folder, { recursive: true });
    const size = ["--polygons", polygons, "--plan-areas", planAreas, "--kommuner", 15, "--seed", 1];
    run([PROGRAM, "generate", ...size.map(String), "--out", folder, "--quiet"]);
  }
  return files;
}

/** One account, held against the ground's own area as floor.mjs found it. */
function account(name, files, workers, ownM2, { keys, flags } = AS_USED) {
  const out = join(OUT, "runs", `${name}${workers}`);
  const zones = Object.entries(keys).flatMap(([layer, key]) => ["--enheter", `${layer}=${files[layer]}`, "--nokkel", `${layer}=${key}`]); // prettier-ignore
  const done = run([PROGRAM, "account", "--grunnkart", files.grunnkart, ...zones, "--workers", String(workers), "--out", out, "--quiet", ...flags]); // prettier-ignore

  const receipt = JSON.parse(readFileSync(join(out, "kvittering.json"), "utf8"));
  const { ownM2: own, postedM2: posted } = receipt.control;
  assertClose(own.planM2, ownM2, "the receipt's own area");
  assertClose(posted.planM2, ownM2, "the receipt's posted area");
  const cells = readCells(join(out, "cells.csv"));
  assertClose(
    cells.reduce((sum, { kartplanM2 }) => sum + Number(kartplanM2), 0),
    ownM2,
    "the sum of cells.csv",
  );
  assert.ok(
    Math.abs(posted.trueM2 / ownM2 - 1) < 0.01,
    "the area on the ellipsoid is more than 1 % off the map's",
  );
  return { ...done, receipt, cells };
}

/** Rows by the names of their columns. No value of the generated layers has a comma. */
function readCells(path) {
  const [head, ...rows] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  assert.ok(head.includes("kartplanM2"), "cells.csv has no column kartplanM2");
  return rows.map((row) => Object.fromEntries(head.map((column, i) => [column, row[i]])));
}

/** m2 in the map plane by class, layer and the zone's key, as rivalAccount.mjs has them. */
function sumsByZone(cells) {
  const sums = {};
  for (const cell of cells) {
    Object.keys(AS_RIVALS.keys).forEach((layer, i) => {
      if (cell[layer] === "") return;
      for (const zone of cell[layer].split("|")) {
        const key = `${cell[CLASS.inCells]} ${i} ${zone}`;
        sums[key] = (sums[key] ?? 0) + Number(cell.kartplanM2);
      }
    });
  }
  return sums;
}

/** Where the rival lost no pair, each sum must agree to 1e-6 of itself or 1 m2; else all together to 2 %. */
function assertAgree(ours, theirs, failures, name) {
  const total = (sums) => Object.values(sums).reduce((sum, m2) => sum + m2, 0);
  assert.ok(
    Math.abs(total(ours) / total(theirs) - 1) < (failures > 0 ? 0.02 : 1e-6),
    `${name}: in all ${total(theirs)}, ours ${total(ours)}`,
  );
  if (failures > 0) return;
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [a, b] = [ours[key] ?? 0, theirs[key] ?? 0];
    assert.ok(Math.abs(a - b) <= Math.max(1, 1e-6 * b), `${name}, ${key}: ${b}, ours ${a}`);
  }
}

function assertClose(actual, expected, what) {
  assert.ok(
    Math.abs(actual / expected - 1) < 1e-9,
    `${what} is ${actual} m2; the ground owns ${expected} m2`,
  );
}

/** Runs Node on the arguments to its end; a failure of the command is ours. */
function run(args) {
  mkdirSync(join(OUT, "runs"), { recursive: true });
  const peakFile = join(OUT, "runs", "peak");
  const preload = new URL("reportPeak.mjs", import.meta.url).href;
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ["--import", preload, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, PEAK_FILE: peakFile },
  });
  const ms = performance.now() - start;
  assert.equal(status, 0, `node ${args.join(" ")}\n${error ?? stderr}`);
  return { ms, stdout, peakBytes: Number(readFileSync(peakFile, "utf8")) };
}

function bestOf(runOnce) {
  const runs = Array.from({ length: Number(options.rounds) }, runOnce);
  return runs.reduce((best, next) => (next.ms < best.ms ? next : best));
}

function seconds({ ms }) {
  return `${(ms / 1000).toFixed(2).padStart(6)} s`;
}

function megabytes({ peakBytes }) {
  return `${(peakBytes / 1e6).toFixed(0).padStart(5)} MB peak`;
}
