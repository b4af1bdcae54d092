import { InputError } from "../../core/trouble.js";
import { GmlFeatureEnd } from "./gmlFeatureEnd.js";
import { Terms } from "../terms.js";
import { isSpace } from "./xmlCharacters.js";
import { placeIn } from "./xmlEncoding.js";
import { MOST_DEPTH } from "./xmlTokens.js";

/**
 * A feature, or the collection's own `boundedBy` (then `type` is ""), in the bytes just scanned: from .. to, half-open.
 * `type` is the feature type: the element's name without prefix.
 */
export type GmlSpan = { readonly from: number; readonly to: number; readonly type: string };

/** A single feature of more bytes is not read: some twenty million vertices. */
const MOST_FEATURE_BYTES = 512 * 2 ** 20;
/** Texts shorter than this are passed byte by byte: a call to `indexOf` costs as much. */
const NEAR = 24;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;

const WRAPPERS = new Set(["featuremember", "featuremembers", "member", "members"]);
const FEATURE_COLLECTION = "featurecollection";

/** A name without its prefix; `known` in lower case. */
type LocalName = { readonly local: string; readonly known: string };

/** What an open element outside features is. */
const OTHER = 0;
const COLLECTION = 1;
const WRAPPER = 2;

const TEXT = undefined;
const COMMENT = Buffer.from("-->");
const CDATA = Buffer.from("]]>");
const INSTRUCTION = Buffer.from("?>");

/**
 * Finds the features of a GML file in its bytes (UTF-8), which may come in any portions, and holds that tags around them
 * come in pairs. What stands inside a feature is for the decoder; it is passed over by leaps where nothing in it can be
 * taken for its end, else tag by tag.
 *
 * Features are the children of `featureMember`, `featureMembers`, `member` (WFS 2.0) and `members`, whatever their
 * prefix, in the root or in a FeatureCollection inside one of these (GML 3.2.1, 9.9; WFS 2.0, 10.3.2 and 11.3.3).
 */
export class GmlSplitter {
  /** Features met so far, of any type. */
  featureCount = 0;
  private depth = 0;
  private readonly hashes = new Int32Array(MOST_DEPTH + 2);
  private readonly kinds = new Uint8Array(MOST_DEPTH + 2);
  private featureDepth = 0; // 0: outside features
  private featureFrom = 0; // in the file
  private featureType = "";
  private inside: Buffer | undefined = TEXT;
  private tokenFrom = 0; // in the file: what has not been passed yet
  private ended = false;
  private readonly types = new Map<string, string>();
  private readonly featureEnd = new GmlFeatureEnd();
  private readonly names = new Terms((bytes) => Buffer.from(bytes).toString("utf8"));
  private readonly localNames: LocalName[] = [];

  /** @param encoding what the file was in before it became UTF-8, for messages */
  constructor(
    private readonly path: string,
    private readonly encoding = "utf-8",
  ) {}

  /** Bytes of the file from here on are still needed; what is before may be forgotten. */
  get keepFrom(): number {
    return this.featureDepth > 0 ? this.featureFrom : this.tokenFrom;
  }

  /** Where the scan came to; the next one goes on there. */
  get scannedTo(): number {
    return this.tokenFrom;
  }

  /**
   * Scans on, from `scannedTo` to the end of bytes[0] .. bytes[to]; `base` is where in the file bytes[0] stands.
   * A tag that is not whole yet waits for more bytes.
   */
  scan(bytes: Buffer, to: number, base: number): GmlSpan[] {
    const spans: GmlSpan[] = [];
    let i = this.tokenFrom - base;
    for (;;) {
      if (this.inside !== TEXT) {
        const found = bytes.subarray(0, to).indexOf(this.inside, i);
        i = found < 0 ? Math.max(i, to - this.inside.length + 1) : found + this.inside.length;
        if (found < 0) break;
        this.inside = TEXT;
      }
      const tag = this.passText(bytes, i, to, base);
      i = tag;
      if (tag + 1 >= to) break;
      const second = bytes[tag + 1];
      if (second === SLASH) i = this.endTag(bytes, tag, to, base, spans);
      else if (second === 0x3f) {
        this.inside = INSTRUCTION;
        i = tag + 2;
      } else if (second === 0x21) i = this.declaration(bytes, tag, to, base);
      else i = this.startTag(bytes, tag, to, base, spans);
      if (i < 0) {
        i = tag;
        break;
      }
    }
    this.tokenFrom = base + i;
    if (this.featureDepth > 0 && base + to - this.featureFrom > MOST_FEATURE_BYTES) {
      this.refuse(this.featureFrom, "a feature without end, or of more than 512 MiB", "features that end");
    }
    return spans;
  }

  /** Says that the file is at its end; throws when it ends in the middle. */
  finish(byteLength: number): void {
    if (this.depth === 0 && this.ended && this.inside === TEXT && this.tokenFrom === byteLength) return;
    const came =
      this.depth === 0 && !this.ended ? "a file without elements" : "the end of the file inside an element";
    this.refuse(byteLength, came, "a whole GML file");
  }

  private passText(bytes: Buffer, from: number, to: number, base: number): number {
    const near = Math.min(to, from + NEAR);
    let i = from;
    if (this.featureDepth === 0 && (this.depth === 0 || this.kinds[this.depth] !== OTHER)) {
      for (; i < to && bytes[i] !== LT; i++) this.checkBetween(bytes[i], base + i);
      return i;
    }
    while (i < near && bytes[i] !== LT) i++;
    if (i < near || i === to) return i;
    const found = bytes.indexOf(LT, i);
    return found < 0 || found > to ? to : found;
  }

  /** Around and between features only white space stands, and the mark some editors put before all text. */
  private checkBetween(byte: number, position: number): void {
    const isMark = position < 3 && byte === [0xef, 0xbb, 0xbf][position];
    if (isMark || isSpace(byte)) return;
    const came = this.depth === 0 ? "text outside the root element" : "text between features";
    this.refuse(position, came, "elements");
  }

  /** @returns where the tag ends; -1 when it does not end in these bytes */
  private startTag(bytes: Buffer, tag: number, to: number, base: number, spans: GmlSpan[]): number {
    let hash = 0x811c9dc5 | 0;
    let i = tag + 1;
    let byte = 0;
    for (; i < to; i++) {
      byte = bytes[i];
      if (byte <= 0x20 || byte === GT || byte === SLASH || byte === LT) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const nameTo = i;
    while (i < to) {
      byte = bytes[i];
      if (byte === GT || byte === LT) break;
      i++;
      if (byte !== 0x22 && byte !== 0x27) continue;
      const closing = bytes.indexOf(byte, i);
      if (closing < 0 || closing >= to) return -1;
      i = closing + 1;
    }
    if (i >= to) return -1;
    if (byte === LT || nameTo === tag + 1) {
      this.refuse(base + tag, "a tag that is not closed", '">" at its end, "&lt;" for the sign itself');
    }
    const closesItself = bytes[i - 1] === SLASH;
    this.open(hash, bytes, tag, nameTo, base);
    let end = i + 1;
    if (!closesItself) {
      if (this.featureDepth !== this.depth) return end;
      const featureEnd = this.featureEnd.find(bytes, tag + 1, nameTo, end, to, base);
      if (featureEnd < 0) return end;
      end = featureEnd;
    }
    this.close(base + end, base, spans);
    return end;
  }

  private open(hash: number, bytes: Buffer, tag: number, nameTo: number, base: number): void {
    if (this.depth === 0 && this.ended) this.refuse(base + tag, "a second root element", "one XML element");
    const depth = ++this.depth;
    if (depth > MOST_DEPTH) this.refuse(base + tag, `elements nested ${depth} deep`, `at most ${MOST_DEPTH}`);
    this.hashes[depth] = hash;
    if (this.featureDepth > 0) return;
    const code = this.names.codeOf(bytes, tag + 1, nameTo);
    const name = (this.localNames[code] ??= localName(this.names.terms[code]));
    const known = name.known;
    const parent = this.kinds[depth - 1];
    if (depth === 1 || (parent === WRAPPER && known === FEATURE_COLLECTION)) this.kinds[depth] = COLLECTION;
    else if (parent === COLLECTION && WRAPPERS.has(known)) this.kinds[depth] = WRAPPER;
    else if (parent === WRAPPER) this.beginFeature(base + tag, this.typeOf(name));
    else if (parent === COLLECTION && known === "boundedby") this.beginFeature(base + tag, "");
    else this.kinds[depth] = OTHER;
  }

  private beginFeature(from: number, type: string): void {
    this.featureDepth = this.depth;
    this.featureFrom = from;
    this.featureType = type;
  }

  /** Types are told apart without regard to case; the first spelling stays. */
  private typeOf({ local, known }: LocalName): string {
    const first = this.types.get(known);
    if (first !== undefined) return first;
    this.types.set(known, local);
    return local;
  }

  private endTag(bytes: Buffer, tag: number, to: number, base: number, spans: GmlSpan[]): number {
    let hash = 0x811c9dc5 | 0;
    let i = tag + 2;
    let byte = 0;
    for (; i < to; i++) {
      byte = bytes[i];
      if (byte <= 0x20 || byte === GT || byte === LT) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const nameTo = i;
    while (i < to && isSpace(bytes[i])) i++;
    if (i >= to) return -1;
    if (bytes[i] !== GT || this.depth === 0 || this.hashes[this.depth] !== hash) {
      const name = bytes.toString("utf8", tag + 2, Math.min(nameTo, tag + 82));
      this.refuse(base + tag, `the end tag </${name}> where another element is open`, "tags in pairs");
    }
    this.close(base + i + 1, base, spans);
    return i + 1;
  }

  private close(end: number, base: number, spans: GmlSpan[]): void {
    if (this.featureDepth === this.depth) {
      this.featureDepth = 0;
      if (this.featureType !== "") this.featureCount++;
      spans.push({ from: this.featureFrom - base, to: end - base, type: this.featureType });
    }
    if (--this.depth === 0) this.ended = true;
  }

  /** A comment, CDATA, or what we do not read: a document type may hold entities that multiply. */
  private declaration(bytes: Buffer, tag: number, to: number, base: number): number {
    const opening = bytes.toString("latin1", tag, Math.min(to, tag + 9));
    if (opening.startsWith("<!--")) {
      this.inside = COMMENT;
      return tag + 4;
    }
    if (opening === "<![CDATA[" && this.depth > 0) {
      this.inside = CDATA;
      return tag + 9;
    }
    if ("<!--".startsWith(opening) || "<![CDATA[".startsWith(opening)) return -1;
    return this.refuse(base + tag, `"${opening}"`, "XML without a document type");
  }

  private refuse(position: number, came: string, wanted: string): never {
    throw new InputError(
      { layer: this.path, position: placeIn(this.encoding, position) },
      { came, wanted, todo: `Fetch or export the file again (${this.featureCount} features were read)` },
    );
  }
}

function localName(name: string): LocalName {
  const local = name.slice(name.lastIndexOf(":") + 1);
  return { local, known: local.toLowerCase() };
}
