import { roomFor } from "../core/grown.js";
import type { Layer } from "../core/layer.js";
import { orient } from "../overlay/perturb.js";
import { BoxTree, type WestVisitor } from "./boxTree.js";
import { LONGEST } from "./chains.js";
import { MANY_RINGS, ringsAlongCurve } from "./featureEdges.js";
import { boxesApart, isBeside, meet, type Signs } from "./segments.js";

/** Ways an edge can go. */
const RIGHT = 1;
const LEFT = 2;
const UP = 4;
const DOWN = 8;

/**
 * Tells at little cost that a polygon is plainly valid: of one part, its rings closed, no two edges of them meeting but
 * where one follows the other, holes inside the shell and outside each other. Most polygons are. A no says nothing: what
 * meets anything, be it allowed, is for `PolygonChecker`, of which this is the first look.
 *
 * Monotone chains as there (`Chains`), but of vertices as they stand in the layer: edge v runs from vertex v to v + 1.
 * Used again from feature to feature without making garbage. Not to be entered again from within.
 */
export class PlainRings implements WestVisitor {
  private layer: Pick<Layer, "xy" | "ringVertex"> = {
    xy: new Float64Array(0),
    ringVertex: new Uint32Array(0),
  };
  private firstRing = 0;
  /** Over the chains. */
  private readonly tree = new BoxTree();
  private chainCount = 0;
  /**
   * Chain k has the edges from[k] .. to[k], is of ring ringOf[k], counted from 0 within the feature, and goes the ways that
   * ways[k] has the bits of: never back to an x, or never back to a y, or neither.
   */
  private from = new Uint32Array(1 << 8);
  private to = new Uint32Array(1 << 8);
  private ringOf = new Uint32Array(1 << 8);
  private ways = new Uint8Array(1 << 8);
  private readonly signs: Signs = { p: 0, q: 0, u: 0, v: 0 };
  /** The point asked about, the ring it is of, and the rings passed on the way west from it, odd times or even. */
  private x = 0;
  private y = 0;
  private ring = 0;
  private isOdd = new Uint8Array(1 << 6);
  private met: number[] = [];

  /** A feature without geometry is valid. */
  isValid(layer: Layer, feature: number): boolean {
    const { ringVertex, partRing, featurePart } = layer;
    const part = featurePart[feature];
    if (featurePart[feature + 1] - part !== 1) return featurePart[feature + 1] === part;
    this.layer = layer;
    this.firstRing = partRing[part];
    const ringCount = partRing[part + 1] - this.firstRing;
    this.makeRoom(ringVertex[this.firstRing + ringCount] - ringVertex[this.firstRing], ringCount);
    this.chainCount = 0;
    if (!this.takeRings(layer, ringCount)) return false;
    this.tree.build(this.chainCount);
    if (!this.tree.pairs(this)) return false;
    for (let hole = 1; hole < ringCount; hole++) if (!this.isHole(hole)) return false;
    return true;
  }

  private makeRoom(vertices: number, rings: number): void {
    this.tree.clear(vertices);
    if (rings > this.isOdd.length) this.isOdd = roomFor(this.isOdd, rings);
    if (vertices <= this.from.length) return;
    this.from = roomFor(this.from, vertices);
    this.to = roomFor(this.to, vertices);
    this.ringOf = roomFor(this.ringOf, vertices);
    this.ways = roomFor(this.ways, vertices);
  }

  private takeRings(layer: Layer, count: number): boolean {
    const { firstRing } = this;
    if (count >= MANY_RINGS) {
      for (const r of ringsAlongCurve(layer, firstRing, count))
        if (!this.takeRing(firstRing + r)) return false;
    } else {
      for (let r = 0; r < count; r++) if (!this.takeRing(firstRing + r)) return false;
    }
    return true;
  }

  /** Cuts a ring into chains. @returns false where it is not closed, has a corner of no angle, or is no ring at all */
  private takeRing(r: number): boolean {
    const { xy, ringVertex } = this.layer;
    const first = ringVertex[r];
    const last = ringVertex[r + 1] - 1;
    if (last - first < 3) return false;
    let ax = xy[2 * first];
    let ay = xy[2 * first + 1];
    if (ax !== xy[2 * last] || ay !== xy[2 * last + 1]) return false;
    let beforeX = ax - xy[2 * last - 2];
    let beforeY = ay - xy[2 * last - 1];
    let notFinite = 0;
    let ways = 0;
    let begin = first;
    let [minX, minY, maxX, maxY] = [ax, ay, ax, ay];
    for (let e = first; e < last; e++) {
      const bx = xy[2 * e + 2];
      const by = xy[2 * e + 3];
      const dx = bx - ax;
      const dy = by - ay;
      if (dx === 0 && dy === 0) return false;
      notFinite += dx - dx + (dy - dy); // 0, but NaN for NaN and the infinities
      if (dx * beforeX + dy * beforeY <= 0) {
        const p = e === first ? last - 1 : e - 1;
        if (orient(xy[2 * p], xy[2 * p + 1], ax, ay, bx, by) === 0) return false;
      }
      beforeX = dx;
      beforeY = dy;
      const way = (dx > 0 ? RIGHT : dx < 0 ? LEFT : 0) + (dy > 0 ? UP : dy < 0 ? DOWN : 0);
      if (e === first) ways = way;
      else if ((ways & way) !== 0 && e - begin < LONGEST) ways &= way;
      else {
        this.endChain(begin, e, r, ways, minX, minY, maxX, maxY);
        begin = e;
        ways = way;
        minX = maxX = ax;
        minY = maxY = ay;
      }
      if (bx < minX) minX = bx;
      else if (bx > maxX) maxX = bx;
      if (by < minY) minY = by;
      else if (by > maxY) maxY = by;
      ax = bx;
      ay = by;
    }
    this.endChain(begin, last, r, ways, minX, minY, maxX, maxY);
    return notFinite === 0;
  }

  private endChain(
    from: number,
    to: number,
    r: number,
    ways: number,
    minX: number,
    minY: number,
    maxX: number,
    maxY: number,
  ): void {
    const k = this.chainCount++;
    this.ways[k] = ways;
    this.from[k] = from;
    this.to[k] = to;
    this.ringOf[k] = r - this.firstRing;
    this.tree.putBox(k, minX, minY, maxX, maxY);
  }

  /** Two chains whose boxes meet, from the tree. @returns whether no edge of one meets any of the other that it does not follow */
  pair(one: number, other: number): boolean {
    const { from, to, signs } = this;
    const [a, b] = from[one] < from[other] ? [one, other] : [other, one];
    const { xy } = this.layer;
    const { boxes } = this.tree;
    const minX = Math.max(boxes[4 * a], boxes[4 * b]);
    const minY = Math.max(boxes[4 * a + 1], boxes[4 * b + 1]);
    const maxX = Math.min(boxes[4 * a + 2], boxes[4 * b + 2]);
    const maxY = Math.min(boxes[4 * a + 3], boxes[4 * b + 3]);
    if ((minX === maxX || minY === maxY) && this.haveAnEndInCommon(a, b)) {
      // One that never comes back to an x meets the line x = minX in that end alone.
      const ways = this.ways[a] | this.ways[b];
      if (minX === maxX ? minY === maxY || (ways & (RIGHT | LEFT)) !== 0 : (ways & (UP | DOWN)) !== 0)
        return true;
    }
    const endB = to[b];
    for (let i = from[a]; i < to[a]; i++) {
      if (isBeside(xy, i, i + 1, minX, minY, maxX, maxY)) continue;
      for (let j = Math.max(from[b], i + 2); j < endB; j++) {
        if (
          isBeside(xy, j, j + 1, minX, minY, maxX, maxY) ||
          boxesApart(xy, i, i + 1, j, j + 1) ||
          this.follows(a, i, j)
        )
          continue;
        if (meet(xy, i, i + 1, j, j + 1, signs) !== "apart") return false;
      }
    }
    return true;
  }

  private haveAnEndInCommon(a: number, b: number): boolean {
    const { from, to, ringOf } = this;
    const { ringVertex } = this.layer;
    if (ringOf[a] !== ringOf[b]) return false;
    const r = this.firstRing + ringOf[a];
    return to[a] === from[b] || (from[a] === ringVertex[r] && to[b] === ringVertex[r + 1] - 1);
  }

  /** Is edge i the first of its ring, and j the last? */
  private follows(chain: number, i: number, j: number): boolean {
    const { ringVertex } = this.layer;
    const r = this.firstRing + this.ringOf[chain];
    return i === ringVertex[r] && j === ringVertex[r + 1] - 2;
  }

  /** Does a ring lie inside the shell, and in no other hole? No ring meets another. */
  private isHole(ring: number): boolean {
    const { xy, ringVertex } = this.layer;
    const v = ringVertex[this.firstRing + ring];
    this.x = xy[2 * v];
    this.y = xy[2 * v + 1];
    this.ring = ring;
    this.tree.leftward(this.x, this.y, this);
    const { isOdd, met } = this;
    let holes = 0;
    const inShell = isOdd[0] === 1;
    for (const other of met) {
      if (other > 0) holes += isOdd[other];
      isOdd[other] = 0;
    }
    met.length = 0;
    return inShell && holes === 0;
  }

  /** Chains that all lie west of the point: of one ring they are passed as the line from their beginning to their end is. */
  west(firstChain: number, endChain: number): boolean {
    const ring = this.ringOf[firstChain];
    if (this.ringOf[endChain - 1] !== ring) return false;
    const { xy } = this.layer;
    const begin = xy[2 * this.from[firstChain] + 1];
    if (begin > this.y !== xy[2 * this.to[endChain - 1] + 1] > this.y) this.pass(ring);
    return true;
  }

  /** A chain that may pass to the west of the point. */
  item(chain: number): void {
    if (this.ringOf[chain] === this.ring) return;
    const { xy } = this.layer;
    const { x, y } = this;
    for (let e = this.from[chain]; e < this.to[chain]; e++) {
      const ay = xy[2 * e + 1];
      const by = xy[2 * e + 3];
      if (ay > y === by > y) continue;
      const side = orient(xy[2 * e], ay, xy[2 * e + 2], by, x, y);
      if (by > ay ? side < 0 : side > 0) this.pass(this.ringOf[chain]);
    }
  }

  private pass(ring: number): void {
    if (ring === this.ring) return;
    this.met.push(ring);
    this.isOdd[ring] ^= 1;
  }
}
