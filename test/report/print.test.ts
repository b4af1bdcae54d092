import { expect, test } from "vitest";
import { printTable } from "../../src/report/print.js";
import { textsIn } from "../../src/report/texts.js";
import { basis9901 } from "./sample.js";

test("a value of a file stands on one line of the terminal, steers nothing, and does not go on for ever", () => {
  const [{ meta, print }] = basis9901.tables;
  const odd = ["to\nlinjer", "\u001b[31mrød", "x".repeat(5000)];
  const column = { id: "kode", title: "Kode", kind: "text" } as const;
  const printed = printTable(
    {
      ...{ id: "T1-felt", title: "T1", footnotes: [], meta },
      columns: [column, { ...column, id: "sum", title: odd[2] }],
      rows: odd.map((text) => [text, "1"]),
      print: { ...print, groupBy: [], columns: ["kode", "sum"] },
    },
    textsIn("nb"),
  );
  const lines = printed.split("\n");
  expect(lines.some((line) => line.startsWith("to linjer "))).toBe(true);
  expect(printed).not.toContain("\u001b");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(2 * 80 + 2);
});
