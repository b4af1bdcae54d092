import { grown } from "../core/grown.js";
import { shared } from "../core/layer.js";
import { PairIndex } from "../core/pairIndex.js";

/** Sets of zone polygons as columns: set s has members[memberStart[s] .. memberStart[s + 1]], ascending. Set 0 is empty. */
export type CoverSetColumns = { readonly memberStart: Uint32Array; readonly members: Uint32Array };

/**
 * Every distinct set of zone polygons that occurs, as a small integer. Crossing polygon z's border moves from
 * set s to `toggle(s, z)`. Numbers depend on the order of meeting and never leave a worker except with their members.
 */
export class CoverSets {
  /** Short lists are one number in base zoneCount + 1; longer ones a text. */
  private readonly byMembers = new Map<number | string, number>();
  /** toggles asked for so far, and where each leads. */
  private readonly toggles = new PairIndex();
  private leadsTo: Uint32Array = new Uint32Array(512);
  private readonly lists: (readonly number[])[] = [];

  constructor(
    private readonly zoneCount: number,
    known?: CoverSetColumns,
  ) {
    if (known === undefined) this.intern([]);
    else this.adopt(known);
  }

  get size(): number {
    return this.lists.length;
  }

  members(set: number): readonly number[] {
    return this.lists[set];
  }

  all(): readonly (readonly number[])[] {
    return this.lists;
  }

  /** The set with zone z put in if it was out, taken out if it was in. */
  toggle(set: number, zone: number): number {
    const known = this.toggles.size;
    const at = this.toggles.of(set, zone);
    if (at < known) return this.leadsTo[at];
    const list = this.lists[set];
    const without = list.filter((member) => member !== zone);
    const result = this.intern(
      without.length < list.length ? without : [...list, zone].sort((a, b) => a - b),
    );
    this.learn(at, result);
    this.learn(this.toggles.of(result, zone), set);
    return result;
  }

  has(set: number, zone: number): boolean {
    return this.lists[set].includes(zone);
  }

  /**
   * Interns sets from elsewhere.
   * @param same how many sets at the beginning have the same numbers here and there
   * @returns the number here of each
   */
  adopt({ memberStart, members }: CoverSetColumns, same = 0): Uint32Array {
    const numbers = new Uint32Array(memberStart.length - 1);
    for (let s = 0; s < same; s++) numbers[s] = s;
    for (let s = same; s < numbers.length; s++) {
      numbers[s] = this.intern(Array.from(members.subarray(memberStart[s], memberStart[s + 1])));
    }
    return numbers;
  }

  toColumns(): CoverSetColumns {
    const memberStart = shared(Uint32Array, this.lists.length + 1);
    for (let s = 0; s < this.lists.length; s++) memberStart[s + 1] = memberStart[s] + this.lists[s].length;
    const members = shared(Uint32Array, memberStart[this.lists.length]);
    this.lists.forEach((list, s) => members.set(list, memberStart[s]));
    return { memberStart, members };
  }

  private intern(list: readonly number[]): number {
    const key = this.keyOf(list);
    const known = this.byMembers.get(key);
    if (known !== undefined) return known;
    const set = this.lists.length;
    this.byMembers.set(key, set);
    this.lists.push(list);
    return set;
  }

  private learn(at: number, result: number): void {
    if (at >= this.leadsTo.length) this.leadsTo = grown(this.leadsTo, 2 * this.leadsTo.length);
    this.leadsTo[at] = result;
  }

  private keyOf(list: readonly number[]): number | string {
    const base = this.zoneCount + 1;
    let key = 0;
    for (const zone of list) {
      if (key > (Number.MAX_SAFE_INTEGER - zone - 1) / base) return list.join(",");
      key = key * base + zone + 1;
    }
    return key;
  }
}
