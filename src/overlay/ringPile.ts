import { roomFor } from "../core/grown.js";
import { bboxOf, type Layer, shared } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { type GridFrame, gridFrame } from "../index/edgeGrid.js";
import { isCounterClockwise } from "./orientation.js";
import { type RingFinder, ringFinder } from "./ringAt.js";
import { NO_LOW } from "./stretch.js";
import { pairTwins } from "./twins.js";

/**
 * All zone rings of a run, one after the other, with their running integrals (see `ZoneRings`) and twins: what an index is
 * made of. On shared memory.
 */
export type RingPile = Omit<Rings, "isShell"> &
  ReturnType<typeof integrateRings> & {
    readonly finder: RingFinder;
    /** Of each pair of twins one, and every edge without: start vertices, ascending. */
    readonly firsts: Uint32Array;
    readonly twin: Uint32Array; // see ZoneEdges
    /** Of the grid for `firsts`. */
    readonly frame: GridFrame;
  };

/** Memory: 37 bytes a vertex and, for the largest rings, 8 more; while it is made, 13 more. */
export function pileRings(rings: Rings, measure: Measure): RingPile {
  const { xy, ringVertex, ownerOf, rankOf, zoneCount } = rings;
  const vertexCount = xy.length / 2;
  const finder = ringFinder(ringVertex);
  const integrals = integrateRings(rings, measure);
  const unpaired = { xy, ringVertex, ownerOf, rankOf, zoneCount, finder, ...integrals };
  const { firsts, twin } = pairTwins(unpaired, properEdges(xy, ringVertex));
  return { ...unpaired, firsts, twin, frame: gridFrame(firsts.length, bboxOf(xy, 0, vertexCount)) };
}

/** The rings of some layers, one after the other. */
export type Rings = {
  readonly xy: Float64Array;
  readonly ringVertex: Uint32Array;
  readonly ownerOf: Uint32Array; // per ring
  readonly rankOf: Uint32Array; // per zone: its layer
  readonly isShell: Uint8Array;
  readonly zoneCount: number;
};

/**
 * Copies the rings of all layers. A step of its own, so that the layers may be let go before more is made.
 * @param layers their polygons are numbered through
 */
export function gatherRings(layers: readonly Layer[]): Rings {
  let vertices = 0;
  let ringCount = 0;
  let zoneCount = 0;
  for (const layer of layers) {
    vertices += layer.xy.length / 2;
    ringCount += layer.ringVertex.length - 1;
    zoneCount += layer.featurePart.length - 1;
  }
  const xy = shared(Float64Array, 2 * vertices);
  const ringVertex = shared(Uint32Array, ringCount + 1);
  const ownerOf = shared(Uint32Array, ringCount);
  const rankOf = shared(Uint32Array, zoneCount);
  const isShell = new Uint8Array(ringCount);
  let vertexBase = 0;
  let ringBase = 0;
  let zoneBase = 0;
  for (const [rank, layer] of layers.entries()) {
    xy.set(layer.xy, 2 * vertexBase);
    rankOf.fill(rank, zoneBase, zoneBase + layer.featurePart.length - 1);
    for (let r = 1; r < layer.ringVertex.length; r++)
      ringVertex[ringBase + r] = vertexBase + layer.ringVertex[r];
    for (let f = 0; f + 1 < layer.featurePart.length; f++) {
      for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
        isShell[ringBase + layer.partRing[p]] = 1;
        ownerOf.fill(zoneBase + f, ringBase + layer.partRing[p], ringBase + layer.partRing[p + 1]);
      }
    }
    vertexBase += layer.xy.length / 2;
    ringBase += layer.ringVertex.length - 1;
    zoneBase += layer.featurePart.length - 1;
  }
  return { xy, ringVertex, ownerOf, rankOf, isShell, zoneCount };
}

function properEdges(xy: Float64Array, ringVertex: Uint32Array): Uint32Array {
  const edges = new Uint32Array(xy.length / 2);
  let count = 0;
  for (let r = 0; r + 1 < ringVertex.length; r++) {
    for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
      if (xy[2 * v] !== xy[2 * v + 2] || xy[2 * v + 1] !== xy[2 * v + 3]) edges[count++] = v;
    }
  }
  return edges.subarray(0, count);
}

function integrateRings(rings: Rings, measure: Measure) {
  const { xy, ringVertex, ownerOf, isShell, zoneCount } = rings;
  const vertexCount = xy.length / 2;
  const planHi = shared(Float64Array, vertexCount);
  const trueHi = shared(Float64Array, vertexCount);
  const lows = new LowParts(ownerOf.length);
  const inwardSign = shared(Int8Array, ownerOf.length);
  const ownPlanM2 = shared(Float64Array, zoneCount);
  const ownTrueM2 = shared(Float64Array, zoneCount);
  const plan = new TwoPartSum();
  const real = new TwoPartSum();
  for (let r = 0; r < ownerOf.length; r++) {
    const first = ringVertex[r];
    const end = ringVertex[r + 1] - 1;
    if (end < first) continue;
    let x1 = xy[2 * first];
    let y1 = xy[2 * first + 1];
    let u1 = measure.u(x1, y1);
    const x0 = x1;
    const u0 = u1;
    plan.clear();
    real.clear();
    lows.begin(end + 1 - first);
    let largest = 0;
    for (let v = first + 1; v <= end; v++) {
      const x2 = xy[2 * v];
      const y2 = xy[2 * v + 1];
      const u2 = measure.u(x2, y2);
      plan.add((y2 - y1) * ((x1 + x2) / 2 - x0));
      real.add((y2 - y1) * ((u1 + u2) / 2 - u0) + measure.bend(x1, y1, x2, y2));
      planHi[v] = plan.hi;
      trueHi[v] = real.hi;
      lows.put(v - first, plan.lo, real.lo);
      if (Math.abs(plan.hi) > largest) largest = Math.abs(plan.hi);
      if (Math.abs(real.hi) > largest) largest = Math.abs(real.hi);
      x1 = x2;
      y1 = y2;
      u1 = u2;
    }
    if (largest > NEEDS_LOW_M2) lows.keep(r);
    const area = plan.hi + plan.lo;
    const [minX, minY, maxX, maxY] = bboxOf(xy, first, end);
    const left = isCounterClockwise(xy, first, end, area, maxX - minX + maxY - minY);
    inwardSign[r] = left === (isShell[r] === 1) ? 1 : -1;
    ownPlanM2[ownerOf[r]] += inwardSign[r] * area;
    ownTrueM2[ownerOf[r]] += inwardSign[r] * (real.hi + real.lo);
  }
  return { planHi, trueHi, ...lows.toColumns(), inwardSign, ownPlanM2, ownTrueM2 };
}

/** Running sums up to here are right to 2^-34 m2 without their low parts: those of all but the largest rings. */
const NEEDS_LOW_M2 = 2 ** 20;

/** Low parts of running sums, of the rings that need them, one ring after the other. */
class LowParts {
  private readonly lowStart: Uint32Array;
  private planLo: Float32Array = new Float32Array(1024);
  private trueLo: Float32Array = new Float32Array(1024);
  private kept = 0;
  private length = 0;

  constructor(ringCount: number) {
    this.lowStart = shared(Uint32Array, ringCount).fill(NO_LOW);
  }

  /** A ring of so many vertices comes. */
  begin(length: number): void {
    this.length = length;
    if (this.kept + length > this.planLo.length) {
      this.planLo = roomFor(this.planLo, this.kept + length);
      this.trueLo = roomFor(this.trueLo, this.kept + length);
    }
    this.put(0, 0, 0);
  }

  /** @param i vertex, counted from the ring's first */
  put(i: number, plan: number, real: number): void {
    this.planLo[this.kept + i] = plan;
    this.trueLo[this.kept + i] = real;
  }

  /** The ring that came last needs its low parts. */
  keep(ring: number): void {
    this.lowStart[ring] = this.kept;
    this.kept += this.length;
  }

  toColumns(): { lowStart: Uint32Array; planLo: Float32Array; trueLo: Float32Array } {
    const planLo = shared(Float32Array, this.planLo.subarray(0, this.kept));
    const trueLo = shared(Float32Array, this.trueLo.subarray(0, this.kept));
    return { lowStart: this.lowStart, planLo, trueLo };
  }
}

/** A running sum in two parts, the low one below half a unit in the last place of the high one (Knuth's TwoSum). */
class TwoPartSum {
  hi = 0;
  lo = 0;

  clear(): void {
    this.hi = 0;
    this.lo = 0;
  }

  add(term: number): void {
    const sum = this.hi + term;
    const part = sum - this.hi;
    const low = this.lo + (this.hi - (sum - part) + (term - part));
    this.hi = sum + low;
    this.lo = low - (this.hi - sum);
  }
}
