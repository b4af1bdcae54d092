import { readFile } from "node:fs/promises";

/** A small JSON file; undefined where there is none, or only a part of one. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // half a file: it is made again
  }
}
