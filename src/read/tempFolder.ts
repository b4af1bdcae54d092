import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../core/trouble.js";

/** A folder that is there until it is removed. */
export type TempFolder = { readonly path: string; readonly remove: () => Promise<void> };

const alive = new Set<string>();

/**
 * A folder of our own, readable by nobody else, until `remove`.
 * @throws InputError where the machine's folder for temporary files is missing, closed to us or full
 */
export async function tempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), "arealregnskap-")).catch((error: unknown) => {
    throw new InputError(
      { layer: tmpdir() },
      {
        came: `a folder for temporary files that cannot be written (${(error as NodeJS.ErrnoException).code})`,
        wanted: "a folder with room, that one may write to",
        todo: "Name another in the environment variable TMPDIR (TEMP on Windows)",
      },
    );
  });
  alive.add(path);
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      alive.delete(path);
    },
  };
}

/** Removes what a program that is stopped in the middle of reading would leave behind. For the shells, as they end. */
export function removeTempFolders(): void {
  for (const path of alive) rmSync(path, { recursive: true, force: true });
  alive.clear();
}
