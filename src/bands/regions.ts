import type { Borders } from "./borders.js";
import { originOf, type Faces } from "./faces.js";

/** Faces of one label that hang together, as a polygon or several that touch in points. Rings are closed. */
export type Region = {
  readonly label: number;
  /** Each part: the shell counter-clockwise, then its holes clockwise; x and y in turn. */
  readonly parts: readonly (readonly Float64Array[])[];
};

/**
 * Takes away the borders between faces of one label, and walks round what is left. Regions and their rings stand in the
 * order of their leftmost vertices, so that the order of lines in a file leaves no trace.
 *
 * @param labelOf one per face; faces with a negative label are left out
 */
export function regionsOf(borders: Borders, faces: Faces, labelOf: Int32Array): Region[] {
  const { faceOf, next } = faces;
  const isKept = (half: number): boolean => labelOf[faceOf[half]] !== labelOf[faceOf[half ^ 1]];
  const regionOf = joinedFaces(borders, faces, labelOf);
  const ringsOf = new Map<number, Float64Array[]>();
  const walked = new Uint8Array(faceOf.length);
  for (let half = 0; half < faceOf.length; half++) {
    if (walked[half] === 1 || labelOf[faceOf[half]] < 0 || !isKept(half)) continue;
    const vertices: number[] = [];
    for (let at = half; walked[at] === 0;) {
      walked[at] = 1;
      vertices.push(originOf(borders, at));
      at = next[at];
      while (!isKept(at)) at = next[at ^ 1];
    }
    const region = regionOf(faceOf[half]);
    const rings = ringsOf.get(region) ?? [];
    ringsOf.set(region, rings);
    for (const loop of simpleLoops(vertices)) rings.push(ringFrom(borders.xy, loop));
  }
  const regions = [...ringsOf].map(([face, rings]): Region => ({
    label: labelOf[face],
    parts: partsOf(rings),
  }));
  return regions
    .filter(({ parts }) => parts.length > 0)
    .sort((p, q) => p.label - q.label || byStart(p.parts[0][0], q.parts[0][0]));
}

function joinedFaces({ count }: Borders, faces: Faces, labelOf: Int32Array): (face: number) => number {
  const parent = Int32Array.from(labelOf, (_, face) => face);
  const rootOf = (face: number): number => {
    while (parent[face] !== face) face = parent[face] = parent[parent[face]];
    return face;
  };
  for (let e = 0; e < count; e++) {
    const [left, right] = [faces.faceOf[2 * e], faces.faceOf[2 * e + 1]];
    if (labelOf[left] === labelOf[right]) parent[rootOf(left)] = rootOf(right);
  }
  return rootOf;
}

/** A ring that comes by a vertex twice is parted there. */
function simpleLoops(vertices: readonly number[]): number[][] {
  const loops: number[][] = [];
  const stack: number[] = [];
  const placeOf = new Map<number, number>();
  for (const v of vertices) {
    const before = placeOf.get(v);
    if (before !== undefined) {
      const loop = stack.splice(before);
      for (const one of loop) placeOf.delete(one);
      loops.push(loop);
    }
    placeOf.set(v, stack.length);
    stack.push(v);
  }
  return [...loops, stack].filter((loop) => loop.length >= 3);
}

/** Begins with the leftmost vertex, of several the lowest, and ends with it. */
function ringFrom(xy: Float64Array, loop: readonly number[]): Float64Array {
  const isBefore = (p: number, q: number): boolean =>
    xy[2 * p] < xy[2 * q] || (xy[2 * p] === xy[2 * q] && xy[2 * p + 1] < xy[2 * q + 1]);
  let first = 0;
  loop.forEach((v, i) => {
    if (isBefore(v, loop[first])) first = i;
  });
  const ring = new Float64Array(2 * loop.length + 2);
  for (let i = 0; i <= loop.length; i++) {
    const v = loop[(first + i) % loop.length];
    ring[2 * i] = xy[2 * v];
    ring[2 * i + 1] = xy[2 * v + 1];
  }
  return ring;
}

function partsOf(rings: readonly Float64Array[]): Float64Array[][] {
  const areas = new Map(rings.map((ring) => [ring, signedArea(ring)]));
  const areaOf = (ring: Float64Array): number => areas.get(ring) as number;
  const shells = rings.filter((ring) => areaOf(ring) > 0).sort(byStart);
  const parts = shells.map((shell) => [shell]);
  for (const hole of rings.filter((ring) => areaOf(ring) < 0).sort(byStart)) {
    const around = parts
      .filter(([shell]) => parts.length === 1 || holds(shell, hole))
      .sort(([p], [q]) => areaOf(p) - areaOf(q));
    around.at(0)?.push(hole);
  }
  return parts;
}

const byStart = (p: Float64Array, q: Float64Array): number =>
  p[0] - q[0] || p[1] - q[1] || p[2] - q[2] || p[3] - q[3];

/** Shoelace formula from the ring's first vertex. */
function signedArea(ring: Float64Array): number {
  let twice = 0;
  for (let i = 2; i + 3 < ring.length; i += 2) {
    const [px, py] = [ring[i] - ring[0], ring[i + 1] - ring[1]];
    const [qx, qy] = [ring[i + 2] - ring[0], ring[i + 3] - ring[1]];
    twice += px * qy - qx * py;
  }
  return twice / 2;
}

/** Whether the middle of the hole's first edge lies in the shell, by a ray to the right. */
function holds(shell: Float64Array, hole: Float64Array): boolean {
  const [x, y] = [(hole[0] + hole[2]) / 2, (hole[1] + hole[3]) / 2];
  let inside = false;
  for (let i = 0; i + 3 < shell.length; i += 2) {
    const [x1, y1, x2, y2] = [shell[i], shell[i + 1], shell[i + 2], shell[i + 3]];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
