import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { basisJson } from "../../src/report/basis.js";
import { parseBasis, parseMap, parseReceipt } from "../../src/run/reportBasis.js";
import { basis9901, map9901 } from "../report/sample.js";

const basisText = basisJson(basis9901);

test("what was written is read back", () => {
  expect(parseBasis("regnskap.json", basisText)).toEqual(basis9901);
  expect(parseMap("kart.json", JSON.stringify(map9901))).toEqual(map9901);
});

test.each([
  ["another form", (json: string) => json.replace(/rapportgrunnlag\/\d+/, "rapportgrunnlag/9")],
  ["a row that is too short", (json: string) => json.replace(/"rows":\[\[[^,]*,/, '"rows":[[')],
  ["no JSON", () => "{"],
  ["an array", () => "[]"],
])("%s is refused in words", (_, change) => {
  expect(() => parseBasis("regnskap.json", change(basisText))).toThrow(InputError);
});

test("a map's path can hold nothing but a path", () => {
  const hostile = { ...map9901, classes: [{ kode: "skog", path: 'M0 0"/><script>' }] };
  expect(() => parseMap("kart.json", JSON.stringify(hostile))).toThrow(InputError);
});

test("any change of bytes is read or refused, never a crash", () => {
  const parsers = [
    [parseBasis, basisText.slice(0, 4000) + basisText.slice(-4000)],
    [parseMap, JSON.stringify(map9901)],
    [parseReceipt, JSON.stringify({ resultSha256: "ab", files: [{ path: "a", sha256: "b" }] })],
  ] as const;
  const change = fc.tuple(fc.nat({ max: 9000 }), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      for (const [parse, good] of parsers) {
        let json: string = good;
        for (const [at, put] of changes) {
          const place = at % json.length;
          json = json.slice(0, place) + put + json.slice(place + 1);
        }
        try {
          parse("fil.json", json);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }
    }),
    { numRuns: 300 },
  );
});
