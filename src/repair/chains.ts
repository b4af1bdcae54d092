import { roomFor } from "../core/grown.js";
import type { BoxTree } from "./boxTree.js";
import type { FeatureEdges } from "./featureEdges.js";

/** Edges in one chain at most: two chains that meet are held against each other edge by edge. */
export const LONGEST = 8;

/**
 * The edges of a feature in chains: each a stretch of one ring that keeps going one way, left, right, up or down, and so
 * meets itself nowhere (monotone chains, as JTS MonotoneChainBuilder; here any of four ways will do). Natural borders make
 * chains of five edges and more, so that a tree of chains costs a fraction of a tree of edges.
 */
export class Chains {
  count = 0;
  /** Chain k has the edges from[k] .. from[k + 1]. */
  from = new Uint32Array(1 << 8);
  /**
   * Edges that turn by a right angle or more from the one before them in the row, or are of another ring: the others meet
   * the one before in its end alone.
   */
  sharp = new Uint32Array(1 << 8);
  sharpCount = 0;
  /** minx, miny, maxx, maxy of each chain. */
  boxes = new Float64Array(1 << 10);

  /** Takes up a feature's edges, and puts each chain's box in the tree. */
  read(xy: Float64Array, { start, end, ring, count }: FeatureEdges, tree: BoxTree): void {
    if (count + 1 > this.from.length) {
      this.from = roomFor(this.from, count + 1);
      this.sharp = roomFor(this.sharp, count + 1);
      this.boxes = roomFor(this.boxes, 4 * (count + 1));
    }
    const { from, boxes, sharp } = this;
    let chains = 0;
    let sharps = 0;
    let [beforeX, beforeY] = [0, 0];
    let ways = 0;
    let [minX, minY, maxX, maxY] = [0, 0, 0, 0];
    for (let e = 0; e < count; e++) {
      const ax = xy[2 * start[e]];
      const ay = xy[2 * start[e] + 1];
      const bx = xy[2 * end[e]];
      const by = xy[2 * end[e] + 1];
      const dx = bx - ax;
      const dy = by - ay;
      if (dx * beforeX + dy * beforeY <= 0 || ring[e] !== ring[e - 1]) sharp[sharps++] = e;
      beforeX = dx;
      beforeY = dy;
      const way = (bx > ax ? 1 : bx < ax ? 2 : 0) + (by > ay ? 4 : by < ay ? 8 : 0);
      const goesOn = (ways & way) !== 0 && e - from[chains - 1] < LONGEST && ring[e] === ring[e - 1];
      if (goesOn) {
        ways &= way;
      } else {
        from[chains++] = e;
        ways = way;
        minX = maxX = ax;
        minY = maxY = ay;
      }
      minX = Math.min(minX, bx);
      minY = Math.min(minY, by);
      maxX = Math.max(maxX, bx);
      maxY = Math.max(maxY, by);
      const at = 4 * (chains - 1);
      boxes[at] = minX;
      boxes[at + 1] = minY;
      boxes[at + 2] = maxX;
      boxes[at + 3] = maxY;
    }
    from[chains] = count;
    this.count = chains;
    this.sharpCount = sharps;
    tree.clear(chains);
    for (let k = 0; k < chains; k++)
      tree.put(k, boxes[4 * k], boxes[4 * k + 1], boxes[4 * k + 2], boxes[4 * k + 3]);
  }
}
