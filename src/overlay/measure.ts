import { PLANE, type Measure } from "../core/measure.js";
import { InputError } from "../core/trouble.js";
import type { Degree, Epsg, Metre } from "../core/units.js";

/**
 * The measure of true area in a coordinate reference system.
 *
 * Transverse Mercator systems (ETRS89 and WGS 84 / UTM 31-36, with or without NN2000 heights, and NTM 5-30) get the
 * area on the GRS 80 ellipsoid; ETRS89-LAEA (3035) preserves area, so that its plane is its measure.
 * ETRS89 and WGS 84 are one system here: their ellipsoids differ by 1e-10 in area.
 *
 * @throws InputError for degrees, Web Mercator and systems we do not know: there the area is never guessed
 */
export function measureFor(epsg: Epsg): Measure {
  if (epsg === 3035) return { ...PLANE, id: "equal-area" };
  const system = transverseMercatorOf(epsg);
  if (system === undefined) throw noAreaIn(epsg);
  return new TransverseMercatorMeasure(system);
}

/** One transverse Mercator system on GRS 80. */
type TransverseMercator = {
  readonly centralMeridian: Degree;
  readonly k0: number; // scale on the central meridian
  readonly falseEasting: Metre;
  /** Northing of the equator: the false northing, less k0 times the meridian arc up to the latitude of origin. */
  readonly equatorNorthing: Metre;
};

function transverseMercatorOf(epsg: Epsg): TransverseMercator | undefined {
  const utmZone = utmZoneOf(epsg);
  if (utmZone !== undefined) {
    return { centralMeridian: 6 * utmZone - 183, k0: 0.9996, falseEasting: 500_000, equatorNorthing: 0 };
  }
  if (epsg >= 5105 && epsg <= 5130) {
    return {
      centralMeridian: epsg - 5100 + 0.5,
      k0: 1,
      falseEasting: 100_000,
      equatorNorthing: 1_000_000 - ARC_TO_58_NORTH,
    };
  }
  return undefined;
}

/** ETRS89 / UTM, WGS 84 / UTM, and ETRS89 / UTM + NN2000. */
function utmZoneOf(epsg: Epsg): number | undefined {
  for (const [zone31, zoneCount] of [
    [25831, 6],
    [32631, 6],
    [5971, 6],
  ]) {
    if (epsg >= zone31 && epsg < zone31 + zoneCount) return 31 + epsg - zone31;
  }
  return undefined;
}

function noAreaIn(epsg: Epsg): InputError {
  const why =
    epsg === 3857
      ? "Web Mercator, which shows Norway's ground four to nine times too large"
      : [4258, 4326, 4937, 4979].includes(epsg)
        ? "degrees, which have no area"
        : "a system whose area we do not know how to measure";
  return new InputError(
    { layer: `EPSG:${epsg}` },
    {
      came: why,
      wanted: "ETRS89 / UTM 31-36 (25831-25836), ETRS89 / NTM 5-30 (5105-5130) or ETRS89-LAEA (3035)",
      todo: "Reproject the layer, for example to 25833, before its areas are summed.",
    },
  );
}

/**
 * Area on the ellipsoid as the line integral of u dy over edges that are straight on the map (core/measure.ts).
 *
 * The projection is conformal, so du/dx = 1/k^2 with k the point scale, and u = 0 on the central meridian makes u
 * odd in the easting offset e:
 *
 *   u = e (c1 + c3(t) e^2 + c5(t) e^4 + c7(t) e^6 + c9 e^8),   t = northing, scaled to -1 .. 1 over the mainland
 *
 * with c1 = 1/k0^2 exactly. The degrees in t are 6, 4, 2 and 0: u is one polynomial of total degree 9 in x and y.
 * Against the exact 1/k^2, from the equator's arc 6.2 to 9.4 million m (56 N to past Svalbard): 4e-11 of the area
 * within 600 km of the central meridian, 3e-9 within 1 100 km. Outside that window it is extended, not refused: it
 * grows worse smoothly (3e-6 at the equator), and every promise but accuracy still holds.
 *
 * Numeric fields of one class, `declare`d so that they are numbers from their first assignment: V8 then reads them
 * without a check. Fields that begin as undefined cost three times as much (bench/measure.mjs).
 */
class TransverseMercatorMeasure implements Measure {
  readonly id: string;
  declare private readonly falseEasting: number;
  declare private readonly midNorthing: number;
  declare private readonly perMetre: number; // dt/dy
  declare private readonly c1: number;
  declare private readonly c30: number;
  declare private readonly c31: number;
  declare private readonly c32: number;
  declare private readonly c33: number;
  declare private readonly c34: number;
  declare private readonly c35: number;
  declare private readonly c36: number;
  declare private readonly c50: number;
  declare private readonly c51: number;
  declare private readonly c52: number;
  declare private readonly c53: number;
  declare private readonly c54: number;
  declare private readonly c70: number;
  declare private readonly c71: number;
  declare private readonly c72: number;
  declare private readonly c9: number;
  declare private readonly bend1: number; // -6/12 c3
  declare private readonly bend3: number; // -20/12 c5

  constructor(system: TransverseMercator) {
    const { k0, centralMeridian, falseEasting, equatorNorthing } = system;
    this.id = `tm ${centralMeridian} ${k0}`;
    this.falseEasting = falseEasting;
    this.midNorthing = equatorNorthing + k0 * MID_ARC;
    this.perMetre = 1 / (k0 * HALF_ARC);
    this.c1 = 1 / k0 ** 2;
    // The fit is for k0 = 1 and e in units of FIT_UNIT.
    const inMetres = UNIT_SCALE_FIT.map((inT, m) =>
      inT.map((c) => (c * this.c1) / (k0 * FIT_UNIT) ** (2 * m + 2)),
    );
    [this.c30, this.c31, this.c32, this.c33, this.c34, this.c35, this.c36] = inMetres[0];
    [this.c50, this.c51, this.c52, this.c53, this.c54] = inMetres[1];
    [this.c70, this.c71, this.c72] = inMetres[2];
    [this.c9] = inMetres[3];
    this.bend1 = -this.c30 / 2;
    this.bend3 = (-5 * this.c50) / 3;
  }

  u(x: number, y: number): number {
    const e = x - this.falseEasting;
    const t = (y - this.midNorthing) * this.perMetre;
    const ee = e * e;
    const c3 =
      this.c30 +
      t * (this.c31 + t * (this.c32 + t * (this.c33 + t * (this.c34 + t * (this.c35 + t * this.c36)))));
    const c5 = this.c50 + t * (this.c51 + t * (this.c52 + t * (this.c53 + t * this.c54)));
    const c7 = this.c70 + t * (this.c71 + t * this.c72);
    return e * (this.c1 + ee * (c3 + ee * (c5 + ee * (c7 + ee * this.c9))));
  }

  /**
   * Turns its sign with the edge, bit for bit: everything but dy is symmetric in the two ends.
   *
   * With f(s) = u along the edge, s from 0 to 1, the trapezium's error is -f''(1/2) / 12 - f''''(1/2) / 480 - ...
   * On a hundred metres all but dx^2 (6 c3 e + 20 c5 e^3) of f'' stays below 1e-13 of the strip between the edge and
   * the central meridian.
   */
  bend(x1: number, y1: number, x2: number, y2: number): number {
    const dy = y2 - y1;
    if (dy === 0) return 0;
    const dx = x2 - x1;
    if (dx * dx + dy * dy > SHORT_EDGE * SHORT_EDGE) return dy * this.longBend(x1, y1, x2, y2);
    const e = (x1 + x2) / 2 - this.falseEasting;
    return dy * dx * dx * e * (this.bend1 + this.bend3 * e * e);
  }

  /**
   * The mean of u along the edge, less the trapezium's: by Simpson's rule, whose error f''''/2880 is below 1e-13 of
   * the strip up to 10 km; above, by five Gauss points, exact for a polynomial of degree 9, which u is along every
   * line, so for any length.
   */
  private longBend(x1: number, y1: number, x2: number, y2: number): number {
    const midX = (x1 + x2) / 2;
    const midY = (y1 + y2) / 2;
    const toX = (x2 - x1) / 2;
    const toY = (y2 - y1) / 2;
    const ends = (this.u(x1, y1) + this.u(x2, y2)) / 2;
    const mid = this.u(midX, midY);
    if (toX * toX + toY * toY <= (MIDDLE_EDGE / 2) * (MIDDLE_EDGE / 2)) return ((mid - ends) * 2) / 3;
    const near = this.pair(midX, midY, GAUSS_NEAR * toX, GAUSS_NEAR * toY);
    const far = this.pair(midX, midY, GAUSS_FAR * toX, GAUSS_FAR * toY);
    return WEIGHT_MID * mid + WEIGHT_NEAR * near + WEIGHT_FAR * far - ends;
  }

  private pair(midX: number, midY: number, toX: number, toY: number): number {
    return this.u(midX + toX, midY + toY) + this.u(midX - toX, midY - toY);
  }
}

/** Up to here the leading term of the bend is as good as all of it. */
const SHORT_EDGE: Metre = 100;

/** Up to here Simpson's rule is. */
const MIDDLE_EDGE: Metre = 10_000;

/** Gauss-Legendre quadrature with five points on -1 .. 1; weights halved, to give a mean. */
const GAUSS_NEAR = Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3;
const GAUSS_FAR = Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3;
const WEIGHT_MID = 64 / 225;
const WEIGHT_NEAR = (322 + 13 * Math.sqrt(70)) / 1800;
const WEIGHT_FAR = (322 - 13 * Math.sqrt(70)) / 1800;

/** GRS 80. */
const A: Metre = 6_378_137;
const F = 1 / 298.257222101;
const E2 = F * (2 - F); // first eccentricity squared
const E1 = Math.sqrt(E2);
const N = F / (2 - F); // third flattening

/** Meridian arc from the equator to 58 N, NTM's latitude of origin; the metre would do, the scale hardly changes. */
const ARC_TO_58_NORTH: Metre = 6_431_283;

/** The window of the fit: meridian arc from the equator, and the farthest easting offset, both for k0 = 1. */
const MID_ARC: Metre = 7_800_000;
const HALF_ARC: Metre = 1_600_000;
const FARTHEST: Metre = 1_150_000;
const FIT_UNIT: Metre = 1_000_000;

/** Degrees in t of the coefficients of e^3, e^5, e^7, e^9 in u; 2m + 3 + DEGREES[m] = 9. */
const DEGREES = [6, 4, 2, 0];

/** Radius of the circle whose quarter is a quarter meridian: Karney 2011, eq. 14. */
const RECTIFYING_RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64 + N ** 6 / 256);

/** Krueger's series in n, inverse direction, to order 6: Karney 2011, eq. 36. Row j - 1 is beta_j, from n^j up. */
const BETA = [
  [1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800],
  [1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720],
  [17 / 480, -37 / 840, -209 / 4480, 5569 / 90720],
  [4397 / 161280, -11 / 504, -830251 / 7257600],
  [4583 / 161280, -108847 / 3991680],
  [20648693 / 638668800],
].map((row, i) => polynomial(row, N) * N ** (i + 1));

/** Coefficients of u beyond c1 for k0 = 1: [m][power of t], for e in units of FIT_UNIT. */
const UNIT_SCALE_FIT = fitUnitScale();

/**
 * Interpolates 1/k^2 at Chebyshev nodes: in e^2 on lines of constant northing, then each coefficient in t.
 * Integrating over e divides the coefficient of e^(2m + 2) by 2m + 3.
 */
function fitUnitScale(): number[][] {
  const squares = chebyshevNodes(DEGREES.length, 0, (FARTHEST / FIT_UNIT) ** 2);
  const rise = (ee: number, t: number) =>
    (areaScale(Math.sqrt(ee) * FIT_UNIT, MID_ARC + HALF_ARC * t) - 1) / ee;
  return DEGREES.map((degree, m) => {
    const northings = chebyshevNodes(degree + 1, -1, 1);
    const values = northings.map(
      (t) =>
        interpolate(
          squares,
          squares.map((ee) => rise(ee, t)),
        )[m] /
        (2 * m + 3),
    );
    return interpolate(northings, values);
  });
}

/**
 * True area over map area, 1/k^2, at easting offset `e` and northing `arc` from the equator where k0 = 1.
 *
 * C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers", J. Geodesy 85 (2011) 475-485: from
 * the map to the conformal sphere's map by the series and its derivative, from there to the latitude
 * by Newton's method, and the scale as the product of the two steps' scales (section 3, at order 6).
 */
function areaScale(e: Metre, arc: Metre): number {
  const xi = arc / RECTIFYING_RADIUS;
  const eta = e / RECTIFYING_RADIUS;
  let sphereXi = xi;
  let sphereEta = eta;
  let p = 1; // p + iq is the derivative of the step
  let q = 0;
  BETA.forEach((beta, i) => {
    const j2 = 2 * (i + 1);
    sphereXi -= beta * Math.sin(j2 * xi) * Math.cosh(j2 * eta);
    sphereEta -= beta * Math.cos(j2 * xi) * Math.sinh(j2 * eta);
    p -= j2 * beta * Math.cos(j2 * xi) * Math.cosh(j2 * eta);
    q += j2 * beta * Math.sin(j2 * xi) * Math.sinh(j2 * eta);
  });
  const conformalTan = Math.sin(sphereXi) / Math.hypot(Math.sinh(sphereEta), Math.cos(sphereXi));
  const tan = tanOfLatitude(conformalTan);
  // Parallels of latitude and of conformal latitude; the sphere's own transverse Mercator stretches by cosh(eta').
  const parallels = (1 + conformalTan ** 2) / (1 + (1 - E2) * tan ** 2);
  return ((A / RECTIFYING_RADIUS) ** 2 * (p * p + q * q) * parallels) / Math.cosh(sphereEta) ** 2;
}

/** Tangent of the latitude whose conformal latitude has the tangent given. Five rounds are two more than needed. */
function tanOfLatitude(conformalTan: number): number {
  let tan = conformalTan / (1 - E2);
  for (let round = 0; round < 5; round++) {
    const secant = Math.hypot(1, tan);
    const sigma = Math.sinh(E1 * Math.atanh((E1 * tan) / secant));
    const reached = tan * Math.hypot(1, sigma) - sigma * secant;
    const slope = ((1 - E2) * secant) / (1 + (1 - E2) * tan ** 2);
    tan += (conformalTan - reached) / Math.hypot(1, reached) / slope;
  }
  return tan;
}

function chebyshevNodes(count: number, from: number, to: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => (from + to) / 2 + ((to - from) / 2) * Math.cos((Math.PI * (i + 0.5)) / count),
  );
}

/** Coefficients, constant first, of the polynomial through the points: Newton's divided differences, multiplied out. */
function interpolate(nodes: readonly number[], values: readonly number[]): number[] {
  const differences = [...values];
  for (let order = 1; order < nodes.length; order++) {
    for (let i = nodes.length - 1; i >= order; i--) {
      differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - order]);
    }
  }
  let coefficients: number[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    coefficients = [differences[i], ...coefficients].map((c, k) => c - nodes[i] * (coefficients[k] ?? 0));
  }
  return coefficients;
}

/** Horner's rule, constant first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}
