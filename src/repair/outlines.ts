import { invariant } from "../core/trouble.js";
import { orient } from "../overlay/perturb.js";
import { type Arrangement, tailOf } from "./arrangement.js";
import { DisjointSets } from "./disjointSets.js";
import type { Noded } from "./noding.js";
import { fromLowest } from "./rings.js";

/** Shell and holes of each part of one feature; closed rings of x and y in turn. */
export type Parts = readonly (readonly Float64Array[])[];

/**
 * Polygons put together from the faces they own: every border between two owners is walked once, with the owner on the
 * left. No vertex is made or moved here, and neighbours get the same vertices along a common border. Rings begin at their
 * lowest leftmost vertex, shells counter-clockwise; parts, and the holes of a part, are in order of that vertex.
 *
 * @param ownerOf per face: its owner, or -1 for nobody
 * @returns parts per owner; none where it owns no face
 */
export function outlines(
  noded: Noded,
  { faceOf, faceCount, clockwise }: Arrangement,
  ownerOf: Int32Array,
  ownerCount: number,
): Parts[] {
  const ground = regions(faceOf, faceCount, ownerOf);
  const isBorder = (half: number) => ownerOf[faceOf[half]] !== ownerOf[faceOf[half ^ 1]];
  const shells = new Map<number, { owner: number; rings: Float64Array[] }>();
  const holes: { region: number; ring: Float64Array }[] = [];
  const seen = new Uint8Array(faceOf.length);
  for (let first = 0; first < faceOf.length; first++) {
    const owner = ownerOf[faceOf[first]];
    if (seen[first] === 1 || owner < 0 || !isBorder(first)) continue;
    const points: number[] = [];
    for (let half = first; seen[half] === 0;) {
      seen[half] = 1;
      points.push(tailOf(noded, half));
      // The owner's ground goes on behind the first border met clockwise.
      for (half = clockwise[half ^ 1]; !isBorder(half); half = clockwise[half]);
    }
    const region = ground.rootOf(faceOf[first]);
    for (const loop of simpleLoops(points)) {
      const ring = fromLowest(ringOf(noded.xy, loop));
      if (isLeftAbout(ring)) {
        invariant(!shells.has(region), () => `two shells round one piece of ground at ${ring[0]} ${ring[1]}`);
        shells.set(region, { owner, rings: [ring] });
      } else holes.push({ region, ring });
    }
  }
  for (const { region, ring } of holes) {
    const part = shells.get(region);
    invariant(part !== undefined, () => `a hole at ${ring[0]} ${ring[1]} is in ground without a shell`);
    part.rings.push(ring);
  }
  const parts: Float64Array[][][] = Array.from({ length: ownerCount }, () => []);
  for (const { owner, rings } of shells.values()) {
    const [shell, ...inner] = rings;
    parts[owner].push([shell, ...inner.sort(byCoordinates)]);
  }
  for (const own of parts) own.sort(([a], [b]) => byCoordinates(a, b));
  return parts;
}

/** Faces of one owner that lie beside each other are one region. */
function regions(faceOf: Uint32Array, faceCount: number, ownerOf: Int32Array): DisjointSets {
  const regions = new DisjointSets(faceCount);
  for (let half = 0; half < faceOf.length; half += 2) {
    const [a, b] = [faceOf[half], faceOf[half + 1]];
    if (ownerOf[a] >= 0 && ownerOf[a] === ownerOf[b]) regions.join(a, b);
  }
  return regions;
}

/** A walk that comes back to points it has been at, as loops that do not. */
function simpleLoops(walk: readonly number[]): number[][] {
  const loops: number[][] = [];
  const open: number[] = [];
  const at = new Map<number, number>();
  for (const point of walk) {
    const begin = at.get(point);
    if (begin !== undefined) {
      const loop = open.splice(begin);
      for (const left of loop) at.delete(left);
      loops.push(loop);
    }
    at.set(point, open.length);
    open.push(point);
  }
  loops.push(open);
  return loops;
}

function ringOf(xy: Float64Array, loop: readonly number[]): Float64Array {
  const ring = new Float64Array(2 * loop.length + 2);
  for (let i = 0; i <= loop.length; i++) {
    const point = loop[i % loop.length];
    ring[2 * i] = xy[2 * point];
    ring[2 * i + 1] = xy[2 * point + 1];
  }
  return ring;
}

/** Of a simple ring that begins at its lowest leftmost vertex: the turn there tells. */
function isLeftAbout(ring: Float64Array): boolean {
  const n = ring.length;
  return orient(ring[n - 4], ring[n - 3], ring[0], ring[1], ring[2], ring[3]) > 0;
}

/** In order of the vertices of two rings, one by one; a ring that ends where the other goes on comes first. */
export function byCoordinates(a: Float64Array, b: Float64Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
