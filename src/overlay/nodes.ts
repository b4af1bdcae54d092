import { shared } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { invariant } from "../core/trouble.js";
import { centreX, centreY, columnOf, rowOf } from "../index/edgeGrid.js";
import { type CoverSetColumns, CoverSets } from "./coverSets.js";
import { Crosser, NO_TWIN, type SelfCrossing, type ZoneEdges } from "./crosser.js";
import { GROUND, orient, tieSide, tieSideOfMovedEnd } from "./perturb.js";
import type { ZoneRings } from "./stretch.js";

/** What finding nodes needs of the index. */
export type NodeGround = ZoneEdges & {
  readonly zoneCount: number;
  readonly ringVertex: Uint32Array;
  readonly cellSet: Uint32Array;
  readonly sets: CoverSetColumns;
};

/** Nodes of the rings fromRing .. toRing, with cover sets numbered in `sets`: the index's own first, then new ones. */
export type NodePart = {
  readonly fromRing: number;
  readonly toRing: number;
  readonly startSet: Uint32Array; // per ring
  readonly nodesTo: Uint32Array; // per ring: nodes up to its end
  readonly nodeEdge: Uint32Array;
  readonly nodeOther: Uint32Array;
  readonly nodeT: Float64Array;
  readonly nodeTError: Float64Array;
  readonly nodeX: Float64Array;
  readonly nodeY: Float64Array;
  readonly nodeU: Float64Array;
  readonly nodeSet: Uint32Array;
  readonly sets: CoverSetColumns;
  readonly selfCrossing?: SelfCrossing;
};

/** Walks rings through the other zones: the same procedure that later walks the ground. Parts may be found anywhere. */
export function findNodes(ground: NodeGround, fromRing: number, toRing: number, measure: Measure): NodePart {
  const { xy, ringOf, ownerOf, ringVertex } = ground;
  const crosser = new Crosser(ground);
  const sets = new CoverSets(ground.zoneCount, ground.sets);
  const startSet = new Uint32Array(toRing - fromRing);
  const nodesTo = new Uint32Array(toRing - fromRing);
  const edges: number[] = [];
  const others: number[] = [];
  const t: number[] = [];
  const tError: number[] = [];
  const x: number[] = [];
  const y: number[] = [];
  const u: number[] = [];
  const behind: number[] = [];
  for (let r = fromRing; r < toRing; r++) {
    const owner = ownerOf[r];
    const first = ringVertex[r];
    const end = ringVertex[r + 1] - 1;
    let set = end > first ? otherZonesAt(ground, sets, owner, xy[2 * first], xy[2 * first + 1]) : 0;
    const start = set;
    for (let v = first; v < end; v++) {
      if (xy[2 * v] === xy[2 * v + 2] && xy[2 * v + 1] === xy[2 * v + 3]) continue;
      const count = crosser.collect(xy[2 * v], xy[2 * v + 1], xy[2 * v + 2], xy[2 * v + 3], owner, v);
      for (let c = 0; c < count; c++) {
        set = sets.toggle(set, ownerOf[ringOf[crosser.edge[c]]]);
        edges.push(v);
        others.push(crosser.edge[c]);
        t.push(crosser.t[c]);
        tError.push(crosser.tError[c]);
        x.push(crosser.x[c]);
        y.push(crosser.y[c]);
        u.push(measure.u(crosser.x[c], crosser.y[c]));
        behind.push(set);
      }
    }
    if (crosser.selfCrossings.length > 0) break;
    invariant(set === start, () => `the way round zone ring ${r} does not end in the set it began in`);
    startSet[r - fromRing] = start;
    nodesTo[r - fromRing] = edges.length;
  }
  const [selfCrossing] = crosser.selfCrossings;
  return {
    fromRing,
    toRing,
    startSet,
    nodesTo,
    nodeEdge: Uint32Array.from(edges),
    nodeOther: Uint32Array.from(others),
    nodeT: Float64Array.from(t),
    nodeTError: Float64Array.from(tError),
    nodeX: Float64Array.from(x),
    nodeY: Float64Array.from(y),
    nodeU: Float64Array.from(u),
    nodeSet: Uint32Array.from(behind),
    sets: sets.toColumns(),
    ...(selfCrossing === undefined ? {} : { selfCrossing }),
  };
}

type NodeColumns = Pick<
  ZoneRings,
  | "startSet"
  | "ringNode"
  | "nodeEdge"
  | "nodeOther"
  | "nodeT"
  | "nodeTError"
  | "nodeX"
  | "nodeY"
  | "nodeU"
  | "nodeSet"
>;

/** Puts parts that cover all rings together, in ring order. `sets` are those of the index; new ones are interned. */
export function joinNodes(parts: readonly NodePart[], sets: CoverSets): NodeColumns {
  const ordered = [...parts].sort((a, b) => a.fromRing - b.fromRing);
  const rings = ordered.length === 0 ? 0 : ordered[ordered.length - 1].toRing;
  const count = ordered.reduce((sum, part) => sum + part.nodeEdge.length, 0);
  const joined = {
    startSet: shared(Uint32Array, rings),
    ringNode: shared(Uint32Array, rings + 1),
    nodeEdge: shared(Uint32Array, count),
    nodeOther: shared(Uint32Array, count),
    nodeT: shared(Float64Array, count),
    nodeTError: shared(Float64Array, count),
    nodeX: shared(Float64Array, count),
    nodeY: shared(Float64Array, count),
    nodeU: shared(Float64Array, count),
    nodeSet: shared(Uint32Array, count),
  };
  const known = sets.size;
  let at = 0;
  for (const part of ordered) {
    const numberOf = sets.adopt(part.sets, known);
    for (let r = part.fromRing; r < part.toRing; r++) {
      joined.startSet[r] = numberOf[part.startSet[r - part.fromRing]];
      joined.ringNode[r + 1] = at + part.nodesTo[r - part.fromRing];
    }
    joined.nodeEdge.set(part.nodeEdge, at);
    joined.nodeOther.set(part.nodeOther, at);
    joined.nodeT.set(part.nodeT, at);
    joined.nodeTError.set(part.nodeTError, at);
    joined.nodeX.set(part.nodeX, at);
    joined.nodeY.set(part.nodeY, at);
    joined.nodeU.set(part.nodeU, at);
    part.nodeSet.forEach((set, i) => (joined.nodeSet[at + i] = numberOf[set]));
    at += part.nodeEdge.length;
  }
  return joined;
}

/** Set of the other zones at a ring's first vertex: from its cell's centre, toggling at each edge on the way. */
function otherZonesAt(ground: NodeGround, sets: CoverSets, owner: number, vx: number, vy: number) {
  const { grid, twin, xy, ringOf, ownerOf, cellSet } = ground;
  const column = columnOf(grid, vx);
  const row = rowOf(grid, vy);
  const cell = row * grid.columns + column;
  const rx = centreX(grid, column);
  const ry = centreY(grid, row);
  let set = cellSet[cell];
  if (sets.has(set, owner)) set = sets.toggle(set, owner);
  for (let k = grid.cellStart[cell]; k < grid.cellStart[cell + 1]; k++) {
    const e = grid.cellEdge[k];
    const ux = xy[2 * e];
    const uy = xy[2 * e + 1];
    const wx = xy[2 * e + 2];
    const wy = xy[2 * e + 3];
    const r = orient(ux, uy, wx, wy, rx, ry);
    const v = orient(ux, uy, wx, wy, vx, vy);
    if ((r > 0 && v > 0) || (r < 0 && v < 0)) continue;
    const u = orient(rx, ry, vx, vy, ux, uy);
    const w = orient(rx, ry, vx, vy, wx, wy);
    for (let side = e; side !== NO_TWIN; side = side === e ? twin[e] : NO_TWIN) {
      const zone = ownerOf[ringOf[side]];
      if (zone === owner) continue;
      const rLeft = (r || tieSide(ux, uy, wx, wy, zone, GROUND)) > 0;
      const vLeft = (v || tieSide(ux, uy, wx, wy, zone, owner)) > 0;
      const uLeft = (u || tieSideOfMovedEnd(rx, ry, vx, vy, owner, ux, uy, zone)) > 0;
      const wLeft = (w || tieSideOfMovedEnd(rx, ry, vx, vy, owner, wx, wy, zone)) > 0;
      if (rLeft !== vLeft && uLeft !== wLeft) set = sets.toggle(set, zone);
    }
  }
  return set;
}
