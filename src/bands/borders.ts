/** Where the frame came from: given as polygons, lines of the file, or the box around the contours. */
export type FrameFrom = "polygons" | "lines" | "box";

/** What a line means for the faces beside it. */
export type Meaning = {
  /** Height of a contour; NaN for a line of the frame. */
  readonly height: number;
  /** A line of the frame: the map sheet ends there. */
  readonly frame: boolean;
  /** 1 for the rings of a frame given as polygons, which have their inside on the left; 0 for other lines. */
  readonly winding: 0 | 1;
  /** Which side of a closed depression contour is the pit: 1 left, -1 right; 0 for other lines. */
  readonly pit: -1 | 0 | 1;
};

/**
 * The edges of the arrangement as columns, each pair of vertices once. Edge e runs from `from[e]` to `to[e]`.
 * Where contours of several heights lie on each other, `low` and `high` differ.
 */
export type Borders = {
  readonly xy: Float64Array;
  readonly vertexCount: number;
  readonly count: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly low: Float64Array; // NaN where no contour runs
  readonly high: Float64Array;
  readonly frame: Uint8Array;
  /** How much the winding number of the frame's polygons is higher on the left than on the right. */
  readonly winding: Int32Array;
  readonly pit: Int8Array;
  /** A line the edge is of, for messages: the contour, where one runs. */
  readonly line: Uint32Array;
};

type Noded = {
  readonly table: { readonly xy: Float64Array; readonly count: number };
  readonly count: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly line: readonly number[];
};

/** Lays segments between the same vertices together. `meanings` by line. */
export function bordersOf(noded: Noded, meanings: readonly Meaning[]): Borders {
  const { from, to, line, table } = noded;
  const order = Array.from({ length: noded.count }, (_, s) => s);
  const low = (s: number): number => Math.min(from[s], to[s]);
  const high = (s: number): number => Math.max(from[s], to[s]);
  order.sort((s, t) => low(s) - low(t) || high(s) - high(t) || line[s] - line[t]);
  const room = order.length;
  const borders = {
    xy: table.xy,
    vertexCount: table.count,
    count: 0,
    from: new Uint32Array(room),
    to: new Uint32Array(room),
    low: new Float64Array(room).fill(NaN),
    high: new Float64Array(room).fill(NaN),
    frame: new Uint8Array(room),
    winding: new Int32Array(room),
    pit: new Int8Array(room),
    line: new Uint32Array(room),
  };
  for (const s of order) {
    const [a, b] = [low(s), high(s)];
    let e = borders.count - 1;
    if (e < 0 || borders.from[e] !== a || borders.to[e] !== b) {
      e = borders.count++;
      borders.from[e] = a;
      borders.to[e] = b;
      borders.line[e] = line[s];
    }
    const { height, frame, winding, pit } = meanings[line[s]];
    const along = from[s] === a ? 1 : -1;
    if (frame) borders.frame[e] = 1;
    borders.winding[e] += along * winding;
    if (pit !== 0) borders.pit[e] = along * pit;
    if (Number.isNaN(height)) continue;
    if (Number.isNaN(borders.low[e])) borders.line[e] = line[s];
    borders.low[e] = Math.min(Number.isNaN(borders.low[e]) ? height : borders.low[e], height);
    borders.high[e] = Math.max(Number.isNaN(borders.high[e]) ? height : borders.high[e], height);
  }
  return borders;
}
