import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/core/trouble.js";
import { NumberList } from "../../../src/read/gml/gmlNumbers.js";
import { area, collection, inMemory, polygon, posList, square, told, UTM33, type Told } from "./gmlText.js";
import { featuresOf, treeOf } from "./saxesGml.js";

/** Text as a document may write it, in pieces. */
const piece = fc.oneof(
  fc.constantFrom("skog", "0301", "Čáhcesuolu", "æøå", " ", "\n", "𝓐", "]]", "-->", "'", '"', "/"),
  fc.constantFrom("&amp;", "&lt;", "&gt;", "&#x10D;", "&#229;", "&quot;", "&apos;"),
  fc.constantFrom("<![CDATA[<app:Flate>&]]>", "<!-- </app:Flate> & -->", "<?pi </gml:featureMember> ?>", "<![CDATA[]]>"),
); // prettier-ignore
const value = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const name = fc.constantFrom("kode", "økosystem", "a.b-c", "navn", "kommunenummer");
const odd = fc.constantFrom("", ' a="1"', ' b="&gt;>"', " xlink:href='#x>\"'", " xsi:nil = 'true' ");
const property = fc.oneof(
  fc
    .tuple(name, odd, value)
    .map(([tag, attributes, text]) => `<app:${tag}${attributes}>${text}</app:${tag}>`),
  fc.tuple(name, odd).map(([tag, attributes]) => `<app:${tag}${attributes}/>`),
  fc.tuple(name, name, value).map(([outer, inner, text]) => `<app:${outer}>\n<app:Type gml:id="t"><app:${inner}>${text}</app:${inner} ></app:Type></app:${outer}\n>`), // prettier-ignore
);

const decimals = fc
  .tuple(fc.nat(999_999), fc.nat({ max: 14 }))
  .map(([digits, zeros]) => `${".".padEnd(1 + zeros, "0")}${digits}`);
const numberText = (from: number, to: number) =>
  fc.oneof(
    fc.integer({ min: from, max: to }).map(String),
    fc.tuple(fc.integer({ min: from, max: to }), decimals).map(([whole, fraction]) => `${whole}${fraction}`),
    fc.double({ min: from, max: to, noNaN: true }).map((one) => fc.stringify(one).replace(/[^\d.e+-]/g, "")),
    fc.integer({ min: from, max: to }).map((one) => `${one < 0 ? "" : "+"}${one / 1e5}E5`),
  ); // prettier-ignore
const point = fc.tuple(
  numberText(200_000, 300_000),
  fc.constantFrom(" ", "\n\t", "  "),
  numberText(6_500_000, 7_000_000),
);
const ring = fc.array(point, { minLength: 3, maxLength: 8 }).map((points) => {
  const [first, ...rest] = points.map((parts) => parts.join(""));
  return posList([first, ...rest, first].join(" "));
});
const surface = fc.array(ring, { minLength: 1, maxLength: 3 }).map((rings) => area(polygon(UTM33, ...rings)));
const feature = fc
  .tuple(fc.array(property, { maxLength: 4 }), fc.option(surface), fc.array(property, { maxLength: 2 }))
  .map(([before, geometry, after]) => [...before, geometry ?? "", ...after].join("\n"));
const documents = fc.array(feature, { minLength: 1, maxLength: 5 }).map((contents) => collection(contents));

const read = (text: string | Uint8Array, chunks = [1 << 16], cutBytes = 1 << 20): Promise<Told> =>
  told(inMemory(text, chunks), { epsg: 25833 }, cutBytes);

const asOracle = (text: string) => featuresOf(treeOf(text)).map(({ values, parts }) => ({ values, parts }));
const asRead = ({ values, parts }: Told) => values.map((one, f) => ({ values: one, parts: parts[f] }));

describe("laws", () => {
  test("numbers are what Number() makes of them, to the last bit", () => {
    const texts = fc.array(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        numberText(-1e9, 1e9),
        fc.tuple(fc.maxSafeInteger(), fc.nat(25)).map(([digits, zeros]) => `${digits}.${"0".repeat(zeros)}${Math.abs(digits)}`),
        fc.constantFrom("-0", "5.", ".5", "-.5e-3", "6748143.2700000005", "0.1", "123456789012345", "1234567890123456"),
      ),
      { minLength: 1 },
    ); // prettier-ignore
    fc.assert(
      fc.property(texts, fc.constantFrom(" ", "\n", "\t \r"), (numbers, between) => {
        const list = new NumberList();
        const bytes = Buffer.from(numbers.join(between));
        expect(list.parse(bytes, 0, bytes.length)).toBe(bytes.length);
        expect(list.values.subarray(0, list.length)).toEqual(Float64Array.from(numbers, Number));
      }),
    );
  });

  test("another parser reads the same", async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (text) => {
        expect(asRead(await read(text))).toEqual(asOracle(text));
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  test("no cutting of the bytes changes what is read", async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        documents,
        lengths,
        fc.integer({ min: 1, max: 5000 }),
        async (text, chunks, cutBytes) => {
          expect(await read(text, chunks, cutBytes)).toEqual(await read(text));
        },
      ),
      { numRuns: 200 },
    );
  }, 30_000);
});

describe("fuzz", () => {
  const contents = [
    `<app:kode>0301</app:kode>${area(polygon(UTM33, posList(square(0, 0, 100)), posList(square(10, 10, 20))))}`,
    `<app:type><app:Type><app:navn>a &amp; å</app:navn></app:Type></app:type><app:tom/>${area(polygon(UTM33, posList(square(100, 0, 50))))}`,
    `<app:kode><![CDATA[<>]]></app:kode><!-- x -->${area(polygon(UTM33, posList(square(200, 0, 7))))}`,
  ];
  const good = Buffer.from(collection(contents));
  const change = fc.record({
    at: fc.nat(good.length - 1),
    kind: fc.constantFrom("replace", "insert", "delete", "cut"),
    byte: fc.oneof(fc.constantFrom(...Buffer.from("<>&;/\"'= !-[]09.eE,\0#")), fc.nat(255)),
  });

  /**
   * What we let through and a strict parser does not: faults in the first line, in the tags around features, and signs
   * that may not stand in names. None changes a value or a number.
   */
  const LENIENT =
    /expected (one of|the name)|version number|value must be quoted|whitespace required|XML declaration|disallowed character|no whitespace between|unquoted attribute|attribute without value|forward-slash|duplicate attribute|processing instruction|malformed comment/;

  test("a changed file is read as another parser reads it, or refused", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bytes = good;
        for (const { at, kind, byte } of changes) {
          const rest = bytes.subarray(kind === "insert" ? at : at + 1);
          bytes = kind === "cut" ? bytes.subarray(0, at) : Buffer.concat([bytes.subarray(0, at), Buffer.of(...(kind === "delete" ? [] : [byte])), rest]); // prettier-ignore
        }
        let ours: Told;
        try {
          ours = await read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        accepted++;
        let theirs: ReturnType<typeof featuresOf>;
        try {
          theirs = featuresOf(treeOf(bytes.toString("utf8")));
        } catch (error) {
          expect(String(error)).toMatch(LENIENT);
          return;
        }
        // Rings that were mended are told of, and features of a type that was changed are another layer.
        if (ours.findings.length > 0 || theirs.some(({ type }) => type !== "Flate")) return;
        expect(asRead(ours)).toEqual(theirs.map(({ values, parts }) => ({ values, parts })));
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(50);
  }, 60_000);
});
