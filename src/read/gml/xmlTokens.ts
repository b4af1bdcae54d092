import { XmlAttributes } from "./xmlAttributes.js";
import { isSpace, MAY_STAND_IN_NAME } from "./xmlCharacters.js";
import { checkEntities, XmlText, type Refuse } from "./xmlText.js";
import { copyOf, spellsSame, viewOf } from "./spelling.js";
import { Terms } from "../terms.js";

/** What `next` came to. */
export const START = 1;
export const END = 2;
export const TEXT = 3;
export const DONE = 0;

/** Nothing in nature is nested deeper; whoever calls itself for nested elements relies on it. */
export const MOST_DEPTH = 200;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const AMPERSAND = 0x26;
const LINE_FEED = 0x0a;
const TAB = 0x09;
const CDATA_OPENING = Buffer.from("<![CDATA[");
const CDATA_CLOSING = Buffer.from("]]>");
const COMMENT_CLOSING = Buffer.from("-->");
const PI_CLOSING = Buffer.from("?>");

/** A name as it was spelled with its prefix where it followed another, and the one that did so before it. */
type Follower = { readonly spelled: DataView; readonly name: number; readonly before: Follower | undefined };

/**
 * Reads the XML of one feature byte by byte: tags, texts, CDATA; comments and processing instructions are passed over.
 * Names come without their prefix, as small whole numbers that mean the same in everything one object reads.
 * It holds that the feature is well formed; an element that has been begun is open until its end tag has been read.
 */
export class XmlTokens {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  private to = 0;
  /** The same bytes in other forms. */
  view = viewOf(this.bytes);
  buffer: Buffer = Buffer.alloc(0);
  anyAmpersand = false;
  private readonly names: Terms;

  /** By name: the two that followed it last, as they were spelled. */
  private readonly followers: (Follower | undefined)[] = [];

  /** The open elements: where their names stand, and how long they are; those up to `floor` are of other bytes. */
  private readonly openFrom = new Uint32Array(MOST_DEPTH + 1);
  private readonly openLength = new Uint32Array(MOST_DEPTH + 1);
  private depth = 0;
  private floor = 0;

  /** Of the last START. */
  name = 0;
  tagFrom = 0;
  readonly attributes: XmlAttributes;
  /** Told of each start tag that has attributes. */
  onAttributes: (() => void) | undefined;
  private closesItself = false;

  /** Of the last TEXT, or of `leaf`. */
  text: Uint8Array = this.bytes;
  textFrom = 0;
  textTo = 0;
  private isCdata = false;
  private readonly pieced: XmlText;

  constructor(readonly refuse: Refuse) {
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
    this.names = new Terms((bytes) => this.asText(utf8, bytes));
    this.attributes = new XmlAttributes(refuse);
    this.pieced = new XmlText(refuse);
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
    this.take(bytes);
    this.at = from;
    this.to = to;
    this.depth = this.floor;
    this.closesItself = false;
    this.anyAmpersand = this.buffer.subarray(from, to).includes(AMPERSAND);
  }

  /** Takes other bytes, of which `read` is to read something. */
  take(bytes: Uint8Array): void {
    if (this.bytes === bytes) return;
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The state, to come back to when something else has been read meanwhile. */
  pause(): () => void {
    const { bytes, at, to, depth, floor, closesItself, anyAmpersand } = this;
    this.floor = depth;
    return () => {
      this.take(bytes);
      Object.assign(this, { at, to, depth, floor, closesItself, anyAmpersand });
    };
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
      if (second === SLASH) return this.endTag(this.at);
      if (second === QUESTION) this.passOver(PI_CLOSING, 2);
      else if (second !== BANG) return this.startTag();
      else if (bytes[this.at + 2] === HYPHEN) this.passOver(COMMENT_CLOSING, 4);
      else return this.cdata();
    }
  }

  /**
   * Goes on to the next element inside the one begun last: true when there is one, false when its end tag has been read.
   * Text between elements says nothing in GML: only white space may stand there.
   */
  nextChild(): boolean {
    const { bytes, to } = this;
    for (;;) {
      if (!this.closesItself) while (this.at < to && isSpace(bytes[this.at])) this.at++;
      const kind = this.next();
      if (kind === START) return true;
      if (kind === END) return false;
      if (kind === DONE) this.endsEarly();
      this.trim(this.textFrom, this.textTo);
      if (this.textFrom < this.textTo) this.refuseText(this.textFrom);
    }
  }

  /** Text beside elements; but where the element is not closed as it should be, that is what is wrong. */
  private refuseText(at: number): never {
    this.passElement();
    return this.refuse("text beside elements", "one or the other", at);
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
    if (this.anyAmpersand) checkEntities(bytes, this.textFrom, i, this.refuse);
    return TEXT;
  }

  /** The end tag at `at`, which must be that of the element begun last and still open (XML 1.0, 3.1). */
  private endTag(at: number): number {
    const { bytes, view, to, depth } = this;
    const length = this.openLength[depth];
    let i = at + 2 + length;
    if (i >= to || depth === this.floor || !spellsSame(view, at + 2, view, this.openFrom[depth], length))
      this.refuseEndTag(at);
    while (isSpace(bytes[i])) i++;
    if (i >= to || bytes[i] !== GT) this.refuseEndTag(at);
    this.depth = depth - 1;
    this.at = i + 1;
    return END;
  }

  private refuseEndTag(at: number): never {
    let nameTo = at + 2;
    while (nameTo < Math.min(this.to, at + 82) && MAY_STAND_IN_NAME[this.bytes[nameTo]] === 1) nameTo++;
    const name = Buffer.from(this.bytes.subarray(at + 2, nameTo)).toString("utf8");
    return this.refuse(`the end tag </${name}> where another element is open`, "tags in pairs", at);
  }

  private startTag(): number {
    const { bytes, to } = this;
    this.tagFrom = this.at;
    const nameFrom = this.at + 1;
    const nameTo = this.readName(nameFrom);
    if (bytes[nameTo] === GT && nameTo < to) {
      this.attributes.count = 0;
      this.at = nameTo + 1;
    } else this.restOfTag(nameTo);
    if (!this.closesItself) this.open(nameFrom, nameTo - nameFrom);
    return START;
  }

  private restOfTag(nameTo: number): void {
    const { bytes, to, attributes } = this;
    let end = nameTo;
    while (end < to && bytes[end] !== GT) {
      const byte = bytes[end++];
      if (byte === 0x22 || byte === 0x27) while (end < to && bytes[end++] !== byte);
    }
    this.closesItself = bytes[end - 1] === SLASH;
    this.at = end + 1;
    attributes.read(bytes, nameTo, this.closesItself ? end - 1 : end);
    if (end >= to) this.refuse("a tag that is not closed", '">" at its end', this.tagFrom);
    this.onAttributes?.();
    if (!this.anyAmpersand) return;
    for (let i = 0; i < attributes.count; i++)
      checkEntities(bytes, attributes.valueFrom(i), attributes.valueTo(i), this.refuse);
  }

  private open(nameFrom: number, nameLength: number): void {
    const depth = ++this.depth;
    if (depth > MOST_DEPTH)
      this.refuse(`elements nested ${depth} deep`, `at most ${MOST_DEPTH}`, this.tagFrom);
    this.openFrom[depth] = nameFrom;
    this.openLength[depth] = nameLength;
  }

  /**
   * Reads the name that stands at `from` and returns its end. Features of one type write the same names in the same
   * order, so the names that followed this one the last times are tried first.
   */
  private readName(from: number): number {
    const { bytes, view } = this;
    for (let guess = this.followers[this.name]; guess !== undefined; guess = guess.before) {
      const { spelled } = guess;
      const end = from + spelled.byteLength;
      if (end >= this.to || MAY_STAND_IN_NAME[bytes[end]] === 1) continue;
      if (!spellsSame(view, from, spelled, 0, spelled.byteLength)) continue;
      this.name = guess.name;
      return end;
    }
    return this.readNewName(from);
  }

  private readNewName(from: number): number {
    const { bytes, to } = this;
    let localFrom = from;
    let i = from;
    while (i < to && MAY_STAND_IN_NAME[bytes[i]] === 1) if (bytes[i++] === COLON) localFrom = i;
    if (i === localFrom)
      this.refuse("a tag that is not closed", '">" at its end, "&lt;" for the sign itself', this.at);
    const name = this.names.codeOf(bytes, localFrom, i);
    const last = this.followers[this.name];
    const before = last && { ...last, before: undefined };
    this.followers[this.name] = { spelled: viewOf(copyOf(bytes, from, i)), name, before };
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
    const found = this.buffer.subarray(0, this.to).indexOf(closing, this.at + openingLength);
    if (found < 0) this.refuse("a comment or CDATA without end", closing.toString(), this.at);
    this.at = found + closing.length;
  }

  /** Passes over what the element begun last holds, and its end. */
  passElement(): void {
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
      const beginsElement = second !== SLASH && second !== BANG && second !== QUESTION;
      return !beginsElement && this.piecedLeaf(from);
    }
    this.endTag(i);
    this.text = bytes;
    this.trim(from, i);
    return true;
  }

  /** Whether the end tag of the element begun last stands at `at`, with nothing special before it; then it has been read. */
  endsAt(at: number): boolean {
    if (this.closesItself || this.bytes[at] !== LT || this.bytes[at + 1] !== SLASH) return false;
    this.endTag(at);
    return true;
  }

  private piecedLeaf(from: number): boolean {
    const { pieced, bytes, depth } = this;
    pieced.length = 0;
    for (;;) {
      const kind = this.next();
      if (kind === TEXT) {
        if (this.isCdata) pieced.copy(bytes, this.textFrom, this.textTo);
        else pieced.resolve(bytes, this.textFrom, this.textTo);
      } else if (kind === END) {
        this.text = pieced.bytes;
        this.trim(0, pieced.length);
        return true;
      } else if (kind === START) {
        this.at = from;
        this.depth = depth;
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

  get hasAttributes(): boolean {
    return this.attributes.count > 0;
  }

  /** Value of an attribute of the last START by its name without prefix, trimmed; undefined when it has none. */
  attribute(localName: string): string | undefined {
    if (!this.findAttribute(localName)) return undefined;
    return Buffer.from(this.text.subarray(this.textFrom, this.textTo)).toString("utf8");
  }

  /** Whether the last START has the attribute; then `text`, `textFrom` and `textTo` are its value. */
  findAttribute(localName: string): boolean {
    const { bytes, attributes, pieced } = this;
    const found = attributes.find(localName);
    if (found < 0) return false;
    const from = attributes.valueFrom(found);
    const to = attributes.valueTo(found);
    let isPlain = !this.anyAmpersand;
    for (let i = from; i < to; i++) if (bytes[i] < 0x20) isPlain = false;
    this.text = bytes;
    if (!isPlain) {
      pieced.length = 0;
      pieced.resolve(bytes, from, to, true);
      this.text = pieced.bytes;
    }
    this.trim(isPlain ? from : 0, isPlain ? to : pieced.length);
    return true;
  }
}
