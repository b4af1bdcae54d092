import Flatbush from "flatbush";
import type { Bbox, Layer } from "../core/layer.js";
import { featureBox } from "../core/subset.js";
import { BrokenInvariant } from "../core/trouble.js";
import type { M2, Metre } from "../core/units.js";
import { isCounterClockwise } from "../overlay/orientation.js";
import type { Zones } from "../overlay/zones.js";
import { boxOf } from "../repair/coverCount.js";
import { coverFaces, type CoverFaces } from "../repair/coverFaces.js";
import { outlines, type Parts } from "../repair/outlines.js";
import { ringArea, reversed } from "../repair/rings.js";
import { outlineNear } from "./outline.js";

/** A piece as the kernel posted it: the zones over it, ascending, and its area in the map plane. */
export type Posted = { readonly members: readonly number[]; readonly planM2: M2 };

/** What became of one posted piece. `thin`: so small that rounding decides whether it is there at all. */
export type Shape =
  | { readonly how: "built" | "rounded"; readonly parts: Parts; readonly drawnM2: M2 }
  | { readonly how: "thin" }
  | { readonly how: "failed"; readonly why: string };

/**
 * New points are rounded to doubles, or to a point 16 units in the last place away (`nodeFeature`), and the kernel
 * rounds its own crossings: so far in all a border may be from where it should be, as a share of the largest coordinate.
 */
const ROUNDING = 32 * 2 ** -52;
/** Of sums, as a share of the ground polygon. */
const SUM_ROUNDING = 1e-12;

/**
 * Builds the pieces of ground polygons that lie under several cover sets (design 2). The borders of the polygon and of
 * the zones that decide something in it are noded exactly, each face knows its cover set, and the faces of one set are
 * put together. Each piece is held to the kernel's area, which was found without building anything.
 *
 * One builder serves one thread. See decisions/polygons-on-request.md.
 */
export class PieceBuilder {
  private readonly tree: Flatbush | undefined;

  constructor(private readonly zones: Zones) {
    if (zones.ringTree.byteLength > 0) this.tree = Flatbush.from(zones.ringTree);
  }

  /**
   * @param posted the kernel's rows of this feature, each cover set once
   * @returns one shape per row
   */
  build(ground: Layer, feature: number, posted: readonly Posted[]): Shape[] {
    const box = featureBox(ground, feature);
    const deciding = decidingZones(posted);
    const own = ringsToLeft(ground, feature);
    const slack = { largest: largestOf(box), groundLength: lengthOf(own) };
    try {
      const cover = coverFaces(...this.scene(ground, own, box, deciding), (owner) =>
        String(owner).padStart(8, "0"),
      );
      if (cover === undefined) return posted.map(() => failed("grensene lar seg ikke skjære mot hverandre"));
      const ownerOf = rowOfFaces(cover, deciding, posted);
      const parts = outlines(cover.noded, cover.faces, ownerOf, posted.length);
      const gridM = cover.moved.reduce((most, moved) => Math.max(most, moved.gridM), 0);
      return posted.map((row, i) => shapeOf(row.planM2, parts[i], gridM, slack));
    } catch (error) {
      // A promise of the arrangement that does not hold here. The caller says which polygon, and its area.
      if (error instanceof BrokenInvariant) return posted.map(() => failed(error.message));
      throw error;
    }
  }

  /** The polygon as owner 0, then each deciding zone as it is seen from the polygon's box. */
  private scene(
    ground: Layer,
    own: readonly Float64Array[],
    box: Bbox,
    deciding: readonly number[],
  ): [Layer, { features: readonly number[]; boxes: readonly Bbox[] }] {
    const { xy, ringVertex, ownerOf, inwardSign } = this.zones;
    const ringsOf = new Map<number, Float64Array[]>(deciding.map((zone) => [zone, []]));
    const margin = (box[2] - box[0] + box[3] - box[1]) * 1e-6 + largestOf(box) * 2 ** -40;
    const around: Bbox = [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
    const found = this.tree?.search(...around, (ring) => ringsOf.has(ownerOf[ring])) ?? [];
    for (const ring of found.sort((a, b) => a - b)) {
      const outline = outlineNear(xy, ringVertex[ring], ringVertex[ring + 1], around);
      ringsOf.get(ownerOf[ring])!.push(inwardSign[ring] > 0 ? outline : reversed(outline));
    }
    const owners = [own, ...ringsOf.values()];
    return [pile(ground, owners), { features: owners.map((_, owner) => owner), boxes: [around] }];
  }
}

const failed = (why: string): Shape => ({ how: "failed", why });

/** Zones over some of the pieces and not all: those over all or none cut nothing. Ascending. */
function decidingZones(posted: readonly Posted[]): number[] {
  const times = new Map<number, number>();
  for (const { members } of posted) for (const zone of members) times.set(zone, (times.get(zone) ?? 0) + 1);
  return [...times].flatMap(([zone, count]) => (count < posted.length ? [zone] : [])).sort((a, b) => a - b);
}

/** The feature's rings, turned so that its ground lies left of each. */
function ringsToLeft(layer: Layer, feature: number): Float64Array[] {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const rings: Float64Array[] = [];
  for (let p = featurePart[feature]; p < featurePart[feature + 1]; p++) {
    for (let r = partRing[p]; r < partRing[p + 1]; r++) {
      const ring = xy.slice(2 * ringVertex[r], 2 * ringVertex[r + 1]);
      if (ring.length < 4) continue;
      const [minX, minY, maxX, maxY] = boxOf([ring]);
      const last = ring.length / 2 - 1;
      const left = isCounterClockwise(ring, 0, last, ringArea(ring), maxX - minX + maxY - minY);
      rings.push(left === (r === partRing[p]) ? ring : reversed(ring));
    }
  }
  return rings;
}

/** Owners as features of one part each: the faces between their rings are asked for, not their parts. */
function pile({ name, epsg }: Layer, owners: readonly (readonly Float64Array[])[]): Layer {
  const rings = owners.flat();
  const ringVertex = new Uint32Array(rings.length + 1);
  rings.forEach((ring, r) => (ringVertex[r + 1] = ringVertex[r] + ring.length / 2));
  const xy = new Float64Array(2 * ringVertex[rings.length]);
  rings.forEach((ring, r) => xy.set(ring, 2 * ringVertex[r]));
  const partRing = new Uint32Array(owners.length + 1);
  owners.forEach((own, o) => (partRing[o + 1] = partRing[o] + own.length));
  const featurePart = Uint32Array.from({ length: owners.length + 1 }, (_, o) => o);
  return { name, epsg, xy, ringVertex, partRing, featurePart, columns: new Map() };
}

/**
 * Per face the row it belongs to, -1 outside the ground. A face under a set that has no row is a sliver that the kernel
 * booked on the largest piece; here too.
 */
function rowOfFaces(cover: CoverFaces, deciding: readonly number[], posted: readonly Posted[]): Int32Array {
  const isDeciding = new Set(deciding);
  const rowOf = new Map(
    posted.map(({ members }, row) => [members.filter((zone) => isDeciding.has(zone)).join(), row]),
  );
  const main = posted.reduce((most, { planM2 }, row) => (planM2 > posted[most].planM2 ? row : most), 0);
  const rowOfCover = cover.covers.map((owners) => {
    if (owners[0] !== 0) return -1;
    const zones = owners.slice(1).map((owner) => deciding[owner - 1]);
    return rowOf.get(zones.join()) ?? main;
  });
  return Int32Array.from(cover.coverOf, (set) => rowOfCover[set]);
}

function shapeOf(
  planM2: M2,
  parts: Parts,
  gridM: Metre,
  { largest, groundLength }: { readonly largest: number; readonly groundLength: Metre },
): Shape {
  const rings = parts.flat();
  const drawnM2 = rings.reduce((sum, ring) => sum + ringArea(ring), 0);
  const offM = ROUNDING * largest + 2 * gridM;
  const tolerance = offM * (groundLength + lengthOf(rings)) + SUM_ROUNDING * groundLength * groundLength;
  if (!(Math.abs(drawnM2 - planM2) <= tolerance))
    return failed(`bygd ${drawnM2} m², regnskapet har ${planM2} m²`);
  if (rings.length === 0) return { how: "thin" };
  return { how: gridM === 0 ? "built" : "rounded", parts, drawnM2 };
}

function lengthOf(rings: readonly Float64Array[]): Metre {
  let length = 0;
  for (const ring of rings)
    for (let i = 0; i + 3 < ring.length; i += 2)
      length += Math.hypot(ring[i + 2] - ring[i], ring[i + 3] - ring[i + 1]);
  return length;
}

const largestOf = (box: Bbox): number => box.reduce((most, side) => Math.max(most, Math.abs(side)), 0);
