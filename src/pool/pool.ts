import { Worker } from "node:worker_threads";
import { BrokenInvariant, InputError, type Place } from "../core/trouble.js";

/**
 * Room for what a thread makes and forgets at once. V8 would take 48 MB; what is dealt here makes little of it, and each thread has
 * such a room.
 */
const YOUNG_MB = 12;

/** Does one task. Made once per thread from the setup. May return synchronously. */
export type Handler<Task, Result> = (task: Task) => Result | Promise<Result>;

export type PoolOptions<Setup, Task, Result> = {
  /**
   * Threads that do the tasks. This one is among them: it takes tasks when the others have enough to do, and does nothing else
   * meanwhile. 0 or 1: everything runs here, the same code to the same bytes.
   */
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
  /** Of the system's own errors: a disk that fails is told alike from every thread. */
  readonly system?: { readonly code: unknown; readonly syscall: unknown };
  readonly input?: { where: Place; came: string; wanted: string; todo: string };
};

export function toPortable(error: unknown): PortableError {
  const known = error instanceof Error ? error : new Error(String(error));
  const base = {
    name: known.name,
    message: known.message,
    ...(known.stack === undefined ? {} : { stack: known.stack }),
    ...("syscall" in known && {
      system: { code: "code" in known ? known.code : undefined, syscall: known.syscall },
    }),
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
  return Object.assign(error, portable.system);
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
  /** How many of them are not this one. */
  readonly others: number;
  /** Gives the task to the thread with the fewest under way; to this one only where the others have enough to do. */
  run(task: Task): Promise<Result>;
  /** Gives the task to a thread other than this one, where there is one. */
  runElsewhere(task: Task): Promise<Result>;
  /** Gives the task to this thread. */
  runHere(task: Task): Promise<Result>;
  /** Gives one task to every lane. Results in lane order. */
  runOnAll(task: Task): Promise<Result[]>;
  close(): Promise<void>;
};

export function openPool<Setup, Task, Result>(options: PoolOptions<Setup, Task, Result>): Pool<Task, Result> {
  return options.workers <= 1 ? onThisThread(options) : onWorkers(options);
}

function onThisThread<Setup, Task, Result>(options: PoolOptions<Setup, Task, Result>): Pool<Task, Result> {
  const lane = new ThisLane(options);
  return {
    lanes: 1,
    others: 0,
    run: (task) => lane.run(task),
    runElsewhere: (task) => lane.run(task),
    runHere: (task) => lane.run(task),
    runOnAll: async (task) => [await lane.run(task)],
    close: () => {
      lane.close();
      return Promise.resolve();
    },
  };
}

/** Where tasks wait for their turn. */
type TaskLane<Task, Result> = {
  readonly underWay: number;
  run(task: Task): Promise<Result>;
};

/** This thread. One task at a time and in order, as a worker does it: a handler may keep one set of buffers. */
class ThisLane<Setup, Task, Result> implements TaskLane<Task, Result> {
  underWay = 0;
  private handle: Handler<Task, Result>;
  private turn: Promise<unknown> = Promise.resolve();

  constructor({ makeHandler, setup }: PoolOptions<Setup, Task, Result>) {
    this.handle = makeHandler(setup);
  }

  run(task: Task): Promise<Result> {
    this.underWay++;
    // Files and other threads come first: what they bring may be work for others.
    const done = this.turn.then(eventsHandled).then(() => this.handle(task));
    this.turn = done.then(
      () => this.underWay--,
      () => this.underWay--,
    );
    return done;
  }

  /** Lets go of what the handler holds. */
  close(): void {
    this.handle = () => {
      throw new BrokenInvariant("a task came after the pool was closed");
    };
  }
}

const eventsHandled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Waiting<Result> = { resolve(result: Result): void; reject(error: Error): void };

class Lane<Task, Result> implements TaskLane<Task, Result> {
  private readonly waiting = new Map<number, Waiting<Result>>();
  private readonly worker: Worker;
  private nextId = 0;
  private dead: Error | undefined;
  private closing = false;

  constructor(number: number, entry: URL, setup: unknown) {
    this.worker = new Worker(entry, {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
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

/**
 * So many more tasks than this thread has the others are given first: what they do while it is at work. Whoever deals two tasks a
 * thread and one more (`BufferRing` of the account) still has one left for it.
 */
const AHEAD = 2;

function onWorkers<Setup, Task, Result>(options: PoolOptions<Setup, Task, Result>): Pool<Task, Result> {
  const here = new ThisLane(options);
  const others = Array.from(
    { length: options.workers - 1 },
    (_, i) => new Lane<Task, Result>(i + 1, options.entry, options.setup),
  );
  const lanes = [...others, here];
  const leastOf = <L extends TaskLane<Task, Result>>(some: readonly L[]): L =>
    some.reduce((least, lane) => (lane.underWay < least.underWay ? lane : least));
  return {
    lanes: lanes.length,
    others: others.length,
    run: (task) => {
      const least = leastOf(others);
      return (least.underWay < here.underWay + AHEAD ? least : here).run(task);
    },
    runElsewhere: (task) => leastOf(others).run(task),
    runHere: (task) => here.run(task),
    runOnAll: (task) => Promise.all(lanes.map((lane) => lane.run(task))),
    close: async () => {
      here.close();
      await Promise.all(others.map((lane) => lane.close()));
    },
  };
}
