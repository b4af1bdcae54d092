import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/core/trouble.js";
import { GmlShapes, IDLE, RING, SURFACE, VALUE } from "../../../src/read/gml/gmlShapes.js";
import { NO_SRS } from "../../../src/read/gml/gmlSrs.js";
import { viewOf } from "../../../src/read/gml/spelling.js";
import { area, collection, inMemory, polygon, posList, told, UTM33, type Told } from "./gmlText.js";

const read = (text: string): Promise<Told> => told(inMemory(text), { epsg: 25833 });

/** What is read of the last feature of these, or how it is refused; places are told from where that feature begins. */
async function lastOf(contents: readonly string[]): Promise<object> {
  const before = contents.length - 1;
  const text = collection(contents);
  const base = Buffer.from(text.slice(0, text.indexOf(`<app:Flate gml:id="f${before}"`))).length;
  try {
    const { values, parts, findings } = await read(text);
    return {
      values: values.slice(before).map(({ gml_id: _, ...others }) => others),
      parts: parts.slice(before),
      findings: findings.filter(({ feature }) => feature >= before).map((one) => ({ ...one, feature: one.feature - before })), // prettier-ignore
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { came, wanted, where } = error;
    const feature = Number(where.feature) - before;
    return { came, wanted, feature, position: Number(/\d+/.exec(where.position ?? "")?.[0]) - base };
  }
}

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("skog", "0301", "Čáhcesuolu", " æ ø å ", "", "\n", "𝓐", '">', "]]", "x=y") },
  { weight: 1, arbitrary: fc.constantFrom("a &amp; b", "&#229;", "<![CDATA[<&]]>", "<!-- </app:kode> -->", "a\r\nb", "<?p ?>") },
); // prettier-ignore
const ordinate = fc.oneof(
  fc.integer({ min: 260_000, max: 261_000 }).map(String),
  fc.constantFrom("260000.5", "2.6E5", "260001.123456789", "-1", "+7", "26000&#48;"),
);
const ring = fc
  .array(ordinate, { maxLength: 6 })
  .map((ordinates) => ordinates.map((one) => `${one} 6650000`).join(" "));
const id = fc.constantFrom("a", "b.1", "", "é");

/** What a feature is filled with: the same tags with other fillings are features of one shape. */
type Filling = { readonly text: string; readonly id: string; readonly rings: readonly string[] };
type Piece = (filling: Filling) => string;
const filling = fc.record({ text, id, rings: fc.array(ring, { minLength: 3, maxLength: 3 }) });

const surface = fc
  .tuple(fc.constantFrom("", UTM33), fc.constantFrom("", ' srsDimension="2"'), fc.integer({ min: 1, max: 3 }))
  .map(([srs, dimension, count]): Piece => (by) =>
    area(polygon(` gml:id="${by.id}"${srs}${dimension}`, ...by.rings.slice(0, count).map((one) => posList(one)))),
  ); // prettier-ignore
const property = fc
  .tuple(fc.constantFrom("kode", "navn", "økosystem"), fc.constantFrom("", "", ' nilReason="x"'))
  .map(
    ([name, attribute]): Piece =>
      (by) =>
        `<app:${name}${attribute}>${by.text}</app:${name}>`,
  );
const nested: Piece = (by) =>
  `<app:id><app:Id gml:id='${by.id}'>\n<app:lokalId >${by.text}</app:lokalId></app:Id></app:id>`;
const box: Piece = (by) =>
  `<gml:boundedBy><gml:Envelope${UTM33}><gml:lowerCorner>${by.rings[0]}</gml:lowerCorner></gml:Envelope></gml:boundedBy>`;
const piece = fc.oneof(
  { weight: 4, arbitrary: property },
  { weight: 3, arbitrary: surface },
  { weight: 1, arbitrary: fc.constantFrom(nested, box) },
  { weight: 1, arbitrary: fc.constantFrom("<app:tom/>", '<app:se xlink:href="#x"/>', "<!-- her -->").map((fixed): Piece => () => fixed) },
); // prettier-ignore
const pieces = fc.array(piece, { maxLength: 5 });
const filled = (all: readonly Piece[], one: Filling) => all.map((make) => make(one)).join("\n");

describe("a feature like those before it", () => {
  test("is read as it is alone, whatever came before", async () => {
    const before = fc.tuple(fc.array(fc.tuple(pieces, filling), { maxLength: 3 }), fc.array(filling, { maxLength: 3 })); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(before, pieces, filling, async ([unlike, like], own, last) => {
        const contents = [
          ...unlike.map(([other, one]) => filled(other, one)),
          ...like.map((one) => filled(own, one)),
        ];
        const alone = await lastOf([filled(own, last)]);
        // A file in which another feature is refused says nothing of the last.
        const firstRefusal = await lastOf([...contents, filled([], last)]);
        if ("came" in firstRefusal) return;
        expect(await lastOf([...contents, filled(own, last)])).toEqual(alone);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test("is read, or refused at the same place, as it is alone when a byte of it is changed", async () => {
    const change = fc.record({
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      deleted: fc.nat(2),
      inserted: fc.constantFrom("", "<", ">", "&", "/", '"', "=", " ", "x", "7", ".", "\0", "\r", "é", "<a/>", "-->", "</app:kode>"), // prettier-ignore
    });
    let [refused, accepted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(pieces, filling, change, async (own, one, { place, deleted, inserted }) => {
        const good = filled(own, one);
        const at = Math.floor(place * good.length);
        const changed = good.slice(0, at) + inserted + good.slice(at + deleted);
        const alone = await lastOf([changed]);
        const isGood = !("came" in (await lastOf([good])));
        if (!isGood) return;
        if ("came" in alone) refused++;
        else accepted++;
        expect(await lastOf([good, good, changed])).toEqual(alone);
      }),
      { numRuns: 400 },
    );
    expect(Math.min(refused, accepted)).toBeGreaterThan(20);
  }, 60_000);
});

describe("shapes", () => {
  const noted = '<a id="1"><k>skog</k><l>1 2</l></a>';
  function shapesOf(feature: string): GmlShapes {
    const bytes = Buffer.from(feature);
    const shapes = new GmlShapes();
    shapes.begin();
    shapes.note(IDLE, feature.indexOf("1"), feature.indexOf("1") + 1);
    const value = feature.indexOf("skog");
    shapes.noteText(VALUE, bytes, value, value + 4, 7);
    shapes.note(SURFACE, feature.indexOf("<l>"), feature.indexOf("<l>"));
    shapes.note(RING, feature.indexOf("1 2"), feature.indexOf("1 2") + 3, 0, NO_SRS, 2);
    shapes.learn(bytes, 0, bytes.length);
    return shapes;
  }
  const matches = (shapes: GmlShapes, feature: string): boolean => {
    const bytes = Buffer.from(`${feature}<b/>`);
    return shapes.match(bytes, viewOf(bytes), 0, Buffer.byteLength(feature));
  };

  test.each([
    ["the same once more", noted, true],
    ["other values of other lengths", '<a id="é.25"><k> Bjørk og\tfuru </k><l>7.5 8 9</l></a>', true],
    ["empty values", '<a id=""><k></k><l></l></a>', true],
    ["a quote and an arrow in text", '<a id="1"><k>">\'</k><l>1</l></a>', true],
    ["an entity", '<a id="1"><k>a&amp;b</k><l>1</l></a>', false],
    ["a comment", '<a id="1"><k>a<!----></k><l>1</l></a>', false],
    ["an element in a value", '<a id="1"><k>a<b/></k><l>1</l></a>', false],
    ["an end of line that is to be one sign", '<a id="1"><k>a\r\n</k><l>1</l></a>', false],
    ["a line in an attribute", '<a id="1\n"><k>a</k><l>1</l></a>', false],
    ["a tag in an attribute", '<a id="<"><k>a</k><l>1</l></a>', false],
    ["another name", '<a id="1"><K>skog</K><l>1 2</l></a>', false],
    ["another attribute", '<a id="1" b=""><k>skog</k><l>1 2</l></a>', false],
    ["other quotes", "<a id='1'><k>skog</k><l>1 2</l></a>", false],
    ["white space between tags", '<a id="1"> <k>skog</k><l>1 2</l></a>', false],
    ["something more at the end", `${noted}\n`, false],
    ["its beginning", noted.slice(0, -1), false],
  ])("%s", (_, feature, isOne) => {
    expect(matches(shapesOf(noted), feature)).toBe(isOne);
  });

  test("the slots are told, with the white space in them", () => {
    const shapes = shapesOf(noted);
    const feature = '<a id="25"><k> furu\n</k><l>7.5 8</l></a>';
    expect(matches(shapes, feature)).toBe(true);
    const slots = Array.from({ length: shapes.count }, (_, i) => [
      shapes.steps[i].kind,
      feature.slice(shapes.slotFrom[i], shapes.slotTo[i]),
    ]);
    expect(slots).toEqual([[IDLE, "25"], [VALUE, " furu\n"], [SURFACE, ""], [RING, "7.5 8"]]); // prettier-ignore
    expect(shapes.steps[1].path).toBe(7);
  });

  test("what is kept does not change with the bytes it was learnt from", () => {
    const bytes = Buffer.from(noted);
    const shapes = new GmlShapes();
    shapes.begin();
    shapes.learn(bytes, 0, bytes.length);
    bytes.fill(0x20);
    expect(matches(shapes, noted)).toBe(true);
  });

  test("a feature that holds more than can be seen from its place gives none", () => {
    const bytes = Buffer.from(noted);
    const shapes = new GmlShapes();
    shapes.begin();
    shapes.spoil();
    shapes.learn(bytes, 0, bytes.length);
    expect(matches(shapes, noted)).toBe(false);
  });

  test("shapes without end are not all kept, and the first go on being known", () => {
    const shapes = new GmlShapes();
    const one = (i: number) => Buffer.from(`<a><k${i}>x</k${i}></a>`);
    for (let i = 0; i < 100; i++) {
      shapes.begin();
      shapes.note(VALUE, one(i).indexOf("x"), one(i).indexOf("x") + 1, i);
      shapes.learn(one(i), 0, one(i).length);
    }
    expect(matches(shapes, one(3).toString())).toBe(true);
    expect(matches(shapes, one(99).toString())).toBe(false);
  });
});
