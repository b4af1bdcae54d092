import { grown } from "../../core/grown.js";
import { entityText, isSpace } from "./xmlCharacters.js";

/** Raises an InputError about the byte at `at` of the bytes being read. */
export type Refuse = (came: string, wanted: string, at: number) => never;

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;
/** No entity that is read has a longer name. */
const MOST_ENTITY_BYTES = 12;

/** A text put together from pieces that do not stand in the file as they read: entities, CDATA, ends of line. */
export class XmlText {
  bytes = new Uint8Array(1 << 10);
  length = 0;

  constructor(private readonly refuse: Refuse) {}

  /**
   * Appends source[from] .. source[to], each end of line as one line feed; in attributes white space of any kind is a
   * space (XML 1.0, 2.11 and 3.3.3).
   */
  copy(source: Uint8Array, from: number, to: number, inAttribute = false): void {
    this.reserve(to - from);
    for (let i = from; i < to; i++) {
      let byte = source[i];
      if (byte === RETURN) {
        if (source[i + 1] === LINE_FEED) continue;
        byte = LINE_FEED;
      }
      if (byte < 0x20 && !isSpace(byte)) this.refuse("a control character", "text", i);
      this.bytes[this.length++] = inAttribute && isSpace(byte) ? 0x20 : byte;
    }
  }

  /** Appends source[from] .. source[to] with its entities replaced. */
  resolve(source: Uint8Array, from: number, to: number, inAttribute = false): void {
    let copied = from;
    for (let i = from; i < to; i++) {
      if (source[i] !== AMPERSAND) continue;
      this.copy(source, copied, i, inAttribute);
      const [character, end] = entityAt(source, i, to, this.refuse);
      const bytes = Buffer.from(character);
      this.reserve(bytes.length);
      this.bytes.set(bytes, this.length);
      this.length += bytes.length;
      copied = end;
      i = end - 1;
    }
    this.copy(source, copied, to, inAttribute);
  }

  private reserve(more: number): void {
    if (this.length + more > this.bytes.length) this.bytes = grown(this.bytes, 2 * (this.length + more));
  }
}

/** Holds that every "&" in bytes[from] .. bytes[to] begins an entity that is known. */
export function checkEntities(bytes: Uint8Array, from: number, to: number, refuse: Refuse): void {
  for (let i = from; i < to; i++) if (bytes[i] === AMPERSAND) i = entityAt(bytes, i, to, refuse)[1] - 1;
}

/** What the entity at `at` says, and where it ends. */
function entityAt(bytes: Uint8Array, at: number, to: number, refuse: Refuse): [string, number] {
  let end = at + 1;
  while (end < to && bytes[end] !== SEMICOLON && end - at < MOST_ENTITY_BYTES) end++;
  const name = Buffer.from(bytes.subarray(at + 1, end)).toString("latin1");
  const character = end < to && bytes[end] === SEMICOLON ? entityText(name) : undefined;
  if (character === undefined) refuse('a bare "&"', '"&amp;" for the sign itself', at);
  return [character, end + 1];
}
