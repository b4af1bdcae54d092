/**
 * The SOSI reader on a generated cover: faces of a crooked grid, each side one curve of many points that two faces share,
 * coordinates in centimetres, eight attributes a face. Areas are asserted against the grid's own before a time is printed.
 *
 *   node bench/sosi.mjs [--side N]     N x N faces, 250 without it (62 500 faces)
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, statSync } from "node:fs";
import { once } from "node:events";
import { argv, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { openSource } from "../dist/read/open.js";
import { makeDecoder } from "../dist/read/decoder.js";

const INNER_POINTS = 13; // of a side: about 56 vertices a face, as in GrunnkartFlate
const CELL_UNITS = 20_000; // 200 m in centimetres
const ORIGIN = { north: 650_000_000, east: 20_000_000 };
const FOLDER = fileURLToPath(new URL("../out/bench/", import.meta.url));
const REPORT_PEAK = fileURLToPath(new URL("./reportPeak.mjs", import.meta.url));

/** A number from 0 to 1 that only the seeds decide (Mulberry32's mixing, T. Ettinger, public domain). */
function chance(...seeds) {
  let mixed = 0x9e3779b9;
  for (const seed of seeds) mixed = Math.imul(mixed ^ seed, 0x85ebca6b) ^ (mixed >>> 13);
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** Units from the origin; corners stray up to a fifth of a cell. */
function corner(i, j) {
  const stray = (axis) => Math.round((chance(axis, i, j) - 0.5) * 0.4 * CELL_UNITS);
  return [i * CELL_UNITS + stray(1), j * CELL_UNITS + stray(2)];
}

/** Points of a side from one corner to the next, both in. */
function side(from, to, seed) {
  const points = [from];
  for (let k = 1; k <= INNER_POINTS; k++) {
    const share = k / (INNER_POINTS + 1);
    const stray = (axis) => Math.round((chance(axis, seed, k) - 0.5) * 0.02 * CELL_UNITS);
    points.push(
      [0, 1].map((axis) => Math.round(from[axis] + (to[axis] - from[axis]) * share) + stray(axis + 3)),
    );
  }
  return [...points, to];
}

/** Twice the area left of a walk, in square units: whole numbers, so that sums are exact. */
const twiceLeftOf = (points) =>
  points
    .slice(1)
    .reduce(
      (sum, [x, y], k) => sum + BigInt(points[k][0]) * BigInt(y) - BigInt(x) * BigInt(points[k][1]),
      0n,
    );

async function write(path, n) {
  const out = createWriteStream(path);
  const put = async (text) => out.write(text) || (await once(out, "drain"));
  const numberOf = { flat: (i, j) => 1 + j * n + i, upright: (i, j) => 1 + n * (n + 1) + i * n + j };
  const twiceLeft = new Map();
  await put(
    ".HODE\n..TEGNSETT UTF-8\n..TRANSPAR\n...KOORDSYS 23\n...ORIGO-NØ 0 0\n...ENHET 0.01\n..SOSI-VERSJON 4.5\n",
  );
  const curve = async (number, points) => {
    twiceLeft.set(number, twiceLeftOf(points));
    const lines = points.map(([x, y]) => `${ORIGIN.north + y} ${ORIGIN.east + x}`);
    lines[0] += " ...KP 1";
    await put(
      `.KURVE ${number}:\n..OBJTYPE ArealdekkeGrense\n..KVALITET 82 200\n..NØ\n${lines.join("\n")}\n`,
    );
  };
  for (let j = 0; j <= n; j++)
    for (let i = 0; i < n; i++) {
      const number = numberOf.flat(i, j);
      await curve(number, side(corner(i, j), corner(i + 1, j), number));
    }
  for (let i = 0; i <= n; i++)
    for (let j = 0; j < n; j++) {
      const number = numberOf.upright(i, j);
      await curve(number, side(corner(i, j), corner(i, j + 1), number));
    }
  const sums = new Map();
  let number = 2 * n * (n + 1);
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) {
      const refs = [
        numberOf.flat(i, j),
        numberOf.upright(i + 1, j),
        -numberOf.flat(i, j + 1),
        -numberOf.upright(i, j),
      ];
      const code = String(10 + Math.floor(chance(7, i, j) * 12));
      const twice = refs.reduce(
        (sum, ref) => sum + BigInt(Math.sign(ref)) * twiceLeft.get(Math.abs(ref)),
        0n,
      );
      sums.set(code, (sums.get(code) ?? 0n) + twice);
      const [x, y] = corner(i, j);
      await put(
        `.FLATE ${++number}:\n..OBJTYPE GrunnkartFlate\n..IDENT\n...LOKALID ${number}-${code}\n...NAVNEROM "http://data.example/så/"\n` +
          `..KOMM 0301\n..ARTYPE ${code}\n..DATAFANGSTDATO 20${10 + (i % 15)}0101\n..KVALITET 82 200\n..OPPHAV "Ørsta kommune"\n` +
          `..REF ${refs.map((ref) => `:${ref}`).join(" ")}\n..NØ\n${ORIGIN.north + y} ${ORIGIN.east + x}\n`,
      );
    }
  await put(".SLUTT\n");
  out.end();
  await once(out, "close");
  return new Map([...sums].map(([code, twice]) => [code, Number(twice) / 2e4]));
}

/** Opens, reads and decodes the whole file; the areas by code come out. */
async function readOnce(path) {
  const start = performance.now();
  const source = await openSource(path);
  const openedMs = performance.now() - start;
  const decode = makeDecoder(source.decoder, ["ARTYPE", "KOMM", "IDENT.LOKALID"]);
  const sums = {};
  let faces = 0;
  let vertices = 0;
  const buffers = [];
  const take = (byteLength) => {
    if ((buffers[0]?.byteLength ?? 0) < byteLength) buffers[0] = new SharedArrayBuffer(byteLength);
    return buffers[0];
  };
  for await (const cut of source.cuts({ cutBytes: 4 << 20, take })) {
    const { layer, findings } = decode(cut);
    assert.equal(findings.length, 0);
    const { codes, terms } = layer.columns.get("ARTYPE");
    for (let f = 0; f < codes.length; f++) {
      const ring = layer.partRing[layer.featurePart[f]];
      const m2 = ringM2(layer.xy, layer.ringVertex[ring], layer.ringVertex[ring + 1]);
      sums[terms[codes[f]]] = (sums[terms[codes[f]]] ?? 0) + m2;
    }
    faces += codes.length;
    vertices += layer.xy.length / 2;
  }
  const { user, system } = process.cpuUsage();
  return { faces, vertices, sums, openedMs, ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

function ringM2(xy, from, to) {
  const [x0, y0] = [xy[2 * from], xy[2 * from + 1]];
  let twice = 0;
  for (let v = from + 1; v < to; v++)
    twice += (xy[2 * v - 2] - x0) * (xy[2 * v + 1] - y0) - (xy[2 * v] - x0) * (xy[2 * v - 1] - y0);
  return twice / 2;
}

const flag = argv.indexOf("--read");
if (flag > 0) {
  console.log(JSON.stringify(await readOnce(argv[flag + 1])));
} else {
  const sideFlag = argv.indexOf("--side");
  const n = sideFlag > 0 ? Number(argv[sideFlag + 1]) : 250;
  mkdirSync(FOLDER, { recursive: true });
  const path = `${FOLDER}dekke-${n}.sos`;
  const truth = await write(path, n);
  const megabytes = statSync(path).size / 1e6;
  const peakFile = `${FOLDER}sosi-peak.txt`;
  for (let round = 0; round < 3; round++) {
    const env = { ...process.env, PEAK_FILE: peakFile };
    const out = execFileSync(execPath, ["--import", REPORT_PEAK, argv[1], "--read", path], {
      env,
      encoding: "utf8",
    });
    const { faces, vertices, sums, openedMs, ms, cpuMs } = JSON.parse(out);
    assert.equal(faces, n * n);
    assert.deepEqual(Object.keys(sums).sort(), [...truth.keys()].sort());
    for (const [code, m2] of truth)
      assert.ok(Math.abs(sums[code] - m2) < 1e-9 * m2, `${code}: ${sums[code]} is not ${m2}`);
    const peakMb = Number(readFileSync(peakFile, "utf8")) / 1e6;
    console.log(
      `${megabytes.toFixed(0)} MB, ${faces} faces, ${vertices} vertices: first look ${(openedMs / 1000).toFixed(2)} s, ` +
        `all ${(ms / 1000).toFixed(2)} s, ${((1000 * megabytes) / ms).toFixed(0)} MB/s, cpu ${(cpuMs / 1000).toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`,
    );
  }
}
