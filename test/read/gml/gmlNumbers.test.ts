import { expect, test } from "vitest";
import { NumberList } from "../../../src/read/gml/gmlNumbers.js";

test("a number is not read past the end that was given", () => {
  const bytes = Buffer.from("12.345 678.9");
  for (let to = 1; to <= bytes.length; to++) {
    const list = new NumberList();
    const text = bytes.toString("latin1", 0, to);
    expect(list.parse(bytes, 0, to)).toBe(to);
    expect([...list.values.subarray(0, list.length)]).toEqual(text.trim().split(" ").map(Number));
  }
});

test.each(["1,5", "x", "1.2.3", "--1", "-", "."])("%s is no number", (text) => {
  const bytes = Buffer.from(`1 ${text} 2`);
  const list = new NumberList();
  expect(list.parse(bytes, 0, bytes.length)).toBe(2);
  expect(list.length).toBe(1);
});
