import { InputError } from "../../core/trouble.js";

/** One feature in the bytes just scanned: from .. to (half-open), of the collection of that name ("" for the root). */
export type FeatureSpan = { readonly from: number; readonly to: number; readonly collection: string };

/** What a collection says of itself besides its features. */
export type CollectionFacts = { crs?: unknown; name?: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const RECORD_SEPARATOR = 0x1e;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const CASE_BIT = 0x20; // turns [ into { and ] into }

/** Members of a Feature that hold objects, and so are never collections however they look inside. */
const NOT_COLLECTIONS = new Set(["properties", "geometry"]);

/**
 * Finds features in the bytes of a GeoJSON file without understanding them. Bytes may come in any portions.
 *
 * Knows a FeatureCollection, a root object whose members are FeatureCollections (Kartverket's downloads), and a
 * sequence of root objects without collections in them: a lone Feature, one a line, or RFC 8142 with its separators.
 * Only brackets and strings are followed; what stands inside a feature is for the parser to judge.
 */
export class GeoJsonScanner {
  /** Every collection met, in file order. */
  readonly collections = new Set<string>();
  private readonly said = new Map<string, CollectionFacts>();

  private readonly open: number[] = []; // brackets above the features, at most three
  private readonly keys: string[] = []; // member being read, by depth
  private expectKey = false;
  private rootFrom = -1;
  private rootHasCollection = false;
  private featuresDepth = 0; // depth of the open features array, 0 when none is
  private collection = "";
  private skipDepth = 0; // brackets open inside a value that is passed over
  private skipFrom = -1;
  private stringFrom = -1;
  private inString = false;
  private escaped = false;

  constructor(private readonly path: string) {}

  /** What a collection has said so far; what it does not say, its root may. */
  factsOf(collection: string): CollectionFacts {
    return { ...this.said.get(""), ...this.said.get(collection) };
  }

  /** Bytes of the file from here on are still needed; what is before may be forgotten. */
  keepFrom(scannedTo: number): number {
    let keep = scannedTo;
    if (this.stringFrom >= 0) keep = Math.min(keep, this.stringFrom);
    if (this.skipFrom >= 0) keep = Math.min(keep, this.skipFrom);
    if (this.rootFrom >= 0 && !this.rootHasCollection) keep = Math.min(keep, this.rootFrom);
    return keep;
  }

  /**
   * Scans bytes[from] .. bytes[to]; `base` is where in the file bytes[0] stands. Everything after `keepFrom` must
   * still be in `bytes`.
   */
  scan(bytes: Uint8Array, from: number, to: number, base: number): FeatureSpan[] {
    const spans: FeatureSpan[] = [];
    let i = from;
    while (i < to) {
      if (this.inString) i = this.passString(bytes, i, to, base);
      else if (this.skipDepth > 0) i = this.passValue(bytes, i, to, base, spans);
      else this.structure(bytes, i++, base, spans);
    }
    return spans;
  }

  /** Says that the file is at its end; throws when it ends in the middle. */
  finish(byteLength: number): void {
    if (this.open.length === 0 && !this.inString && this.skipDepth === 0) return;
    throw this.trouble(byteLength, "the end of the file inside an object", "a closing bracket");
  }

  private passString(bytes: Uint8Array, from: number, to: number, base: number): number {
    let i = from;
    for (; i < to; i++) {
      if (this.escaped) this.escaped = false;
      else if (bytes[i] === BACKSLASH) this.escaped = true;
      else if (bytes[i] === QUOTE) break;
    }
    if (i === to) return to;
    this.inString = false;
    if (this.stringFrom >= 0) this.endOuterString(bytes, i + 1, base);
    return i + 1;
  }

  private endOuterString(bytes: Uint8Array, to: number, base: number): void {
    const text = this.parse(bytes, this.stringFrom - base, to, base) as string;
    this.stringFrom = -1;
    const depth = this.open.length;
    if (this.expectKey) this.keys[depth] = text;
    else if (this.keys[depth] === "name" && this.mayBeCollection())
      this.facts(this.collectionHere()).name = text;
    this.expectKey = false;
  }

  private passValue(bytes: Uint8Array, from: number, to: number, base: number, spans: FeatureSpan[]): number {
    let depth = this.skipDepth;
    let i = from;
    for (; i < to; i++) {
      const byte = bytes[i];
      if (byte === QUOTE) {
        this.inString = true;
        i++;
        break;
      }
      const bracket = byte | CASE_BIT;
      if (bracket === OPEN_BRACE) depth++;
      else if (bracket === CLOSE_BRACE && --depth === 0) {
        i++;
        break;
      }
    }
    this.skipDepth = depth;
    if (depth === 0) this.endValue(bytes, i, base, spans);
    return i;
  }

  private endValue(bytes: Uint8Array, to: number, base: number, spans: FeatureSpan[]): void {
    const from = this.skipFrom;
    this.skipFrom = -1;
    if (from < 0) return;
    if (this.featuresDepth > 0) spans.push({ from: from - base, to, collection: this.collection });
    else this.facts(this.collectionHere()).crs = this.parse(bytes, from - base, to, base);
  }

  /** One byte above the features. */
  private structure(bytes: Uint8Array, i: number, base: number, spans: FeatureSpan[]): void {
    const byte = bytes[i];
    const depth = this.open.length;
    switch (byte) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.openBracket(byte, base + i);
        return;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.closeBracket(byte, base + i, base, spans);
        return;
      case QUOTE:
        if (depth === 0 || this.featuresDepth > 0) throw this.trouble(base + i, "a text", "a feature");
        this.inString = true;
        this.stringFrom = base + i;
        return;
      case COMMA:
        this.expectKey = this.open[depth - 1] === OPEN_BRACE;
        if (depth > 0) return;
        break;
      case COLON:
        if (depth > 0) return;
        break;
      case RECORD_SEPARATOR:
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        return;
    }
    const isMark = base + i < 3 && byte === BYTE_ORDER_MARK[base + i];
    if (isMark || (depth > 0 && this.featuresDepth === 0)) return;
    throw this.trouble(base + i, `"${String.fromCharCode(byte)}"`, "a GeoJSON object");
  }

  private openBracket(byte: number, at: number): void {
    const depth = this.open.length;
    const key = this.keys[depth];
    if (this.featuresDepth > 0) {
      if (byte !== OPEN_BRACE) throw this.trouble(at, "an array", "a feature");
      this.passOver(at);
    } else if (depth === 0) {
      if (byte !== OPEN_BRACE) throw this.trouble(at, "an array", "a GeoJSON object");
      this.rootFrom = at;
      this.rootHasCollection = false;
      this.push(byte);
    } else if (byte === OPEN_BRACKET && key === "features" && this.mayBeCollection()) {
      this.rootHasCollection = true;
      this.collection = this.collectionHere();
      this.collections.add(this.collection);
      this.push(byte);
      this.featuresDepth = this.open.length;
    } else if (byte === OPEN_BRACE && key === "crs" && this.mayBeCollection()) this.passOver(at);
    else if (byte === OPEN_BRACE && depth === 1 && !NOT_COLLECTIONS.has(key)) this.push(byte);
    else this.skipDepth = 1;
  }

  private closeBracket(byte: number, at: number, base: number, spans: FeatureSpan[]): void {
    const opening = this.open.pop();
    if (opening !== (byte === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET)) {
      throw this.trouble(
        at,
        `"${String.fromCharCode(byte)}" without its opening bracket`,
        "brackets in pairs",
      );
    }
    this.expectKey = false;
    if (this.featuresDepth > this.open.length) this.featuresDepth = 0;
    if (this.open.length > 0) return;
    if (!this.rootHasCollection) {
      this.collections.add("");
      spans.push({ from: this.rootFrom - base, to: at + 1 - base, collection: "" });
    }
    this.rootFrom = -1;
  }

  private push(byte: number): void {
    this.open.push(byte);
    this.expectKey = byte === OPEN_BRACE;
    this.keys[this.open.length] = "";
  }

  private passOver(at: number): void {
    this.skipDepth = 1;
    this.skipFrom = at;
  }

  /** True in the root object and in the objects that are its members. */
  private mayBeCollection(): boolean {
    return this.open.length === 1 || this.open.length === 2;
  }

  private collectionHere(): string {
    return this.open.length === 1 ? "" : this.keys[1];
  }

  private facts(collection: string): CollectionFacts {
    const known = this.said.get(collection);
    if (known !== undefined) return known;
    const facts: CollectionFacts = {};
    this.said.set(collection, facts);
    return facts;
  }

  private parse(bytes: Uint8Array, from: number, to: number, base: number): unknown {
    try {
      return JSON.parse(new TextDecoder().decode(bytes.slice(from, to)));
    } catch {
      throw this.trouble(base + from, "broken JSON", "JSON");
    }
  }

  private trouble(position: number, came: string, wanted: string): InputError {
    return new InputError(
      { layer: this.path, position: `byte ${position}` },
      { came, wanted, todo: "The file is no whole GeoJSON: fetch or export it again" },
    );
  }
}
