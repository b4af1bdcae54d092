import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { featureCount, LayerBuilder, termOf } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { makeDecoder } from "../../../src/read/decoder.js";
import { gdbFolder } from "../../../src/read/fileGdb/fileGdb.js";
import { openFlatGeobuf } from "../../../src/read/flatgeobuf/flatgeobuf.js";
import { snapFeatures } from "../../../src/read/fileGdb/flatgeobufSnap.js";
import { sha256OfFile } from "../../../src/read/inputFile.js";
import { openSource, sourcesOf } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { zipEntries } from "../../../src/read/zip.js";
import { writeFlatGeobuf } from "../../../src/write/flatgeobuf.js";
import { CLASS, expectKristiansand } from "../kristiansand.js";
import { haveOutsideData, outside } from "../outsideData.js";

const KRISTIANSAND = "data/formater/kristiansand_arealdekke_25832";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gdb-"));
  process.env.TMPDIR = folder; // so that what is left behind can be told from what others write meanwhile
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("coordinates are rounded where they stand, in single and multiple polygons", async () => {
  const builder = new LayerBuilder("lag", 25833, ["kode"]);
  const off = 2.9e-8;
  const ring = (x: number) => [x + off, 0, x + 1.25 - off, 0, x + 1, 1 + off, x + off, 0];
  for (const parts of [[0], [10, 20], []]) {
    for (const x of parts) {
      builder.ring(ring(x));
      builder.endPart();
    }
    builder.endFeature(["a"]);
  }
  const path = join(folder, "av.fgb");
  const fields = [{ name: "kode", type: "string" }] as const;
  await writeFlatGeobuf(path, { name: "lag", epsg: 25833, fields, index: false }, [builder.build()]);
  const source = await openFlatGeobuf(path);
  for await (const cut of source.cuts({ cutBytes: 1 << 16 })) {
    snapFeatures(cut.bytes, 1e4);
    const { layer } = makeDecoder(source.decoder, [])(cut);
    const corners = [0, 10, 20].flatMap((x) => [x, 0, x + 1.25, 0, x + 1, 1, x, 0]);
    expect([...layer.xy]).toEqual(corners);
  }
});

test("a folder that only has the name", async () => {
  const path = join(folder, "tom.gdb");
  mkdirSync(path);
  await expect(openSource(path)).rejects.toThrow(/tom\.gdb: a folder without tables.*gdbtable/);
});

describe.skipIf(!haveOutsideData)("the Kristiansand layer as GDAL wrote it", () => {
  const zip = outside(`${KRISTIANSAND}.gdb.zip`);
  let gdb: string;
  const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith("arealregnskap-"));
  beforeAll(async () => {
    gdb = join(folder, "kristiansand.gdb");
    mkdirSync(gdb);
    for (const entry of await zipEntries(zip)) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry.chunks()) chunks.push(Buffer.from(chunk));
      writeFileSync(join(gdb, entry.name), Buffer.concat(chunks));
    }
  });
  afterEach(() => {
    expect(leftBehind()).toEqual([]);
  });

  test("zipped: the sums of every format, attributes as GeoJSON has them", async () => {
    const source = await openSource(zip);
    expect(source).toMatchObject({ format: "FileGDB", name: "arealdekke", epsg: 25832, epsgFrom: "file" });
    expect(source).toMatchObject({ path: zip, featureCount: 352, byteLength: readFileSync(zip).length });
    expect(source.fields.map((field) => field.name)).toEqual([CLASS, "oppdateringsdato", "vatnLøpenummer"]);
    const fields = [CLASS, "vatnLøpenummer"];
    const { layer, sha256, findings } = await readLayer(source, fields);
    expectKristiansand(layer);
    expect(sha256).toBe(await sha256OfFile(zip));
    expect(findings).toEqual([]);
    const { layer: original } = await readLayer(await openSource(outside(`${KRISTIANSAND}.geojson`)), fields);
    expect(layer.xy).toEqual(original.xy);
    for (const field of fields) {
      const [ours, theirs] = [layer, original].map((one) => one.columns.get(field));
      if (ours === undefined || theirs === undefined) throw new Error(field);
      const terms = (column: typeof ours) => Array.from({ length: 352 }, (_, f) => termOf(column, f));
      expect(terms(ours)).toEqual(terms(theirs));
    }
  });

  test("a folder gives the same; its hash is of what it holds and not of locks", async () => {
    const progress: number[] = [];
    const source = await openSource(`${gdb}#arealdekke`);
    const { layer, sha256 } = await readLayer(source, [CLASS]);
    expectKristiansand(layer);
    writeFileSync(join(gdb, "a00000001.gdbtable.vert.1234.sr.lock"), "");
    expect(await (await gdbFolder(gdb)).sha256()).toBe(sha256);
    for await (const cut of source.cuts({ cutBytes: 1 << 14, onBytes: (bytes) => progress.push(bytes) }))
      expect(cut.featureCount).toBeGreaterThan(0);
    expect(progress.at(-1)).toBe(source.byteLength);
    expect((await sourcesOf(gdb)).map((one) => one.name)).toEqual(["arealdekke"]);
    await expect(openSource(`${gdb}#grense`)).rejects.toThrow(
      /no layer called grense. Wanted: one of arealdekke/,
    );
  });

  test("a reading that is given up leaves nothing behind", async () => {
    const source = await openSource(gdb);
    for await (const cut of source.cuts({ cutBytes: 1 << 14 })) {
      expect(featureCount(makeDecoder(source.decoder, [])(cut).layer)).toBe(cut.featureCount);
      break;
    }
  });

  test("a table that is cut short or broken is an error, whatever GDAL makes of it", async () => {
    const broken = join(folder, "brutt.gdb");
    mkdirSync(broken);
    for (const name of readdirSync(gdb)) copyFileSync(join(gdb, name), join(broken, name));
    const table = readdirSync(broken)
      .filter((name) => name.endsWith(".gdbtable"))
      .map((name) => ({ name, bytes: readFileSync(join(broken, name)) }))
      .sort((a, b) => b.bytes.length - a.bytes.length)[0];
    const read = () => openSource(broken).then((source) => readLayer(source, [CLASS]));
    for (const part of [0.1, 0.99]) {
      writeFileSync(join(broken, table.name), table.bytes.subarray(0, Math.floor(part * table.bytes.length)));
      await expect(read()).rejects.toThrow(InputError);
    }
    writeFileSync(
      join(broken, table.name),
      table.bytes.map((byte, i) => (i > 2000 && i % 97 === 0 ? byte ^ 255 : byte)),
    );
    await expect(read()).rejects.toThrow(/brutt\.gdb/);
  });

  test("a flipped bit in the archive is told by its CRC", async () => {
    const bytes = readFileSync(zip);
    bytes[bytes.length >> 1] ^= 4;
    const path = join(folder, "bit.gdb.zip");
    writeFileSync(path, bytes);
    await expect(openSource(path)).rejects.toThrow(InputError);
  });
});
