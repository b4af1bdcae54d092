/**
 * One row per piece of ground: which feature, under which set of zone polygons.
 * Geometry is gone; area and owners remain. Rows of one feature stand together, in cover-set order of first meeting.
 */
export type Pieces = {
  readonly ground: Uint32Array; // feature in the ground layer
  readonly cover: Uint32Array; // cover set, 0 = covered by no zone
  readonly planM2: Float64Array; // area in the map plane
  readonly trueM2: Float64Array; // area on the ellipsoid
};

/** Double entry: what each ground feature owns, less its pieces. Positive m2 is lost, negative counted twice. */
export function residualM2(
  ownM2: Float64Array,
  pieces: Pieces,
  areas: Float64Array = pieces.planM2,
): Float64Array {
  const left = ownM2.slice();
  for (let i = 0; i < pieces.ground.length; i++) left[pieces.ground[i]] -= areas[i];
  return left;
}
