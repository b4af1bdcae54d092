import { grown } from "../core/grown.js";
import { Terms } from "./terms.js";
import { entityText, isSpace, MAY_STAND_IN_NAME } from "./xmlCharacters.js";

/** What `next` came to. */
export const START = 1;
export const END = 2;
export const TEXT = 3;
export const DONE = 0;

/** Raises an InputError about the byte at `at` of the bytes being read. */
export type Refuse = (came: string, wanted: string, at: number) => never;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const COLON = 0x3a;
const EQUALS = 0x3d;
const AMPERSAND = 0x26;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;
const TAB = 0x09;
const CDATA_OPENING = Buffer.from("<![CDATA[");
const CDATA_CLOSING = Buffer.from("]]>");
const COMMENT_CLOSING = Buffer.from("-->");
const PI_CLOSING = Buffer.from("?>");

/**
 * Reads the XML of one feature byte by byte: tags, texts, CDATA; comments and processing instructions are passed over.
 * Names come without their prefix, as small whole numbers that mean the same in everything one object reads.
 * That tags come in pairs, the splitter has seen to; the rest of well-formedness is held here.
 */
export class XmlTokens {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  private to = 0;
  private anyAmpersand = false;
  private readonly names: Terms;

  /** By name: the one that followed it last time, as it was spelled with its prefix. */
  private readonly followers: ({ readonly spelled: Uint8Array; readonly name: number } | undefined)[] = [];

  /** Of the last START: the name, and where its attributes stand. */
  name = 0;
  tagFrom = 0;
  private nameLength = 0; // with prefix
  private attributesFrom = 0;
  private attributesTo = 0;
  private closesItself = false;

  /** Of the last TEXT, or of `leaf`. */
  text: Uint8Array = this.bytes;
  textFrom = 0;
  textTo = 0;
  private isCdata = false;
  private scratch = new Uint8Array(1 << 10);

  constructor(readonly refuse: Refuse) {
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
    this.names = new Terms((bytes) => this.asText(utf8, bytes));
  }

  private asText(utf8: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes);
    } catch {
      return this.refuse(
        "a name that is not UTF-8",
        "the encoding that the file's first line states",
        this.at,
      );
    }
  }

  /** The number that stands for a name. */
  numberOf(name: string): number {
    const bytes = Buffer.from(name);
    return this.names.codeOf(bytes, 0, bytes.length);
  }

  textOf(name: number): string {
    return this.names.terms[name];
  }

  /** Begins with new bytes. */
  read(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
    this.closesItself = false;
    this.anyAmpersand = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).includes(AMPERSAND);
  }

  /** The state, to come back to when something else has been read meanwhile. */
  pause(): () => void {
    const { bytes, at, to, closesItself, anyAmpersand } = this;
    return () => Object.assign(this, { bytes, at, to, closesItself, anyAmpersand });
  }

  next(): number {
    if (this.closesItself) {
      this.closesItself = false;
      return END;
    }
    const { bytes, to } = this;
    for (;;) {
      if (this.at >= to) return DONE;
      if (bytes[this.at] !== LT) return this.plainText();
      const second = bytes[this.at + 1];
      if (second === SLASH) return this.endTag();
      if (second === 0x3f) this.passOver(PI_CLOSING, 2);
      else if (second !== 0x21) return this.startTag();
      else if (bytes[this.at + 2] === 0x2d) this.passOver(COMMENT_CLOSING, 4);
      else return this.cdata();
    }
  }

  /**
   * Goes on to the next element inside the one begun last: true when there is one, false when its end tag has been read.
   * Text between elements says nothing in GML: only white space may stand there.
   */
  nextChild(): boolean {
    for (;;) {
      const kind = this.next();
      if (kind === START) return true;
      if (kind === END) return false;
      if (kind === DONE) this.endsEarly();
      this.trim(this.textFrom, this.textTo);
      if (this.textFrom < this.textTo) this.refuse("text beside elements", "one or the other", this.textFrom);
    }
  }

  private plainText(): number {
    const { bytes, to } = this;
    let i = this.at;
    while (i < to && bytes[i] !== LT) i++;
    this.text = bytes;
    this.textFrom = this.at;
    this.textTo = i;
    this.isCdata = false;
    this.at = i;
    if (this.anyAmpersand) this.checkEntities(this.textFrom, i);
    return TEXT;
  }

  private endTag(): number {
    const { bytes, to } = this;
    let i = this.at + 2;
    while (i < to && bytes[i] !== GT) i++;
    this.at = i + 1;
    return END;
  }

  /** The end tag of the element begun last, at `at`: its name is as long as that one's. */
  private endTagAfter(at: number): void {
    const nameTo = at + 2 + this.nameLength;
    this.at = nameTo + 1;
    if (this.bytes[nameTo] === GT) return;
    this.at = at; // white space before ">"
    this.endTag();
  }

  private startTag(): number {
    const { bytes, to } = this;
    this.tagFrom = this.at;
    const i = this.readName(this.at + 1);
    this.nameLength = i - this.at - 1;
    this.attributesFrom = i;
    let end = i;
    while (end < to && bytes[end] !== GT) {
      const byte = bytes[end++];
      if (byte === 0x22 || byte === 0x27) while (end < to && bytes[end++] !== byte);
    }
    this.closesItself = bytes[end - 1] === SLASH;
    this.attributesTo = this.closesItself ? end - 1 : end;
    this.at = end + 1;
    if (this.attributesFrom < this.attributesTo) this.checkAttributes();
    return START;
  }

  /**
   * Reads the name that stands at `from` and returns its end. Features of one type write the same names in the same
   * order, so the name that followed this one last time is tried first.
   */
  private readName(from: number): number {
    const { bytes } = this;
    const guess = this.followers[this.name];
    if (guess !== undefined) {
      const { spelled, name } = guess;
      let k = 0;
      while (k < spelled.length && bytes[from + k] === spelled[k]) k++;
      if (k === spelled.length && MAY_STAND_IN_NAME[bytes[from + k]] === 0) {
        this.name = name;
        return from + k;
      }
    }
    return this.readNewName(from);
  }

  private readNewName(from: number): number {
    const { bytes, to } = this;
    let localFrom = from;
    let i = from;
    while (i < to && MAY_STAND_IN_NAME[bytes[i]] === 1) if (bytes[i++] === COLON) localFrom = i;
    if (i === localFrom) this.refuse('a "<" that begins no tag', '"&lt;" for the sign itself', this.at);
    const name = this.names.codeOf(bytes, localFrom, i);
    this.followers[this.name] = { spelled: bytes.slice(from, i), name };
    this.name = name;
    return i;
  }

  private cdata(): number {
    if (!CDATA_OPENING.every((byte, k) => this.bytes[this.at + k] === byte)) {
      this.refuse('"<!" that begins neither a comment nor CDATA', "plain XML inside features", this.at);
    }
    const from = this.at + CDATA_OPENING.length;
    this.passOver(CDATA_CLOSING, CDATA_OPENING.length);
    this.text = this.bytes;
    this.textFrom = from;
    this.textTo = this.at - CDATA_CLOSING.length;
    this.isCdata = true;
    return TEXT;
  }

  private passOver(closing: Buffer, openingLength: number): void {
    const rest = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.to);
    const found = rest.indexOf(closing, this.at + openingLength);
    if (found < 0) this.refuse("a comment or CDATA without end", closing.toString(), this.at);
    this.at = found + closing.length;
  }

  /** Passes over what the element begun last holds, and its end. */
  skip(): void {
    for (let depth = 1; depth > 0;) {
      const kind = this.next();
      if (kind === START) depth++;
      else if (kind === END) depth--;
      else if (kind === DONE) this.endsEarly();
    }
  }

  endsEarly(): never {
    return this.refuse("the end of the bytes inside an element", "its end tag", this.at);
  }

  /**
   * Whether the element begun last holds text alone; then `text`, `textFrom`, `textTo` are that text, entities resolved
   * and white space around it left out, and its end tag has been read. Else nothing after its start tag has been.
   */
  leaf(): boolean {
    const { bytes, to } = this;
    if (this.closesItself) {
      this.closesItself = false;
      this.textFrom = this.textTo = 0;
      return true;
    }
    const from = this.at;
    let isPlain = !this.anyAmpersand;
    let i = from;
    for (; i < to && bytes[i] !== LT; i++)
      if (bytes[i] < 0x20 && bytes[i] !== LINE_FEED && bytes[i] !== TAB) isPlain = false;
    const second = bytes[i + 1];
    if (second !== SLASH || !isPlain) {
      const beginsElement = second !== SLASH && second !== 0x21 && second !== 0x3f;
      return !beginsElement && this.piecedLeaf(from);
    }
    this.endTagAfter(i);
    this.text = bytes;
    this.trim(from, i);
    return true;
  }

  /** Whether the end tag of the element begun last stands at `at`, with nothing special before it; then it has been read. */
  endsAt(at: number): boolean {
    if (this.closesItself || this.bytes[at] !== LT || this.bytes[at + 1] !== SLASH) return false;
    this.endTagAfter(at);
    return true;
  }

  private piecedLeaf(from: number): boolean {
    let length = 0;
    for (;;) {
      const kind = this.next();
      if (kind === TEXT) {
        length = this.isCdata
          ? this.copy(this.textFrom, this.textTo, length)
          : this.resolve(this.textFrom, this.textTo, length);
      } else if (kind === END) {
        this.text = this.scratch;
        this.trim(0, length);
        return true;
      } else if (kind === START) {
        this.at = from;
        this.closesItself = false;
        return false;
      } else this.endsEarly();
    }
  }

  private trim(from: number, to: number): void {
    const { text } = this;
    while (from < to && isSpace(text[from])) from++;
    while (from < to && isSpace(text[to - 1])) to--;
    this.textFrom = from;
    this.textTo = to;
  }

  /**
   * Copies text to the scratch, each end of line as one line feed; in attributes white space of any kind is a space
   * (XML 1.0, 2.11 and 3.3.3). Returns the length there is then.
   */
  private copy(from: number, to: number, length: number, inAttribute = false): number {
    const { bytes } = this;
    if (length + to - from > this.scratch.length)
      this.scratch = grown(this.scratch, 2 * (length + to - from));
    let at = length;
    for (let i = from; i < to; i++) {
      let byte = bytes[i];
      if (byte === RETURN) {
        if (bytes[i + 1] === LINE_FEED) continue;
        byte = LINE_FEED;
      }
      if (byte < 0x20 && !isSpace(byte)) this.refuse("a control character", "text", i);
      this.scratch[at++] = inAttribute && isSpace(byte) ? 0x20 : byte;
    }
    return at;
  }

  /** Copies text to the scratch with its entities replaced; returns the length there is then. */
  private resolve(from: number, to: number, length: number, inAttribute = false): number {
    let i = from;
    for (let k = from; k < to; k++) {
      if (this.bytes[k] !== AMPERSAND) continue;
      length = this.copy(i, k, length, inAttribute);
      const [character, end] = this.entity(k, to);
      const bytes = Buffer.from(character);
      if (length + bytes.length > this.scratch.length)
        this.scratch = grown(this.scratch, 2 * (length + bytes.length));
      this.scratch.set(bytes, length);
      length += bytes.length;
      i = end;
      k = end - 1;
    }
    return this.copy(i, to, length, inAttribute);
  }

  private checkEntities(from: number, to: number): void {
    for (let k = from; k < to; k++) if (this.bytes[k] === AMPERSAND) k = this.entity(k, to)[1] - 1;
  }

  /** What the entity at `at` says, and where it ends. */
  private entity(at: number, to: number): [string, number] {
    let end = at + 1;
    while (end < to && this.bytes[end] !== 0x3b && end - at < 12) end++;
    const name = Buffer.from(this.bytes.subarray(at + 1, end)).toString("latin1");
    const character = end < to && this.bytes[end] === 0x3b ? entityText(name) : undefined;
    if (character === undefined) this.refuse('a bare "&"', '"&amp;" for the sign itself', at);
    return [character, end + 1];
  }

  /** Holds that attributes are `name="value"` with white space before each (XML 1.0, 3.1). */
  private checkAttributes(): void {
    const { bytes, attributesTo: to } = this;
    let i = this.attributesFrom;
    while (i < to) {
      const spaceFrom = i;
      while (i < to && isSpace(bytes[i])) i++;
      if (i === to) return;
      const nameFrom = i;
      while (i < to && MAY_STAND_IN_NAME[bytes[i]] === 1) i++;
      const nameTo = i;
      while (i < to && isSpace(bytes[i])) i++;
      const isNamed = nameFrom > spaceFrom && nameTo > nameFrom && bytes[i] === EQUALS;
      do i++;
      while (i < to && isSpace(bytes[i]));
      const quote = bytes[i];
      const valueFrom = ++i;
      while (i < to && bytes[i] !== quote && bytes[i] !== LT) i++;
      const isQuoted = (quote === 0x22 || quote === 0x27) && i < to && bytes[i] === quote;
      if (!isNamed || !isQuoted) this.refuse("a broken attribute", 'name="value"', nameFrom);
      if (this.anyAmpersand) this.checkEntities(valueFrom, i);
      i++;
    }
  }

  get hasAttributes(): boolean {
    return this.attributesFrom < this.attributesTo;
  }

  /** Value of an attribute of the last START by its name without prefix, trimmed; undefined when it has none. */
  attribute(localName: string): string | undefined {
    if (!this.findAttribute(localName)) return undefined;
    return Buffer.from(this.text.subarray(this.textFrom, this.textTo)).toString("utf8");
  }

  /** Whether the last START has the attribute; then `text`, `textFrom` and `textTo` are its value. */
  findAttribute(localName: string): boolean {
    const { bytes, attributesTo: to } = this;
    let i = this.attributesFrom;
    while (i < to) {
      while (i < to && isSpace(bytes[i])) i++;
      let nameFrom = i;
      while (i < to && MAY_STAND_IN_NAME[bytes[i]] === 1) if (bytes[i++] === COLON) nameFrom = i;
      const nameTo = i;
      while (i < to && bytes[i] !== 0x22 && bytes[i] !== 0x27) i++;
      const quote = bytes[i];
      const valueFrom = ++i;
      let isPlain = !this.anyAmpersand;
      for (; i < to && bytes[i] !== quote; i++) if (bytes[i] < 0x20) isPlain = false;
      if (nameTo - nameFrom === localName.length && this.spells(localName, nameFrom)) {
        const length = isPlain ? 0 : this.resolve(valueFrom, i, 0, true);
        this.text = isPlain ? bytes : this.scratch;
        this.trim(isPlain ? valueFrom : 0, isPlain ? i : length);
        return true;
      }
      i++;
    }
    return false;
  }

  private spells(name: string, from: number): boolean {
    for (let k = 0; k < name.length; k++) if (this.bytes[from + k] !== name.charCodeAt(k)) return false;
    return true;
  }
}
