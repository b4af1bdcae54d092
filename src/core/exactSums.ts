import { grown } from "./grown.js";

/**
 * Sums whose bits do not depend on the order of the terms: each term is cut into three parts on fixed grids
 * (2^-6, 2^-30 and 2^-54 m2), and sums on one grid are exact. (Pre-rounded summation: Demmel & Nguyen, "Fast
 * reproducible floating-point summation", ARITH 2013.) What is below 2^-55 m2 per term is rounded off.
 *
 * Room for terms below 2^45 m2, totals below 2^46 m2 (70 million km2) and 2^30 terms.
 */
export class ExactSums {
  private high: Float64Array = new Float64Array(64);
  private middle: Float64Array = new Float64Array(64);
  private low: Float64Array = new Float64Array(64);

  add(at: number, term: number): void {
    if (at >= this.high.length) this.grow(at + 1);
    const high = term + TO_2_6 - TO_2_6;
    const rest = term - high;
    const middle = rest + TO_2_30 - TO_2_30;
    const low = rest - middle + TO_2_54 - TO_2_54;
    this.high[at] += high;
    this.middle[at] += middle;
    this.low[at] += low;
  }

  /** Adds another's sum to one here; exact. */
  addFrom(at: number, parts: SumParts, from: number): void {
    if (at >= this.high.length) this.grow(at + 1);
    this.high[at] += parts.high[from];
    this.middle[at] += parts.middle[from];
    this.low[at] += parts.low[from];
  }

  total(at: number): number {
    return at < this.high.length ? this.high[at] + (this.middle[at] + this.low[at]) : 0;
  }

  /** The first `count` sums as plain columns, for another thread. */
  parts(count: number): SumParts {
    if (count > this.high.length) this.grow(count);
    return {
      high: this.high.slice(0, count),
      middle: this.middle.slice(0, count),
      low: this.low.slice(0, count),
    };
  }

  private grow(least: number): void {
    const length = Math.max(least, 2 * this.high.length);
    this.high = grown(this.high, length);
    this.middle = grown(this.middle, length);
    this.low = grown(this.low, length);
  }
}

/** The sum of some terms, whatever their order. */
export function exactTotal(terms: Iterable<number>): number {
  const sum = new ExactSums();
  for (const term of terms) sum.add(0, term);
  return sum.total(0);
}

export type SumParts = {
  readonly high: Float64Array;
  readonly middle: Float64Array;
  readonly low: Float64Array;
};

/** Adding and taking away 1.5 x 2^(52 - k) rounds to a multiple of 2^-k. */
const TO_2_6 = 1.5 * 2 ** 46;
const TO_2_30 = 1.5 * 2 ** 22;
const TO_2_54 = 1.5 * 2 ** -2;
