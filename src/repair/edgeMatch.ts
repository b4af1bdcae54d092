import type { Layer } from "../core/layer.js";
import { orderBy } from "../core/orderBy.js";
import { netEdges, OpenEdges } from "./openEdges.js";

/**
 * The directed border of how often ground is covered: what is left of all edges of a layer when each is set against the
 * same segment run the other way. In a clean coverage that is its outer border, and the borders of its holes.
 */
export type LooseEdges = {
  /** x, y of each edge's start, then of its end. In order of these numbers: it does not hang on the order of features. */
  readonly ends: Float64Array;
  readonly count: number;
};

/**
 * Matches every edge with its reverse. An edge that stands alone is loose; of a segment that is stored more often, as
 * many are loose as run one way more than the other. Where ground is covered once on both sides nothing is left, so an
 * error shows in loose edges wherever it is (design 3, last paragraph; twins of `overlay/twins.ts`).
 *
 * @param layer rings closed, shells counter-clockwise and holes clockwise (`cleanRings`)
 */
export function looseEdges(layer: Layer): LooseEdges {
  const { ringVertex } = layer;
  const open = new OpenEdges(layer.xy);
  for (let r = 0; r + 1 < ringVertex.length; r++) open.meetRing(ringVertex[r], ringVertex[r + 1], false);
  return inOrder(open.left());
}

/** The same of edges that stand alone. @param ends x, y of each edge's start, then of its end */
export function looseOf(ends: Float64Array): LooseEdges {
  const edges = new Uint32Array(ends.length / 4);
  for (let i = 0; i < edges.length; i++) edges[i] = 2 * i;
  return inOrder(netEdges(ends, edges, new Int8Array(edges.length).fill(1)));
}

/** In order of x in as many bands as there are edges, and within each by all numbers. */
function inOrder(ends: Float64Array): LooseEdges {
  const count = ends.length / 4;
  const { order, bandFrom } = byBands(ends, count);
  const compare = (i: number, j: number) =>
    ends[4 * i] - ends[4 * j] ||
    ends[4 * i + 1] - ends[4 * j + 1] ||
    ends[4 * i + 2] - ends[4 * j + 2] ||
    ends[4 * i + 3] - ends[4 * j + 3];
  for (let band = 0; band < count; band++) {
    if (bandFrom[band + 1] - bandFrom[band] > 1)
      orderBy(order.subarray(bandFrom[band], bandFrom[band + 1]), compare);
  }
  const sorted = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 4; k++) sorted[4 * i + k] = ends[4 * order[i] + k];
  }
  return { ends: sorted, count };
}

/** Edges by bands of x that are equally wide: those of band b are order[bandFrom[b]] .. order[bandFrom[b + 1]]. */
function byBands(ends: Float64Array, count: number): { order: Uint32Array; bandFrom: Uint32Array } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < count; i++) {
    if (ends[4 * i] < low) low = ends[4 * i];
    if (ends[4 * i] > high) high = ends[4 * i];
  }
  const perMetre = high > low ? (count - 1) / (high - low) : 0;
  const bandOf = (i: number) => Math.min(count - 1, (ends[4 * i] - low) * perMetre) | 0;
  const bandFrom = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) bandFrom[bandOf(i) + 1]++;
  for (let band = 0; band < count; band++) bandFrom[band + 1] += bandFrom[band];
  const order = new Uint32Array(count);
  const next = bandFrom.slice();
  for (let i = 0; i < count; i++) order[next[bandOf(i)]++] = i;
  return { order, bandFrom };
}

/**
 * Loose edges put together as closed loops: as many leave a point as come to it, so each walk ends where it began.
 * A loop may meet itself.
 *
 * @returns closed rings of x and y in turn
 */
export function loopsOf({ ends, count }: LooseEdges): Float64Array[] {
  const isUsed = new Uint8Array(count);
  /** Per edge that is the first to leave its point: the next that nobody has walked yet. */
  const next = new Uint32Array(count);
  for (let e = 0; e < count; e++) next[e] = e;
  const walk = new Float64Array(2 * count + 2);
  const loops: Float64Array[] = [];
  for (let first = 0; first < count; first++) {
    if (isUsed[first] === 1) continue;
    let length = 2;
    walk[0] = ends[4 * first];
    walk[1] = ends[4 * first + 1];
    for (let e = first; e >= 0; e = takeFrom(ends[4 * e + 2], ends[4 * e + 3])) {
      isUsed[e] = 1;
      walk[length++] = ends[4 * e + 2];
      walk[length++] = ends[4 * e + 3];
      if (ends[4 * e + 2] === walk[0] && ends[4 * e + 3] === walk[1]) break;
    }
    loops.push(walk.slice(0, length));
  }
  return loops;

  function takeFrom(x: number, y: number): number {
    const begin = firstFrom(x, y);
    for (let e = next[begin]; e < count && ends[4 * e] === x && ends[4 * e + 1] === y; e++) {
      if (isUsed[e] === 1) continue;
      next[begin] = e + 1;
      return e;
    }
    return -1;
  }

  function firstFrom(x: number, y: number): number {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const isBefore = ends[4 * middle] < x || (ends[4 * middle] === x && ends[4 * middle + 1] < y);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
