import { orient } from "./perturb.js";

/**
 * Order of two crossings along one edge, exactly.
 *
 * Edge e = p -> q meets edge f at parameter t_f = N_f / D_f with N_f = (f1 - f0) x (p - f0) and
 * D_f = (f1 - f0) x (p - q). Two parameters are first compared as they stand; where they are equal, by their
 * derivatives under the moves of `perturb.ts`: rank k moved by (e_k, e_k^2) adds (dy e_k - dx e_k^2) / D_f to t_f
 * when f has it and takes it away when e has it. The largest move decides.
 *
 * Asked only where the computed parameters are too close to tell (see `crosser.ts`). Most of those are the border of
 * two neighbouring zones, stored in both, or a shared vertex: the parameters are equal, and floating point decides the
 * derivatives nearly always; what it leaves is done in rational arithmetic.
 *
 * @returns negative when f comes first, positive when g does, 0 for one line of one rank
 */
export function compareAlong(
  edge: Segment,
  edgeRank: number,
  f: Segment,
  fRank: number,
  g: Segment,
  gRank: number,
): number {
  if (areOne(f, g)) {
    // The border of two neighbours, stored in both: they meet e in one place, and e's own move takes both along.
    const order = fRank === gRank ? 0 : fRank < gRank ? driftOf(edge, f) : -driftOf(edge, g);
    if (order !== 0 || fRank === gRank) return order;
  } else if (meetOn(edge, f, g)) {
    const order =
      fRank < gRank && fRank < edgeRank
        ? driftOf(edge, f)
        : gRank < fRank && gRank < edgeRank
          ? -driftOf(edge, g)
          : compareSlopes(edge, f, g) * (edgeRank < fRank ? -1 : 1);
    if (order !== 0) return order;
  }
  return compareExactly(edge, edgeRank, f, fRank, g, gRank);
}

/** One segment, in the same or opposite direction? */
const areOne = (f: Segment, g: Segment): boolean => isEndOf(f, g[0], g[1]) && isEndOf(f, g[2], g[3]);

/** Do f and g certainly meet e in one point: an end of e that lies on both, or an end of both that lies on e? */
function meetOn(edge: Segment, f: Segment, g: Segment): boolean {
  const [px, py, qx, qy] = edge;
  if (liesOn(f, px, py) && liesOn(g, px, py)) return true;
  if (liesOn(f, qx, qy) && liesOn(g, qx, qy)) return true;
  const [ax, ay, bx, by] = f;
  if (isEndOf(g, ax, ay) && liesOn(edge, ax, ay)) return true;
  return isEndOf(g, bx, by) && liesOn(edge, bx, by);
}

const liesOn = (line: Segment, x: number, y: number): boolean =>
  orient(line[0], line[1], line[2], line[3], x, y) === 0;

const isEndOf = (line: Segment, x: number, y: number): boolean =>
  (line[0] === x && line[1] === y) || (line[2] === x && line[3] === y);

/** Which way t_f goes when f alone is moved: the sign of (dy e - dx e^2) / D_f. 0 where floating point is not sure. */
function driftOf([px, py, qx, qy]: Segment, f: Segment): number {
  const fdx = f[2] - f[0];
  const fdy = f[3] - f[1];
  const left = fdx * (py - qy);
  const right = fdy * (px - qx);
  const df = left - right;
  if (Math.abs(df) <= 1e-14 * (Math.abs(left) + Math.abs(right))) return 0;
  return (fdy !== 0 ? fdy > 0 : fdx < 0) === df > 0 ? 1 : -1;
}

/** Sign of dy_f / D_f - dy_g / D_g where floating point is sure of it, else 0. */
function compareSlopes([px, py, qx, qy]: Segment, f: Segment, g: Segment): number {
  const fdx = f[2] - f[0];
  const fdy = f[3] - f[1];
  const gdx = g[2] - g[0];
  const gdy = g[3] - g[1];
  const df = fdx * (py - qy) - fdy * (px - qx);
  const dg = gdx * (py - qy) - gdy * (px - qx);
  const dfError = Math.abs(fdx * (py - qy)) + Math.abs(fdy * (px - qx));
  const dgError = Math.abs(gdx * (py - qy)) + Math.abs(gdy * (px - qx));
  const apart = fdy * dg - gdy * df;
  const doubt = 1e-14 * (Math.abs(fdy) * dgError + Math.abs(gdy) * dfError);
  if (Math.abs(apart) <= doubt || Math.abs(df) <= 1e-14 * dfError || Math.abs(dg) <= 1e-14 * dgError)
    return 0;
  return apart > 0 === (df > 0 === dg > 0) ? 1 : -1;
}

function compareExactly(
  edge: Segment,
  edgeRank: number,
  f: Segment,
  fRank: number,
  g: Segment,
  gRank: number,
): number {
  const [px, py, qx, qy, f0x, f0y, f1x, f1y, g0x, g0y, g1x, g1y] = toIntegers([...edge, ...f, ...g]);
  const fdx = f1x - f0x;
  const fdy = f1y - f0y;
  const gdx = g1x - g0x;
  const gdy = g1y - g0y;
  const nf = fdx * (py - f0y) - fdy * (px - f0x);
  const df = fdx * (py - qy) - fdy * (px - qx);
  const ng = gdx * (py - g0y) - gdy * (px - g0x);
  const dg = gdx * (py - qy) - gdy * (px - qx);
  const flip = df < 0n !== dg < 0n ? -1n : 1n;
  const byValue = flip * (nf * dg - ng * df);
  if (byValue !== 0n) return byValue > 0n ? 1 : -1;
  for (const rank of [edgeRank, fRank, gRank].sort((a, b) => a - b)) {
    const ofF = (rank === fRank ? 1n : 0n) - (rank === edgeRank ? 1n : 0n);
    const ofG = (rank === gRank ? 1n : 0n) - (rank === edgeRank ? 1n : 0n);
    const first = flip * (ofF * fdy * dg - ofG * gdy * df);
    if (first !== 0n) return first > 0n ? 1 : -1;
    const second = flip * (ofG * gdx * df - ofF * fdx * dg);
    if (second !== 0n) return second > 0n ? 1 : -1;
  }
  return 0;
}

/** x0, y0, x1, y1. */
export type Segment = readonly [number, number, number, number];

const bits = new DataView(new ArrayBuffer(8));

/** The doubles as integers in one common unit, a power of two: exact. */
function toIntegers(values: readonly number[]): bigint[] {
  const mantissas: bigint[] = [];
  const exponents: number[] = [];
  let unit = Infinity;
  for (const value of values) {
    bits.setFloat64(0, value);
    const high = bits.getUint32(0);
    const biased = (high >>> 20) & 0x7ff;
    const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
    const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
    const exponent = biased === 0 ? 1 : biased;
    mantissas.push(high >>> 31 ? -mantissa : mantissa);
    exponents.push(exponent);
    if (mantissa !== 0n && exponent < unit) unit = exponent;
  }
  return mantissas.map((mantissa, i) => (mantissa === 0n ? 0n : mantissa << BigInt(exponents[i] - unit)));
}
