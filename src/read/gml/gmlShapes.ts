import type { Srs } from "./gmlSrs.js";
import { copyOf, spellsSame, viewOf } from "./spelling.js";
import { isSpace } from "./xmlCharacters.js";

/** What is done where a step's markup has been passed: the slot behind it holds a value of the feature, ... */
export const VALUE = 1;
/** ... text or an attribute that says nothing, ... */
export const IDLE = 2;
/** ... or the positions of a ring. Nothing stands where a surface begins, a part ends, a value is empty, or all ends. */
export const RING = 3;
export const SURFACE = 4;
export const PART_END = 5;
export const EMPTY = 6;
const FEATURE_END = 7;

/** A feature of more slots has no shape: one whose positions are elements each, say. */
const MOST_SLOTS = 512;
/** So much is learnt; what has other shapes then is read tag by tag. */
const MOST_STEPS = 1 << 14;
const MOST_MARKUP_BYTES = 1 << 20;
/** Shapes that go on in so many ways from one place are not worth the search. */
const MOST_WAYS = 16;

const LT = 0x3c;
const AMPERSAND = 0x26;
const LINE_FEED = 0x0a;
const TAB = 0x09;

/** By byte, 1 where it may stand in the plain text of an element: what `XmlTokens.leaf` takes as it is, but "&". */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && byte !== LINE_FEED && byte !== TAB) || byte === LT || byte === AMPERSAND ? 0 : 1,
);

/** Markup from one slot to the next, and what follows it. */
class Step {
  next: Step | undefined;
  /** Other markup that stood in the same place. */
  other: Step | undefined;

  /**
   * @param until the byte that ends the slot behind the markup: "<", or an attribute's quote; 0 when there is no slot
   * @param path of a value
   * @param srs of a ring, and `dimension` as stated there (0: not stated)
   */
  constructor(
    readonly markup: DataView,
    readonly length: number,
    readonly kind: number,
    readonly until: number,
    readonly path: number,
    readonly srs: Srs | undefined,
    readonly dimension: number,
  ) {}
}

/**
 * The markup of features read before. Features of one type differ in their values, seldom in the bytes between them: one
 * that has the same bytes there, and plain text in the slots, is made of the same tags, so it is not taken apart again.
 * What does not match to the last byte is read tag by tag, and that reading alone refuses anything.
 *
 * Shapes share their beginnings: a tree of steps, in which features take one way each.
 */
export class GmlShapes {
  /** Of the feature matched last: its steps, and where their slots begin and end. */
  count = 0;
  readonly steps: Step[] = [];
  readonly slotFrom = new Uint32Array(MOST_SLOTS);
  readonly slotTo = new Uint32Array(MOST_SLOTS);

  private first: Step | undefined;
  private stepCount = 0;
  private markupBytes = 0;

  /** Of the feature being read tag by tag; see `note`. */
  private notes = 0;
  private isSpoiled = true;
  private readonly noteKind = new Uint8Array(MOST_SLOTS + 1); // and the end
  private readonly noteFrom = new Uint32Array(MOST_SLOTS);
  private readonly noteTo = new Uint32Array(MOST_SLOTS);
  private readonly notePath = new Uint32Array(MOST_SLOTS);
  private readonly noteSrs: (Srs | undefined)[] = [];
  private readonly noteDimension = new Uint8Array(MOST_SLOTS);

  /** Whether the feature at bytes[from] .. bytes[to] has a known shape; then `steps`, `slotFrom` and `slotTo` tell it. */
  match(bytes: Buffer, view: DataView, from: number, to: number): boolean {
    let at = from;
    let count = 0;
    let step = this.first;
    while (step !== undefined) {
      const slot = at + step.length;
      if (slot > to || !spellsSame(view, at, step.markup, 0, step.length)) {
        step = step.other;
        continue;
      }
      if (step.kind === FEATURE_END) {
        this.count = count;
        return slot === to;
      }
      at = step.until === 0 ? slot : endOfSlot(bytes, slot, to, step.kind, step.until);
      if (at < 0) return false;
      this.steps[count] = step;
      this.slotFrom[count] = slot;
      this.slotTo[count++] = at;
      step = step.next;
    }
    return false;
  }

  /** Begins the notes of a feature that is read tag by tag. */
  begin(): void {
    this.notes = 0;
    this.isSpoiled = this.stepCount >= MOST_STEPS;
  }

  /** The feature being read holds something whose meaning is not in its place alone: it gives no shape. */
  spoil(): void {
    this.isSpoiled = true;
  }

  /** Notes the slot from .. to of the feature being read, in file order. */
  note(kind: number, from: number, to: number, path = 0, srs?: Srs, dimension = 0): void {
    const i = this.notes;
    if (i === MOST_SLOTS) this.isSpoiled = true;
    if (this.isSpoiled) return;
    this.noteKind[i] = kind;
    this.noteFrom[i] = from;
    this.noteTo[i] = to;
    this.notePath[i] = path;
    this.noteSrs[i] = srs;
    this.noteDimension[i] = dimension;
    this.notes++;
  }

  /** Notes plain text as a slot, with the white space around it that `from` and `to` leave out. */
  noteText(kind: number, bytes: Uint8Array, from: number, to: number, path = 0): void {
    let [rawFrom, rawTo] = [from, to];
    while (isSpace(bytes[rawFrom - 1])) rawFrom--;
    while (isSpace(bytes[rawTo])) rawTo++;
    if (bytes[rawTo] === LT) this.note(kind, rawFrom, rawTo, path);
    else this.spoil();
  }

  /** Keeps the shape of the feature bytes[from] .. bytes[to], which has been read to its end. */
  learn(bytes: Uint8Array, from: number, to: number): void {
    if (this.isSpoiled) return;
    let parent: Step | undefined;
    let at = from;
    for (let i = 0; i < this.notes; i++) {
      const until = this.noteKind[i] < SURFACE ? bytes[this.noteTo[i]] : 0;
      parent = this.stepFrom(parent, bytes.subarray(at, this.noteFrom[i]), i, until);
      if (parent === undefined) return;
      at = this.noteTo[i];
    }
    this.noteKind[this.notes] = FEATURE_END;
    this.stepFrom(parent, bytes.subarray(at, to), this.notes, 0);
  }

  /** The step behind `parent` with this markup, a new one where there is none; undefined when there are too many. */
  private stepFrom(parent: Step | undefined, markup: Uint8Array, i: number, until: number): Step | undefined {
    const kind = this.noteKind[i];
    const view = viewOf(copyOf(markup, 0, markup.length));
    let last: Step | undefined;
    let ways = 0;
    for (let step = parent === undefined ? this.first : parent.next; step; step = step.other) {
      const isSame = step.kind === kind && step.length === markup.length;
      if (isSame && spellsSame(view, 0, step.markup, 0, step.length)) return step;
      last = step;
      ways++;
    }
    if (ways === MOST_WAYS || this.markupBytes + markup.length > MOST_MARKUP_BYTES) return undefined;
    const isRing = kind === RING;
    const made = new Step(
      view,
      markup.length,
      kind,
      until,
      this.notePath[i],
      isRing ? this.noteSrs[i] : undefined,
      isRing ? this.noteDimension[i] : 0,
    );
    this.stepCount++;
    this.markupBytes += markup.length;
    if (last !== undefined) last.other = made;
    else if (parent !== undefined) parent.next = made;
    else this.first = made;
    return made;
  }
}

/** Where the slot that begins at `from` ends; -1 when it holds more than plain text. */
function endOfSlot(bytes: Buffer, from: number, to: number, kind: number, until: number): number {
  if (kind === RING) {
    const end = bytes.indexOf(LT, from);
    return end < to ? end : -1;
  }
  let i = from;
  if (until === LT) while (i < to && IS_PLAIN[bytes[i]] === 1) i++;
  else while (i < to && bytes[i] !== until && bytes[i] >= 0x20 && IS_PLAIN[bytes[i]] === 1) i++;
  return i < to && bytes[i] === until ? i : -1;
}
