import type { Pool } from "../pool/pool.js";
import type { Source } from "../read/source.js";
import type { BatchResult, BatchTask } from "./batch.js";
import type { Ahead } from "./checkAhead.js";
import type { GroundRequest } from "./grounds.js";

/** A thread at work on the beginning of the ground. */
export type LookAhead = { stop(): void; readonly done: Promise<Ahead | undefined> };

/** Where the file can be read twice at little cost, and threads are there to do it. */
export function lookAhead(
  pool: Pool<BatchTask, BatchResult>,
  { path, epsg }: GroundRequest,
  { format, entryName }: Source,
  cutBytes: number,
): LookAhead | undefined {
  if (pool.others === 0 || format !== "FlatGeobuf" || entryName !== undefined) return undefined;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const task = { kind: "ahead", path, cutBytes, stop, ...(epsg !== undefined && { epsg }) } as const;
  const done = pool.runElsewhere(task).then((result) => (result.kind === "ahead" ? result : undefined));
  done.catch(() => undefined); // who waits for it is told; nobody does where reading the units fails first
  return {
    done,
    stop: () => {
      Atomics.store(stop, 0, 1);
    },
  };
}
