import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { writeAll } from "./writeAll.js";

/** One file of a run, as chunks of text; a path inside the folder with forward slashes. */
export type RunFile = { readonly path: string; readonly chunks: Iterable<string> };

/** What the receipt says of a written file. */
export type WrittenFile = { readonly path: string; readonly byteLength: number; readonly sha256: string };

/** The file system, as far as a run folder needs it: a test hands in a disk that is full. */
export type FolderOps = Pick<typeof nodeFiles, "mkdir" | "open" | "readdir" | "rename" | "rm">;

export const RECEIPT = "kvittering.json";

/** What a run puts in its folder. A folder with anything else in it is never replaced: that file may be all there is. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  RECEIPT,
  "cells.csv",
  "findings.csv",
  "tables",
  "places",
  "regnskap.json",
  "kart.json",
]);

/** Reports are made from a run, and made again: they go with it. */
const isOwn = (name: string): boolean =>
  OWN_NAMES.has(name) || /^rapport(\.(nn|en))?\.(html|pdf|xlsx)$/.test(name);

/**
 * Makes sure, before any work is done, that the folder can be written: it is not there yet, is empty, or is an
 * earlier run's.
 */
export async function checkRunFolder(folder: string, files: FolderOps = nodeFiles): Promise<void> {
  const target = resolve(folder);
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
  const target = resolve(folder);
  const temporary = `${target}.skrives-${process.pid}`;
  let made: string | undefined; // the first folder that was not there before
  try {
    await files.rm(temporary, { recursive: true, force: true });
    made = await makeFolder(temporary, files);
    const written: WrittenFile[] = [];
    for (const file of contents) written.push(await writeFile(temporary, file, files));
    await writeFile(temporary, { path: RECEIPT, chunks: [receipt(written)] }, files);
    await putInPlace(temporary, target, files);
    return written;
  } catch (error) {
    await files.rm(made ?? temporary, { recursive: true, force: true });
    throw codeOf(error) === undefined ? error : cannotWrite(folder, error);
  }
}

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

async function writeFile(root: string, { path, chunks }: RunFile, files: FolderOps): Promise<WrittenFile> {
  const place = join(root, ...path.split("/"));
  await files.mkdir(dirname(place), { recursive: true });
  const hash = createHash("sha256");
  let byteLength = 0;
  const file = await files.open(place, "w");
  try {
    for (const chunk of chunks) {
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
