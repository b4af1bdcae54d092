import { tupleKey } from "../core/tuple.js";
import type { M2 } from "../core/units.js";

/** Areas summed by a few texts or numbers, in the order they come. 0 for what never came. */
export class Amounts {
  private readonly sums = new Map<string, number>();

  add(m2: M2, ...key: readonly (string | number)[]): void {
    const joined = tupleKey(key);
    this.sums.set(joined, (this.sums.get(joined) ?? 0) + m2);
  }

  of(...key: readonly (string | number)[]): M2 {
    return this.sums.get(tupleKey(key)) ?? 0;
  }

  has(...key: readonly (string | number)[]): boolean {
    return this.sums.has(tupleKey(key));
  }
}
