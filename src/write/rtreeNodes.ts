import { type Boxes, extentOf, hilbertKeys, orderByKey } from "./packedTree.js";

/** Cells a node holds at most: SQLite's RTREE_MAXCELLS. */
const MOST_CELLS = 51;
const CELL_BYTES = 24;
const NODE_BYTES = 4 + MOST_CELLS * CELL_BYTES;

/** A node of SQLite's R-tree: its number (the root is 1), its parent's (0 for the root) and its page. */
export type RtreeNode = {
  readonly number: number;
  readonly parent: number;
  readonly page: Uint8Array;
  /** Row ids in a leaf; undefined in an inner node. */
  readonly rows: readonly number[] | undefined;
};

/**
 * Packs boxes into the nodes of an R-tree as SQLite's module of that name lays them down in its shadow tables (file
 * ext/rtree/rtree.c, "Database format of R-Tree tables"): two bytes of depth, which only the root states, two of cell
 * count, then a row id or child number in eight bytes and minx, maxx, miny, maxy in 32-bit floats, all big endian.
 * Boxes are rounded outwards, so that no search misses one. Rows go by a Hilbert curve, and evenly, so that every node
 * but the root is at least half full and what SQLite asks of its own trees holds.
 *
 * @param boxes of rows 1, 2, 3 ...; empty ones are left out
 * @returns root first; a root without cells when there is nothing
 */
export function rtreeNodes(boxes: Boxes): RtreeNode[] {
  const values = boxes.array;
  const curve = orderByKey(hilbertKeys(values, extentOf(values)));
  const order = curve.filter((i) => values[4 * i] <= values[4 * i + 2]);
  let level = cellsOfRows(values, order);
  const levels = [level];
  while (level.count > MOST_CELLS) levels.push((level = cellsAround(level)));

  const nodes: RtreeNode[] = [];
  let next = 2;
  let above = [{ number: 1, parent: 0, from: 0, to: level.count }];
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    const cells = levels[depth];
    const below: typeof above = [];
    for (const { number, parent, from, to } of above) {
      const isLeaf = depth === 0;
      const ids: number[] = [];
      for (let c = from; c < to; c++) {
        if (isLeaf) ids.push(cells.rows[c]);
        else {
          ids.push(next);
          below.push({ number: next++, parent: number, from: cells.first[c], to: cells.first[c + 1] });
        }
      }
      const page = pageOf(number === 1 ? depth : 0, ids, cells.bounds, from);
      nodes.push({ number, parent, page, rows: isLeaf ? ids : undefined });
    }
    above = below;
  }
  return nodes;
}

/** The cells of one level, side by side. `bounds`: minx, maxx, miny, maxy of each, rounded outwards. */
type Cells = {
  readonly count: number;
  readonly bounds: Float32Array;
  /** Leaf level: the row of each cell. */
  readonly rows: Uint32Array;
  /** Above: cell c stands for the cells first[c] .. first[c + 1] of the level below. */
  readonly first: Uint32Array;
};

const NONE = new Uint32Array(0);

function cellsOfRows(values: Float64Array, order: Uint32Array): Cells {
  const bounds = new Float32Array(4 * order.length);
  order.forEach((i, c) => {
    bounds[4 * c] = floatBelow(values[4 * i]);
    bounds[4 * c + 1] = floatAbove(values[4 * i + 2]);
    bounds[4 * c + 2] = floatBelow(values[4 * i + 1]);
    bounds[4 * c + 3] = floatAbove(values[4 * i + 3]);
  });
  return { count: order.length, bounds, rows: order.map((i) => i + 1), first: NONE };
}

/** The level above: as few nodes as will hold these cells, each with as many of them as the others, give or take one. */
function cellsAround(below: Cells): Cells {
  const count = Math.ceil(below.count / MOST_CELLS);
  const first = Uint32Array.from({ length: count + 1 }, (_, c) => Math.floor((c * below.count) / count));
  const bounds = new Float32Array(4 * count);
  for (let c = 0; c < count; c++) {
    bounds.set(below.bounds.subarray(4 * first[c], 4 * first[c] + 4), 4 * c);
    for (let child = first[c] + 1; child < first[c + 1]; child++) {
      for (let side = 0; side < 4; side += 2) {
        bounds[4 * c + side] = Math.min(bounds[4 * c + side], below.bounds[4 * child + side]);
        bounds[4 * c + side + 1] = Math.max(bounds[4 * c + side + 1], below.bounds[4 * child + side + 1]);
      }
    }
  }
  return { count, bounds, rows: NONE, first };
}

function pageOf(depth: number, ids: readonly number[], bounds: Float32Array, from: number): Uint8Array {
  const page = new Uint8Array(NODE_BYTES);
  const view = new DataView(page.buffer);
  view.setUint16(0, depth);
  view.setUint16(2, ids.length);
  ids.forEach((id, i) => {
    const at = 4 + CELL_BYTES * i;
    view.setBigInt64(at, BigInt(id));
    for (let side = 0; side < 4; side++) view.setFloat32(at + 8 + 4 * side, bounds[4 * (from + i) + side]);
  });
  return page;
}

/** The greatest 32-bit float that is not above the value. */
export function floatBelow(value: number): number {
  const nearest = Math.fround(value);
  return nearest > value ? nextFloat(nearest, -1) : nearest;
}

/** The least 32-bit float that is not below the value. */
export function floatAbove(value: number): number {
  const nearest = Math.fround(value);
  return nearest < value ? nextFloat(nearest, 1) : nearest;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The neighbour of a 32-bit float, upwards or downwards: floats of one sign are in the order of their bits. */
function nextFloat(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * 2 ** -149;
  float[0] = value;
  bits[0] += value > 0 ? direction : -direction;
  return float[0];
}
