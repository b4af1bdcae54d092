import { readFile } from "node:fs/promises";
import { InputError } from "../core/trouble.js";

/** A small text file whole. @throws InputError when it cannot be read */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new InputError(
      { layer: path },
      {
        came: `a file that cannot be read (${String(error)})`,
        wanted: "a text file",
        todo: "Check the path",
      },
    );
  }
}
