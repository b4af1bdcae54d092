/**
 * What `convert` costs, format by format, against the floor: the same file decoded and its columns written to disk as they
 * are, through the same decoder and in the same process; and for FlatGeobuf what order and index cost beside the writing. Asserts that every feature, vertex and square metre arrived
 * before it prints a ratio.
 *
 *   npm run build && node bench/convert.mjs [--polygons 50000] [--rounds 3]
 */
import assert from "node:assert/strict";
import { createWriteStream, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { finished } from "node:stream/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generateInto } from "../dist/cli/generateInto.js";
import { makeDecoder } from "../dist/read/decoder.js";
import { openSource } from "../dist/read/open.js";
import { loadRules } from "../dist/rules/load.js";
import { runConvert } from "../dist/run/convert.js";
import { writeFlatGeobuf } from "../dist/write/flatgeobuf.js";

const { values } = parseArgs({
  options: { polygons: { type: "string", default: "50000" }, rounds: { type: "string", default: "3" } },
});
const polygons = Number(values.polygons);
const folder = join("out", "bench", `convert-${polygons}`);
const ground = join(folder, "grunnkart.fgb");
if (!existsSync(ground)) {
  mkdirSync(folder, { recursive: true });
  const shape = { seed: 1, planAreas: 0, kommuner: 1, edition: "arsversjon2025", epsg: 25833, vertices: 58 };
  const rest = { plant: "", plantCount: 0, format: "fgb", out: folder, quiet: true };
  await generateInto({ polygons, ...shape, ...rest }, new AbortController().signal);
}
const rules = await loadRules();
const before = await sumsOf(ground);
console.log(
  `${before.features} features, ${before.vertices} vertices, ${(statSync(ground).size / 1e6).toFixed(0)} MB`,
);

const floor = await best(() => copyColumns(ground, join(folder, "kolonner.bin")));
console.log(`floor: decode, write columns  ${floor.toFixed(2)} s`);
const through = await best(() => copyThroughWriter(ground, join(folder, "uten.fgb")));
console.log(
  `FlatGeobuf without order or index  ${through.toFixed(2)} s, ${(through / floor).toFixed(2)} x the floor`,
);
for (const ending of ["fgb", "gpkg", "geojson", "parquet", "csv"]) {
  const out = join(folder, `ut.${ending}`);
  const seconds = await best(async () => {
    const facts = await runConvert({ path: ground, out, fields: [], overwrite: true }, rules);
    assert.equal(facts.featureCount, before.features);
    assert.equal(facts.vertexCount, before.vertices);
  });
  if (ending === "fgb" || ending === "geojson") assertSame(await sumsOf(out), before);
  const size = `${(statSync(out).size / 1e6).toFixed(0)} MB`;
  console.log(
    `convert to .${ending.padEnd(8)} ${seconds.toFixed(2)} s, ${(seconds / floor).toFixed(2)} x the floor, ${size}`,
  );
  rmSync(out);
}

/** The best of the rounds, in seconds. */
async function best(run) {
  let least = Infinity;
  for (let round = 0; round < Number(values.rounds); round++) {
    const start = performance.now();
    await run();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

async function* layersOf(path) {
  const source = await openSource(path);
  const decode = makeDecoder(
    source.decoder,
    source.fields.map(({ name }) => name),
  );
  let buffer = new SharedArrayBuffer(4 << 20);
  const take = (byteLength) => {
    if (buffer.byteLength < byteLength) buffer = new SharedArrayBuffer(byteLength);
    return buffer;
  };
  for await (const cut of source.cuts({ cutBytes: 4 << 20, take })) yield decode(cut).layer;
}

/** The columns through the FlatGeobuf writer, features as they come. */
async function copyThroughWriter(path, to) {
  const { name, epsg, fields } = await openSource(path);
  const out = {
    name,
    epsg,
    fields: fields.map((field) => ({ name: field.name, type: "string" })),
    index: false,
  };
  await writeFlatGeobuf(to, out, layersOf(path));
  rmSync(to);
}

async function copyColumns(path, to) {
  const file = createWriteStream(to);
  for await (const layer of layersOf(path)) {
    const columns = [...layer.columns.values()].map(({ codes }) => codes);
    for (const array of [layer.xy, layer.ringVertex, layer.partRing, layer.featurePart, ...columns]) {
      const bytes = Buffer.copyBytesFrom(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      if (!file.write(bytes)) await new Promise((resolve) => file.once("drain", resolve));
    }
  }
  file.end();
  await finished(file);
  rmSync(to);
}

/** Counts, and the area of all rings: shells and holes turn opposite ways, so it is the area of the ground. */
async function sumsOf(path) {
  const sums = { features: 0, vertices: 0, m2: 0 };
  for await (const { xy, ringVertex, featurePart } of layersOf(path)) {
    sums.features += featurePart.length - 1;
    sums.vertices += xy.length / 2;
    for (let r = 0; r + 1 < ringVertex.length; r++) {
      const [x0, y0] = [xy[2 * ringVertex[r]], xy[2 * ringVertex[r] + 1]];
      for (let v = ringVertex[r] + 1; v < ringVertex[r + 1]; v++) {
        sums.m2 +=
          ((xy[2 * v - 2] - x0) * (xy[2 * v + 1] - y0) - (xy[2 * v] - x0) * (xy[2 * v - 1] - y0)) / 2;
      }
    }
  }
  return sums;
}

function assertSame(after, before) {
  assert.equal(after.features, before.features);
  assert.equal(after.vertices, before.vertices);
  assert.ok(Math.abs(after.m2 / before.m2 - 1) < 1e-9, `${after.m2} m2 where ${before.m2} were`);
}
