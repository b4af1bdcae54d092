import { roomFor } from "../core/grown.js";

/** What a search tells: return false to end it. */
export type PairVisitor = { pair(i: number, j: number): boolean };
export type ItemVisitor = { item(i: number): void };
/** `west`: items from .. to lie all to the west. Return false to be told of them one by one, or some at a time. */
export type WestVisitor = ItemVisitor & { west(from: number, to: number): boolean };

const FANOUT_BITS = 2;
const FANOUT = 1 << FANOUT_BITS;

/**
 * A tree of boxes over things in a row, such as the edges of a polygon: each node is the box of four neighbours in the row
 * below. Nothing is sorted, because neighbours in the row are neighbours on the ground already; so it is built in one
 * pass, and used again for the next polygon without making garbage.
 */
export class BoxTree {
  /** minx, miny, maxx, maxy of each node, the items first, then level by level. */
  boxes = new Float64Array(1 << 8);
  private readonly levelFrom: number[] = [0];
  private readonly levelCount: number[] = [0];
  private going = true;
  private leastApart = 1;
  leastX = -Infinity;

  /** Makes room for `count` items at most; then each of them is `put`, then `build`. */
  clear(count: number): void {
    const nodes = count + Math.ceil(count / (FANOUT - 1)) + 32;
    if (4 * nodes > this.boxes.length) this.boxes = roomFor(this.boxes, 4 * nodes);
    this.levelCount.length = 1;
    this.levelFrom.length = 1;
    this.levelCount[0] = count;
  }

  /** The box of a segment as item i. */
  put(i: number, x1: number, y1: number, x2: number, y2: number): void {
    const { boxes } = this;
    boxes[4 * i] = x1 < x2 ? x1 : x2;
    boxes[4 * i + 1] = y1 < y2 ? y1 : y2;
    boxes[4 * i + 2] = x1 < x2 ? x2 : x1;
    boxes[4 * i + 3] = y1 < y2 ? y2 : y1;
  }

  /** The same, of a thing of which the box is known. */
  putBox(i: number, minX: number, minY: number, maxX: number, maxY: number): void {
    const { boxes } = this;
    boxes[4 * i] = minX;
    boxes[4 * i + 1] = minY;
    boxes[4 * i + 2] = maxX;
    boxes[4 * i + 3] = maxY;
  }

  /** @param items how many were put; as many as there is room for, if it is not said */
  build(items = this.levelCount[0]): void {
    const { boxes } = this;
    this.levelCount[0] = items;
    let below = 0;
    let count = items;
    while (count > 1) {
      const from = below + count;
      const above = Math.ceil(count / FANOUT);
      for (let i = 0; i < above; i++) {
        const first = 4 * (below + FANOUT * i);
        const end = 4 * (below + Math.min(count, FANOUT * (i + 1)));
        let minX = boxes[first];
        let minY = boxes[first + 1];
        let maxX = boxes[first + 2];
        let maxY = boxes[first + 3];
        for (let k = first + 4; k < end; k += 4) {
          if (boxes[k] < minX) minX = boxes[k];
          if (boxes[k + 1] < minY) minY = boxes[k + 1];
          if (boxes[k + 2] > maxX) maxX = boxes[k + 2];
          if (boxes[k + 3] > maxY) maxY = boxes[k + 3];
        }
        const node = 4 * (from + i);
        boxes[node] = minX;
        boxes[node + 1] = minY;
        boxes[node + 2] = maxX;
        boxes[node + 3] = maxY;
      }
      this.levelFrom.push(from);
      this.levelCount.push(above);
      below = from;
      count = above;
    }
  }

  /**
   * Each two items i < j whose boxes meet, once, until the visitor says false.
   *
   * @param leastApart 2 leaves out neighbours in the row, which the caller knows to meet
   * @returns whether it went to the end
   */
  pairs(visitor: PairVisitor, leastApart: 1 | 2 = 1): boolean {
    this.going = true;
    this.leastApart = leastApart;
    if (this.levelCount[0] > 1) this.within(this.levelFrom.length - 1, 0, visitor);
    return this.going;
  }

  private within(level: number, node: number, visitor: PairVisitor): void {
    const below = level - 1;
    const first = FANOUT * node;
    const end = Math.min(first + FANOUT, this.levelCount[below]);
    if (below === 0) {
      for (let a = first; a < end; a++) {
        for (let b = a + this.leastApart; b < end && this.going; b++) {
          if (this.meet(a, b)) this.going = visitor.pair(a, b);
        }
      }
      return;
    }
    for (let a = first; a < end && this.going; a++) {
      this.within(below, a, visitor);
      for (let b = a + 1; b < end && this.going; b++) {
        if (this.meet(this.levelFrom[below] + a, this.levelFrom[below] + b))
          this.between(below, a, b, visitor);
      }
    }
  }

  private between(level: number, a: number, b: number, visitor: PairVisitor): void {
    const below = level - 1;
    const from = this.levelFrom[below];
    const count = this.levelCount[below];
    const endA = Math.min(FANOUT * (a + 1), count);
    const endB = Math.min(FANOUT * (b + 1), count);
    for (let c = FANOUT * a; c < endA && this.going; c++) {
      if (!this.meet(from + c, this.levelFrom[level] + b)) continue;
      for (let d = FANOUT * b; d < endB && this.going; d++) {
        if (!this.meet(from + c, from + d)) continue;
        if (below > 0) this.between(below, c, d, visitor);
        else if (d - c >= this.leastApart) this.going = visitor.pair(c, d);
      }
    }
  }

  private meet(a: number, b: number): boolean {
    const { boxes } = this;
    const i = 4 * a;
    const j = 4 * b;
    return (
      boxes[i] <= boxes[j + 2] &&
      boxes[j] <= boxes[i + 2] &&
      boxes[i + 1] <= boxes[j + 3] &&
      boxes[j + 1] <= boxes[i + 3]
    );
  }

  /**
   * Each item whose box reaches height y at x or to the west of it. Where a whole node lies to the west, which most do, it is
   * told of as one, so that a ring is passed in as many steps as the tree is high.
   */
  leftward(x: number, y: number, visitor: WestVisitor): void {
    if (this.levelCount[0] > 0) this.leftwardIn(this.levelFrom.length - 1, 0, x, y, visitor);
  }

  private leftwardIn(level: number, node: number, x: number, y: number, visitor: WestVisitor): void {
    const i = 4 * (this.levelFrom[level] + node);
    const { boxes } = this;
    if (boxes[i] > x || boxes[i + 1] > y || boxes[i + 3] < y) return;
    if (boxes[i + 2] < x) {
      const to = (node + 1) << (FANOUT_BITS * level);
      if (visitor.west(node << (FANOUT_BITS * level), Math.min(to, this.levelCount[0]))) return;
    }
    if (level === 0) {
      visitor.item(node);
      return;
    }
    const end = Math.min(FANOUT * (node + 1), this.levelCount[level - 1]);
    for (let child = end - 1; child >= FANOUT * node; child--) {
      this.leftwardIn(level - 1, child, x, y, visitor);
    }
  }

  /**
   * The same for a visitor that looks for the nearest, and raises `leastX` to the left end of the best so far: boxes that
   * end before it are passed over from then on. Of four children the one that ends furthest right is looked at
   * first, so that what it has makes the others be passed over.
   */
  nearestLeft(x: number, y: number, visitor: ItemVisitor): void {
    this.leastX = -Infinity;
    if (this.levelCount[0] > 0) this.nearestLeftIn(this.levelFrom.length - 1, 0, x, y, visitor);
  }

  private nearestLeftIn(level: number, node: number, x: number, y: number, visitor: ItemVisitor): void {
    if (level === 0) {
      visitor.item(node);
      return;
    }
    const { boxes } = this;
    const from = this.levelFrom[level - 1];
    const first = FANOUT * node;
    const end = Math.min(first + FANOUT, this.levelCount[level - 1]);
    let done = 0;
    for (let turn = first; turn < end; turn++) {
      let next = -1;
      let right = -Infinity;
      for (let child = first; child < end; child++) {
        const i = 4 * (from + child);
        if (((done >> (child - first)) & 1) === 1 || boxes[i + 2] < right) continue;
        if (boxes[i] > x || boxes[i + 1] > y || boxes[i + 3] < y) continue;
        next = child;
        right = boxes[i + 2];
      }
      if (next < 0 || right < this.leastX) return;
      done |= 1 << (next - first);
      this.nearestLeftIn(level - 1, next, x, y, visitor);
    }
  }
}
