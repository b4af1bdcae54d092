import { type CodeColumn, shared } from "../core/layer.js";
import { PairIndex } from "../core/pairIndex.js";
import { byCodePoint, byTuple, tupleKey } from "../core/tuple.js";
import type { CellTable } from "./cells.js";
import { ExactSums } from "../core/exactSums.js";
import type { TallyColumns } from "./tally.js";

/** One zone layer as numbered in the overlay: polygons from .. to have the keys keys[0 ..]. */
export type ZoneKeys = {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly keys: readonly string[]; // one per polygon
};

/** One thread's share of the account. `members[s]` lists the zone polygons of its cover set s. */
export type Share = { readonly tally: TallyColumns; readonly members: readonly (readonly number[])[] };

/** A thread's share with only the sets that have ground: an index knows several times as many. */
export function shareOf(tally: TallyColumns, membersOf: (set: number) => readonly number[]): Share {
  const used: (readonly number[])[] = [];
  const renumbered = new Map<number, number>();
  const set = tally.set.map((old) => {
    let number = renumbered.get(old);
    if (number === undefined) {
      number = used.push(membersOf(old)) - 1;
      renumbered.set(old, number);
    }
    return number;
  });
  return { tally: { ...tally, set }, members: used };
}

export type Merged = {
  readonly cells: CellTable;
  /** Ground under each distinct set of zone polygons, by the set's members joined with ",". */
  readonly groundBySet: ReadonlyMap<string, { readonly planM2: number; readonly trueM2: number }>;
  /** Sum of the ground polygons' own areas. */
  readonly own: { readonly planM2: number; readonly trueM2: number };
  /** Sum of all cells: must be `own`. */
  readonly posted: { readonly planM2: number; readonly trueM2: number };
  /** Slivers below the rounding of coordinates that were booked on their polygon's largest piece, absolute m2. */
  readonly foldedM2: number;
};

/** Brings the shares of all threads to one table. Exact sums: how the work was dealt leaves no trace. */
export function mergeShares(
  shares: readonly Share[],
  fields: readonly string[],
  zoneLayers: readonly ZoneKeys[],
): Merged {
  const own = new ExactSums();
  const posted = new ExactSums();
  const combos = new Tuples();
  const covers = new Tuples();
  const sets = new Map<string, number>();
  const setPlan = new ExactSums();
  const setTrue = new ExactSums();
  const cells = new PairIndex();
  const plan = new ExactSums();
  const real = new ExactSums();
  for (const { tally, members } of shares) {
    for (const at of [0, 1, 2]) own.addFrom(at, tally.own, at);
    const comboOf = tally.combos.map((values) => combos.of(values));
    const setOf = members.map((list) => {
      const key = list.join();
      const known = sets.get(key) ?? sets.size;
      sets.set(key, known);
      return known;
    });
    const coverOf = members.map((list) =>
      covers.of(zoneLayers.map((layer) => keysIn(layer, list).join("|"))),
    );
    for (let i = 0; i < tally.combo.length; i++) {
      const set = tally.set[i];
      const cell = cells.of(comboOf[tally.combo[i]], coverOf[set]);
      posted.addFrom(0, tally.plan, i);
      posted.addFrom(1, tally.real, i);
      plan.addFrom(cell, tally.plan, i);
      real.addFrom(cell, tally.real, i);
      setPlan.addFrom(setOf[set], tally.plan, i);
      setTrue.addFrom(setOf[set], tally.real, i);
    }
  }
  const groundBySet = new Map(
    Array.from(sets, ([key, s]) => [key, { planM2: setPlan.total(s), trueM2: setTrue.total(s) }] as const),
  );
  return {
    cells: sortedCells(fields, zoneLayers, combos, covers, cells, plan, real),
    groundBySet,
    own: { planM2: own.total(0), trueM2: own.total(1) },
    posted: { planM2: posted.total(0), trueM2: posted.total(1) },
    foldedM2: own.total(2),
  };
}

/** A cover set seen by one layer: the distinct keys of its polygons there, in code point order. */
export function keysIn(layer: ZoneKeys, members: readonly number[]): readonly string[] {
  const keys = members
    .filter((zone) => zone >= layer.from && zone < layer.to)
    .map((zone) => layer.keys[zone - layer.from]);
  return keys.length < 2 ? keys : [...new Set(keys)].sort(byCodePoint);
}

/** Distinct tuples of texts, numbered in order of first meeting. */
class Tuples {
  private readonly byKey = new Map<string, number>();
  readonly list: (readonly string[])[] = [];

  of(values: readonly string[]): number {
    const key = tupleKey(values);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.byKey.set(key, this.list.length);
    this.list.push(values);
    return this.list.length - 1;
  }

  /** Position of each tuple in sorted order. */
  ranks(): { rankOf: Uint32Array; sorted: readonly (readonly string[])[] } {
    const order = this.list.map((_, i) => i);
    order.sort((a, b) => byTuple(this.list[a], this.list[b]));
    const rankOf = new Uint32Array(order.length);
    order.forEach((tuple, rank) => (rankOf[tuple] = rank));
    return { rankOf, sorted: order.map((tuple) => this.list[tuple]) };
  }
}

function sortedCells(
  fields: readonly string[],
  zoneLayers: readonly ZoneKeys[],
  combos: Tuples,
  covers: Tuples,
  cells: PairIndex,
  plan: ExactSums,
  real: ExactSums,
): CellTable {
  const comboRanks = combos.ranks();
  const coverRanks = covers.ranks();
  const coverCount = Math.max(1, coverRanks.sorted.length);
  // One number per row that sorts as the texts do; each occurs once, so it also finds its row again.
  const sortKeys = new Float64Array(cells.size);
  const rowOfKey = new PairIndex();
  const rows = new Uint32Array(cells.size);
  for (let i = 0; i < cells.size; i++) {
    const combo = comboRanks.rankOf[cells.first(i)];
    const cover = coverRanks.rankOf[cells.second(i)];
    sortKeys[i] = combo * coverCount + cover;
    rows[rowOfKey.of(combo, cover)] = i;
  }
  sortKeys.sort();
  const planM2 = new Float64Array(cells.size);
  const trueM2 = new Float64Array(cells.size);
  const combo = new Uint32Array(cells.size);
  const cover = new Uint32Array(cells.size);
  for (let i = 0; i < cells.size; i++) {
    combo[i] = Math.floor(sortKeys[i] / coverCount);
    cover[i] = sortKeys[i] % coverCount;
    const row = rows[rowOfKey.of(combo[i], cover[i])];
    planM2[i] = plan.total(row);
    trueM2[i] = real.total(row);
  }
  return {
    rowCount: cells.size,
    classes: new Map(fields.map((field, k) => [field, columnOf(comboRanks.sorted, k, combo)])),
    zones: new Map(zoneLayers.map((layer, k) => [layer.name, columnOf(coverRanks.sorted, k, cover)])),
    planM2,
    trueM2,
  };
}

/** Column k of tuples as a dictionary column over rows. */
function columnOf(tuples: readonly (readonly string[])[], k: number, tupleOfRow: Uint32Array): CodeColumn {
  const terms = [
    "",
    ...[...new Set(tuples.map((tuple) => tuple[k]))].filter((term) => term !== "").sort(byCodePoint),
  ];
  const codeOf = new Map(terms.map((term, code) => [term, code]));
  const codeOfTuple = tuples.map((tuple) => codeOf.get(tuple[k]) as number);
  const codes = shared(Uint32Array, tupleOfRow.length);
  for (let i = 0; i < tupleOfRow.length; i++) codes[i] = codeOfTuple[tupleOfRow[i]];
  return { codes, terms };
}
