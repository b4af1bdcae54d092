/** Numbers in sets that are joined two by two, each set known by one of its numbers (Tarjan, JACM 22, 1975; paths halved). */
export class DisjointSets {
  private readonly above: Uint32Array;

  /** @param count numbers 0 .. count - 1, each a set of its own */
  constructor(count: number) {
    const above = new Uint32Array(count);
    for (let i = 0; i < count; i++) above[i] = i;
    this.above = above;
  }

  rootOf(i: number): number {
    const { above } = this;
    let at = i;
    while (above[at] !== at) {
      above[at] = above[above[at]];
      at = above[at];
    }
    return at;
  }

  /** Joins the set of a to that of b, which keeps its root. */
  join(a: number, b: number): void {
    const root = this.rootOf(b);
    this.above[this.rootOf(a)] = root;
  }
}
