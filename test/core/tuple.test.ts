import fc from "fast-check";
import { expect, test } from "vitest";
import { byTuple, tupleKey } from "../../src/core/tuple.js";

/** Signs that a joiner would be made of, and those that JSON itself writes. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "\0", "\u0001", "\t", "|", ",", '"', "\\", "[", "]", "\ud800") }),
  fc.string({ unit: "binary" }),
);
const tuple = fc.array(text, { maxLength: 4 });
const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, k) => one === b[k]);

test.each([
  [
    ["a\0b", "c"],
    ["a", "b\0c"],
  ],
  [["a", ""], ["a"]],
  [['a","b'], ["a", "b"]],
  [["\ud800"], ["\\ud800"]],
  [["1"], [1]],
])("%j and %j have two keys", (a, b) => expect(tupleKey(a)).not.toBe(tupleKey(b)));

test("distinct tuples have distinct keys, and one tuple has one", () => {
  fc.assert(
    fc.property(tuple, tuple, (a, b) => {
      expect(tupleKey(a) === tupleKey(b)).toBe(isSame(a, b));
      expect(tupleKey(a)).toBe(tupleKey([...a]));
    }),
  );
});

test("order is total: 0 for the same tuple alone, and turned round it is turned round", () => {
  fc.assert(
    fc.property(tuple, tuple, (a, b) => {
      expect(byTuple(a, b) === 0).toBe(isSame(a, b));
      expect(Math.sign(byTuple(a, b)) + Math.sign(byTuple(b, a))).toBe(0);
    }),
  );
  expect([["b"], ["a", "c"], ["a"], ["a", "B"]].sort(byTuple)).toEqual([
    ["a"],
    ["a", "B"],
    ["a", "c"],
    ["b"],
  ]);
});
