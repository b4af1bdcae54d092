import { type Bbox, bboxOf, type Layer } from "../core/layer.js";
import type { M2, Metre } from "../core/units.js";

/** One polygon feature of a layer, with its edges by northing where it is asked about often. */
export type FeatureOf = {
  readonly layer: Layer;
  readonly feature: number;
  readonly edges?: EdgesByNorthing;
  /** Where the feature is several polygons that count as one, and may lie on each other: whose each vertex is. */
  readonly polygonOf?: Uint32Array;
};

/** A polygon's edges in bands of y, so that what lies near a small place is found without walking the whole border. */
export class EdgesByNorthing {
  readonly box: Bbox;
  readonly perimeterM: Metre;
  private readonly perMetre: number;
  private readonly bandStart: Uint32Array;
  private readonly bandEdge: Uint32Array;

  constructor(private readonly of: Pick<FeatureOf, "layer" | "feature">) {
    const { layer, feature } = of;
    this.box = boxOfFeature(of);
    let count = 0;
    let perimeterM = 0;
    eachEdge(layer, feature, (v) => {
      count++;
      perimeterM += edgeLength(layer.xy, v);
    });
    this.perimeterM = perimeterM;
    const bands = Math.max(1, count >> 2);
    const height = this.box[3] - this.box[1];
    this.perMetre = height > 0 ? bands / height : 0;
    const start = new Uint32Array(bands + 1);
    const eachBand = (v: number, visit: (band: number) => void): void => {
      const last = this.lastBand(v, bands);
      for (let band = this.firstBand(v, bands); band <= last; band++) visit(band);
    };
    eachEdge(layer, feature, (v) => eachBand(v, (band) => start[band + 1]++));
    for (let band = 0; band < bands; band++) start[band + 1] += start[band];
    const next = start.slice();
    this.bandEdge = new Uint32Array(start[bands]);
    eachEdge(layer, feature, (v) => eachBand(v, (band) => (this.bandEdge[next[band]++] = v)));
    this.bandStart = start;
  }

  /** Visits each edge once that comes between two northings, and a few beside. */
  between(low: Metre, high: Metre, visit: (v: number) => void): void {
    const bands = this.bandStart.length - 1;
    const first = this.bandOf(low, bands);
    const last = this.bandOf(high, bands);
    for (let band = first; band <= last; band++) {
      for (let k = this.bandStart[band]; k < this.bandStart[band + 1]; k++) {
        const v = this.bandEdge[k];
        if (band === Math.max(first, this.firstBand(v, bands))) visit(v);
      }
    }
  }

  private bandOf(y: number, bands: number): number {
    return Math.max(0, Math.min(bands - 1, Math.floor((y - this.box[1]) * this.perMetre)));
  }

  private firstBand(v: number, bands: number): number {
    const { xy } = this.of.layer;
    return this.bandOf(Math.min(xy[2 * v + 1], xy[2 * v + 3]), bands);
  }

  private lastBand(v: number, bands: number): number {
    const { xy } = this.of.layer;
    return this.bandOf(Math.max(xy[2 * v + 1], xy[2 * v + 3]), bands);
  }
}

/** Length of all rings of a feature. */
export function perimeterOf({ layer, feature }: FeatureOf): Metre {
  let length = 0;
  eachEdge(layer, feature, (v) => (length += edgeLength(layer.xy, v)));
  return length;
}

/** How far beside a border the two sides are looked at. Far above rounding, far below what anybody draws. */
const BESIDE_M = 1e-4;
/** Borders of two layers nearer than this are one. */
const SAME_M = 1e-5;

/**
 * Width of what two polygons have in common: 2 x area / perimeter, so a strip of w by L metres has w L / (w + L).
 * The kernel sums areas and knows no lengths, so the perimeter is taken here: each border is cut where it meets the
 * other, and a part of it counts when just one of its two sides lies in both polygons. That is asked 0.1 mm beside the
 * border, so a common border counts once, and borders less than 0.2 mm apart do not count.
 *
 * @param areaM2 of what they have in common, as the kernel found it
 * @returns metres; 0 when there is no perimeter to speak of
 */
export function pieceWidth(a: FeatureOf, b: FeatureOf, areaM2: M2): Metre {
  const box = commonBox(a, b);
  if (box === undefined) return 0;
  const bandsA = new Bands(a, box);
  const bandsB = new Bands(b, box);
  const perimeter = borderLength(bandsA, bandsB, false) + borderLength(bandsB, bandsA, true);
  return perimeter > 0 ? (2 * Math.abs(areaM2)) / perimeter : 0;
}

/**
 * False when what the two have in common is surely wider: its perimeter is at most both borders inside their common
 * box. Spares most pairs the exact width.
 */
export function mayBeNarrower(a: FeatureOf, b: FeatureOf, areaM2: M2, widthM: Metre): boolean {
  const box = commonBox(a, b);
  return box === undefined || 2 * Math.abs(areaM2) < widthM * longestPerimeter(a, b);
}

/**
 * True when what two polygons have in common is surely narrower, whatever its shape: no perimeter is shorter than a circle's,
 * 2 x sqrt(pi x area).
 */
export const isSurelyNarrower = (areaM2: M2, widthM: Metre): boolean =>
  Math.abs(areaM2) < Math.PI * widthM * widthM;

/** Surely no less than the perimeter of what two polygons have in common; 0 where their boxes do not meet. */
export function longestPerimeter(a: FeatureOf, b: FeatureOf): Metre {
  const box = commonBox(a, b);
  return box === undefined ? 0 : lengthInBox(a, box) + lengthInBox(b, box);
}

/** A place inside both polygons: the middle of the longest stretch found along some level lines. */
export function placeInBoth(a: FeatureOf, b: FeatureOf): readonly [x: number, y: number] | undefined {
  const box = commonBox(a, b);
  if (box === undefined) return undefined;
  const bandsA = new Bands(a, box);
  const bandsB = new Bands(b, box);
  let best: readonly [number, number] | undefined;
  let longest = 0;
  const lines = 33;
  for (let i = 1; i < lines; i++) {
    // Uneven steps: level lines through vertices at round coordinates tell little.
    const y = box[1] + ((box[3] - box[1]) * (i + 0.0137)) / lines;
    const xs = [...bandsA.crossingsAt(y), ...bandsB.crossingsAt(y)].sort((p, q) => p - q);
    for (let k = 0; k + 1 < xs.length; k++) {
      const x = (xs[k] + xs[k + 1]) / 2;
      if (xs[k + 1] - xs[k] <= longest || !bandsA.holds(x, y) || !bandsB.holds(x, y)) continue;
      longest = xs[k + 1] - xs[k];
      best = [x, y];
    }
  }
  return best;
}

export function boxOfFeature({ layer, feature }: FeatureOf): Bbox {
  const { xy, ringVertex, partRing, featurePart } = layer;
  return bboxOf(
    xy,
    ringVertex[partRing[featurePart[feature]]],
    ringVertex[partRing[featurePart[feature + 1]]],
  );
}

function commonBox(a: FeatureOf, b: FeatureOf): Bbox | undefined {
  const p = a.edges?.box ?? boxOfFeature(a);
  const q = b.edges?.box ?? boxOfFeature(b);
  const box: Bbox = [Math.max(p[0], q[0]), Math.max(p[1], q[1]), Math.min(p[2], q[2]), Math.min(p[3], q[3])];
  return box[0] <= box[2] && box[1] <= box[3] ? box : undefined;
}

/** Length of the edges whose box meets the box. */
function lengthInBox(of: FeatureOf, box: Bbox): Metre {
  const { xy } = of.layer;
  let length = 0;
  edgesBetween(of, box[1] - SAME_M, box[3] + SAME_M, (v) => {
    if (meetsBox(xy, v, box)) length += edgeLength(xy, v);
  });
  return length;
}

function meetsBox(xy: Float64Array, v: number, box: Bbox): boolean {
  const x1 = xy[2 * v];
  const x2 = xy[2 * v + 2];
  if ((x1 < box[0] - SAME_M && x2 < box[0] - SAME_M) || (x1 > box[2] + SAME_M && x2 > box[2] + SAME_M))
    return false;
  const y1 = xy[2 * v + 1];
  const y2 = xy[2 * v + 3];
  return !((y1 < box[1] - SAME_M && y2 < box[1] - SAME_M) || (y1 > box[3] + SAME_M && y2 > box[3] + SAME_M));
}

/** Math.hypot is many times slower, and guards against overflow that metres are far from. */
const lengthOf = (dx: Metre, dy: Metre): Metre => Math.sqrt(dx * dx + dy * dy);

const edgeLength = (xy: Float64Array, v: number): Metre =>
  lengthOf(xy[2 * v + 2] - xy[2 * v], xy[2 * v + 3] - xy[2 * v + 1]);

/** Visits at least the edges that come between two northings. */
function edgesBetween(of: FeatureOf, low: Metre, high: Metre, visit: (v: number) => void): void {
  if (of.edges === undefined) eachEdge(of.layer, of.feature, visit);
  else of.edges.between(low, high, visit);
}

function eachEdge(
  { ringVertex, partRing, featurePart }: Layer,
  feature: number,
  visit: (v: number) => void,
): void {
  for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
    for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) visit(v);
  }
}

/** A polygon's edges by bands of y over a box: those left and right of it too, for asking whether a place is inside. */
class Bands {
  readonly xy: Float64Array;
  /** Edges of band b: `edges[start[b] .. start[b + 1]]`. */
  readonly edges: number[];
  readonly start: number[];
  /** Edges whose box meets the box. */
  readonly near: number[] = [];
  readonly polygonOf: Uint32Array | undefined;
  private readonly count: number;
  private readonly minY: number;
  private readonly perMetre: number;

  constructor(of: FeatureOf, box: Bbox) {
    const { xy } = of.layer;
    this.xy = xy;
    this.polygonOf = of.polygonOf;
    const low = box[1] - 1;
    const high = box[3] + 1;
    const found: number[] = [];
    edgesBetween(of, low, high, (v) => {
      const y1 = xy[2 * v + 1];
      const y2 = xy[2 * v + 3];
      if ((y1 < low && y2 < low) || (y1 > high && y2 > high)) return;
      found.push(v);
      if (meetsBox(xy, v, box)) this.near.push(v);
    });
    this.count = Math.max(1, Math.min(4096, found.length >> 2));
    this.minY = low;
    this.perMetre = this.count / (high - low);
    this.start = new Array<number>(this.count + 1).fill(0);
    for (const v of found)
      for (let band = this.firstBand(v); band <= this.lastBand(v); band++) this.start[band]++;
    for (let band = 0; band < this.count; band++) this.start[band + 1] += this.start[band];
    this.edges = new Array<number>(this.start[this.count]).fill(0);
    for (let i = found.length - 1; i >= 0; i--) {
      const v = found[i];
      for (let band = this.firstBand(v); band <= this.lastBand(v); band++) this.edges[--this.start[band]] = v;
    }
  }

  private firstBand(v: number): number {
    return this.bandOf(Math.min(this.xy[2 * v + 1], this.xy[2 * v + 3]));
  }

  private lastBand(v: number): number {
    return this.bandOf(Math.max(this.xy[2 * v + 1], this.xy[2 * v + 3]));
  }

  bandOf(y: number): number {
    return Math.max(0, Math.min(this.count - 1, Math.floor((y - this.minY) * this.perMetre)));
  }

  holds(x: number, y: number): boolean {
    if (this.polygonOf !== undefined) return this.anyHolds(x, y, this.polygonOf);
    let inside = false;
    const { xy, edges } = this;
    const band = this.bandOf(y);
    const to = this.start[band + 1];
    for (let i = this.start[band]; i < to; i++) {
      const v = edges[i];
      if (crossesRightOf(xy, v, x, y)) inside = !inside;
    }
    return inside;
  }

  private anyHolds(x: number, y: number, polygonOf: Uint32Array): boolean {
    const odd = new Set<number>();
    const { xy, edges } = this;
    const band = this.bandOf(y);
    for (let i = this.start[band]; i < this.start[band + 1]; i++) {
      const v = edges[i];
      if (!crossesRightOf(xy, v, x, y)) continue;
      if (!odd.delete(polygonOf[v])) odd.add(polygonOf[v]);
    }
    return odd.size > 0;
  }

  /** Whether another of the polygons, of a lower number, has its border there too. */
  isRepeated(v: number, x: number, y: number): boolean {
    const { polygonOf } = this;
    return polygonOf !== undefined && this.touches(x, y, (w) => polygonOf[w] < polygonOf[v]);
  }

  /** Where the border crosses a level line. */
  crossingsAt(y: number): number[] {
    const { xy } = this;
    const band = this.bandOf(y);
    return this.edges
      .slice(this.start[band], this.start[band + 1])
      .filter((v) => xy[2 * v + 1] > y !== xy[2 * v + 3] > y)
      .map(
        (v) =>
          xy[2 * v] + ((y - xy[2 * v + 1]) / (xy[2 * v + 3] - xy[2 * v + 1])) * (xy[2 * v + 2] - xy[2 * v]),
      );
  }

  /** Whether a place lies on the border, to `SAME_M`; or on some edges of it. */
  touches(x: number, y: number, counts: (v: number) => boolean = () => true): boolean {
    const to = this.start[this.bandOf(y + SAME_M) + 1];
    for (let i = this.start[this.bandOf(y - SAME_M)]; i < to; i++) {
      const v = this.edges[i];
      if (isNear(this.xy, v, x) && distanceTo(this.xy, v, x, y) < SAME_M && counts(v)) return true;
    }
    return false;
  }
}

/** Length of `own`'s border that bounds what both have in common; `skipCommon` leaves out what is the other's border too. */
function borderLength(own: Bands, other: Bands, skipCommon: boolean): Metre {
  const { xy } = own;
  let length = 0;
  for (const v of own.near) {
    const [x1, y1] = [xy[2 * v], xy[2 * v + 1]];
    const dx = xy[2 * v + 2] - x1;
    const dy = xy[2 * v + 3] - y1;
    const whole = lengthOf(dx, dy);
    if (whole === 0) continue;
    const cuts = [0, 1];
    cutsOf(xy, v, other, cuts);
    if (own.polygonOf !== undefined) cutsOf(xy, v, own, cuts);
    if (cuts.length > 2) cuts.sort((p, q) => p - q);
    const nx = (-dy / whole) * BESIDE_M;
    const ny = (dx / whole) * BESIDE_M;
    const inBoth = (x: number, y: number): boolean => other.holds(x, y) && own.holds(x, y);
    for (let k = 0; k + 1 < cuts.length; k++) {
      const part = (cuts[k + 1] - cuts[k]) * whole;
      if (part < SAME_M) continue;
      const t = (cuts[k] + cuts[k + 1]) / 2;
      const x = x1 + t * dx;
      const y = y1 + t * dy;
      if (inBoth(x + nx, y + ny) === inBoth(x - nx, y - ny)) continue;
      if (skipCommon && other.touches(x, y)) continue;
      if (!own.isRepeated(v, x, y)) length += part;
    }
  }
  return length;
}

/** Where the edge from v is met by the other's border, as shares of it in 0 .. 1: crossings, and ends that lie on it. */
function cutsOf(xy: Float64Array, v: number, other: Bands, cuts: number[]): void {
  const [x1, y1, x2, y2] = [xy[2 * v], xy[2 * v + 1], xy[2 * v + 2], xy[2 * v + 3]];
  const dx = x2 - x1;
  const dy = y2 - y1;
  const square = dx * dx + dy * dy;
  const minX = Math.min(x1, x2) - SAME_M;
  const maxX = Math.max(x1, x2) + SAME_M;
  const minY = Math.min(y1, y2) - SAME_M;
  const maxY = Math.max(y1, y2) + SAME_M;
  const o = other.xy;
  const to = other.start[other.bandOf(maxY) + 1];
  for (let i = other.start[other.bandOf(minY)]; i < to; i++) {
    const w = other.edges[i];
    const ax = o[2 * w];
    const ay = o[2 * w + 1];
    const bx = o[2 * w + 2];
    const by = o[2 * w + 3];
    if ((ax < minX && bx < minX) || (ax > maxX && bx > maxX)) continue;
    if ((ay < minY && by < minY) || (ay > maxY && by > maxY)) continue;
    for (let end = w; end <= w + 1; end++) {
      if (distanceTo(xy, v, o[2 * end], o[2 * end + 1]) >= SAME_M) continue;
      cuts.push(Math.max(0, Math.min(1, ((o[2 * end] - x1) * dx + (o[2 * end + 1] - y1) * dy) / square)));
    }
    const ex = bx - ax;
    const ey = by - ay;
    const across = dx * ey - dy * ex;
    if (across === 0) continue;
    const t = ((ax - x1) * ey - (ay - y1) * ex) / across;
    const s = ((ax - x1) * dy - (ay - y1) * dx) / across;
    if (t > 0 && t < 1 && s >= 0 && s <= 1) cuts.push(t);
  }
}

/** Whether an edge crosses the level line of a place to the right of it. */
function crossesRightOf(xy: Float64Array, v: number, x: number, y: number): boolean {
  const y1 = xy[2 * v + 1];
  const y2 = xy[2 * v + 3];
  return y1 > y !== y2 > y && x < xy[2 * v] + ((y - y1) / (y2 - y1)) * (xy[2 * v + 2] - xy[2 * v]);
}

/** Whether an edge comes near an easting at all. */
const isNear = (xy: Float64Array, v: number, x: number): boolean =>
  Math.min(xy[2 * v], xy[2 * v + 2]) - SAME_M <= x && x <= Math.max(xy[2 * v], xy[2 * v + 2]) + SAME_M;

function distanceTo(xy: Float64Array, v: number, x: number, y: number): Metre {
  const px = x - xy[2 * v];
  const py = y - xy[2 * v + 1];
  const dx = xy[2 * v + 2] - xy[2 * v];
  const dy = xy[2 * v + 3] - xy[2 * v + 1];
  const square = dx * dx + dy * dy;
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / square));
  return lengthOf(px - t * dx, py - t * dy);
}
