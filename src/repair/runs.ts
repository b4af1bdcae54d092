/** What rings do along segments, as columns: the runs of segment s are start[s] .. start[s + 1]. */
export type Runs = {
  readonly start: Uint32Array;
  readonly ring: Uint32Array;
  /** How often more from the segment's `from` to its `to` than back, never 0. */
  readonly times: Int32Array;
  /** 1 where the ring passes an odd number of times. */
  readonly odd: Uint8Array;
};

/** Segments, each once, from the point with the lower number to the other. */
export type Merged = { readonly from: Uint32Array; readonly to: Uint32Array; readonly runs: Runs };

/**
 * Segments that stand in several rings, or several times in one, become one. What runs there and back runs not at all.
 *
 * @param from, to, ring per segment: its points, which differ, and whose it is
 * @returns segments in the order they are met first, and the runs of each likewise
 */
export function mergeRuns(from: readonly number[], to: readonly number[], ring: readonly number[]): Merged {
  const count = from.length;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const firstRun = new Int32Array(count).fill(-1);
  const found = { ring: new Uint32Array(count), times: new Int32Array(count), odd: new Uint8Array(count) };
  const next = new Int32Array(count).fill(-1);
  let merged = 0;
  let runs = 0;
  for (let s = 0; s < count; s++) {
    const isForth = from[s] < to[s];
    const a = isForth ? from[s] : to[s];
    const b = isForth ? to[s] : from[s];
    let slot = slotOf(a, b) & mask;
    while (slots[slot] >= 0 && (low[slots[slot]] !== a || high[slots[slot]] !== b)) slot = (slot + 1) & mask;
    if (slots[slot] < 0) {
      slots[slot] = merged;
      low[merged] = a;
      high[merged++] = b;
    }
    const one = slots[slot];
    let run = firstRun[one];
    let before = -1;
    while (run >= 0 && found.ring[run] !== ring[s]) {
      before = run;
      run = next[run];
    }
    if (run < 0) {
      run = runs++;
      found.ring[run] = ring[s];
      if (before < 0) firstRun[one] = run;
      else next[before] = run;
    }
    found.times[run] += isForth ? 1 : -1;
    found.odd[run] ^= 1;
  }
  return {
    from: low.slice(0, merged),
    to: high.slice(0, merged),
    runs: inRows(firstRun, next, merged, found),
  };
}

function slotOf(a: number, b: number): number {
  const hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}

/** Chains of runs as rows, without those that come to nothing. */
function inRows(firstRun: Int32Array, next: Int32Array, segments: number, found: Omit<Runs, "start">): Runs {
  const start = new Uint32Array(segments + 1);
  const ring = new Uint32Array(next.length);
  const times = new Int32Array(next.length);
  const odd = new Uint8Array(next.length);
  let at = 0;
  for (let s = 0; s < segments; s++) {
    for (let run = firstRun[s]; run >= 0; run = next[run]) {
      if (found.times[run] === 0) continue;
      ring[at] = found.ring[run];
      times[at] = found.times[run];
      odd[at++] = found.odd[run];
    }
    start[s + 1] = at;
  }
  return { start, ring, times, odd };
}
