import type { Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";

/**
 * Area of the intersection of two features, with no predicate and no crossing point: the independent second opinion
 * on the cover kernel, in tests and as a spot check at run time.
 *
 * Derivation. Let f_e be the line through a non-vertical edge e, over e's own x-range. Put s_e = +1 where the
 * polygon lies below e and -1 where it lies above. On any vertical line the edges of A it meets give
 * 1_A(x, y) = sum over e of s_e [y < f_e(x)], and the s_e add up to 0. Multiplying the sums of A and B gives
 * 1_A 1_B = sum over e, g of s_e s_g [y < min(f_e, f_g)], and integrating over y from any base line (it cancels):
 *
 *   |A and B| = sum over e of A, g of B:  s_e s_g * integral of min(f_e(x), f_g(x)) dx over their common x-range.
 *
 * Every term is continuous in every coordinate, so shared borders, touching vertices and collinear overlaps need no
 * case of their own. Rings are oriented here (shells counter-clockwise, holes clockwise), so any direction will do.
 * The origin is a vertex of the narrower feature and sums are compensated; what is left is rounding of the terms,
 * about 1e-16 x (common width) x (height of the taller feature).
 *
 * Cost: the pairs of edges that share some x. Meant for pairs of features, not for layers.
 *
 * @returns square metres; exactly 0 when the x-ranges do not overlap or a feature has no geometry, while another
 *   disjoint pair may come out as a rounding of 0, of either sign
 */
export function pairArea(a: Layer, featureA: number, b: Layer, featureB: number): M2 {
  const rangeA = xRange(a, featureA);
  const rangeB = xRange(b, featureB);
  const from = Math.max(rangeA.from, rangeB.from);
  const to = Math.min(rangeA.to, rangeB.to);
  if (!(from < to)) return 0;
  const aIsNarrower = rangeA.to - rangeA.from <= rangeB.to - rangeB.from;
  const [originX, originY] = aIsNarrower ? firstVertex(a, featureA) : firstVertex(b, featureB);
  const window = { from, to, originX, originY };
  return sumOverPairs(slopes(a, featureA, window), slopes(b, featureB, window));
}

/** Non-vertical edges, left end first, five numbers each: x1, y1, x2, y2, s. Sorted by x1. */
type Slopes = Float64Array;
const WIDTH = 5;

type Window = {
  readonly from: number;
  readonly to: number;
  readonly originX: number;
  readonly originY: number;
};

/** Sweeps a by left ends; `open` holds the edges of b that began before this edge ends and end after it begins. */
function sumOverPairs(a: Slopes, b: Slopes): M2 {
  const open = new Uint32Array(b.length / WIDTH);
  let openCount = 0;
  let nextG = 0;
  let sum = 0;
  let lost = 0; // Neumaier's compensation
  for (let e = 0; e < a.length; e += WIDTH) {
    for (; nextG < b.length && b[nextG] < a[e + 2]; nextG += WIDTH) open[openCount++] = nextG;
    let kept = 0;
    for (let i = 0; i < openCount; i++) {
      const g = open[i];
      if (b[g + 2] <= a[e]) continue;
      open[kept++] = g;
      if (b[g] >= a[e + 2]) continue;
      const term = a[e + 4] * b[g + 4] * minIntegral(a, e, b, g);
      const next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
      sum = next;
    }
    openCount = kept;
  }
  return sum + lost;
}

/** Integral of the lower of two lines over the common x-range: the chord of the minima, plus a triangle if they cross. */
function minIntegral(a: Slopes, e: number, b: Slopes, g: number): M2 {
  const left = Math.max(a[e], b[g]);
  const right = Math.min(a[e + 2], b[g + 2]);
  const a0 = heightAt(a, e, left);
  const a1 = heightAt(a, e, right);
  const b0 = heightAt(b, g, left);
  const b1 = heightAt(b, g, right);
  const d0 = a0 - b0;
  const d1 = a1 - b1;
  const crossing = (d0 < 0 && d1 > 0) || (d0 > 0 && d1 < 0);
  const bulge = crossing ? Math.abs(d0) * (Math.abs(d1) / (Math.abs(d0) + Math.abs(d1))) : 0;
  return ((right - left) / 2) * (Math.min(a0, b0) + Math.min(a1, b1) + bulge);
}

/** y on the edge at x, measured from its nearer end, so that each end is met exactly. */
function heightAt(edges: Slopes, e: number, x: number): number {
  const x1 = edges[e];
  const y1 = edges[e + 1];
  const x2 = edges[e + 2];
  const y2 = edges[e + 3];
  if (x - x1 < x2 - x) return y1 + (y2 - y1) * ((x - x1) / (x2 - x1));
  return y2 - (y2 - y1) * ((x2 - x) / (x2 - x1));
}

function slopes(layer: Layer, feature: number, window: Window): Slopes {
  const edges: [number, number, number, number, number][] = [];
  for (let part = layer.featurePart[feature]; part < layer.featurePart[feature + 1]; part++) {
    for (let ring = layer.partRing[part]; ring < layer.partRing[part + 1]; ring++) {
      const isHole = ring > layer.partRing[part];
      addRing(edges, layer, ring, isHole, window);
    }
  }
  edges.sort((p, q) => p[0] - q[0]);
  return Float64Array.from(edges.flat());
}

function addRing(
  edges: [number, number, number, number, number][],
  { xy, ringVertex }: Layer,
  ring: number,
  isHole: boolean,
  { from, to, originX, originY }: Window,
): void {
  // The polygon lies to the left of a shell that runs counter-clockwise: above an edge going right, below one going left.
  const belowWhenGoingLeft =
    ringIsCounterClockwise(xy, ringVertex[ring], ringVertex[ring + 1]) === isHole ? -1 : 1;
  for (let v = ringVertex[ring]; v + 1 < ringVertex[ring + 1]; v++) {
    const goesRight = xy[2 * v] < xy[2 * v + 2];
    const left = 2 * (goesRight ? v : v + 1);
    const right = 2 * (goesRight ? v + 1 : v);
    if (xy[right] <= from || xy[left] >= to) continue;
    const x1 = xy[left] - originX;
    const x2 = xy[right] - originX;
    if (x1 === x2) continue; // vertical, or too narrow to tell once it has been moved
    const side = goesRight ? -belowWhenGoingLeft : belowWhenGoingLeft;
    edges.push([x1, xy[left + 1] - originY, x2, xy[right + 1] - originY, side]);
  }
}

function ringIsCounterClockwise(xy: Float64Array, from: number, to: number): boolean {
  const x0 = xy[2 * from];
  const y0 = xy[2 * from + 1];
  let twice = 0;
  for (let v = from + 1; v + 1 < to; v++) {
    twice += (xy[2 * v] - x0) * (xy[2 * v + 3] - y0) - (xy[2 * v + 2] - x0) * (xy[2 * v + 1] - y0);
  }
  return twice > 0;
}

function firstVertex({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): [number, number] {
  const v = ringVertex[partRing[featurePart[feature]]];
  return [xy[2 * v], xy[2 * v + 1]];
}

function xRange(layer: Layer, feature: number): { from: number; to: number } {
  const firstRing = layer.partRing[layer.featurePart[feature]];
  const endRing = layer.partRing[layer.featurePart[feature + 1]];
  let from = Infinity;
  let to = -Infinity;
  for (let v = layer.ringVertex[firstRing]; v < layer.ringVertex[endRing]; v++) {
    from = Math.min(from, layer.xy[2 * v]);
    to = Math.max(to, layer.xy[2 * v]);
  }
  return { from, to };
}
