/** The threads of an account, and what each is given at its start. */
import { availableParallelism } from "node:os";
import type { Epsg } from "../core/units.js";
import { openPool, type Pool } from "../pool/pool.js";
import type { Rules } from "../rules/rules.js";
import type { RepairOption } from "../tables/repairFacts.js";
import { type BatchResult, type BatchSetup, type BatchTask, makeBatchHandler } from "./batch.js";
import { idFieldOf } from "./fields.js";
import type { Ground } from "./grounds.js";
import { stripRuleOf } from "./planStrips.js";

/** A file read through before a second thread has started. */
const SMALL_FILE_BYTES = 48 << 20;

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
