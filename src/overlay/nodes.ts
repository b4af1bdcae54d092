import { shared } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { invariant } from "../core/trouble.js";
import { centreX, centreY, columnOf, rowOf } from "../index/edgeGrid.js";
import { Contacts } from "./contact.js";
import { type CoverSetColumns, CoverSets } from "./coverSets.js";
import { Crosser, NO_TWIN, type SelfCrossing, type ZoneEdges } from "./crosser.js";
import { leavesZone, toggleBorder } from "./borders.js";
import { GROUND, orient, tieSide, tieSideOfMovedEnd } from "./perturb.js";
import type { ZoneRings } from "./stretch.js";
import { ringAt } from "./ringAt.js";

/** What finding nodes needs of the index. */
export type NodeGround = ZoneEdges & {
  readonly zoneCount: number;
  readonly ringVertex: Uint32Array;
  /** Per edge: may it meet another one (`edgesThatMeet`)? */
  readonly meets: Uint8Array;
  readonly cellSet: Uint32Array;
  readonly sets: CoverSetColumns;
};

/** Nodes of some rings, with cover sets numbered in `sets`: the index's own first, then new ones. */
export type NodePart = {
  readonly rings: Uint32Array;
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
  /** Pairs of zones of one rank that do more than touch: the nodes on and near them are no good (`contact.ts`). */
  readonly tangles: readonly (readonly [number, number])[];
};

/** Walks rings through the other zones: the same procedure that later walks the ground. Parts may be found anywhere. */
export function findNodes(ground: NodeGround, rings: Uint32Array, measure: Measure): NodePart {
  const { xy, finder, ownerOf, ringVertex, rankOf, twin, meets } = ground;
  const contacts = new Contacts(ground);
  const crosser = new Crosser(ground, contacts);
  const sets = new CoverSets(ground.zoneCount, ground.sets);
  const startSet = new Uint32Array(rings.length);
  const nodesTo = new Uint32Array(rings.length);
  const edges: number[] = [];
  const others: number[] = [];
  const t: number[] = [];
  const tError: number[] = [];
  const x: number[] = [];
  const y: number[] = [];
  const u: number[] = [];
  const behind: number[] = [];
  for (const [i, r] of rings.entries()) {
    const owner = ownerOf[r];
    const first = ringVertex[r];
    const end = ringVertex[r + 1] - 1;
    let set = end > first ? otherZonesAt(ground, sets, contacts, owner, first) : 0;
    const start = set;
    for (let v = first; v < end; v++) {
      const mate = twin[v];
      if (mate === NO_TWIN && meets[v] === 0) continue;
      if (xy[2 * v] === xy[2 * v + 2] && xy[2 * v + 1] === xy[2 * v + 3]) continue;
      if (mate !== NO_TWIN && rankOf[ownerOf[ringAt(finder, mate)]] === rankOf[owner])
        contacts.compareTwins(v, mate);
      if (meets[v] === 0) continue;
      const count = crosser.collect(xy, v, v);
      for (let c = 0; c < count; c++) {
        const edge = crosser.edge[c];
        const leaves = leavesZone(ground, edge, crosser.leftward[c] === 1);
        set = toggleBorder(ground, sets, set, edge, crosser.mate[c], leaves);
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
    startSet[i] = start;
    nodesTo[i] = edges.length;
  }
  const [selfCrossing] = crosser.selfCrossings;
  return {
    rings,
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
    tangles: contacts.tangles(),
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

/**
 * Puts parts together that cover all rings. Where several have a ring, the last one counts.
 * `sets` are those of the index; new ones are interned.
 */
export function joinNodes(ringCount: number, parts: readonly NodePart[], sets: CoverSets): NodeColumns {
  const partOf = new Int32Array(ringCount).fill(-1);
  const placeOf = new Uint32Array(ringCount);
  parts.forEach(({ rings }, part) =>
    rings.forEach((ring, place) => {
      partOf[ring] = part;
      placeOf[ring] = place;
    }),
  );
  const from = (ring: number): number => {
    const place = placeOf[ring];
    return place === 0 ? 0 : parts[partOf[ring]].nodesTo[place - 1];
  };
  const to = (ring: number): number => parts[partOf[ring]].nodesTo[placeOf[ring]];
  let count = 0;
  for (let r = 0; r < ringCount; r++) count += to(r) - from(r);
  const joined = {
    startSet: shared(Uint32Array, ringCount),
    ringNode: shared(Uint32Array, ringCount + 1),
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
  const numberIn = parts.map((part) => sets.adopt(part.sets, known));
  let at = 0;
  for (let r = 0; r < ringCount; r++) {
    const part = parts[partOf[r]];
    const numberOf = numberIn[partOf[r]];
    joined.startSet[r] = numberOf[part.startSet[placeOf[r]]];
    for (let k = from(r); k < to(r); k++, at++) {
      joined.nodeEdge[at] = part.nodeEdge[k];
      joined.nodeOther[at] = part.nodeOther[k];
      joined.nodeT[at] = part.nodeT[k];
      joined.nodeTError[at] = part.nodeTError[k];
      joined.nodeX[at] = part.nodeX[k];
      joined.nodeY[at] = part.nodeY[k];
      joined.nodeU[at] = part.nodeU[k];
      joined.nodeSet[at] = numberOf[part.nodeSet[k]];
    }
    joined.ringNode[r + 1] = at;
  }
  return joined;
}

/**
 * Set of the zones of other ranks at a ring's first vertex: from its cell's centre, toggling at each edge on the way.
 * Zones of its own rank are looked at too: one that has the vertex strictly inside it is told to `contacts`. For them
 * the vertex is moved once more, by far less than the rank.
 */
function otherZonesAt(
  ground: NodeGround,
  sets: CoverSets,
  contacts: Contacts,
  owner: number,
  vertex: number,
): number {
  const { grid, twin, xy, finder, ownerOf, rankOf, cellSet } = ground;
  const rank = rankOf[owner];
  const vx = xy[2 * vertex];
  const vy = xy[2 * vertex + 1];
  const { frame } = grid;
  const column = columnOf(frame, vx);
  const row = rowOf(frame, vy);
  const cell = row * frame.columns + column;
  const rx = centreX(frame, column);
  const ry = centreY(frame, row);
  let set = cellSet[cell];
  const likes = new Set(sets.members(set).filter((zone) => rankOf[zone] === rank));
  for (const zone of likes) set = sets.toggle(set, zone);
  const touching = new Set([owner]);
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
      const zone = ownerOf[ringAt(finder, side)];
      if (rankOf[zone] === rank && ((ux === vx && uy === vy) || (wx === vx && wy === vy))) touching.add(zone);
      if (touching.has(zone)) continue;
      const zoneRank = rankOf[zone];
      const rLeft = (r || tieSide(ux, uy, wx, wy, zoneRank, GROUND)) > 0;
      // Of its own rank the vertex is moved as if it came before.
      const vLeft = (v || tieSide(ux, uy, wx, wy, zoneRank, zoneRank === rank ? -1 : rank)) > 0;
      const uLeft = (u || tieSideOfMovedEnd(rx, ry, vx, vy, rank, ux, uy, zoneRank)) > 0;
      const wLeft = (w || tieSideOfMovedEnd(rx, ry, vx, vy, rank, wx, wy, zoneRank)) > 0;
      if (rLeft === vLeft || uLeft === wLeft) continue;
      if (zoneRank !== rank) set = sets.toggle(set, zone);
      else if (!likes.delete(zone)) likes.add(zone);
    }
  }
  for (const zone of likes) if (!touching.has(zone)) contacts.note(owner, zone);
  return set;
}
