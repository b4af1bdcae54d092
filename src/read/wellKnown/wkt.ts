import { roomFor } from "../../core/grown.js";

/** What stands in the parentheses of each type: its WKB number, and the type of members without a word of their own. */
const TYPES: Readonly<Record<string, { readonly code: number; readonly member?: string }>> = {
  POINT: { code: 1 },
  LINESTRING: { code: 2 },
  POLYGON: { code: 3 },
  MULTIPOINT: { code: 4, member: "POINT" },
  MULTILINESTRING: { code: 5, member: "LINESTRING" },
  MULTIPOLYGON: { code: 6, member: "POLYGON" },
  GEOMETRYCOLLECTION: { code: 7 },
  CIRCULARSTRING: { code: 8 },
  COMPOUNDCURVE: { code: 9, member: "LINESTRING" },
  CURVEPOLYGON: { code: 10, member: "LINESTRING" },
  MULTICURVE: { code: 11, member: "LINESTRING" },
  MULTISURFACE: { code: 12, member: "POLYGON" },
  POLYHEDRALSURFACE: { code: 15, member: "POLYGON" },
  TIN: { code: 16, member: "TRIANGLE" },
  TRIANGLE: { code: 17 },
};
/** Types whose parentheses hold points, and those whose parentheses hold lists of points. */
const OF_POINTS = new Set(["LINESTRING", "CIRCULARSTRING"]);
const OF_RINGS = new Set(["POLYGON", "TRIANGLE"]);

/** Whether a text begins as well-known text does, with or without its SRID. */
export const looksLikeWkt = (text: string): boolean =>
  /^\s*(?:SRID=\d+;\s*)?(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON|CURVE|SURFACE)|GEOMETRYCOLLECTION|CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|POLYHEDRALSURFACE|TIN|TRIANGLE)\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY)/i.test(
    text,
  );

const MOST_DEPTH = 16;
/** Fifteen digits and a power of ten up to here are exact doubles, so that one division rounds rightly (Clinger 1990). */
const MOST_EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const [OPEN, CLOSE, COMMA, SPACE] = [0x28, 0x29, 0x2c, 0x20];

/** Says that the bytes are no geometry; `at` is where in them. */
export type RefuseWkt = (came: string, wanted: string, at: number) => never;

/**
 * Turns well-known text into well-known binary: OGC 06-103r4, 7.2, with the curves of ISO 13249-3 and the SRID that
 * PostGIS writes before it. Heights and measures are passed over. Read byte by byte: only numbers of more than
 * 15 digits become strings, and no object is made per vertex.
 */
export class WktReader {
  /** SRID the last geometry carried; 0 when none. */
  srid = 0;

  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private out = new Uint8Array(1 << 12);
  private view = new DataView(this.out.buffer);
  private length = 0;

  constructor(private readonly refuse: RefuseWkt) {}

  /** @returns WKB, little endian, 2D, valid until the next call; undefined when the text is blank */
  read(bytes: Uint8Array): Uint8Array | undefined {
    this.bytes = bytes;
    this.at = 0;
    this.length = 0;
    this.srid = 0;
    this.skipBlanks();
    if (this.at === bytes.length) return undefined;
    let word = this.word();
    if (word === "SRID") {
      this.readSrid();
      word = this.word();
    }
    this.geometry(word, 0);
    this.skipBlanks();
    if (this.at < bytes.length) this.say("the end of the geometry");
    return this.out.subarray(0, this.length);
  }

  private readSrid(): void {
    if (this.bytes[this.at] !== 0x3d) this.say('"=" behind SRID');
    this.at++;
    this.srid = this.number();
    if (!Number.isInteger(this.srid) || this.bytes[this.at] !== 0x3b) this.say('";" behind the SRID');
    this.at++;
  }

  private geometry(word: string, depth: number): void {
    const from = this.at - word.length;
    const type = typeIn(word);
    if (TYPES[type] === undefined) {
      this.at = from;
      this.say("a geometry type");
    }
    if (type === word) this.dimensions();
    this.body(type, depth);
  }

  /** Z, M or ZM where they stand apart. */
  private dimensions(): void {
    const before = this.at;
    const word = this.word();
    if (word !== "Z" && word !== "M" && word !== "ZM") this.at = before;
  }

  private body(type: string, depth: number): void {
    if (depth > MOST_DEPTH) this.say(`geometries at most ${MOST_DEPTH} deep`);
    this.putHeader(TYPES[type].code);
    if (this.isEmpty()) {
      if (type === "POINT") this.putPoint(NaN, NaN);
      else this.putUint32(0);
    } else if (type === "POINT") {
      this.expect(OPEN);
      this.point();
      this.expect(CLOSE);
    } else if (OF_POINTS.has(type)) this.points();
    else if (OF_RINGS.has(type)) this.list(() => this.points());
    else this.list(() => this.member(TYPES[type].member, depth + 1));
  }

  private member(untagged: string | undefined, depth: number): void {
    this.skipBlanks();
    const byte = this.bytes[this.at];
    const isNumber = byte === 0x2d || byte === 0x2b || byte === 0x2e || (byte >= 0x30 && byte <= 0x39);
    if (untagged === "POINT" && isNumber) {
      this.putHeader(TYPES.POINT.code); // MULTIPOINT (0 0, 1 1), as older programs write it
      this.point();
    } else if (untagged !== undefined && (byte === OPEN || this.emptyIsNext())) this.body(untagged, depth);
    else this.geometry(this.word(), depth);
  }

  private emptyIsNext(): boolean {
    const before = this.at;
    const isEmpty = this.isEmpty();
    this.at = before;
    return isEmpty;
  }

  private isEmpty(): boolean {
    const before = this.at;
    if (this.word() === "EMPTY") return true;
    this.at = before;
    return false;
  }

  /** Items between parentheses with commas between, their count before them. */
  private list(item: () => void): void {
    const countAt = this.length;
    this.putUint32(0);
    let count = 0;
    this.expect(OPEN);
    do {
      item();
      count++;
    } while (this.commaIsNext());
    this.expect(CLOSE);
    this.view.setUint32(countAt, count, true);
  }

  private points(): void {
    const countAt = this.length;
    this.putUint32(0);
    let count = 0;
    if (!this.isEmpty()) {
      this.expect(OPEN);
      do {
        this.point();
        count++;
      } while (this.commaIsNext());
      this.expect(CLOSE);
    }
    this.view.setUint32(countAt, count, true);
  }

  private point(): void {
    const x = this.number();
    const y = this.number();
    this.putPoint(x, y);
    for (let more = 0; more < 2; more++) {
      this.skipBlanks();
      const byte = this.bytes[this.at];
      if (byte === COMMA || byte === CLOSE || this.at === this.bytes.length) return;
      this.number();
    }
  }

  private number(): number {
    this.skipBlanks();
    const { bytes } = this;
    const from = this.at;
    const negative = bytes[from] === 0x2d;
    let at = negative || bytes[from] === 0x2b ? from + 1 : from;
    const digitsFrom = at;
    let mantissa = 0;
    let pointAt = -1;
    for (; at < bytes.length; at++) {
      const digit = bytes[at] - 0x30;
      if (digit >= 0 && digit <= 9) mantissa = 10 * mantissa + digit;
      else if (bytes[at] === 0x2e && pointAt < 0) pointAt = at;
      else break;
    }
    const digits = at - digitsFrom - (pointAt < 0 ? 0 : 1);
    const hasExponent = at < bytes.length && (bytes[at] | 0x20) === 0x65;
    if (digits === 0 || digits > MOST_EXACT_DIGITS || hasExponent) return this.longNumber(from, at);
    this.at = at;
    const value = pointAt < 0 ? mantissa : mantissa / POWERS_OF_TEN[at - pointAt - 1];
    return negative ? -value : value;
  }

  /** One with an exponent, with more digits than are exact, or none at all. */
  private longNumber(from: number, mantissaTo: number): number {
    let to = mantissaTo;
    if ((this.bytes[to] | 0x20) === 0x65) {
      to++;
      if (this.bytes[to] === 0x2d || this.bytes[to] === 0x2b) to++;
      while (to < this.bytes.length && this.bytes[to] >= 0x30 && this.bytes[to] <= 0x39) to++;
    }
    let text = "";
    for (let i = from; i < to; i++) text += String.fromCharCode(this.bytes[i]);
    const value = Number(text);
    if (to === from || !Number.isFinite(value)) this.say("a finite number");
    this.at = to;
    return value;
  }

  /** Letters up to what is none, in capitals; "" where there are none. */
  private word(): string {
    this.skipBlanks();
    let word = "";
    for (; this.at < this.bytes.length && word.length < 32; this.at++) {
      const letter = this.bytes[this.at] & 0xdf;
      if (letter < 0x41 || letter > 0x5a || this.bytes[this.at] < 0x41) break;
      word += String.fromCharCode(letter);
    }
    return word;
  }

  private commaIsNext(): boolean {
    this.skipBlanks();
    if (this.bytes[this.at] !== COMMA) return false;
    this.at++;
    return true;
  }

  private expect(byte: number): void {
    this.skipBlanks();
    if (this.bytes[this.at] !== byte) this.say(`"${String.fromCharCode(byte)}"`);
    this.at++;
  }

  private skipBlanks(): void {
    while (this.at < this.bytes.length && this.bytes[this.at] <= SPACE) this.at++;
  }

  private putHeader(type: number): void {
    this.room(5);
    this.view.setUint8(this.length, 1);
    this.view.setUint32(this.length + 1, type, true);
    this.length += 5;
  }

  private putUint32(value: number): void {
    this.room(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  private putPoint(x: number, y: number): void {
    this.room(16);
    this.view.setFloat64(this.length, x, true);
    this.view.setFloat64(this.length + 8, y, true);
    this.length += 16;
  }

  private room(byteLength: number): void {
    if (this.length + byteLength <= this.out.length) return;
    this.out = roomFor(this.out, this.length + byteLength);
    this.view = new DataView(this.out.buffer);
  }

  private say(wanted: string): never {
    const next = Buffer.from(this.bytes.subarray(this.at, this.at + 20)).toString("latin1");
    const came = next === "" ? "the end of the text in the middle of a geometry" : `"${next}" in a geometry`;
    return this.refuse(came, wanted, this.at);
  }
}

/** The type of a word that may have its dimensions at the end: POLYGONZ, POINTZM. */
function typeIn(word: string): string {
  if (TYPES[word] !== undefined) return word;
  return word.replace(/(?:ZM|Z|M)$/, "");
}
