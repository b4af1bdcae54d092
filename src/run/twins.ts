import { featureCount, type Layer } from "../core/layer.js";

/** Polygons that are the same in two layers, vertex by vertex, and those that are in one only. */
export type Twins = {
  /** twinOf[f] is the polygon of b that is polygon f of a, or -1. Each polygon of b is the twin of at most one. */
  readonly twinOf: Int32Array;
  readonly onlyB: readonly number[];
};

/**
 * Finds the polygons that both layers have with the same coordinates in the same order, as yearly editions have where
 * nothing was edited. Hashed first, then compared number by number: there are no false twins. The same polygon begun at
 * another vertex is not found, and costs time but no figure.
 */
export function findTwins(a: Layer, b: Layer): Twins {
  const candidates = new Map<number, number[]>();
  for (let f = 0; f < featureCount(b); f++) {
    const hash = hashOf(b, f);
    const same = candidates.get(hash);
    if (same === undefined) candidates.set(hash, [f]);
    else same.push(f);
  }
  const twinOf = new Int32Array(featureCount(a)).fill(-1);
  const taken = new Uint8Array(featureCount(b));
  for (let f = 0; f < twinOf.length; f++) {
    const found = candidates.get(hashOf(a, f))?.find((g) => taken[g] === 0 && samePolygon(a, f, b, g));
    if (found === undefined) continue;
    twinOf[f] = found;
    taken[found] = 1;
  }
  const onlyB = Array.from(taken.keys()).filter((g) => taken[g] === 0);
  return { twinOf, onlyB };
}

function hashOf({ xy, ringVertex, partRing, featurePart }: Layer, f: number): number {
  const first = ringVertex[partRing[featurePart[f]]];
  const end = ringVertex[partRing[featurePart[f + 1]]];
  const words = new Uint32Array(xy.buffer, xy.byteOffset, 2 * xy.length);
  let hash = end - first;
  for (let w = 4 * first; w < 4 * end; w++) hash = Math.imul(hash ^ words[w], 0x01000193) ^ (hash >>> 15);
  return hash;
}

function samePolygon(a: Layer, f: number, b: Layer, g: number): boolean {
  const partsA = a.featurePart[f];
  const partsB = b.featurePart[g];
  const parts = a.featurePart[f + 1] - partsA;
  if (b.featurePart[g + 1] - partsB !== parts || parts === 0) return false;
  const ringsA = a.partRing[partsA];
  const ringsB = b.partRing[partsB];
  for (let p = 1; p <= parts; p++) {
    if (a.partRing[partsA + p] - ringsA !== b.partRing[partsB + p] - ringsB) return false;
  }
  const firstA = a.ringVertex[ringsA];
  const firstB = b.ringVertex[ringsB];
  const rings = a.partRing[partsA + parts] - ringsA;
  for (let r = 1; r <= rings; r++) {
    if (a.ringVertex[ringsA + r] - firstA !== b.ringVertex[ringsB + r] - firstB) return false;
  }
  const numbers = 2 * (a.ringVertex[ringsA + rings] - firstA);
  for (let i = 0; i < numbers; i++) if (a.xy[2 * firstA + i] !== b.xy[2 * firstB + i]) return false;
  return true;
}
