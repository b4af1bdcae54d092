import { twin, type BlockShape } from "./blockShape.js";
import { hash, purpose } from "./hash.js";

/** What an edge of a block is. */
export const INSIDE = 0; // within one polygon: not drawn
export const BORDER = 1;
export const ROAD = 2; // a road runs along it

/** Which polygon each cell of a block belongs to. */
export type BlockLabels = {
  readonly faceOf: Int32Array; // per cell, 0 .. faceCount - 1 in order of first cell
  readonly faceCount: number;
  readonly faceCells: Int32Array; // cells per face
  readonly kind: Uint8Array; // per edge: INSIDE, BORDER or ROAD
  readonly roadOf: Int32Array; // per edge: connected road network it belongs to, -1 for none
  readonly roadCount: number;
};

/**
 * Merges the cells of a block into polygons.
 * Roads come first: they run between groups of cells, never on the block line. Then neighbours are merged in random
 * order until `wanted` polygons and road networks are left, as in percolation, which gives the heavy tail of real
 * data: many single cells, a few polygons over much of the block. Nothing is merged across a road.
 *
 * @param seed the block's own
 * @param wanted faces plus road networks; there may be more when roads keep too many apart
 * @param roadGroups groups of cells with roads between them; 0 or 1 for no roads
 */
export function labelBlock(shape: BlockShape, seed: number, wanted: number, roadGroups: number): BlockLabels {
  const kind = new Uint8Array(shape.edgeCount);
  const { roadOf, roadCount } = layRoads(shape, groupCells(shape, seed, roadGroups), kind);
  const cells = new Forest(shape.cellCount);
  let left = shape.cellCount + roadCount;
  for (const edge of shuffledInnerEdges(shape, seed, kind)) {
    if (left <= wanted) break;
    if (cells.join(shape.leftCell[2 * edge], shape.leftCell[2 * edge + 1])) left--;
  }
  const { labels, sizes } = cells.numbered();
  markBorders(shape, labels, kind);
  return { faceOf: labels, faceCount: sizes.length, faceCells: sizes, kind, roadOf, roadCount };
}

/** Each cell goes to the nearest of some random cells. */
function groupCells(shape: BlockShape, seed: number, groupCount: number): Int32Array {
  const group = new Int32Array(shape.cellCount);
  if (groupCount < 2) return group;
  const places = cellPlaces(shape);
  const sites = Array.from(
    { length: groupCount },
    (_, i) => hash(seed, purpose.cluster, i) % shape.cellCount,
  );
  for (let cell = 0; cell < shape.cellCount; cell++) {
    let nearest = Infinity;
    for (const site of sites) {
      const du = places[2 * cell] - places[2 * site];
      const dv = places[2 * cell + 1] - places[2 * site + 1];
      const far = du * du + 3 * dv * dv; // a row is 1.7 half bricks high
      if (far < nearest) {
        nearest = far;
        group[cell] = site;
      }
    }
  }
  return group;
}

/** Middle of each cell in half bricks and rows. */
function cellPlaces(shape: BlockShape): Float64Array {
  const places = new Float64Array(2 * shape.cellCount);
  for (let edge = 0; edge < shape.verticalFrom; edge++) {
    const above = shape.leftCell[2 * edge];
    if (above < 0) continue;
    places[2 * above] = (edge % shape.width) + 0.5;
    places[2 * above + 1] = Math.floor(edge / shape.width);
  }
  return places;
}

/** Makes roads of the edges between groups that stay clear of the block line, and numbers the connected networks. */
function layRoads(
  shape: BlockShape,
  group: Int32Array,
  kind: Uint8Array,
): { roadOf: Int32Array; roadCount: number } {
  const nodes = new Forest(shape.nodeCount);
  const edges: number[] = [];
  for (let edge = 0; edge < shape.edgeCount; edge++) {
    const left = shape.leftCell[2 * edge];
    const right = shape.leftCell[2 * edge + 1];
    const [from, to] = [shape.start[2 * edge], shape.start[2 * edge + 1]];
    if (left < 0 || right < 0 || group[left] === group[right]) continue;
    if (onBlockLine(shape, from) || onBlockLine(shape, to)) continue;
    kind[edge] = ROAD;
    edges.push(edge);
    nodes.join(from, to);
  }
  const roadOf = new Int32Array(shape.edgeCount).fill(-1);
  const numberOf = new Map<number, number>();
  for (const edge of edges) {
    const root = nodes.root(shape.start[2 * edge]);
    if (!numberOf.has(root)) numberOf.set(root, numberOf.size);
    roadOf[edge] = numberOf.get(root) as number;
  }
  return { roadOf, roadCount: numberOf.size };
}

function onBlockLine({ width, height }: BlockShape, node: number): boolean {
  const u = node % (width + 1);
  const v = Math.floor(node / (width + 1));
  return u === 0 || u === width || v === 0 || v === height;
}

/** Edges between two cells of the block that are no road, in random order. */
function shuffledInnerEdges(shape: BlockShape, seed: number, kind: Uint8Array): number[] {
  const keys = new Float64Array(shape.edgeCount);
  let count = 0;
  for (let edge = 0; edge < shape.edgeCount; edge++) {
    if (shape.leftCell[2 * edge] < 0 || shape.leftCell[2 * edge + 1] < 0 || kind[edge] === ROAD) continue;
    keys[count++] = hash(seed, purpose.merge, edge) * 0x100000 + edge;
  }
  return Array.from(keys.subarray(0, count).sort(), (key) => key % 0x100000);
}

function markBorders(shape: BlockShape, faceOf: Int32Array, kind: Uint8Array): void {
  for (let edge = 0; edge < shape.edgeCount; edge++) {
    const left = shape.leftCell[2 * edge];
    const right = shape.leftCell[twin(2 * edge)];
    if (left === -2 || kind[edge] === ROAD) continue;
    if (left < 0 || right < 0 || faceOf[left] !== faceOf[right]) kind[edge] = BORDER;
  }
}

/** Disjoint sets: union by order of index, path halving. */
class Forest {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, i) => i);
  }

  root(item: number): number {
    let at = item;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at]];
      at = this.parent[at];
    }
    return at;
  }

  /** Unites the sets of two items; false when they were one already. */
  join(a: number, b: number): boolean {
    const [rootA, rootB] = [this.root(a), this.root(b)];
    if (rootA === rootB) return false;
    this.parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
    return true;
  }

  /** Set number of each item, numbered in order of first item, and the size of each set. */
  numbered(): { labels: Int32Array; sizes: Int32Array } {
    const labels = new Int32Array(this.parent.length);
    const sizes: number[] = [];
    for (let i = 0; i < labels.length; i++) {
      const root = this.root(i);
      labels[i] = root === i ? sizes.push(0) - 1 : labels[root];
      sizes[labels[i]]++;
    }
    return { labels, sizes: Int32Array.from(sizes) };
  }
}
