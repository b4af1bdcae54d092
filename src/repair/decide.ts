import type { Bbox } from "../core/layer.js";
import type { M2, Metre } from "../core/units.js";
import { headOf, tailOf } from "./arrangement.js";
import { faceRings } from "./coverCount.js";
import type { CoverFaces } from "./coverFaces.js";
import { inscribedWidth } from "./inscribed.js";
import { ringArea } from "./rings.js";

/** What the rules say of coverages: `rules/topologi.json`. */
export type CoverLimits = {
  /** A gap no wider than this is rounding. */
  readonly roundingM: Metre;
  /** A gap no wider, and no larger, is given away; others stay. */
  readonly gapM: Metre;
  readonly gapM2: M2;
  /** An overlap wider than this is an error of the data, whoever gets it. */
  readonly overlapM: Metre;
  /** A polygon with 2 area / perimeter up to this is a sliver. */
  readonly sliverM: Metre;
};

/** What is known of the layer's polygons when ground is given away. */
export type Claims = {
  /** Place in the list of explicit priorities; Infinity where it has none. */
  priorityOf(feature: number): number;
  areaM2Of(feature: number): M2;
};

/** Why a polygon got ground (design 3.5 and 3.6); "none" where a gap stays. */
export type Ground = "priority" | "border" | "area" | "id" | "none";

/** What was met at one face, and what it comes to. */
export type Decision = {
  readonly kind: "overlap" | "gap";
  /** Features that claim the face, or border on it; in order of their names. */
  readonly features: readonly number[];
  /** The feature that gets it; -1 when nobody does. */
  readonly to: number;
  readonly by: Ground;
  readonly areaM2: M2;
  readonly widthM: Metre;
  /** A point in it, or on its border where it is all rounding. */
  readonly x: number;
  readonly y: number;
  readonly rings: readonly Float64Array[];
};

export type Decided = {
  /** Per face: its owner as an index of `features`, -1 for nobody. */
  readonly ownerOf: Int32Array;
  readonly decisions: readonly Decision[];
};

/** Two lengths or areas nearer to each other than this, relatively, are a tie. */
const TIE = 1e-9;

/**
 * Decides who owns each face, on the faces as they are: no decision looks at another one's result, but for gaps, which
 * look at what overlaps came to. So order cannot matter.
 *
 * @param places boxes in which all polygons are known: only there can an uncovered face be told from ground of others
 * @param asked "in places": what lies outside them is nobody's and not told of
 */
export function decide(
  cover: CoverFaces,
  places: readonly Bbox[],
  claims: Claims,
  limits: CoverLimits,
  asked: "all" | "in places" = "all",
): Decided {
  const { features, faces, coverOf, covers } = cover;
  const ownerOf = new Int32Array(faces.faceCount).fill(-1);
  const decisions: Decision[] = [];
  for (let face = 1; face < faces.faceCount; face++) {
    const claimants = covers[coverOf[face]];
    if (claimants.length === 1) ownerOf[face] = claimants[0];
    if (claimants.length < 2 || (asked === "in places" && !liesIn(boxOfFace(cover, face), places))) continue;
    const borders = bordersOf(cover, face, (beyond) =>
      covers[coverOf[beyond]].filter((i) => claimants.includes(i)),
    );
    const { to, by } = choose(claimants, borders, features, claims);
    ownerOf[face] = to;
    decisions.push({
      kind: "overlap",
      ...namesOf(features, claimants, to),
      by,
      ...shapeOf(cover, face, limits),
    });
  }
  const filled: [number, number][] = [];
  for (let face = 1; face < faces.faceCount; face++) {
    if (covers[coverOf[face]].length > 0) continue;
    const borders = bordersOf(cover, face, (beyond) => (ownerOf[beyond] < 0 ? [] : [ownerOf[beyond]]));
    const neighbours = [...borders.keys()].sort((a, b) => a - b);
    if (neighbours.length === 0 || faces.areaM2[face] > limits.gapM2 * 1.001) continue;
    if (!liesIn(boxOfFace(cover, face), places)) continue;
    const shape = shapeOf(cover, face, limits);
    const isFilled =
      shape.widthM <= limits.roundingM || (shape.widthM <= limits.gapM && shape.areaM2 <= limits.gapM2);
    const { to, by } = isFilled
      ? choose(neighbours, borders, features, claims)
      : ({ to: -1, by: "none" } as const);
    if (to >= 0) filled.push([face, to]);
    decisions.push({ kind: "gap", ...namesOf(features, neighbours, to), by, ...shape });
  }
  for (const [face, to] of filled) ownerOf[face] = to;
  return { ownerOf, decisions };
}

const namesOf = (features: readonly number[], some: readonly number[], to: number) => ({
  features: some.map((i) => features[i]),
  to: to < 0 ? -1 : features[to],
});

function shapeOf({ noded, faces, start, halfOf }: CoverFaces, face: number, { roundingM }: CoverLimits) {
  const rings = faceRings(noded, faces, halfOf.subarray(start[face], start[face + 1]));
  const areaM2 = Math.max(
    0,
    rings.reduce((sum, ring) => sum + ringArea(ring), 0),
  );
  return { rings, areaM2, ...widthOf(rings, areaM2, roundingM) };
}

function boxOfFace({ noded, start, halfOf }: CoverFaces, face: number): Bbox {
  const { xy } = noded;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = start[face]; k < start[face + 1]; k++) {
    const tail = tailOf(noded, halfOf[k]);
    const [x, y] = [xy[2 * tail], xy[2 * tail + 1]];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return [minX, minY, maxX, maxY];
}

/** Of ground too small to hold a circle of `roundingM` the width is that of a circle of its area: it is no wider. */
export function widthOf(rings: readonly Float64Array[], areaM2: M2, roundingM: Metre) {
  const atMost = 2 * Math.sqrt(areaM2 / Math.PI);
  return atMost <= roundingM ? { widthM: atMost, x: rings[0][0], y: rings[0][1] } : inscribedWidth(rings);
}

/** Metres of a face's border beyond which each polygon is. */
function bordersOf(
  { noded, faces, start, halfOf }: CoverFaces,
  face: number,
  whoIs: (beyond: number) => readonly number[],
): Map<number, Metre> {
  const { xy } = noded;
  const borders = new Map<number, Metre>();
  for (let k = start[face]; k < start[face + 1]; k++) {
    const half = halfOf[k];
    const [a, b] = [tailOf(noded, half), headOf(noded, half)];
    const length = Math.hypot(xy[2 * b] - xy[2 * a], xy[2 * b + 1] - xy[2 * a + 1]);
    for (const owner of whoIs(faces.faceOf[half ^ 1])) borders.set(owner, (borders.get(owner) ?? 0) + length);
  }
  return borders;
}

function choose(
  candidates: readonly number[],
  borders: ReadonlyMap<number, Metre>,
  features: readonly number[],
  claims: Claims,
): { to: number; by: Ground } {
  const steps: readonly (readonly [Ground, (i: number) => number])[] = [
    ["priority", (i) => -claims.priorityOf(features[i])],
    ["border", (i) => borders.get(i) ?? 0],
    ["area", (i) => claims.areaM2Of(features[i])],
  ];
  let left = candidates;
  for (const [by, worthOf] of steps) {
    const worth = left.map(worthOf);
    const most = Math.max(...worth);
    const best = left.filter((_, k) => worth[k] === most || worth[k] >= most - TIE * Math.abs(most));
    if (best.length === 1 && left.length > 1) return { to: best[0], by };
    left = best;
  }
  return { to: left[0], by: candidates.length === 1 ? "border" : "id" };
}

const liesIn = (box: Bbox, places: readonly Bbox[]): boolean =>
  places.some(
    ([minX, minY, maxX, maxY]) => box[0] >= minX && box[1] >= minY && box[2] <= maxX && box[3] <= maxY,
  );

/** In order of the place; two at one place, such as a polygon stored three times, by area. */
export const byPlace = (a: Decision, b: Decision): number => a.x - b.x || a.y - b.y || a.areaM2 - b.areaM2;
