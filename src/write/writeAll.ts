import type { FileHandle } from "node:fs/promises";

/** Writes all bytes. A disk that runs full may take a part of them and say so only by their number. */
export async function writeAll(file: Pick<FileHandle, "write">, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}
