import type { FileHandle } from "node:fs/promises";

/** Writes all bytes. A disk that runs full may take a part of them and say so only by their number. */
export async function writeAll(file: Pick<FileHandle, "write">, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

/**
 * Writes in order, one write under way while the caller makes the next bytes.
 * A write that fails is thrown by the next call.
 */
export class WriteBehind {
  private underWay: Promise<void> = Promise.resolve();

  constructor(private readonly file: Pick<FileHandle, "write">) {}

  /** @param bytes given away: they must stay as they are until the call after this one returns */
  async write(bytes: Uint8Array): Promise<void> {
    await this.underWay;
    this.underWay = writeAll(this.file, bytes);
    this.underWay.catch(() => undefined); // thrown by the await of the next call
  }

  async end(): Promise<void> {
    await this.underWay;
  }
}
