import type { Neighbours, ZoneEdges } from "./crosser.js";
import { orient } from "./perturb.js";
import { ringAt } from "./ringAt.js";

/** What telling contacts apart needs of the index. */
export type ContactGround = ZoneEdges & { readonly ringVertex: Uint32Array };

/**
 * Finds polygons of one rank that do more than touch.
 *
 * Polygons of one rank are moved as one, and each is thought of as shrunk by less than any move: so they are disjoint
 * for good, and where they share a border the ground passes from one to the other in one place. That is right only for
 * polygons whose insides are disjoint and whose borders meet in nothing but whole edges, stored in both, and vertices.
 * Two that meet otherwise (overlap, cross, have a vertex inside the other's edge) are tangled, and one of them must be
 * given a rank of its own. To be tangled without need costs time and nothing else, so doubt counts against.
 *
 * Crossings show in the signs of `meet`. Where borders only touch, one inside can still lie on the other: then either
 * their sectors overlap at a vertex they share, or they share an edge and are no twins, or the first vertex of a ring of
 * one is strictly inside the other (`nodes.ts` looks at that).
 */
export class Contacts implements Neighbours {
  private readonly met = new Set<number>();

  constructor(private readonly zones: ContactGround) {}

  /** Notes that two zones of one rank do more than touch. */
  note(zoneA: number, zoneB: number): void {
    this.met.add(Math.min(zoneA, zoneB) * this.zones.rankOf.length + Math.max(zoneA, zoneB));
  }

  /** Pairs of zones, the lower one first. */
  tangles(): [number, number][] {
    const count = this.zones.rankOf.length;
    return Array.from(this.met, (pair) => [Math.floor(pair / count), pair % count]);
  }

  meet(self: number, e: number, p: number, q: number, u: number, v: number): void {
    const { xy } = this.zones;
    if (this.isTangledAt(self, e, p, q, u, v)) this.noteEdges(self, e);
    else if (xy[2 * self] === xy[2 * e] && xy[2 * self + 1] === xy[2 * e + 1]) this.compareSectors(self, e);
  }

  /** Edge e and its twin: where both begin in one point, their sectors there are looked at, which nothing else does. */
  compareTwins(e: number, twin: number): void {
    const { xy } = this.zones;
    if (xy[2 * e] === xy[2 * twin] && xy[2 * e + 1] === xy[2 * twin + 1]) this.compareSectors(e, twin);
  }

  private noteEdges(e: number, f: number): void {
    const { finder, ownerOf } = this.zones;
    this.note(ownerOf[ringAt(finder, e)], ownerOf[ringAt(finder, f)]);
  }

  /** Two edges that meet: in anything but one end of each? */
  private isTangledAt(self: number, e: number, p: number, q: number, u: number, v: number): boolean {
    if (p !== 0 || q !== 0) return !((p === 0 || q === 0) && (u === 0 || v === 0));
    // On one line.
    return !this.pointApart(self, e);
  }

  /** Two edges on one line: do they share one end, and lead away from it in opposite directions? */
  private pointApart(a: number, b: number): boolean {
    const { xy } = this.zones;
    for (const [near, far] of [
      [a, a + 1],
      [a + 1, a],
    ]) {
      for (const [closeBy, away] of [
        [b, b + 1],
        [b + 1, b],
      ]) {
        if (xy[2 * near] !== xy[2 * closeBy] || xy[2 * near + 1] !== xy[2 * closeBy + 1]) continue;
        const x = xy[2 * near];
        const y = xy[2 * near + 1];
        const dot =
          Math.sign(xy[2 * far] - x) * Math.sign(xy[2 * away] - x) +
          Math.sign(xy[2 * far + 1] - y) * Math.sign(xy[2 * away + 1] - y);
        if (dot < 0) return true;
      }
    }
    return false;
  }

  /** Edges a and b begin in one point: do the insides of their polygons overlap there? */
  private compareSectors(a: number, b: number): void {
    const beforeA = this.edgeBefore(a);
    const beforeB = this.edgeBefore(b);
    if (this.areTwins(beforeA, b) && this.areTwins(a, beforeB)) return; // neighbours on both sides of a border
    // The inside at a vertex: counter-clockwise from one ray's end to the other's.
    const { finder, inwardSign } = this.zones;
    const aLeft = inwardSign[ringAt(finder, a)] > 0;
    const bLeft = inwardSign[ringAt(finder, b)] > 0;
    const fromA = aLeft ? a + 1 : beforeA;
    const toA = aLeft ? beforeA : a + 1;
    const fromB = bLeft ? b + 1 : beforeB;
    const toB = bLeft ? beforeB : b + 1;
    if (this.isIn(fromA, fromB, toB, a) || this.isIn(fromB, fromA, toA, a)) this.noteEdges(a, b);
  }

  private areTwins(e: number, f: number): boolean {
    const { twin } = this.zones;
    return twin[e] === f || twin[f] === e;
  }

  /** The edge of its ring that ends where e begins, past repeated vertices. */
  private edgeBefore(e: number): number {
    const { xy, finder, ringVertex } = this.zones;
    const first = ringVertex[ringAt(finder, e)];
    const last = ringVertex[ringAt(finder, e) + 1] - 2;
    let before = e === first ? last : e - 1;
    while (before !== e && xy[2 * before] === xy[2 * before + 2] && xy[2 * before + 1] === xy[2 * before + 3])
      before = before === first ? last : before - 1;
    return before;
  }

  /**
   * Does the ray to a vertex lie in the sector between those to two others, the first included and the second not?
   * A spike counts as all round.
   */
  private isIn(ray: number, from: number, to: number, corner: number): boolean {
    const toEnd = this.turn(corner, from, to);
    if (toEnd === 0 && !this.opposite(corner, from, to)) return true;
    const toRay = this.turn(corner, from, ray);
    const alongFrom = toRay === 0 && !this.opposite(corner, from, ray);
    if (alongFrom) return true;
    if (toEnd > 0) return toRay > 0 && this.turn(corner, ray, to) > 0;
    if (toEnd === 0) return toRay > 0;
    // More than half round: all but the sector from `to` back to `from`.
    const fromEnd = this.turn(corner, to, ray);
    const alongTo = fromEnd === 0 && !this.opposite(corner, to, ray);
    return !(alongTo || (fromEnd > 0 && toRay < 0));
  }

  private turn(corner: number, a: number, b: number): number {
    const { xy } = this.zones;
    return orient(xy[2 * corner], xy[2 * corner + 1], xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1]);
  }

  /** Of two rays on one line: do they lead in opposite directions? */
  private opposite(corner: number, a: number, b: number): boolean {
    const { xy } = this.zones;
    const x = xy[2 * corner];
    const y = xy[2 * corner + 1];
    return (
      Math.sign(xy[2 * a] - x) !== Math.sign(xy[2 * b] - x) ||
      Math.sign(xy[2 * a + 1] - y) !== Math.sign(xy[2 * b + 1] - y)
    );
  }
}

/**
 * Zones that, moved by themselves, leave no two of one rank tangled: those with the least work a tangle first, until each
 * pair has one of them. So of a partition and a few areas across it, the few are taken.
 *
 * @param workOf what it costs to look at a zone again
 */
export function leastApart(
  tangles: readonly (readonly [number, number])[],
  workOf: (zone: number) => number,
): number[] {
  const others = new Map<number, number[]>();
  const note = (zone: number, other: number): void => {
    const known = others.get(zone);
    if (known === undefined) others.set(zone, [other]);
    else known.push(other);
  };
  // Found from both sides, a pair comes twice, or once where one part walked both: it counts once.
  const told = new Set<string>();
  for (const [a, b] of tangles) {
    if (told.has(`${a} ${b}`)) continue;
    told.add(`${a} ${b}`);
    note(a, b);
    note(b, a);
  }
  const apart = new Set<number>();
  const cheapest = Array.from(others, ([zone, met]) => ({ zone, met, work: workOf(zone) / met.length }));
  cheapest.sort((a, b) => a.work - b.work || a.zone - b.zone);
  for (const { zone, met } of cheapest) if (met.some((other) => !apart.has(other))) apart.add(zone);
  return [...apart].sort((a, b) => a - b);
}
