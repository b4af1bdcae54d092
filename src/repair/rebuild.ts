import { invariant } from "../core/trouble.js";
import { tailOf } from "./arrangement.js";
import { fromLowest, type CoverFaces } from "./coverFaces.js";
import { isCounterClockwise } from "../overlay/orientation.js";
import { ringArea } from "./rings.js";
import { boxOf } from "./coverCount.js";

/** Shell and holes of each part; closed rings from their lowest leftmost vertex. */
export type Parts = readonly (readonly Float64Array[])[];

/**
 * Polygons put together from the faces they own: every border between two owners is walked once, with the owner on the
 * left. No vertex is made or moved here, and neighbours get the same vertices along a common border.
 *
 * @param ownerOf per face: an index of `features`, or -1
 * @returns parts per index of `features`; none where it owns no face
 */
export function rebuild(cover: CoverFaces, ownerOf: Int32Array): Parts[] {
  const { features, noded, faces } = cover;
  const { faceOf, clockwise } = faces;
  const regionOf = regions(faceOf, faces.faceCount, ownerOf);
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
    const region = regionOf(faceOf[first]);
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
  const parts: Float64Array[][][] = features.map(() => []);
  for (const { owner, rings } of shells.values()) {
    const [shell, ...inner] = rings;
    parts[owner].push([shell, ...inner.sort(byFirstVertex)]);
  }
  for (const own of parts) own.sort(([a], [b]) => byFirstVertex(a, b));
  return parts;
}

/** Faces of one owner that lie beside each other are one region. */
function regions(faceOf: Uint32Array, faceCount: number, ownerOf: Int32Array): (face: number) => number {
  const above = Uint32Array.from({ length: faceCount }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (above[i] !== i) i = above[i] = above[above[i]];
    return i;
  };
  for (let half = 0; half < faceOf.length; half += 2) {
    const [a, b] = [faceOf[half], faceOf[half + 1]];
    if (ownerOf[a] >= 0 && ownerOf[a] === ownerOf[b]) above[rootOf(a)] = rootOf(b);
  }
  return rootOf;
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

function isLeftAbout(ring: Float64Array): boolean {
  const [minX, minY, maxX, maxY] = boxOf([ring]);
  return isCounterClockwise(ring, 0, ring.length / 2 - 1, ringArea(ring), maxX - minX + maxY - minY);
}

const byFirstVertex = (a: Float64Array, b: Float64Array): number => a[0] - b[0] || a[1] - b[1];
