import type { Layer } from "../core/layer.js";
import { PLANE, type Measure } from "../core/measure.js";
import type { Pieces } from "../core/pieces.js";
import { CoverKernel } from "./kernel.js";
import { indexZones } from "./zones.js";

/** What an overlay of one ground layer gives. Zone polygons are numbered through all zone layers in order. */
export type Overlay = {
  readonly pieces: Pieces;
  /** Own areas of the ground features, summed from their rings alone. */
  readonly ownPlanM2: Float64Array;
  readonly ownTrueM2: Float64Array;
  /** members[s] lists the zone polygons that cover set s, ascending; members[0] is empty. */
  readonly members: readonly (readonly number[])[];
};

/**
 * Overlays a ground layer with any number of zone layers, which may overlap one another and themselves.
 * For whole files use the run room, which streams; this door is for layers that are in memory already.
 *
 * @param ground polygons, each visited once; may stick out of the zones
 * @param zoneLayers numbered through: polygon f of layer l is (sum of earlier layers' feature counts) + f
 * @param fold when false, slivers below the rounding of coordinates are kept as rows of their own
 */
export function overlay(
  ground: Layer,
  zoneLayers: readonly Layer[],
  measure: Measure = PLANE,
  fold = true,
): Overlay {
  const kernel = new CoverKernel(indexZones(zoneLayers, measure), measure, { fold });
  const result = kernel.overlay(ground);
  const members = Array.from({ length: kernel.sets.size }, (_, set) => kernel.members(set));
  return { ...result, members };
}
