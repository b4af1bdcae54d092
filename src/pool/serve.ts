import { parentPort, workerData } from "node:worker_threads";
import { type Handler, toPortable } from "./pool.js";

/** The worker's side of the pool: makes the handler from the setup and answers tasks in order. */
export function serve<Setup, Task, Result>(makeHandler: (setup: Setup) => Handler<Task, Result>): void {
  const port = parentPort;
  if (port === null) throw new Error("serve() is for worker threads");
  const handle = makeHandler(workerData as Setup);
  let turn: Promise<void> = Promise.resolve();
  port.on("message", ({ id, task }: { id: number; task: Task }) => {
    turn = turn.then(async () => {
      try {
        port.postMessage({ id, result: await handle(task) });
      } catch (error) {
        port.postMessage({ id, error: toPortable(error) });
      }
    });
  });
}
