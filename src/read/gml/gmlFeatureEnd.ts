import { isSpace, MAY_STAND_IN_NAME } from "./xmlCharacters.js";

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
/** Longer names are not looked for. */
const MOST_NAME_BYTES = 255;
/** So many "!" or "?" of plain text are passed over in one search before it is given up. */
const MOST_STRAY = 100;

/**
 * Finds where a feature ends without looking at each byte of it: by its element's name (Horspool 1980, "Practical fast
 * searching in strings"). It answers only where the first end tag of that name must be the feature's: no element of the
 * same name inside, no comment, CDATA or instruction that could hold what looks like a tag.
 */
export class GmlFeatureEnd {
  private name = new Uint8Array(0);
  /** By byte under the name's last place: how far the name may move on; 0 for its last byte. */
  private readonly shift = new Uint8Array(256);
  private shiftOfLast = 0;
  private readonly declarations = new NextMark(BANG);
  private readonly instructions = new NextMark(QUESTION);

  /**
   * @param from where the start tag of the element named bytes[nameFrom] .. bytes[nameTo] has ended
   * @param base where in the file bytes[0] stands
   * @returns where its end tag ends; -1 when this cannot be told from bytes up to `to`
   */
  find(bytes: Buffer, nameFrom: number, nameTo: number, from: number, to: number, base: number): number {
    if (!this.isName(bytes, nameFrom, nameTo)) {
      if (nameTo - nameFrom > MOST_NAME_BYTES) return -1;
      this.learn(bytes.subarray(nameFrom, nameTo));
    }
    const tag = this.endTag(bytes, from, to);
    if (tag < 0) return -1;
    let end = tag + 2 + this.name.length;
    while (end < to && isSpace(bytes[end])) end++;
    if (end >= to || bytes[end] !== GT) return -1;
    const isPlain =
      this.declarations.isAfter(tag, bytes, from, to, base) &&
      this.instructions.isAfter(tag, bytes, from, to, base);
    return isPlain ? end + 1 : -1;
  }

  private isName(bytes: Buffer, from: number, to: number): boolean {
    const { name } = this;
    if (name.length !== to - from) return false;
    for (let k = 0; k < name.length; k++) if (name[k] !== bytes[from + k]) return false;
    return true;
  }

  private learn(name: Uint8Array): void {
    this.name = Uint8Array.from(name);
    const { length } = name;
    this.shift.fill(length);
    for (let k = 0; k < length - 1; k++) this.shift[name[k]] = length - 1 - k;
    this.shiftOfLast = this.shift[name[length - 1]];
    this.shift[name[length - 1]] = 0;
  }

  /** The first end tag of the name; -1 when there is none, or an element of that name before it. */
  private endTag(bytes: Buffer, from: number, to: number): number {
    const { name, shift, shiftOfLast } = this;
    const last = name.length - 1;
    let i = from + last;
    while (i < to) {
      const on = shift[bytes[i]];
      i += on;
      if (on > 0) continue;
      const at = i - last;
      let k = 0;
      while (k < last && bytes[at + k] === name[k]) k++;
      if (k === last && MAY_STAND_IN_NAME[bytes[i + 1]] === 0) {
        if (bytes[at - 1] === LT) return -1;
        if (bytes[at - 1] === SLASH && bytes[at - 2] === LT) return at - 2;
      }
      i += shiftOfLast;
    }
    return -1;
  }
}

/** Where "<" and a byte behind it stand next; kept from feature to feature, since most files hold few of them. */
class NextMark {
  private foundAt = 0; // in the file
  private soughtFrom = 0;
  private soughtTo = 0;

  constructor(private readonly second: number) {}

  /** Whether none stands at bytes[from] .. bytes[place]; `to` is how far the bytes go. */
  isAfter(place: number, bytes: Buffer, from: number, to: number, base: number): boolean {
    const isKnown =
      base + from >= this.soughtFrom && base + place <= this.soughtTo && base + from <= this.foundAt;
    if (!isKnown) {
      this.foundAt = base + this.seek(bytes, from, to);
      this.soughtFrom = base + from;
      this.soughtTo = base + to;
    }
    return this.foundAt >= base + place;
  }

  /** The first at or after `from`; `to` when there is none; `from` when there are too many of its like to tell. */
  private seek(bytes: Buffer, from: number, to: number): number {
    const whole = bytes.subarray(0, to);
    let i = from;
    for (let stray = 0; stray < MOST_STRAY; stray++) {
      const found = whole.indexOf(this.second, i);
      if (found < 0) return to;
      if (bytes[found - 1] === LT) return found - 1;
      i = found + 1;
    }
    return from;
  }
}
