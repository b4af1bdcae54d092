import { Worker } from "node:worker_threads";
import { BrokenInvariant, InputError, type Place } from "../core/trouble.js";

/** Does one task. Made once per thread from the setup. May return synchronously. */
export type Handler<Task, Result> = (task: Task) => Result | Promise<Result>;

export type PoolOptions<Setup, Task, Result> = {
  /** 0 runs everything on this thread: the same code, the same bytes. */
  readonly workers: number;
  /** Module a worker loads; it calls `serve` with the same `makeHandler`. */
  readonly entry: URL;
  readonly makeHandler: (setup: Setup) => Handler<Task, Result>;
  readonly setup: Setup;
};

/** What a worker answers. */
export type Reply<Result> =
  { readonly id: number; readonly result: Result } | { readonly id: number; readonly error: PortableError };

/** An error as plain data: an InputError keeps its parts across the thread border. */
export type PortableError = {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly input?: { where: Place; came: string; wanted: string; todo: string };
};

export function toPortable(error: unknown): PortableError {
  const known = error instanceof Error ? error : new Error(String(error));
  const base = {
    name: known.name,
    message: known.message,
    ...(known.stack === undefined ? {} : { stack: known.stack }),
  };
  if (!(known instanceof InputError)) return base;
  return { ...base, input: { where: known.where, came: known.came, wanted: known.wanted, todo: known.todo } };
}

export function fromPortable(portable: PortableError): Error {
  if (portable.input !== undefined) return new InputError(portable.input.where, portable.input);
  const error =
    portable.name === BrokenInvariant.NAME
      ? new BrokenInvariant(portable.message.replace(BrokenInvariant.PREFIX, ""))
      : new Error(portable.message);
  error.name = portable.name;
  if (portable.stack !== undefined) error.stack = portable.stack;
  return error;
}

/** A worker thread ended without finishing its task: memory ran out, or something killed it. */
export class WorkerDied extends Error {
  constructor(worker: number, why: string) {
    super(
      `worker ${worker} died (${why}); nothing was written. ` +
        `Run again with fewer workers (--workers 0 runs without threads), or give the machine more memory`,
    );
    this.name = "WorkerDied";
  }
}

/**
 * Deals tasks to worker threads. Knows nothing about maps.
 * A worker that dies is an error for every task, never a smaller total.
 */
export type Pool<Task, Result> = {
  /** Number of threads that do tasks; 1 when everything runs on this thread. */
  readonly lanes: number;
  /** Whether tasks run beside this thread. */
  readonly isThreaded: boolean;
  /** Gives the task to the lane with the fewest tasks under way. */
  run(task: Task): Promise<Result>;
  /** Gives one task to every lane. Results in lane order. */
  runOnAll(task: Task): Promise<Result[]>;
  close(): Promise<void>;
};

export function openPool<Setup, Task, Result>(options: PoolOptions<Setup, Task, Result>): Pool<Task, Result> {
  return options.workers === 0 ? onThisThread(options) : onWorkers(options);
}

/** One task at a time and in order, as a worker does it: a handler may keep one set of buffers. */
function onThisThread<Setup, Task, Result>(options: PoolOptions<Setup, Task, Result>): Pool<Task, Result> {
  const handle = options.makeHandler(options.setup);
  let turn: Promise<unknown> = Promise.resolve();
  const run = (task: Task): Promise<Result> => {
    const done = turn.then(() => handle(task));
    turn = done.catch(() => undefined);
    return done;
  };
  return {
    lanes: 1,
    isThreaded: false,
    run,
    runOnAll: async (task) => [await run(task)],
    close: () => Promise.resolve(),
  };
}

type Waiting<Result> = { resolve(result: Result): void; reject(error: Error): void };

class Lane<Task, Result> {
  private readonly waiting = new Map<number, Waiting<Result>>();
  private readonly worker: Worker;
  private nextId = 0;
  private dead: Error | undefined;
  private closing = false;

  constructor(number: number, entry: URL, setup: unknown) {
    this.worker = new Worker(entry, { workerData: setup });
    this.worker.on("message", (reply: Reply<Result>) => {
      const task = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if ("error" in reply) task?.reject(fromPortable(reply.error));
      else task?.resolve(reply.result);
    });
    this.worker.on("error", (error) => this.die(new WorkerDied(number, toPortable(error).message)));
    this.worker.on("exit", (code) => {
      if (!this.closing) this.die(new WorkerDied(number, `exit code ${code}`));
    });
  }

  get underWay(): number {
    return this.waiting.size;
  }

  run(task: Task): Promise<Result> {
    if (this.dead !== undefined) return Promise.reject(this.dead);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, task });
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.worker.terminate();
  }

  private die(error: Error): void {
    this.dead ??= error;
    for (const task of this.waiting.values()) task.reject(this.dead);
    this.waiting.clear();
  }
}

function onWorkers<Setup, Task, Result>(options: PoolOptions<Setup, Task, Result>): Pool<Task, Result> {
  const lanes = Array.from(
    { length: options.workers },
    (_, i) => new Lane<Task, Result>(i + 1, options.entry, options.setup),
  );
  return {
    lanes: lanes.length,
    isThreaded: true,
    run: (task) => lanes.reduce((least, lane) => (lane.underWay < least.underWay ? lane : least)).run(task),
    runOnAll: (task) => Promise.all(lanes.map((lane) => lane.run(task))),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
