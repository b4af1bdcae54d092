import type { Layer } from "../core/layer.js";

/** Twenty-five times round the Earth in metres: no system has larger coordinates. */
const FARTHEST = 1e9;

/**
 * Is every coordinate of a feature one that a place can have? Of others areas and lengths need not be numbers, and where
 * their borders cross cannot be computed. What is wrong with them the finding on the CRS says.
 *
 * @returns true for a feature without geometry
 */
export function isPlaced({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): boolean {
  const from = 2 * ringVertex[partRing[featurePart[feature]]];
  const to = 2 * ringVertex[partRing[featurePart[feature + 1]]];
  for (let i = from; i < to; i++) if (!(xy[i] <= FARTHEST && xy[i] >= -FARTHEST)) return false;
  return true;
}
