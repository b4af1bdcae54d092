import type { DrawnClass } from "../report/basis.js";

/** Class values as small numbers from 1, in the order they are met: the pixels of a map. */
export class ClassNumbers {
  private readonly numbers = new Map<string, number>();
  private readonly terms: string[] = [];

  of(term: string): number {
    let number = this.numbers.get(term);
    if (number === undefined) this.numbers.set(term, (number = this.terms.push(term)));
    return Math.min(number, 65_535); // a field with more values than that is no class field
  }

  /** Paths by number as paths by class, in order of code. */
  classes(paths: ReadonlyMap<number, string>): readonly DrawnClass[] {
    return [...paths]
      .map(([number, path]) => ({ kode: this.terms[number - 1], path }))
      .sort((a, b) => (a.kode < b.kode ? -1 : 1));
  }
}
