import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { removeTempFolders, tempFolder } from "../../src/read/tempFolder.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "midlertidig-"))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a place for temporary files that is not there is told with the way out, and no stack", async () => {
  vi.stubEnv("TMPDIR", join(folder, "finnes ikke"));
  const making = tempFolder();
  await expect(making).rejects.toThrow(InputError);
  await expect(making).rejects.toThrow(/finnes ikke: .*\(ENOENT\).*TMPDIR/);
});

test("what was not removed goes when the program ends", async () => {
  vi.stubEnv("TMPDIR", folder);
  const [one, two] = [await tempFolder(), await tempFolder()];
  await one.remove();
  expect([one, two].map(({ path }) => existsSync(path))).toEqual([false, true]);
  removeTempFolders();
  expect(existsSync(two.path)).toBe(false);
});
