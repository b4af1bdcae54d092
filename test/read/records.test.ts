import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../src/core/layer.js";
import { InputError, type Finding } from "../../src/core/trouble.js";
import { makeDecoder } from "../../src/read/decoder.js";
import { recordCuts, type FeatureRecord } from "../../src/read/records.js";
import type { Cut, DecoderSpec, ReadSummary } from "../../src/read/source.js";
import { wkbOfRings } from "../../src/read/wellKnown/wkb.js";
import { featureArea } from "./areas.js";
import { wkbOf, type Shape } from "./wellKnown/wkb.js";

const spec = (fields: readonly string[] = [], epsg = 25833): DecoderSpec => ({
  cutForm: "records",
  layerName: "lag",
  path: "lag.gpkg",
  epsg,
  fields,
  detail: undefined,
});

const square = (x: number, size = 10) => [x, 0, x + size, 0, x + size, size, x, size, x, 0];
const pairs = (flat: readonly number[]) =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
const polygon = (...rings: number[][]): Shape => ({ type: 3, rings: rings.map(pairs) });
const line = (type: 2 | 8, ...flat: number[]): Shape => ({ type, points: pairs(flat) });

async function cutsOf(
  rows: Iterable<FeatureRecord>,
  cutBytes = 1 << 20,
): Promise<{ cuts: Cut[]; summary: ReadSummary }> {
  const generator = recordCuts(rows, { cutBytes }, () => Promise.resolve("abc"));
  const cuts: Cut[] = [];
  let step = await generator.next();
  for (; !step.done; step = await generator.next()) cuts.push(step.value);
  return { cuts, summary: step.value };
}

async function decodeOne(
  wkb: Uint8Array | undefined,
  epsg = 25833,
): Promise<{ layer: Layer; findings: readonly Finding[] }> {
  const { cuts } = await cutsOf([{ wkb, values: [] }]);
  return makeDecoder(spec([], epsg), [])(cuts[0]);
}

const areaOf = async (shape: Shape) => featureArea((await decodeOne(wkbOf(shape))).layer, 0);

describe("records in cuts", () => {
  const value = fc.oneof(
    fc.constantFrom("", "0301", "åpent område", "Guovdageaidnu ŋ đ ŧ"),
    fc.string({ unit: "binary" }),
  );
  const row = fc.record({
    wkb: fc.option(
      fc.integer({ min: 1, max: 40 }).map((size) => wkbOfRings([[square(0, size)]])),
      { nil: undefined },
    ),
    values: fc.tuple(value, value),
  });

  test("what goes in comes out, however it is cut, and fields may be asked for in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        fc.integer({ min: 1, max: 1000 }),
        async (rows, cutBytes) => {
          const { cuts, summary } = await cutsOf(rows, cutBytes);
          const decode = makeDecoder(spec(["a", "b"]), ["b", "a"]);
          let f = 0;
          for (const cut of cuts) {
            expect(cut.firstFeature).toBe(f);
            expect(cut.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
            const { layer } = decode(cut);
            expect(featureCount(layer)).toBe(cut.featureCount);
            for (let i = 0; i < cut.featureCount; i++, f++) {
              const read = ["a", "b"].map((field) => termOf(layer.columns.get(field) ?? never(), i));
              expect(read).toEqual(rows[f].values);
              const size = rows[f].wkb === undefined ? 0 : featureArea(layer, i);
              expect(size > 0).toBe(rows[f].wkb !== undefined);
            }
          }
          expect(f).toBe(rows.length);
          expect(summary).toEqual({ sha256: "abc", featureCount: rows.length });
        },
      ),
    );
  });

  test("a cut holds as much as was asked for, a long record more; buffers come from the caller", async () => {
    const short = { wkb: undefined, values: ["x".repeat(91)] }; // 99 bytes packed
    const long = { wkb: undefined, values: ["y".repeat(5000)] };
    const taken: number[] = [];
    const told: number[] = [];
    const generator = recordCuts(
      [short, short, short, long, short],
      {
        cutBytes: 200,
        take: (byteLength) => {
          taken.push(byteLength);
          return new SharedArrayBuffer(byteLength + 1000);
        },
        onBytes: (bytes) => told.push(bytes),
      },
      () => Promise.resolve(undefined),
    );
    const counts: number[] = [];
    for await (const cut of generator) counts.push(cut.featureCount);
    expect(counts).toEqual([2, 1, 1, 1]);
    expect(taken).toEqual([198, 99, 5008, 99]);
    expect(told).toEqual([198, 297, 5305, 5404]);
  });

  test("who stops early stops the rows", async () => {
    let closed = false;
    function* endless(): Generator<FeatureRecord> {
      try {
        for (;;) yield { wkb: undefined, values: ["x"] };
      } finally {
        closed = true;
      }
    }
    for await (const cut of recordCuts(endless(), { cutBytes: 100 }, () => Promise.resolve(""))) {
      expect(cut.featureCount).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(true);
  });
});

function never(): never {
  throw new Error("no such column");
}

describe("every form of the same polygon", () => {
  const shape: Shape = { type: 6, members: [polygon(square(0), square(2, 1)), polygon(square(20, 20))] };
  const choice = [false, true];
  const forms = choice.flatMap((littleEndian) =>
    choice.flatMap((z) =>
      choice.flatMap((m) => choice.map((extended) => ({ littleEndian, z, m, extended, srid: 25833 }))),
    ),
  );
  test.each(forms)("%o", async (form) => {
    const { layer, findings } = await decodeOne(wkbOf(shape, form));
    expect([...layer.xy]).toEqual([...square(0), ...square(2, 1), ...square(20, 20)]);
    expect([...layer.partRing]).toEqual([0, 2, 3]);
    expect(findings).toEqual([]);
  });
});

describe("kinds of geometry", () => {
  const half = line(8, 0, 0, 50, 50, 100, 0); // half a circle of radius 50
  const back = line(2, 100, 0, 0, 0);
  const halfM2 = (Math.PI * 2500) / 2;
  test.each<[string, Shape, number]>([
    ["polygon", polygon(square(0), square(2, 1)), 99],
    ["triangle", { type: 17, rings: [pairs([0, 0, 10, 0, 0, 10, 0, 0])] }, 50],
    ["TIN", { type: 16, members: [{ type: 17, rings: [pairs([0, 0, 10, 0, 0, 10, 0, 0])] }] }, 50],
    ["polyhedral surface", { type: 15, members: [polygon(square(0)), polygon(square(10))] }, 200],
    ["collections in a collection", { type: 7, members: [{ type: 7, members: [polygon(square(0))] }] }, 100],
    ["curve polygon with a straight ring", { type: 10, members: [line(2, ...square(0))] }, 100],
    ["compound curve", { type: 10, members: [{ type: 9, members: [half, back] }] }, halfM2],
    ["circle of three points", { type: 10, members: [line(8, 0, 0, 100, 0, 0, 0)] }, Math.PI * 2500],
    [
      "circle of five points",
      { type: 10, members: [line(8, 0, 0, 50, 50, 100, 0, 50, -50, 0, 0)] },
      Math.PI * 2500,
    ],
    [
      "arcs that are a line",
      { type: 10, members: [line(8, 0, 0, 5, 0, 10, 0, 10, 5, 10, 10, 5, 5, 0, 0)] },
      50,
    ],
    [
      "multi surface",
      {
        type: 12,
        members: [polygon(square(0)), { type: 10, members: [{ type: 9, members: [half, back] }] }],
      },
      100 + halfM2,
    ],
  ])("%s", async (_, shape, expectedM2) => {
    const { findings } = await decodeOne(wkbOf(shape));
    expect(findings).toEqual([]);
    const m2 = await areaOf(shape);
    expect(m2).toBeLessThanOrEqual(expectedM2 + 1e-9);
    expect(expectedM2 - m2).toBeLessThan(0.001 * 2 * Math.PI * 50); // sagitta along the arc
  });

  test("an arc in degrees keeps to a millimetre as well", async () => {
    const degree = 111_000;
    const shape: Shape = { type: 10, members: [line(8, 10, 60, 10 + 100 / degree, 60, 10, 60)] };
    const { layer } = await decodeOne(wkbOf(shape), 4258);
    const lost = Math.PI * 2500 - featureArea(layer, 0) * degree * degree;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(0.001 * 2 * Math.PI * 50);
  });

  test.each<[string, Shape | undefined, [string, string][]]>([
    ["none", undefined, [["NULL_GEOMETRI", "kept"]]],
    ["empty polygon", polygon(), [["NULL_GEOMETRI", "kept"]]],
    ["empty multipolygon", { type: 6, members: [] }, [["NULL_GEOMETRI", "kept"]]],
    ["empty collection", { type: 7, members: [] }, [["NULL_GEOMETRI", "kept"]]],
    ["point", { type: 1, points: [[1, 2]] }, [["ANNEN_GEOMETRI", "dropped"]]],
    ["line", line(2, 0, 0, 1, 1), [["ANNEN_GEOMETRI", "dropped"]]],
    ["arc", line(8, 0, 0, 1, 1, 2, 0), [["ANNEN_GEOMETRI", "dropped"]]],
    [
      "multi curve",
      { type: 11, members: [{ type: 9, members: [line(2, 0, 0, 1, 1)] }] },
      [["ANNEN_GEOMETRI", "dropped"]],
    ],
    ["open ring", polygon([0, 0, 10, 0, 10, 10, 0, 10]), [["RING_APEN", "mended"]]],
    ["short hole", polygon(square(0), [1, 1, 2, 2]), [["RING_FOR_KORT", "dropped"]]],
  ] as [string, Shape | undefined, [string, string][]][])("%s is told", async (_, shape, told) => {
    const { layer, findings } = await decodeOne(shape && wkbOf(shape));
    expect(featureCount(layer)).toBe(1);
    expect(findings.map(({ code, did }) => [code, did])).toEqual(told);
  });

  test("what has no area beside an area is left out, and that is told", async () => {
    const shape: Shape = {
      type: 7,
      members: [{ type: 1, points: [[5, 5]] }, polygon(square(0)), line(2, 0, 0, 1, 1)],
    };
    const { layer, findings } = await decodeOne(wkbOf(shape));
    expect(featureArea(layer, 0)).toBe(100);
    expect(findings.map(({ code, says }) => [code, says])).toEqual([
      ["ANNEN_GEOMETRI", "objektet har også Point, som ikke har areal: den delen ble utelatt"],
    ]);
  });
});

describe("bytes that are no geometry", () => {
  const good = wkbOf(polygon(square(0)));
  const changed = (at: number, ...bytes: number[]) => {
    const copy = good.slice();
    copy.set(bytes, at);
    return copy;
  };
  const deep = (depth: number): Shape =>
    depth === 0 ? polygon(square(0)) : { type: 7, members: [deep(depth - 1)] };
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /feature 0, byte 0 of its geometry: the end of the geometry/],
    ["cut short", good.slice(0, -1), /byte 9 of its geometry: a count of 5 with 79 bytes left/],
    ["too long", Uint8Array.from([...good, 0]), /byte 93 of its geometry: 1 bytes too many/],
    ["no byte order", changed(0, 2), /byte 0 of its geometry: byte order 2/],
    ["unknown type", changed(1, 99), /geometry type 99/],
    ["unknown dimension", changed(1, 0xa3, 0x0f), /geometry type 4003/],
    [
      "four thousand million rings",
      changed(5, 255, 255, 255, 255),
      /byte 5 of its geometry: a count of 4294967295/,
    ],
    ["NaN", changed(13, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f), /NaN or infinite/],
    ["a hundred collections in each other", wkbOf(deep(100)), /collections 17 deep/],
    ["a point as a ring", wkbOf({ type: 10, members: [{ type: 1, points: [[0, 0]] }] }), /Point as a ring/],
    [
      "two points on an arc",
      wkbOf({ type: 10, members: [line(8, 0, 0, 1, 1)] }),
      /CircularString of 2 points/,
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(decodeOne(bytes)).rejects.toThrow(message);
    await expect(decodeOne(bytes)).rejects.toThrow(InputError);
  });

  test("two SRIDs in a layer", async () => {
    const rows = [25833, 25832].map((srid) => ({
      wkb: wkbOf(polygon(square(0)), { extended: true, srid }),
      values: [],
    }));
    const { cuts } = await cutsOf(rows);
    expect(() => makeDecoder(spec(), [])(cuts[0])).toThrow(
      /feature 1: SRID 25832 among features with SRID 25833/,
    );
  });

  test("whatever one byte becomes: a polygon or an InputError, at once", async () => {
    const half: Shape = { type: 9, members: [line(8, 0, 0, 50, 50, 100, 0), line(2, 100, 0, 0, 0)] };
    const samples = [
      wkbOf({ type: 6, members: [polygon(square(0), square(2, 1))] }, { z: true }),
      wkbOf(
        { type: 12, members: [{ type: 10, members: [half] }, polygon(square(5))] },
        { extended: true, srid: 25833 },
      ),
      wkbOf(
        { type: 7, members: [{ type: 1, points: [[0, 0]] }, polygon(square(0))] },
        { littleEndian: false },
      ),
    ];
    const mutation = fc.tuple(
      fc.constantFrom(...samples),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async ([sample, at, byte, cut]) => {
        const bytes = cut ? sample.slice(0, at % sample.length) : sample.slice();
        if (!cut) bytes[at % bytes.length] = byte;
        await decodeOne(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(InputError));
      }),
      { numRuns: 2000 },
    );
  });
});
