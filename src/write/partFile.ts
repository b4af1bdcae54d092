import type * as nodeFiles from "node:fs/promises";
import { InputError } from "../core/trouble.js";

/** The file system, as far as the writers of layers need it: a test hands in a disk that is full. */
export type FileOps = Pick<typeof nodeFiles, "open" | "rename" | "rm" | "stat">;

/**
 * Has a file written under a temporary name beside its own, which it takes when all of it is there. Nobody ever sees
 * half a file, what had the name before stays until then, and a failure leaves nothing behind.
 *
 * @param write makes the file at the path it is given; what it makes beside it, it takes away itself
 * @throws InputError where the disk is in the way
 */
export async function throughPartFile<T>(
  path: string,
  files: FileOps,
  write: (part: string) => Promise<T>,
): Promise<T> {
  const part = `${path}.${process.pid}.part`;
  try {
    const result = await write(part);
    await files.rename(part, path);
    return result;
  } catch (error) {
    await files.rm(part, { force: true });
    throw asInputError(error, path);
  }
}

/**
 * By the system's error code (errno(3)). EBUSY, EPERM and EACCES are also said of a file that another program has open, on
 * Windows.
 */
const MENDABLE: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space, or write to another disk",
  EDQUOT: "Free some of your quota, or write to another disk",
  EFBIG: "Write to a disk, or as a user, that may have files this large",
  EIO: "See that the disk is there and whole, or write to another",
  EACCES: "Close the file if a program has it open, or choose a folder you may write to",
  EPERM: "Close the file if a program has it open, or choose a folder you may write to",
  EBUSY: "Close the file if a program has it open, or choose another",
  EROFS: "Choose a folder you may write to",
  ENOENT: "Make the folder first, or choose another",
  ENOTDIR: "Make the folder first, or choose another",
  EISDIR: "Give a file name, not a folder",
  ENAMETOOLONG: "Choose a shorter name",
};

/** What the user can mend about the disk becomes an InputError; anything else stays what it is. */
function asInputError(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const todo = MENDABLE[code];
  if (todo === undefined) return error;
  return new InputError(
    { layer: path },
    { came: `the file could not be written (${code})`, wanted: "a place with room to write to", todo },
  );
}
