/** The zones of a base and the edits that lie over them, of which those near a place can be indexed by themselves. */
import RBush from "rbush";
import type { Bbox, Layer } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { featureBox, subsetOf } from "../core/subset.js";
import { invariant, type Place } from "../core/trouble.js";
import { type BoxSide, sideOfBox } from "./boxSide.js";
import { indexRanked, ranksIn, TANGLED } from "../overlay/rankedZones.js";
import { indexZones, type NameZone, type Zones } from "../overlay/zones.js";

/** A box in a tree, and what it is the box of. */
export type BoxOf = {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly of: number;
};

export const boxOf = (box: Bbox, of: number): BoxOf => ({
  minX: box[0],
  minY: box[1],
  maxX: box[2],
  maxY: box[3],
  of,
});

/** An index of some of the pile's zones: `zoneOf[local]` is the number in the pile. */
export type NearZones = {
  readonly zones: Zones;
  readonly zoneOf: readonly number[];
  /** Zones that are not in the index because all ground that is looked at is inside them. */
  readonly covering: readonly number[];
};

/**
 * Base layers as a run has them, then edits, each polygon of an edit under a rank of its own above the layers'. Zones are
 * numbered through all base layers and then through the edits in order of laying.
 */
export class ZonePile {
  readonly baseCount: number;
  private readonly ranks: Uint32Array;
  private readonly tree = new RBush<BoxOf>();
  private readonly firstOf: readonly number[];
  private readonly edits: { readonly polygon: Layer; readonly place: Place; readonly box: BoxOf }[] = [];
  /** The base's own index: every zone of it, none of the edits'. */
  readonly base: Zones;

  constructor(
    private readonly layers: readonly Layer[],
    private readonly measure: Measure,
    private readonly nameZone: NameZone,
  ) {
    this.base = indexZones(layers, measure, nameZone);
    this.ranks = ranksIn(this.base, layers.length);
    this.baseCount = this.base.zoneCount;
    let first = 0;
    this.firstOf = layers.map((layer) => {
      const own = first;
      first += layer.featurePart.length - 1;
      return own;
    });
    this.tree.load(
      layers.flatMap((layer, l) =>
        Array.from({ length: layer.featurePart.length - 1 }, (_, f) =>
          boxOf(featureBox(layer, f), this.firstOf[l] + f),
        ),
      ),
    );
    invariant(layers.length + 1 < TANGLED, () => "more layers than ranks");
  }

  get editCount(): number {
    return this.edits.length;
  }

  /** Lays one polygon on top of all that lie there. Returns its box. */
  lay(polygon: Layer, place: Place): BoxOf {
    const box = boxOf(featureBox(polygon, 0), this.baseCount + this.edits.length);
    this.edits.push({ polygon, place, box });
    this.tree.insert(box);
    return box;
  }

  /** Takes away all edits but the first `count`. */
  keep(count: number): void {
    for (const { box } of this.edits.splice(count)) this.tree.remove(box);
  }

  /**
   * Indexes the zones whose border may run in this box; all of them when no box is given. A zone that only surrounds the
   * box, as a kommune does most places in it, divides no ground there: it is told of, and not indexed.
   *
   * @param laidFrom zones from this number on are indexed wherever they run: whoever lays them is told if they are unsound
   */
  near(box: Bbox | undefined, laidFrom = Infinity): NearZones {
    const covering: number[] = [];
    let zoneOf: number[];
    if (box === undefined) zoneOf = this.tree.all().map(({ of }) => of);
    else {
      zoneOf = [];
      for (const { of } of this.tree.search(boxOf(box, -1))) {
        const side = of >= laidFrom ? "meets" : this.sideOf(of, box);
        if (side === "meets") zoneOf.push(of);
        else if (side === "covers") covering.push(of);
      }
    }
    zoneOf.sort((a, b) => a - b);
    const layers: Layer[] = [];
    let at = 0;
    this.layers.forEach((layer, l) => {
      const first = this.firstOf[l];
      const end = first + layer.featurePart.length - 1;
      const from = at;
      while (at < zoneOf.length && zoneOf[at] < end) at++;
      layers.push(
        subsetOf(
          layer,
          zoneOf.slice(from, at).map((zone) => zone - first),
        ),
      );
    });
    for (; at < zoneOf.length; at++) layers.push(this.edits[zoneOf[at] - this.baseCount].polygon);
    const zones = indexRanked(
      layers,
      zoneOf.map((zone) => this.rankOf(zone)),
      this.measure,
      (local) => this.placeOf(zoneOf[local]),
    );
    return { zones, zoneOf, covering };
  }

  private sideOf(zone: number, box: Bbox): BoxSide {
    if (zone >= this.baseCount) return sideOfBox(this.edits[zone - this.baseCount].polygon, 0, box);
    let l = 0;
    while (l + 1 < this.layers.length && zone >= this.firstOf[l + 1]) l++;
    return sideOfBox(this.layers[l], zone - this.firstOf[l], box);
  }

  private placeOf(zone: number): Place {
    return zone < this.baseCount ? this.nameZone(zone) : this.edits[zone - this.baseCount].place;
  }

  private rankOf(zone: number): number {
    return zone < this.baseCount ? this.ranks[zone] : this.layers.length + zone - this.baseCount;
  }
}
