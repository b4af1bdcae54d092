import type { Layer } from "../core/layer.js";
import type { M2, Metre } from "../core/units.js";
import { type Arrangement, arrange, halvesByFace } from "./arrangement.js";
import { nodeOrRound } from "./coverCount.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Noded } from "./noding.js";
import { byCoordinates } from "./outlines.js";
import { fromLowest, ringArea } from "./rings.js";

/** The polygons of a neighbourhood cut into faces, and who covers each. Polygons are numbered as in `features`. */
export type CoverFaces = {
  /** Features of the layer, in an order that does not hang on the layer's. */
  readonly features: readonly number[];
  readonly noded: Noded;
  readonly faces: Arrangement;
  /** Half-edges of face f: halfOf[start[f]] .. halfOf[start[f + 1]]. */
  readonly start: Uint32Array;
  readonly halfOf: Uint32Array;
  /** Per face, as a number of `covers`: which polygons cover it. */
  readonly coverOf: Uint32Array;
  /** Each different set of polygons, ascending; covers[0] is nobody. */
  readonly covers: readonly (readonly number[])[];
  /** Polygons with vertices that had to be rounded; none where borders could be noded as they are. */
  readonly moved: readonly Moved[];
};

/** A polygon with vertices moved: rounded to a grid so that borders could be noded, or snapped to others. */
export type Moved = {
  readonly feature: number;
  readonly why: "rounded" | "snapped";
  /** The grid, or how near vertices must be to be one. No vertex moves further at a time. */
  readonly gridM: Metre;
  readonly beforeM2: M2;
  readonly afterM2: M2;
};

/** Name of a feature that does not hang on its place in the file; "" where it has none. */
export type NameOf = (feature: number) => string;

/**
 * Nodes the borders of a neighbourhood, and finds who covers each face (design 3.4). No vertex moves, but where borders
 * cannot be noded as they are: then those in the suspect places are rounded, and told of (`nodeOrRound`).
 *
 * The polygons are put in order of their names, then their coordinates, and each ring begins at its lowest leftmost
 * vertex. So the computed points are the same for any order of the features, and any start of their rings.
 *
 * @param features valid polygons with tidy rings
 * @returns undefined when they cannot be noded
 */
export function coverFaces(
  layer: Layer,
  { features, boxes }: Neighbourhood,
  nameOf: NameOf,
): CoverFaces | undefined {
  const sorted = features
    .map((feature) => ({ feature, name: nameOf(feature), rings: ringsFromLowest(layer, feature) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : byRings(a.rings, b.rings)));
  const rings = sorted.flatMap((one) => one.rings);
  const { noded, gridM, rings: asNoded } = nodeOrRound(rings, layer, boxes);
  if (noded === undefined) return undefined;
  const ownerOfRing = Uint32Array.from(sorted.flatMap((one, i) => one.rings.map(() => i)));
  const faces = arrange(noded);
  const { start, halfOf } = halvesByFace(faces);
  return {
    features: sorted.map(({ feature }) => feature),
    noded,
    faces,
    start,
    halfOf,
    ...coversOf(noded, faces, start, halfOf, ownerOfRing),
    moved: gridM === 0 ? [] : movedBy(gridM, rings, asNoded, ownerOfRing, sorted),
  };
}

function movedBy(
  gridM: Metre,
  rings: readonly Float64Array[],
  asNoded: readonly Float64Array[],
  ownerOfRing: Uint32Array,
  sorted: readonly { readonly feature: number }[],
): Moved[] {
  const before = new Float64Array(sorted.length);
  const after = new Float64Array(sorted.length);
  const isMoved = new Uint8Array(sorted.length);
  rings.forEach((ring, r) => {
    const owner = ownerOfRing[r];
    before[owner] += ringArea(ring);
    after[owner] += ringArea(asNoded[r]);
    if (ring.some((value, i) => value !== asNoded[r][i])) isMoved[owner] = 1;
  });
  return sorted.flatMap(({ feature }, i) =>
    isMoved[i] === 0 ? [] : [{ feature, why: "rounded", gridM, beforeM2: before[i], afterM2: after[i] }],
  );
}

/** The rings of a feature, each from its lowest leftmost vertex; in order of that. */
export function ringsFromLowest(layer: Layer, feature: number): Float64Array[] {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const rings: Float64Array[] = [];
  for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
    if (ringVertex[r] < ringVertex[r + 1])
      rings.push(fromLowest(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1])));
  }
  return rings.sort(byCoordinates);
}

function byRings(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  for (let r = 0; r < Math.min(a.length, b.length); r++) {
    const order = byCoordinates(a[r], b[r]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** From face to face, beginning with the one without end, which nobody covers. */
function coversOf(
  { runs }: Noded,
  { faceOf, faceCount }: Arrangement,
  start: Uint32Array,
  halfOf: Uint32Array,
  ownerOfRing: Uint32Array,
): { coverOf: Uint32Array; covers: number[][] } {
  const none = 0xffffffff;
  const coverOf = new Uint32Array(faceCount).fill(none);
  /** How often each polygon winds round, as owner, times, owner, times ... in order of owners. */
  const windings: number[][] = [[]];
  const numberOf = new Map([["", 0]]);
  coverOf[0] = 0;
  const queue = [0];
  for (let face = queue.pop(); face !== undefined; face = queue.pop()) {
    for (let k = start[face]; k < start[face + 1]; k++) {
      const half = halfOf[k];
      const beyond = faceOf[half ^ 1];
      if (coverOf[beyond] !== none) continue;
      let now: readonly number[] = windings[coverOf[face]];
      for (let run = runs.start[half >> 1]; run < runs.start[(half >> 1) + 1]; run++) {
        now = wound(now, ownerOfRing[runs.ring[run]], half % 2 === 0 ? -runs.times[run] : runs.times[run]);
      }
      const key = now.join(" ");
      const known = numberOf.get(key) ?? windings.push([...now]) - 1;
      numberOf.set(key, known);
      coverOf[beyond] = known;
      queue.push(beyond);
    }
  }
  return { coverOf, covers: windings.map((now) => now.filter((_, i) => i % 2 === 0)) };
}

function wound(windings: readonly number[], owner: number, times: number): number[] {
  const now: number[] = [];
  let isDone = false;
  for (let i = 0; i < windings.length; i += 2) {
    if (!isDone && windings[i] >= owner) {
      const sum = windings[i] === owner ? windings[i + 1] + times : times;
      if (sum !== 0) now.push(owner, sum);
      isDone = true;
      if (windings[i] === owner) continue;
    }
    now.push(windings[i], windings[i + 1]);
  }
  if (!isDone) now.push(owner, times);
  return now;
}
