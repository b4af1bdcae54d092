import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { makeDecoder } from "../../../src/read/decoder.js";
import { fileOnDisk, type InputFile } from "../../../src/read/inputFile.js";
import { openSource, sourcesOf } from "../../../src/read/open.js";
import { readLayer, type ReadLayer } from "../../../src/read/readLayer.js";
import { SOSI } from "../../../src/read/sosi/sosi.js";
import { featureArea, sumsBy } from "../areas.js";
import { haveOutsideData, outside } from "../outsideData.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sosi-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function saved(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TRANSPAR = "..TRANSPAR\n...KOORDSYS 23\n...ORIGO-NØ 0 0\n...ENHET 0.01\n";
const head = (more = "..TEGNSETT UTF-8\n", transpar = TRANSPAR) => `.HODE\n${more}${transpar}`;
const sosi = (body: string, header = head()) => `${header}${body}.SLUTT\n`;
const curve = (serial: number, points: string, kind = "KURVE") =>
  `.${kind} ${serial}:\n..OBJTYPE Grense\n..NØ\n${points}\n`;
const face = (serial: number, type: string, refs: string, more = "") =>
  `.FLATE ${serial}:\n..OBJTYPE ${type}\n${more}..REF ${refs}\n..NØ\n665000050 26000050\n`;

// Two squares of 10 m with a border in common: 1 is the border, walked from south to north.
const [N, E] = [665000000, 26000000];
const at = (x: number, y: number) => `${N + 100 * y} ${E + 100 * x}`;
const line = (...points: [number, number][]) => points.map(([x, y]) => at(x, y)).join("\n");
const BORDER = curve(1, line([10, 0], [10, 10]));
const WEST = curve(2, line([10, 10], [0, 10], [0, 0], [10, 0]));
const EAST = curve(3, line([10, 0], [20, 0], [20, 10], [10, 10]));
const CURVES = BORDER + WEST + EAST;
const FACES = face(4, "Skog", ":1 :2") + face(5, "Myr", ":3 :-1");

async function read(text: string | Uint8Array, name = "fil.sos", layer = ""): Promise<ReadLayer> {
  const source = await openSource(saved(name, text) + layer);
  return readLayer(
    source,
    source.fields.map((field) => field.name),
  );
}
const areas = (layer: Layer) => Array.from({ length: featureCount(layer) }, (_, f) => featureArea(layer, f));
const column = (layer: Layer, field: string) => {
  const found = layer.columns.get(field);
  return areas(layer).map((_, f) => (found === undefined ? "?" : termOf(found, f)));
};
const codes = ({ findings }: ReadLayer) => findings.map(({ code }) => code);

describe("two squares in every wrapping", () => {
  const plain = sosi(CURVES + FACES);
  const tall = plain.replaceAll("..NØ\n", "..NØH\n").replace(/^(\d{9} \d{8})$/gm, "$1 123");
  test.each([
    ["plain", plain],
    ["faces before curves", sosi(FACES + CURVES)],
    ["carriage returns", plain.replaceAll("\n", "\r\n")],
    ["old line ends", plain.replaceAll("\n", "\r")],
    ["byte order mark", `\ufeff${plain}`],
    ["indented", plain.replace(/^(?=\.)/gm, "  ").replaceAll("\n", " \n")],
    ["comments", plain.replace(/^(?=\.)/gm, "! .FLATE 99: ..NØ\n").replaceAll(":1 :2", ":1 !her\n:2")],
    ["several points a line", plain.replace(/(\d{9} \d{8})\n(?=\d)/g, "$1 ")],
    ["points behind ..NØ", plain.replaceAll("..NØ\n", "..NØ ")],
    ["node marks", plain.replace(/^(\d{9} \d{8})$/gm, "$1 ...KP 1 ! node")],
    ["quality of points", plain.replace(/^(\d{9} \d{8})$/gm, "$1\n...KVALITET 82 10")],
    ["heights", tall],
    ["depths", tall.replaceAll("NØH", "NØD")],
    [
      "two ..NØ",
      plain
        .replace(/..NØ\n(\d{9} \d{8})\n/g, "..NØ\n$1 ...KP 1\n..NØ\n")
        .replace(/(FLATE[^F]*?)..NØ\n\d{9} \d{8} ...KP 1\n..NØ\n/g, "$1"),
    ],
    ["decimals", plain.replace(/^(\d{9}) (\d{8})$/gm, "$1.0 +$2.00")],
    ["no colon, no space", plain.replace(/^(\.\w+ \d+):/gm, "$1")],
    ["references over lines", plain.replaceAll(":1 :2", ":1\n:2").replaceAll(":3 :-1", "\n:3\n\n:-1")],
    ["origin", sosi(CURVES + FACES, head(undefined, TRANSPAR.replace("NØ 0 0", "NØ 100 -200.5")))],
    ["no newline last", plain.trimEnd()],
  ])("%s", async (name, text) => {
    const { layer, findings, featureCount: count } = await read(text, `${name}.sos`);
    expect(findings).toEqual([]);
    expect(count).toBe(2);
    expect(areas(layer)).toEqual([100, 100]);
    expect(column(layer, "OBJTYPE")).toEqual(["Skog", "Myr"]);
    const [x, y] = name === "origin" ? [260009.5, 6650100] : [260010, 6650000];
    if (name === "origin") expect([...layer.xy.slice(0, 2)]).toEqual([x - 200, y]);
    else expect([...layer.xy.slice(0, 2)]).toEqual([x, y]);
  });

  test("the hash is the file's", async () => {
    const { sha256 } = await read(plain);
    expect(sha256).toBe(createHash("sha256").update(plain).digest("hex"));
  });

  test("neither chunks nor cuts change anything", async () => {
    const path = saved("biter.sos", plain);
    const whole = await fileOnDisk(path);
    const wanted = await read(plain);
    for (const chunkBytes of [1, 7, 64, 1 << 20]) {
      for (const cutBytes of [1, 300, 1 << 20]) {
        const file: InputFile = {
          ...whole,
          // eslint-disable-next-line @typescript-eslint/require-await
          chunks: async function* () {
            const bytes = readFileSync(path);
            for (let i = 0; i < bytes.length; i += chunkBytes) yield bytes.subarray(i, i + chunkBytes);
          },
        };
        const source = await SOSI.open(file, {});
        const decode = makeDecoder(source.decoder, ["OBJTYPE"]);
        const xy: number[] = [];
        for await (const cut of source.cuts({ cutBytes })) xy.push(...decode(cut).layer.xy);
        expect(xy).toEqual([...wanted.layer.xy]);
      }
    }
  });
});

test("islands are holes, and a curve may be walked backwards", async () => {
  const island = curve(6, line([2, 2], [2, 4], [4, 4], [4, 2], [2, 2])) + curve(7, line([6, 6], [8, 6]));
  const other = curve(8, line([6, 6], [6, 8], [8, 6]));
  const faces =
    face(10, "Skog", ":1 :2 (:-6)\n( :7 :-8 )") + face(11, "Myr", ":6") + face(12, "Myr", ":8 :-7");
  const { layer, findings } = await read(sosi(CURVES + island + other + faces));
  expect(findings).toEqual([]);
  expect(areas(layer)).toEqual([94, 4, 2]);
});

describe("attributes", () => {
  const attributes = [
    '..NAVN "Sitat ""og"" ! ikke kommentar" ! men dette',
    "..KOMM 0301",
    "..IDENT ..TOM",
    "...LOKALID 00a-1",
    "...NAVNEROM 'et rom'",
    "..KVALITET 82 10 0",
    "...NØYAKTIGHET 12",
    "..INFORMASJON første linje &",
    "  og neste",
    "..EGENSKAP a",
    "..EGENSKAP b",
    "..MÁVSUHEAPMI Kárášjohka ŋ",
    "..URL http://a.b/..c Hei!",
    "",
  ].join("\n");

  test("are flattened by their path", async () => {
    const { layer } = await read(sosi(CURVES + face(4, "Skog", ":1 :2", attributes)));
    const values = Object.fromEntries(
      [...layer.columns].map(([name, { terms, codes }]) => [name, terms[codes[0]]]),
    );
    expect(values).toEqual({
      OBJTYPE: "Skog",
      NAVN: 'Sitat "og" ! ikke kommentar',
      KOMM: "0301",
      IDENT: "",
      TOM: "",
      "TOM.LOKALID": "00a-1",
      "TOM.NAVNEROM": "et rom",
      KVALITET: "82 10 0",
      "KVALITET.NØYAKTIGHET": "12",
      INFORMASJON: "første linje og neste",
      EGENSKAP: '["a","b"]',
      MÁVSUHEAPMI: "Kárášjohka ŋ",
      URL: "http://a.b/..c Hei!",
    });
  });

  test("only those asked for are read, and a new one in a later face is there", async () => {
    const text = sosi(CURVES + face(4, "Skog", ":1 :2") + face(5, "Skog", ":3 :-1", "..KODE 07\n"));
    const source = await openSource(saved("felt.sos", text));
    expect(source.fields.map(({ name }) => name)).toEqual(["OBJTYPE", "KODE"]);
    const { layer } = await readLayer(source, ["KODE"]);
    expect(column(layer, "KODE")).toEqual(["", "07"]);
  });
});

describe("arcs", () => {
  // A half circle of 50 m on the border of two faces: points at its ends and its top.
  const arc = curve(1, line([0, 0], [50, 50], [100, 0]), "BUEP");
  const base = curve(2, line([0, 0], [100, 0]));
  const around = curve(3, line([100, 0], [100, 100], [0, 100], [0, 0]));

  test("are followed to the millimetre, by both neighbours in the same vertices", async () => {
    const text = sosi(arc + base + around + face(4, "A", ":1 :-2") + face(5, "B", ":-1 :-3"));
    const { layer, findings } = await read(text);
    expect(findings).toEqual([]);
    const [half, rest] = areas(layer);
    expect(Math.abs(half - (Math.PI * 2500) / 2)).toBeLessThan(0.2);
    expect(half + rest).toBeCloseTo(10_000, 6);
  });

  test.each([
    ["KLOTOIDE", arc.replace("BUEP", "KLOTOIDE")],
    ["a clothoid inside a curve", curve(1, `${line([0, 0], [50, 50])}\n..KLOTOIDE\n..NØ\n${line([100, 0])}`)],
    ["an arc of two points", curve(1, line([0, 0], [100, 0]), "BUEP")],
  ])("%s keeps the face from its polygon, and that is said", async (_, bent) => {
    const result = await read(sosi(bent + base + face(4, "A", ":1 :-2")));
    expect(areas(result.layer)).toEqual([0]);
    expect(result.findings).toMatchObject([{ code: "SOSI_FLATE_UTEN_RING", severity: "error", feature: 0 }]);
    expect(result.findings[0].says).toMatch(/^FLATE på linje \d+: .*kurve 1/);
  });
});

describe("rings that are not whole", () => {
  test.each([
    ["a curve that is not there", ":1 :9", "kurve 9"],
    ["curves that do not meet", ":1 :-2", "kurve 2"],
    ["a ring that stays open", ":2", "kurve 2"],
    ["a number two curves have", ":1 :7", "kurve 7"],
    ["a curve without points", ":1 :8", "kurve 8"],
  ])("%s", async (_, refs, says) => {
    const twice = curve(7, line([10, 10], [0, 10], [10, 0]));
    const text = sosi(
      CURVES + twice + twice + curve(8, "") + face(4, "Skog", refs) + face(5, "Myr", ":3 :-1"),
    );
    const result = await read(text, "fil.sos", "#fil");
    expect(areas(result.layer)).toEqual([0, 100]);
    expect(result.findings).toMatchObject([{ code: "SOSI_FLATE_UTEN_RING", did: "dropped", feature: 0 }]);
    expect(result.findings[0].says).toContain(says);
  });

  test("a gap of a unit is closed, and noted", async () => {
    const near = WEST.replace(at(10, 10), `${N + 1001} ${E + 1000}`);
    const result = await read(sosi(BORDER + near + face(4, "Skog", ":1 :2")));
    expect(codes(result)).toEqual(["SOSI_LITE_GAP"]);
    expect(areas(result.layer)[0]).toBeCloseTo(100, 0);
  });

  test("a face without references has no area, and that is said", async () => {
    const result = await read(sosi(CURVES + FACES + ".FLATE 6:\n..OBJTYPE Skog\n..NØ\n665000050 26000050\n"));
    expect(areas(result.layer)).toEqual([100, 100, 0]);
    expect(codes(result)).toEqual(["NULL_GEOMETRI"]);
  });
});

describe("layers", () => {
  const island = curve(6, line([100, 100], [110, 100], [110, 110], [100, 100]));
  const point = ".PUNKT 8:\n..OBJTYPE Skog\n..NØ\n665000050 26000050\n";
  const text = sosi(CURVES + island + FACES + face(7, "Plan", ":6") + point);

  test("types that share curves are one, others lie by themselves", async () => {
    const sources = await sourcesOf(saved("lag.sos", text));
    expect(sources.map(({ name, featureCount: count }) => [name, count])).toEqual([
      ["Skog+Myr", 2],
      ["Plan", 1],
      ["Grense", 4],
    ]);
  });

  test.each([
    ["#Skog", [100]],
    ["#Plan", [50]],
    ["#Skog+Myr", [100, 100]],
    ["#valg", [100, 100, 50]],
  ])("%s", async (layer, expected) => {
    expect(areas((await read(text, "valg.sos", layer)).layer)).toEqual(expected);
  });

  test("points of a type with faces are told", async () => {
    const { findings } = await read(text, "valg.sos", "#Skog");
    expect(findings).toMatchObject([{ code: "ANNEN_GEOMETRI", feature: -1 }]);
    expect(findings[0].says).toContain("1 PUNKT");
  });

  test.each([
    ["", /2 layers with polygons.*Skog\+Myr, Plan/],
    ["#Vann", /no layer of polygons called Vann/],
    ["#Grense", /no layer of polygons called Grense/],
  ])("no choice by %j", async (layer, says) => {
    await expect(read(text, "valg.sos", layer)).rejects.toThrow(says);
  });
});

describe("character sets, by the bytes first", () => {
  const named = (tegnsett: string) =>
    sosi(CURVES + face(4, "Åpent", ":1 :2", "..NAVN Blåbær Ø\n"), head(tegnsett));
  const latin1 = (tegnsett: string) => Buffer.from(named(tegnsett), "latin1");
  test.each([
    ["UTF-8 called ISO8859-1", named("..TEGNSETT ISO8859-1\n"), "Blåbær Ø"],
    ["UTF-8 called ISO8859-10", named("..TEGNSETT ISO8859-10\n"), "Blåbær Ø"],
    ["UTF-8 called nothing", named(""), "Blåbær Ø"],
    ["UTF-8 called DOSN8", named("..TEGNSETT DOSN8\n"), "Blåbær Ø"],
    ["ISO8859-1", latin1("..TEGNSETT ISO8859-1\n"), "Blåbær Ø"],
    ["ANSI", latin1("..TEGNSETT ANSI\n"), "Blåbær Ø"],
    ["Latin-1 called nothing", latin1(""), "Blåbær Ø"],
    [
      "ISO8859-10",
      Buffer.from(
        named("..TEGNSETT ISO8859-10\n").replace("Blåbær", "K\u00e1r\u00e1\u00bajok \u00bf"),
        "latin1",
      ),
      "Kárášjok ŋ Ø",
    ],
  ])("%s", async (name, text, expected) => {
    const { layer } = await read(text, `${name}.sos`);
    expect(column(layer, "NAVN")).toEqual([expected]);
    expect(column(layer, "OBJTYPE")).toEqual(["Åpent"]);
    expect(areas(layer)).toEqual([100]);
  });

  test.each([
    ["DOSN8", latin1("..TEGNSETT DOSN8\n")],
    ["UTF-8", latin1("..TEGNSETT UTF-8\n")],
    ["ND7", sosi(CURVES + FACES, head("..TEGNSETT ND7\n")).replaceAll("Ø", "\\")],
  ])("%s is refused where the bytes are something else, or cannot be told", async (name, text) => {
    await expect(read(text)).rejects.toThrow(new RegExp(`line 1: TEGNSETT ${name}`));
  });
});

describe("KOORDSYS", () => {
  const withSystem = (number: string) =>
    sosi(CURVES + FACES, head().replace("KOORDSYS 23", `KOORDSYS ${number}`));
  test.each([
    ["21", 25831],
    ["22", 25832],
    ["23", 25833],
    ["25", 25835],
    ["26", 25836],
    ["62", 32632],
    ["84", 4258],
    ["205", 5105],
    ["215", 5115],
    ["230", 5130],
  ])("%s is EPSG:%i", async (number, epsg) => {
    expect(await openSource(saved("system.sos", withSystem(number)))).toMatchObject({
      epsg,
      epsgFrom: "file",
    });
  });

  test.each([
    ["3", /KOORDSYS 3, the old datum NGO1948/],
    ["32", /KOORDSYS 32, the old datum ED50/],
    ["101", /KOORDSYS 101, a local grid/],
    ["777", /line 1: KOORDSYS 777\./],
    ["NTM15", /KOORDSYS NTM15/],
    ["", /\.HODE with no KOORDSYS/],
  ])("%j is refused with its number", async (number, says) => {
    const path = saved("system.sos", withSystem(number));
    await expect(openSource(path)).rejects.toThrow(says);
    expect(await openSource(path, { epsg: 25832 })).toMatchObject({ epsg: 25832, epsgFrom: "user" });
  });

  test("degrees are north, east too", async () => {
    const degrees = (x: number, y: number) => `${599000000 + y} ${107000000 + x}`;
    const ring = [degrees(0, 0), degrees(100, 0), degrees(0, 100), degrees(0, 0)].join("\n");
    const header = head(undefined, "..TRANSPAR\n...KOORDSYS 84\n...ORIGO-NØ 0 0\n...ENHET 0.0000001\n");
    const { layer } = await read(sosi(curve(1, ring) + face(2, "Skog", ":1"), header));
    expect([...layer.xy.slice(0, 4)]).toEqual([10.7, 59.9, 10.70001, 59.9]);
  });
});

describe("what is refused, with its line", () => {
  const whole = sosi(CURVES + FACES);
  test.each([
    ["cut off", whole.replace(".SLUTT\n", ""), /line 36: the end of the file without \.SLUTT/],
    ["cut off in a number", whole.slice(0, 300), /without \.SLUTT|cut short/],
    ["two files in one", whole + whole, /an object behind \.SLUTT/],
    ["a second header", sosi(CURVES + head() + FACES), /line 26: a second \.HODE/],
    ["a letter among coordinates", whole.replace("665001000", "66500l000"), /KURVE 1, line 11: "66500l000"/],
    ["a number too large", whole.replace("665001000", "9".repeat(400)), /among the coordinates/],
    ["half a point", whole.replace("665001000 26001000", "665001000"), /a point that is cut short/],
    ["an unknown kind", whole.replace(".FLATE 5", ".FLATT 5"), /an object \.FLATT/],
    ["a doubled dot", whole.replace(".FLATE 5", "..FLATE 5"), /FLATE with two dots/],
    ["a reference without number", whole.replace(":-1", ":-"), /":-" in \.\.REF/],
    ["a reference to 0", whole.replace(":-1", ":0"), /":0" in \.\.REF/],
    ["words among references", whole.replace(":-1", "og :1"), /"og" in \.\.REF/],
    ["an island left open", whole.replace(":-1", ":-1 (:2"), /an island without its \)/],
    ["an island alone", whole.replace(":3 :-1", "(:3 :-1)"), /"\(:3" in \.\.REF/],
    ["a curve behind the islands", whole.replace(":3 :-1", ":3 (:1) :-1"), /":-1" in \.\.REF/],
    ["a point behind a node mark", whole.replace(/(26001000)\n/, "$1 ...KP 1 "), /\.\.\.KP 1 665001000/],
    ["no unit", whole.replace("...ENHET 0.01\n", ""), /line 1: \.HODE with no ENHET/],
    ["a unit of nothing", whole.replace("0.01", "0"), /ENHET 0/],
    ["a unit that is no number", whole.replace("0.01", "cm"), /ENHET cm/],
    ["half an origin", whole.replace("-NØ 0 0", "-NØ 0"), /ORIGO-N 0/],
  ])("%s", async (_, text, says) => {
    await expect(read(text, "feil.sos", "#feil")).rejects.toThrow(InputError);
    await expect(read(text, "feil.sos", "#feil")).rejects.toThrow(says);
  });
});

test("a file is known by .HODE behind comments and a byte order mark", () => {
  const known = (text: string) => SOSI.recognises(Buffer.from(text), "x.txt");
  expect(known("\ufeff! laget av\n\n .HODE\n")).toBe(true);
  expect(known(".HODE 0:\r\n")).toBe(true);
  expect(known(".HODET\n")).toBe(false);
  expect(known('{"a": ".HODE"}')).toBe(false);
});

/** A square of 1000 m cut into columns and rows: the truth is products of widths, and every edge is one curve. */
const inner = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 4 });
const cuts = inner.map((within) => [0, ...[...within].sort((p, q) => p - q), 1000]);

test("no ground is lost however a cover is cut into curves", async () => {
  await fc.assert(
    fc.asyncProperty(cuts, cuts, fc.infiniteStream(fc.boolean()), async (xs, ys, flips) => {
      const curves: string[] = [];
      const signs = new Map<string, string>();
      const edge = (a: [number, number], b: [number, number]): string => {
        const there = signs.get(`${a.join()} ${b.join()}`);
        if (there !== undefined) return there;
        const serial = curves.length + 1;
        const flip = flips.next().value as boolean;
        curves.push(curve(serial, flip ? line(b, a) : line(a, b)));
        signs.set(`${a.join()} ${b.join()}`, flip ? `:-${serial}` : `:${serial}`);
        signs.set(`${b.join()} ${a.join()}`, flip ? `:${serial}` : `:-${serial}`);
        return signs.get(`${a.join()} ${b.join()}`) ?? "";
      };
      const faces: string[] = [];
      const expected: number[] = [];
      for (let i = 1; i < xs.length; i++) {
        for (let j = 1; j < ys.length; j++) {
          const [w, s, e, n] = [xs[i - 1], ys[j - 1], xs[i], ys[j]];
          const refs = [
            edge([w, s], [e, s]),
            edge([e, s], [e, n]),
            edge([e, n], [w, n]),
            edge([w, n], [w, s]),
          ];
          faces.push(face(1000 + faces.length, flips.next().value === true ? "A" : "B", refs.join(" ")));
          expected.push((e - w) * (n - s));
        }
      }
      const result = await read(sosi(faces.join("") + curves.join("")), "dekke.sos", "#dekke");
      expect(result.findings).toEqual([]);
      expect(areas(result.layer)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

describe("a byte changed, lost or doubled", () => {
  const text = sosi(CURVES + FACES + face(6, "Skog", ":2 :1 (:3 :-1)", '..NAVN "a b"\n...LOKALID 12\n'));
  const bytes = Buffer.from(text);
  const place = fc.integer({ min: 0, max: bytes.length - 1 });
  const oneByte = fc.oneof(
    fc.record({ place, to: fc.integer({ min: 0, max: 255 }) }).map(({ place: i, to }) => {
      const changed = Buffer.from(bytes);
      changed[i] = to;
      return changed;
    }),
    place.map((i) => Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)])),
    place.map((i) => Buffer.concat([bytes.subarray(0, i + 1), bytes.subarray(i)])),
  );
  const stretch = fc.oneof(
    place.map((i) => bytes.subarray(0, i)),
    fc.tuple(place, place).map(([i, j]) => Buffer.concat([bytes.subarray(0, i), bytes.subarray(j)])),
  );
  const readOrRefused = async (mutated: Uint8Array): Promise<ReadLayer | undefined> => {
    const result = await read(mutated, "endret.sos", "#endret").catch((error: unknown) => error);
    if (!(result instanceof Error)) return result as ReadLayer;
    expect(result).toBeInstanceOf(InputError);
    return undefined;
  };

  test("one byte: three faces still, each whole or told of, or an InputError", async () => {
    await fc.assert(
      fc.asyncProperty(oneByte, async (mutated) => {
        const result = await readOrRefused(mutated);
        if (result === undefined) return;
        expect(featureCount(result.layer)).toBe(3);
        const told = new Set(result.findings.map(({ feature }) => feature));
        const { featurePart } = result.layer;
        for (let f = 0; f < 3; f++) expect(featurePart[f + 1] > featurePart[f] || told.has(f)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  test("a stretch: no crash and no hang", async () => {
    const once = async (mutated: Uint8Array) => {
      await readOrRefused(mutated);
    };
    await fc.assert(fc.asyncProperty(stretch, once), { numRuns: 300 });
  }, 60_000);
});

/** Rows of a reference file: the first field(s), and area in m2 by them. */
function fasit(name: string): Map<string, number> {
  const [header, ...rows] = readFileSync(outside(`data/fasit/${name}`), "utf8")
    .trim()
    .split(/\r?\n/);
  const areaAt = header.split(",").indexOf("areal_m2");
  const sums = new Map<string, number>();
  for (const row of rows) {
    const cells = row.split(",");
    sums.set(cells[0], (sums.get(cells[0]) ?? 0) + Number(cells[areaAt]));
  }
  return sums;
}

function expectSums(found: Map<string, number>, expected: Map<string, number>): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, m2] of expected) expect(Math.abs((found.get(key) ?? NaN) - m2)).toBeLessThan(0.0051);
}

describe.skipIf(!haveOutsideData)("real files", () => {
  const readReal = async (path: string, layer = "") => {
    const source = await openSource(outside(path) + layer);
    const fields = source.fields.map(({ name }) => name);
    return { source, ...(await readLayer(source, fields)) };
  };

  test.each(["", "_feil_tegnsett"])("N250 Kristiansand%s", async (ending) => {
    const { source, layer, findings } = await readReal(
      `data/arealdekke/n250_kristiansand_arealdekke_utm32${ending}.sos`,
    );
    expect(source).toMatchObject({ format: "SOSI", epsg: 25832, epsgFrom: "file", featureCount: 352 });
    expect(featureCount(layer)).toBe(352);
    expect(findings.map(({ code }) => code)).toEqual(["ANNEN_GEOMETRI"]);
    expectSums(sumsBy(layer, "OBJTYPE"), fasit("n250_kristiansand_objtype_m2.csv"));
  });

  test("N250 height bands", async () => {
    const { source, layer, findings } = await readReal("data/hoyde/n250_kristiansand_hoyde_utm32.sos");
    expect(source).toMatchObject({ name: "Høydelag", epsg: 25832, featureCount: 71 });
    expect(findings).toEqual([]);
    expect(new Set(column(layer, "MAKSHØYDE"))).toEqual(new Set(["500"]));
    expect(areas(layer).every((m2) => m2 > 0)).toBe(true);
  });

  test("a plan in NTM 15", async () => {
    const path = "data/plan/regplan_saltdal_2016003_ntm15.sos";
    expect((await sourcesOf(outside(path))).filter(({ name }) => /Område$|Sone$/.test(name))).toHaveLength(6);
    await expect(openSource(outside(path))).rejects.toThrow(/6 layers with polygons.*RpArealformålOmråde/);
    const { source, layer, findings } = await readReal(path, "#RpArealformålOmråde");
    expect(source).toMatchObject({ epsg: 5115, epsgFrom: "file", featureCount: 49 });
    expect(findings).toEqual([]);
    expect(new Set(column(layer, "NASJONALAREALPLANID.KOMM"))).toEqual(new Set(["1840"]));
    expect(areas(layer).reduce((sum, m2) => sum + m2)).toBeCloseTo(440_831.5, 2);
    expectSums(sumsBy(layer, "RPAREALFORMÅL"), fasit("regplan_saltdal_arealformal_m2.csv"));
  });

  test("a county that crosses itself, in Windows' letters", async () => {
    const { source, layer, findings } = await readReal("data/ugyldig/fylke_ugyldig_utm33.sos");
    expect(source).toMatchObject({ name: "fylker", epsg: 25833 });
    expect(findings).toEqual([]);
    expect(layer.xy.length / 2).toBe(16_658);
    expect(column(layer, "admenhetnavn_navn")).toEqual(["Østfold"]);
  });

  test.each([
    "data/arealdekke/n250_kristiansand_arealdekke_utm32.sos",
    "data/hoyde/n250_kristiansand_hoyde_utm32.sos",
    "data/plan/regplan_saltdal_2016003_ntm15.sos",
    "data/ugyldig/fylke_ugyldig_utm33.sos",
  ])(
    "%s with a byte changed is read or refused",
    async (path) => {
      const bytes = readFileSync(outside(path));
      const place = fc.integer({ min: 0, max: bytes.length - 1 });
      const faces = (await sourcesOf(outside(path))).reduce(
        (sum, one) => sum + (one.fields.length > 0 ? one.featureCount : 0),
        0,
      );
      await fc.assert(
        fc.asyncProperty(place, fc.integer({ min: 0, max: 255 }), async (i, to) => {
          const changed = Buffer.from(bytes);
          changed[i] = to;
          const result = await read(changed, "endret.sos", "#endret").catch((error: unknown) => error);
          if (result instanceof Error) expect(result).toBeInstanceOf(InputError);
          else expect(featureCount((result as ReadLayer).layer)).toBe(faces);
        }),
        { numRuns: 12 },
      );
    },
    60_000,
  );
});
