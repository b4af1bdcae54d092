import { hash, purpose, signed, unit } from "./hash.js";

/**
 * A jittered brick lattice: the skeleton of every synthetic layer.
 *
 * Row lines v = 0, 1, 2 ... stand `pitch` apart; on them nodes u = 0, 1, 2 ... stand half a brick apart. Bricks of
 * alternating rows are shifted by half a brick, and nodes are pulled up or down so that a brick becomes a hexagon:
 * three edges meet in a node, at about 120 degrees, and no polygon made of cells ever touches itself in a point.
 *
 * Cells are gathered in blocks of `width` half bricks by `height` rows. Blocks are bricks too: odd block rows are
 * shifted by half a block. No polygon crosses a block line, so a block can be made alone.
 */
export type Lattice = {
  readonly seed: number;
  readonly originX: number;
  readonly originY: number;
  readonly pitch: number; // metres between row lines
  readonly width: number; // half bricks per block, a multiple of 4
  readonly height: number; // rows per block, even
  readonly rows: number; // block rows
  readonly cols: number; // blocks in a block row
  /** Every so many block rows the block line is a straight cut at a round northing; 0: never. */
  readonly straightEvery: number;
  /** Average number of segments of an edge's polyline; see `edgeLevel`. */
  readonly segments: number;
};

/** Half a brick, as a share of the pitch: makes hexagons with sides of equal length. */
export const HALF_BRICK = 0.58;
/** Side of a hexagon, as a share of the pitch. */
export const SIDE = 2 / 3;

const ZIGZAG = SIDE / 4;
const JITTER = 0.12 * SIDE;
const JITTER_ON_BLOCK_LINE = 0.05 * SIDE;

/**
 * Largest sideways move of a midpoint, as a share of its segment, and how it shrinks from level to level. The edge
 * turns by at most the sum of atan(2 BEND DECAY^level) = 28 degrees against its chord, and edges meet at 59 degrees or
 * more: so no edge crosses itself or another, whatever the seed.
 */
const BEND = 0.06;
const DECAY = 0.75;
const MAX_LEVEL = 6;

/** Centimetres, as surveyed data is delivered. Both sides of a border round the same numbers, so they stay equal. */
export const toCm = (metres: number): number => Math.round(metres * 100) / 100;

/** How far odd block rows stand to the right, in half bricks. */
export const shiftOf = (lattice: Lattice, blockRow: number): number => (blockRow & 1 ? lattice.width / 2 : 0);

/** The block that holds the cells between nodes u and u + 1 above row line v; -1 outside the lattice. */
export function blockAt(lattice: Lattice, u: number, v: number): number {
  const row = Math.floor(v / lattice.height);
  if (row < 0 || row >= lattice.rows) return -1;
  const col = Math.floor((u - shiftOf(lattice, row)) / lattice.width);
  return col < 0 || col >= lattice.cols ? -1 : row * lattice.cols + col;
}

/** Whether an edge goes up from node (u, v). */
function hasVertical(lattice: Lattice, u: number, v: number): boolean {
  const row = Math.floor(v / lattice.height);
  if (row < 0 || row >= lattice.rows) return false;
  const local = u - shiftOf(lattice, row);
  if (local < 0 || local > lattice.cols * lattice.width) return false;
  return local % lattice.width === 0 || ((u + v) & 1) === 0;
}

/** Whether row line v is a straight cut. */
export function isStraight(lattice: Lattice, v: number): boolean {
  if (lattice.straightEvery === 0 || v % lattice.height !== 0) return false;
  return (v / lattice.height) % lattice.straightEvery === lattice.straightEvery >> 1;
}

const onBlockLine = (lattice: Lattice, u: number, v: number): boolean =>
  v % lattice.height === 0 || (u - shiftOf(lattice, Math.floor(v / lattice.height))) % lattice.width === 0;

export function nodeX(lattice: Lattice, u: number, v: number): number {
  const jitter = onBlockLine(lattice, u, v) ? JITTER_ON_BLOCK_LINE : JITTER;
  const shake = signed(hash(lattice.seed, purpose.nodeX, u, v)) * jitter;
  return toCm(lattice.originX + (u * HALF_BRICK + shake) * lattice.pitch);
}

export function nodeY(lattice: Lattice, u: number, v: number): number {
  if (isStraight(lattice, v)) return lattice.originY + v * lattice.pitch;
  const jitter = onBlockLine(lattice, u, v) ? JITTER_ON_BLOCK_LINE : JITTER;
  const shake = signed(hash(lattice.seed, purpose.nodeY, u, v)) * jitter;
  const up = hasVertical(lattice, u, v) ? ZIGZAG : 0;
  const down = hasVertical(lattice, u, v - 1) ? ZIGZAG : 0;
  return toCm(lattice.originY + (v + up - down + shake) * lattice.pitch);
}

/** The random bits of the edge that leaves node (u, v) to the right or upwards. */
export const edgeBits = (lattice: Lattice, vertical: boolean, u: number, v: number): number =>
  hash(lattice.seed, vertical ? purpose.vertical : purpose.horizontal, u, v);

/** An edge has 2^level segments: the two levels around the wanted average are mixed. Straight cuts have one. */
export function edgeLevel(lattice: Lattice, bits: number, straight: boolean): number {
  if (straight) return 0;
  const level = Math.floor(Math.log2(lattice.segments));
  const share = lattice.segments / 2 ** level - 1;
  return Math.min(MAX_LEVEL, level + (unit(hash(bits, -1)) < share ? 1 : 0));
}

/**
 * Writes the polyline of an edge between two given ends: 2^level + 1 vertices by midpoint displacement.
 * It is a pure function of its arguments, so the polygons on both sides get the very same vertices.
 *
 * @param out interleaved x, y; written from vertex `at` on
 */
export function bendEdge(
  bits: number,
  level: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  out: Float64Array,
  at: number,
): void {
  const segments = 1 << level;
  out[2 * at] = x1;
  out[2 * at + 1] = y1;
  out[2 * (at + segments)] = x2;
  out[2 * (at + segments) + 1] = y2;
  let bend = BEND;
  for (let step = segments >> 1; step > 0; step >>= 1) {
    for (let i = step; i < segments; i += 2 * step) {
      const from = 2 * (at + i - step);
      const to = 2 * (at + i + step);
      const aside = signed(hash(bits, i)) * bend;
      const dx = out[to] - out[from];
      const dy = out[to + 1] - out[from + 1];
      out[2 * (at + i)] = (out[from] + out[to]) / 2 - dy * aside;
      out[2 * (at + i) + 1] = (out[from + 1] + out[to + 1]) / 2 + dx * aside;
    }
    bend *= DECAY;
  }
  for (let i = 2 * (at + 1); i < 2 * (at + segments); i++) out[i] = toCm(out[i]);
}
