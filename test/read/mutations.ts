/** A stream of numbers in [0, 1) that depends on the seed alone (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Mutate = (bytes: Uint8Array, next: () => number) => Uint8Array;

const changed = (bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  change(copy);
  return copy;
};
const place = (bytes: Uint8Array, next: () => number) => Math.floor(next() * bytes.length);
const HEAD_BYTES = 400;

/** What disks, transfers and editors do to a file. */
export const MUTATIONS: Readonly<Record<string, Mutate>> = {
  "a bit flipped": (bytes, next) =>
    changed(bytes, (copy) => (copy[place(bytes, next)] ^= 1 << Math.floor(8 * next()))),
  "a byte changed": (bytes, next) =>
    changed(bytes, (copy) => (copy[place(bytes, next)] = Math.floor(256 * next()))),
  "a byte of its head changed": (bytes, next) =>
    changed(bytes, (copy) => (copy[Math.floor(next() * Math.min(HEAD_BYTES, bytes.length))] = 256 * next())),
  "a byte lost": (bytes, next) => {
    const at = place(bytes, next);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  },
  "a byte more": (bytes, next) => {
    const at = place(bytes, next);
    return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(256 * next()), bytes.subarray(at)]);
  },
  "64 bytes zeroed": (bytes, next) =>
    changed(bytes, (copy) => {
      const at = place(bytes, next);
      copy.fill(0, at, at + 64);
    }),
  "its end lost": (bytes, next) => bytes.subarray(0, place(bytes, next)),
  "a stretch twice": (bytes, next) => {
    const at = place(bytes, next);
    const end = Math.min(bytes.length, at + Math.floor(3000 * next()));
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  },
};
