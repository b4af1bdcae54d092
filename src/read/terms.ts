import { roomFor } from "../core/grown.js";

/** What a lenient decoder puts for bytes that are not UTF-8 (Unicode 16.0, 3.9.6). */
const REPLACEMENT = "\ufffd";

/**
 * Gives each distinct sequence of bytes an integer, and turns it into text only the first time it is met.
 * An open hash over the bytes themselves: a value seen before costs no string and no allocation.
 * Code 0 is the empty text, "not given".
 */
export class Terms {
  private texts: string[] = [""];
  private codeOfText = new Map([["", 0]]);
  private slots = new Int32Array(1024).fill(-1); // key number, or -1
  private keyCount = 0;
  private keyHash = new Uint32Array(512);
  private keyCode = new Uint32Array(512);
  private keyFrom = new Uint32Array(513);
  private keyBytes = Buffer.alloc(8192);

  /**
   * @param toText what the bytes of one value say; "" when they say nothing
   * @param isUtf8 the bytes are UTF-8, in which other bytes are another text: then only texts with the mark for bytes
   *   that are not need a dictionary of their own, and ASCII is text without being decoded
   */
  constructor(
    private readonly toText: (bytes: Uint8Array) => string,
    private readonly isUtf8 = false,
  ) {}

  /** terms[code]; the array grows while values come. */
  get terms(): readonly string[] {
    return this.texts;
  }

  /** Starts over with a new array of terms, so that values that are all different do not fill the memory. */
  reset(): void {
    this.texts = [""];
    this.codeOfText = new Map([["", 0]]);
    this.slots.fill(-1);
    this.keyCount = 0;
  }

  codeOf(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashOf(bytes, from, to);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let key = this.slots[slot]; key !== -1; key = this.slots[slot]) {
      if (this.keyHash[key] === hash && this.sameBytes(key, bytes, from, to)) return this.keyCode[key];
      slot = (slot + 1) & mask;
    }
    return this.learn(hash, slot, bytes, from, to);
  }

  private sameBytes(key: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.keyFrom[key];
    if (this.keyFrom[key + 1] - start !== to - from) return false;
    const known = this.keyBytes;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== known[j]) return false;
    return true;
  }

  private learn(hash: number, slot: number, bytes: Uint8Array, from: number, to: number): number {
    const key = this.keyCount++;
    const start = this.keyFrom[key];
    const end = start + to - from;
    if (end > this.keyBytes.length) {
      const longer = Buffer.alloc(Math.max(end, 2 * this.keyBytes.length));
      longer.set(this.keyBytes);
      this.keyBytes = longer;
    }
    for (let i = from, k = start; i < to; i++, k++) this.keyBytes[k] = bytes[i];
    this.keyFrom[key + 1] = end;
    this.keyHash[key] = hash;
    const code = this.codeOfTerm(this.textOf(start, end));
    this.keyCode[key] = code;
    this.slots[slot] = key;
    if (2 * this.keyCount === this.slots.length) this.enlarge();
    return code;
  }

  private textOf(start: number, end: number): string {
    const { keyBytes } = this;
    let bits = 0;
    for (let k = start; k < end; k++) bits |= keyBytes[k];
    return this.isUtf8 && bits < 0x80
      ? keyBytes.toString("latin1", start, end)
      : this.toText(keyBytes.subarray(start, end));
  }

  private codeOfTerm(text: string): number {
    if (text === "") return 0;
    if (this.isUtf8 && !text.includes(REPLACEMENT)) return this.texts.push(text) - 1;
    const known = this.codeOfText.get(text);
    if (known !== undefined) return known;
    this.codeOfText.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  private enlarge(): void {
    const slots = new Int32Array(2 * this.slots.length).fill(-1);
    const mask = slots.length - 1;
    for (let key = 0; key < this.keyCount; key++) {
      let slot = this.keyHash[key] & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = key;
    }
    this.slots = slots;
    this.keyHash = roomFor(this.keyHash, this.slots.length / 2);
    this.keyCode = roomFor(this.keyCode, this.slots.length / 2);
    this.keyFrom = roomFor(this.keyFrom, this.slots.length / 2 + 1);
  }
}

/**
 * FNV-1a (public domain; Fowler, Noll, Vo) on words of four bytes, with a shift after each so that its high bits count,
 * and a last mix so that the low bits are good for a mask. Of a multiplication's chain, one link does for four bytes.
 */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5 ^ (to - from);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
