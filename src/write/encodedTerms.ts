import { roomFor } from "../core/grown.js";

/** Terms of one dictionary in UTF-8, one behind the other: each is encoded when it is first met, and no object is kept. */
export class EncodedTerms {
  bytes = Buffer.alloc(1 << 12);
  private used = 0;
  private starts = new Uint32Array(1 << 8);
  /** One more than the length; 0 for a term not yet met. */
  private lengths = new Uint32Array(1 << 8);

  constructor(readonly terms: readonly string[]) {}

  /** Bytes of the term; it stands in `bytes` from `startOf` on. */
  lengthOf(code: number): number {
    const known = code < this.lengths.length ? this.lengths[code] : 0;
    return known > 0 ? known - 1 : this.encode(code);
  }

  /** Where the term begins, once its length has been asked for. */
  startOf(code: number): number {
    return this.starts[code];
  }

  private encode(code: number): number {
    const text = this.terms[code];
    const most = this.used + 3 * text.length; // a UTF-16 unit is at most three bytes of UTF-8
    if (most > this.bytes.length) {
      const longer = Buffer.alloc(Math.max(most, 2 * this.bytes.length));
      longer.set(this.bytes.subarray(0, this.used));
      this.bytes = longer;
    }
    if (code >= this.lengths.length) {
      this.starts = roomFor(this.starts, code + 1);
      this.lengths = roomFor(this.lengths, code + 1);
    }
    const length = this.bytes.write(text, this.used, "utf8");
    this.starts[code] = this.used;
    this.lengths[code] = length + 1;
    this.used += length;
    return length;
  }
}
