import { InputError } from "../../core/trouble.js";
import { roomFor } from "../../core/grown.js";
import { OBJECT_KINDS } from "./sosiObjects.js";
import {
  BYTE,
  dotsAt,
  isBlank,
  isDigit,
  isLineEnd,
  isWord,
  latin1,
  numberIn,
  plainText,
  skipBlanks,
  skipToWord,
  valueEnd,
  wordEnd,
} from "./sosiText.js";
import { Terms } from "../terms.js";

// Constants of the module: a property of BYTE costs a look-up a byte.
const {
  newline: NEWLINE,
  bang: BANG,
  opening: OPENING,
  closing: CLOSING,
  minus: MINUS,
  dot: DOT,
  zero: ZERO,
  colon: COLON,
} = BYTE;

/** Entries of an element in `elements`: how many dots, its name from .. to, and its value from .. to. */
const [LEVEL, NAME_FROM, NAME_TO, VALUE_FROM, VALUE_TO, PER_ELEMENT] = [0, 1, 2, 3, 4, 5];

/** Kinds besides the face that may refer to others; how is not looked at. */
const MAY_REFER: ReadonlySet<string> = new Set(["TRASE", "OBJEKT", "SVERM", "RASTER", "SYMBOL", "TEKST"]);
const KINDS_BY_LENGTH = OBJECT_KINDS.reduce<string[][]>((table, kind) => {
  (table[kind.length] ??= []).push(kind);
  return table;
}, []);
/** In `refs`: what follows is another ring. Curves are numbered from 1. */
export const NEXT_RING = 0;

/** How much of an object is read. `names`: up to its coordinates; enough to know what it is. */
export type Depth = "names" | "all";

/**
 * Reads the elements of one SOSI object, and the next one with the same memory. SOSI part 1, "Realisering i SOSI-format"
 * 4.5: elements begin with dots, a value runs until the next element, `!` begins a comment, texts may stand in quotes.
 * Coordinates are north, east (, height or depth) in the header's units, with ...KP and ...KVALITET between them.
 * What does not belong is an InputError with its line: a broken coordinate is never passed over.
 */
export class SosiElements {
  kind = "";
  /** Number of the object in the file; 0 where it has none. */
  serial = 0;
  line = 0;
  /** Where the object begins, and where its number ends and its elements begin. */
  from = 0;
  openingTo = 0;
  /** North and east in turn, as they stand in the file. Heights are not kept. */
  northEast = new Float64Array(1 << 10);
  pointCount = 0;
  /** Curves of a face, negative when walked backwards; NEXT_RING where another ring begins. */
  refs = new Int32Array(64);
  refCount = 0;
  elementCount = 0;
  /** A stretch inside a curve that is no straight line: ..BUE, ..KLOTOIDE and their like. */
  bentStretch = "";

  private elements = new Int32Array(64 * PER_ELEMENT);
  /** Names and object types come again and again: one string each. */
  private readonly names = new Terms((bytes) => latin1(bytes, 0, bytes.length));
  private readonly keys = new Terms((bytes) => plainText(latin1(bytes, 0, bytes.length)));
  private bytes: Uint8Array = new Uint8Array(0);
  private to = 0;

  constructor(private readonly path: string) {}

  /** @throws InputError where the object is not as the standard says */
  read(bytes: Uint8Array, from: number, to: number, line: number, depth: Depth = "all"): void {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.line = line;
    this.pointCount = 0;
    this.refCount = 0;
    this.elementCount = 0;
    this.bentStretch = "";
    let at = this.readOpening(from);
    this.openingTo = at;
    while (at < to) {
      const level = dotsAt(this.bytes, at, this.to);
      if (level < 2) this.refuse(at, `"${this.wordAt(at)}"`, "an element that begins with two dots or more");
      const nameFrom = at + level;
      const nameTo = wordEnd(this.bytes, nameFrom, this.to);
      const stride = level === 2 ? this.coordinateStride(nameFrom, nameTo) : 0;
      if (stride > 0) {
        if (depth === "names") return;
        at = this.readCoordinates(nameTo, stride);
      } else if (level === 2 && isWord(this.bytes, nameFrom, nameTo, "REF") && !MAY_REFER.has(this.kind)) {
        this.checkOwn(nameFrom);
        at = this.readRefs(nameTo);
      } else at = this.addElement(level, nameFrom, nameTo);
    }
  }

  level(element: number): number {
    return this.elements[element * PER_ELEMENT + LEVEL];
  }

  /** The name as bytes, in Latin-1 letters: a key that does not need the character set. */
  nameKey(element: number): string {
    const from = this.elements[element * PER_ELEMENT + NAME_FROM];
    return this.names.terms[this.names.codeOf(this.bytes, from, this.nameTo(element))];
  }

  nameTo(element: number): number {
    return this.elements[element * PER_ELEMENT + NAME_TO];
  }

  valueFrom(element: number): number {
    return this.elements[element * PER_ELEMENT + VALUE_FROM];
  }

  valueTo(element: number): number {
    return this.elements[element * PER_ELEMENT + VALUE_TO];
  }

  /** Where the element's dots begin. */
  elementFrom(element: number): number {
    return this.elements[element * PER_ELEMENT + NAME_FROM] - this.level(element);
  }

  /** The first value of that name on level two, its bytes as Latin-1 letters; "" where there is none. */
  valueKey(name: string): string {
    for (let i = 0; i < this.elementCount; i++) {
      const nameFrom = this.elements[i * PER_ELEMENT + NAME_FROM];
      if (this.level(i) !== 2 || !isWord(this.bytes, nameFrom, this.nameTo(i), name)) continue;
      return this.keys.terms[this.keys.codeOf(this.bytes, this.valueFrom(i), this.valueTo(i))];
    }
    return "";
  }

  /** `.KURVE 12:`; the end of the line may hold a comment. */
  private readOpening(from: number): number {
    const nameTo = wordEnd(this.bytes, from + 1, this.to);
    this.serial = 0;
    this.kind = this.kindWord(from + 1, this.bytes[nameTo - 1] === COLON ? nameTo - 1 : nameTo);
    if (this.kind === "") this.refuse(from, `an object ${this.wordAt(from)}`, "a kind of SOSI object");
    let at = skipBlanks(this.bytes, nameTo, this.to);
    let serial = 0;
    while (at < this.to && isDigit(this.bytes[at])) serial = serial * 10 + this.bytes[at++] - ZERO;
    if (serial > 0x7fff_ffff)
      this.refuse(from, `the number ${serial}`, "an object number below 2 147 483 648");
    this.serial = serial;
    at = skipBlanks(this.bytes, at, this.to);
    if (this.bytes[at] === COLON) at++;
    return skipToWord(this.bytes, at, this.to);
  }

  /** Ordinates a point has, by the name of a coordinate element; 0 where the name is another. */
  private coordinateStride(from: number, to: number): number {
    const { bytes } = this;
    if (bytes[from] !== 0x4e) return 0; // N, then Ø in one byte (Latin alphabets) or in two (UTF-8)
    const oneByte = bytes[from + 1] === 0xd8;
    if (!oneByte && (bytes[from + 1] !== 0xc3 || bytes[from + 2] !== 0x98)) return 0;
    const rest = to - from - (oneByte ? 2 : 3);
    if (rest === 0) return 2;
    return rest === 1 && (bytes[to - 1] === 0x48 || bytes[to - 1] === 0x44) ? 3 : 0;
  }

  private readCoordinates(from: number, stride: number): number {
    let at = from;
    let ordinate = 0;
    for (;;) {
      at = skipToWord(this.bytes, at, this.to);
      if (at >= this.to) break;
      const dots = dotsAt(this.bytes, at, this.to);
      if (dots >= 3) at = this.skipNodeMark(at);
      else if (dots > 0) break;
      else {
        const end = this.numberEnd(at);
        const value = numberIn(this.bytes, at, end);
        if (Number.isNaN(value)) {
          const word = latin1(this.bytes, at, Math.min(end, at + 40));
          this.refuse(at, `"${word}" among the coordinates`, "numbers, north before east");
        }
        if (ordinate < 2) this.putOrdinate(ordinate, value);
        if (++ordinate === stride) ordinate = 0;
        at = end;
      }
    }
    if (ordinate !== 0) {
      this.refuse(Math.max(from, at - 1), "a point that is cut short", `${stride} numbers a point`);
    }
    if (this.kind === "FLATE" && this.pointCount > 1) {
      this.refuse(
        from,
        `a face with ${this.pointCount} points`,
        "one point inside it, and ..REF for its border",
      );
    }
    return at;
  }

  private putOrdinate(ordinate: number, value: number): void {
    const at = 2 * this.pointCount + ordinate;
    if (at >= this.northEast.length) this.northEast = roomFor(this.northEast, at + 1);
    this.northEast[at] = value;
    if (ordinate === 1) this.pointCount++;
  }

  /** ...KP, ...KVALITET and their like belong to the point before; their values end with the line or with dots. */
  private skipNodeMark(from: number): number {
    const nameTo = wordEnd(this.bytes, from, this.to);
    let at = nameTo;
    while (at < this.to && !this.markEndsAt(at)) at++;
    if (!isWord(this.bytes, from + 3, nameTo, "KP")) return at;
    const mark = latin1(this.bytes, nameTo, at).trim(); // a point that slid up here would be lost
    if (!/^\d{0,9}$/.test(mark)) this.refuse(from, `...KP ${mark}`, "one whole number after ...KP");
    return at;
  }

  private markEndsAt(at: number): boolean {
    const byte = this.bytes[at];
    if (byte === DOT) return isBlank(this.bytes[at - 1]) && dotsAt(this.bytes, at, this.to) > 0;
    return isLineEnd(byte) || byte === BANG;
  }

  private numberEnd(from: number): number {
    let at = from;
    while (at < this.to && !isBlank(this.bytes[at]) && this.bytes[at] !== BANG) at++;
    return at;
  }

  /** `:1 :-2 (:3 :4)`: numbers of curves, islands in parentheses. */
  private readRefs(from: number): number {
    let at = from;
    let inside = false;
    let islands = false;
    for (;;) {
      at = skipToWord(this.bytes, at, this.to);
      if (at >= this.to || dotsAt(this.bytes, at, this.to) > 0) break;
      const byte = this.bytes[at];
      if (byte === COLON && (inside || !islands)) {
        at = this.readRef(at);
      } else if ((byte === OPENING && !inside && this.refCount > 0) || (byte === CLOSING && inside)) {
        inside = byte === OPENING;
        islands = true;
        this.putRef(NEXT_RING);
        at++;
      } else
        this.refuse(
          at,
          `"${this.wordAt(at)}" in ..REF`,
          "curves such as :1 :-2 first, islands in parentheses behind them",
        );
    }
    if (inside) this.refuse(Math.max(from, at - 1), "an island without its )", "parentheses in pairs");
    return at;
  }

  private readRef(from: number): number {
    let at = from + 1;
    const backwards = this.bytes[at] === MINUS;
    if (backwards) at++;
    const digitsFrom = at;
    let serial = 0;
    while (at < this.to && isDigit(this.bytes[at])) serial = serial * 10 + this.bytes[at++] - ZERO;
    if (at === digitsFrom || serial === 0 || serial > 0x7fff_ffff) {
      this.refuse(from, `"${this.wordAt(from)}" in ..REF`, "the number of a curve, 1 or more");
    }
    this.putRef(backwards ? -serial : serial);
    return at;
  }

  private putRef(ref: number): void {
    if (this.refCount === this.refs.length) {
      const longer = new Int32Array(2 * this.refs.length);
      longer.set(this.refs);
      this.refs = longer;
    }
    this.refs[this.refCount++] = ref;
  }

  private addElement(level: number, nameFrom: number, nameTo: number): number {
    const at = this.elementCount * PER_ELEMENT;
    if (at + PER_ELEMENT > this.elements.length) {
      const longer = new Int32Array(2 * this.elements.length);
      longer.set(this.elements);
      this.elements = longer;
    }
    const next = valueEnd(this.bytes, nameTo, this.to);
    this.elements[at + LEVEL] = level;
    this.elements[at + NAME_FROM] = nameFrom;
    this.elements[at + NAME_TO] = nameTo;
    this.elements[at + VALUE_FROM] = nameTo;
    this.elements[at + VALUE_TO] = next;
    this.elementCount++;
    if (level === 2) this.noteKindWord(nameFrom, nameTo, next);
    return next;
  }

  /**
   * References in an object that has none, or twice in a face, mean that the opening line of a face is lost and its
   * elements slid into the object before.
   */
  private checkOwn(at: number): void {
    if (this.kind === "FLATE" && this.refCount === 0) return;
    this.refuse(
      at,
      `${this.refCount > 0 ? "a second " : ""}..REF in ${this.kind}`,
      ".FLATE with a number before it",
    );
  }

  /** A stretch of a curve that bends, or an object whose dot was doubled so that it would vanish in this one. */
  private noteKindWord(nameFrom: number, nameTo: number, valueTo: number): void {
    const name = this.kindWord(nameFrom, nameTo);
    if (name === "") return;
    if (/^\s*\d+\s*:/.test(latin1(this.bytes, nameTo, Math.min(valueTo, nameTo + 20)))) {
      this.refuse(nameFrom, `an object ${name} with two dots`, `.${name} at the beginning of a line`);
    }
    if (/^(BUE|BUEP|KLOTOIDE|SPLINE|BEZIER)$/.test(name)) this.bentStretch = name;
  }

  private wordAt(from: number): string {
    return latin1(this.bytes, from, Math.min(wordEnd(this.bytes, from, this.to), from + 40));
  }

  /** The kind of object that is spelt there; "" when it is none. */
  private kindWord(from: number, to: number): string {
    const kinds = KINDS_BY_LENGTH[to - from] as string[] | undefined;
    return kinds?.find((kind) => isWord(this.bytes, from, to, kind)) ?? "";
  }

  private refuse(at: number, came: string, wanted: string): never {
    let line = this.line;
    for (let i = this.from; i < at; i++) if (this.bytes[i] === NEWLINE) line++;
    throw new InputError(
      { layer: this.path, feature: `${this.kind} ${this.serial}`, position: `line ${line}` },
      { came, wanted, todo: "Mend the line, or export the file again" },
    );
  }
}
