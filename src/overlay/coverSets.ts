import { grown } from "../core/grown.js";
import { shared } from "../core/layer.js";
import { findPair, type FrozenPairs, PairIndex } from "../core/pairIndex.js";

/**
 * Sets of zone polygons as columns on shared memory: set s has members[memberStart[s] .. memberStart[s + 1]],
 * ascending; set 0 is empty. `toggles` has the toggles asked for on the way to the columns, which are those the borders themselves make.
 */
export type CoverSetColumns = {
  readonly memberStart: Uint32Array;
  readonly members: Uint32Array;
  readonly toggles: FrozenPairs;
};

/**
 * Every distinct set of zone polygons that occurs, as a small integer. Crossing polygon z's border moves from
 * set s to `toggle(s, z)`. Numbers depend on the order of meeting and never leave a worker except with their members.
 *
 * A thread begins with the columns of the index, which it shares and never copies, and adds what it meets besides.
 */
export class CoverSets {
  private readonly known: CoverSetColumns | undefined;
  private readonly knownCount: number;
  /** Sets beyond the known ones. */
  private readonly added: (readonly number[])[] = [];
  /** Toggles beyond the known ones, and where each leads. */
  private readonly toggles = new PairIndex();
  private leadsTo: Uint32Array = new Uint32Array(512);
  /** Short lists are one number in base zoneCount + 1; longer ones a text. Made when a new set is first met. */
  private byMembers: Map<number | string, number> | undefined;

  constructor(
    private readonly zoneCount: number,
    known?: CoverSetColumns,
  ) {
    this.known = known;
    this.knownCount = known === undefined ? 0 : known.memberStart.length - 1;
    if (known === undefined) this.intern([]);
  }

  get size(): number {
    return this.knownCount + this.added.length;
  }

  /** Zones of a set, ascending. */
  members(set: number): readonly number[] {
    if (this.known === undefined || set >= this.knownCount) return this.added[set - this.knownCount];
    return membersIn(this.known, set);
  }

  /** The set with zone z put in if it was out, taken out if it was in. */
  toggle(set: number, zone: number): number {
    if (this.known !== undefined) {
      const result = findPair(this.known.toggles, set, zone);
      if (result >= 0) return result;
    }
    const asked = this.toggles.size;
    const at = this.toggles.of(set, zone);
    if (at < asked) return this.leadsTo[at];
    const result = this.intern(toggled(this.members(set), zone));
    this.learn(at, result);
    this.learn(this.toggles.of(result, zone), set);
    return result;
  }

  has(set: number, zone: number): boolean {
    return this.members(set).includes(zone);
  }

  /**
   * Interns sets from elsewhere.
   * @param same how many sets at the beginning have the same numbers here and there
   * @returns the number here of each
   */
  adopt(columns: CoverSetColumns, same: number): Uint32Array {
    const numbers = new Uint32Array(columns.memberStart.length - 1);
    for (let s = 0; s < same; s++) numbers[s] = s;
    for (let s = same; s < numbers.length; s++) {
      numbers[s] = this.intern(membersIn(columns, s));
    }
    return numbers;
  }

  toColumns(): CoverSetColumns {
    const count = this.size;
    const memberStart = shared(Uint32Array, count + 1);
    if (this.known !== undefined) memberStart.set(this.known.memberStart);
    for (let s = this.knownCount; s < count; s++)
      memberStart[s + 1] = memberStart[s] + this.members(s).length;
    const members = shared(Uint32Array, memberStart[count]);
    if (this.known !== undefined) members.set(this.known.members);
    for (let s = this.knownCount; s < count; s++) members.set(this.members(s), memberStart[s]);
    return { memberStart, members, toggles: this.toggles.freeze(this.leadsTo) };
  }

  private intern(list: readonly number[]): number {
    const byMembers = (this.byMembers ??= this.indexKnown());
    const key = this.keyOf(list);
    const met = byMembers.get(key);
    if (met !== undefined) return met;
    const set = this.size;
    byMembers.set(key, set);
    this.added.push(list);
    return set;
  }

  private indexKnown(): Map<number | string, number> {
    const byMembers = new Map<number | string, number>();
    for (let s = 0; s < this.knownCount; s++) byMembers.set(this.keyOf(this.members(s)), s);
    return byMembers;
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

function membersIn({ memberStart, members }: CoverSetColumns, set: number): number[] {
  const list: number[] = [];
  for (let k = memberStart[set]; k < memberStart[set + 1]; k++) list.push(members[k]);
  return list;
}

/** An ascending list with a zone put in if it was not there, left out if it was. */
function toggled(list: readonly number[], zone: number): number[] {
  const result: number[] = [];
  let i = 0;
  while (i < list.length && list[i] < zone) result.push(list[i++]);
  if (list[i] === zone) i++;
  else result.push(zone);
  while (i < list.length) result.push(list[i++]);
  return result;
}
