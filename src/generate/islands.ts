import type { Ring } from "./blockRings.js";
import { hash, signed, unit } from "./hash.js";
import { toCm } from "./lattice.js";

/** Places for islands in a full hexagon: one in the middle, six around it. */
export const SLOTS = 7;

/** Radius of the circle that stays clear of a hexagon's edges and roads, as a share of the pitch. */
const CLEAR = 0.3;
const SLOT_DISTANCE = 0.64 * CLEAR;
const SLOT_RADIUS = 0.28 * CLEAR;

export type IslandKind = "building" | "patch";

/** About half of the islands are buildings, the others ponds, outcrops and the like. */
export const islandKind = (bits: number): IslandKind => (bits & 1 ? "building" : "patch");

/** One cell in ten holds a single large island instead of up to seven small ones. */
export const holdsLargeIsland = (cellBits: number): boolean => unit(hash(cellBits, 1)) < 0.1;

/** The random bits of one island. */
export const islandBits = (cellBits: number, slot: number): number => hash(cellBits, 10 + slot);

/**
 * The shell of an island, counter-clockwise. Small ones are mostly below 100 m2 at a pitch of 100 m.
 * A large one fills its cell and is always a patch.
 *
 * @param cellBits of the cell it stands in; one cell's islands never touch
 * @param middle of the cell
 * @param segments about how many vertices a small patch has
 */
export function islandRing(
  cellBits: number,
  slot: number,
  middle: readonly [number, number],
  pitch: number,
  segments: number,
): Ring {
  const bits = islandBits(cellBits, slot);
  if (holdsLargeIsland(cellBits)) {
    return patchRing(bits, middle[0], middle[1], 0.95 * CLEAR * pitch, Math.max(24, 2 * segments));
  }
  const angle = (slot + unit(hash(cellBits, 2))) * (Math.PI / 3);
  const far = slot === 0 ? 0 : SLOT_DISTANCE * pitch;
  const x = middle[0] + Math.cos(angle) * far;
  const y = middle[1] + Math.sin(angle) * far;
  const radius = SLOT_RADIUS * pitch * (0.35 + 0.65 * unit(hash(bits, 3)) ** 2);
  return islandKind(bits) === "building"
    ? buildingRing(bits, x, y, radius)
    : patchRing(bits, x, y, radius, Math.max(7, segments));
}

/** A rectangle, or an L where the hash says so, turned at random; inside a circle of the given radius. */
function buildingRing(bits: number, x: number, y: number, radius: number): Ring {
  const turn = Math.PI * unit(hash(bits, 4));
  const half = radius * (0.5 + 0.25 * unit(hash(bits, 5)));
  const long = Math.sqrt(radius * radius - half * half);
  const outline =
    unit(hash(bits, 6)) < 0.7
      ? [-long, -half, long, -half, long, half, -long, half]
      : [-long, -half, long, -half, long, 0, 0, 0, 0, half, -long, half];
  const ring = new Float64Array(outline.length + 2);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let i = 0; i < outline.length; i += 2) {
    ring[i] = toCm(x + outline[i] * cos - outline[i + 1] * sin);
    ring[i + 1] = toCm(y + outline[i] * sin + outline[i + 1] * cos);
  }
  return closed(ring);
}

/** A star-shaped outline: one vertex per direction, so it cannot cross itself. */
function patchRing(bits: number, x: number, y: number, radius: number, corners: number): Ring {
  const ring = new Float64Array(2 * corners + 2);
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners;
    const reach = radius * (0.82 + 0.18 * signed(hash(bits, 7, i)));
    ring[2 * i] = toCm(x + Math.cos(angle) * reach);
    ring[2 * i + 1] = toCm(y + Math.sin(angle) * reach);
  }
  return closed(ring);
}

function closed(ring: Ring): Ring {
  ring[ring.length - 2] = ring[0];
  ring[ring.length - 1] = ring[1];
  return ring;
}

/** The hole an island leaves in its host: the same vertices, the other way round. */
export function reversed(ring: Ring): Ring {
  const back = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) {
    back[ring.length - 2 - i] = ring[i];
    back[ring.length - 1 - i] = ring[i + 1];
  }
  return back;
}
