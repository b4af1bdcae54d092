import { roomFor } from "../core/grown.js";
import type { Layer } from "../core/layer.js";
import type { Pieces } from "../core/pieces.js";
import { vertexRange } from "../core/subset.js";
import type { M2 } from "../core/units.js";
import type { Parts } from "../repair/outlines.js";
import type { PieceBuilder, Shape } from "./buildPieces.js";

/** Geometry of features as columns, nested as in Layer. */
export type Geometry = Pick<Layer, "xy" | "ringVertex" | "partRing" | "featurePart">;

/** A piece that is in the account and not in the file. `why` is empty for one so small that rounding decides. */
export type NotBuilt = {
  readonly ground: number;
  readonly cover: number;
  readonly planM2: M2;
  readonly trueM2: M2;
  readonly why: string;
};

/**
 * The pieces of a batch of ground as polygons: feature i of `geometry` is of ground feature ground[i], under the zones
 * members[cover[i]]. In order of ground feature, then of members.
 */
export type PieceBatch = {
  readonly geometry: Geometry;
  readonly ground: Uint32Array;
  readonly cover: Uint32Array;
  readonly members: readonly (readonly number[])[];
  readonly planM2: Float64Array; // as posted
  readonly trueM2: Float64Array;
  /** Per piece the map area of the polygon as it is drawn; of one that is copied, as posted. */
  readonly drawnM2: Float64Array;
  /** Per piece: "k" copied, "b" built, "r" built with vertices rounded. */
  readonly how: readonly ("k" | "b" | "r")[];
  readonly notBuilt: readonly NotBuilt[];
};

/**
 * Makes polygons of a batch's pieces. A ground polygon under one cover set is the piece, and is copied as it is, sound or
 * not; the others are built (`PieceBuilder`). A ground feature without geometry is a piece without geometry.
 *
 * @param membersOf zones of a cover set, ascending
 */
export function piecesAsPolygons(
  ground: Layer,
  pieces: Pieces,
  membersOf: (set: number) => readonly number[],
  builder: PieceBuilder,
): PieceBatch {
  const made = new Made(membersOf);
  for (let from = 0, to = 0; from < pieces.ground.length; from = to) {
    const feature = pieces.ground[from];
    while (to < pieces.ground.length && pieces.ground[to] === feature) to++;
    if (to - from === 1) {
      made.geometry.copy(ground, feature);
      made.note(pieces, from, pieces.planM2[from], "k");
      continue;
    }
    const rows = Array.from({ length: to - from }, (_, k) => {
      const row = from + k;
      return { row, members: membersOf(pieces.cover[row]), planM2: pieces.planM2[row] };
    }).sort((a, b) => byMembers(a.members, b.members));
    builder.build(ground, feature, rows).forEach((shape, i) => made.take(pieces, rows[i].row, shape));
  }
  return made.finish();
}

/** Grows a batch piece by piece. */
class Made {
  readonly geometry = new GeometryColumns();
  private readonly ground: number[] = [];
  private readonly cover: number[] = [];
  private readonly planM2: number[] = [];
  private readonly trueM2: number[] = [];
  private readonly drawnM2: number[] = [];
  private readonly how: ("k" | "b" | "r")[] = [];
  private readonly notBuilt: NotBuilt[] = [];
  private readonly members: (readonly number[])[] = [];
  private readonly numberOf = new Map<number, number>();

  constructor(private readonly membersOf: (set: number) => readonly number[]) {}

  take(pieces: Pieces, row: number, shape: Shape): void {
    if (shape.how === "built" || shape.how === "rounded") {
      this.geometry.add(shape.parts);
      this.note(pieces, row, shape.drawnM2, shape.how === "built" ? "b" : "r");
      return;
    }
    this.notBuilt.push({
      ground: pieces.ground[row],
      cover: this.coverOf(pieces.cover[row]),
      planM2: pieces.planM2[row],
      trueM2: pieces.trueM2[row],
      why: shape.how === "failed" ? shape.why : "",
    });
  }

  note(pieces: Pieces, row: number, drawnM2: M2, how: "k" | "b" | "r"): void {
    this.ground.push(pieces.ground[row]);
    this.cover.push(this.coverOf(pieces.cover[row]));
    this.planM2.push(pieces.planM2[row]);
    this.trueM2.push(pieces.trueM2[row]);
    this.drawnM2.push(drawnM2);
    this.how.push(how);
  }

  finish(): PieceBatch {
    return {
      geometry: this.geometry.finish(),
      ground: Uint32Array.from(this.ground),
      cover: Uint32Array.from(this.cover),
      members: this.members,
      planM2: Float64Array.from(this.planM2),
      trueM2: Float64Array.from(this.trueM2),
      drawnM2: Float64Array.from(this.drawnM2),
      how: this.how,
      notBuilt: this.notBuilt,
    };
  }

  /** Numbers of sets differ from thread to thread; in a batch they are numbers of its own `members`. */
  private coverOf(set: number): number {
    let number = this.numberOf.get(set);
    if (number === undefined) this.numberOf.set(set, (number = this.members.push(this.membersOf(set)) - 1));
    return number;
  }
}

class GeometryColumns {
  private xy: Float64Array = new Float64Array(1 << 12);
  private vertices = 0;
  private readonly ringVertex: number[] = [0];
  private readonly partRing: number[] = [0];
  private readonly featurePart: number[] = [0];

  copy(layer: Layer, feature: number): void {
    const { ringVertex, partRing, featurePart } = layer;
    const [from, to] = vertexRange(layer, feature);
    this.put(layer.xy.subarray(2 * from, 2 * to));
    const base = this.vertices - to;
    for (let p = featurePart[feature]; p < featurePart[feature + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) this.ringVertex.push(base + ringVertex[r + 1]);
      this.partRing.push(this.ringVertex.length - 1);
    }
    this.featurePart.push(this.partRing.length - 1);
  }

  add(parts: Parts): void {
    for (const rings of parts) {
      for (const ring of rings) {
        this.put(ring);
        this.ringVertex.push(this.vertices);
      }
      this.partRing.push(this.ringVertex.length - 1);
    }
    this.featurePart.push(this.partRing.length - 1);
  }

  finish(): Geometry {
    return {
      xy: this.xy.slice(0, 2 * this.vertices),
      ringVertex: Uint32Array.from(this.ringVertex),
      partRing: Uint32Array.from(this.partRing),
      featurePart: Uint32Array.from(this.featurePart),
    };
  }

  private put(xy: Float64Array): void {
    const needed = 2 * this.vertices + xy.length;
    if (needed > this.xy.length) this.xy = roomFor(this.xy, needed);
    this.xy.set(xy, 2 * this.vertices);
    this.vertices += xy.length / 2;
  }
}

function byMembers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
