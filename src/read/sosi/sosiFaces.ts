import { grown, roomFor } from "../../core/grown.js";
import type { SosiElements } from "./sosiElements.js";
import { TROUBLE, type SosiCurves } from "./sosiCurves.js";

/**
 * A face in a cut, all numbers little end first in words of four bytes: its length in bytes, the line it begins on, what
 * was wrong and with which curve, how many rings, how many bytes of text; then each ring's end in vertices, padded to
 * eight bytes; the vertices as doubles, x before y; the text, padded to eight bytes. The text is the object as it stands
 * in the file, without its coordinates and references.
 */
export const FACE_WORDS = { length: 0, line: 1, trouble: 2, serial: 3, rings: 4, text: 5, ends: 6 } as const;

const NEWLINE = 0x0a;

/** Rounded up to whole doubles. */
export const toDoubles = (byteLength: number): number => Math.ceil(byteLength / 8) * 8;

/** The faces of a layer, kept until all curves are known: references, text and line, as columns. */
export class SosiFaces {
  count = 0;
  private refs = new Int32Array(1 << 12);
  private refEnd = new Uint32Array(1 << 10);
  private text = new Uint8Array(1 << 16);
  private textEnd = new Float64Array(1 << 10);
  private lines = new Uint32Array(1 << 10);

  /** Keeps the face that the elements stand at. */
  add(bytes: Uint8Array, elements: SosiElements): void {
    const f = this.count++;
    if (this.count >= this.lines.length) {
      this.refEnd = roomFor(this.refEnd, this.count + 1);
      this.textEnd = roomFor(this.textEnd, this.count + 1);
      this.lines = roomFor(this.lines, this.count + 1);
    }
    this.lines[f] = elements.line;
    this.addRefs(f, elements);
    this.textEnd[f + 1] = this.textEnd[f];
    this.addText(f, bytes, elements.from, elements.openingTo);
    for (let i = 0; i < elements.elementCount; i++) {
      this.addText(f, bytes, elements.elementFrom(i), elements.valueTo(i));
    }
  }

  /** Appends bytes[from] .. bytes[to] and ends the line. */
  private addText(f: number, bytes: Uint8Array, from: number, to: number): void {
    const at = this.textEnd[f + 1];
    const end = at + to - from;
    if (end + 1 > this.text.length) this.text = roomFor(this.text, end + 1);
    this.text.set(bytes.subarray(from, to), at);
    this.text[end] = NEWLINE;
    this.textEnd[f + 1] = end + 1;
  }

  private addRefs(f: number, { refs, refCount }: SosiElements): void {
    const at = this.refEnd[f];
    if (at + refCount > this.refs.length) {
      const longer = new Int32Array(Math.max(at + refCount, 2 * this.refs.length));
      longer.set(this.refs);
      this.refs = longer;
    }
    this.refs.set(refs.subarray(0, refCount), at);
    this.refEnd[f + 1] = at + refCount;
  }

  /** Appends face f to a cut, its rings put together from the curves. */
  pack(f: number, curves: SosiCurves, into: FacePacker): void {
    const trouble = curves.assemble(this.refs, this.refEnd[f], this.refEnd[f + 1]);
    const whole = trouble === TROUBLE.none || trouble === TROUBLE.smallGap;
    const rings = whole ? curves.ringCount : 0;
    const text = this.text.subarray(this.textEnd[f], this.textEnd[f + 1]);
    into.add(this.lines[f], trouble, curves.troubleSerial, rings, curves, text);
  }
}

/** Faces one behind the other in a buffer of its own, used again for each cut. */
export class FacePacker {
  byteLength = 0;
  private words = new Uint32Array(1 << 16);

  add(
    line: number,
    trouble: number,
    serial: number,
    rings: number,
    curves: SosiCurves,
    text: Uint8Array,
  ): void {
    const vertexCount = rings === 0 ? 0 : curves.ringEnds[rings - 1];
    const verticesAt = toDoubles(4 * (FACE_WORDS.ends + rings));
    const textAt = verticesAt + 16 * vertexCount;
    const length = toDoubles(textAt + text.length);
    const at = this.byteLength;
    if (at + length > this.words.byteLength) this.words = grown(this.words, (at + length) / 2);
    const { words } = this;
    const w = at / 4;
    words[w + FACE_WORDS.length] = length;
    words[w + FACE_WORDS.line] = line;
    words[w + FACE_WORDS.trouble] = trouble;
    words[w + FACE_WORDS.serial] = serial;
    words[w + FACE_WORDS.rings] = rings;
    words[w + FACE_WORDS.text] = text.length;
    words.set(curves.ringEnds.subarray(0, rings), w + FACE_WORDS.ends);
    new Float64Array(words.buffer, at + verticesAt, 2 * vertexCount).set(
      curves.xy.subarray(0, 2 * vertexCount),
    );
    new Uint8Array(words.buffer, at + textAt, text.length).set(text);
    this.byteLength = at + length;
  }

  /** Moves all of it out, and begins anew. */
  moveTo(bytes: Uint8Array): void {
    bytes.set(new Uint8Array(this.words.buffer, 0, this.byteLength));
    this.byteLength = 0;
  }
}
