import { InputError } from "../../core/trouble.js";

/** PostgreSQL 16 manual, COPY, "Binary Format". */
const SIGNATURE = Buffer.from("PGCOPY\n\u00ff\r\n\0", "latin1");
const HEADER_BYTES = SIGNATURE.length + 8;
/** Bits 16 to 31 of the flags are such that a reader who does not know them must stop. */
const CRITICAL_FLAGS = 0xffff_0000;
const NO_VALUE = -1;
const TRAILER = -1;
/** PostgreSQL's own limit for a value. */
const MOST_VALUE_BYTES = 2 ** 30;

/** The values of a row, in column order; undefined is NULL. Views on a buffer that is not used again. */
export type CopyRow = readonly (Uint8Array | undefined)[];

/**
 * Rows of a binary COPY stream, whatever chunks it comes in.
 *
 * @param columnCount how many values each row must have
 * @param from what to call the stream in messages
 * @throws InputError with the byte offset: no such stream, other columns, the end without the trailer, bytes after it
 */
export async function* copyRows(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  columnCount: number,
  from: string,
): AsyncGenerator<CopyRow> {
  const parser = new CopyParser(columnCount, from);
  for await (const chunk of chunks) yield* parser.push(chunk);
  parser.finish();
}

class CopyParser {
  private bytes = Buffer.alloc(0);
  /** Where in the stream `bytes` begins. */
  private base = 0;
  /** So many bytes are needed before it is worth looking again. */
  private needed = HEADER_BYTES;
  private hasHeader = false;
  private hasTrailer = false;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;

  constructor(
    private readonly columnCount: number,
    private readonly from: string,
  ) {}

  *push(chunk: Uint8Array): Generator<CopyRow> {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.bytes.length + this.pendingBytes < this.needed) return;
    this.bytes = Buffer.concat([this.bytes, ...this.pending]);
    this.pending = [];
    this.pendingBytes = 0;
    let at = this.hasHeader ? 0 : this.header();
    if (at === undefined) return;
    for (let row = this.rowAt(at); row !== undefined; row = this.rowAt(at)) {
      yield row.values;
      at = row.end;
    }
    this.base += at;
    this.bytes = this.bytes.subarray(at);
    this.needed = Math.max(this.needed - at, this.bytes.length + 1);
  }

  private header(): number | undefined {
    if (!this.bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) this.refuse(0, "no COPY signature");
    const flags = this.bytes.readUInt32BE(SIGNATURE.length);
    if ((flags & CRITICAL_FLAGS) !== 0) this.refuse(SIGNATURE.length, `flags ${flags.toString(16)}`);
    const extension = this.bytes.readInt32BE(SIGNATURE.length + 4);
    if (extension < 0 || extension > MOST_VALUE_BYTES)
      this.refuse(SIGNATURE.length + 4, `a header extension of ${extension} bytes`);
    this.needed = HEADER_BYTES + extension;
    if (this.bytes.length < this.needed) return undefined;
    this.hasHeader = true;
    return this.needed;
  }

  /** The row at an offset of `bytes`; undefined when it is not there as a whole, or is the trailer. */
  private rowAt(from: number): { values: (Uint8Array | undefined)[]; end: number } | undefined {
    if (this.hasTrailer) this.refuse(from, "bytes after the trailer");
    let at = from + 2;
    if (!this.holds(at)) return undefined;
    const count = this.bytes.readInt16BE(from);
    if (count === TRAILER) return this.trailer(at);
    if (count !== this.columnCount)
      this.refuse(from, `a row of ${count} values instead of ${this.columnCount}`);
    const values: (Uint8Array | undefined)[] = [];
    while (values.length < count) {
      if (!this.holds(at + 4)) return undefined;
      const length = this.bytes.readInt32BE(at);
      if (length < NO_VALUE || length > MOST_VALUE_BYTES) this.refuse(at, `a value of ${length} bytes`);
      const end = at + 4 + Math.max(0, length);
      if (!this.holds(end)) return undefined;
      values.push(length === NO_VALUE ? undefined : this.bytes.subarray(at + 4, end));
      at = end;
    }
    return { values, end: at };
  }

  private trailer(at: number): undefined {
    this.hasTrailer = true;
    if (at < this.bytes.length) this.refuse(at, "bytes after the trailer");
    return undefined;
  }

  private holds(end: number): boolean {
    this.needed = end;
    return end <= this.bytes.length;
  }

  finish(): void {
    const end = this.bytes.length + this.pendingBytes;
    if (!this.hasTrailer) this.refuse(end, "the end of the stream without its trailer");
    if (this.pendingBytes > 0) this.refuse(end, "bytes after the trailer");
  }

  private refuse(at: number, came: string): never {
    throw new InputError(
      { layer: this.from, position: `byte ${this.base + at} of the COPY stream` },
      { came, wanted: "a whole binary COPY stream", todo: "Read it again; the connection may have been cut" },
    );
  }
}
