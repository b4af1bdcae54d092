import RBush from "rbush";
import { signedArea, type Ring, type Rings } from "./blockRings.js";
import type { GroundPolygon } from "./ground.js";
import { hash, purpose } from "./hash.js";
import { reversed } from "./islands.js";
import { toCm } from "./lattice.js";
import type { Polygon } from "./polygon.js";

/** Everything that can be planted, in the order it is planted. */
export const ERROR_KINDS = [
  "gap", // an island is missing, its hole stays
  "overlap", // an island reaches over the edge of its hole
  "sliver", // one vertex of a face stands up to 0.2 m inside the border of its neighbour: a thin gap
  "duplicate polygon", // twice, the second time with another lokalId
  "bow-tie", // two corners of a building in the wrong order
  "unclosed ring", // the last vertex is missing
  "spike", // out 5 m from a vertex and straight back
  "repeated vertex",
  "wrong orientation", // the shell clockwise
  "null geometry",
  "unknown code", // in the land cover field
  "missing kommunenummer",
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

export type PlantRequest = {
  readonly kinds: readonly ErrorKind[];
  /** Of each kind. */ readonly count: number;
};

/** One error as it was planted. */
export type PlantedError = {
  readonly kind: ErrorKind;
  /** The polygons in the layer that show it; for a gap the one around it. */
  readonly lokalIds: readonly string[];
  /**
   * Where it is, in the layer's CRS: a vertex of the ground that is wrong, or of the ring or polygon that is; of a bow-tie
   * where the sides cross, of a spike its tip.
   */
  readonly x: number;
  readonly y: number;
  /**
   * Ground that is wrong: nobody's (gap, sliver, null geometry), claimed twice (overlap, duplicate polygon), of unknown
   * extent (bow-tie: the whole building), or with a wrong value. 0 where the area is not touched.
   */
  readonly areaM2: number;
};

/** Where the values stand that planting touches. */
export type FieldPlaces = {
  readonly landCover: number;
  readonly kommunenummer: number;
  readonly lokalId: number;
};

type Edit = { readonly kind: ErrorKind; readonly index: number };

/** Which polygons of which blocks are spoilt. Every spoilt polygon has one error. */
export type Planting = {
  readonly edits: ReadonlyMap<number, readonly Edit[]>;
  readonly errors: readonly PlantedError[];
};

/** The term of an unknown code: in no code list. */
export const UNKNOWN_TERM = "ukjentProveverdi";

/**
 * Chooses polygons for the errors asked for, spread over the blocks.
 * Where a block has no polygon left that fits, the next block has to do; an error that fits nowhere is not planted.
 */
export function choosePlanting(
  request: PlantRequest,
  seed: number,
  blockCount: number,
  polygonsOf: (block: number) => readonly GroundPolygon[],
  fields: FieldPlaces,
): Planting {
  const kinds = ERROR_KINDS.filter((kind) => request.kinds.includes(kind));
  const wanted = Array.from({ length: request.count * kinds.length }, (_, i) => kinds[i % kinds.length]);
  const edits = new Map<number, Edit[]>();
  const errors: PlantedError[] = [];
  const spoilt = new RBush<Box>();
  let made: { block: number; polygons: readonly GroundPolygon[]; sides: Sides } | undefined;
  for (const [i, kind] of wanted.entries()) {
    const due = Math.floor((i * blockCount) / wanted.length);
    for (let turn = 0; turn < blockCount; turn++) {
      const block = (due + turn) % blockCount;
      if (made?.block !== block) {
        const polygons = polygonsOf(block);
        made = { block, polygons, sides: new Sides(polygons) };
      }
      const taken = edits.get(block) ?? [];
      const index = findVictim(kind, made, taken, spoilt, hash(seed, purpose.plant, i));
      if (index < 0) continue;
      spoilt.insert(boxAround(made.polygons[index]));
      edits.set(block, [...taken, { kind, index }]);
      errors.push(spoil(made.polygons, { kind, index }, fields).error);
      break;
    }
  }
  return { edits, errors };
}

/** The block's polygons with its errors. A duplicate follows its original. */
export function plantInBlock(
  polygons: readonly GroundPolygon[],
  edits: readonly Edit[],
  fields: FieldPlaces,
): readonly Polygon[] {
  const editOf = new Map(edits.map((edit) => [edit.index, edit]));
  return polygons.flatMap((polygon, i) => {
    const edit = editOf.get(i);
    return edit === undefined ? [polygon] : spoil(polygons, edit, fields).polygons;
  });
}

/** Errors that change the number of polygons: duplicates less gaps. */
export const countChange = (errors: readonly PlantedError[]): number =>
  errors.reduce((sum, { kind }) => sum + (kind === "duplicate polygon" ? 1 : kind === "gap" ? -1 : 0), 0);

type Box = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };

/** Errors keep this far from one another, so that each can be found, and mended, by itself. */
const APART_M = 1;

function boxAround({ parts }: GroundPolygon): Box {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const { shell } of parts) {
    for (let v = 0; v < shell.length; v += 2) {
      box.minX = Math.min(box.minX, shell[v] - APART_M);
      box.maxX = Math.max(box.maxX, shell[v] + APART_M);
      box.minY = Math.min(box.minY, shell[v + 1] - APART_M);
      box.maxY = Math.max(box.maxY, shell[v + 1] + APART_M);
    }
  }
  return box;
}

/**
 * A polygon that fits the error, has none yet, nor has the polygon around it, and lies apart from all errors so far;
 * -1 when there is none.
 */
function findVictim(
  kind: ErrorKind,
  { polygons, sides }: { readonly polygons: readonly GroundPolygon[]; readonly sides: Sides },
  taken: readonly Edit[],
  spoilt: RBush<Box>,
  bits: number,
): number {
  const isTaken = new Set(taken.flatMap(({ index }) => [index, polygons[index].host]));
  for (let i = 0; i < polygons.length; i++) {
    const index = (bits + i) % polygons.length;
    const { host } = polygons[index];
    if (isTaken.has(index) || taken.some((edit) => edit.index === host)) continue;
    if (fits(kind, polygons[index], sides) && !spoilt.collides(boxAround(polygons[index]))) return index;
  }
  return -1;
}

/** The edges of a block's polygons: which of them have a polygon of the block on the other side. Made when first asked. */
class Sides {
  private edges: Set<string> | undefined;

  constructor(private readonly polygons: readonly GroundPolygon[]) {}

  /** Have edges `from` .. `to` of a ring? Where one has not, a gap may open outwards, and no file can tell that it is one. */
  areInside(ring: Ring, from: number, to: number): boolean {
    this.edges ??= new Set(
      this.polygons.flatMap(({ parts }) =>
        parts.flatMap(({ shell, holes }) => [shell, ...holes].flatMap((one) => keysOf(one))),
      ),
    );
    for (let e = from; e < to; e++) {
      const [ax, ay, bx, by] = ring.subarray(2 * e, 2 * e + 4);
      if (!this.edges.has(`${bx} ${by} ${ax} ${ay}`)) return false;
    }
    return true;
  }
}

const keysOf = (ring: Ring): string[] =>
  Array.from({ length: ring.length / 2 - 1 }, (_, e) => ring.subarray(2 * e, 2 * e + 4).join(" "));

function fits(kind: ErrorKind, polygon: GroundPolygon, sides: Sides): boolean {
  const [{ shell, holes }] = polygon.parts;
  switch (kind) {
    case "gap":
    case "overlap":
      return polygon.host >= 0;
    case "bow-tie":
      return polygon.kind === "building" && shell.length === 10;
    case "null geometry":
      return polygon.kind === "face" && holes.length === 0 && sides.areInside(shell, 0, shell.length / 2 - 1);
    case "sliver":
    case "spike": {
      if (polygon.kind !== "face" || holes.length > 0) return false;
      const { at, room } = roomiestVertex(shell);
      return room > 2 && (kind === "spike" || sides.areInside(shell, at - 1, at + 1));
    }
    case "duplicate polygon":
    case "unclosed ring":
    case "repeated vertex":
    case "wrong orientation":
    case "unknown code":
    case "missing kommunenummer":
      return polygon.kind !== "road";
  }
}

function spoil(
  all: readonly GroundPolygon[],
  { kind, index }: Edit,
  fields: FieldPlaces,
): { polygons: Polygon[]; error: PlantedError } {
  const polygon = all[index];
  const [rings] = polygon.parts;
  const { shell, holes } = rings;
  const ownM2 = [shell, ...holes].reduce((sum, ring) => sum + signedArea(ring), 0);
  const ownId = polygon.values[fields.lokalId];
  const vertex = kind === "sliver" || kind === "spike" ? roomiestVertex(shell).at : 0;
  const [x, y] = [shell[2 * vertex], shell[2 * vertex + 1]];
  const give = (
    polygons: Polygon[],
    lokalIds: string[],
    areaM2: number,
    at: readonly [number, number] = [x, y],
  ): ReturnType<typeof spoil> => ({
    polygons,
    error: { kind, lokalIds, x: at[0], y: at[1], areaM2 },
  });
  const withShell = (ring: Ring): Polygon => ({ ...polygon, parts: [{ shell: ring, holes }] });
  const withValue = (place: number, value: string): Polygon => ({
    ...polygon,
    values: polygon.values.with(place, value),
  });

  switch (kind) {
    case "gap":
      return give([], [all[polygon.host].values[fields.lokalId]], ownM2);
    case "overlap": {
      const grown = enlarged(shell, 1.1);
      const overM2 = signedArea(grown) - signedArea(shell);
      return give([withShell(grown)], [ownId, all[polygon.host].values[fields.lokalId]], overM2);
    }
    case "sliver": {
      const dented = moved(shell, vertex, 0.2);
      return give([withShell(dented)], [ownId], signedArea(shell) - signedArea(dented));
    }
    case "duplicate polygon": {
      const otherId = `${ownId.slice(0, -8)}${[...ownId.slice(-8)].reverse().join("")}-2`;
      return give([polygon, withValue(fields.lokalId, otherId)], [ownId, otherId], ownM2);
    }
    case "bow-tie":
      return give([withShell(swapped(shell))], [ownId], ownM2, crossing(shell));
    case "unclosed ring":
      return give([withShell(shell.slice(0, -2))], [ownId], 0);
    case "spike": {
      const tip = moved(shell, vertex, -5).subarray(2 * vertex, 2 * vertex + 2);
      return give([withShell(inserted(shell, vertex + 1, [...tip, x, y]))], [ownId], 0, [tip[0], tip[1]]);
    }
    case "repeated vertex":
      return give([withShell(inserted(shell, 1, [x, y]))], [ownId], 0);
    case "wrong orientation":
      return give([withShell(reversed(shell))], [ownId], 0);
    case "null geometry":
      return give([{ ...polygon, parts: [] satisfies Rings[] }], [ownId], ownM2);
    case "unknown code":
      return give([withValue(fields.landCover, UNKNOWN_TERM)], [ownId], ownM2);
    case "missing kommunenummer":
      return give([withValue(fields.kommunenummer, "")], [ownId], ownM2);
  }
}

/** The vertex between two segments of which the shorter is longest; never the ring's first. */
function roomiestVertex(ring: Ring): { at: number; room: number } {
  const length = (i: number): number =>
    Math.hypot(ring[2 * i + 2] - ring[2 * i], ring[2 * i + 3] - ring[2 * i + 1]);
  let best = { at: 1, room: 0 };
  for (let at = 1; at < ring.length / 2 - 1; at++) {
    const room = Math.min(length(at - 1), length(at));
    if (room > best.room) best = { at, room };
  }
  return best;
}

/** A counter-clockwise ring with one vertex moved inwards (metres; negative: outwards), square to its neighbours' line. */
function moved(ring: Ring, at: number, inwards: number): Ring {
  const dx = ring[2 * at + 2] - ring[2 * at - 2];
  const dy = ring[2 * at + 3] - ring[2 * at - 1];
  const length = Math.hypot(dx, dy);
  const result = ring.slice();
  result[2 * at] = toCm(ring[2 * at] - (dy / length) * inwards);
  result[2 * at + 1] = toCm(ring[2 * at + 1] + (dx / length) * inwards);
  return result;
}

function inserted(ring: Ring, at: number, xy: readonly number[]): Ring {
  const result = new Float64Array(ring.length + xy.length);
  result.set(ring.subarray(0, 2 * at));
  result.set(xy, 2 * at);
  result.set(ring.subarray(2 * at), 2 * at + xy.length);
  return result;
}

/** The second and third corner changed about: two sides now cross. */
function swapped(ring: Ring): Ring {
  const result = ring.slice();
  result.copyWithin(2, 4, 6);
  result.set(ring.subarray(2, 4), 4);
  return result;
}

/** Where the two sides cross that the changed corners make: of corners a, b, c, d the lines a c and b d. */
function crossing([ax, ay, bx, by, cx, cy, dx, dy]: Ring): [number, number] {
  const [ux, uy, vx, vy] = [cx - ax, cy - ay, dx - bx, dy - by];
  const along = ((bx - ax) * vy - (by - ay) * vx) / (ux * vy - uy * vx);
  return [ax + along * ux, ay + along * uy];
}

/** Every vertex moved away from the middle of the vertices. */
function enlarged(ring: Ring, factor: number): Ring {
  const corners = ring.length / 2 - 1;
  let [x, y] = [0, 0];
  for (let i = 0; i < corners; i++) {
    x += ring[2 * i] / corners;
    y += ring[2 * i + 1] / corners;
  }
  return ring.map((value, i) => toCm(i & 1 ? y + (value - y) * factor : x + (value - x) * factor));
}
