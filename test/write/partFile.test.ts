import * as nodeFiles from "node:fs/promises";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { throughPartFile } from "../../src/write/partFile.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "delfil-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Half of the file stands when the disk says no. */
const failingWith = (code: string) =>
  throughPartFile(join(folder, "flater.fgb"), nodeFiles, async (part) => {
    writeFileSync(part, "half");
    await Promise.reject(Object.assign(new Error("write"), { code }));
  });

test.each([
  ["ENOSPC", /Free some space/],
  ["EFBIG", /files this large/],
  ["EIO", /disk is there/],
  ["EBUSY", /Close the file/],
  ["ENAMETOOLONG", /shorter name/],
])("%s is told as what the user can mend, and nothing is left", async (code, todo) => {
  const writing = failingWith(code);
  await expect(writing).rejects.toThrow(InputError);
  await expect(writing).rejects.toThrow(todo);
  expect(readdirSync(folder)).toEqual([]);
});

test("trouble that is not the disk's passes on as it is, and nothing is left", async () => {
  await expect(failingWith("ERR_ASSERTION")).rejects.toThrow(/^write$/);
  expect(readdirSync(folder)).toEqual([]);
});
