import { orient } from "../overlay/perturb.js";
import type { Borders } from "./borders.js";
import { gridOf, type SegmentGrid } from "./segmentGrid.js";

/**
 * The faces between borders. Half-edge 2e runs along edge e, 2e + 1 against it; each has one face, on its left.
 * Face 0 is the one without end.
 */
export type Faces = {
  readonly count: number;
  /** One per half-edge. */
  readonly faceOf: Uint32Array;
  /** The half-edge that follows on the same ring. */
  readonly next: Uint32Array;
  /** Signed area of each face, its holes taken off; Infinity for face 0. */
  readonly areaM2: Float64Array;
  /** A half-edge on the outer ring of each face; that of face 0 is of no use. */
  readonly outer: Uint32Array;
};

export const originOf = ({ from, to }: Borders, half: number): number =>
  half & 1 ? to[half >> 1] : from[half >> 1];

/**
 * Traces the faces of borders that meet in their ends alone (see `node`). Rings are walked with the face on the left;
 * which rings are holes in which faces is told by a ray to the left of each connected piece, exactly
 * (de Berg et al., Computational Geometry, 3rd ed., 2.2-2.3: doubly-connected edge lists).
 */
export function facesOf(borders: Borders): Faces {
  const around = sortedAround(borders);
  const next = nextOf(borders, around);
  const { ringOf, firstOfRing } = ringsOf(next);
  const pieces = piecesOf(borders);
  const outerOf = pieces.leftmost.map((v) => ringOf[around.halves[around.start[v + 1] - 1]]);
  const faceOfRing = new Int32Array(firstOfRing.length).fill(-1);
  const outerRings = new Set(outerOf);
  const outer = [0];
  firstOfRing.forEach((half, ring) => {
    if (!outerRings.has(ring)) faceOfRing[ring] = outer.push(half) - 1;
  });
  placePieces(borders, pieces, (piece, hit) => {
    faceOfRing[outerOf[piece]] = hit < 0 ? 0 : faceOfRing[ringOf[hit]];
  });
  const faceOf = Uint32Array.from(ringOf, (ring) => faceOfRing[ring]);
  return {
    count: outer.length,
    faceOf,
    next,
    areaM2: areasOf(borders, faceOf, outer),
    outer: Uint32Array.from(outer),
  };
}

type Around = { readonly start: Uint32Array; readonly halves: Uint32Array };

/** Half-edges that leave each vertex, counter-clockwise from just past west. */
function sortedAround(borders: Borders): Around {
  const { xy, count, vertexCount } = borders;
  const start = new Uint32Array(vertexCount + 1);
  for (let half = 0; half < 2 * count; half++) start[originOf(borders, half) + 1]++;
  for (let v = 0; v < vertexCount; v++) start[v + 1] += start[v];
  const place = start.slice(0, -1);
  const halves = new Uint32Array(2 * count);
  for (let half = 0; half < 2 * count; half++) halves[place[originOf(borders, half)]++] = half;
  for (let v = 0; v < vertexCount; v++) {
    const [x, y] = [xy[2 * v], xy[2 * v + 1]];
    halves.subarray(start[v], start[v + 1]).sort((g, h) => {
      const p = originOf(borders, g ^ 1);
      const q = originOf(borders, h ^ 1);
      const [px, py, qx, qy] = [xy[2 * p], xy[2 * p + 1], xy[2 * q], xy[2 * q + 1]];
      const turn = quarterOf(px - x, py - y) - quarterOf(qx - x, qy - y);
      return turn !== 0 ? turn : orient(x, y, qx, qy, px, py);
    });
  }
  return { start, halves };
}

/** South of west-east 0, east 1, north 2, west 3. Differences of doubles have their right sign. */
function quarterOf(dx: number, dy: number): number {
  if (dy < 0) return 0;
  if (dy > 0) return 2;
  return dx > 0 ? 1 : 3;
}

function nextOf(borders: Borders, { start, halves }: Around): Uint32Array {
  const placeOf = new Uint32Array(halves.length);
  halves.forEach((half, i) => (placeOf[half] = i));
  const next = new Uint32Array(halves.length);
  for (let half = 0; half < halves.length; half++) {
    const back = half ^ 1;
    const v = originOf(borders, back);
    const at = placeOf[back];
    next[half] = halves[at > start[v] ? at - 1 : start[v + 1] - 1];
  }
  return next;
}

function ringsOf(next: Uint32Array): { ringOf: Int32Array; firstOfRing: number[] } {
  const ringOf = new Int32Array(next.length).fill(-1);
  const firstOfRing: number[] = [];
  for (let half = 0; half < next.length; half++) {
    if (ringOf[half] >= 0) continue;
    const ring = firstOfRing.push(half) - 1;
    for (let at = half; ringOf[at] < 0; at = next[at]) ringOf[at] = ring;
  }
  return { ringOf, firstOfRing };
}

type Pieces = {
  readonly pieceOf: Int32Array; // one per vertex, -1 where no edge ends
  /** The leftmost vertex of each piece, of several the lowest. */
  readonly leftmost: readonly number[];
};

/** Edges that hang together, by a walk over vertices. */
function piecesOf({ xy, vertexCount, count, from, to }: Borders): Pieces {
  const parent = Int32Array.from({ length: vertexCount }, (_, v) => v);
  const rootOf = (v: number): number => {
    while (parent[v] !== v) v = parent[v] = parent[parent[v]];
    return v;
  };
  const used = new Uint8Array(vertexCount);
  for (let e = 0; e < count; e++) {
    used[from[e]] = used[to[e]] = 1;
    parent[rootOf(from[e])] = rootOf(to[e]);
  }
  const pieceOf = new Int32Array(vertexCount).fill(-1);
  const leftmost: number[] = [];
  const pieceOfRoot = new Map<number, number>();
  for (let v = 0; v < vertexCount; v++) {
    if (used[v] === 0) continue;
    const root = rootOf(v);
    let piece = pieceOfRoot.get(root);
    if (piece === undefined) pieceOfRoot.set(root, (piece = leftmost.push(v) - 1));
    pieceOf[v] = piece;
    const best = leftmost[piece];
    const isFirst =
      xy[2 * v] < xy[2 * best] || (xy[2 * v] === xy[2 * best] && xy[2 * v + 1] < xy[2 * best + 1]);
    if (isFirst) leftmost[piece] = v;
  }
  return { pieceOf, leftmost };
}

/**
 * Calls for each piece with the half-edge whose left face holds it, -1 where it lies outside all others. What is hit
 * reaches further left than the piece, so in order of x its own face is known before.
 */
function placePieces(borders: Borders, pieces: Pieces, place: (piece: number, half: number) => void): void {
  const { xy } = borders;
  const grid = gridOf(borders);
  const order = pieces.leftmost.map((_, piece) => piece);
  order.sort((p, q) => xy[2 * pieces.leftmost[p]] - xy[2 * pieces.leftmost[q]]);
  for (const piece of order) place(piece, leftOf(borders, grid, pieces, piece));
}

/** The nearest border left of a piece, as the half-edge that has the piece on its left: the one that runs down. */
function leftOf(borders: Borders, grid: SegmentGrid, { pieceOf, leftmost }: Pieces, piece: number): number {
  const { xy, from, to } = borders;
  const v = leftmost[piece];
  const [x, y] = [xy[2 * v], xy[2 * v + 1]];
  const row = Math.max(0, Math.min(grid.rows - 1, Math.floor((y - grid.minY) / grid.size)));
  const column = Math.max(0, Math.min(grid.columns - 1, Math.floor((x - grid.minX) / grid.size)));
  let best = -1;
  for (let c = column; c >= 0; c--) {
    const cell = row * grid.columns + c;
    for (let i = grid.cellStart[cell]; i < grid.cellStart[cell + 1]; i++) {
      const e = grid.segments[i];
      const [fromY, toY] = [xy[2 * from[e] + 1], xy[2 * to[e] + 1]];
      if (fromY <= y === toY <= y || pieceOf[from[e]] === piece) continue;
      const [low, high] = fromY <= y ? [from[e], to[e]] : [to[e], from[e]];
      const isLeft = orient(xy[2 * low], xy[2 * low + 1], xy[2 * high], xy[2 * high + 1], x, y) < 0;
      if (isLeft && (best < 0 || isRightOf(borders, e, best))) best = e;
    }
    // One column further than needed: where a border crosses the row is rounded.
    if (best >= 0 && crossesAt(borders, best, y) > grid.minX + (c + 1) * grid.size) break;
  }
  if (best < 0) return -1;
  return xy[2 * from[best] + 1] <= y ? 2 * best + 1 : 2 * best;
}

function crossesAt({ xy, from, to }: Borders, e: number, y: number): number {
  const [x1, y1, x2, y2] = [xy[2 * from[e]], xy[2 * from[e] + 1], xy[2 * to[e]], xy[2 * to[e] + 1]];
  return x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
}

/** Of two borders that both cross a level and not each other: whether e lies right of f there. Exact. */
function isRightOf({ xy, from, to }: Borders, e: number, f: number): boolean {
  const upwards = (g: number): [number, number] =>
    xy[2 * from[g] + 1] < xy[2 * to[g] + 1] ? [from[g], to[g]] : [to[g], from[g]];
  const [eLow, eHigh] = upwards(e);
  const [fLow, fHigh] = upwards(f);
  const side = (low: number, high: number, v: number): number =>
    orient(xy[2 * low], xy[2 * low + 1], xy[2 * high], xy[2 * high + 1], xy[2 * v], xy[2 * v + 1]);
  const lowest = xy[2 * eLow + 1] >= xy[2 * fLow + 1] ? -side(fLow, fHigh, eLow) : side(eLow, eHigh, fLow);
  if (lowest !== 0) return lowest > 0;
  const highest =
    xy[2 * eHigh + 1] <= xy[2 * fHigh + 1] ? -side(fLow, fHigh, eHigh) : side(eLow, eHigh, fHigh);
  return highest > 0;
}

/** Each face's area: all its half-edges, each measured from where the face's outer ring begins. */
function areasOf(borders: Borders, faceOf: Uint32Array, outer: readonly number[]): Float64Array {
  const { xy } = borders;
  const areaM2 = new Float64Array(outer.length);
  for (let half = 0; half < faceOf.length; half++) {
    const face = faceOf[half];
    const base = originOf(borders, outer[face]);
    const [p, q] = [originOf(borders, half), originOf(borders, half ^ 1)];
    const [px, py] = [xy[2 * p] - xy[2 * base], xy[2 * p + 1] - xy[2 * base + 1]];
    const [qx, qy] = [xy[2 * q] - xy[2 * base], xy[2 * q + 1] - xy[2 * base + 1]];
    areaM2[face] += (px * qy - qx * py) / 2;
  }
  areaM2[0] = Infinity;
  return areaM2;
}
