/** The threads of an account: what each is given at its start, and the nodes they find before the ground is dealt. */
import { availableParallelism } from "node:os";
import type { Epsg } from "../core/units.js";
import type { NodePart } from "../overlay/nodes.js";
import type { NodeRound } from "../overlay/zones.js";
import { openPool, type Pool } from "../pool/pool.js";
import type { Rules } from "../rules/rules.js";
import type { RepairOption } from "../tables/repairFacts.js";
import { type BatchResult, type BatchSetup, type BatchTask, makeBatchHandler } from "./batch.js";
import { idFieldOf } from "./fields.js";
import type { Ground } from "./grounds.js";
import { stripRuleOf } from "./planStrips.js";

/** A file read through before a second thread has started. */
const SMALL_FILE_BYTES = 48 << 20;

/** Finds the nodes of zone rings on all threads, a part each, of about as many vertices. The draft is on shared memory. */
export async function findNodesOn(
  pool: Pool<BatchTask, BatchResult>,
  { draft, rings }: NodeRound,
): Promise<NodePart[]> {
  const { ringVertex } = draft;
  const verticesOf = (ring: number): number => ringVertex[ring + 1] - ringVertex[ring];
  const share = rings.reduce((sum, ring) => sum + verticesOf(ring), 0) / pool.lanes;
  const tasks: Promise<BatchResult>[] = [];
  for (let from = 0, to = 0; from < rings.length; from = to) {
    for (let vertices = 0; to < rings.length && vertices < share; to++) vertices += verticesOf(rings[to]);
    tasks.push(pool.run({ kind: "nodes", ground: draft, rings: rings.slice(from, to) }));
  }
  const results = await Promise.all(tasks);
  return results.flatMap((result) => (result.kind === "nodes" ? [result.part] : []));
}

/** What of an account's request the threads depend on. */
type ThreadRequest = {
  readonly workers?: number;
  readonly piecePath?: string;
  readonly repair?: RepairOption;
  readonly plan?: { readonly strips?: boolean };
};

/** Opens the threads; they load while the units are read. */
export function openThreads(
  grounds: readonly Ground[],
  workEpsg: Epsg,
  rules: Rules,
  request: ThreadRequest,
): Pool<BatchTask, BatchResult> {
  const { tolerances } = rules.accounting;
  const byteLength = grounds.reduce((sum, { source }) => sum + source.byteLength, 0);
  return openPool<BatchSetup, BatchTask, BatchResult>({
    workers: request.workers ?? (byteLength < SMALL_FILE_BYTES ? 0 : availableParallelism()),
    entry: new URL("./worker.js", import.meta.url),
    makeHandler: makeBatchHandler,
    setup: {
      grounds: grounds.map(({ source, fields }) => {
        const idField = request.piecePath === undefined ? undefined : idFieldOf(source, rules);
        return {
          decoder: source.decoder,
          fields: fields.map(({ inFile, name }) => ({ inFile, name })),
          ...(idField !== undefined && { idField }),
          ...(source.bbox === undefined ? {} : { statedBox: source.bbox }),
        };
      }),
      pieces: request.piecePath !== undefined,
      workEpsg,
      tolerance: { absoluteM2: tolerances.polygonM2, relative: tolerances.polygonRelative },
      checks: (request.repair ?? "off") !== "off",
      ...(request.plan?.strips === true && {
        strips: stripRuleOf(rules),
      }),
    },
  });
}
