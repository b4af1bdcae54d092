/** Segments as pairs of vertex numbers into `xy`. */
export type Segments = {
  readonly xy: Float64Array;
  readonly count: number;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
};

/** Cells that hold segments: cell c holds segments[cellStart[c]] .. segments[cellStart[c + 1]]. */
export type SegmentGrid = {
  readonly minX: number;
  readonly minY: number;
  readonly size: number;
  readonly columns: number;
  readonly rows: number;
  readonly cellStart: Uint32Array;
  readonly segments: Uint32Array;
};

const MOST_CELLS = 1 << 24;

/**
 * A uniform grid over segments, about two cells a segment. A segment stands in every cell its line passes, row by row,
 * so that a long one across the map does not fill the box around it.
 */
export function gridOf(all: Segments): SegmentGrid {
  const { xy, count, from, to } = all;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let s = 0; s < count; s++) {
    for (const v of [from[s], to[s]]) {
      minX = Math.min(minX, xy[2 * v]);
      maxX = Math.max(maxX, xy[2 * v]);
      minY = Math.min(minY, xy[2 * v + 1]);
      maxY = Math.max(maxY, xy[2 * v + 1]);
    }
  }
  if (count === 0) [minX, minY, maxX, maxY] = [0, 0, 0, 0];
  const [width, height] = [maxX - minX, maxY - minY];
  const wanted = Math.max(1, Math.min(MOST_CELLS / 2, 2 * count));
  const size =
    Math.max(Math.sqrt((width * height) / wanted), width / wanted, height / wanted, Number.MIN_VALUE) || 1;
  const columns = Math.floor(width / size) + 1;
  const rows = Math.floor(height / size) + 1;
  const shape = { minX, minY, size, columns, rows };
  const cellStart = new Uint32Array(columns * rows + 1);
  for (let s = 0; s < count; s++) eachCell(all, s, shape, (cell) => cellStart[cell + 1]++);
  for (let c = 0; c < columns * rows; c++) cellStart[c + 1] += cellStart[c];
  const next = cellStart.slice(0, -1);
  const segments = new Uint32Array(cellStart[columns * rows]);
  for (let s = 0; s < count; s++) eachCell(all, s, shape, (cell) => (segments[next[cell]++] = s));
  return { ...shape, cellStart, segments };
}

type Shape = Pick<SegmentGrid, "minX" | "minY" | "size" | "columns" | "rows">;

/** Calls for each cell the segment passes, with a hair more on each side than its line needs. */
function eachCell({ xy, from, to }: Segments, s: number, shape: Shape, call: (cell: number) => void): void {
  const { minX, minY, size, columns, rows } = shape;
  const [low, high] = xy[2 * from[s] + 1] <= xy[2 * to[s] + 1] ? [from[s], to[s]] : [to[s], from[s]];
  const [x1, y1, x2, y2] = [xy[2 * low], xy[2 * low + 1], xy[2 * high], xy[2 * high + 1]];
  const firstRow = clamp(Math.floor((y1 - minY) / size), rows);
  const lastRow = clamp(Math.floor((y2 - minY) / size), rows);
  const hair = size * 1e-6;
  for (let row = firstRow; row <= lastRow; row++) {
    const bottom = row === firstRow ? y1 : Math.max(y1, minY + row * size - hair);
    const top = row === lastRow ? y2 : Math.min(y2, minY + (row + 1) * size + hair);
    const atBottom = y2 > y1 ? x1 + ((bottom - y1) / (y2 - y1)) * (x2 - x1) : x1;
    const atTop = y2 > y1 ? x1 + ((top - y1) / (y2 - y1)) * (x2 - x1) : x2;
    const firstColumn = clamp(Math.floor((Math.min(atBottom, atTop) - hair - minX) / size), columns);
    const lastColumn = clamp(Math.floor((Math.max(atBottom, atTop) + hair - minX) / size), columns);
    for (let column = firstColumn; column <= lastColumn; column++) call(row * columns + column);
  }
}

const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** Calls once or more for every segment whose cells come within `reach` of the point. */
export function eachNear(
  grid: SegmentGrid,
  x: number,
  y: number,
  reach: number,
  call: (segment: number) => void,
): void {
  const { minX, minY, size, columns, rows, cellStart, segments } = grid;
  const firstRow = clamp(Math.floor((y - reach - minY) / size), rows);
  const lastRow = clamp(Math.floor((y + reach - minY) / size), rows);
  const firstColumn = clamp(Math.floor((x - reach - minX) / size), columns);
  const lastColumn = clamp(Math.floor((x + reach - minX) / size), columns);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const cell = row * columns + column;
      for (let i = cellStart[cell]; i < cellStart[cell + 1]; i++) call(segments[i]);
    }
  }
}
