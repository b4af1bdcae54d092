import { expect, test } from "vitest";
import { InOrder } from "../../src/run/inOrder.js";

async function read<T>(items: AsyncIterable<T>, into: T[]): Promise<T[]> {
  for await (const item of items) into.push(item);
  return into;
}

test("items come in order of their numbers, whoever is first", async () => {
  const items = new InOrder<string>();
  const all = read(items, []);
  await Promise.all([items.give(2, "c"), items.give(0, "a"), items.give(1, "b")]);
  items.end();
  expect(await all).toEqual(["a", "b", "c"]);
});

test("who gives an item waits until those before it are read", async () => {
  const items = new InOrder<string>();
  const got: string[] = [];
  const all = read(items, got);
  let isTaken = false;
  const second = items.give(1, "b").then(() => (isTaken = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([isTaken, got]).toEqual([false, []]);
  await Promise.all([items.give(0, "a"), second]);
  items.end();
  expect(await all).toEqual(["a", "b"]);
});

test("a failure is told to the reader, to all who wait, and to all who come later; the first one counts", async () => {
  const items = new InOrder<string>();
  const all = read(items, []);
  const waits = items.give(1, "b");
  const told = Promise.allSettled([all, waits]);
  items.fail(new Error("full"));
  items.fail(new Error("later"));
  const reasons = (await told).map((one) => (one.status === "rejected" ? String(one.reason) : "fine"));
  expect(reasons).toEqual(["Error: full", "Error: full"]);
  await expect(items.give(0, "a")).rejects.toThrow("full");
});
