import { InputError } from "../../core/trouble.js";
import { roomFor } from "../../core/grown.js";
import type { InputFile } from "../inputFile.js";
import { BYTE, isLetter, isLineEnd } from "./sosiText.js";

/** Takes one object: bytes[from] .. bytes[to] from its dot to the next object's, and the line it begins on. */
export type VisitObject = (bytes: Uint8Array, from: number, to: number, line: number) => void;

/** Every kind of object of SOSI part 1, "Realisering i SOSI-format" 4.5, and of the editions before it. */
export const OBJECT_KINDS: readonly string[] = [
  ...[
    "HODE",
    "DEF",
    "OBJDEF",
    "OBJEKT",
    "PUNKT",
    "SVERM",
    "KURVE",
    "LINJE",
    "BUEP",
    "BUE",
    "SIRKELP",
    "SIRKEL",
  ],
  ...["KLOTOIDE", "SPLINE", "BEZIER", "TRASE", "FLATE", "TEKST", "SYMBOL", "RASTER", "SLUTT"],
];

const LONGEST_LINE_BYTES = 16 << 20;

/**
 * Reads a SOSI file from end to end and calls for each object, `.HODE` first, `.SLUTT` left out.
 * An object begins where a line begins with one dot and a letter. Only one object at a time is held.
 *
 * @param onChunk is given all bytes, as they come
 * @throws InputError with the line: no .HODE first, no .SLUTT (the file was cut off), an object behind .SLUTT
 */
export async function eachObject(
  file: InputFile,
  visit: VisitObject,
  onChunk: (chunk: Uint8Array) => void = () => undefined,
): Promise<void> {
  const splitter = new ObjectSplitter(file.path, visit);
  for await (const chunk of file.chunks()) {
    onChunk(chunk);
    splitter.add(chunk);
  }
  splitter.finish();
}

// Constants of the module: a property of BYTE costs a look-up a byte.
const { tab: TAB, newline: NEWLINE, space: SPACE, dot: DOT } = BYTE;

/** Holds what came of the object that is not yet whole. */
class ObjectSplitter {
  private bytes = new Uint8Array(1 << 16);
  private filled = 0;
  /** Start of the line that is looked at next. */
  private at = 0;
  /** So far no end of that line was found. */
  private looked = 0;
  private line = 1;
  private object = -1;
  private objectLine = 1;
  private seen = 0;
  private ended = false;

  constructor(
    private readonly path: string,
    private readonly visit: VisitObject,
  ) {}

  add(chunk: Uint8Array): void {
    if (this.filled + chunk.length > this.bytes.length) {
      this.bytes = roomFor(this.bytes, this.filled + chunk.length);
    }
    this.bytes.set(chunk, this.filled);
    this.filled += chunk.length;
    this.walkLines(false);
    const keep = this.object >= 0 ? this.object : this.at;
    this.bytes.copyWithin(0, keep, this.filled);
    this.filled -= keep;
    this.at -= keep;
    this.looked -= keep;
    if (this.object >= 0) this.object = 0;
    if (this.filled - this.at > LONGEST_LINE_BYTES) {
      this.refuse("a line of more than 16 million bytes", "a SOSI file", "Fetch or export the file again");
    }
  }

  finish(): void {
    this.walkLines(true);
    this.endObject(this.filled);
    if (this.ended) return;
    this.refuse(
      "the end of the file without .SLUTT",
      ".SLUTT as the last object: the file was cut off on the way",
      "Fetch or export it again",
    );
  }

  /** Looks at every whole line, and at the last one too when the file is at its end. */
  private walkLines(atEnd: boolean): void {
    const { bytes, filled } = this;
    let at = this.at;
    while (at < filled) {
      let end = Math.max(at, this.looked);
      while (end < filled && !isLineEnd(bytes[end])) end++;
      if (end === filled && !atEnd) break;
      let dot = at === 0 && this.seen === 0 ? this.afterMark() : at;
      while (dot < end && (bytes[dot] === SPACE || bytes[dot] === TAB)) dot++;
      if (bytes[dot] === DOT && dot + 1 < end && isLetter(bytes[dot + 1])) this.beginObject(dot);
      if (bytes[end] === NEWLINE) this.line++;
      at = end + 1;
    }
    this.at = Math.min(at, filled);
    this.looked = filled;
  }

  /** Behind the byte order mark, where the file begins with one. */
  private afterMark(): number {
    const { bytes } = this;
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  private beginObject(at: number): void {
    this.endObject(at);
    if (this.ended) this.refuse("an object behind .SLUTT", "nothing there", "Give each SOSI file on its own");
    this.object = at;
    this.objectLine = this.line;
    const isHeader = this.begins(at, "HODE");
    if (isHeader !== (this.seen++ === 0)) {
      this.refuse(
        isHeader ? "a second .HODE" : "an object before .HODE",
        "one .HODE, first of all",
        "Give each SOSI file on its own",
      );
    }
    this.ended = this.begins(at, "SLUTT");
  }

  private endObject(to: number): void {
    if (this.object >= 0 && !this.ended) {
      if (this.bytes.subarray(this.object, to).includes(0)) this.refuseZeros();
      this.visit(this.bytes, this.object, to, this.objectLine);
    }
    this.object = -1;
  }

  private begins(at: number, kind: string): boolean {
    for (let i = 0; i < kind.length; i++) if (this.bytes[at + 1 + i] !== kind.charCodeAt(i)) return false;
    return at + 1 + kind.length >= this.filled || !isLetter(this.bytes[at + 1 + kind.length]);
  }

  /** Left by a disk or a transfer that failed: what they took the place of is gone, perhaps whole objects. */
  private refuseZeros(): never {
    this.line = this.objectLine;
    this.refuse("zero bytes in the object that begins here", "text", "Fetch or export the file again");
  }

  private refuse(came: string, wanted: string, todo: string): never {
    throw new InputError({ layer: this.path, position: `line ${this.line}` }, { came, wanted, todo });
  }
}
