import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { writeAll } from "./writeAll.js";

/**
 * One file of a run, as chunks of text or as a file that is made already, beside the folder (`withScratch`), and moves
 * in. A path inside the folder with forward slashes.
 */
export type RunFile =
  | { readonly path: string; readonly chunks: Iterable<string> | AsyncIterable<string> }
  | { readonly path: string; readonly madeAt: string };

/** What the receipt says of a written file. */
export type WrittenFile = { readonly path: string; readonly byteLength: number; readonly sha256: string };

/** The file system, as far as a run folder needs it: a test hands in a disk that is full. */
export type FolderOps = Pick<
  typeof nodeFiles,
  "mkdir" | "open" | "readdir" | "realpath" | "rename" | "rm" | "rmdir"
>;

export const RECEIPT = "kvittering.json";

/** What a run puts in its folder. A folder with anything else in it is never replaced: that file may be all there is. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  RECEIPT,
  "cells.csv",
  "findings.csv",
  "ledger.csv",
  "tables",
  "places",
  "regnskap.json",
  "kart.json",
  "flater.fgb",
  "flater.gpkg",
  "flater.qml",
  "cells.parquet",
  "excel",
  "json-stat",
  "px",
]);

/** Reports are made from a run, and made again: they go with it. */
const isOwn = (name: string): boolean =>
  OWN_NAMES.has(name) || /^rapport(\.(nn|en))?\.(html|pdf|xlsx)$/.test(name);

/**
 * Makes sure, before any work is done, that the folder can be written: it is not there yet, is empty, or is an
 * earlier run's.
 */
export async function checkRunFolder(folder: string, files: FolderOps = nodeFiles): Promise<void> {
  const target = await placeOf(folder, files);
  let inside: string[];
  try {
    inside = await files.readdir(target);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw cannotWrite(folder, error);
    inside = [];
  }
  const foreign = inside.filter((name) => !isOwn(name));
  if (foreign.length > 0 || (inside.length > 0 && !inside.includes(RECEIPT))) {
    throw new InputError(
      { layer: folder },
      {
        came: `a folder with other files in it${foreign.length === 0 ? "" : ` (${foreign.slice(0, 3).join(", ")})`}`,
        wanted: "a new folder, an empty one, or one with an earlier run",
        todo: "Choose another folder with --out",
      },
    );
  }
  const trial = `${target}.prove-${process.pid}`;
  try {
    const made = await makeFolder(trial, files);
    await files.rm(made ?? trial, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/**
 * Writes a run's files into a temporary folder beside the target, then the receipt, and puts the folder in its place
 * last. Nobody sees half a run; an earlier run is there until the new one is whole; a failure leaves nothing behind.
 *
 * @param receipt makes the receipt from what was written
 */
export async function writeRunFolder(
  folder: string,
  contents: Iterable<RunFile>,
  receipt: (written: readonly WrittenFile[]) => string,
  files: FolderOps = nodeFiles,
): Promise<readonly WrittenFile[]> {
  const target = await placeOf(folder, files);
  const temporary = `${target}.skrives-${process.pid}`;
  let made: string | undefined; // the first folder that was not there before
  try {
    await files.rm(temporary, { recursive: true, force: true });
    made = await makeFolder(temporary, files);
    const written: WrittenFile[] = [];
    const taken = new Map<string, string>();
    for (const file of contents) {
      refuseSameName(file.path, taken);
      written.push(await writeFile(temporary, file, files));
    }
    await writeFile(temporary, { path: RECEIPT, chunks: [receipt(written)] }, files);
    await putInPlace(temporary, target, files);
    return written;
  } catch (error) {
    await files.rm(made ?? temporary, { recursive: true, force: true });
    throw codeOf(error) === undefined ? error : cannotWrite(folder, error);
  }
}

/**
 * Tables are called by names of fields and layers, less what a file name may not have: two may end up as one. Some disks
 * see no difference between a and A.
 */
function refuseSameName(path: string, taken: Map<string, string>): void {
  const name = path.normalize("NFC").toLowerCase();
  const other = taken.get(name);
  taken.set(name, path);
  if (other === undefined) return;
  throw new InputError(
    { layer: path },
    {
      came: `two tables for one file${other === path ? "" : ` (the other is ${other})`}`,
      wanted: "layers and class fields whose names differ in letters or digits, not in signs or case alone",
      todo: "Name the layers with --enheter NAME=FILE, or account by one of the fields at a time",
    },
  );
}

/** Where a folder is: what a link points to, so that the link stays a link and what it points to gets the result. */
const placeOf = (folder: string, files: FolderOps): Promise<string> =>
  files.realpath(folder).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return resolve(folder);
    throw cannotWrite(folder, error);
  });

/**
 * Makes a folder and those above it that are missing, one by one: where nothing can be made (/proc), Node's own
 * recursive mkdir never ends.
 * @returns the first folder that was not there before
 */
export async function makeFolder(
  folder: string,
  files: Pick<FolderOps, "mkdir">,
): Promise<string | undefined> {
  try {
    await files.mkdir(folder);
    return folder;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
  }
  const above = await makeFolder(dirname(folder), files);
  await files.mkdir(folder);
  return above ?? folder;
}

/** The finished folder takes the target's name; what had it before goes last, and comes back if that fails. */
async function putInPlace(finished: string, target: string, files: FolderOps): Promise<void> {
  const former = `${target}.forrige-${process.pid}`;
  const replaces = await files.rename(target, former).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await files.rename(finished, target);
  } catch (error) {
    if (replaces) await files.rename(former, target);
    throw error;
  }
  if (replaces) await files.rm(former, { recursive: true, force: true });
}

/**
 * Has work done with a folder beside the run folder, for files that are too large to hold. It is gone when the work is
 * done, whichever way; folders above it that were made for it go too, where nothing came of the work.
 */
export async function withScratch<T>(
  folder: string,
  work: (scratch: string) => Promise<T>,
  files: FolderOps = nodeFiles,
): Promise<T> {
  const target = await placeOf(folder, files);
  const scratch = `${target}.lages-${process.pid}`;
  let made = scratch;
  try {
    await files.rm(scratch, { recursive: true, force: true });
    made = (await makeFolder(scratch, files)) ?? scratch;
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  try {
    return await work(scratch);
  } finally {
    await files.rm(scratch, { recursive: true, force: true });
    for (let above = scratch; above !== made && above !== dirname(above);) {
      above = dirname(above);
      const isEmpty = (await files.readdir(above)).length === 0;
      if (!isEmpty) break;
      await files.rmdir(above);
    }
  }
}

async function writeFile(root: string, file: RunFile, files: FolderOps): Promise<WrittenFile> {
  const place = join(root, ...file.path.split("/"));
  await files.mkdir(dirname(place), { recursive: true });
  return "madeAt" in file ? moveIn(file, place, files) : writeChunks(file, place, files);
}

const COPY_BYTES = 4 << 20;

async function moveIn(
  { path, madeAt }: Extract<RunFile, { madeAt: string }>,
  place: string,
  files: FolderOps,
): Promise<WrittenFile> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(COPY_BYTES);
  let byteLength = 0;
  const file = await files.open(madeAt, "r");
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, byteLength);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      byteLength += bytesRead;
    }
  } finally {
    await file.close();
  }
  await files.rename(madeAt, place);
  return { path, byteLength, sha256: hash.digest("hex") };
}

async function writeChunks(
  { path, chunks }: Exclude<RunFile, { madeAt: string }>,
  place: string,
  files: FolderOps,
): Promise<WrittenFile> {
  const hash = createHash("sha256");
  let byteLength = 0;
  const file = await files.open(place, "w");
  try {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk, "utf8");
      hash.update(bytes);
      byteLength += bytes.length;
      await writeAll(file, bytes);
    }
  } finally {
    await file.close();
  }
  return { path, byteLength, sha256: hash.digest("hex") };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function cannotWrite(folder: string, error: unknown): InputError {
  const full = codeOf(error) === "ENOSPC";
  return new InputError(
    { layer: folder },
    {
      came: full
        ? "a full disk (ENOSPC)"
        : `a folder that cannot be written (${codeOf(error) ?? String(error)})`,
      wanted: "room and leave to write the result",
      todo: full
        ? "Free some space, or choose another disk with --out; nothing was left half-written"
        : "Choose another folder with --out",
    },
  );
}
