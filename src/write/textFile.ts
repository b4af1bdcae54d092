import type { FileHandle } from "node:fs/promises";
import { writeAll } from "./writeAll.js";

const FLUSH_BYTES = 1 << 20;
const PIECE_CHARACTERS = 1 << 16;

/** Text on its way to a file, as UTF-8. Takes pieces of any length; never holds one string of everything. */
export class TextFile {
  private pending = "";
  private chunks: Buffer[] = [];
  private waiting = 0;
  byteLength = 0;

  constructor(private readonly file: Pick<FileHandle, "write">) {}

  readonly put = (text: string): void => {
    this.pending += text;
    if (this.pending.length >= PIECE_CHARACTERS) this.encode();
  };

  /** Writes what waits once it is worth a write. Call it where a pause is possible, after a feature. */
  async breathe(): Promise<void> {
    if (this.waiting >= FLUSH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    this.encode();
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [];
    this.waiting = 0;
    await writeAll(this.file, bytes);
    this.byteLength += bytes.length;
  }

  /** A pair of surrogates is never cut in two: pieces are whole texts. */
  private encode(): void {
    const bytes = Buffer.from(this.pending, "utf8");
    this.pending = "";
    this.chunks.push(bytes);
    this.waiting += bytes.length;
  }
}
