import { orient } from "../overlay/perturb.js";
import type { BoxTree, WestVisitor } from "./boxTree.js";
import type { Chains } from "./chains.js";
import type { FeatureEdges } from "./featureEdges.js";

/**
 * Which rings of a feature lie round another of its rings.
 *
 * The point asked about lies on an edge of the ring, beside the edge's first vertex by less than any distance. So it lies
 * on no other ring, unless the two run on each other, and the answer is exact also where they touch.
 */
export class Containment implements WestVisitor {
  private xy: Float64Array = new Float64Array(0);
  private inside = new Uint8Array(1 << 6);
  private met: number[] = [];
  private ring = 0;
  private from = 0;
  private to = 0;

  constructor(
    private readonly edges: FeatureEdges,
    private readonly chains: Chains,
    /** Over the chains. */
    private readonly tree: BoxTree,
  ) {}

  /** Rings that have the ring inside, by crossing parity; rings that cross it or run on it are left to the caller. */
  ringsAround(xy: Float64Array, ring: number): readonly number[] {
    const { edges } = this;
    this.xy = xy;
    if (this.inside.length < edges.ringCount) this.inside = new Uint8Array(2 * edges.ringCount);
    let e = edges.ringFrom[ring];
    while (e < edges.ringTo[ring] && xy[2 * edges.start[e] + 1] === xy[2 * edges.end[e] + 1]) e++;
    if (e === edges.ringTo[ring]) return []; // a line: told as a ring that doubles back
    this.ring = ring;
    this.from = edges.start[e];
    this.to = edges.end[e];
    this.met.length = 0;
    this.tree.leftward(xy[2 * this.from], xy[2 * this.from + 1], this);
    const around = this.met.filter((other) => this.inside[other] === 1);
    for (const other of this.met) this.inside[other] = 0;
    return around.length < 2 ? around : [...new Set(around)].sort((a, b) => a - b);
  }

  /** Chains that all lie west of the point: of one ring they are passed as the line from their beginning to their end is. */
  west(firstChain: number, endChain: number): boolean {
    const { xy, edges } = this;
    const { from } = this.chains;
    const [first, last] = [from[firstChain], from[endChain] - 1];
    const ring = edges.ring[first];
    if (edges.ring[last] !== ring) return false;
    if (ring !== this.ring && this.isAcross(xy[2 * edges.start[first] + 1], xy[2 * edges.end[last] + 1]))
      this.pass(ring);
    return true;
  }

  /** A chain that may pass to the left of the point. */
  item(chain: number): void {
    const { from } = this.chains;
    if (this.edges.ring[from[chain]] === this.ring) return;
    for (let e = from[chain]; e < from[chain + 1]; e++) this.edge(e);
  }

  private edge(e: number): void {
    const { xy, edges, from, to } = this;
    const y = xy[2 * from + 1];
    const a = edges.start[e];
    const b = edges.end[e];
    const ay = xy[2 * a + 1];
    const by = xy[2 * b + 1];
    if (!this.isAcross(ay, by)) return;
    const low = ay < by ? a : b;
    const high = ay < by ? b : a;
    const side =
      orient(xy[2 * low], xy[2 * low + 1], xy[2 * high], xy[2 * high + 1], xy[2 * from], y) ||
      orient(xy[2 * low], xy[2 * low + 1], xy[2 * high], xy[2 * high + 1], xy[2 * to], xy[2 * to + 1]);
    if (side < 0) this.pass(edges.ring[e]);
  }

  /** Are two heights on either side of the point's? The point is a little above `from`, or a little below it. */
  private isAcross(ay: number, by: number): boolean {
    const y = this.xy[2 * this.from + 1];
    return this.xy[2 * this.to + 1] > y ? ay > y !== by > y : ay >= y !== by >= y;
  }

  private pass(ring: number): void {
    if (this.inside[ring] === 0) this.met.push(ring);
    this.inside[ring] ^= 1;
  }
}
