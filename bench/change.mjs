/**
 * `arealregnskap change` between a generated grunnkart and the same with change planted in it: classes changed in place,
 * and houses of 10 x 10 m built in the middle of polygons. What was planted is known to the square metre, so the matrix
 * is held against it before anything is timed.
 *
 *   npm run build && node bench/change.mjs [--polygons 500000] [--workers 2] [--rounds 1]
 *
 * Data stay under out/bench and are made once.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    polygons: { type: "string", default: "500000" },
    workers: { type: "string", default: "2" },
    rounds: { type: "string", default: "1" },
    dist: { type: "string", default: join(PROJECT, "dist") },
  },
});
const DIST = options.dist;
const PROGRAM = join(DIST, "cli/main.js");
const FIELD = "arealdekkeniva1";
const BUILT = "bebygdSamferdsel";
const RECLASSIFIED_EVERY = 50;
const HOUSE_EVERY = 100;
const HALF_HOUSE_M = 5;

const folder = join(PROJECT, `out/bench/change-${options.polygons}`);
const files = {
  a: join(folder, "grunnkart.fgb"),
  b: join(folder, "senere.fgb"),
  planted: join(folder, "plantet.json"),
};
mkdirSync(folder, { recursive: true });
if (!existsSync(files.a)) {
  run([PROGRAM, "generate", "--polygons", options.polygons, "--plan-areas", "0", "--kommuner", "15", "--seed", "1", "--out", folder, "--quiet"]); // prettier-ignore
}
if (!existsSync(files.planted)) await plant();

const planted = JSON.parse(readFileSync(files.planted, "utf8"));
let best;
for (let round = 0; round < Number(options.rounds); round++) {
  const out = join(folder, "resultat");
  const done = run([PROGRAM, "change", "--fra", files.a, "--til", files.b, "--klasse", FIELD, "--arealmetode", "kartplan", "--workers", options.workers, "--ut", out, "--quiet"]); // prettier-ignore
  check(join(out, "cells.csv"), planted);
  if (best === undefined || done.ms < best.ms) best = { ...done, out };
}
const { control } = JSON.parse(readFileSync(join(best.out, "kvittering.json"), "utf8"));
console.log(
  `${control.featuresA} x ${control.featuresB} polygons, ${control.twins} unchanged, ${control.blocks} blocks: ` +
    `${(best.ms / 1000).toFixed(1)} s, ${(best.peakBytes / 1e6).toFixed(0)} MB peak, ${options.workers} workers; matrix as planted`,
);

/** Every change of class that was planted, and nothing else. */
function check(path, expected) {
  const [, ...rows] = readFileSync(path, "utf8").trimEnd().split("\n");
  const found = {};
  for (const row of rows) {
    const [presence, from, to, plan] = row.split(",");
    if (presence !== "begge") assert.ok(Math.abs(Number(plan)) < 1, `${presence} ${from} ${to}: ${plan} m2`);
    else if (from !== to) found[`${from}>${to}`] = Number(plan);
  }
  for (const key of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    const [is, due] = [found[key] ?? 0, expected[key] ?? 0];
    assert.ok(Math.abs(is - due) <= Math.max(1e-3, 1e-9 * due), `${key}: ${is} m2, planted ${due}`);
  }
}

/** Writes the later edition, batch by batch, and what was planted. */
async function plant() {
  const load = (path) => import(join(DIST, path));
  const { openSource } = await load("read/open.js");
  const { makeDecoder } = await load("read/decoder.js");
  const { writeFlatGeobuf } = await load("write/flatgeobuf.js");
  const { LayerBuilder } = await load("core/layer.js");
  const source = await openSource(files.a);
  const names = source.fields.map(({ name }) => name);
  const decode = makeDecoder(source.decoder, names);
  const classAt = names.indexOf(FIELD);
  const classes = ["skog", "myr", "jordbruk", BUILT];
  const sums = {};
  const add = (from, to, m2) => (sums[`${from}>${to}`] = (sums[`${from}>${to}`] ?? 0) + m2);
  const batches = [];
  let number = 0;
  for await (const cut of source.cuts({ cutBytes: 4 << 20 })) {
    const { layer } = decode(cut);
    const builder = new LayerBuilder("grunnkart", source.epsg, names);
    for (let f = 0; f + 1 < layer.featurePart.length; f++, number++) {
      const values = names.map((name) => layer.columns.get(name).terms[layer.columns.get(name).codes[f]]);
      const from = values[classAt];
      const house = number % HOUSE_EVERY === 1 && from !== BUILT ? houseIn(layer, f) : undefined;
      let area = 0;
      for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
        for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++) {
          const ring = layer.xy.slice(2 * layer.ringVertex[r], 2 * layer.ringVertex[r + 1]);
          area += (r === layer.partRing[p] ? 1 : -1) * Math.abs(ringArea(ring));
          builder.ring(ring);
        }
        if (house !== undefined && p === layer.featurePart[f])
          builder.ring([...house].reverse().flatMap(([x, y]) => [x, y]));
        builder.endPart();
      }
      const to = number % RECLASSIFIED_EVERY === 0 ? classes.find((one) => one !== from) : from;
      if (to !== from) add(from, to, area);
      builder.endFeature(values.map((value, i) => (i === classAt ? to : value)));
      if (house === undefined) continue;
      builder.ring(house.flat());
      builder.endPart();
      builder.endFeature(values.map((value, i) => (i === classAt ? BUILT : value)));
      add(from, BUILT, (2 * HALF_HOUSE_M) ** 2);
    }
    batches.push(builder.build());
  }
  const fields = names.map((name) => ({ name, type: "string" }));
  await writeFlatGeobuf(files.b, { name: "grunnkart", epsg: source.epsg, fields }, batches);
  writeFileSync(`${files.planted}.skrives`, JSON.stringify(sums));
  renameSync(`${files.planted}.skrives`, files.planted);
}

/** A square inside a polygon, well away from its border: round its own middle, where there is room. */
function houseIn({ xy, ringVertex, partRing, featurePart }, f) {
  const first = ringVertex[partRing[featurePart[f]]];
  const end = ringVertex[partRing[featurePart[f] + 1]];
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let v = first; v < end; v++) {
    minX = Math.min(minX, xy[2 * v]);
    maxX = Math.max(maxX, xy[2 * v]);
    minY = Math.min(minY, xy[2 * v + 1]);
    maxY = Math.max(maxY, xy[2 * v + 1]);
  }
  const x = Math.round((minX + maxX) / 2);
  const y = Math.round((minY + maxY) / 2);
  let inside = false;
  for (let r = partRing[featurePart[f]]; r < partRing[featurePart[f] + 1]; r++) {
    for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
      const [x1, y1, x2, y2] = [xy[2 * v], xy[2 * v + 1], xy[2 * v + 2], xy[2 * v + 3]];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
      const [dx, dy] = [x2 - x1, y2 - y1];
      const t = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
      if (Math.hypot(x - x1 - t * dx, y - y1 - t * dy) < 2 * HALF_HOUSE_M) return undefined;
    }
  }
  const h = HALF_HOUSE_M;
  return inside ? [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h], [x - h, y - h]] : undefined; // prettier-ignore
}

function ringArea(ring) {
  let sum = 0;
  for (let i = 0; i + 3 < ring.length; i += 2)
    sum += (ring[i + 3] - ring[i + 1]) * ((ring[i] + ring[i + 2]) / 2 - ring[0]);
  return sum;
}

/** Runs Node on the arguments to its end; a failure of the command is ours. */
function run(args) {
  const peakFile = join(folder, "peak");
  const preload = new URL("reportPeak.mjs", import.meta.url).href;
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ["--import", preload, ...args], {
    encoding: "utf8",
    env: { ...process.env, PEAK_FILE: peakFile },
  });
  const ms = performance.now() - start;
  assert.equal(status, 0, `node ${args.join(" ")}\n${error ?? stderr}`);
  return { ms, stdout, peakBytes: Number(readFileSync(peakFile, "utf8")) };
}
