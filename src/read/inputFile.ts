import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";

/** Bytes to read from end to end: a file on disk, or an entry of a zip archive as it comes unpacked. */
export type InputFile = {
  /** What the user gave, and for an entry of an archive its name behind it: for messages. */
  readonly path: string;
  /** Name without folders, for the name of a layer and for the ending. */
  readonly name: string;
  /** Unpacked. */
  readonly byteLength: number;
  /** The path on disk, where the bytes stand there as they are; undefined inside an archive. */
  readonly onDisk?: string;
  /** The bytes from the start, in chunks of any length. A chunk is valid until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Hex SHA-256 of the file on disk: of the archive, where this is an entry of one. */
  sha256(): Promise<string>;
};

const CHUNK_BYTES = 1 << 20;

/** A file on disk. It must be there. */
export async function fileOnDisk(path: string): Promise<InputFile> {
  return {
    path,
    name: basename(path),
    byteLength: (await stat(path)).size,
    onDisk: path,
    chunks: () => fileChunks(path),
    sha256: () => sha256OfFile(path),
  };
}

/** Hex SHA-256 of a file, read from end to end. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fileChunks(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** The file in chunks, in two buffers by turns: while one is worked on the other is filled. */
async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    let [filling, spare] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    let reading = file.read(filling, 0, CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const chunk = filling.subarray(0, bytesRead);
      [filling, spare] = [spare, filling];
      reading = file.read(filling, 0, CHUNK_BYTES);
      reading.catch(() => undefined); // thrown by the await above, if the next chunk is asked for
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

/** The first bytes of a file on disk, fewer where it is shorter: what its format is known by. */
export async function startOfFile(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
