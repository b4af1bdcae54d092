import type { ListedChange } from "../tables/changeFacts.js";

/** A change between one polygon of A and one of B, whole, also where the ground was worked on in blocks. */
export type Change = ListedChange & { readonly strip: boolean };

/** Largest first; then the order of the files. */
const inOrder = (p: Ranked, q: Ranked): number => q.planM2 - p.planM2 || p.a - q.a || p.b - q.b;

type Ranked = Pick<Change, "a" | "b" | "planM2">;

/** The largest changes seen so far, a pair of polygons once. Strips have a list of their own: there are many of them. */
export class Largest {
  private list: Change[] = [];

  constructor(private readonly most: number) {}

  /** Adds the candidates that are large enough; `look` is asked only for those. */
  add<C extends Ranked>(candidates: readonly C[], look: (candidate: C) => Change): void {
    const known = new Set(this.list.map(({ a, b }) => `${a} ${b}`));
    const fresh = candidates.filter(({ a, b }) => !known.has(`${a} ${b}`)).sort(inOrder);
    const bar = this.list.length < this.most ? undefined : this.list[this.most - 1];
    const worth = fresh.slice(0, this.most).filter((one) => bar === undefined || inOrder(one, bar) < 0);
    this.list = [...this.list, ...worth.map(look)].sort(inOrder).slice(0, this.most);
  }

  all(): readonly Change[] {
    return this.list;
  }
}
