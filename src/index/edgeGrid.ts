import { roomFor } from "../core/grown.js";
import { type Bbox, shared } from "../core/layer.js";

/** Where the cells of a grid lie. One ring of empty cells lies around the edges' box, so places outside have one too. */
export type GridFrame = {
  readonly minX: number;
  readonly minY: number;
  readonly cellsPerMetre: number;
  readonly columns: number;
  readonly rows: number;
};

/**
 * A uniform grid over edges: which of them may pass through a cell. Edge e runs from vertex e to vertex e + 1 of the
 * coordinates it was made of. (The frame stands by itself, so that what is asked of frames always meets one kind of object.)
 */
export type EdgeGrid = {
  readonly frame: GridFrame;
  /** Cell c (row-major) holds cellEdge[cellStart[c] .. cellStart[c + 1]]. */
  readonly cellStart: Uint32Array;
  readonly cellEdge: Uint32Array;
};

/** Per cell: how many steps (king's moves, at most 255) to the nearest cell with an edge; 0 there. */
export type StepsToEdge = Uint8Array;

/** Cells an edge passes, found by `cellsOf`; the caller owns it and may reuse it. */
export type CellList = { cells: Uint32Array };

const FEWEST_CELLS = 1 << 12;
const MOST_CELLS = 1 << 23;
const CELLS_PER_EDGE = 3;

/** Slack in cells around the computed course of an edge: far below a cell. */
const SLACK = 1e-6;

/** Room for the roundings on the way to a place in cells, relative to the largest number met: some times 2^-53. */
const ROUNDING = 1e-15;

/** @param box of all the edges to register */
export function gridFrame(edgeCount: number, box: Bbox): GridFrame {
  if (edgeCount === 0) return { minX: 0, minY: 0, cellsPerMetre: 1, columns: 1, rows: 1 };
  const width = Math.max(box[2] - box[0], 0);
  const height = Math.max(box[3] - box[1], 0);
  const wanted = Math.min(MOST_CELLS, Math.max(FEWEST_CELLS, CELLS_PER_EDGE * edgeCount));
  const size = Math.max(Math.sqrt((width * height) / wanted), Math.max(width, height) / wanted);
  const cellsPerMetre = size > 0 ? 1 / size : 1;
  return {
    minX: box[0] - 1 / cellsPerMetre,
    minY: box[1] - 1 / cellsPerMetre,
    cellsPerMetre,
    columns: Math.ceil(width * cellsPerMetre) + 3,
    rows: Math.ceil(height * cellsPerMetre) + 3,
  };
}

/** @param edges start vertices of the edges to register, none of zero length */
export function dealToCells(frame: GridFrame, xy: Float64Array, edges: Uint32Array): EdgeGrid {
  const list: CellList = { cells: new Uint32Array(64) };
  const cellStart = shared(Uint32Array, frame.columns * frame.rows + 1);
  // Where each edge's cells end among those of all. Most edges have one cell or two.
  const passedTo = new Uint32Array(edges.length);
  let passed = new Uint32Array(2 * edges.length + 64);
  let total = 0;
  for (let i = 0; i < edges.length; i++) {
    const count = cellsOf(frame, xy, edges[i], list);
    if (total + count > passed.length) passed = roomFor(passed, total + count);
    for (let c = 0; c < count; c++) {
      const cell = list.cells[c];
      passed[total++] = cell;
      cellStart[cell + 1]++;
    }
    passedTo[i] = total;
  }
  for (let c = 1; c < cellStart.length; c++) cellStart[c] += cellStart[c - 1];
  const cellEdge = shared(Uint32Array, total);
  const next = cellStart.slice();
  for (let i = 0, k = 0; i < edges.length; i++) {
    for (const e = edges[i]; k < passedTo[i]; k++) cellEdge[next[passed[k]]++] = e;
  }
  return { frame, cellStart, cellEdge };
}

export function columnOf(frame: GridFrame, x: number): number {
  const c = Math.floor((x - frame.minX) * frame.cellsPerMetre);
  return c <= 0 ? 0 : c >= frame.columns ? frame.columns - 1 : c;
}

export function rowOf(frame: GridFrame, y: number): number {
  const r = Math.floor((y - frame.minY) * frame.cellsPerMetre);
  return r <= 0 ? 0 : r >= frame.rows ? frame.rows - 1 : r;
}

/** Middle of a cell. */
export function centreX(frame: GridFrame, column: number): number {
  return frame.minX + (column + 0.5) / frame.cellsPerMetre;
}

export function centreY(frame: GridFrame, row: number): number {
  return frame.minY + (row + 0.5) / frame.cellsPerMetre;
}

/** True when some cell that the box touches holds an edge. Cells of a row follow each other: a row takes one subtraction. */
export function anyEdgeIn(
  { frame, cellStart }: EdgeGrid,
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
): boolean {
  const left = columnOf(frame, minX);
  const right = columnOf(frame, maxX) + 1;
  const top = rowOf(frame, maxY) * frame.columns;
  for (let row = rowOf(frame, minY) * frame.columns; row <= top; row += frame.columns) {
    if (cellStart[row + right] > cellStart[row + left]) return true;
  }
  return false;
}

/** Summed-area table of points, over larger cells than those of edges: points are few. */
export type PointCount = { readonly frame: GridFrame; readonly sums: Uint32Array };

/** Cells of edges along a side of a cell of points. */
const POINT_CELL = 4;

/** @param points vertices of `xy`, in the frame's box */
export function countPoints(
  { minX, minY, cellsPerMetre, columns, rows }: GridFrame,
  xy: Float64Array,
  points: readonly number[],
): PointCount {
  const frame = {
    minX,
    minY,
    cellsPerMetre: cellsPerMetre / POINT_CELL,
    columns: Math.ceil(columns / POINT_CELL),
    rows: Math.ceil(rows / POINT_CELL),
  };
  const counts = new Uint32Array(frame.columns * frame.rows);
  for (const v of points) counts[rowOf(frame, xy[2 * v + 1]) * frame.columns + columnOf(frame, xy[2 * v])]++;
  return { frame, sums: sumTable(frame, counts) };
}

/** False where no point lies in the box. O(1). */
export function mayHoldPoint(
  { frame, sums }: PointCount,
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
): boolean {
  const left = columnOf(frame, minX);
  const right = columnOf(frame, maxX) + 1;
  const bottom = rowOf(frame, minY) * (frame.columns + 1);
  const top = (rowOf(frame, maxY) + 1) * (frame.columns + 1);
  return sums[top + right] - sums[top + left] - sums[bottom + right] + sums[bottom + left] > 0;
}

/**
 * The first vertex from v on whose edge may pass a cell with an edge; `to` when there is none.
 * From a vertex k steps from the nearest such cell, all is empty in the square of k - 1 steps around its cell.
 */
export function passEmptyGround(
  frame: GridFrame,
  steps: StepsToEdge,
  xy: Float64Array,
  v: number,
  to: number,
): number {
  const { minX, minY, cellsPerMetre, columns, rows } = frame;
  while (v < to) {
    const column = columnOf(frame, xy[2 * v]);
    const row = rowOf(frame, xy[2 * v + 1]);
    const reach = steps[row * columns + column] - SLACK;
    if (reach < 0) return v;
    // Beyond the border cells there is nothing at all.
    const left = column < reach ? -Infinity : minX + (column + 1 - reach) / cellsPerMetre;
    const right = column + reach > columns - 1 ? Infinity : minX + (column + reach) / cellsPerMetre;
    const bottom = row < reach ? -Infinity : minY + (row + 1 - reach) / cellsPerMetre;
    const top = row + reach > rows - 1 ? Infinity : minY + (row + reach) / cellsPerMetre;
    const begin = v;
    for (; v < to; v++) {
      const x = xy[2 * v + 2];
      const y = xy[2 * v + 3];
      if (!(x > left && x < right && y > bottom && y < top)) break;
    }
    if (v === begin) return v;
  }
  return v;
}

/**
 * All cells an edge passes, and possibly a few more beside it, each once. Two edges that meet share a cell.
 * @returns how many were written to `list.cells`
 */
export function cellsOf(frame: GridFrame, xy: Float64Array, edge: number, list: CellList): number {
  const { columns, rows } = frame;
  const x1 = xy[2 * edge];
  const y1 = xy[2 * edge + 1];
  const x2 = xy[2 * edge + 2];
  const y2 = xy[2 * edge + 3];
  const c1 = columnOf(frame, x1);
  const c2 = columnOf(frame, x2);
  const r1 = rowOf(frame, y1);
  const r2 = rowOf(frame, y2);
  const left = Math.min(c1, c2);
  const right = Math.max(c1, c2);
  const bottom = Math.min(r1, r2);
  const top = Math.max(r1, r2);
  let count = 0;
  const most = (right - left + 1) * (top - bottom + 1);
  if (most <= 4 || left === right || bottom === top) {
    if (most > list.cells.length) list.cells = new Uint32Array(2 * most);
    for (let r = bottom; r <= top; r++) {
      for (let c = left; c <= right; c++) list.cells[count++] = r * columns + c;
    }
    return count;
  }
  // Row by row: the course of the segment inside the row's band. Border rows reach to infinity.
  const gx = (x1 - frame.minX) * frame.cellsPerMetre;
  const gy = (y1 - frame.minY) * frame.cellsPerMetre;
  const slope = (x2 - x1) / (y2 - y1);
  const low = Math.min(gy, (y2 - frame.minY) * frame.cellsPerMetre);
  const high = Math.max(gy, (y2 - frame.minY) * frame.cellsPerMetre);
  // Along an edge that is all but level a last digit of y is many columns.
  const slack = SLACK + ROUNDING * (Math.abs(gx) + (Math.abs(low) + Math.abs(high)) * Math.abs(slope));
  for (let r = bottom; r <= top; r++) {
    const from = r === 0 ? low : Math.max(low, r - SLACK);
    const to = r === rows - 1 ? high : Math.min(high, r + 1 + SLACK);
    const xa = gx + (from - gy) * slope;
    const xb = gx + (to - gy) * slope;
    const first = Math.max(left, Math.floor(Math.min(xa, xb) - slack));
    const last = Math.min(right, Math.floor(Math.max(xa, xb) + slack));
    // A segment far outside reaches the border column only.
    const begin = Math.min(first, right);
    const end = Math.max(last, left);
    if (count + end - begin + 1 > list.cells.length) {
      const grown = new Uint32Array(2 * (count + end - begin + 1));
      grown.set(list.cells);
      list.cells = grown;
    }
    for (let c = begin; c <= end; c++) list.cells[count++] = r * columns + c;
  }
  return count;
}

/** Summed-area table over cells (Crow, SIGGRAPH 1984): entry (row, column) sums all cells below and left of it. */
function sumTable({ columns, rows }: GridFrame, counts: Uint32Array): Uint32Array {
  const sums = shared(Uint32Array, (columns + 1) * (rows + 1));
  for (let r = 0; r < rows; r++) {
    let inRow = 0;
    for (let c = 0; c < columns; c++) {
      inRow += counts[r * columns + c];
      sums[(r + 1) * (columns + 1) + c + 1] = sums[r * (columns + 1) + c + 1] + inRow;
    }
  }
  return sums;
}

/** Chessboard distance in two sweeps (Rosenfeld & Pfaltz, J. ACM 13(4), 1966). */
export function stepsToEdge({ frame: { columns, rows }, cellStart }: EdgeGrid): StepsToEdge {
  const steps = shared(Uint8Array, columns * rows);
  const at = (r: number, c: number): number =>
    r < 0 || r >= rows || c < 0 || c >= columns ? 255 : steps[r * columns + c];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const cell = r * columns + c;
      if (cellStart[cell + 1] > cellStart[cell]) continue;
      const nearest = Math.min(at(r, c - 1), at(r - 1, c - 1), at(r - 1, c), at(r - 1, c + 1));
      steps[cell] = Math.min(255, nearest + 1);
    }
  }
  for (let r = rows - 1; r >= 0; r--) {
    for (let c = columns - 1; c >= 0; c--) {
      const cell = r * columns + c;
      if (steps[cell] === 0) continue;
      const nearest = Math.min(at(r, c + 1), at(r + 1, c + 1), at(r + 1, c), at(r + 1, c - 1));
      if (nearest + 1 < steps[cell]) steps[cell] = nearest + 1;
    }
  }
  return steps;
}
