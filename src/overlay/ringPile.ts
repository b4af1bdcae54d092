import { bboxOf, type Layer, shared } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { type GridFrame, gridFrame } from "../index/edgeGrid.js";
import { isCounterClockwise } from "./orientation.js";
import { pairTwins } from "./twins.js";

/**
 * All zone rings of a run, one after the other, with their running integrals (see `ZoneRings`) and twins: what an index is
 * made of. On shared memory.
 */
export type RingPile = Omit<Rings, "isShell"> &
  ReturnType<typeof integrateRings> & {
    readonly ringOf: Uint32Array; // per vertex
    /** Of each pair of twins one, and every edge without: start vertices, ascending. */
    readonly firsts: Uint32Array;
    readonly twin: Uint32Array; // see ZoneEdges
    /** Of the grid for `firsts`. */
    readonly frame: GridFrame;
  };

/** @param layers their polygons are numbered through */
export function pileRings(layers: readonly Layer[], measure: Measure): RingPile {
  const gathered = gatherRings(layers);
  const { xy, ringVertex, ownerOf, rankOf, zoneCount } = gathered;
  const vertexCount = xy.length / 2;
  const ringOf = shared(Uint32Array, vertexCount);
  for (let r = 0; r < ownerOf.length; r++) ringOf.fill(r, ringVertex[r], ringVertex[r + 1]);
  const integrals = integrateRings(gathered, measure);
  const unpaired = { xy, ringVertex, ownerOf, rankOf, zoneCount, ringOf, ...integrals };
  const { firsts, twin } = pairTwins(unpaired, properEdges(xy, ringVertex));
  return { ...unpaired, firsts, twin, frame: gridFrame(firsts.length, bboxOf(xy, 0, vertexCount)) };
}

type Rings = {
  readonly xy: Float64Array;
  readonly ringVertex: Uint32Array;
  readonly ownerOf: Uint32Array; // per ring
  readonly rankOf: Uint32Array; // per zone: its layer
  readonly isShell: Uint8Array;
  readonly zoneCount: number;
};

function gatherRings(layers: readonly Layer[]): Rings {
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
  const planLo = shared(Float32Array, vertexCount);
  const trueHi = shared(Float64Array, vertexCount);
  const trueLo = shared(Float32Array, vertexCount);
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
    for (let v = first + 1; v <= end; v++) {
      const x2 = xy[2 * v];
      const y2 = xy[2 * v + 1];
      const u2 = measure.u(x2, y2);
      plan.add((y2 - y1) * ((x1 + x2) / 2 - x0));
      real.add((y2 - y1) * ((u1 + u2) / 2 - u0) + measure.bend(x1, y1, x2, y2));
      planHi[v] = plan.hi;
      planLo[v] = plan.lo;
      trueHi[v] = real.hi;
      trueLo[v] = real.lo;
      x1 = x2;
      y1 = y2;
      u1 = u2;
    }
    const area = plan.hi + plan.lo;
    const [minX, minY, maxX, maxY] = bboxOf(xy, first, end);
    const left = isCounterClockwise(xy, first, end, area, maxX - minX + maxY - minY);
    inwardSign[r] = left === (isShell[r] === 1) ? 1 : -1;
    ownPlanM2[ownerOf[r]] += inwardSign[r] * area;
    ownTrueM2[ownerOf[r]] += inwardSign[r] * (real.hi + real.lo);
  }
  return { planHi, planLo, trueHi, trueLo, inwardSign, ownPlanM2, ownTrueM2 };
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
