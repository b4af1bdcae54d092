import type { CoverSets } from "./coverSets.js";
import { NO_TWIN, type ZoneEdges } from "./crosser.js";
import { GROUND, orient, tieSide } from "./perturb.js";
import { ringAt } from "./ringAt.js";

/** What tells whose border an edge is. */
type Borders = Pick<ZoneEdges, "finder" | "ownerOf" | "inwardSign">;

/** Does a way that zone edge e crosses from right to left (`leftward`), or the other way, lead out of e's zone? */
export function leavesZone(zones: Borders, e: number, leftward: boolean): boolean {
  // The edge points to the way's left: what lies left of the edge lies behind.
  return leftward === zones.inwardSign[ringAt(zones.finder, e)] > 0;
}

/**
 * The cover set beyond zone edge e. Where the edge is a border of two neighbours (`mate` its twin of the same rank), out
 * of one comes before into the other: they are disjoint, and no set has both.
 */
export function toggleBorder(
  zones: Borders,
  sets: CoverSets,
  set: number,
  e: number,
  mate: number,
  leaves: boolean,
): number {
  const { ownerOf, finder } = zones;
  const zone = ownerOf[ringAt(finder, e)];
  if (mate === NO_TWIN) return sets.toggle(set, zone);
  const other = ownerOf[ringAt(finder, mate)];
  return leaves ? sets.toggle(sets.toggle(set, zone), other) : sets.toggle(sets.toggle(set, other), zone);
}

/** The cover set after the unmoved way a -> b, as far as zone edge e and its twin have a say in it. */
export function beyondEdge(
  zones: ZoneEdges,
  sets: CoverSets,
  set: number,
  e: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const { xy, twin, finder, ownerOf, rankOf } = zones;
  const ux = xy[2 * e];
  const uy = xy[2 * e + 1];
  const vx = xy[2 * e + 2];
  const vy = xy[2 * e + 3];
  const a = orient(ux, uy, vx, vy, ax, ay);
  const b = orient(ux, uy, vx, vy, bx, by);
  if ((a > 0 && b > 0) || (a < 0 && b < 0)) return set;
  const u = orient(ax, ay, bx, by, ux, uy);
  const v = orient(ax, ay, bx, by, vx, vy);
  if ((u > 0 && v > 0) || (u < 0 && v < 0)) return set;
  const rank = rankOf[ownerOf[ringAt(finder, e)]];
  const aLeft = (a || tieSide(ux, uy, vx, vy, rank, GROUND)) > 0;
  const bLeft = (b || tieSide(ux, uy, vx, vy, rank, GROUND)) > 0;
  const uLeft = (u || tieSide(ax, ay, bx, by, GROUND, rank)) > 0;
  const vLeft = (v || tieSide(ax, ay, bx, by, GROUND, rank)) > 0;
  // Beside the ground all ranks tie alike, so a twin of another rank is crossed where e is.
  if (aLeft === bLeft || uLeft === vLeft) return set;
  return toggleBorder(zones, sets, set, e, twin[e], leavesZone(zones, e, vLeft));
}
