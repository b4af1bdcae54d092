import { createHash } from "node:crypto";
import type { InputFile } from "./inputFile.js";

/**
 * A file through a window that slides over it: the bytes from `base` in the file are bytes[0] .. bytes[filled].
 * What the reader still needs stays, whatever the length of the chunks that come; the window grows where one thing is
 * longer than half of it.
 */
export class SlidingWindow {
  bytes: Buffer;
  base = 0;
  filled = 0;
  private chunk: Uint8Array = new Uint8Array(0);
  private taken = 0; // of the chunk
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>, windowBytes: number) {
    this.bytes = Buffer.allocUnsafe(windowBytes);
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Where in the file the window ends. */
  get readTo(): number {
    return this.base + this.filled;
  }

  /** Fills the window up; returns how many bytes came, 0 at the end of the file. */
  async fill(): Promise<number> {
    const before = this.filled;
    while (this.filled < this.bytes.length) {
      if (this.taken === this.chunk.length) {
        const step = await this.chunks.next();
        if (step.done === true) break;
        this.chunk = step.value;
        this.taken = 0;
      }
      const taking = Math.min(this.chunk.length - this.taken, this.bytes.length - this.filled);
      this.bytes.set(this.chunk.subarray(this.taken, this.taken + taking), this.filled);
      this.taken += taking;
      this.filled += taking;
    }
    return this.filled - before;
  }

  /** Forgets what stands before `position` in the file, and makes room behind. */
  keepFrom(position: number): void {
    const keep = position - this.base;
    this.bytes.copyWithin(0, keep, this.filled);
    this.base += keep;
    this.filled -= keep;
    if (2 * this.filled <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.bytes.length);
    larger.set(this.bytes);
    this.bytes = larger;
  }

  /** Closes the file. To be called however the reading ends. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}

/** A file's chunks, hashed on their way where the hash is of these very bytes. */
export type HashedChunks = { readonly chunks: AsyncIterable<Uint8Array>; sha256(): Promise<string> };

/**
 * @param onBytes told how many bytes have come so far
 * @returns `sha256`, to be called when all chunks have been read
 */
export function hashedChunks(file: InputFile, onBytes?: (bytes: number) => void): HashedChunks {
  const hash = file.onDisk === undefined ? undefined : createHash("sha256");
  async function* passing(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of file.chunks()) {
      hash?.update(chunk);
      bytes += chunk.length;
      onBytes?.(bytes);
      yield chunk;
    }
  }
  return {
    chunks: passing(),
    sha256: () => (hash === undefined ? file.sha256() : Promise.resolve(hash.digest("hex"))),
  };
}
