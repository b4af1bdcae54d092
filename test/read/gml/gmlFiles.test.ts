import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/core/trouble.js";
import { GML } from "../../../src/read/gml/gml.js";
import { openSource, sourcesOf } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import { sumsBy } from "../areas.js";
import {
  area,
  areaOf,
  collection,
  curve,
  inMemory,
  polygon,
  posList,
  ring,
  S,
  S100,
  told,
  UTM33,
  W,
} from "./gmlText.js";
import { haveOutsideData, outside } from "../outsideData.js";

describe("encodings", () => {
  const text = collection([`<app:navn>Børgefjell Čáhcesuolu</app:navn>${area(polygon(UTM33, S100))}`]);
  const latin = text.replace("Čáhcesuolu", "ÆØÅ");
  const as = (name: string, one: string) => one.replace("UTF-8", name);
  const swapBytes = (bytes: Buffer) => Buffer.from(bytes).swap16();

  test.each<[string, Uint8Array, string]>([
    ["UTF-8", Buffer.from(text), "Børgefjell Čáhcesuolu"],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`), "Børgefjell Čáhcesuolu"],
    ["ISO-8859-1", Buffer.from(as("ISO-8859-1", latin), "latin1"), "Børgefjell ÆØÅ"],
    [
      "ISO-8859-10",
      Buffer.from(as("iso-8859-10", latin.replace("ÆØÅ", "\xc8\xe1")), "latin1"),
      "Børgefjell Čá",
    ],
    ["UTF-16", Buffer.from(`\ufeff${as("UTF-16", text)}`, "utf16le"), "Børgefjell Čáhcesuolu"],
    [
      "UTF-16, high byte first",
      swapBytes(Buffer.from(`\ufeff${as("UTF-16", text)}`, "utf16le")),
      "Børgefjell Čáhcesuolu",
    ],
  ])("%s", async (_, bytes, name) => {
    expect(GML.recognises(bytes.subarray(0, 4096), "")).toBe(true);
    const read = await told(inMemory(bytes, [7]));
    expect(read.values[0].navn).toBe(name);
    expect(areaOf(read.parts[0])).toBe(10_000);
  });

  test("others are refused by name, and so are bytes that are not what they say", async () => {
    await expect(told(inMemory(as("ISO-2022-JP", text)))).rejects.toThrow(/encoding ISO-2022-JP/);
    await expect(told(inMemory(Buffer.from(latin, "latin1")))).rejects.toThrow(
      /a (value|name) that is not UTF-8/,
    );
  });
});

describe("broken files are refused with their place", () => {
  const good = collection([
    area(polygon(UTM33, S100)),
    `<app:navn>x</app:navn>${area(polygon(UTM33, S100))}`,
  ]);
  const at = (text: string, what: string, from = 0) =>
    Buffer.byteLength(text.slice(0, text.indexOf(what, from)));

  test.each<[string, (text: string) => string, RegExp | ((broken: string) => string)]>([
    [
      "an unclosed tag",
      (text) => text.replace("</app:navn>", ""),
      /feature 1, byte \d+: the end tag <\/app:Flate> where another element is open/,
    ],
    [
      "tags that cross",
      (text) => text.replace("x</app:navn>", "<app:a>x</app:navn></app:a>"),
      (broken) => `byte ${at(broken, "</app:navn>")}: the end tag </app:navn>`,
    ],
    [
      "a bare &",
      (text) => text.replace(">x<", ">x & y<"),
      (broken) => `byte ${at(broken, "& y")}: a bare "&"`,
    ],
    ["an unknown entity", (text) => text.replace(">x<", ">&aring;<"), /a bare "&"/],
    [
      "a bare <",
      (text) => text.replace(">x<", ">1 < 2<"),
      (broken) => `byte ${at(broken, "< 2")}: a tag that is not closed`,
    ],
    [
      "an attribute without quotes",
      (text) => text.replace("<app:navn>", "<app:navn a=b>"),
      (broken) => `byte ${at(broken, "a=b")}: a broken attribute`,
    ],
    [
      "the end in the middle",
      (text) => text.slice(0, -100),
      (broken) => `byte ${Buffer.byteLength(broken)}: the end of the file inside an element`,
    ],
    [
      "garbage among numbers",
      (text) => text.replace(/6650100/g, "66501OO"),
      (broken) => `byte ${at(broken, "66501OO")}: "66501OO" among numbers`,
    ],
    ["a decimal comma", (text) => text.replace("6650100", "6650100,5"), /"6650100,5" among numbers/],
    ["NaN", (text) => text.replace("6650100", "NaN"), /"NaN" among numbers/],
    ["a number too large", (text) => text.replace("6650100", "1e999"), /"1e999" among numbers/],
    [
      "an odd number of ordinates",
      (text) => text.replace(" 6650100", ""),
      /9 numbers\. Wanted: 2 for each position/,
    ],
    [
      "a document type",
      (text) => text.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>'),
      /XML without a document type/,
    ],
    ["text behind the root", (text) => `${text}x`, /text outside the root element/],
    ["a second root", (text) => `${text}<a/>`, /a second root element/],
    ["no features", () => collection([]), /XML without features/],
    [
      "a curve that is neither line nor arc",
      (text) => text.replace(S100, ring(curve("<gml:Clothoid/>"))),
      /the element Clothoid in a geometry/,
    ],
    ["an element nobody knows", (text) => text.replace(S100, `${S100}<gml:pente/>`), /a second ring/],
    ["text beside elements", (text) => text.replace("<app:navn>", "noe<app:navn>"), /text beside elements/],
    ["a control character", (text) => text.replace(">x<", ">x\u0001<"), /a control character/],
    [
      "elements in elements",
      (text) => text.replace(">x<", `>${"<a>".repeat(300)}${"</a>".repeat(300)}<`),
      /nested 201 deep/,
    ],
  ])("%s", async (_, breaking, message) => {
    const broken = breaking(good);
    expect(broken).not.toBe(good);
    const reading = told(inMemory(broken));
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(typeof message === "function" ? message(broken) : message);
  });

  test("a ring of 100 000 points, and a feature larger than any window", async () => {
    const points = Array.from(
      { length: 100_000 },
      (_, i) => `${W + 500 * Math.cos(i)} ${S + 500 * Math.sin(i)}`,
    );
    const text = collection([area(polygon(UTM33, posList([...points, points[0]].join(" "))))]);
    const read = await told(inMemory(text), {}, 1000);
    expect(read.parts[0][0][0]).toHaveLength(200_002);
  });
});

describe.skipIf(!haveOutsideData)("real files", () => {
  test("Kristiansand has the sums of the reference, from the zip", async () => {
    const source = await openSource(outside("data/formater/kristiansand_arealdekke_25832.gml.zip"));
    expect(source).toMatchObject({ format: "GML", name: "arealdekke", epsg: 25832, featureCount: 352 });
    const { layer, findings, sha256 } = await readLayer(source, ["objekttypenavn"]);
    const rows = readFileSync(outside("data/fasit/n250_kristiansand_objtype_m2.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1);
    const sums = sumsBy(layer, "objekttypenavn");
    expect(sums.size).toBe(rows.length);
    for (const row of rows) {
      const [kind, , m2] = row.split(",");
      expect(Math.abs(sums.get(kind)! - Number(m2)), kind).toBeLessThan(0.0051); // the reference has two decimals
    }
    expect(findings).toEqual([]);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("each of the plan files is read, or refused with its reason", async () => {
    const zip = outside("data/plan/dibk_reguleringsplanforslag_gml.zip");
    const failing = await openSource(zip).then(({ name }) => name, String);
    expect(failing).toMatch(/an archive with 17 files that can be read.*gml\.avgr\.1-fail\.gml/);
    const read: Record<string, number> = {};
    const refused: Record<string, string> = {};
    for (const name of failing.match(/gml\.[a-z]+\.\d\S*?\.gml/g) ?? []) {
      if (name in read || name in refused) continue;
      try {
        const source = await openSource(`${zip}#${name}#RpOmråde`);
        read[name] = Math.round([...sumsBy((await readLayer(source, [])).layer, "").values()][0] * 1e4) / 1e4;
      } catch (error) {
        refused[name] = String(error);
      }
    }
    expect(read).toEqual({
      "gml.avgr.1-fail.gml": 19.1735,
      "gml.avgr.1-pass.gml": 19.1735,
      "gml.bue.1-fail.gml": 19.1352,
      "gml.epsg.1-pass-1.gml": 19.1735,
      "gml.epsg.1-pass-2.gml": 19.1735,
      "gml.flate.3-fail.gml": 19.1352,
      "gml.flate.5-fail.gml": 4145.8755,
      "gml.gmlid.1-2D-fail.gml": 83634.2401,
      "gml.gmlid.1-2D-pass.gml": 83634.2401,
    });
    expect(refused["gml.epsg.1-fail.gml"]).toMatch(/EPSG:23095/);
    for (const name of ["gml.flate.1-fail.gml", "gml.kurve.1-fail.gml"])
      expect(refused[name]).toMatch(/49 numbers/);
    for (const name of ["gml.bue.1-pass.gml", "gml.uuid.1-pass.gml", "gml.xlink.1-3D-pass.gml"])
      expect(refused[name]).toMatch(/no layer called RpOmråde/);
    const terrain = await openSource(`${zip}#gml.xlink.1-3D-pass.gml#RpRegulertTerreng`);
    expect(terrain.epsg).toBe(25832); // stated as 5972, with heights
    expect((await sourcesOf(outside("data/formater/kristiansand_arealdekke_25832.gml.zip"))).length).toBe(1);
  });
});
