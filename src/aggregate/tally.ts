import type { CodeColumn } from "../core/layer.js";
import type { Pieces } from "../core/pieces.js";
import { ExactSums, type SumParts } from "../core/exactSums.js";
import { PairIndex } from "../core/pairIndex.js";
import { tupleKey } from "../core/tuple.js";

/** One thread's sums, as plain data for merging: row i is combination combo[i] of class values under cover set set[i]. */
export type TallyColumns = {
  readonly combo: Uint32Array;
  readonly set: Uint32Array;
  readonly plan: SumParts;
  readonly real: SumParts;
  /** combos[k] are the class values of combination k, one per class field. */
  readonly combos: readonly (readonly string[])[];
  /** Of all ground features: own area [0] in the plane, [1] on the ellipsoid; [2] m2 folded. */
  readonly own: SumParts;
};

/** Sums pieces by (combination of class values, cover set). One per thread; memory grows with the account, not the ground. */
export class Tally {
  private readonly cells = new PairIndex();
  private readonly plan = new ExactSums();
  private readonly real = new ExactSums();
  private readonly own = new ExactSums();
  private readonly combos: (readonly string[])[] = [];
  private readonly comboByKey = new Map<string, number>();

  constructor(private readonly fields: readonly string[]) {}

  /** Adds the pieces of one batch. `columns` hold the class values of the batch's features. */
  add(
    pieces: Pieces,
    columns: ReadonlyMap<string, CodeColumn>,
    ownPlanM2: Float64Array,
    ownTrueM2: Float64Array,
    foldedM2: Float64Array,
  ): void {
    const comboOf = this.combosOfFeatures(columns, ownPlanM2.length);
    for (let f = 0; f < ownPlanM2.length; f++) {
      this.own.add(0, ownPlanM2[f]);
      this.own.add(1, ownTrueM2[f]);
      if (foldedM2[f] !== 0) this.own.add(2, foldedM2[f]);
    }
    for (let i = 0; i < pieces.ground.length; i++) {
      const cell = this.cells.of(comboOf[pieces.ground[i]], pieces.cover[i]);
      this.plan.add(cell, pieces.planM2[i]);
      this.real.add(cell, pieces.trueM2[i]);
    }
  }

  toColumns(): TallyColumns {
    const { first, second } = this.cells.columns();
    const count = this.cells.size;
    return {
      combo: first,
      set: second,
      plan: this.plan.parts(count),
      real: this.real.parts(count),
      combos: this.combos,
      own: this.own.parts(3),
    };
  }

  /** Number of each feature's combination. Code tuples repeat within a batch, so strings are joined once per tuple. */
  private combosOfFeatures(columns: ReadonlyMap<string, CodeColumn>, features: number): Uint32Array {
    const used = this.fields.map((field) => columns.get(field) as CodeColumn);
    const result = new Uint32Array(features);
    const tuples = used.reduce((product, column) => product * column.terms.length, 1);
    const inBatch = new Map<number | string, number>();
    for (let f = 0; f < features; f++) {
      let tuple: number | string = 0;
      if (tuples <= Number.MAX_SAFE_INTEGER) {
        for (const column of used) tuple = tuple * column.terms.length + column.codes[f];
      } else tuple = used.map((column) => column.codes[f]).join();
      let combo = inBatch.get(tuple);
      if (combo === undefined) {
        combo = this.intern(used.map((column) => column.terms[column.codes[f]]));
        inBatch.set(tuple, combo);
      }
      result[f] = combo;
    }
    return result;
  }

  private intern(values: readonly string[]): number {
    const key = tupleKey(values);
    const known = this.comboByKey.get(key);
    if (known !== undefined) return known;
    this.comboByKey.set(key, this.combos.length);
    this.combos.push(values);
    return this.combos.length - 1;
  }
}
