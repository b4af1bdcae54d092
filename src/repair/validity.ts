import { type Layer } from "../core/layer.js";
import { BoxTree } from "./boxTree.js";
import { Chains } from "./chains.js";
import { Containment } from "./containment.js";
import type { Defect, DefectKind } from "./defect.js";
import { FeatureEdges } from "./featureEdges.js";
import { InteriorPieces } from "./interiorPieces.js";
import { PlainRings } from "./plainRings.js";
import { boxesApart, crossingPoint, isBeside, meet, passing, sameWay, type Signs } from "./segments.js";
import { orient } from "../overlay/perturb.js";

/** A polygon with more wrong places than this is told of by the first of them: a scribble has n^2. */
const MOST_PLACES = 1000;

const NOTHING: readonly Defect[] = [];

/**
 * Finds what is wrong with single polygons: OGC 06-103r4, 6.1.11.1 and 6.1.14, with the place of each. Exact: every side is
 * told on the stored doubles (robust-predicates), with no tolerance. Two sweeps: the edges that meet, through a tree of
 * their boxes; then, where a feature has several rings, which ring lies in which.
 *
 * One checker is used for many features; it makes garbage only for polygons that have something wrong.
 * Not thread-safe, and not to be entered again from within.
 */
export class PolygonChecker {
  private readonly plain = new PlainRings();
  private readonly edges = new FeatureEdges();
  private readonly chains = new Chains();
  /** Over the chains. */
  private readonly tree = new BoxTree();
  private readonly containment = new Containment(this.edges, this.chains, this.tree);
  private readonly signs: Signs = { p: 0, q: 0, u: 0, v: 0 };
  private xy: Float64Array = new Float64Array(0);
  private defects: Defect[] = [];
  /** Pairs of rings that cross or lie on each other: which is inside which has no answer. */
  private readonly conflicts = new Set<number>();
  /** Edges in common, by pair of rings. */
  private readonly common = new Map<number, { count: number; x: number; y: number }>();
  private readonly pieces = new InteriorPieces();

  /**
   * Everything wrong with a feature, in an order that hangs on its coordinates' order only. Nothing for a feature without
   * geometry, or of empty rings.
   */
  check(layer: Layer, feature: number): readonly Defect[] {
    if (this.plain.isValid(layer, feature)) return NOTHING;
    const { edges, tree } = this;
    edges.read(layer, feature);
    const { xy } = layer;
    this.xy = xy;
    if (this.defects.length > 0) this.defects = [];
    this.conflicts.clear();
    this.common.clear();
    this.pieces.clear();
    this.noteRings(layer, feature);
    this.chains.read(xy, edges, tree);
    tree.build();
    const { sharp, sharpCount } = this.chains;
    for (let k = 0; k < sharpCount; k++) if (sharp[k] > 0) this.pairOfEdges(sharp[k] - 1, sharp[k]);
    tree.pairs(this);
    this.noteCommon();
    if (edges.ringCount > 1) this.notePlaces();
    return this.defects.length === 0 ? NOTHING : this.defects;
  }

  private noteRings({ ringVertex, partRing, featurePart }: Layer, feature: number): void {
    const { edges, xy } = this;
    const firstVertex = (ring: number) => ringVertex[partRing[featurePart[feature]] + ring];
    const note = (kind: DefectKind, ring: number, v: number, count = 1) =>
      this.defects.push({ kind, ring, x: xy[2 * v], y: xy[2 * v + 1], count });
    for (const ring of edges.notFinite) {
      this.defects.push({ kind: "not-finite", ring, x: NaN, y: NaN, count: 1 });
    }
    for (const ring of edges.tooShort) note("too-few-points", ring, firstVertex(ring));
    for (const ring of edges.unclosed) note("unclosed-ring", ring, firstVertex(ring));
    if (edges.repeated > 0) this.noteRepeated(ringVertex, partRing, featurePart[feature]);
  }

  private noteRepeated(ringVertex: Uint32Array, partRing: Uint32Array, part: number): void {
    const { xy, edges } = this;
    for (let ring = 0; ring < edges.ringCount; ring++) {
      const r = partRing[part] + ring;
      for (let v = ringVertex[r] + 1; v < ringVertex[r + 1]; v++) {
        const x = xy[2 * v];
        const y = xy[2 * v + 1];
        if (x !== xy[2 * v - 2] || y !== xy[2 * v - 1]) continue;
        this.defects.push({ kind: "repeated-point", ring, x, y, count: edges.repeated });
        return;
      }
    }
  }

  /** Two chains whose boxes meet, from the tree: their edges, but for those that follow each other. @returns whether to go on */
  pair(a: number, b: number): boolean {
    const { xy } = this;
    const { start, end } = this.edges;
    const { from, boxes } = this.chains;
    const minX = Math.max(boxes[4 * a], boxes[4 * b]);
    const minY = Math.max(boxes[4 * a + 1], boxes[4 * b + 1]);
    const maxX = Math.min(boxes[4 * a + 2], boxes[4 * b + 2]);
    const maxY = Math.min(boxes[4 * a + 3], boxes[4 * b + 3]);
    for (let i = from[a]; i < from[a + 1]; i++) {
      if (isBeside(xy, start[i], end[i], minX, minY, maxX, maxY)) continue;
      for (let j = Math.max(from[b], i + 2); j < from[b + 1]; j++) {
        if (isBeside(xy, start[j], end[j], minX, minY, maxX, maxY)) continue;
        if (boxesApart(xy, start[i], end[i], start[j], end[j])) continue;
        if (!this.pairOfEdges(i, j)) return false;
      }
    }
    return true;
  }

  /** @returns whether to go on */
  private pairOfEdges(i: number, j: number): boolean {
    const { edges, xy, signs } = this;
    const { start, end, ring } = edges;
    const sameRing = ring[i] === ring[j];
    if (sameRing) {
      if (j === i + 1) return this.corner(i, j);
      if (edges.next(i) === j) return this.corner(i, j);
      if (edges.next(j) === i) return this.corner(j, i);
    }
    const how = meet(xy, start[i], end[i], start[j], end[j], signs);
    if (how === "apart") return true;
    if (how === "cross") {
      const [x, y] = crossingPoint(xy, start[i], end[i], start[j], end[j]);
      return this.cross(i, j, x, y);
    }
    if (how === "overlap") {
      this.overlap(i, j);
      return true;
    }
    return this.touch(i, j);
  }

  /** Edge j goes on where i ended: straight back? */
  private corner(i: number, j: number): boolean {
    const { xy } = this;
    const { start, end } = this.edges;
    const corner = start[j];
    const x = xy[2 * corner];
    const y = xy[2 * corner + 1];
    const px = xy[2 * start[i]] - x;
    const py = xy[2 * start[i] + 1] - y;
    const qx = xy[2 * end[j]] - x;
    const qy = xy[2 * end[j] + 1] - y;
    if (px * qx + py * qy < 0) return true;
    if (!sameWay(xy, corner, start[i], end[j])) return true;
    if (orient(xy[2 * start[i]], xy[2 * start[i] + 1], x, y, xy[2 * end[j]], xy[2 * end[j] + 1]) !== 0)
      return true;
    return this.note({ kind: "ring-doubles-back", ring: this.edges.ring[i], x, y, count: 1 });
  }

  private cross(i: number, j: number, x: number, y: number): boolean {
    const { ring, partOf } = this.edges;
    const a = Math.min(ring[i], ring[j]);
    const b = Math.max(ring[i], ring[j]);
    if (a === b) return this.note({ kind: "ring-crosses-itself", ring: a, x, y, count: 1 });
    this.conflicts.add(this.pairOf(a, b));
    const kind = partOf[a] === partOf[b] ? "rings-cross" : "parts-cross";
    return this.note({ kind, ring: a, otherRing: b, x, y, count: 1 });
  }

  private pairOf(a: number, b: number): number {
    return Math.min(a, b) * this.edges.ringCount + Math.max(a, b);
  }

  private overlap(i: number, j: number): void {
    const { xy } = this;
    const { ring, start } = this.edges;
    const pair = this.pairOf(ring[i], ring[j]);
    if (ring[i] !== ring[j]) this.conflicts.add(pair);
    const known = this.common.get(pair);
    const x = xy[2 * start[j]];
    const y = xy[2 * start[j] + 1];
    if (known === undefined) this.common.set(pair, { count: 1, x, y });
    else known.count++;
  }

  /** A vertex of one edge on the other. Each vertex is looked at from the edge that begins in it. */
  private touch(i: number, j: number): boolean {
    const { xy, edges } = this;
    const { start, end, ring } = edges;
    const { p, q, u, v } = this.signs;
    const onOneLine = u === 0 && v === 0;
    const same = (a: number, b: number) => xy[2 * a] === xy[2 * b] && xy[2 * a + 1] === xy[2 * b + 1];
    if (onOneLine ? !same(start[i], start[j]) : q === 0 || v === 0) return true;
    // What p says is of the start of i, and u of the start of j.
    const atStartI = onOneLine || p === 0;
    const atStartJ = onOneLine || u === 0;
    const corner = atStartI ? start[i] : start[j];
    const x = xy[2 * corner];
    const y = xy[2 * corner + 1];
    const beforeI = atStartI ? start[edges.previous(i)] : start[i];
    const beforeJ = atStartJ ? start[edges.previous(j)] : start[j];
    const how = passing(xy, corner, beforeI, end[i], beforeJ, end[j]);
    if (how === "overlap") return true; // told as edges in common, or as a border that doubles back
    if (ring[i] === ring[j]) {
      const kind = how === "cross" ? "ring-crosses-at-vertex" : "ring-touches-itself";
      return this.note({ kind, ring: ring[i], x, y, count: 1 });
    }
    if (how === "cross") return this.cross(i, j, x, y);
    this.pieces.touch(ring[i], ring[j], x, y);
    return true;
  }

  private note(defect: Defect): boolean {
    this.defects.push(defect);
    return this.defects.length < MOST_PLACES;
  }

  private noteCommon(): void {
    const { ringCount, partOf } = this.edges;
    for (const [pair, { count, x, y }] of this.common) {
      const ring = Math.floor(pair / ringCount);
      const otherRing = pair % ringCount;
      const place = { ring, x, y, count };
      if (ring === otherRing) this.defects.push({ kind: "ring-on-itself", ...place });
      else if (this.equal(ring, otherRing)) this.defects.push({ kind: "rings-equal", ...place, otherRing });
      else {
        const kind = partOf[ring] === partOf[otherRing] ? "hole-on-edge" : "parts-share-edge";
        this.defects.push({ kind, ...place, otherRing });
      }
    }
  }

  /** Are two rings the same points in the same order, from any start and in any direction? */
  private equal(a: number, b: number): boolean {
    const { xy } = this;
    const { ringFrom, ringTo, start } = this.edges;
    const count = ringTo[a] - ringFrom[a];
    if (count !== ringTo[b] - ringFrom[b]) return false;
    const same = (i: number, j: number) => {
      const v = 2 * start[ringFrom[a] + (i % count)];
      const w = 2 * start[ringFrom[b] + (((j % count) + count) % count)];
      return xy[v] === xy[w] && xy[v + 1] === xy[w + 1];
    };
    for (let shift = 0; shift < count; shift++) {
      if (!same(0, shift)) continue;
      for (const way of [1, -1]) {
        let i = 1;
        while (i < count && same(i, shift + way * i)) i++;
        if (i === count) return true;
      }
    }
    return false;
  }

  /** Which ring lies in which, and whether holes that touch cut the interior. */
  private notePlaces(): void {
    const { edges, containment, xy } = this;
    const apart = (a: number, b: number) => !this.conflicts.has(this.pairOf(a, b));
    for (let ring = 0; ring < edges.ringCount; ring++) {
      if (edges.ringFrom[ring] === edges.ringTo[ring]) continue;
      const v = edges.start[edges.ringFrom[ring]];
      const place = { ring, x: xy[2 * v], y: xy[2 * v + 1], count: 1 };
      const around = containment.ringsAround(xy, ring);
      if (edges.isShell[ring] === 1) this.noteNestedPart(place, around, apart);
      else this.noteMisplacedHole(place, around, apart);
    }
    for (const { ring, otherRing, x, y } of this.pieces.cuts((r) => edges.partOf[r])) {
      this.defects.push({ kind: "interior-in-pieces", ring, otherRing, x, y, count: 1 });
    }
  }

  private noteMisplacedHole(place: RingPlace, around: readonly number[], apart: Apart): void {
    const { partOf, isShell, ringFrom, ringTo } = this.edges;
    const { ring } = place;
    let shell = ring;
    while (isShell[shell] === 0) shell--;
    const shellIsThere = ringFrom[shell] < ringTo[shell];
    if ((shellIsThere && !around.includes(shell) && apart(ring, shell)) || !shellIsThere) {
      this.defects.push({ kind: "hole-outside-shell", ...place, otherRing: shell });
    }
    for (const other of around) {
      if (partOf[other] === partOf[ring] && isShell[other] === 0 && apart(ring, other)) {
        this.defects.push({ kind: "nested-holes", ...place, otherRing: other });
      }
    }
  }

  /** A shell in another part's shell, but not in one of its holes. */
  private noteNestedPart(place: RingPlace, around: readonly number[], apart: Apart): void {
    const { partOf, isShell } = this.edges;
    const { ring } = place;
    for (const other of around) {
      if (isShell[other] === 0 || !apart(ring, other)) continue;
      const inHole = around.some((hole) => isShell[hole] === 0 && partOf[hole] === partOf[other]);
      const onHole = this.conflictsWithHoleOf(ring, other);
      if (!inHole && !onHole) this.defects.push({ kind: "nested-parts", ...place, otherRing: other });
    }
  }

  private conflictsWithHoleOf(ring: number, shell: number): boolean {
    if (this.conflicts.size === 0) return false;
    const { partOf, isShell, ringCount } = this.edges;
    for (let hole = shell + 1; hole < ringCount && isShell[hole] === 0; hole++) {
      if (partOf[hole] === partOf[shell] && this.conflicts.has(this.pairOf(ring, hole))) return true;
    }
    return false;
  }
}

type RingPlace = { readonly ring: number; readonly x: number; readonly y: number; readonly count: number };
type Apart = (a: number, b: number) => boolean;
