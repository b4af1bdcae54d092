import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BrokenInvariant, InputError } from "../../src/core/trouble.js";
import { BufferRing } from "../../src/run/bufferRing.js";
import { fromPortable, openPool, type Pool, toPortable, WorkerDied } from "../../src/pool/pool.js";

/** What a worker of these tests is asked to do. Its module speaks the pool's protocol without `serve`, which is not built here. */
type Task = "double" | "throw" | "exit" | "crash" | "silence";

const WORKER = `
import { parentPort, workerData } from "node:worker_threads";
const input = { where: { layer: "flater", feature: 7 }, came: "a", wanted: "b", todo: "c" };
parentPort.on("message", ({ id, task }) => {
  if (task === "double") parentPort.postMessage({ id, result: 2 * workerData });
  if (task === "throw") parentPort.postMessage({ id, error: { name: "InputError", message: "m", input } });
  if (task === "exit") process.exit(3);
  if (task === "crash") throw new Error("out of luck");
});
`;

let folder: string;
let entry: URL;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pool-"));
  writeFileSync(join(folder, "worker.mjs"), WORKER);
  entry = pathToFileURL(join(folder, "worker.mjs"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const handlers: Readonly<Record<Task, (setup: number) => number>> = {
  double: (setup) => 2 * setup,
  throw: () => {
    throw new InputError({ layer: "flater", feature: 7 }, { came: "a", wanted: "b", todo: "c" });
  },
  exit: () => 0,
  crash: () => 0,
  silence: () => 0,
};

async function withPool<T>(workers: number, use: (pool: Pool<Task, number>) => Promise<T>): Promise<T> {
  const pool = openPool<number, Task, number>({
    workers,
    entry,
    setup: 21,
    makeHandler: (setup) => (task) => handlers[task](setup),
  });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

describe.each([0, 1, 3])("with %i workers", (workers) => {
  test("tasks are done, one on every lane when asked so", async () => {
    await withPool(workers, async (pool) => {
      expect(pool.lanes).toBe(Math.max(1, workers));
      expect(await Promise.all([pool.run("double"), pool.run("double")])).toEqual([42, 42]);
      expect(await pool.runOnAll("double")).toEqual(Array(pool.lanes).fill(42));
    });
  });

  test("an InputError arrives whole, and the pool goes on", async () => {
    await withPool(workers, async (pool) => {
      const error = await pool.run("throw").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({
        where: { layer: "flater", feature: 7 },
        came: "a",
        wanted: "b",
        todo: "c",
      });
      expect(await pool.run("double")).toBe(42);
    });
  });
});

describe.each<[Task, RegExp]>([
  ["exit", /^worker 1 died \(exit code 3\); nothing was written\. .*--workers 0/],
  ["crash", /^worker 1 died \(out of luck\); nothing was written\. .*--workers 0/],
])("a worker that dies (%s)", (death, message) => {
  test("fails its task, those that wait for it, and all that come after: never a smaller total", async () => {
    await withPool(2, async (pool) => {
      const waiting = (["silence", death, "double"] as const).map((task) => pool.runElsewhere(task));
      for (const task of await Promise.allSettled(waiting)) {
        const reason: unknown = task.status === "rejected" ? task.reason : undefined;
        expect(reason).toBeInstanceOf(WorkerDied);
        expect((reason as WorkerDied).message).toMatch(message);
      }
      await expect(pool.runElsewhere("double")).rejects.toThrow(WorkerDied);
      await expect(pool.runOnAll("double")).rejects.toThrow(WorkerDied);
    });
  });

  test("one dead of two is enough to fail what is asked of all", async () => {
    await withPool(3, async (pool) => {
      await expect(pool.run(death)).rejects.toThrow(WorkerDied);
      await expect(pool.runOnAll("double")).rejects.toThrow(WorkerDied);
    });
  });
});

test("on this thread, too, a task is done before the next begins", async () => {
  let underWay = 0;
  const pool = openPool<number, Task, number>({
    workers: 0,
    entry,
    setup: 0,
    makeHandler: () => async (task) => {
      expect(underWay++).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay--;
      if (task === "throw") throw new Error("one of them fails");
      return 1;
    },
  });
  const tasks = [pool.run("double"), pool.run("throw"), pool.run("double")];
  const ends = await Promise.allSettled(tasks);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

describe("this thread takes part", () => {
  /** Tells which thread did it: workers answer 42, this one -42. */
  async function withHelp<T>(workers: number, use: (pool: Pool<Task, number>) => Promise<T>): Promise<T> {
    const makeHandler = (setup: number) => (): number => -2 * setup;
    const pool = openPool<number, Task, number>({ workers, entry, setup: 21, makeHandler });
    try {
      return await use(pool);
    } finally {
      await pool.close();
    }
  }

  test.each([
    [0, 1, 0],
    [1, 1, 0],
    [2, 2, 1],
    [3, 3, 2],
  ])("of %i threads %i do tasks, %i of them not this one", async (workers, lanes, others) => {
    await withHelp(workers, async (pool) => {
      expect([pool.lanes, pool.others]).toEqual([lanes, others]);
      const onAll = await pool.runOnAll("double");
      expect(onAll.filter((answer) => answer === -42)).toHaveLength(1);
      expect(onAll).toHaveLength(lanes);
      expect(await pool.runElsewhere("double")).toBe(others === 0 ? -42 : 42);
    });
  });

  test("it takes a task when the others have enough to do", async () => {
    await withHelp(2, async (pool) => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => pool.run("double")));
      expect(answers).toEqual([42, 42, -42, 42, -42, 42, -42, 42]);
    });
  });

  test.each([2, 4, 8])(
    "of %i threads it does its part where two tasks a thread and one are under way",
    async (workers) => {
      await withHelp(workers, async (pool) => {
        const buffers = new BufferRing(2 * pool.lanes + 1, 8);
        const answers: number[] = [];
        const given: Promise<void>[] = [];
        for (let i = 0; i < 60; i++) {
          const buffer = await buffers.take(8);
          const answer = pool.run("double").then((told) => void answers.push(told));
          given.push(answer.finally(() => buffers.giveBack(buffer)));
        }
        await Promise.all(given);
        expect(answers).toHaveLength(60);
        expect(answers.filter((told) => told === -42).length).toBeGreaterThan(0);
      });
    },
  );
});

test("a worker module that cannot be loaded is a dead worker", async () => {
  const pool = openPool({
    workers: 2,
    entry: pathToFileURL(join(folder, "borte.mjs")),
    setup: 0,
    makeHandler: () => () => 0,
  });
  await expect(pool.run("double")).rejects.toThrow(/worker 1 died \(.*borte\.mjs/);
  await pool.close();
});

test("closing a pool is no death: what was under way stays unanswered", async () => {
  let answered = false;
  await withPool(2, (pool) => {
    void pool.runElsewhere("silence").then(
      () => (answered = true),
      () => (answered = true),
    );
    return Promise.resolve();
  });
  expect(answered).toBe(false);
});

test("errors cross the thread border as data", () => {
  const input = new InputError({ layer: "a", position: "byte 8" }, { came: "x", wanted: "y", todo: "z" });
  expect(fromPortable(structuredClone(toPortable(input)))).toEqual(input);
  const broken = fromPortable(structuredClone(toPortable(new BrokenInvariant("it leaks"))));
  expect(broken).toMatchObject({ name: "BrokenInvariant", message: "broken invariant: it leaks" });
  expect(toPortable("just text")).toMatchObject({ name: "Error", message: "just text" });
});
