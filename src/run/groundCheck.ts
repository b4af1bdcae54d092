/** What the account sees of its ground on the way: doubtful polygons, and borders that have nobody on the other side. */
import type { Layer } from "../core/layer.js";
import { type CoverCount, countCover, type WrongGround } from "../repair/coverCount.js";
import { looseEdgesOf } from "../repair/cutEdges.js";
import { type CoverLimits, widthOf } from "../repair/decide.js";
import { doubtfulPolygons, type ReadingTolerance } from "../repair/doubtful.js";
import { LooseGather } from "../repair/looseGather.js";
import type { PolygonChecker } from "../repair/validity.js";
import type { Epsg } from "../core/units.js";

/** Of one cut; plain data that crosses from a worker. */
export type CheckedGround = {
  /** Numbers within the cut. */
  readonly doubtful: readonly number[];
  /** x, y of each loose edge's start, then of its end. */
  readonly loose: Float64Array;
};

/** Looks at the polygons of one cut, in the account's system. */
export function checkGround(
  layer: Layer,
  tolerance: ReadingTolerance,
  checker: PolygonChecker,
): CheckedGround {
  return {
    doubtful: doubtfulPolygons(layer, tolerance, checker).map(({ feature }) => feature),
    loose: looseEdgesOf(layer),
  };
}

/**
 * Gathers what threads saw. Edges of neighbours that stand in different cuts are matched here (`LooseGather`). Nothing
 * depends on the order of cuts.
 */
export class GroundCheck {
  private readonly loose = new LooseGather();
  doubtfulCount = 0;

  add({ doubtful, loose }: CheckedGround): void {
    this.doubtfulCount += doubtful.length;
    this.loose.add(loose);
  }

  /** Overlaps, gaps and unmatched vertices of the whole ground; undefined where its borders cannot be noded. */
  cover(name: string, epsg: Epsg): CoverCount | undefined {
    return countCover(this.loose.left(), { name, epsg });
  }
}

/** Ground that more than one polygon claims, and gaps, sorted by what is done about them. */
export type SortedGround = {
  readonly overlaps: readonly WrongGround[];
  /** Small enough to be filled. */
  readonly small: readonly WrongGround[];
  /** These stay. */
  readonly open: readonly WrongGround[];
};

export function sortGround({ wrong }: CoverCount, limits: CoverLimits): SortedGround {
  const isSmall = ({ rings, areaM2 }: WrongGround): boolean => {
    if (areaM2 > limits.gapM2 * 1.001) return false; // large ones are not measured: it takes long
    const { widthM } = widthOf(rings, areaM2, limits.roundingM);
    return widthM <= limits.roundingM || (widthM <= limits.gapM && areaM2 <= limits.gapM2);
  };
  const gaps = wrong.filter(({ covered }) => covered === 0);
  const small = gaps.filter(isSmall);
  return {
    overlaps: wrong.filter(({ covered }) => covered !== 0),
    small,
    open: gaps.filter((gap) => !small.includes(gap)),
  };
}
