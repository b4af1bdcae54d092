import { roomFor } from "../../core/grown.js";
import { InputError } from "../../core/trouble.js";
import { SlidingWindow } from "../slidingWindow.js";

const [QUOTE, SPACE, LINE_FEED, CARRIAGE_RETURN, OPEN, CLOSE] = [0x22, 0x20, 0x0a, 0x0d, 0x28, 0x29];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const WINDOW_BYTES = 1 << 20;
/** A row longer than this is a quote that was never closed. */
const MOST_ROW_BYTES = 256 << 20;

export type CsvDialect = {
  /** The byte between fields; -1 when a row is one field. */
  readonly delimiter: number;
  /** Field that may hold delimiters between parentheses without quotes around it; -1: none. */
  readonly geometryAt: number;
};

/**
 * The rows of a CSV text (RFC 4180, with any delimiter, any line ends, blank lines passed over, quotes around any field
 * or none), one at a time: a row is valid until the next. Only one row is held, since one polygon may be megabytes.
 */
export class CsvRows {
  /** Line of the file, from 1, where the row begins. */
  line = 0;
  fieldCount = 0;
  private readonly window: SlidingWindow;
  private from = 0; // in the file
  private nextLine = 1;
  private linesInRow = 0;
  private starts = new Uint32Array(64);
  private ends = new Uint32Array(64);
  private isEnd = false;

  /** @param path for messages */
  constructor(
    private readonly path: string,
    chunks: AsyncIterable<Uint8Array>,
    private readonly dialect: CsvDialect,
  ) {
    this.window = new SlidingWindow(chunks, WINDOW_BYTES);
  }

  /** Goes to the next row; false at the end. */
  async next(): Promise<boolean> {
    for (;;) {
      const end = this.scan();
      if (end < 0) {
        await this.readOn();
        continue;
      }
      this.line = this.nextLine;
      this.nextLine += this.linesInRow;
      const isLast = this.isEnd && this.from === this.window.readTo;
      this.from = this.window.base + end;
      if (isLast) return false;
      if (this.fieldCount > 1 || this.ends[0] > this.starts[0]) return true;
    }
  }

  private async readOn(): Promise<void> {
    this.window.keepFrom(this.from);
    if (this.window.filled > MOST_ROW_BYTES) throw this.tooLong();
    if ((await this.window.fill()) === 0) this.isEnd = true;
    const { bytes, filled } = this.window;
    if (this.from === 0 && filled >= 3 && BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte))
      this.from = 3;
  }

  /** Finds the fields of the row at `from`; returns where the next row begins in the window, or -1: more bytes needed. */
  private scan(): number {
    const { bytes, filled, base } = this.window;
    const { delimiter, geometryAt } = this.dialect;
    let at = this.from - base;
    this.fieldCount = 0;
    this.linesInRow = 0;
    for (;;) {
      const from = at;
      let depth = 0;
      if (bytes[at] === QUOTE && at < filled) {
        at = this.behindQuotes(at + 1);
        if (at < 0) return -1;
      }
      for (; at < filled; at++) {
        const byte = bytes[at];
        if (byte === LINE_FEED || byte === CARRIAGE_RETURN) break;
        if (byte === delimiter && depth <= 0) break;
        if (this.fieldCount === geometryAt) depth += byte === OPEN ? 1 : byte === CLOSE ? -1 : 0;
      }
      if (at >= filled && !this.isEnd) return -1;
      this.addField(from, at);
      if (at >= filled) return filled;
      if (bytes[at] === delimiter) {
        at++;
        continue;
      }
      // A carriage return may have its line feed in the bytes to come.
      if (bytes[at] === CARRIAGE_RETURN && at + 1 >= filled && !this.isEnd) return -1;
      this.linesInRow++;
      return bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED && at + 1 < filled
        ? at + 2
        : at + 1;
    }
  }

  /** Where the quoted text that begins at `from` has ended, behind its quote and blanks; -1: more bytes needed. */
  private behindQuotes(from: number): number {
    const { bytes, filled } = this.window;
    let at = from;
    for (; at < filled; at++) {
      if (bytes[at] === LINE_FEED) this.linesInRow++;
      if (bytes[at] !== QUOTE) continue;
      if (at + 1 >= filled && !this.isEnd) return -1;
      if (at + 1 < filled && bytes[at + 1] === QUOTE) at++;
      else break;
    }
    if (at >= filled) return this.isEnd ? this.refuse("a quote that is never closed") : -1;
    do at++;
    while (at < filled && bytes[at] === SPACE);
    if (at >= filled) return this.isEnd ? at : -1;
    const byte = bytes[at];
    if (byte === this.dialect.delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN) return at;
    return this.refuse("text behind a closing quote");
  }

  private refuse(came: string): never {
    throw new InputError(
      { layer: this.path, position: `line ${this.nextLine}` },
      {
        came,
        wanted: 'a text between quotes, with "" for a quote within it',
        todo: "Mend the line, or export the file again",
      },
    );
  }

  private addField(from: number, to: number): void {
    if (this.fieldCount === this.starts.length) {
      this.starts = roomFor(this.starts, this.fieldCount + 1);
      this.ends = roomFor(this.ends, this.fieldCount + 1);
    }
    this.starts[this.fieldCount] = from;
    this.ends[this.fieldCount++] = to;
  }

  /** The bytes of a field without its quotes. */
  bytesOf(field: number): Uint8Array {
    const bytes = this.window.bytes.subarray(this.starts[field], this.ends[field]);
    if (bytes[0] !== QUOTE) return bytes;
    const last = bytes.lastIndexOf(QUOTE);
    const inside = bytes.subarray(1, last);
    return inside.includes(QUOTE) ? withoutDoubledQuotes(inside) : inside;
  }

  /** A field as text: UTF-8, or windows-1252 where the bytes are not valid UTF-8. */
  textOf(field: number): string {
    return csvText(this.bytesOf(field));
  }

  /** Closes the file. To be called however the reading ends. */
  close(): Promise<void> {
    return this.window.close();
  }

  private tooLong(): InputError {
    return new InputError(
      { layer: this.path, position: `line ${this.nextLine}` },
      {
        came: `a row of more than ${MOST_ROW_BYTES >> 20} MB`,
        wanted: "a row that ends",
        todo: "A quote may be missing in this line: mend it, or export the file again",
      },
    );
  }
}

function withoutDoubledQuotes(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length);
  let to = 0;
  for (let i = 0; i < bytes.length; i++) {
    plain[to++] = bytes[i];
    if (bytes[i] === QUOTE && bytes[i + 1] === QUOTE) i++;
  }
  return plain.subarray(0, to);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const WINDOWS_1252 = new TextDecoder("windows-1252");

/** Norwegian Excel writes windows-1252, whose letters are practically never valid UTF-8. */
export function csvText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return WINDOWS_1252.decode(bytes); // told by its bytes
  }
}
