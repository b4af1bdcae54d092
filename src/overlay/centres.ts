import { shared } from "../core/layer.js";
import { centreX, centreY, type GridFrame } from "../index/edgeGrid.js";
import { leavesZone, toggleBorder } from "./borders.js";
import { type CoverSetColumns, CoverSets } from "./coverSets.js";
import { GROUND, orient, tieSide } from "./perturb.js";
import type { RingPile } from "./ringPile.js";
import { ringAt } from "./ringAt.js";

/** The cover set at the centre of each cell, numbered in `sets`. */
export type Centres = { readonly cellSet: Uint32Array; readonly sets: CoverSetColumns };

/**
 * The cover set at the centre of each cell: row by row from the empty left border, toggling at each edge that the row's
 * middle line crosses. Ties fall as everywhere (`perturb.ts`): the centres are not moved.
 */
export function coverAtCentres(pile: RingPile): Centres {
  const { columns, rows } = pile.frame;
  const sets = new CoverSets(pile.zoneCount);
  const cellSet = shared(Uint32Array, columns * rows);
  const { rowStart, edge, column } = crossingsByRow(pile);
  // Within a row crossings are put in order of columns, by counting.
  const from = new Uint32Array(columns + 1);
  let ordered = new Uint32Array(1024);
  for (let row = 0; row < rows; row++) {
    const begin = rowStart[row];
    const count = rowStart[row + 1] - begin;
    if (count === 0) continue;
    if (count > ordered.length) ordered = new Uint32Array(2 * count);
    from.fill(0);
    for (let i = begin; i < begin + count; i++) from[column[i] + 1]++;
    for (let c = 1; c <= columns; c++) from[c] += from[c - 1];
    for (let i = begin; i < begin + count; i++) ordered[from[column[i]]++] = i;
    let set = 0;
    let passed = 0;
    for (let k = 0; k < count; k++) {
      const i = ordered[k];
      if (column[i] > passed) {
        if (set !== 0) cellSet.fill(set, row * columns + passed, row * columns + column[i]);
        passed = column[i];
      }
      set = beyond(pile, sets, set, edge[i]);
    }
    if (set !== 0) cellSet.fill(set, row * columns + passed, (row + 1) * columns);
  }
  return { cellSet, sets: sets.toColumns() };
}

/** The cover set right of an edge that the middle line of a row, from left to right, crosses. */
function beyond(pile: RingPile, sets: CoverSets, set: number, e: number): number {
  const up = pile.xy[2 * e + 3] > pile.xy[2 * e + 1];
  return toggleBorder(pile, sets, set, e, pile.twin[e], leavesZone(pile, e, up));
}

/** Where edges cross the middle lines of rows: which edge, and the first column whose centre lies right of it. */
type RowCrossings = {
  readonly rowStart: Uint32Array;
  readonly edge: Uint32Array;
  readonly column: Uint32Array;
};

function crossingsByRow(pile: RingPile): RowCrossings {
  const { firsts: edges, frame } = pile;
  const { rows } = frame;
  const rowStart = new Uint32Array(rows + 1);
  for (let i = 0; i < edges.length; i++) {
    rowsCrossed(pile, edges[i]);
    for (let row = crossed[0]; row < crossed[1]; row++) rowStart[row + 1]++;
  }
  for (let row = 0; row < rows; row++) rowStart[row + 1] += rowStart[row];
  const edge = new Uint32Array(rowStart[rows]);
  const column = new Uint32Array(rowStart[rows]);
  const next = rowStart.slice();
  for (let i = 0; i < edges.length; i++) {
    const e = edges[i];
    rowsCrossed(pile, e);
    for (let row = crossed[0]; row < crossed[1]; row++) {
      const at = next[row]++;
      edge[at] = e;
      column[at] = columnBeyond(pile, e, row);
    }
  }
  return { rowStart, edge, column };
}

/** Result of `rowsCrossed`: the first row, and the one after the last. */
const crossed = new Uint32Array(2);

/** A vertex on a middle line counts as above it: so the moved picture has it. */
function rowsCrossed({ xy, frame }: RingPile, e: number): void {
  const uy = xy[2 * e + 1];
  const vy = xy[2 * e + 3];
  crossed[0] = firstRowAbove(frame, uy < vy ? uy : vy);
  crossed[1] = firstRowAbove(frame, uy < vy ? vy : uy);
}

/** The first row whose middle line lies above y. */
function firstRowAbove(frame: GridFrame, y: number): number {
  let row = Math.max(0, Math.floor((y - frame.minY) * frame.cellsPerMetre - 0.5));
  while (row > 0 && centreY(frame, row - 1) > y) row--;
  while (row < frame.rows && centreY(frame, row) <= y) row++;
  return row;
}

/** The first column whose centre in this row lies right of edge e, which crosses the row's middle line. */
function columnBeyond({ xy, frame, finder, ownerOf, rankOf }: RingPile, e: number, row: number): number {
  const y = centreY(frame, row);
  // From its lower end to its upper, right of it is on the right.
  const low = xy[2 * e + 1] < xy[2 * e + 3] ? e : e + 1;
  const high = low === e ? e + 1 : e;
  const lx = xy[2 * low];
  const ly = xy[2 * low + 1];
  const hx = xy[2 * high];
  const hy = xy[2 * high + 1];
  const x = lx + ((y - ly) / (hy - ly)) * (hx - lx);
  const rank = rankOf[ownerOf[ringAt(finder, e)]];
  const isRight = (column: number): boolean => {
    const side = orient(lx, ly, hx, hy, centreX(frame, column), y);
    return (side !== 0 ? side : tieSide(lx, ly, hx, hy, rank, GROUND)) < 0;
  };
  let column = Math.min(
    frame.columns - 1,
    Math.max(0, Math.ceil((x - frame.minX) * frame.cellsPerMetre - 0.5)),
  );
  while (column > 0 && isRight(column - 1)) column--;
  while (column < frame.columns - 1 && !isRight(column)) column++;
  return column;
}
