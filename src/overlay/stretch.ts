import type { Measure } from "../core/measure.js";
import type { CellSums } from "./cellSums.js";
import type { CoverSets } from "./coverSets.js";

/**
 * Zone rings with what is needed to post any stretch of them to cover sets without walking it.
 *
 * `planHi + planLo` is the running integral of (x - x0) dy from the ring's first vertex to each vertex, in two parts:
 * a kommune's running sum reaches 1e10 m2, and the difference of two of them must still be right to 1e-9. The low part
 * is below 1e-6 m2, so a short float holds it to 1e-13; rings with small sums have none.
 * Nodes are where other zones' borders cross the ring; between nodes the set of other zones is one.
 */
export type ZoneRings = {
  readonly xy: Float64Array;
  readonly planHi: Float64Array; // per vertex
  readonly trueHi: Float64Array; // per vertex
  /** Per ring: where its vertices' low parts begin, or NO_LOW. */
  readonly lowStart: Uint32Array;
  readonly planLo: Float32Array;
  readonly trueLo: Float32Array;
  readonly ringVertex: Uint32Array;
  readonly ownerOf: Uint32Array; // per ring
  readonly inwardSign: Int8Array; // per ring: +1 when the zone lies left of the ring as stored
  /** Set of other zones at the ring's first vertex. */
  readonly startSet: Uint32Array;
  /** Ring r has nodes ringNode[r] .. ringNode[r + 1], in order along it. */
  readonly ringNode: Uint32Array;
  readonly nodeEdge: Uint32Array;
  readonly nodeOther: Uint32Array; // the other zone's edge
  readonly nodeT: Float64Array;
  readonly nodeTError: Float64Array;
  readonly nodeX: Float64Array;
  readonly nodeY: Float64Array;
  readonly nodeU: Float64Array;
  /** Set of other zones behind the node. */
  readonly nodeSet: Uint32Array;
};

/** The high parts of a ring's running sums are exact enough. */
export const NO_LOW = 0xffffffff;

/** A place on a ring: on edge `edge` at (x, y); `node` is the first node behind it. */
export type RingPlace = { edge: number; x: number; y: number; u: number; node: number };

/**
 * Posts one stretch of a zone ring that runs inside a region: plus for the set on the zone's side, minus for the
 * other, piece by piece between nodes (design: "pieces of zone edges that run inside a").
 *
 * @param wraps the stretch passes the ring's first vertex
 * @param times how often the region counts here (1; other values only on self-overlapping ground)
 * @param originX, originU the region's local origin: areas are sums of (x - originX) dy and (u - originU) dy
 */
export function postStretch(
  zones: ZoneRings,
  sets: CoverSets,
  sums: CellSums,
  measure: Measure,
  ring: number,
  from: RingPlace,
  to: RingPlace,
  wraps: boolean,
  times: number,
  originX: number,
  originU: number,
): void {
  const owner = zones.ownerOf[ring];
  const sign = zones.inwardSign[ring] * times;
  const firstNode = zones.ringNode[ring];
  const endNode = zones.ringNode[ring + 1];
  let set = from.node > firstNode ? zones.nodeSet[from.node - 1] : zones.startSet[ring];
  let { edge, x, y, u } = from;
  let node = from.node;
  let aroundAhead = wraps;
  for (;;) {
    let around = false;
    if (aroundAhead && node === endNode) {
      node = firstNode;
      aroundAhead = false;
      around = true;
    }
    const last = !aroundAhead && node === to.node;
    const toEdge = last ? to.edge : zones.nodeEdge[node];
    const toX = last ? to.x : zones.nodeX[node];
    const toY = last ? to.y : zones.nodeY[node];
    const toU = last ? to.u : zones.nodeU[node];
    integrate(zones, measure, ring, edge, x, y, u, toEdge, toX, toY, toU, around, originX, originU);
    sums.post(sets.toggle(set, owner), sign, piece.planM2, piece.trueM2, toX - x, toY - y);
    sums.post(set, -sign, piece.planM2, piece.trueM2, toX - x, toY - y);
    if (last) return;
    set = zones.nodeSet[node];
    edge = toEdge;
    x = toX;
    y = toY;
    u = toU;
    node++;
  }
}

/** Result of `integrate`: overwritten by each call, so that the hot path allocates nothing. */
const piece = { planM2: 0, trueM2: 0 };

function integrate(
  zones: ZoneRings,
  measure: Measure,
  ring: number,
  fromEdge: number,
  ax: number,
  ay: number,
  au: number,
  toEdge: number,
  bx: number,
  by: number,
  bu: number,
  around: boolean,
  originX: number,
  originU: number,
): void {
  const { xy } = zones;
  if (fromEdge === toEdge && !around) {
    piece.planM2 = (by - ay) * ((ax + bx) / 2 - originX);
    piece.trueM2 = (by - ay) * ((au + bu) / 2 - originU) + measure.bend(ax, ay, bx, by);
    return;
  }
  const first = zones.ringVertex[ring];
  const end = zones.ringVertex[ring + 1] - 1;
  const p = fromEdge + 1;
  const q = toEdge;
  const px = xy[2 * p];
  const py = xy[2 * p + 1];
  const qx = xy[2 * q];
  const qy = xy[2 * q + 1];
  // High parts first: what is left of them is small, and then the low parts count.
  let plan = zones.planHi[q] - zones.planHi[p];
  let real = zones.trueHi[q] - zones.trueHi[p];
  if (around) {
    plan = zones.planHi[end] - zones.planHi[p] + zones.planHi[q];
    real = zones.trueHi[end] - zones.trueHi[p] + zones.trueHi[q];
  }
  const lowStart = zones.lowStart[ring];
  if (lowStart !== NO_LOW) {
    const { planLo, trueLo } = zones;
    const a = lowStart + p - first;
    const b = lowStart + q - first;
    const whole = lowStart + end - first;
    plan += around ? planLo[b] - planLo[a] + planLo[whole] : planLo[b] - planLo[a];
    real += around ? trueLo[b] - trueLo[a] + trueLo[whole] : trueLo[b] - trueLo[a];
  }
  piece.planM2 =
    (py - ay) * ((ax + px) / 2 - originX) +
    (plan + (xy[2 * first] - originX) * (qy - py)) +
    (by - qy) * ((qx + bx) / 2 - originX);
  piece.trueM2 =
    (py - ay) * ((au + measure.u(px, py)) / 2 - originU) +
    measure.bend(ax, ay, px, py) +
    (real + (measure.u(xy[2 * first], xy[2 * first + 1]) - originU) * (qy - py)) +
    (by - qy) * ((measure.u(qx, qy) + bu) / 2 - originU) +
    measure.bend(qx, qy, bx, by);
}
