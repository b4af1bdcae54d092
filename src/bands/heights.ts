import type { Borders } from "./borders.js";
import { originOf, type Faces } from "./faces.js";

/** Why a face has the band it has, or none. */
export const DECIDED = {
  /** Outside the frame. */
  outside: 0,
  /** No contour borders on it. */
  noContour: 1,
  /** One height borders on it, and nothing tells on which side of it the face lies. */
  unknownSide: 2,
  /** Neighbours or depression marks contradict each other. */
  contradicted: 3,
  /** Its contours lie on both sides of a band's limit: one between them is missing. */
  spans: 4,
  /** A contour at a band's limit ends inside it. */
  openLine: 5,
  /** Between the heights of two contours or more. */
  between: 6,
  /** By its neighbours, or by a depression mark. */
  bySide: 7,
  /** The innermost contour of a hill or of an unmarked sheet: taken to be higher than what is around it. */
  assumedTop: 8,
  /** No contour, and the user said such ground is in the lowest band. */
  assumedLowest: 9,
} as const;
export type Decision = (typeof DECIDED)[keyof typeof DECIDED];

export const isDecided = (decision: number): boolean => decision >= DECIDED.between;

/** What is known of each face's heights. `low` and `high` hold where `decision` is a decided one. */
export type Heights = {
  readonly decision: Uint8Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
};

const [ABOVE, BELOW] = [1, 2];

/**
 * Gives each face inside the frame the heights it lies between. Where contours of two heights border on a face, they
 * tell. Where it is one, the face lies above or below it, and the neighbour across the contour, or the mark of a
 * depression, tells which: ground passes through the height of a contour where it crosses one. All neighbours are asked
 * at once, round by round, so the order of lines in a file decides nothing.
 *
 * @param inside one per face
 * @param limits heights between bands that contours have, rising; only these can part a face from its band
 * @param lowestWithout whether ground without contours is taken for the lowest band
 */
export function decideHeights(
  borders: Borders,
  faces: Faces,
  inside: Uint8Array,
  limits: readonly number[],
  lowestWithout: boolean,
): Heights {
  const heights = fromOwnContours(borders, faces, inside, limits, lowestWithout);
  settle(heights, marksOf(borders, faces, heights));
  do while (settle(heights, neighboursOf(borders, faces, heights)) > 0);
  while (assumeTops(borders, faces, heights) > 0);
  return heights;
}

/** First what each face's own contours say. Faces of one height stay `unknownSide`, that height as low and high. */
function fromOwnContours(
  borders: Borders,
  { count, faceOf }: Faces,
  inside: Uint8Array,
  limits: readonly number[],
  lowestWithout: boolean,
): Heights {
  const low = new Float64Array(count).fill(Infinity);
  const high = new Float64Array(count).fill(-Infinity);
  const openAtLimit = new Uint8Array(count);
  const bound = new Set(limits);
  for (let half = 0; half < faceOf.length; half++) {
    const e = half >> 1;
    const face = faceOf[half];
    if (Number.isNaN(borders.low[e])) continue;
    if (faceOf[half ^ 1] === face) {
      if (bound.has(borders.low[e]) || bound.has(borders.high[e])) openAtLimit[face] = 1;
    } else if (borders.low[e] === borders.high[e]) {
      low[face] = Math.min(low[face], borders.low[e]);
      high[face] = Math.max(high[face], borders.high[e]);
    }
  }
  const decision = new Uint8Array(count);
  for (let face = 0; face < count; face++) {
    if (inside[face] === 0) decision[face] = DECIDED.outside;
    else if (openAtLimit[face] === 1) decision[face] = DECIDED.openLine;
    else if (low[face] > high[face]) {
      decision[face] = lowestWithout ? DECIDED.assumedLowest : DECIDED.noContour;
      if (lowestWithout) [low[face], high[face]] = [-Infinity, -Infinity];
    } else if (low[face] === high[face]) decision[face] = DECIDED.unknownSide;
    else {
      const [from, to] = [low[face], high[face]];
      decision[face] = limits.some((limit) => limit > from && limit < to) ? DECIDED.spans : DECIDED.between;
    }
  }
  return { decision, low, high };
}

/** What closed depression contours say of the faces beside them: below inside, above outside. */
function marksOf({ count, pit }: Borders, { faceOf }: Faces, { decision }: Heights): Uint8Array {
  const asked = new Uint8Array(decision.length);
  for (let e = 0; e < count; e++) {
    if (pit[e] === 0) continue;
    asked[faceOf[2 * e]] |= pit[e] > 0 ? BELOW : ABOVE;
    asked[faceOf[2 * e + 1]] |= pit[e] > 0 ? ABOVE : BELOW;
  }
  return asked;
}

/** What neighbours with a range of heights say of faces whose side is unknown, also those the range is too wide for. */
function neighboursOf(borders: Borders, { faceOf }: Faces, heights: Heights): Uint8Array {
  const { decision, low, high } = heights;
  const asked = new Uint8Array(decision.length);
  for (let half = 0; half < faceOf.length; half++) {
    const e = half >> 1;
    const [face, neighbour] = [faceOf[half], faceOf[half ^ 1]];
    const hasRange = decision[neighbour] !== DECIDED.outside && low[neighbour] < high[neighbour];
    if (decision[face] !== DECIDED.unknownSide || !hasRange) continue;
    if (high[neighbour] <= borders.low[e]) asked[face] |= ABOVE;
    else if (low[neighbour] >= borders.high[e]) asked[face] |= BELOW;
  }
  return asked;
}

/** Returns how many faces found their side, or that they can have none. */
function settle({ decision, low, high }: Heights, asked: Uint8Array): number {
  let settled = 0;
  for (let face = 0; face < asked.length; face++) {
    if (asked[face] === 0 || decision[face] !== DECIDED.unknownSide) continue;
    settled++;
    if (asked[face] === (ABOVE | BELOW)) decision[face] = DECIDED.contradicted;
    else {
      decision[face] = DECIDED.bySide;
      if (asked[face] === ABOVE) high[face] = Infinity;
      else low[face] = -Infinity;
    }
  }
  return settled;
}

/**
 * Closed contours with nothing known on either side: the inside of the outermost is taken to be higher, as a map without
 * depression marks means.
 */
function assumeTops(borders: Borders, faces: Faces, { decision, high }: Heights): number {
  const isOpen = (face: number): boolean =>
    decision[face] === DECIDED.unknownSide && isRingedByContour(borders, faces, face);
  const tops: number[] = [];
  for (let face = 1; face < faces.count; face++) {
    if (isOpen(face) && !isOpen(faces.faceOf[faces.outer[face] ^ 1])) tops.push(face);
  }
  for (const face of tops) {
    decision[face] = DECIDED.assumedTop;
    high[face] = Infinity;
  }
  return tops.length;
}

/** Whether the outer ring of a face is contour all the way: no frame, and no line that ends. */
export function isRingedByContour(
  { low, high }: Borders,
  { faceOf, next, outer }: Faces,
  face: number,
): boolean {
  for (let half = outer[face], first = true; first || half !== outer[face]; half = next[half]) {
    first = false;
    const e = half >> 1;
    if (Number.isNaN(low[e]) || low[e] !== high[e] || faceOf[half ^ 1] === face) return false;
  }
  return true;
}

/** A vertex on a face's outer ring, to say where it is: the leftmost. */
export function placeOf(borders: Borders, { next, outer }: Faces, face: number): readonly [number, number] {
  const { xy } = borders;
  let best = originOf(borders, outer[face]);
  for (let half = next[outer[face]]; half !== outer[face]; half = next[half]) {
    const v = originOf(borders, half);
    if (xy[2 * v] < xy[2 * best] || (xy[2 * v] === xy[2 * best] && xy[2 * v + 1] < xy[2 * best + 1]))
      best = v;
  }
  return [xy[2 * best], xy[2 * best + 1]];
}
