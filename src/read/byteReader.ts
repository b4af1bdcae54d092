import type { InputFile } from "./inputFile.js";
import { SlidingWindow } from "./slidingWindow.js";

const WINDOW_BYTES = 1 << 20;

/** Reads a file from its start in the lengths that its own fields tell. */
export class ByteReader {
  /** Where in the file the next byte stands. */
  position = 0;
  private readonly window: SlidingWindow;

  constructor(file: InputFile, windowBytes = WINDOW_BYTES) {
    this.window = new SlidingWindow(file.chunks(), windowBytes);
  }

  /** The next bytes, as many as that or, at the end of the file, as there are; valid until the next call. */
  async take(byteLength: number): Promise<Uint8Array> {
    while (this.window.readTo - this.position < byteLength) {
      this.window.keepFrom(this.position);
      if ((await this.window.fill()) === 0) break;
    }
    const from = this.position - this.window.base;
    const bytes = this.window.bytes.subarray(from, Math.min(from + byteLength, this.window.filled));
    this.position += bytes.length;
    return bytes;
  }

  /** Closes the file. To be called however the reading ends. */
  close(): Promise<void> {
    return this.window.close();
  }
}
