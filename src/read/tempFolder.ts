import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const alive = new Set<string>();

/** A folder of our own, readable by nobody else, until `remove`. */
export async function tempFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "arealregnskap-"));
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
