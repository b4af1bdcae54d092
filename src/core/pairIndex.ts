import { grown } from "./grown.js";
import { shared } from "./layer.js";

/** Numbers pairs (a, b) of integers below 2^26 in order of first meeting. Open addressing on typed arrays. */
export class PairIndex {
  private keys = new Float64Array(1024).fill(-1);
  private values = new Uint32Array(1024);
  private mask = 1023;
  private firsts: Uint32Array = new Uint32Array(512);
  private seconds: Uint32Array = new Uint32Array(512);
  private count = 0;

  get size(): number {
    return this.count;
  }

  first(i: number): number {
    return this.firsts[i];
  }

  second(i: number): number {
    return this.seconds[i];
  }

  /** The pair's number, given now if it is new. */
  of(a: number, b: number): number {
    const key = a * 0x4000000 + b;
    let slot = hash(a, b) & this.mask;
    while (this.keys[slot] !== -1) {
      if (this.keys[slot] === key) return this.values[slot];
      slot = (slot + 1) & this.mask;
    }
    const index = this.count++;
    this.keys[slot] = key;
    this.values[slot] = index;
    if (index === this.firsts.length) {
      this.firsts = grown(this.firsts, 2 * index);
      this.seconds = grown(this.seconds, 2 * index);
    }
    this.firsts[index] = a;
    this.seconds[index] = b;
    if (2 * this.count > this.mask) this.grow();
    return index;
  }

  columns(): { first: Uint32Array; second: Uint32Array } {
    return { first: this.firsts.slice(0, this.count), second: this.seconds.slice(0, this.count) };
  }

  /** What each pair leads to, as a table that any thread can look things up in (`findPair`) and none can change. */
  freeze(leadsTo: ArrayLike<number>): FrozenPairs {
    const keys = shared(Float64Array, this.mask + 1);
    const values = shared(Uint32Array, this.mask + 1);
    keys.set(this.keys);
    for (let slot = 0; slot <= this.mask; slot++) {
      if (keys[slot] !== -1) values[slot] = leadsTo[this.values[slot]];
    }
    return { keys, values };
  }

  private grow(): void {
    const length = 2 * (this.mask + 1);
    this.mask = length - 1;
    this.keys = new Float64Array(length).fill(-1);
    this.values = new Uint32Array(length);
    for (let i = 0; i < this.count; i++) {
      let slot = hash(this.firsts[i], this.seconds[i]) & this.mask;
      while (this.keys[slot] !== -1) slot = (slot + 1) & this.mask;
      this.keys[slot] = this.firsts[i] * 0x4000000 + this.seconds[i];
      this.values[slot] = i;
    }
  }
}

/** A PairIndex on shared memory: open addressing, key -1 is an empty slot. */
export type FrozenPairs = { readonly keys: Float64Array; readonly values: Uint32Array };

/** What the pair leads to, or -1. */
export function findPair({ keys, values }: FrozenPairs, a: number, b: number): number {
  const mask = keys.length - 1;
  const key = a * 0x4000000 + b;
  for (let slot = hash(a, b) & mask; keys[slot] !== -1; slot = (slot + 1) & mask) {
    if (keys[slot] === key) return values[slot];
  }
  return -1;
}

function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
