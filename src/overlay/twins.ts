import { bboxOf, shared } from "../core/layer.js";
import { NO_TWIN, type ZoneEdges } from "./crosser.js";
import { ringAt } from "./ringAt.js";

/** Edges that are looked at together: so few that their table stays near the processor. */
const EDGES_PER_TILE = 256;

/**
 * Pairs each edge with the same segment in the ring of a neighbour: another zone of the same rank, on the other side of
 * it. So a border stored in both is looked at once. Where more than two zones have a segment, the rest stand alone or
 * pair among themselves.
 *
 * A hash join in two steps (Shatdal, Kant & Naughton, VLDB 1994): edges are dealt to tiles by their middles, which twins
 * share to the bit, and each tile is joined by itself.
 *
 * @param edges start vertices, ascending, none of zero length
 * @returns edges that stand for themselves and their twin, ascending, and the twin of each
 */
export function pairTwins(
  zones: Omit<ZoneEdges, "grid" | "twin">,
  edges: Uint32Array,
): { firsts: Uint32Array; twin: Uint32Array } {
  const { xy } = zones;
  const twin = shared(Uint32Array, xy.length / 2);
  twin.fill(NO_TWIN);
  const isSecond = new Uint8Array(xy.length / 2);
  const { tileStart, tileEdge } = dealToTiles(xy, edges);
  let table = new Uint32Array(4 * EDGES_PER_TILE);
  for (let tile = 0; tile + 1 < tileStart.length; tile++) {
    const from = tileStart[tile];
    const to = tileStart[tile + 1];
    if (to - from < 2) continue;
    let mask = 1;
    while (mask < 2 * (to - from)) mask = 2 * mask + 1;
    if (mask >= table.length) table = new Uint32Array(mask + 1);
    table.fill(NO_TWIN, 0, mask + 1);
    for (let i = from; i < to; i++) {
      const e = tileEdge[i];
      let slot = hashOf(xy, e) & mask;
      for (; table[slot] !== NO_TWIN; slot = (slot + 1) & mask) {
        const f = table[slot];
        if (twin[f] === NO_TWIN && isSameSegment(xy, e, f) && areNeighbours(zones, e, f)) break;
      }
      if (table[slot] === NO_TWIN) table[slot] = e;
      else {
        twin[table[slot]] = e;
        isSecond[e] = 1;
      }
    }
  }
  let count = 0;
  for (let i = 0; i < edges.length; i++) count += 1 - isSecond[edges[i]];
  const firsts = shared(Uint32Array, count);
  for (let i = 0, at = 0; i < edges.length; i++) if (isSecond[edges[i]] === 0) firsts[at++] = edges[i];
  return { firsts, twin };
}

/** Sorts edges by the tile their middle lies in; within a tile their order stays. */
function dealToTiles(
  xy: Float64Array,
  edges: Uint32Array,
): { tileStart: Uint32Array; tileEdge: Uint32Array } {
  const [minX, minY, maxX, maxY] = bboxOf(xy, 0, xy.length / 2);
  const across = Math.max(1, Math.ceil(Math.sqrt(edges.length / EDGES_PER_TILE)));
  const perX = maxX > minX ? across / (2 * (maxX - minX)) : 0;
  const perY = maxY > minY ? across / (2 * (maxY - minY)) : 0;
  const tileOf = (e: number): number => {
    const column = Math.floor((xy[2 * e] + xy[2 * e + 2] - 2 * minX) * perX);
    const row = Math.floor((xy[2 * e + 1] + xy[2 * e + 3] - 2 * minY) * perY);
    return Math.min(row, across - 1) * across + Math.min(column, across - 1);
  };
  const tileStart = new Uint32Array(across * across + 1);
  for (let i = 0; i < edges.length; i++) tileStart[tileOf(edges[i]) + 1]++;
  for (let tile = 1; tile < tileStart.length; tile++) tileStart[tile] += tileStart[tile - 1];
  const next = tileStart.slice();
  const tileEdge = new Uint32Array(edges.length);
  for (let i = 0; i < edges.length; i++) tileEdge[next[tileOf(edges[i])]++] = edges[i];
  return { tileStart, tileEdge };
}

function areNeighbours(
  { xy, finder, ownerOf, rankOf, inwardSign }: Omit<ZoneEdges, "grid" | "twin">,
  e: number,
  f: number,
): boolean {
  const zoneE = ownerOf[ringAt(finder, e)];
  const zoneF = ownerOf[ringAt(finder, f)];
  if (zoneE === zoneF || rankOf[zoneE] !== rankOf[zoneF]) return false;
  const sameWay = xy[2 * e] === xy[2 * f] && xy[2 * e + 1] === xy[2 * f + 1];
  return (inwardSign[ringAt(finder, e)] === inwardSign[ringAt(finder, f)]) !== sameWay;
}

function isSameSegment(xy: Float64Array, e: number, f: number): boolean {
  const ax = xy[2 * e];
  const ay = xy[2 * e + 1];
  const bx = xy[2 * e + 2];
  const by = xy[2 * e + 3];
  const cx = xy[2 * f];
  const cy = xy[2 * f + 1];
  const dx = xy[2 * f + 2];
  const dy = xy[2 * f + 3];
  return (
    (ax === dx && ay === dy && bx === cx && by === cy) || (ax === cx && ay === cy && bx === dx && by === dy)
  );
}

const number = new Float64Array(2);
const words = new Uint32Array(number.buffer);

/** Hash of the sums of both ends' coordinates: the same in either direction. */
function hashOf(xy: Float64Array, e: number): number {
  number[0] = xy[2 * e] + xy[2 * e + 2];
  number[1] = xy[2 * e + 1] + xy[2 * e + 3];
  let h = Math.imul(words[0] ^ Math.imul(words[1], 0x9e3779b1), 0x85ebca6b);
  h ^= Math.imul(words[2] ^ Math.imul(words[3], 0x9e3779b1), 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
