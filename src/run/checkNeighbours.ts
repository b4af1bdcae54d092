import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { makeReprojection } from "../read/reproject.js";
import { checkCoverage } from "../repair/coverage.js";
import { coverFindings } from "../repair/coverFindings.js";
import type { PlacedFinding } from "../repair/polygonFindings.js";
import { repairPolygons } from "../repair/polygons.js";
import type { Rules } from "../rules/rules.js";
import { coverLimitsOf, idFieldOf, metricOf, namesIn, topologyOf } from "./repair.js";

/**
 * What is wrong between the polygons of a layer that should cover the ground once: overlaps, gaps, duplicates, unmatched
 * vertices, slivers. Changes nothing. The layer is held in memory; each polygon is read by the structure rule first.
 * Places are in the layer's system, or in `toEpsg`.
 *
 * @throws InputError for a file that cannot be read, or is in degrees and has no `toEpsg`
 */
export async function checkNeighbours(
  request: {
    readonly path: string;
    readonly epsg?: number;
    readonly toEpsg?: number;
    readonly idField?: string;
  },
  rules: Rules,
): Promise<readonly PlacedFinding[]> {
  const topology = topologyOf(rules);
  const source = await openSource(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const epsg = metricOf(source, request.toEpsg);
  const idField = idFieldOf(source, request.idField, rules);
  const read = await readLayer(source, idField === undefined ? [] : [idField]);
  const { m2, andel } = topology.avgjorelse;
  const moved = makeReprojection(source.name, source.epsg, epsg)(read.layer);
  const { layer } = repairPolygons(moved, { m2, share: andel });
  const limits = coverLimitsOf(topology);
  const nameOf = namesIn(layer, idField);
  const found = checkCoverage(layer, { limits, nameOf, priorityOf: () => Infinity });
  return coverFindings(layer, found, limits, nameOf);
}
