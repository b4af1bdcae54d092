/** A ground in memory whose pieces are kept, so that an edit costs no more than the ground it touches. */
import RBush from "rbush";
import { ExactSums } from "../core/exactSums.js";
import { mergeShares, type Merged, type ZoneKeys } from "../aggregate/merge.js";
import type { Bbox, Layer } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { PairIndex } from "../core/pairIndex.js";
import { featureBox, subsetOf } from "../core/subset.js";
import { invariant, type Place } from "../core/trouble.js";
import { CoverKernel } from "../overlay/kernel.js";
import type { Zones } from "../overlay/zones.js";
import { boxOf, type BoxOf, type NearZones, ZonePile } from "./zonePile.js";

/** A zone layer of the base: as in a run, one key per polygon. */
export type BaseZones = { readonly name: string; readonly layer: Layer; readonly keys: readonly string[] };

export type BaseGround = {
  /** With the class fields as columns, under their names in the account. */
  readonly ground: Layer;
  readonly fields: readonly string[];
  readonly zones: readonly BaseZones[];
  readonly measure: Measure;
  /** How far a polygon and the sum of its pieces may differ, m2. */
  readonly toleranceOf: (areaM2: number) => number;
};

/** Pieces of one feature: sets as numbers of `EditedGround`. */
type FeaturePieces = {
  readonly set: readonly number[];
  readonly planM2: readonly number[];
  readonly trueM2: readonly number[];
  readonly foldedM2: number;
};

/** Name of the zone layer that edits are, in the cells. */
export const EDITS = "scenario";

const DIGITS = 7;

/** Key of the edit polygon laid as number `at`: text that sorts as the number does. */
export const editKey = (at: number): string => String(at).padStart(DIGITS, "0");

/**
 * The account of a ground under zones, edited. An edit is a polygon on top; it changes what the ground features whose box
 * meets its box are divided into, and nothing else. Those are overlaid again, under the zones near them, and their sums
 * taken out and put in: sums are exact, so the account is bit for bit the one of a full run, in any order of edits that
 * leads to it.
 */
export class EditedGround {
  private readonly pile: ZonePile;
  private readonly comboOf: Uint32Array;
  private readonly combos: (readonly string[])[] = [];
  private readonly tree = new RBush<BoxOf>();
  private readonly pieces: FeaturePieces[];
  private readonly sets: (readonly number[])[] = [];
  private readonly setByKey = new Map<string, number>();
  private readonly rows = new PairIndex();
  private readonly rowCount: number[] = [];
  private readonly plan = new ExactSums();
  private readonly real = new ExactSums();
  private readonly own = new ExactSums();

  /** What features had before any edit touched them. */
  private readonly untouched = new Map<number, FeaturePieces>();

  constructor(private readonly base: BaseGround) {
    const names = base.zones.flatMap(({ name, keys }) => keys.map((key) => ({ layer: name, feature: key })));
    this.pile = new ZonePile(
      base.zones.map(({ layer }) => layer),
      base.measure,
      (zone) => names[zone],
    );
    const count = base.ground.featurePart.length - 1;
    this.comboOf = this.combinations(count);
    const all = Array.from({ length: count }, (_, f) => f);
    this.tree.load(all.map((f) => boxOf(featureBox(base.ground, f), f)));
    this.pieces = [];
    const zoneOf = Array.from({ length: this.pile.baseCount }, (_, zone) => zone);
    this.overlay(base.ground, all, { zones: this.pile.base, zoneOf, covering: [] });
  }

  /**
   * Lays polygons on top, in order: each one feature of a layer by itself.
   * @param places what each is called in messages
   * @returns how many ground features were overlaid again
   * @throws InputError for a polygon that crosses itself; nothing is laid then
   */
  lay(polygons: readonly Layer[], places: readonly Place[] = []): number {
    const before = this.pile.editCount;
    const touched = new Set<number>();
    polygons.forEach((polygon, i) => {
      const box = this.pile.lay(polygon, places[i] ?? { layer: EDITS, feature: before + i });
      for (const { of } of this.tree.search(box)) touched.add(of);
    });
    try {
      this.again(
        [...touched].sort((a, b) => a - b),
        this.pile.baseCount + before,
      );
    } catch (error) {
      this.pile.keep(before);
      throw error;
    }
    return touched.size;
  }

  /** Takes all edits away: the account is the base's again. */
  clear(): void {
    this.pile.keep(0);
    for (const [feature, pieces] of this.untouched) this.put(feature, pieces);
    this.untouched.clear();
  }

  /** Overlays every ground feature again under every zone: what a full run does. For holding the rest against it. */
  everything(): void {
    this.again(this.pieces.map((_, f) => f));
  }

  /** The account as it stands. */
  merged(): Merged {
    const rows = Array.from({ length: this.rows.size }, (_, row) => row).filter(
      (row) => this.rowCount[row] > 0,
    );
    const plan = new ExactSums();
    const real = new ExactSums();
    const all = { plan: this.plan.parts(this.rows.size), real: this.real.parts(this.rows.size) };
    const used = new Map<number, number>();
    const members: (readonly number[])[] = [];
    const set = Uint32Array.from(rows, (row, at) => {
      plan.addFrom(at, all.plan, row);
      real.addFrom(at, all.real, row);
      const old = this.rows.second(row);
      const known = used.get(old) ?? members.push(this.sets[old]) - 1;
      used.set(old, known);
      return known;
    });
    const tally = {
      combo: Uint32Array.from(rows, (row) => this.rows.first(row)),
      set,
      plan: plan.parts(rows.length),
      real: real.parts(rows.length),
      combos: this.combos,
      own: this.own.parts(3),
    };
    return mergeShares([{ tally, members }], this.base.fields, this.zoneKeys());
  }

  /** Every piece of one ground feature: the keys of each zone layer over it, and its areas. */
  piecesOf(
    feature: number,
  ): readonly { readonly zones: readonly number[]; readonly planM2: number; readonly trueM2: number }[] {
    const { set, planM2, trueM2 } = this.pieces[feature];
    return set.map((number, i) => ({ zones: this.sets[number], planM2: planM2[i], trueM2: trueM2[i] }));
  }

  /** An index of every zone, edits too: its zones have the numbers of `piecesOf`. */
  zoneIndex(): Zones {
    return this.pile.editCount === 0 ? this.pile.base : this.pile.near(undefined).zones;
  }

  /** Class values of a ground feature, one per field. */
  classesOf(feature: number): readonly string[] {
    return this.combos[this.comboOf[feature]];
  }

  get featureCount(): number {
    return this.pieces.length;
  }

  /** The zone layers as numbered; that of the edits last, and only when there are any. */
  zoneKeys(): ZoneKeys[] {
    let from = 0;
    const keys: ZoneKeys[] = this.base.zones.map(({ name, keys: own }) => {
      const to = from + own.length;
      const numbered = { name, from, to, keys: own };
      from = to;
      return numbered;
    });
    const edits = Array.from({ length: this.pile.editCount }, (_, at) => editKey(at));
    return edits.length === 0 ? keys : [...keys, { name: EDITS, from, to: from + edits.length, keys: edits }];
  }

  /** @param laidFrom the first zone that is new; undefined to look at all zones everywhere */
  private again(features: readonly number[], laidFrom?: number): void {
    if (features.length === 0) return;
    const ground = subsetOf(this.base.ground, features);
    const near =
      laidFrom === undefined
        ? this.pile.near(undefined)
        : this.pile.near(unionBox(features.map((f) => featureBox(this.base.ground, f))), laidFrom);
    this.overlay(ground, features, near);
  }

  /** Overlays features and puts what comes of it in the place of what they had. */
  private overlay(ground: Layer, features: readonly number[], near: NearZones): void {
    const { zones, zoneOf, covering } = near;
    const kernel = new CoverKernel(zones, this.base.measure);
    const result = kernel.overlay(ground);
    const { pieces, ownPlanM2, ownTrueM2, foldedM2 } = result;
    const setOf = new Map<number, number>();
    const globalSet = (local: number): number => {
      let set = setOf.get(local);
      if (set === undefined) {
        const members = kernel.members(local).map((zone) => zoneOf[zone]);
        if (covering.length > 0) members.push(...covering);
        setOf.set(local, (set = this.intern(members.sort((a, b) => a - b))));
      }
      return set;
    };
    let i = 0;
    features.forEach((feature, local) => {
      const from = i;
      let left = ownPlanM2[local];
      for (; i < pieces.ground.length && pieces.ground[i] === local; i++) left -= pieces.planM2[i];
      invariant(
        Math.abs(left) <= this.base.toleranceOf(ownPlanM2[local]),
        () => `${ground.name}, feature ${feature}: own area and the sum of its pieces are ${left} m2 apart`,
      );
      const next: FeaturePieces = {
        set: Array.from(pieces.cover.subarray(from, i), globalSet),
        planM2: Array.from(pieces.planM2.subarray(from, i)),
        trueM2: Array.from(pieces.trueM2.subarray(from, i)),
        foldedM2: foldedM2[local],
      };
      if ((this.pieces[feature] as FeaturePieces | undefined) === undefined) {
        this.own.add(0, ownPlanM2[local]);
        this.own.add(1, ownTrueM2[local]);
        this.post(feature, next, 1);
        this.pieces[feature] = next;
      } else {
        if (!this.untouched.has(feature)) this.untouched.set(feature, this.pieces[feature]);
        this.put(feature, next);
      }
    });
  }

  /** Puts pieces in the place of those a feature has. */
  private put(feature: number, pieces: FeaturePieces): void {
    this.post(feature, this.pieces[feature], -1);
    this.post(feature, pieces, 1);
    this.pieces[feature] = pieces;
  }

  private post(feature: number, { set, planM2, trueM2, foldedM2 }: FeaturePieces, sign: 1 | -1): void {
    const combo = this.comboOf[feature];
    set.forEach((number, i) => {
      const row = this.rows.of(combo, number);
      this.plan.add(row, sign * planM2[i]);
      this.real.add(row, sign * trueM2[i]);
      this.rowCount[row] = (this.rowCount[row] ?? 0) + sign;
    });
    if (foldedM2 !== 0) this.own.add(2, sign * foldedM2);
  }

  private intern(members: readonly number[]): number {
    const key = members.join();
    let set = this.setByKey.get(key);
    if (set === undefined) this.setByKey.set(key, (set = this.sets.push(members) - 1));
    return set;
  }

  private combinations(count: number): Uint32Array {
    const columns = this.base.fields.map((field) => this.base.ground.columns.get(field)!);
    const known = new Map<string, number>();
    return Uint32Array.from({ length: count }, (_, f) => {
      const codes = columns.map((column) => column.codes[f]);
      const key = codes.join();
      let combo = known.get(key);
      if (combo === undefined) {
        combo = this.combos.push(columns.map((column, c) => column.terms[codes[c]])) - 1;
        known.set(key, combo);
      }
      return combo;
    });
  }
}

function unionBox(boxes: readonly Bbox[]): Bbox {
  let [minX, minY, maxX, maxY] = boxes[0];
  for (const box of boxes) {
    minX = Math.min(minX, box[0]);
    minY = Math.min(minY, box[1]);
    maxX = Math.max(maxX, box[2]);
    maxY = Math.max(maxY, box[3]);
  }
  return [minX, minY, maxX, maxY];
}
