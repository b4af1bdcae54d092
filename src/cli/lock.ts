import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { LOCK } from "../run/parts.js";
import { makeFolder } from "../write/runFolder.js";

/** Two runs in one folder would take each other's results away. A lock whose process has ended is taken over. */
export async function lock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  const take = (flag: "wx" | "w"): Promise<void> => writeFile(path, String(process.pid), { flag });
  try {
    await makeFolder(resolve(folder), { mkdir });
    await take("wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw cannotWrite(folder, error);
    const holder = Number(await readFile(path, "utf8"));
    if (isAlive(holder)) throw inUse(folder, holder);
    await take("w");
  }
  return () => rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // there, and another user's
  }
}

function cannotWrite(folder: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  return new InputError(
    { layer: folder },
    {
      came: `a folder that cannot be written (${code})`,
      wanted: "room and leave to write the result",
      todo: "Choose another folder for the result",
    },
  );
}

function inUse(folder: string, pid: number): InputError {
  return new InputError(
    { layer: folder },
    {
      came: `a folder that another run (process ${pid}) is writing to`,
      wanted: "one run at a time in a folder",
      todo: `Wait for it, or choose another folder for the result; delete ${LOCK} if no such run is there`,
    },
  );
}
