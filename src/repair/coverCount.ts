import type { Bbox, Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import { type Arrangement, arrange, halvesByFace, tailOf } from "./arrangement.js";
import { looseEdges, loopsOf, type LooseEdges } from "./edgeMatch.js";
import { type Noded, nodeFeature, type OnBorder } from "./noding.js";

/** Ground that is not covered exactly once, and is not outside. */
export type WrongGround = {
  /** 0: a gap; 2 or more: an overlap. */
  readonly covered: number;
  readonly areaM2: M2;
  readonly box: Bbox;
  /** The borders of it as they are met, closed, its ground on the left. */
  readonly rings: readonly Float64Array[];
};

/** A vertex of one polygon that lies inside an edge of a neighbour, exactly, and that the neighbour does not have. */
export type LooseVertex = { readonly x: number; readonly y: number };

export type CoverCount = {
  readonly looseEdgeCount: number;
  readonly wrong: readonly WrongGround[];
  readonly vertices: readonly LooseVertex[];
};

/**
 * Finds every place of a layer that is covered twice or not at all, without looking at edges that are matched: how often
 * ground is covered changes across loose edges only (`looseEdges`), so the faces between those have one count each.
 *
 * @param layer valid polygons with tidy rings; the count of an invalid one is how often its rings wind round
 * @returns undefined where loose edges cannot be noded (`nodeFeature`)
 */
export function coverCount(layer: Layer): CoverCount | undefined {
  return countCover(looseEdges(layer), layer);
}

/** The same, where the loose edges are known (`LooseGather`). */
export function countCover(loose: LooseEdges, like: Pick<Layer, "name" | "epsg">): CoverCount | undefined {
  if (loose.count === 0) return { looseEdgeCount: 0, wrong: [], vertices: [] };
  const loops = loopsOf(loose);
  const onBorder = new Map<string, LooseVertex>();
  const { noded, gridM } = nodeOrRound(loops, like, [boxOf(loops)], (x, y) =>
    onBorder.set(`${x} ${y}`, { x, y }),
  );
  const vertices = [...onBorder.values()].sort((a, b) => a.x - b.x || a.y - b.y);
  if (noded === undefined) return undefined;
  if (noded.from.length === 0) return { looseEdgeCount: loose.count, wrong: [], vertices };
  const wrong = wrongGround(noded, arrange(noded));
  if (gridM > 0) wrong.push(...roundedAway(loose, gridM));
  return { looseEdgeCount: loose.count, wrong, vertices };
}

/**
 * Grids that vertices are rounded to, in metres, where borders cannot be noded as they are: borders that run beside each
 * other by the last digit of their coordinates cross anew wherever a crossing is rounded. Powers of two, so that rounding
 * is exact; the first is a thousandth of a millimetre. 0: as they are.
 */
const GRIDS_M = [0, 2 ** -20, 2 ** -16, 2 ** -13];

/**
 * Nodes rings as one pile, without rounding where that can be done, and else on the finest grid that serves.
 *
 * @param places where vertices may be rounded
 * @param onBorder as of `nodeFeature`: vertices as they stand, not rounded
 * @returns noded undefined where no grid serves; the rings as they were noded, and the grid, 0 for none
 */
export function nodeOrRound(
  rings: readonly Float64Array[],
  like: Pick<Layer, "name" | "epsg">,
  places: readonly Bbox[],
  onBorder?: OnBorder,
): { noded: Noded | undefined; gridM: number; rings: readonly Float64Array[] } {
  for (const gridM of GRIDS_M) {
    const rounded = gridM === 0 ? rings : rings.map((ring) => roundedIn(ring, places, gridM));
    const noded = nodeFeature(pileOf(rounded, like), 0, gridM === 0 ? onBorder : undefined);
    if (noded !== undefined) return { noded, gridM, rings: rounded };
  }
  return { noded: undefined, gridM: 0, rings };
}

function roundedIn(ring: Float64Array, places: readonly Bbox[], gridM: number): Float64Array {
  const rounded = ring.slice();
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i], ring[i + 1]];
    if (!places.some(([minX, minY, maxX, maxY]) => x >= minX && x <= maxX && y >= minY && y <= maxY))
      continue;
    rounded[i] = Math.round(x / gridM) * gridM;
    rounded[i + 1] = Math.round(y / gridM) * gridM;
  }
  return rounded;
}

/** Loose edges that rounding matches with another, as ground to be looked at: what lies between is thinner than the grid. */
function roundedAway({ ends, count }: LooseEdges, gridM: number): WrongGround[] {
  const round = (value: number) => Math.round(value / gridM) * gridM;
  const net = new Map<string, { times: number; box: Bbox }>();
  for (let e = 0; e < count; e++) {
    const [ax, ay, bx, by] = [0, 1, 2, 3].map((k) => round(ends[4 * e + k]));
    const isForth = ax < bx || (ax === bx && ay < by);
    const key = isForth ? `${ax} ${ay} ${bx} ${by}` : `${bx} ${by} ${ax} ${ay}`;
    const known = net.get(key);
    const box: Bbox = [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
    if (known === undefined) net.set(key, { times: isForth ? 1 : -1, box });
    else known.times += isForth ? 1 : -1;
  }
  const away = [...net.values()].filter(({ times }) => times === 0);
  return away.map(({ box }) => ({ covered: 2, areaM2: 0, box, rings: [] }));
}

/** Rings as one feature of one part, for `nodeFeature`: ring i of it is rings[i]. */
function pileOf(rings: readonly Float64Array[], { name, epsg }: Pick<Layer, "name" | "epsg">): Layer {
  const ringVertex = new Uint32Array(rings.length + 1);
  for (let r = 0; r < rings.length; r++) ringVertex[r + 1] = ringVertex[r] + rings[r].length / 2;
  const xy = new Float64Array(2 * ringVertex[rings.length]);
  for (let r = 0; r < rings.length; r++) xy.set(rings[r], 2 * ringVertex[r]);
  return {
    name,
    epsg,
    xy,
    ringVertex,
    partRing: Uint32Array.of(0, rings.length),
    featurePart: Uint32Array.of(0, 1),
    columns: new Map(),
  };
}

function wrongGround(noded: Noded, faces: Arrangement): WrongGround[] {
  const { runs } = noded;
  const { faceOf, faceCount } = faces;
  const { start, halfOf } = halvesByFace(faces);
  const count = new Int32Array(faceCount);
  const isKnown = new Uint8Array(faceCount);
  isKnown[0] = 1;
  const queue = [0];
  for (let face = queue.pop(); face !== undefined; face = queue.pop()) {
    for (let k = start[face]; k < start[face + 1]; k++) {
      const half = halfOf[k];
      const beyond = faceOf[half ^ 1];
      if (isKnown[beyond] === 1) continue;
      isKnown[beyond] = 1;
      let times = 0;
      for (let run = runs.start[half >> 1]; run < runs.start[(half >> 1) + 1]; run++)
        times += runs.times[run];
      count[beyond] = count[face] + (half % 2 === 0 ? -times : times);
      queue.push(beyond);
    }
  }
  const wrong: WrongGround[] = [];
  for (let face = 1; face < faceCount; face++) {
    if (count[face] === 1) continue;
    const rings = faceRings(noded, faces, halfOf.subarray(start[face], start[face + 1]));
    wrong.push({ covered: count[face], areaM2: faces.areaM2[face], box: boxOf(rings), rings });
  }
  return wrong;
}

/** The closed walks round one face, from its half-edges. */
export function faceRings(noded: Noded, { clockwise }: Arrangement, halves: Uint32Array): Float64Array[] {
  const seen = new Set<number>();
  const rings: Float64Array[] = [];
  for (const first of halves) {
    if (seen.has(first)) continue;
    const points: number[] = [];
    for (let half = first; !seen.has(half); half = clockwise[half ^ 1]) {
      seen.add(half);
      const point = tailOf(noded, half);
      points.push(noded.xy[2 * point], noded.xy[2 * point + 1]);
    }
    points.push(points[0], points[1]);
    rings.push(new Float64Array(points));
  }
  return rings;
}

export function boxOf(rings: readonly Float64Array[]): Bbox {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      if (ring[i] < minX) minX = ring[i];
      if (ring[i] > maxX) maxX = ring[i];
      if (ring[i + 1] < minY) minY = ring[i + 1];
      if (ring[i + 1] > maxY) maxY = ring[i + 1];
    }
  }
  return [minX, minY, maxX, maxY];
}
