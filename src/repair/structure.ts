import type { Layer } from "../core/layer.js";
import { invariant } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import { orient } from "../overlay/perturb.js";
import { type Arrangement, arrange, tailOf } from "./arrangement.js";
import { type Noded, nodeFeature } from "./noding.js";

/** A feature as the structure rule has it: its parts, each a shell and its holes, closed rings of x and y in turn. */
export type Structured = {
  readonly parts: readonly (readonly Float64Array[])[];
  /** Of the faces taken, in the map plane. */
  readonly areaM2: M2;
  /** Two other readings that people use: even-odd, and "linework" (MakeValid of GEOS, PostGIS and QGIS). */
  readonly evenOddM2: M2;
  readonly lineworkM2: M2;
  /** Faces times how often rings wind round them: the signed areas of the rings, or a face is missing. */
  readonly woundM2: M2;
};

/**
 * Mends one feature by its structure (design 3.3; the rule of JTS GeometryFixer): each ring encloses what it winds round
 * at all, a part is its shell less its holes, and the parts are united. A hole that meets its shell nowhere, inside or on
 * its border, becomes a part. A shell that encloses nothing is dropped, with its holes.
 *
 * The faces between all its borders are found exactly, and taken or left whole; so no vertex moves, and the new ones stand
 * where borders cross. Rings begin at their lowest leftmost vertex and parts are in order of it: the result does not hang
 * on where rings began, or which way they ran.
 *
 * @returns undefined when its borders cannot be noded (`nodeFeature`)
 */
export function structureOf(layer: Layer, feature: number): Structured | undefined {
  const noded = nodeFeature(layer, feature);
  if (noded === undefined) return undefined;
  if (noded.from.length === 0) return { parts: [], areaM2: 0, evenOddM2: 0, lineworkM2: 0, woundM2: 0 };
  const faces = arrange(noded);
  const labels = labelFaces(noded, faces);
  const taken = facesTaken(layer, feature, noded, labels);
  const sum = (takes: (label: Label, face: number) => boolean): M2 =>
    faces.areaM2.reduce((all, m2, face) => (takes(labels[face], face) ? all + m2 : all), 0);
  return {
    parts: partsOf(noded, faces, taken),
    areaM2: sum((_, face) => taken[face] === 1),
    evenOddM2: sum(({ odd }) => odd),
    lineworkM2: sum(({ oddLines }) => oddLines),
    woundM2: faces.areaM2.reduce((all, m2, face) => all + m2 * timesWound(labels[face]), 0),
  };
}

/** What a face is to the rings: those that wind round it, and whether borders, and lines, lie about it in odd number. */
type Label = {
  readonly winds: ReadonlyMap<number, number>;
  readonly odd: boolean;
  /** As `odd`, but what several borders have in common counts once. */
  readonly oddLines: boolean;
};

function timesWound({ winds }: Label): number {
  let times = 0;
  for (const winding of winds.values()) times += winding;
  return times;
}

/** Per face: whether the structure rule takes it. */
function facesTaken(layer: Layer, feature: number, noded: Noded, labels: readonly Label[]): Uint8Array {
  const shellOf = shellsOf(layer, feature);
  const isShell = (ring: number) => shellOf[ring] === ring;
  const covers = new Uint8Array(shellOf.length);
  for (const { winds } of labels) for (const ring of winds.keys()) covers[ring] = 1;
  const meetsShell = holesThatMeet(shellOf, noded, labels);
  return Uint8Array.from(labels, ({ winds }) => {
    const rings = [...winds.keys()];
    const holes = rings.filter((ring) => !isShell(ring));
    const cut = holes.filter((hole) => meetsShell[hole] === 1).map((hole) => shellOf[hole]);
    const isPart = (ring: number) =>
      isShell(ring) ? !cut.includes(ring) : meetsShell[ring] === 0 && covers[shellOf[ring]] === 1;
    return rings.some(isPart) ? 1 : 0;
  });
}

/** Per ring of a feature the shell of its part, itself for a shell. */
function shellsOf({ featurePart, partRing }: Layer, feature: number): Uint32Array {
  const firstPart = featurePart[feature];
  const firstRing = partRing[firstPart];
  const shellOf = new Uint32Array(partRing[featurePart[feature + 1]] - firstRing);
  for (let p = firstPart; p < featurePart[feature + 1]; p++) {
    shellOf.fill(partRing[p] - firstRing, partRing[p] - firstRing, partRing[p + 1] - firstRing);
  }
  return shellOf;
}

/** Per ring: 1 for a hole that has ground, or a point of its border, in common with its shell. */
function holesThatMeet(shellOf: Uint32Array, noded: Noded, labels: readonly Label[]): Uint8Array {
  const meets = new Uint8Array(shellOf.length);
  for (const { winds } of labels) {
    for (const ring of winds.keys()) if (shellOf[ring] !== ring && winds.has(shellOf[ring])) meets[ring] = 1;
  }
  const shellsAt = new Map<number, number[]>();
  const eachEnd = (told: (point: number, ring: number) => void) =>
    noded.runs.forEach((runs, s) => {
      for (const { ring } of runs) for (const point of [noded.from[s], noded.to[s]]) told(point, ring);
    });
  eachEnd((point, ring) => {
    if (shellOf[ring] !== ring) return;
    const known = shellsAt.get(point);
    if (known === undefined) shellsAt.set(point, [ring]);
    else if (!known.includes(ring)) known.push(ring);
  });
  eachEnd((point, ring) => {
    if (shellOf[ring] !== ring && shellsAt.get(point)?.includes(shellOf[ring]) === true) meets[ring] = 1;
  });
  return meets;
}

/** From the face without end, which nothing winds round, face by face over the segments between them. */
function labelFaces(noded: Noded, { faceOf, faceCount }: Arrangement): Label[] {
  const start = new Uint32Array(faceCount + 1);
  for (const face of faceOf) start[face + 1]++;
  for (let face = 0; face < faceCount; face++) start[face + 1] += start[face];
  const halfOf = new Uint32Array(faceOf.length);
  const next = start.slice();
  for (let h = 0; h < faceOf.length; h++) halfOf[next[faceOf[h]]++] = h;
  const labels = new Array<Label | undefined>(faceCount).fill(undefined);
  let label: Label = { winds: new Map(), odd: false, oddLines: false };
  labels[0] = label;
  const queue = [0];
  for (let face = queue.pop(); face !== undefined; face = queue.pop()) {
    label = labels[face] as Label;
    for (let k = start[face]; k < start[face + 1]; k++) {
      const beyond = faceOf[halfOf[k] ^ 1];
      if (labels[beyond] !== undefined) continue;
      labels[beyond] = across(noded, halfOf[k], label);
      queue.push(beyond);
    }
  }
  return labels as Label[];
}

/** From the face on the left of a half-edge to the one on its right. */
function across({ runs }: Noded, half: number, left: Label): Label {
  const winds = new Map(left.winds);
  let { odd } = left;
  for (const run of runs[half >> 1]) {
    const now = (winds.get(run.ring) ?? 0) + (half % 2 === 0 ? -run.times : run.times);
    if (now === 0) winds.delete(run.ring);
    else winds.set(run.ring, now);
    if (run.odd) odd = !odd;
  }
  return { winds, odd, oddLines: !left.oddLines };
}

/** The rings round the faces taken, put together as parts. */
function partsOf(noded: Noded, faces: Arrangement, taken: Uint8Array): Float64Array[][] {
  const { faceOf, clockwise } = faces;
  const isBorder = (h: number) => taken[faceOf[h]] === 1 && taken[faceOf[h ^ 1]] === 0;
  const regionOf = regions(faces, taken);
  const shells = new Map<number, Float64Array[]>();
  const holes: { region: number; ring: Float64Array }[] = [];
  const seen = new Uint8Array(faceOf.length);
  for (let h = 0; h < faceOf.length; h++) {
    if (seen[h] === 1 || !isBorder(h)) continue;
    const points: number[] = [];
    for (let g = h; seen[g] === 0;) {
      seen[g] = 1;
      points.push(tailOf(noded, g));
      // The ground on the left goes on behind the first border met clockwise.
      for (g = clockwise[g ^ 1]; !isBorder(g); g = clockwise[g]);
    }
    const region = regionOf(faceOf[h]);
    for (const loop of simpleLoops(points)) {
      const ring = ringOf(noded, loop);
      if (isLeftAbout(ring)) shells.set(region, [ring]);
      else holes.push({ region, ring });
    }
  }
  for (const { region, ring } of holes) {
    const part = shells.get(region);
    invariant(part !== undefined, () => `a hole at ${ring[0]} ${ring[1]} is in ground without a shell`);
    part.push(ring);
  }
  const parts = [...shells.values()].map(([shell, ...inner]) => [shell, ...inner.sort(byFirstVertex)]);
  return parts.sort(([a], [b]) => byFirstVertex(a, b));
}

/** Faces taken that lie beside each other are one region. */
function regions({ faceOf, faceCount }: Arrangement, taken: Uint8Array): (face: number) => number {
  const above = Uint32Array.from({ length: faceCount }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (above[i] !== i) i = above[i] = above[above[i]];
    return i;
  };
  for (let h = 0; h < faceOf.length; h += 2) {
    if (taken[faceOf[h]] === 1 && taken[faceOf[h + 1]] === 1)
      above[rootOf(faceOf[h])] = rootOf(faceOf[h + 1]);
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

/** The loop as a closed ring from its lowest leftmost vertex. */
function ringOf({ xy }: Noded, loop: readonly number[]): Float64Array {
  const begin = lowest(xy, loop);
  const ring = new Float64Array(2 * loop.length + 2);
  for (let i = 0; i <= loop.length; i++) {
    const point = loop[(begin + i) % loop.length];
    ring[2 * i] = xy[2 * point];
    ring[2 * i + 1] = xy[2 * point + 1];
  }
  return ring;
}

function lowest(xy: Float64Array, loop: readonly number[]): number {
  let least = 0;
  for (let i = 1; i < loop.length; i++) {
    const [p, q] = [2 * loop[i], 2 * loop[least]];
    if (xy[p] < xy[q] || (xy[p] === xy[q] && xy[p + 1] < xy[q + 1])) least = i;
  }
  return least;
}

/** Of a simple ring that begins at its lowest leftmost vertex: the turn there tells. */
function isLeftAbout(ring: Float64Array): boolean {
  const n = ring.length;
  return orient(ring[n - 4], ring[n - 3], ring[0], ring[1], ring[2], ring[3]) > 0;
}

function byFirstVertex(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
