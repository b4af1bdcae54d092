import { type LooseEdges, looseOf } from "./edgeMatch.js";

/** Numbers kept before they are matched with each other: 64 MB of them. */
const MOST_KEPT = 8 << 20;

/**
 * Loose edges (`looseEdges`) of a layer that comes in parts: those of each part, set against each other. Memory holds the
 * outer border, the errors, and the front between what has come and what has not. Nothing depends on the order of parts.
 */
export class LooseGather {
  private parts: Float64Array[] = [];
  private length = 0;
  private matchAt = MOST_KEPT;

  /** @param ends x, y of each edge's start, then of its end; kept, not copied */
  add(ends: Float64Array): void {
    if (ends.length === 0) return;
    this.parts.push(ends);
    this.length += ends.length;
    if (this.length < this.matchAt) return;
    const kept = this.left().ends;
    this.parts = [kept];
    this.length = kept.length;
    this.matchAt = Math.max(MOST_KEPT, 2 * kept.length);
  }

  /** What stands alone of all that has come so far. */
  left(): LooseEdges {
    const ends = new Float64Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      ends.set(part, at);
      at += part.length;
    }
    return looseOf(ends);
  }
}
