import { grown } from "./grown.js";
import type { Metre } from "./units.js";
import type { VertexTable } from "./vertexTable.js";

/**
 * A crossing computed this near a point that is there, as a share of the largest coordinate, is that point: 16 units in the
 * last place, 2e-8 m in UTM. Three lines through almost one point would else unravel from it, an ulp a round.
 */
const SAME_NODE = 2 ** -48;

/** Where lines cross, as vertices of a table: a crossing computed near one that is there is that one. */
export class Crossings {
  /** Made when the first is met: the points there then tell how large coordinates are. */
  private near: NearPoints | undefined;

  constructor(private readonly table: VertexTable) {}

  /** The vertex for a crossing computed at x, y: one that is there as near as rounding, or a new one. */
  of(x: number, y: number): number {
    const { table } = this;
    this.near ??= nearNodes(table.xy, table.count);
    this.near.putUpTo(table.xy, table.count);
    const known = this.near.find(table.xy, x, y);
    return known < 0 ? table.of(x, y) : known;
  }
}

function nearNodes(xy: Float64Array, count: number): NearPoints {
  let largest = 0;
  for (let i = 0; i < 2 * count; i++) largest = Math.max(largest, Math.abs(xy[i]));
  return new NearPoints(SAME_NODE * largest, count);
}

/** Points in a hash of square cells as wide as `reach`, chained in their order (Knuth, TAOCP 3, 6.4). */
export class NearPoints {
  private count = 0;
  /** Per slot the first point of its chain and the last, -1 for none; per point the next. */
  private first: Int32Array;
  private last: Int32Array;
  private next: Int32Array;

  /** @param room for so many points to begin with */
  constructor(
    private readonly reach: Metre,
    room: number,
  ) {
    const slots = 2 ** Math.ceil(Math.log2(room + 16));
    this.first = new Int32Array(slots).fill(-1);
    this.last = new Int32Array(slots);
    this.next = new Int32Array(slots);
  }

  /** Takes up the points that were not there yet. @param xy of all points, x and y in turn, those taken up first */
  putUpTo(xy: Float64Array, count: number): void {
    if (count > this.next.length) this.grow(xy, count);
    while (this.count < count) this.link(xy, this.count++);
  }

  private link(xy: Float64Array, point: number): void {
    const { first, last, next, reach } = this;
    const slot = this.slotOf(Math.floor(xy[2 * point] / reach), Math.floor(xy[2 * point + 1] / reach));
    if (first[slot] < 0) first[slot] = point;
    else next[last[slot]] = point;
    last[slot] = point;
    next[point] = -1;
  }

  private slotOf(column: number, row: number): number {
    const hash = Math.imul(column | 0, 0x9e3779b1) ^ Math.imul(row | 0, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & (this.first.length - 1);
  }

  private grow(xy: Float64Array, count: number): void {
    this.next = grown(this.next, Math.max(count, 2 * this.next.length));
    const slots = 2 ** Math.ceil(Math.log2(this.next.length));
    this.first = new Int32Array(slots).fill(-1);
    this.last = new Int32Array(slots);
    for (let point = 0; point < this.count; point++) this.link(xy, point);
  }

  /** A point that is no further than `reach` along either axis, -1 for none: by column, row, then number. */
  find(xy: Float64Array, x: number, y: number): number {
    const { first, next, reach } = this;
    const column = Math.floor(x / reach);
    const row = Math.floor(y / reach);
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (let point = first[this.slotOf(c, r)]; point >= 0; point = next[point]) {
          const px = xy[2 * point];
          const py = xy[2 * point + 1];
          if (Math.abs(px - x) > reach || Math.abs(py - y) > reach) continue;
          if (Math.floor(px / reach) === c && Math.floor(py / reach) === r) return point;
        }
      }
    }
    return -1;
  }
}
