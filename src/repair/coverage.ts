import { type Bbox, featureCount, type Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import { type CoverCount, coverCount, type LooseVertex, type WrongGround } from "./coverCount.js";
import { type CoverFaces, coverFaces, fromLowest, type Moved, type NameOf } from "./coverFaces.js";
import { type Claims, type CoverLimits, decide, type Decision, widthOf } from "./decide.js";
import { isHarmless } from "./defect.js";
import { jstsOpinion } from "./jsts.js";
import { neighbourhoods } from "./neighbourhood.js";
import { type Parts, rebuild } from "./rebuild.js";
import { ringArea, RingsOut } from "./rings.js";
import { PolygonChecker } from "./validity.js";

/** How polygons of a coverage are told apart and weighed. All of it is independent of the order they stand in. */
export type CoverSettings = {
  readonly limits: CoverLimits;
  /** A name that stays with a polygon; "" where it has none. */
  readonly nameOf: NameOf;
  /** Place in the list of explicit priorities (design 3.5 a); Infinity where it has none. */
  readonly priorityOf: (feature: number) => number;
};

/** Polygons whose common borders could not be cut into faces, or not built again: they stand as they were. */
export type Refusal = {
  readonly features: readonly number[];
  readonly places: readonly Bbox[];
  readonly areaM2: M2;
};

/** What is wrong between the polygons of a layer. */
export type CoverTrouble = {
  readonly looseEdgeCount: number;
  /** Overlaps, and gaps small enough to be filled or nearly so; as they would be decided. */
  readonly decisions: readonly Decision[];
  /** Larger gaps: they stay, whoever lies round them. */
  readonly openGaps: readonly Decision[];
  readonly vertices: readonly LooseVertex[];
  /** Polygons with vertices that had to be rounded before their borders could be noded. */
  readonly moved: readonly Moved[];
  readonly refused: readonly Refusal[];
};

/** A whole layer whose loose edges cannot be noded: told of, and not mended. */
const everything = (layer: Layer, places: readonly Bbox[]): Refusal => ({
  features: Array.from({ length: featureCount(layer) }, (_, f) => f),
  places,
  areaM2: areasOf(layer).reduce((sum, m2) => sum + m2, 0),
});

/**
 * Finds overlaps, gaps and unmatched vertices between the polygons of a layer, and changes nothing. Edges are matched
 * with their reverse; only where that leaves a count other than one are polygons looked at closely (design 3.4).
 *
 * @param layer valid polygons with tidy rings (`repairPolygons`); of others, what their rings wind round
 */
export function checkCoverage(layer: Layer, settings: CoverSettings): CoverTrouble {
  return lookClosely(layer, settings);
}

/** What became of a coverage. */
export type RepairedCoverage = {
  /** The same object as came, where nothing was done. */
  readonly layer: Layer;
  /** Ground given away, in every round, and gaps that stay, as they are at the end. */
  readonly decisions: readonly Decision[];
  readonly openGaps: readonly Decision[];
  /** Vertices put into edges of neighbours, on the line. */
  readonly vertices: readonly LooseVertex[];
  readonly moved: readonly Moved[];
  readonly refused: readonly Refusal[];
  /** Features that were built again. */
  readonly changed: readonly number[];
};

/** Rounds of mending. New points are rounded, which can leave a strip of 1e-10 m2 for a second round; never for a third. */
const MOST_ROUNDS = 5;

/**
 * Gives every overlap and every small gap one owner, by `decide`, and puts missing vertices into common borders, until a
 * round finds nothing to do: so repairing twice is repairing once. No vertex moves. New ones stand where borders crossed.
 *
 * Memory is that of the layer, of its loose edges and of one neighbourhood at a time; time grows with what is wrong.
 *
 * @param layer valid polygons with tidy rings (`repairPolygons`)
 */
export function repairCoverage(layer: Layer, settings: CoverSettings): RepairedCoverage {
  const changed = new Set<number>();
  const decisions: Decision[] = [];
  const vertices: LooseVertex[] = [];
  const moved: Moved[] = [];
  let now = layer;
  for (let round = 0; ; round++) {
    const built = new Map<number, Parts>();
    const keep = (feature: number, parts: Parts) => built.set(feature, parts);
    const found = lookClosely(now, settings, keep);
    const isLast = built.size === 0 || round + 1 === MOST_ROUNDS;
    decisions.push(...found.decisions.filter(({ to }) => to >= 0 || isLast));
    if (built.size > 0) {
      vertices.push(...found.vertices);
      moved.push(...found.moved);
    }
    now = built.size === 0 ? now : withParts(now, built);
    for (const feature of built.keys()) changed.add(feature);
    if (isLast) {
      const { openGaps, refused } = found;
      const inOrder = [...changed].sort((a, b) => a - b);
      return { layer: now, decisions, openGaps, vertices, moved, refused, changed: inOrder };
    }
  }
}

/** @param keep told of each polygon that its faces make another one; without it no polygon is built */
function lookClosely(
  layer: Layer,
  settings: CoverSettings,
  keep?: (feature: number, parts: Parts) => void,
): CoverTrouble {
  const { limits, nameOf, priorityOf } = settings;
  const count: CoverCount | undefined = coverCount(layer);
  if (count === undefined) {
    return {
      looseEdgeCount: -1,
      decisions: [],
      openGaps: [],
      vertices: [],
      moved: [],
      refused: [everything(layer, [])],
    };
  }
  const isOpen = ({ covered, areaM2 }: WrongGround) => covered === 0 && areaM2 > limits.gapM2 * 1.001;
  const openGaps = count.wrong.filter(isOpen).map((gap) => openGap(gap, limits));
  const places = [
    ...count.wrong.filter((ground) => !isOpen(ground)).map(({ box }) => box),
    ...count.vertices.map(({ x, y }): Bbox => [x, y, x, y]),
  ];
  const areas = places.length === 0 ? new Float64Array(0) : areasOf(layer);
  const claims: Claims = { priorityOf, areaM2Of: (f) => areas[f] };
  const decisions: Decision[] = [];
  const moved: Moved[] = [];
  const refused: Refusal[] = [];
  for (const { boxes, features } of neighbourhoods(layer, places)) {
    const cover = coverFaces(layer, { boxes, features }, nameOf);
    const decided = cover && decide(cover, boxes, claims, limits);
    const others = cover && decided && (keep === undefined ? [] : othersOf(layer, cover, decided.ownerOf));
    if (cover === undefined || decided === undefined || others === undefined) {
      refused.push({ features, places: boxes, areaM2: features.reduce((sum, f) => sum + areas[f], 0) });
      continue;
    }
    for (const { feature, parts } of others) keep?.(feature, parts);
    for (const decision of decided.decisions) decisions.push(decision);
    moved.push(...cover.moved);
  }
  decisions.sort(byPlace);
  return {
    looseEdgeCount: count.looseEdgeCount,
    decisions,
    openGaps,
    vertices: count.vertices,
    moved,
    refused,
  };
}

/** The polygons of a neighbourhood that their faces make other ones. @returns undefined where one of them is not valid */
function othersOf(
  layer: Layer,
  cover: CoverFaces,
  ownerOf: Int32Array,
): { feature: number; parts: Parts }[] | undefined {
  const built = rebuild(cover, ownerOf);
  const others = cover.features.flatMap((feature, i) =>
    isSame(layer, feature, built[i]) ? [] : [{ feature, parts: built[i] }],
  );
  return others.every(({ parts }) => isValid(layer, parts)) ? others : undefined;
}

function openGap({ rings, areaM2 }: WrongGround, { roundingM }: CoverLimits): Decision {
  return {
    kind: "gap",
    features: [],
    to: -1,
    by: "none",
    areaM2,
    rings,
    ...widthOf(rings, areaM2, roundingM),
  };
}

/** In order of the place; two at one place, such as a polygon stored three times, by area. */
export const byPlace = (a: Decision, b: Decision): number => a.x - b.x || a.y - b.y || a.areaM2 - b.areaM2;

/** Areas of the features as their rings have them, shells less holes. */
export function areasOf({ xy, ringVertex, partRing, featurePart }: Layer): Float64Array {
  const areas = new Float64Array(featurePart.length - 1);
  for (let f = 0; f < areas.length; f++) {
    for (let r = partRing[featurePart[f]]; r < partRing[featurePart[f + 1]]; r++) {
      areas[f] += ringArea(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
    }
  }
  return areas;
}

/** Is a feature already what was built? Where its rings begin, and in what order they stand, is nothing. */
function isSame({ xy, ringVertex, partRing, featurePart }: Layer, feature: number, parts: Parts): boolean {
  const built = parts.flat();
  const first = partRing[featurePart[feature]];
  const count = partRing[featurePart[feature + 1]] - first;
  if (count !== built.length) return false;
  const known = new Map(built.map((ring) => [`${ring[0]} ${ring[1]} ${ring[2]} ${ring[3]}`, ring]));
  for (let r = first; r < first + count; r++) {
    const own = fromLowest(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
    const ring = known.get(`${own[0]} ${own[1]} ${own[2]} ${own[3]}`);
    if (ring?.length !== own.length || !ring.every((value, i) => value === own[i])) return false;
  }
  return true;
}

/** Polygons with more vertices are not shown to jsts as well: it needs seconds for each. */
const MOST_FOR_JSTS = 5000;

/** Is what was built valid, to us and to another library, and as large to both? */
function isValid(like: Layer, parts: Parts): boolean {
  if (parts.length === 0) return true;
  const out = new RingsOut({ ...like, columns: new Map() });
  put(out, parts);
  const alone = out.build();
  if (new PolygonChecker().check(alone, 0).some(({ kind }) => !isHarmless(kind))) return false;
  if (alone.xy.length / 2 > MOST_FOR_JSTS) return true;
  const [areaM2] = areasOf(alone);
  const opinion = jstsOpinion(parts);
  return opinion.valid && Math.abs(opinion.areaM2 - areaM2) <= 1e-6 * Math.max(1, areaM2);
}

function put(out: RingsOut, parts: Parts): void {
  for (const rings of parts) {
    for (const ring of rings) out.ring(ring);
    out.endPart();
  }
  out.endFeature();
}

/** The layer with some features in another shape. A feature without parts keeps its row. */
function withParts(layer: Layer, built: ReadonlyMap<number, Parts>): Layer {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const out = new RingsOut(layer);
  for (let f = 0; f < featureCount(layer); f++) {
    const parts = built.get(f);
    if (parts !== undefined) {
      put(out, parts);
      continue;
    }
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        out.ring(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
      }
      out.endPart();
    }
    out.endFeature();
  }
  return out.build();
}
