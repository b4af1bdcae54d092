import { roomFor } from "../../core/grown.js";
import { isSpace } from "./xmlCharacters.js";

const TEN_TO = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** A mantissa of so many digits is a whole number that a double holds exactly. */
const EXACT_DIGITS = 15;

/** A decimal point, counted from the digit 0. */
const POINT = 0x2e - 0x30;

/**
 * Numbers read from text, one after the other in a column that grows.
 *
 * Correctly rounded, as Number() is: a mantissa of up to 15 digits and a power of ten up to 1e22 are both exact, so
 * their one quotient or product rounds once (Clinger 1990, "How to read floating point numbers accurately", 5).
 * Longer numbers are left to Number().
 */
export class NumberList {
  values = new Float64Array(1 << 12);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) this.values = roomFor(this.values, this.length + 1);
    this.values[this.length++] = value;
  }

  /**
   * Appends the numbers of bytes[from] .. bytes[to], with white space between them.
   * @returns the place of the first byte that belongs to no number; `to` when there is none
   */
  parse(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    for (;;) {
      i = this.parseShort(bytes, i, to);
      if (i === to) return to;
      const end = this.parseOne(bytes, i, to);
      if (end === i) return i;
      i = end;
    }
  }

  /**
   * Numbers as most positions are written, in one loop: up to nine digits before the point, or seven and one to three
   * behind it.
   * @returns where one begins that is something else; `to` when none does
   */
  private parseShort(bytes: Uint8Array, from: number, to: number): number {
    let { values, length } = this;
    let start = from;
    while (start < to) {
      let i = start;
      const negative = bytes[i] === 0x2d;
      if (negative) i++;
      const digitsFrom = i;
      let whole = 0;
      let digit = bytes[i] - 0x30;
      while (digit >= 0 && digit <= 9) {
        whole = (Math.imul(whole, 10) + digit) | 0;
        digit = bytes[++i] - 0x30;
      }
      const digits = i - digitsFrom;
      let value = whole;
      if (digits === 0) {
        if (negative || !isSpace(bytes[start])) break;
        start++;
        continue;
      }
      if (digit === POINT) {
        const tenths = bytes[i + 1] - 0x30;
        const hundredths = bytes[i + 2] - 0x30;
        if (digits > 7 || !(tenths >= 0 && tenths <= 9)) break;
        if (hundredths >= 0 && hundredths <= 9) {
          i += 3;
          const thousandths = bytes[i] - 0x30;
          value = (Math.imul(whole, 100) + Math.imul(tenths, 10) + hundredths) / 100;
          if (thousandths >= 0 && thousandths <= 9) {
            i++;
            value = (1000 * whole + 100 * tenths + 10 * hundredths + thousandths) / 1000;
          }
        } else {
          i += 2;
          value = (Math.imul(whole, 10) + tenths) / 10;
        }
      }
      // Not past `to`, where the bytes are another's; the last number before it is left to `parseOne`.
      if (digits > 9 || i >= to || !(isSpace(bytes[i]) || bytes[i] === 0x3c)) break;
      if (length === values.length) this.values = values = roomFor(values, length + 1);
      values[length++] = negative ? -value : value;
      if (bytes[i] === 0x3c) {
        start = i;
        break;
      }
      start = i + 1;
    }
    this.length = length;
    return start;
  }

  /** One number that ends in white space, at a tag, or at `to`. @returns its end; `from` when it is none */
  private parseOne(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    let byte = bytes[i];
    const negative = byte === 0x2d;
    if (negative || byte === 0x2b) byte = bytes[++i];
    let mantissa = 0;
    const digitsFrom = i;
    let digit = byte - 0x30;
    while (digit >= 0 && digit <= 9 && i < to) {
      mantissa = 10 * mantissa + digit;
      digit = bytes[++i] - 0x30;
    }
    let digits = i - digitsFrom;
    let fraction = 0;
    if (i < to && bytes[i] === 0x2e) {
      const fractionFrom = ++i;
      digit = bytes[i] - 0x30;
      while (digit >= 0 && digit <= 9 && i < to) {
        mantissa = 10 * mantissa + digit;
        digit = bytes[++i] - 0x30;
      }
      fraction = i - fractionFrom;
      digits += fraction;
    }
    if (digits === 0) return from;
    const ends = i === to || isSpace(bytes[i]) || bytes[i] === 0x3c;
    if (!ends || digits > EXACT_DIGITS) return this.parseLong(bytes, from, i, to);
    const value = fraction === 0 ? mantissa : mantissa / TEN_TO[fraction];
    this.push(negative ? -value : value);
    return i;
  }

  /** With an exponent, or with more digits than a double holds. */
  private parseLong(bytes: Uint8Array, from: number, mantissaTo: number, to: number): number {
    let i = mantissaTo;
    if (i < to && (bytes[i] | 0x20) === 0x65) {
      i++;
      if (bytes[i] === 0x2b || bytes[i] === 0x2d) i++;
      const exponentFrom = i;
      while (i < to && bytes[i] >= 0x30 && bytes[i] <= 0x39) i++;
      if (i === exponentFrom) return from;
    }
    if (i < to && !isSpace(bytes[i]) && bytes[i] !== 0x3c) return from;
    let text = "";
    for (let k = from; k < i; k++) text += String.fromCharCode(bytes[k]);
    const value = Number(text);
    if (!Number.isFinite(value)) return from;
    this.push(value);
    return i;
  }
}
