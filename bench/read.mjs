/**
 * Memory and time of `arealregnskap account` straight from big files: the same generated ground as FlatGeobuf and as
 * GML, crossed with its kommuner, each run a process of its own. Of the GML also with --mellomlager: the run that
 * prepares its copy, and the one that reads it.
 *
 *   npm run build && node bench/read.mjs [--polygons 100000] [--vertices 58] [--large] [--workers 2] [--limit-mb 1500]
 *
 * --large is 1 000 000 polygons: some 1.3 GB of FlatGeobuf and 2.4 GB of GML. All runs must give the same cells byte
 * for byte, and stay under the limit. Data stay under out/bench/read, and are made once. BUILT names another build.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = join(process.env.BUILT ?? join(PROJECT, "dist"), "cli/main.js");

const { values: options } = parseArgs({
  options: {
    polygons: { type: "string", default: "100000" },
    vertices: { type: "string", default: "58" },
    large: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
    "limit-mb": { type: "string", default: "1500" },
  },
});

const polygons = options.large ? "1000000" : options.polygons;
const OUT = join(PROJECT, "out/bench/read", `${polygons}x${options.vertices}`);
const PREPARED = join(OUT, "mellomlager");

const fgb = generated("fgb");
const gml = generated("gml");
rmSync(PREPARED, { recursive: true, force: true });
console.log(
  `${polygons} polygons: ${mb(statSync(fgb).size)} MB FlatGeobuf, ${mb(statSync(gml).size)} MB GML`,
);

const fromFgb = account("FlatGeobuf", fgb);
const fromGml = account("GML", gml);
const preparing = account("GML, prepares", gml, ["--mellomlager", PREPARED]);
const prepared = account("GML, prepared", gml, ["--mellomlager", PREPARED]);
for (const other of [preparing, prepared])
  assert.equal(other.resultSha256, fromGml.resultSha256, "a prepared copy moved a byte");
assert.equal(cellsOf(fromGml), cellsOf(fromFgb), "the format moved a byte of the cells");
console.log("  the same cells in all four, the same result of the GML in all three");

/** The ground in a format; the kommuner are read from the FlatGeobuf folder by all. */
function generated(format) {
  const folder = join(OUT, format);
  const path = join(folder, `grunnkart.${format}`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const size = [
      "--polygons",
      polygons,
      "--vertices",
      options.vertices,
      "--plan-areas",
      "0",
      "--kommuner",
      "15",
    ];
    run([PROGRAM, "generate", ...size, "--seed", "1", "--format", format, "--out", folder, "--quiet"]);
  }
  return path;
}

function account(name, ground, more = []) {
  const out = join(OUT, "run");
  rmSync(out, { recursive: true, force: true });
  const units = ["--enheter", `kommune=${join(OUT, "fgb/kommune.fgb")}`, "--workers", options.workers];
  const { ms, peakBytes } = run([PROGRAM, "account", "--grunnkart", ground, ...units, ...more, "--out", out, "--quiet"]); // prettier-ignore
  const receipt = JSON.parse(readFileSync(join(out, "kvittering.json"), "utf8"));
  assert.equal(receipt.control.polygons, Number(polygons));
  console.log(
    `  ${name.padEnd(14)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${mb(peakBytes).padStart(5)} MB peak`,
  );
  assert.ok(peakBytes < Number(options["limit-mb"]) * 1e6, `${mb(peakBytes)} MB is more than the limit`);
  return receipt;
}

function cellsOf({ files }) {
  return files.find(({ path }) => path === "cells.csv").sha256;
}

/** Runs Node on the arguments to its end; a failure of the command is ours. */
function run(args) {
  const peakFile = join(OUT, "peak");
  const preload = new URL("reportPeak.mjs", import.meta.url).href;
  const start = performance.now();
  const { status, stderr, error } = spawnSync(process.execPath, ["--import", preload, ...args], {
    encoding: "utf8",
    env: { ...process.env, PEAK_FILE: peakFile },
  });
  const ms = performance.now() - start;
  assert.equal(status, 0, `node ${args.join(" ")}\n${error ?? stderr}`);
  return { ms, peakBytes: Number(readFileSync(peakFile, "utf8")) };
}

function mb(bytes) {
  return (bytes / 1e6).toFixed(0);
}
