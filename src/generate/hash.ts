/**
 * Randomness without state: every choice is a pure function of the seed and of what is being chosen, so any part
 * of the synthetic kommune can be made alone, in any order, and comes out the same.
 */

/** A bijective scrambling of 32 bits ("lowbias32" of Chris Wellons' hash-prospector, public domain). */
export function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 random bits that belong to (seed, a, b, c). */
export function hash(seed: number, a: number, b = 0, c = 0): number {
  return mix(mix(mix(mix(seed) + a) + b) + c);
}

/** A hash as a number in [0, 1). */
export const unit = (bits: number): number => bits / 4294967296;

/** A hash as a number in [-1, 1). */
export const signed = (bits: number): number => bits / 2147483648 - 1;

/** What a seed is used for; streams of different purposes never meet. */
export const purpose = {
  nodeX: 1,
  nodeY: 2,
  horizontal: 3,
  vertical: 4,
  merge: 5,
  cluster: 6,
  island: 7,
  islandPlace: 8,
  terrain: 9,
  kommune: 10,
  grunnkrets: 11,
  values: 12,
  identity: 13,
  plan: 14,
  planExtra: 15,
  plant: 16,
  wild: 17,
} as const;

/** Picks a key with a chance proportional to its weight; `bits` decides. The weights must not all be zero. */
export function pickWeighted(weights: Readonly<Record<string, number>>, bits: number): string {
  const keys = Object.keys(weights);
  let left = unit(bits) * keys.reduce((sum, key) => sum + weights[key], 0);
  for (const key of keys) {
    left -= weights[key];
    if (left < 0) return key;
  }
  return keys[keys.length - 1];
}
