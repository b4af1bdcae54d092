/**
 * Reading GML: our reader, on one thread and as `account` reads (one thread cuts, the others decode), against one on
 * saxes written below and, where it is installed, gdal3.js (WASM), each a process of its own on the same generated
 * GrunnkartFlate file. Unpacked and zipped.
 *
 *   npm run build && node bench/gml.mjs [--polygons 20000] [--large] [--rounds 3] [--file FILE.gml]
 *
 * --large is 200 000 polygons of 58 vertices, some 500 MB. Features, vertices and the area must agree before a time is
 * printed: ours and saxes to the last vertex, gdal3.js in its count of features. All of them read every attribute.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { crc32, createDeflateRaw } from "node:zlib";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const OUT = join(PROJECT, "out/bench/gml");
const BUILT = process.env.BUILT ?? join(PROJECT, "dist");

const { values: options } = parseArgs({
  options: {
    polygons: { type: "string", default: "20000" },
    large: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    file: { type: "string" },
    read: { type: "string" }, // in the measured process: who reads
  },
});

if (!isMainThread) await serve();
else if (options.read !== undefined) console.log(JSON.stringify(await reader(options.read)(options.file)));
else await compare(options.file ?? generated(options.large ? 200_000 : Number(options.polygons)));

async function compare(gml) {
  const zip = await zipped(gml);
  const ours = bestOf("ours", gml);
  const threads = bestOf("threads", gml);
  const packed = bestOf("ours", zip);
  const saxes = bestOf("saxes", gml);
  for (const other of [threads, packed, saxes]) {
    assert.equal(other.features, ours.features);
    assert.equal(other.vertices, ours.vertices);
    assert.ok(Math.abs(other.m2 / ours.m2 - 1) < 1e-12, `${other.m2} m2 and ${ours.m2} m2`);
  }
  console.log(`${mb(statSync(gml).size)} MB GML, ${mb(statSync(zip).size)} MB zipped: ${ours.features} features, ${ours.vertices} vertices`); // prettier-ignore
  const line = (name, run) =>
    console.log(
      `  ${name.padEnd(12)} ${(run.ms / 1000).toFixed(2).padStart(7)} s  cpu ${(run.cpuMs / 1000).toFixed(2).padStart(7)} s  ` +
        `${mb(run.peakBytes).padStart(5)} MB peak  ${(run.ms / ours.ms).toFixed(2)} x ours, cpu ${(run.cpuMs / ours.cpuMs).toFixed(2)} x`,
    );
  line("ours", ours);
  line("two threads", threads);
  line("ours, zipped", packed);
  line("saxes", saxes);
  if (!existsSync(join(PROJECT, "node_modules/gdal3.js"))) return console.log("  gdal3.js is not installed");
  const gdal = bestOf("gdal", gml, 1);
  assert.equal(gdal.features, ours.features);
  line("gdal3.js", gdal);
}

/** The best of some runs, each in a process of its own. */
function bestOf(name, file, rounds = Number(options.rounds)) {
  const runs = Array.from({ length: rounds }, () => {
    const peakFile = join(OUT, "peak");
    const preload = new URL("reportPeak.mjs", import.meta.url).href;
    const start = performance.now();
    const args = ["--import", preload, fileURLToPath(import.meta.url), "--read", name, "--file", file];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      cwd: PROJECT,
      env: { ...process.env, PEAK_FILE: peakFile },
    });
    const ms = performance.now() - start;
    assert.equal(status, 0, `${name}: ${stderr}`);
    return {
      ...JSON.parse(stdout.trim().split("\n").at(-1)),
      ms,
      peakBytes: Number(readFileSync(peakFile, "utf8")),
    };
  });
  return runs.reduce((best, next) => (next.cpuMs < best.cpuMs ? next : best));
}

function reader(name) {
  const readers = { ours: readOurs, threads: readInThreads, saxes: readWithSaxes, gdal: readWithGdal };
  return async (file) => {
    const before = process.cpuUsage();
    const told = await readers[name](file);
    const { user, system } = process.cpuUsage(before);
    return { ...told, cpuMs: (user + system) / 1000 };
  };
}

async function readOurs(file) {
  const source = await opened(file);
  const { makeDecoder } = await import(join(BUILT, "read/decoder.js"));
  const sum = summing(makeDecoder(source.decoder, fieldsOf(source)));
  let buffer = new SharedArrayBuffer(8 << 20);
  const take = (length) => (buffer.byteLength >= length ? buffer : (buffer = new SharedArrayBuffer(length)));
  const told = { features: 0, vertices: 0, m2: 0 };
  for await (const cut of source.cuts({ cutBytes: 4 << 20, take })) add(told, sum(cut));
  return told;
}

/** One thread cuts the file, two more decode: what `account --workers 2` does with its ground. */
async function readInThreads(file) {
  const told = { features: 0, vertices: 0, m2: 0 };
  const free = Array.from({ length: 6 }, () => new SharedArrayBuffer(5 << 20));
  let awaited; // called when a buffer has come back
  // They load while the file is opened; `account` has them ready before it comes to its ground.
  const workers = [0, 1].map(() => new Worker(fileURLToPath(import.meta.url)));
  const source = await opened(file);
  const setup = { spec: source.decoder, fields: fieldsOf(source) };
  let underWay = 0;
  for (const worker of workers) {
    worker.postMessage({ setup });
    worker.on("error", (error) => {
      throw error;
    });
    worker.on("message", ({ sums, buffer }) => {
      add(told, sums);
      free.push(buffer);
      underWay--;
      awaited?.();
    });
  }
  const take = async (length) => {
    while (free.length === 0) await new Promise((resolve) => (awaited = resolve));
    const buffer = free.pop();
    return buffer.byteLength >= length ? buffer : new SharedArrayBuffer(length);
  };
  let next = 0;
  for await (const cut of source.cuts({ cutBytes: 4 << 20, take })) {
    underWay++;
    workers[next++ % workers.length].postMessage({ cut });
  }
  while (underWay > 0) await new Promise((resolve) => (awaited = resolve));
  await Promise.all(workers.map((worker) => worker.terminate()));
  return told;
}

async function serve() {
  const { makeDecoder } = await import(join(BUILT, "read/decoder.js"));
  let sum;
  parentPort.on("message", ({ setup, cut }) => {
    if (setup !== undefined) sum = summing(makeDecoder(setup.spec, setup.fields));
    else parentPort.postMessage({ sums: sum(cut), buffer: cut.bytes.buffer });
  });
}

async function opened(file) {
  const { openSource } = await import(join(BUILT, "read/open.js"));
  return openSource(file);
}

function fieldsOf(source) {
  return source.fields.map((field) => field.name);
}

/** Decodes a cut, every field of it, and sums it up. */
function summing(decode) {
  return (cut) => {
    const { layer, findings } = decode(cut);
    assert.equal(findings.length, 0);
    let m2 = 0;
    for (let p = 0; p < layer.partRing.length - 1; p++) {
      for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++) {
        const area = Math.abs(ringArea(layer.xy, layer.ringVertex[r], layer.ringVertex[r + 1]));
        m2 += r === layer.partRing[p] ? area : -area;
      }
    }
    return { features: layer.featurePart.length - 1, vertices: layer.xy.length / 2, m2 };
  };
}

function add(told, sums) {
  for (const key of Object.keys(told)) told[key] += sums[key];
}

/** Just what this file needs: features in members, rings of posLists, texts of leaves into dictionaries. */
async function readWithSaxes(file) {
  const { SaxesParser } = await import("saxes");
  const parser = new SaxesParser();
  const columns = new Map();
  const told = { features: 0, vertices: 0, m2: 0 };
  let path = [];
  let text = "";
  let isLeaf = false;
  let isHole = false;
  let xy = new Float64Array(1 << 12);
  const put = (field, value) => {
    let column = columns.get(field);
    if (column === undefined || column.terms.length > 65_536) {
      columns.set(field, (column = { codes: column?.codes ?? [], terms: [""], codeOf: new Map([["", 0]]) }));
    }
    let code = column.codeOf.get(value);
    if (code === undefined) column.codeOf.set(value, (code = column.terms.push(value) - 1));
    column.codes[told.features % 4096] = code;
  };
  parser.on("opentag", ({ name, attributes }) => {
    path.push(name.slice(name.indexOf(":") + 1));
    text = "";
    isLeaf = true;
    if (path.length === 3) put("gml_id", attributes["gml:id"] ?? "");
    if (name === "gml:interior") isHole = true;
    if (name === "gml:exterior") isHole = false;
  });
  parser.on("text", (piece) => (text += piece));
  parser.on("closetag", () => {
    const name = path.at(-1);
    if (isLeaf && name === "posList") {
      const numbers = text.trim().split(/\s+/);
      if (numbers.length > xy.length) xy = new Float64Array(2 * numbers.length);
      for (let i = 0; i < numbers.length; i++) xy[i] = Number(numbers[i]);
      const area = Math.abs(ringArea(xy, 0, numbers.length / 2));
      told.m2 += isHole ? -area : area;
      told.vertices += numbers.length / 2;
    } else if (isLeaf && path.length > 3) put(path.slice(3).join("."), text.trim());
    isLeaf = false;
    path.pop();
    if (path.length === 2) told.features++;
  });
  parser.on("error", (error) => {
    throw error;
  });
  const utf8 = new TextDecoder();
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    parser.write(utf8.decode(chunk, { stream: true }));
  parser.close();
  return told;
}

/** GML to FlatGeobuf, as a program without a reader of its own would do it. */
async function readWithGdal(file) {
  const { openSource } = await import(join(BUILT, "read/open.js"));
  const entry = createRequire(import.meta.url).resolve("gdal3.js/node.js");
  const { default: initGdal } = await import(entry);
  const errors = [];
  const gdal = await initGdal({
    path: relative("", join(dirname(entry), "dist/package")),
    dest: OUT,
    env: { GML_FIELDTYPES: "ALWAYS_STRING" },
    logHandler: (message) => errors.push(message),
    errorHandler: (message) => errors.push(message),
  });
  const { datasets } = await gdal.open(file);
  const { real } = await gdal.ogr2ogr(datasets[0], ["-f", "FlatGeobuf"], "gdal");
  assert.deepEqual(
    errors.filter((message) => String(message).startsWith("ERROR")),
    [],
  );
  const { featureCount } = await openSource(real);
  rmSync(real);
  return { features: featureCount };
}

function ringArea(xy, from, to) {
  const [x0, y0] = [xy[2 * from], xy[2 * from + 1]];
  let twice = 0;
  for (let v = from + 1; v < to; v++) {
    twice += (xy[2 * v - 2] - x0) * (xy[2 * v + 1] - y0) - (xy[2 * v] - x0) * (xy[2 * v - 1] - y0);
  }
  return twice / 2;
}

function generated(polygons) {
  const folder = join(OUT, String(polygons));
  const file = join(folder, "grunnkart.gml");
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const size = ["--polygons", polygons, "--vertices", 58, "--plan-areas", 0, "--seed", 1].map(String);
  const args = [
    join(BUILT, "cli/main.js"),
    "generate",
    "--format",
    "gml",
    ...size,
    "--out",
    folder,
    "--quiet",
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return file;
}

/** The file alone in a zip archive, streamed: a parent that holds it all would count in the children's peak. */
async function zipped(file) {
  const path = `${file}.zip`;
  if (existsSync(path)) return path;
  let [crc, length, packed] = [0, 0, 0];
  const name = Buffer.from(basename(file));
  const headBytes = 30 + name.length;
  const archive = openSync(path, "w");
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 });
  bytes.on("data", (chunk) => {
    crc = crc32(chunk, crc);
    length += chunk.length;
  });
  for await (const chunk of bytes.pipe(createDeflateRaw())) {
    for (let done = 0; done < chunk.length;)
      done += writeSync(archive, chunk, done, undefined, headBytes + packed + done);
    packed += chunk.length;
  }
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc, 10);
  common.writeUInt32LE(packed, 14);
  common.writeUInt32LE(length, 18);
  common.writeUInt16LE(name.length, 22);
  const directory = Buffer.concat([
    Buffer.from("PK\u0001\u0002\u0014\u0000"),
    common,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(headBytes + packed, 16);
  writeSync(archive, Buffer.concat([Buffer.from("PK\u0003\u0004"), common, name]), 0, headBytes, 0);
  const tail = Buffer.concat([directory, end]);
  writeSync(archive, tail, 0, tail.length, headBytes + packed);
  closeSync(archive);
  return path;
}

function mb(bytes) {
  return (bytes / 1e6).toFixed(0);
}
