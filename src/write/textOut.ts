import * as nodeFiles from "node:fs/promises";
import { type FileOps, throughPartFile } from "./partFile.js";
import { TextFile } from "./textFile.js";

/** Writes chunks of text as one file in UTF-8, whole or not at all. @throws InputError where the disk is in the way */
export async function writeText(
  path: string,
  chunks: Iterable<string>,
  files: FileOps = nodeFiles,
): Promise<void> {
  await throughPartFile(path, files, async (part) => {
    const handle = await files.open(part, "w");
    try {
      const text = new TextFile(handle);
      for (const chunk of chunks) {
        text.put(chunk);
        await text.breathe();
      }
      await text.flush();
    } finally {
      await handle.close();
    }
  });
}
