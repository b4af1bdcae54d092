import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashesOf } from "../run/scene.js";
import { arealregnskap } from "./program.js";

/** A run that is stopped on its way leaves the disk as it was, an earlier run's folder included. */
let folder: string;
let earlier: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "avbrutt-"));
  const sizes = ["--polygons", "12000", "--plan-areas", "600", "--kommuner", "2"];
  expect(await arealregnskap(["generate", ...sizes, "--out", join(folder, "inn"), "--quiet"])).toMatchObject({
    code: 0,
  });
  expect(await account(2)).toMatchObject({ code: 0 });
  earlier = hashesOf(join(folder, "ut"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function account(workers: number, preload?: string) {
  const inn = (name: string) => join(folder, "inn", name);
  const layers = [
    "--grunnkart",
    inn("grunnkart.fgb"),
    "--enheter",
    inn("kommune.fgb"),
    "--enheter",
    inn("plan.fgb"),
  ];
  const rest = ["--nokkel", "plan=arealformal", "--out", join(folder, "ut"), "--workers", String(workers)];
  return arealregnskap(["account", ...layers, ...rest], preload);
}

function expectAsItWas(): void {
  expect(readdirSync(folder).sort()).toEqual(["inn", "ut"]);
  expect(hashesOf(join(folder, "ut"))).toEqual(earlier);
}

/** A real signal, as soon as the program listens for it. */
const CTRL_C_AT_ONCE = `
  const waiting = setInterval(() => {
    if (process.listenerCount("SIGINT") === 0) return;
    clearInterval(waiting);
    process.kill(process.pid, "SIGINT");
  }, 1);`;

/** A real signal while threads are at work. */
const CTRL_C_WITH_WORKERS = `
  process.once("worker", () => setTimeout(() => process.kill(process.pid, "SIGINT"), 30));`;

test.each([
  ["before it has begun", 0, CTRL_C_AT_ONCE],
  ["while threads are at work", 2, CTRL_C_WITH_WORKERS],
])("Ctrl-C %s: exit code 130, no debris", async (_, workers, preload) => {
  const { code, stderr } = await account(workers, preload);
  expect(stderr).toMatch(/Avbrutt; ingenting ble skrevet\.\n$/);
  expect(code).toBe(130);
  expectAsItWas();
});

test("a thread that dies: an error that says so, never a smaller total", async () => {
  const { code, stderr } = await account(2, `process.once("worker", (worker) => void worker.terminate());`);
  expect(stderr).toMatch(/worker \d died \(.*\); nothing was written\. Run again with fewer workers/);
  expect(code).toBe(70);
  expectAsItWas();
});

test("Ctrl-C stops a report and leaves none of its files, and stops inspect", async () => {
  const before = readdirSync(join(folder, "ut")).sort();
  const report = await arealregnskap(
    ["report", join(folder, "ut"), "--format", "html,pdf,xlsx", "--sprak", "nb,nn,en"],
    CTRL_C_AT_ONCE,
  );
  expect(report.code).toBe(130);
  expect(readdirSync(join(folder, "ut")).sort()).toEqual(before);
  const inspect = await arealregnskap(["inspect", join(folder, "inn", "grunnkart.fgb")], CTRL_C_AT_ONCE);
  expect(inspect.code).toBe(130);
});
