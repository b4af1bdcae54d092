/** Ground under a plan that is there only because one border was drawn twice, seen while the pieces are at hand. */
import { type Share, shareOf } from "../aggregate/merge.js";
import { Tally } from "../aggregate/tally.js";
import type { CodeColumn, Layer } from "../core/layer.js";
import type { Pieces } from "../core/pieces.js";
import type { M2, Metre } from "../core/units.js";
import type { KernelResult } from "../overlay/kernel.js";
import {
  isSurelyNarrower,
  mayBeNarrower,
  perimeterOf,
  pieceWidth,
  type FeatureOf,
} from "../overlay/pieceShape.js";
import type { Zones } from "../overlay/zones.js";
import type { Rules } from "../rules/rules.js";
import { ZoneShapes } from "./zoneShapes.js";

/** When what a ground polygon and a plan area have in common is a strip: narrow, and much narrower than either is. */
export type StripRule = {
  /** A strip is narrower than this; width is 2 x area / perimeter. */
  readonly widthM: Metre;
  /** And than this share of the width of both polygons: a planned road is no strip of the forest it crosses. */
  readonly share: number;
};

export const stripRuleOf = ({ planAccounting: { stripe } }: Rules): StripRule => ({
  widthM: stripe.breddeM,
  share: stripe.andelAvBredde,
});

/** One thread's sums of what lies in strips, beside its sums of everything. */
export class StripTally {
  private readonly finder: StripFinder;
  private readonly tally: Tally;

  constructor(zones: Zones, plan: PlanZones, rule: StripRule, fields: readonly string[]) {
    this.finder = new StripFinder(zones, plan, rule);
    this.tally = new Tally(fields);
  }

  /** Adds what of one batch lies in strips. `columns` hold the class values of the batch's features. */
  add(
    ground: Layer,
    columns: ReadonlyMap<string, CodeColumn>,
    { pieces, ownPlanM2, ownTrueM2, foldedM2 }: KernelResult,
    membersOf: (set: number) => readonly number[],
  ): void {
    const strips = this.finder.stripsIn(ground, pieces, ownPlanM2, membersOf);
    this.tally.add(strips, columns, ownPlanM2, ownTrueM2, foldedM2);
  }

  share(): Share {
    return shareOf(this.tally.toColumns(), (set) => this.finder.members(set));
  }
}

/** Whether what two polygons have in common is narrower; most are told by their area and the length of borders near. */
function isNarrower(own: FeatureOf, area: FeatureOf, m2: M2, widthM: Metre): boolean {
  if (isSurelyNarrower(m2, widthM)) return true;
  return mayBeNarrower(own, area, m2, widthM) && pieceWidth(own, area, m2) < widthM;
}

/** Zone polygons that are plan areas, half-open; in each zone layer by itself. */
export type PlanZones = readonly { readonly from: number; readonly to: number }[];

/**
 * Finds strips among the pieces of a thread. A ground polygon and a plan area are judged as a pair, whatever other zones
 * cut what they have in common, so no other layer moves a strip.
 *
 * A piece in strips stands under a set of its own: the zones over it, and for each plan area it is a strip of, that
 * area's number raised by `zoneCount`. Only pairs whose borders cross are looked at.
 */
class StripFinder {
  private readonly shapes: ZoneShapes;
  private readonly isPlan: Uint8Array;
  private readonly sets: (readonly number[])[] = [];
  private readonly setByKey = new Map<string, number>();

  constructor(
    private readonly zones: Zones,
    plan: PlanZones,
    private readonly rule: StripRule,
  ) {
    this.shapes = new ZoneShapes(zones);
    this.isPlan = new Uint8Array(zones.zoneCount);
    for (const { from, to } of plan) this.isPlan.fill(1, from, to);
  }

  /** Members of a set of strips, ascending. */
  members(set: number): readonly number[] {
    return this.sets[set];
  }

  /**
   * The pieces that lie in strips, with sets of this finder.
   * @param ownPlanM2 of each ground feature
   */
  stripsIn(
    ground: Layer,
    pieces: Pieces,
    ownPlanM2: Float64Array,
    membersOf: (set: number) => readonly number[],
  ): Pieces {
    const rows: number[] = [];
    const covers: number[] = [];
    for (let from = 0, to = 0; from < pieces.ground.length; from = to) {
      const feature = pieces.ground[from];
      while (to < pieces.ground.length && pieces.ground[to] === feature) to++;
      if (to - from < 2) continue;
      const strips = this.stripsOf(
        { layer: ground, feature },
        pieces,
        from,
        to,
        ownPlanM2[feature],
        membersOf,
      );
      if (strips.size === 0) continue;
      for (let i = from; i < to; i++) {
        const members = membersOf(pieces.cover[i]);
        const here = members.filter((zone) => strips.has(zone));
        if (here.length === 0) continue;
        rows.push(i);
        covers.push(this.intern([...members, ...here.map((zone) => zone + this.zones.zoneCount)]));
      }
    }
    return {
      ground: Uint32Array.from(rows, (i) => pieces.ground[i]),
      cover: Uint32Array.from(covers),
      planM2: Float64Array.from(rows, (i) => pieces.planM2[i]),
      trueM2: Float64Array.from(rows, (i) => pieces.trueM2[i]),
    };
  }

  /** Plan areas that have no more than a strip of a ground feature. */
  private stripsOf(
    own: FeatureOf,
    pieces: Pieces,
    from: number,
    to: number,
    ownM2: number,
    membersOf: (set: number) => readonly number[],
  ): ReadonlySet<number> {
    const shared = new Map<number, number>();
    for (let i = from; i < to; i++) {
      for (const zone of membersOf(pieces.cover[i]))
        if (this.isPlan[zone] === 1) shared.set(zone, (shared.get(zone) ?? 0) + pieces.planM2[i]);
    }
    const strips = new Set<number>();
    let ownWidth: Metre | undefined;
    for (const [zone, m2] of shared) {
      ownWidth ??= (2 * ownM2) / perimeterOf(own);
      const area = this.shapes.of(zone);
      const areaWidth = this.shapes.widthOf([zone]);
      const widest = Math.min(this.rule.widthM, this.rule.share * ownWidth, this.rule.share * areaWidth);
      if (isNarrower(own, area, m2, widest)) strips.add(zone);
    }
    return strips;
  }

  private intern(members: readonly number[]): number {
    const key = members.join();
    let set = this.setByKey.get(key);
    if (set === undefined) this.setByKey.set(key, (set = this.sets.push(members) - 1));
    return set;
  }
}
