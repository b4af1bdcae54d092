import { invariant } from "../core/trouble.js";
import { BORDER, INSIDE, ROAD, type BlockLabels } from "./blockLabels.js";
import { directionOf, twin, type BlockShape } from "./blockShape.js";
import { bendEdge, edgeBits, edgeLevel, isStraight, nodeX, nodeY, toCm, type Lattice } from "./lattice.js";

/** Half the width of a road, as a share of the pitch; 4 m at a pitch of 100 m. */
const ROAD_HALF_WIDTH = 0.04;
/** A road's sides follow an edge of 2^2 segments, so that its vertices stand well apart for its width. */
const ROAD_LEVEL = 2;

/** A closed ring, interleaved x, y, the last vertex equal to the first. */
export type Ring = Float64Array;

/** The rings of one polygon: the shell counter-clockwise, the holes clockwise. */
export type Rings = { shell: Ring; holes: Ring[] };

/** Where a block stands, and what its neighbours made of the straight cuts it shares with them. */
export type BlockPlace = {
  readonly u: number; // of its lower left node
  readonly v: number;
  /** Nodes on straight cuts where no border ends: both sides leave them out, so that long straight edges arise. */
  readonly leftOut: Uint8Array;
};

/**
 * Draws the polygons of one block: follows every dart that has a border, polygon to the left.
 * Roads have a width: an edge with a road is drawn twice, once for each side, and edges that end at a road are cut
 * short at its side.
 */
export class BlockRings {
  private readonly x: Float64Array;
  private readonly y: Float64Array;
  private readonly atRoad: Uint8Array; // per node
  private readonly halfWidth: number;
  private lines = new Float64Array(1 << 16);
  private readonly lineFrom: Int32Array; // per dart: first vertex in `lines`; both darts share one unless a road parts them
  private readonly lineCount: Uint8Array; // per dart
  private linesEnd = 0;
  private ring = new Float64Array(1 << 12);
  private ringEnd = 0;

  constructor(
    private readonly lattice: Lattice,
    private readonly shape: BlockShape,
    private readonly labels: BlockLabels,
    private readonly place: BlockPlace,
  ) {
    this.halfWidth = ROAD_HALF_WIDTH * lattice.pitch;
    this.x = new Float64Array(shape.nodeCount);
    this.y = new Float64Array(shape.nodeCount);
    for (let node = 0; node < shape.nodeCount; node++) {
      this.x[node] = nodeX(lattice, this.u(node), this.v(node));
      this.y[node] = nodeY(lattice, this.u(node), this.v(node));
    }
    this.atRoad = new Uint8Array(shape.nodeCount);
    for (let dart = 0; dart < 2 * shape.edgeCount; dart++) {
      if (labels.kind[dart >> 1] === ROAD) this.atRoad[shape.start[dart]] = 1;
    }
    this.lineFrom = new Int32Array(2 * shape.edgeCount);
    this.lineCount = new Uint8Array(2 * shape.edgeCount);
    for (let edge = 0; edge < shape.edgeCount; edge++) {
      if (labels.kind[edge] === BORDER) this.drawBorder(edge);
      if (labels.kind[edge] === ROAD) this.drawRoadSides(edge);
    }
  }

  /** The polygons of the block's faces, by face number. */
  faces(): Rings[] {
    const { shape, labels } = this;
    return this.follow(
      labels.faceCount,
      (dart) =>
        labels.kind[dart >> 1] === INSIDE || shape.leftCell[dart] < 0
          ? -1
          : labels.faceOf[shape.leftCell[dart]],
      (dart) => this.alongFace(dart),
    );
  }

  /** The road polygons, by network number. */
  roads(): Rings[] {
    return this.follow(
      this.labels.roadCount,
      (dart) => this.labels.roadOf[dart >> 1],
      (dart) => this.alongRoad(dart),
    );
  }

  /** Middle of a full hexagon; undefined for half bricks. */
  cellMiddle(cell: number): readonly [number, number] | undefined {
    const corners = this.shape.corners.subarray(6 * cell, 6 * cell + 6);
    if (corners[0] < 0) return undefined;
    let [x, y] = [0, 0];
    for (const node of corners) {
      x += this.x[node] / 6;
      y += this.y[node] / 6;
    }
    return [x, y];
  }

  /** Follows each dart once, by the owner of the ring it starts. */
  private follow(count: number, ownerOf: (dart: number) => number, step: (dart: number) => number): Rings[] {
    const shells: (Ring | undefined)[] = Array.from({ length: count }, () => undefined);
    const holes: Ring[][] = Array.from({ length: count }, () => []);
    const seen = new Uint8Array(2 * this.shape.edgeCount);
    for (let first = 0; first < seen.length; first++) {
      const owner = seen[first] ? -1 : ownerOf(first);
      if (owner < 0) continue;
      this.ringEnd = 0;
      let dart = first;
      do {
        seen[dart] = 1;
        dart = step(dart);
      } while (dart !== first);
      const ring = this.closedRing();
      if (signedArea(ring) > 0) shells[owner] = ring;
      else holes[owner].push(ring);
    }
    return shells.map((shell, i) => {
      invariant(
        shell !== undefined,
        () => `polygon ${i} of the block at node ${this.place.u}, ${this.place.v} has a shell`,
      );
      return { shell, holes: holes[i] };
    });
  }

  /** Adds a dart's line to the ring and finds the face's next dart: the first border clockwise around the node. */
  private alongFace(dart: number): number {
    const { shape, labels } = this;
    this.addLine(dart, false);
    const node = shape.start[twin(dart)];
    let direction = (directionOf(shape, dart) + 2) & 3;
    for (;;) {
      direction = (direction + 3) & 3;
      const next = shape.leaving[4 * node + direction];
      if (next < 0) continue;
      if (labels.kind[next >> 1] !== INSIDE) return next;
      if (this.atRoad[node]) this.addCutEnd(next);
    }
  }

  /** The same for a road, which lies to the right of the dart: backwards along its line, counter-clockwise around its start. */
  private alongRoad(dart: number): number {
    const { shape, labels } = this;
    this.addLine(dart, true);
    const node = shape.start[dart];
    let direction = directionOf(shape, dart);
    for (;;) {
      direction = (direction + 1) & 3;
      const next = shape.leaving[4 * node + direction];
      if (next < 0) continue;
      if (labels.kind[next >> 1] === ROAD) return twin(next);
      this.addCutEnd(next);
    }
  }

  private addLine(dart: number, againstDart: boolean): void {
    const count = this.lineCount[dart];
    const backwards = ((dart & 1) === 1) !== againstDart;
    for (let i = 0; i < count; i++) {
      const nth = backwards ? count - 1 - i : i;
      if ((nth === 0 || nth === count - 1) && this.isLeftOut(dart, nth === 0)) continue;
      const at = 2 * (this.lineFrom[dart] + nth);
      this.add(this.lines[at], this.lines[at + 1]);
    }
  }

  private isLeftOut(dart: number, atEdgeStart: boolean): boolean {
    return this.place.leftOut[this.shape.start[(dart & ~1) | (atEdgeStart ? 0 : 1)]] === 1;
  }

  private addCutEnd(dart: number): void {
    const [x, y] = this.cutEnd(dart);
    this.add(x, y);
  }

  private add(x: number, y: number): void {
    const { ring, ringEnd } = this;
    if (ringEnd > 0 && ring[ringEnd - 2] === x && ring[ringEnd - 1] === y) return;
    if (ringEnd + 4 > ring.length) {
      this.ring = new Float64Array(2 * ring.length);
      this.ring.set(ring);
    }
    this.ring[ringEnd] = x;
    this.ring[ringEnd + 1] = y;
    this.ringEnd += 2;
  }

  private closedRing(): Ring {
    this.add(this.ring[0], this.ring[1]);
    return this.ring.slice(0, this.ringEnd);
  }

  private drawBorder(edge: number): void {
    const { lattice, shape } = this;
    const from = shape.start[2 * edge];
    const vertical = edge >= shape.verticalFrom;
    const bits = edgeBits(lattice, vertical, this.u(from), this.v(from));
    const level = edgeLevel(lattice, bits, !vertical && isStraight(lattice, this.v(from)));
    const [x1, y1] = this.cutEnd(2 * edge);
    const [x2, y2] = this.cutEnd(2 * edge + 1);
    const line = this.newLine(2 * edge, (1 << level) + 1);
    bendEdge(bits, level, x1, y1, x2, y2, this.lines, line);
    this.lineFrom[2 * edge + 1] = this.lineFrom[2 * edge];
    this.lineCount[2 * edge + 1] = this.lineCount[2 * edge];
  }

  /** Both sides of a road: its middle line's vertices moved aside, its ends at the corners of the crossings. */
  private drawRoadSides(edge: number): void {
    const { lattice, shape, halfWidth } = this;
    const [from, to] = [shape.start[2 * edge], shape.start[2 * edge + 1]];
    const bits = edgeBits(lattice, edge >= shape.verticalFrom, this.u(from), this.v(from));
    const count = (1 << ROAD_LEVEL) + 1;
    const middle = new Float64Array(2 * count);
    bendEdge(bits, ROAD_LEVEL, this.x[from], this.y[from], this.x[to], this.y[to], middle, 0);
    for (const dart of [2 * edge, 2 * edge + 1]) {
      const aside = dart & 1 ? -halfWidth : halfWidth;
      const line = this.newLine(dart, count);
      for (let i = 1; i < count - 1; i++) {
        const dx = middle[2 * i + 2] - middle[2 * i - 2];
        const dy = middle[2 * i + 3] - middle[2 * i - 1];
        const length = Math.hypot(dx, dy);
        this.lines[2 * (line + i)] = toCm(middle[2 * i] - (dy / length) * aside);
        this.lines[2 * (line + i) + 1] = toCm(middle[2 * i + 1] + (dx / length) * aside);
      }
      const startIsFirst = (dart & 1) === 0;
      this.lines.set(this.roadCorner(dart, 1), 2 * (startIsFirst ? line : line + count - 1));
      this.lines.set(this.roadCorner(twin(dart), 3), 2 * (startIsFirst ? line + count - 1 : line));
    }
  }

  /** Where the side of a road meets the next edge around the node: `turn` 1 for the one to the left, 3 to the right. */
  private roadCorner(dart: number, turn: 1 | 3): readonly [number, number] {
    const { shape, labels } = this;
    const node = shape.start[dart];
    let direction = directionOf(shape, dart);
    let next: number;
    do {
      direction = (direction + turn) & 3;
      next = shape.leaving[4 * node + direction];
    } while (next < 0);
    if (labels.kind[next >> 1] !== ROAD) return this.cutEnd(next);
    const [left, right] = turn === 1 ? [dart, next] : [next, dart];
    const [lx, ly] = this.unitAlong(left);
    const [rx, ry] = this.unitAlong(right);
    const [bx, by] = [ry - ly, lx - rx]; // normal to the left of one plus normal to the right of the other
    const reach = (1.15 * this.halfWidth) / Math.hypot(bx, by);
    return [toCm(this.x[node] + bx * reach), toCm(this.y[node] + by * reach)];
  }

  /** The point where a dart that is no road begins: its node, or the side of the road there. */
  private cutEnd(dart: number): readonly [number, number] {
    const node = this.shape.start[dart];
    if (!this.atRoad[node]) return [this.x[node], this.y[node]];
    const [dx, dy] = this.unitAlong(dart);
    const reach = 1.2 * this.halfWidth;
    return [toCm(this.x[node] + dx * reach), toCm(this.y[node] + dy * reach)];
  }

  private unitAlong(dart: number): readonly [number, number] {
    const [from, to] = [this.shape.start[dart], this.shape.start[twin(dart)]];
    const dx = this.x[to] - this.x[from];
    const dy = this.y[to] - this.y[from];
    const length = Math.hypot(dx, dy);
    return [dx / length, dy / length];
  }

  private newLine(dart: number, count: number): number {
    const from = this.linesEnd;
    this.linesEnd += count;
    if (2 * this.linesEnd > this.lines.length) {
      const grown = new Float64Array(2 * this.lines.length);
      grown.set(this.lines);
      this.lines = grown;
    }
    this.lineFrom[dart] = from;
    this.lineCount[dart] = count;
    return from;
  }

  private u(node: number): number {
    return this.place.u + (node % (this.shape.width + 1));
  }

  private v(node: number): number {
    return this.place.v + Math.floor(node / (this.shape.width + 1));
  }
}

/** Area of a closed ring, positive when counter-clockwise; relative to its first vertex, so that nothing is lost at UTM size. */
export function signedArea(ring: ArrayLike<number>): number {
  const [x0, y0] = [ring[0], ring[1]];
  let twice = 0;
  for (let i = 2; i + 3 < ring.length; i += 2) {
    twice += (ring[i] - x0) * (ring[i + 3] - y0) - (ring[i + 2] - x0) * (ring[i + 1] - y0);
  }
  return twice / 2;
}
