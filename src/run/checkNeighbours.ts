import { crsOf } from "../read/crs.js";
import { openSource } from "../read/open.js";
import { PointMover } from "../read/pointMover.js";
import { readLayer } from "../read/readLayer.js";
import { makeReprojection } from "../read/reproject.js";
import type { Source } from "../read/source.js";
import type { Epsg } from "../core/units.js";
import { checkCoverage } from "../repair/closeLook.js";
import { coverFindings } from "../repair/coverFindings.js";
import type { PlacedFinding } from "../repair/polygonFindings.js";
import { repairPolygons } from "../repair/polygons.js";
import { recogniseFields } from "../rules/recognise.js";
import type { Rules } from "../rules/rules.js";
import type { CheckRequest } from "./check.js";
import { METRIC_EPSG } from "./checkBatch.js";
import { idFieldOf, namesIn } from "./repair.js";
import { coverLimitsOf, decisionRuleOf, topologyOf } from "./topology.js";

/**
 * Is a layer one that should cover the ground once, by its fields: an edition of the Grunnkart, or land cover with a
 * field of its own in the accounting rules? Not so for plans, whose areas may lie on each other.
 */
export function shouldCoverOnce({ fields }: Pick<Source, "fields">, rules: Rules): boolean {
  const names = fields.map(({ name }) => name);
  const family = recogniseFields(rules, names)?.family;
  if (family !== undefined) return family === "grunnkart";
  const lower = names.map((name) => name.toLowerCase());
  return rules.accounting.classifications.some(
    ({ field, onlyIfAllKnown }) => onlyIfAllKnown !== true && lower.includes(field.toLowerCase()),
  );
}

/**
 * What is wrong between the polygons of a layer that should cover the ground once: overlaps, gaps, duplicates, unmatched
 * vertices, slivers. Changes nothing. The layer is held in memory; each polygon is read by the structure rule first.
 * A file in degrees is looked at in EPSG:25833, since thresholds are lengths. Places are in the file's own system.
 *
 * @throws InputError for a file that cannot be read
 */
export async function checkNeighbours(
  request: Pick<CheckRequest, "path" | "epsg" | "idField">,
  rules: Rules,
): Promise<readonly PlacedFinding[]> {
  const topology = topologyOf(rules);
  const source = await openSource(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const inMetres = crsOf(source.name, source.epsg).unit === "metre" ? source.epsg : METRIC_EPSG;
  const idField = idFieldOf(source, request.idField, rules);
  const read = await readLayer(source, idField === undefined ? [] : [idField]);
  const moved = makeReprojection(source.name, source.epsg, inMetres)(read.layer);
  const { layer } = repairPolygons(moved, decisionRuleOf(topology));
  const limits = coverLimitsOf(topology);
  const nameOf = namesIn(layer, idField);
  const found = checkCoverage(layer, { limits, nameOf, priorityOf: () => Infinity });
  return placedIn(source, inMetres, coverFindings(layer, found, limits, nameOf));
}

/** Findings with their places moved back to the file's system. */
function placedIn(source: Source, from: Epsg, findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  if (from === source.epsg) return findings;
  const mover = new PointMover(crsOf(source.name, from), crsOf(source.name, source.epsg));
  return findings.map((finding) => {
    const { x, y } = mover.move(finding.x, finding.y) ? mover : { x: NaN, y: NaN };
    return { ...finding, x, y };
  });
}
