import { grown } from "../core/grown.js";
import { orderBy } from "../core/orderBy.js";
import { compareAlong, type Segment } from "./along.js";
import { type Crosser, segmentAt } from "./crosser.js";
import { GROUND } from "./perturb.js";
import { ringAt } from "./ringAt.js";
import type { Zones } from "./zones.js";

/**
 * Where the borders of the ground polygon at hand cross those of zones: a column each, in order of the walk, and `alongZones` in
 * order along the zones' rings.
 */
export class GroundCrossings {
  count = 0;
  /** The zone edge, and how far along it: exact but for tError. */
  edge: Uint32Array = new Uint32Array(64);
  private t: Float64Array = new Float64Array(64);
  private tError: Float64Array = new Float64Array(64);
  x: Float64Array = new Float64Array(64);
  y: Float64Array = new Float64Array(64);
  u: Float64Array = new Float64Array(64);
  /** 1 where the zone's ring enters the polygon, 0 where it leaves. */
  enters: Uint8Array = new Uint8Array(64);
  private groundEdge: Uint32Array = new Uint32Array(64);
  private order: Uint32Array = new Uint32Array(64);
  private xy: Float64Array = new Float64Array(0);

  constructor(private readonly zones: Zones) {}

  /** @param xy the ground's vertices */
  clear(xy: Float64Array): void {
    this.xy = xy;
    this.count = 0;
  }

  /**
   * Notes crossing c of the walk as one of zone edge `edge`, which is the crossed one or its twin.
   *
   * @param zoneT how far along it
   * @param enters whether its ring enters the polygon there
   */
  note(
    { x, y, zoneTError }: Crosser,
    c: number,
    edge: number,
    zoneT: number,
    enters: boolean,
    u: number,
    groundEdge: number,
  ): void {
    const i = this.count++;
    if (this.count > this.edge.length) this.grow();
    this.edge[i] = edge;
    this.t[i] = zoneT;
    this.tError[i] = zoneTError[c];
    this.x[i] = x[c];
    this.y[i] = y[c];
    this.u[i] = u;
    this.enters[i] = enters ? 1 : 0;
    this.groundEdge[i] = groundEdge;
  }

  /** Their numbers, ring by ring of the zones and in order along each. */
  alongZones(): Uint32Array {
    const order = this.order.subarray(0, this.count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    orderBy(order, this.onZone);
    return order;
  }

  private readonly onZone = (a: number, b: number): number => {
    const edge = this.edge[a];
    if (edge !== this.edge[b]) return edge - this.edge[b];
    const apart = this.t[a] - this.t[b];
    const doubt = this.tError[a] + this.tError[b];
    if (apart > doubt) return 1;
    if (apart < -doubt) return -1;
    const order = compareAlong(
      segmentAt(this.zones.xy, edge),
      this.rankOfEdge(edge),
      this.groundSegment(a),
      GROUND,
      this.groundSegment(b),
      GROUND,
    );
    // Two edges of one polygon on each other: a spike. Either order will do.
    return order !== 0 ? order : a - b;
  };

  /** The first node of a zone ring that lies behind the crossing on it. */
  nodeBehind(crossing: number, ring: number): number {
    const { ringNode, nodeEdge } = this.zones;
    const edge = this.edge[crossing];
    let low = ringNode[ring];
    let high = ringNode[ring + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (nodeEdge[middle] < edge) low = middle + 1;
      else high = middle;
    }
    while (low < ringNode[ring + 1] && nodeEdge[low] === edge && this.isNodeBefore(low, crossing)) low++;
    return low;
  }

  private isNodeBefore(node: number, crossing: number): boolean {
    const { nodeT, nodeTError, nodeOther, nodeEdge, xy } = this.zones;
    const apart = nodeT[node] - this.t[crossing];
    const doubt = nodeTError[node] + this.tError[crossing];
    if (apart > doubt) return false;
    if (apart < -doubt) return true;
    const edge = nodeEdge[node];
    const other = nodeOther[node];
    return (
      compareAlong(
        segmentAt(xy, edge),
        this.rankOfEdge(edge),
        segmentAt(xy, other),
        this.rankOfEdge(other),
        this.groundSegment(crossing),
        GROUND,
      ) < 0
    );
  }

  private rankOfEdge(edge: number): number {
    const { rankOf, ownerOf, finder } = this.zones;
    return rankOf[ownerOf[ringAt(finder, edge)]];
  }

  private groundSegment(crossing: number): Segment {
    return segmentAt(this.xy, this.groundEdge[crossing]);
  }

  private grow(): void {
    const length = 2 * this.edge.length;
    this.edge = grown(this.edge, length);
    this.t = grown(this.t, length);
    this.tError = grown(this.tError, length);
    this.x = grown(this.x, length);
    this.y = grown(this.y, length);
    this.u = grown(this.u, length);
    this.enters = grown(this.enters, length);
    this.groundEdge = grown(this.groundEdge, length);
    this.order = grown(this.order, length);
  }
}
