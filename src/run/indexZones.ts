import type { Measure } from "../core/measure.js";
import { invariant } from "../core/trouble.js";
import { dealToCells } from "../index/edgeGrid.js";
import type { NodePart } from "../overlay/nodes.js";
import type { RingPile } from "../overlay/ringPile.js";
import {
  draftOf,
  finishZones,
  firstRound,
  type NameZone,
  nextRound,
  type NodeRound,
  type Surroundings,
  surroundingsOf,
  type Zones,
} from "../overlay/zones.js";
import type { Pool } from "../pool/pool.js";
import type { BatchResult, BatchTask } from "./batch.js";
import { letGo } from "./letGo.js";

/**
 * Indexes the zones of a run as `indexZones` of the overlay does, with the threads of the pool: one finds the sets at the
 * centres of cells while this thread deals edges to the cells, and they find nodes while it makes what needs none. What
 * they are given is on shared memory, and the index is the same, but for the numbers of its cover sets, however many
 * threads there are.
 *
 * @throws InputError for a polygon that crosses itself
 */
export async function indexZonesOn(
  pool: Pool<BatchTask, BatchResult>,
  pile: RingPile,
  measure: Measure,
  nameZone: NameZone,
): Promise<Zones> {
  const centres = pool.runElsewhere({ kind: "centres", pile });
  const cells = dealToCells(pile.frame, pile.xy, pile.firsts);
  letGo(pile.xy.byteLength);
  const found = await centres;
  invariant(found.kind === "centres", () => "a thread was asked for centres and gave something else");
  let draft = draftOf(pile, cells, found.centres);
  let surroundings: Surroundings | undefined;
  const parts: NodePart[] = [];
  for (let round: NodeRound | undefined = firstRound(draft); round !== undefined;) {
    const finding = findNodesOn(pool, round, surroundings === undefined);
    finding.catch(() => undefined); // who waits for it is told; nobody does where the next step fails first
    surroundings ??= surroundingsOf(draft);
    const nodes = await finding;
    parts.push(...nodes);
    ({ draft } = round);
    round = nextRound(draft, nodes);
  }
  return finishZones(draft, parts, measure, nameZone, surroundings);
}

/**
 * Finds the nodes of zone rings on all threads, a part each, of about as many vertices. The draft is on shared memory.
 * @param isBusy this thread has something else to do
 */
async function findNodesOn(
  pool: Pool<BatchTask, BatchResult>,
  { draft, rings }: NodeRound,
  isBusy: boolean,
): Promise<NodePart[]> {
  const { ringVertex } = draft;
  const verticesOf = (ring: number): number => ringVertex[ring + 1] - ringVertex[ring];
  const lanes = isBusy ? Math.max(1, pool.others) : pool.lanes;
  const share = rings.reduce((sum, ring) => sum + verticesOf(ring), 0) / lanes;
  const tasks: Promise<BatchResult>[] = [];
  for (let from = 0, to = 0; from < rings.length; from = to) {
    for (let vertices = 0; to < rings.length && vertices < share; to++) vertices += verticesOf(rings[to]);
    const task = { kind: "nodes", ground: draft, rings: rings.slice(from, to) } as const;
    const isLast = to === rings.length && tasks.length > 0;
    tasks.push(isLast && !isBusy ? pool.runHere(task) : pool.runElsewhere(task));
  }
  const results = await Promise.all(tasks);
  return results.flatMap((result) => (result.kind === "nodes" ? [result.part] : []));
}
