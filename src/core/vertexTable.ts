import { grown } from "./grown.js";

/** Points by their coordinates: the same two doubles are the same vertex. An open hash over the coordinates' bits. */
export class VertexTable {
  count = 0;
  xy: Float64Array;
  private slots: Int32Array;
  private readonly bits = new Float64Array(2);
  private readonly words = new Uint32Array(this.bits.buffer);

  /** @param room numbers and slots to begin with, a power of two */
  constructor(room = 1 << 12) {
    this.xy = new Float64Array(room);
    this.slots = new Int32Array(room).fill(-1);
  }

  /** The number of the vertex there; a new one where none was. -0 is 0. */
  of(x: number, y: number): number {
    const px = x + 0;
    const py = y + 0;
    const mask = this.slots.length - 1;
    let slot = this.hash(px, py) & mask;
    for (let v = this.slots[slot]; v >= 0; v = this.slots[slot]) {
      if (this.xy[2 * v] === px && this.xy[2 * v + 1] === py) return v;
      slot = (slot + 1) & mask;
    }
    const v = this.count++;
    if (2 * this.count > this.xy.length) this.xy = grown(this.xy, 2 * this.xy.length);
    this.xy[2 * v] = px;
    this.xy[2 * v + 1] = py;
    this.slots[slot] = v;
    if (2 * this.count > this.slots.length) this.enlarge();
    return v;
  }

  private hash(x: number, y: number): number {
    this.bits[0] = x;
    this.bits[1] = y;
    const { words } = this;
    let hash = Math.imul(words[0] ^ Math.imul(words[1], 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ words[2], 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15) ^ words[3], 0x27d4eb2f);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  private enlarge(): void {
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    const mask = this.slots.length - 1;
    for (let v = 0; v < this.count; v++) {
      let slot = this.hash(this.xy[2 * v], this.xy[2 * v + 1]) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = v;
    }
  }
}
