import Flatbush from "flatbush";
import RBush from "rbush";
import { bboxOf, EMPTY_BBOX, type Layer, shared } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { InputError, invariant, type Place } from "../core/trouble.js";
import {
  countPoints,
  dealToCells,
  type EdgeGrid,
  type PointCount,
  stepsToEdge,
  type StepsToEdge,
} from "../index/edgeGrid.js";
import { CellSums } from "./cellSums.js";
import { type Centres, coverAtCentres } from "./centres.js";
import { leastApart } from "./contact.js";
import { type CoverSetColumns, CoverSets } from "./coverSets.js";
import { NO_TWIN, type SelfCrossing } from "./crosser.js";
import { edgesThatMeet } from "./meeting.js";
import { findNodes, joinNodes, type NodeGround, type NodePart } from "./nodes.js";
import { gatherRings, pileRings, type RingPile } from "./ringPile.js";
import { postStretch, type ZoneRings } from "./stretch.js";
import { type RingFinder, ringAt } from "./ringAt.js";

/**
 * All zone layers of a run, indexed once and shared by all workers: rings with running integrals and nodes, the edge
 * grid with the cover set at each cell's centre, and a static R-tree over the rings' boxes. Plain columns on shareable
 * memory: a worker gets it for free.
 */
export type Zones = ZoneRings & {
  readonly zoneCount: number;
  readonly finder: RingFinder;
  readonly grid: EdgeGrid;
  readonly stepsToEdge: StepsToEdge;
  readonly twin: Uint32Array; // see ZoneEdges
  readonly rankOf: Uint32Array; // see ZoneEdges
  /** Cover set at the centre of each cell. */
  readonly cellSet: Uint32Array;
  /** How many rings begin where. */
  readonly ringStarts: PointCount;
  /** Per ring the vertices furthest west, south, east and north. */
  readonly extremes: Uint32Array;
  /** Flatbush data over ring boxes; empty when there are no rings. */
  readonly ringTree: SharedArrayBuffer;
  readonly sets: CoverSetColumns;
  /** Area of each cover set over the whole plane, [0] meaningless. */
  readonly setPlanM2: Float64Array;
  readonly setTrueM2: Float64Array;
  /** Own area of each zone polygon, from its rings alone. */
  readonly ownPlanM2: Float64Array;
  readonly ownTrueM2: Float64Array;
};

/** Says which layer and feature a zone polygon is, for messages. */
export type NameZone = (zone: number) => Place;

function byFeature(layers: readonly Layer[]): NameZone {
  return (zone) => {
    let feature = zone;
    for (const layer of layers) {
      const count = layer.featurePart.length - 1;
      if (feature < count) return { layer: layer.name, feature };
      feature -= count;
    }
    return { layer: "zones", feature: zone };
  };
}

/**
 * Indexes zone polygons, numbered through all layers in order. They may overlap, coincide and share borders.
 * One polygon must not cross itself: there "inside" has no single meaning, and the caller must repair or drop it.
 *
 * @throws InputError naming the layer, feature and place of a polygon that crosses itself
 */
export function indexZones(
  layers: readonly Layer[],
  measure: Measure,
  nameZone: NameZone = byFeature(layers),
): Zones {
  const parts: NodePart[] = [];
  let round: NodeRound | undefined = firstRound(draftZones(layers, measure));
  let { draft } = round;
  while (round !== undefined) {
    const part = findNodes(round.draft, round.rings, measure);
    parts.push(part);
    ({ draft } = round);
    round = nextRound(draft, [part]);
  }
  return finishZones(draft, parts, measure, nameZone);
}

/**
 * An index without its nodes, which may be found in parts and on several threads (`findNodes`). It takes the polygons of
 * each layer to be disjoint; where the nodes' finding shows that some are not, `nextRound` makes another draft.
 */
export type ZoneDraft = NodeGround & Omit<RingPile, "frame" | "firsts">;

/** What the ground is told by that passes no zone border. Needs no nodes: it may be made while they are looked for. */
export type Surroundings = Pick<Zones, "stepsToEdge" | "ringStarts" | "extremes" | "ringTree">;

export function surroundingsOf({ xy, ringVertex, grid }: ZoneDraft): Surroundings {
  const extremes = extremesOf(xy, ringVertex);
  return {
    stepsToEdge: stepsToEdge(grid),
    ringStarts: countRingStarts(xy, ringVertex, grid),
    extremes,
    ringTree: buildRingTree(xy, ringVertex, extremes),
  };
}

/** Rings whose nodes are to be found, in any parts. */
export type NodeRound = { readonly draft: ZoneDraft; readonly rings: Uint32Array };

export function firstRound(draft: ZoneDraft): NodeRound {
  return { draft, rings: Uint32Array.from(draft.ownerOf, (_, ring) => ring) };
}

/**
 * What is left to do after a round: polygons that were found tangled get ranks of their own, and the rings in their boxes
 * are looked at again. Nothing, where no two are tangled. (The sets at cell centres stay: beside the ground, which does
 * not move, all ranks tie alike.)
 */
export function nextRound(draft: ZoneDraft, found: readonly NodePart[]): NodeRound | undefined {
  if (found.some(({ selfCrossing }) => selfCrossing !== undefined)) return undefined; // `finishZones` refuses it
  const { ownerOf, ringVertex } = draft;
  const vertexCount = new Uint32Array(draft.zoneCount);
  ownerOf.forEach((zone, ring) => (vertexCount[zone] += ringVertex[ring + 1] - ringVertex[ring]));
  const tangles = found.flatMap((part) => part.tangles);
  const apart = leastApart(tangles, (zone) => vertexCount[zone]);
  if (apart.length === 0) return undefined;
  const rankOf = shared(Uint32Array, draft.rankOf);
  for (const zone of apart) rankOf[zone] = draft.zoneCount + zone; // there are no more layers than zones
  return { draft: underRanks(draft, rankOf), rings: ringsNear(draft, new Set(apart)) };
}

/** The same zones, moved otherwise. A border whose two sides move apart is two borders: where it bends they cross. */
export function underRanks(draft: ZoneDraft, rankOf: Uint32Array): ZoneDraft {
  const { twin, finder, ownerOf } = draft;
  const meets = shared(Uint8Array, draft.meets);
  for (let e = 0; e < twin.length; e++) {
    const mate = twin[e];
    if (mate === NO_TWIN || rankOf[ownerOf[ringAt(finder, e)]] === rankOf[ownerOf[ringAt(finder, mate)]])
      continue;
    meets[e] = 1;
    meets[mate] = 1;
  }
  return { ...draft, rankOf, meets };
}

/** Rings whose box meets that of a ring of these zones, their own among them. */
function ringsNear({ xy, ringVertex, ownerOf }: ZoneDraft, zones: ReadonlySet<number>): Uint32Array {
  const tree = new RBush<Box>();
  const boxOf = (ring: number): Box => {
    const [minX, minY, maxX, maxY] = bboxOf(xy, ringVertex[ring], ringVertex[ring + 1]);
    return { minX, minY, maxX, maxY };
  };
  const all = Array.from(ownerOf, (_, ring) => ring);
  tree.load(all.filter((ring) => zones.has(ownerOf[ring])).map(boxOf));
  return Uint32Array.from(all.filter((ring) => tree.collides(boxOf(ring))));
}

type Box = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };

/** The index of some layers without its nodes, made on this thread. */
export function draftZones(layers: readonly Layer[], measure: Measure): ZoneDraft {
  const pile = pileRings(gatherRings(layers), measure);
  return draftOf(pile, dealToCells(pile.frame, pile.xy, pile.firsts), coverAtCentres(pile));
}

/** Neither of cells and centres needs the other: they may be made beside each other. */
export function draftOf(
  { frame: _, firsts: __, ...pile }: RingPile,
  grid: EdgeGrid,
  centres: Centres,
): ZoneDraft {
  return { ...pile, grid, meets: edgesThatMeet(pile.xy, grid, pile.twin), ...centres };
}

/** @param parts nodes of all rings, of each round after those of the one before */
export function finishZones(
  draft: ZoneDraft,
  parts: readonly NodePart[],
  measure: Measure,
  nameZone: NameZone,
  surroundings: Surroundings = surroundingsOf(draft),
): Zones {
  const crossing = parts.find(({ selfCrossing }) => selfCrossing !== undefined)?.selfCrossing;
  if (crossing !== undefined) throw selfCrossingError(nameZone, crossing);
  const sets = new CoverSets(draft.zoneCount, draft.sets);
  const lasting = withoutMeets(draft);
  const zoneRings: ZoneRings = { ...lasting, ...joinNodes(draft.ownerOf.length, parts, sets) };
  const areas = areasOfSets(zoneRings, sets, measure, nameZone);
  return {
    ...lasting,
    ...zoneRings,
    ...areas,
    ...surroundings,
    sets: sets.toColumns(),
  };
}

/** Of use while nodes are looked for. */
const withoutMeets = ({ meets: _, ...lasting }: ZoneDraft) => lasting;

function selfCrossingError(nameZone: NameZone, { zone, x, y }: SelfCrossing): InputError {
  return new InputError(
    { ...nameZone(zone), position: `near ${x.toFixed(2)} ${y.toFixed(2)}` },
    {
      came: "a zone polygon whose border crosses itself",
      wanted: "zone polygons with one inside and one outside",
      todo: "Repair it in the source, or with: arealregnskap repair FILE -o MENDED",
    },
  );
}

/** What each cover set owns on the whole plane, from zone borders alone; each zone's own area is the sum of its sets. */
function areasOfSets(zones: ZoneRings, sets: CoverSets, measure: Measure, nameZone: NameZone) {
  const sums = new CellSums();
  const ringCount = zones.ownerOf.length;
  const [minX, minY, maxX, maxY] = bboxOf(zones.xy, 0, zones.xy.length / 2);
  const largest = Math.max(Math.abs(minX), Math.abs(minY), Math.abs(maxX), Math.abs(maxY));
  const rounding = 1e-14 * largest * (10 + zones.nodeEdge.length);
  const originX = zones.xy.length > 0 ? zones.xy[0] : 0;
  const originU = measure.u(originX, zones.xy.length > 0 ? zones.xy[1] : 0);
  for (let r = 0; r < ringCount; r++) {
    const first = zones.ringVertex[r];
    const end = zones.ringVertex[r + 1] - 1;
    if (end <= first) continue;
    const x = zones.xy[2 * first];
    const y = zones.xy[2 * first + 1];
    const u = measure.u(x, y);
    const from = { edge: first, x, y, u, node: zones.ringNode[r] };
    const to = { edge: end - 1, x, y, u, node: zones.ringNode[r + 1] };
    postStretch(zones, sets, sums, measure, r, from, to, false, 1, originX, originU);
  }
  const setPlanM2 = shared(Float64Array, sets.size);
  const setTrueM2 = shared(Float64Array, sets.size);
  const open = sums.touched.filter((set) => Math.abs(sums.openX[set]) + Math.abs(sums.openY[set]) > rounding);
  const [doubtful] = open.flatMap((set) => sets.members(set));
  if (doubtful !== undefined) throw overlapsItself(nameZone(doubtful));
  invariant(open.length === 0, () => "the border of no zone at all does not close");
  for (const set of sums.touched) {
    setPlanM2[set] = sums.planM2[set];
    setTrueM2[set] = sums.trueM2[set];
  }
  return { setPlanM2, setTrueM2 };
}

function countRingStarts(xy: Float64Array, ringVertex: Uint32Array, { frame }: EdgeGrid): PointCount {
  const starts: number[] = [];
  for (let r = 0; r + 1 < ringVertex.length; r++)
    if (ringVertex[r + 1] > ringVertex[r]) starts.push(ringVertex[r]);
  return countPoints(frame, xy, starts);
}

/** The ways round its rings do not close where others see it: parts of one polygon lie on each other. */
function overlapsItself(place: Place): InputError {
  return new InputError(place, {
    came: "a zone polygon whose parts or rings lie on each other",
    wanted: "zone polygons with one inside and one outside",
    todo: "Repair it in the source, or with: arealregnskap repair FILE -o MENDED",
  });
}

function extremesOf(xy: Float64Array, ringVertex: Uint32Array): Uint32Array {
  const extremes = shared(Uint32Array, 4 * (ringVertex.length - 1));
  for (let r = 0; r + 1 < ringVertex.length; r++) {
    const first = ringVertex[r];
    let west = first;
    let south = first;
    let east = first;
    let north = first;
    for (let v = first + 1; v < ringVertex[r + 1]; v++) {
      if (xy[2 * v] < xy[2 * west]) west = v;
      else if (xy[2 * v] > xy[2 * east]) east = v;
      if (xy[2 * v + 1] < xy[2 * south + 1]) south = v;
      else if (xy[2 * v + 1] > xy[2 * north + 1]) north = v;
    }
    extremes[4 * r] = west;
    extremes[4 * r + 1] = south;
    extremes[4 * r + 2] = east;
    extremes[4 * r + 3] = north;
  }
  return extremes;
}

function buildRingTree(xy: Float64Array, ringVertex: Uint32Array, extremes: Uint32Array): SharedArrayBuffer {
  const ringCount = ringVertex.length - 1;
  if (ringCount === 0) return new SharedArrayBuffer(0);
  const tree = new Flatbush(ringCount, 16, Float64Array, SharedArrayBuffer);
  for (let r = 0; r < ringCount; r++) {
    if (ringVertex[r] === ringVertex[r + 1]) {
      tree.add(...EMPTY_BBOX);
      continue;
    }
    const [west, south, east, north] = [0, 1, 2, 3].map((k) => extremes[4 * r + k]);
    tree.add(xy[2 * west], xy[2 * south + 1], xy[2 * east], xy[2 * north + 1]);
  }
  tree.finish();
  return tree.data as SharedArrayBuffer;
}
