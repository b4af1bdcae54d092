import { shared } from "../core/layer.js";
import { NO_TWIN, type ZoneEdges } from "./crosser.js";

/**
 * Pairs each edge with the same segment in the ring of a neighbour: another zone of the same rank, on the other side of
 * it. So a border stored in both is looked at once. Where more than two zones have a segment, the rest stand alone or
 * pair among themselves.
 *
 * @param edges start vertices, none of zero length
 * @returns edges that stand for themselves and their twin, and the twin of each
 */
export function pairTwins(
  { xy, ringOf, ownerOf, rankOf, inwardSign }: Omit<ZoneEdges, "grid" | "twin">,
  edges: Uint32Array,
): { firsts: Uint32Array; twin: Uint32Array } {
  const twin = shared(Uint32Array, xy.length / 2);
  twin.fill(NO_TWIN);
  const mask = 2 ** Math.ceil(Math.log2(2 * edges.length + 2)) - 1;
  const table = new Uint32Array(mask + 1).fill(NO_TWIN);
  const firsts = new Uint32Array(edges.length);
  let count = 0;
  const areNeighbours = (e: number, f: number): boolean => {
    const zoneE = ownerOf[ringOf[e]];
    const zoneF = ownerOf[ringOf[f]];
    if (zoneE === zoneF || rankOf[zoneE] !== rankOf[zoneF]) return false;
    const sameWay = xy[2 * e] === xy[2 * f] && xy[2 * e + 1] === xy[2 * f + 1];
    return (inwardSign[ringOf[e]] === inwardSign[ringOf[f]]) !== sameWay;
  };
  for (const e of edges) {
    let slot = hashOf(xy[2 * e] + xy[2 * e + 2], xy[2 * e + 1] + xy[2 * e + 3]) & mask;
    for (; table[slot] !== NO_TWIN; slot = (slot + 1) & mask) {
      const f = table[slot];
      if (twin[f] === NO_TWIN && isSameSegment(xy, e, f) && areNeighbours(e, f)) break;
    }
    if (table[slot] !== NO_TWIN) twin[table[slot]] = e;
    else {
      table[slot] = e;
      firsts[count++] = e;
    }
  }
  return { firsts: firsts.subarray(0, count), twin };
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
function hashOf(sumX: number, sumY: number): number {
  number[0] = sumX;
  number[1] = sumY;
  let h = Math.imul(words[0] ^ Math.imul(words[1], 0x9e3779b1), 0x85ebca6b);
  h ^= Math.imul(words[2] ^ Math.imul(words[3], 0x9e3779b1), 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
