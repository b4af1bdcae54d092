import { roomFor } from "../../core/grown.js";
import { isSpace, MAY_STAND_IN_NAME } from "./xmlCharacters.js";
import type { Refuse } from "./xmlText.js";

const LT = 0x3c;
const COLON = 0x3a;
const EQUALS = 0x3d;

/** Places kept of one attribute: name from (without prefix), name to, value from, value to. */
const PLACES = 4;

/** The attributes of one start tag, as places in its bytes. */
export class XmlAttributes {
  count = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private places = new Uint32Array(16 * PLACES);

  constructor(private readonly refuse: Refuse) {}

  /**
   * Takes the attributes that stand in bytes[from] .. bytes[to], between the tag's name and its end.
   * Holds that they are `name="value"` with white space before each (XML 1.0, 3.1).
   */
  read(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.count = 0;
    let i = from;
    while (i < to) {
      const spaceFrom = i;
      while (i < to && isSpace(bytes[i])) i++;
      if (i === to) return;
      const nameFrom = i;
      let localFrom = i;
      while (i < to && MAY_STAND_IN_NAME[bytes[i]] === 1) if (bytes[i++] === COLON) localFrom = i;
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
      this.put(localFrom, nameTo, valueFrom, i);
      i++;
    }
  }

  private put(nameFrom: number, nameTo: number, valueFrom: number, valueTo: number): void {
    const at = PLACES * this.count++;
    if (at === this.places.length) this.places = roomFor(this.places, at + PLACES);
    this.places[at] = nameFrom;
    this.places[at + 1] = nameTo;
    this.places[at + 2] = valueFrom;
    this.places[at + 3] = valueTo;
  }

  valueFrom(attribute: number): number {
    return this.places[PLACES * attribute + 2];
  }

  valueTo(attribute: number): number {
    return this.places[PLACES * attribute + 3];
  }

  /** Which attribute has the name, prefixes left out; -1 when none has. */
  find(localName: string): number {
    const { bytes, places } = this;
    for (let attribute = 0; attribute < this.count; attribute++) {
      const from = places[PLACES * attribute];
      if (places[PLACES * attribute + 1] - from !== localName.length) continue;
      let k = 0;
      while (k < localName.length && bytes[from + k] === localName.charCodeAt(k)) k++;
      if (k === localName.length) return attribute;
    }
    return -1;
  }
}
