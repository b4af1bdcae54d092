import * as nodeFiles from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FileOps, throughPartFile } from "./partFile.js";
import { writeAll } from "./writeAll.js";

/** One file of a set, as chunks in order; a path inside the folder with forward slashes. */
export type FileOfSet = { readonly path: string; readonly chunks: Iterable<string | Uint8Array> };

/**
 * Writes a set of files into a folder: each under a temporary name, and all take their names when the last is whole. A
 * failure before that leaves what was there before.
 *
 * @returns the paths written, in order
 * @throws InputError where the disk is in the way
 */
export async function writeTogether(
  folder: string,
  contents: AsyncIterable<FileOfSet>,
  files: FileOps & Pick<typeof nodeFiles, "mkdir"> = nodeFiles,
): Promise<readonly string[]> {
  const each = contents[Symbol.asyncIterator]();
  const written: string[] = [];
  // One call stands in the next, so that every part is there before the innermost returns and they are renamed.
  const writeNext = async (): Promise<void> => {
    const next = await each.next();
    if (next.done === true) return;
    const path = join(folder, ...next.value.path.split("/"));
    await files.mkdir(dirname(path), { recursive: true });
    written.push(path);
    await throughPartFile(path, files, async (part) => {
      await writeChunks(part, next.value.chunks, files);
      await writeNext();
    });
  };
  await writeNext();
  return written;
}

async function writeChunks(path: string, chunks: FileOfSet["chunks"], files: FileOps): Promise<void> {
  const file = await files.open(path, "w");
  try {
    for (const chunk of chunks)
      await writeAll(file, typeof chunk === "string" ? Buffer.from(chunk, "utf8") : chunk);
  } finally {
    await file.close();
  }
}
