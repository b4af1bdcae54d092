/** Which cells of the grid an edge stands in: all it passes, also where the last digits of its coordinates decide. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Bbox } from "../../src/core/layer.js";
import { cellsOf, columnOf, gridFrame, rowOf } from "../../src/index/edgeGrid.js";

const BOX: Bbox = [569_000, 7_032_000, 569_060, 7_032_060];
const FRAME = gridFrame(3, BOX);

/** One unit in the last place of a northing. */
const LAST_DIGIT = 2 ** -30;

/** An edge from x1 to x2 that rises over the lower border of a row by some last digits. */
const level = fc.record({
  x1: fc.integer({ min: 0, max: 60 }),
  x2: fc.integer({ min: 0, max: 60 }),
  row: fc.integer({ min: 1, max: FRAME.rows - 2 }),
  below: fc.integer({ min: 0, max: 3 }),
  above: fc.integer({ min: 0, max: 3 }),
});

test("an edge that is all but level stands in the cells of both its ends", () => {
  fc.assert(
    fc.property(level, ({ x1, x2, row, below, above }) => {
      const border = FRAME.minY + row / FRAME.cellsPerMetre;
      const xy = Float64Array.of(
        BOX[0] + x1,
        border - below * LAST_DIGIT,
        BOX[0] + x2,
        border + above * LAST_DIGIT,
      );
      const list = { cells: new Uint32Array(4) };
      const count = cellsOf(FRAME, xy, 0, list);
      const passed = [...list.cells.subarray(0, count)];
      for (const v of [0, 1]) {
        expect(passed).toContain(rowOf(FRAME, xy[2 * v + 1]) * FRAME.columns + columnOf(FRAME, xy[2 * v]));
      }
    }),
    { seed: 41, numRuns: 500 },
  );
});
