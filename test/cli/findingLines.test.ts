import { expect, test } from "vitest";
import { findingLines } from "../../src/cli/findingLines.js";

test("a line a code, in the order they were met: how many, and what the first says", () => {
  const met = [
    { code: "HULL", says: "første hull" },
    { code: "PIGG", says: "en pigg" },
    { code: "HULL", says: "andre hull" },
  ];
  expect([...findingLines(met)]).toEqual(["Funn: HULL (2): første hull", "Funn: PIGG (1): en pigg"]);
  expect([...findingLines([])]).toEqual([]);
});
