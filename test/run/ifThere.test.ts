import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ifThere } from "../../src/run/ifThere.js";

const folder = await mkdtemp(join(tmpdir(), "ifThere-"));
afterAll(() => rm(folder, { recursive: true }));

test("what is there is given, what is not is undefined, and any other trouble is thrown", async () => {
  const file = join(folder, "fil");
  await writeFile(file, "1234");
  expect((await ifThere(stat(file)))?.size).toBe(4);
  expect(await ifThere(stat(join(folder, "ingen")))).toBeUndefined();
  expect(await ifThere(readdir(join(folder, "ingen")))).toBeUndefined();
  await expect(ifThere(readdir(file))).rejects.toThrow(/ENOTDIR/);
});
