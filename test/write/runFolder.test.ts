import * as nodeFiles from "node:fs/promises";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import {
  checkRunFolder,
  type FolderOps,
  RECEIPT,
  type RunFile,
  writeRunFolder,
} from "../../src/write/runFolder.js";
import { hashesOf } from "../run/scene.js";

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mappe-"));
  target = join(folder, "ny", "regnskap");
});
afterEach(() => rmSync(folder, { recursive: true }));

const contents: readonly RunFile[] = [
  { path: "cells.csv", chunks: ["a,b\n", "1,æ\n"] },
  { path: "tables/T1.csv", chunks: ["x\n"] },
];
const write = (files?: FolderOps, list: Iterable<RunFile> = contents) =>
  writeRunFolder(target, list, (written) => JSON.stringify(written), files);

/** Opens files whose writes do as told. */
const withWrite = (does: (file: nodeFiles.FileHandle) => nodeFiles.FileHandle["write"]): FolderOps => ({
  ...nodeFiles,
  open: async (...args) => {
    const file = await nodeFiles.open(...args);
    file.write = does(file);
    return file;
  },
});

const noSpace = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

/** The disk takes `room` bytes of a write, then no more. */
function fullAfter(room: number): FolderOps {
  let left = room;
  return withWrite((file) => {
    const real = file.write.bind(file) as (...args: [Uint8Array, number, number]) => Promise<unknown>;
    const take = async (bytes: Uint8Array, from = 0, length = bytes.length - from) => {
      if (left === 0) throw noSpace;
      const taken = Math.min(left, length);
      left -= taken;
      return real(bytes, from, taken);
    };
    return take as nodeFiles.FileHandle["write"];
  });
}

test("a run's files and its receipt, with hashes of what stands on the disk", async () => {
  const written = await write();
  const hashes = hashesOf(target);
  expect(Object.keys(hashes)).toEqual(["cells.csv", RECEIPT, "tables/T1.csv"]);
  expect(written.map(({ path, byteLength, sha256 }) => [path, byteLength, sha256])).toEqual([
    ["cells.csv", 9, hashes["cells.csv"]],
    ["tables/T1.csv", 2, hashes["tables/T1.csv"]],
  ]);
  expect(readdirSync(join(folder, "ny"))).toEqual(["regnskap"]);
});

test("a write that takes a part of the bytes is gone on with", async () => {
  await write();
  const whole = hashesOf(target);
  const oneByOne = withWrite((file) => {
    const real = file.write.bind(file) as (...args: [Uint8Array, number, number]) => Promise<unknown>;
    return ((bytes: Uint8Array, from = 0) => real(bytes, from, 1)) as nodeFiles.FileHandle["write"];
  });
  await write(oneByOne);
  expect(hashesOf(target)).toEqual(whole);
});

describe("a disk that runs full", () => {
  test.each([0, 5, 9, 11, 20])(
    "after %i bytes: said so, nothing left, not even the way there",
    async (room) => {
      const writing = write(fullAfter(room));
      await expect(writing).rejects.toThrow(InputError);
      await expect(writing).rejects.toThrow(/regnskap: a full disk \(ENOSPC\)\. .*Free some space/);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("leaves an earlier run as it was", async () => {
    await write();
    const before = hashesOf(folder);
    await expect(write(fullAfter(12))).rejects.toThrow(/ENOSPC/);
    expect(hashesOf(folder)).toEqual(before);
    expect(readdirSync(join(folder, "ny"))).toEqual(["regnskap"]);
  });
});

test("a failure in the figures themselves passes on as it is, and nothing is left", async () => {
  function* broken(): Generator<RunFile> {
    yield contents[0];
    throw new Error("no such table");
  }
  await expect(write(undefined, broken())).rejects.toThrow(/^no such table$/);
  expect(readdirSync(folder)).toEqual([]);
});

test("where no folder can be made, not even step by step, that is said", async () => {
  const files: FolderOps = {
    ...nodeFiles,
    mkdir: (() => Promise.reject(Object.assign(new Error("no"), { code: "ENOENT" }))) as FolderOps["mkdir"],
  };
  await expect(checkRunFolder(target, files)).rejects.toThrow(InputError);
  await expect(write(files)).rejects.toThrow(InputError);
});

test.each(["tables/T1-a-b.csv", "tables/t1-A-b.csv"])(
  "two tables for one file are refused, %s after the first",
  async (path) => {
    const chunks = ["x\n"];
    const writing = write(undefined, [
      { path: "tables/T1-a-b.csv", chunks },
      { path, chunks },
    ]);
    await expect(writing).rejects.toThrow(InputError);
    await expect(writing).rejects.toThrow(/two tables for one file.*--enheter NAME=FILE/);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("a link to a folder stays a link, and the folder it points to gets the result", async () => {
  const elsewhere = join(folder, "annen disk");
  mkdirSync(elsewhere);
  mkdirSync(join(folder, "ny"));
  symlinkSync(elsewhere, target);
  await write();
  await write(); // over the first
  expect(lstatSync(target).isSymbolicLink()).toBe(true);
  expect(readdirSync(elsewhere).sort()).toEqual(["cells.csv", RECEIPT, "tables"]);
  expect(readdirSync(join(folder, "ny"))).toEqual(["regnskap"]);
});

test("a last step that fails gives the earlier run back", async () => {
  await write();
  const before = hashesOf(folder);
  const noLastStep: FolderOps = {
    ...nodeFiles,
    rename: (from, to) =>
      String(from).includes(".skrives-")
        ? Promise.reject(Object.assign(new Error("busy"), { code: "EBUSY" }))
        : nodeFiles.rename(from, to),
  };
  await expect(write(noLastStep)).rejects.toThrow(/cannot be written \(EBUSY\)/);
  expect(hashesOf(folder)).toEqual(before);
  expect(readdirSync(join(folder, "ny"))).toEqual(["regnskap"]);
});

describe("before any work is done", () => {
  test("a new folder, an empty one and an earlier run's are fine, and nothing is made", async () => {
    await checkRunFolder(target);
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(target, { recursive: true });
    await checkRunFolder(target);
    await write();
    await checkRunFolder(target);
    expect(readdirSync(join(folder, "ny"))).toEqual(["regnskap"]);
  });

  test("a folder with other files is refused", async () => {
    writeFileSync(join(folder, "notat.txt"), "");
    await expect(checkRunFolder(folder)).rejects.toThrow(/a folder with other files in it/);
  });

  test("a path under a file is refused, and so is a file", async () => {
    const file = join(folder, "fil.txt");
    writeFileSync(file, "");
    await expect(checkRunFolder(join(file, "ut"))).rejects.toThrow(/ENOTDIR/);
    await expect(checkRunFolder(file)).rejects.toThrow(/ENOTDIR/);
  });
});
