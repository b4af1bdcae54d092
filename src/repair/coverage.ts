import { ExactSums, exactTotal } from "../core/exactSums.js";
import { type Bbox, featureCount, type Layer } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import type { M2, Metre } from "../core/units.js";
import { LayerPieces } from "../read/readLayer.js";
import { countCover, type LooseVertex, type WrongGround } from "./coverCount.js";
import { type CoverFaces, coverFaces, type Moved, type NameOf } from "./coverFaces.js";
import { byPlace, type CoverLimits, decide, type Decision } from "./decide.js";
import { type LooseEdges, looseEdges } from "./edgeMatch.js";
import { jstsAgrees } from "./jsts.js";
import { LooseGather } from "./looseGather.js";
import { type Neighbourhood, neighbourhoods, Places } from "./neighbourhood.js";
import { isOpen, openGap } from "./openGap.js";
import { outlines, type Parts } from "./outlines.js";
import { areasOf, reversed, ringArea, roundingOfFeature } from "./rings.js";
import { type Near, setAside } from "./setAside.js";
import { snapped, snapTargets } from "./snap.js";
import { isShape, isSound, withParts } from "./shapes.js";

/** How polygons of a coverage are told apart and weighed. All of it is independent of the order they stand in. */
export type CoverSettings = {
  readonly limits: CoverLimits;
  /** A name that stays with a polygon; "" where it has none. */
  readonly nameOf: NameOf;
  /** Place in the list of explicit priorities (design 3.5 a); Infinity where it has none. */
  readonly priorityOf: (feature: number) => number;
  /** Vertices on narrow strips within this of each other become one before anything is decided. Default: none moves. */
  readonly snapM?: Metre;
};

/** Polygons whose common borders could not be cut into faces, or not built again: they stand as they were. */
export type Refusal = {
  /** None where it is the whole layer. */
  readonly features: readonly number[];
  readonly areaM2: M2;
};

/** What became of a coverage. Features are numbered as in the layer. */
export type CoverOutcome = {
  /** Ground given away, in every round, and gaps that stay, as they are at the end. */
  readonly decisions: readonly Decision[];
  readonly openGaps: readonly Decision[];
  /** Vertices put into edges of neighbours, on the line. */
  readonly vertices: readonly LooseVertex[];
  /** Polygons with vertices that had to be rounded before their borders could be noded. */
  readonly moved: readonly Moved[];
  readonly refused: readonly Refusal[];
  /** Features that were built again. */
  readonly changed: readonly number[];
  /** Of those, the ones that have no ground any more. */
  readonly lost: readonly number[];
  /** Areas of all polygons, as their rings have them: those that were met, and those that were handed back. */
  readonly inM2: M2;
  readonly outM2: M2;
  /** How far areas of polygons and of the ground given away may be apart: new points on the polygons' borders are rounded. */
  readonly slackM2: M2;
};

export type RepairedCoverage = CoverOutcome & {
  /** The same object as came, where nothing was done. */
  readonly layer: Layer;
};

/**
 * Gives every overlap and every small gap one owner, by `decide`, and puts missing vertices into common borders, until a
 * round finds nothing to do: so repairing twice is repairing once. No vertex moves. New ones stand where borders crossed.
 *
 * @param layer valid polygons with tidy rings (`repairPolygons`)
 */
export function repairCoverage(layer: Layer, settings: CoverSettings): RepairedCoverage {
  const repair = new CoverRepair(layer, settings);
  repair.meet(layer);
  while (repair.look()) {
    if (repair.wantsPolygons) repair.take(layer, 0);
    if (!repair.mend()) break;
  }
  const repaired = repair.mended(layer, 0);
  return { ...repair.outcome(), layer: repaired };
}

/** Rounds of moving vertices together, should one lead to another. */
const MOST_SNAPS = 8;

/** Rounds of mending. New points are rounded, which can leave a strip of 1e-10 m2 for a second round; never for a third. */
const MOST_ROUNDS = 5;

/** A crossing may be moved to a point that is there (`Crossings`): twice as far as rings are given, at both ends of an edge. */
const SAME_NODE_SLACK = 4;

/**
 * The repair of a layer that is read several times, some features at a time (`repairCoverage` is the order of the steps):
 * all of it is met once; while there is something to look at, those with a part in it are taken, and a round is mended; in
 * the end every batch is handed back as it is now.
 *
 * Memory is that of the loose edges, and of the polygons round what is wrong: not of the layer.
 */
export class CoverRepair {
  private readonly gather: LooseGather;
  /** Once all is met. */
  private loose: LooseEdges | undefined;
  private places: readonly Bbox[] = [];
  private found: Found = { wrong: [], openGaps: [], vertices: [] };
  private snaps = 0;
  /** Boxes in which all polygons are known. */
  private known = new Places([]);
  /** Polygons that are known, as they are now: put together when a round begins. Their numbers in the layer. */
  private held = new LayerPieces([]);
  private readonly numbers: number[] = [];
  private readonly isHeld = new Set<number>();
  private readonly built = new Map<number, Parts>();
  private round = 0;
  private readonly decisions: Decision[] = [];
  private readonly vertices: LooseVertex[] = [];
  private readonly moved: Moved[] = [];
  private refused: Refusal[] = [];
  /** Of all polygons, as they came and as they go: exact, for the order of features must not show. */
  private readonly sums = new ExactSums();
  private slackM2: M2 = 0;

  constructor(
    private readonly like: Pick<Layer, "name" | "epsg">,
    private readonly settings: CoverSettings,
  ) {
    this.gather = new LooseGather();
  }

  /** Every batch of the layer, once. @param batch valid polygons with tidy rings */
  meet(batch: Layer): void {
    this.gather.add(looseEdges(batch).ends);
    for (const m2 of areasOf(batch)) this.sums.add(CAME, m2);
  }

  /** Counts how often ground is covered now. @returns whether there are places to be looked at closely */
  look(): boolean {
    this.loose ??= this.gather.left();
    const { limits } = this.settings;
    const count = countCover(this.loose, this.like);
    this.refused = count === undefined ? [{ features: [], areaM2: this.sums.total(CAME) }] : [];
    const { wrong = [], vertices = [] } = count ?? {};
    const openGaps = wrong.filter((gap) => isOpen(gap, limits)).map((gap) => openGap(gap, limits));
    this.found = { wrong, openGaps, vertices };
    this.places = [
      ...wrong.filter((ground) => !isOpen(ground, limits)).map(({ box }) => box),
      ...vertices.map(({ x, y }): Bbox => [x, y, x, y]),
    ];
    return this.places.length > 0;
  }

  /** Whether the layer must be read before a round can be mended. Later rounds seldom leave the places of the first. */
  get wantsPolygons(): boolean {
    if (this.places.every((place) => this.known.hold(place))) return false;
    this.known = new Places(this.places);
    return true;
  }

  /**
   * Keeps those of a batch that have a part in any place, and are not known yet. Every batch of the layer is to be shown.
   *
   * @param first number of the batch's first feature
   * @returns the features kept, as they are numbered in the batch
   */
  take(batch: Layer, first: number): readonly number[] {
    const taken: number[] = [];
    for (let f = 0; f < featureCount(batch); f++) {
      if (this.isHeld.has(first + f) || !this.known.isReachedBy(batch, f)) continue;
      taken.push(f);
      this.isHeld.add(first + f);
      this.numbers.push(first + f);
    }
    if (taken.length > 0) this.held.add(subsetOf(batch, taken));
    return taken;
  }

  /** Decides the places found, neighbourhood by neighbourhood. @returns whether there may be more to do */
  mend(): boolean {
    const held = this.held.join(this.like.name, this.like.epsg);
    if (this.snap(held)) return true;
    const areas = areasOf(held);
    const built = new Map<number, Parts>();
    const decisions: Decision[] = [];
    const moved: Moved[] = [];
    for (const hood of neighbourhoods(held, this.places)) {
      const mended = this.settle(held, hood, areas);
      if (mended === undefined) {
        const areaM2 = exactTotal(hood.features.map((f) => areas[f]));
        this.refused.push({ features: hood.features.map((f) => this.numbers[f]), areaM2 });
        continue;
      }
      for (const [feature, parts] of mended.built) built.set(feature, parts);
      for (const decision of mended.decisions) decisions.push(decision);
      for (const one of mended.moved) moved.push(one);
    }
    const isLast = built.size === 0 || ++this.round === MOST_ROUNDS;
    decisions.sort(byPlace);
    for (const decision of decisions) if (decision.to >= 0 || isLast) this.decisions.push(decision);
    this.replace(held, built);
    if (built.size === 0) return false;
    this.slackM2 += exactTotal([...built.keys()].map((f) => SAME_NODE_SLACK * roundingOfFeature(held, f)));
    for (const vertex of this.found.vertices) this.vertices.push(vertex);
    for (const one of moved) this.moved.push(one);
    return !isLast;
  }

  /** @returns undefined where borders cannot be cut into faces, or a polygon built is not valid; what is built by number in `held` */
  private settle(held: Layer, hood: Neighbourhood, areas: Float64Array) {
    const { limits, nameOf, priorityOf } = this.settings;
    const near = setAside(held, hood);
    const numberOf = (i: number) => this.numbers[hood.features[i]];
    const every = hood.features.map((_, i) => i);
    const cover = coverFaces(near.layer, { boxes: hood.boxes, features: every }, (i) => nameOf(numberOf(i)));
    if (cover === undefined) return undefined;
    const claims = {
      priorityOf: (i: number) => priorityOf(numberOf(i)),
      areaM2Of: (i: number) => areas[hood.features[i]],
    };
    const { ownerOf, decisions } = decide(cover, hood.boxes, claims, limits);
    const built = othersOf(near, cover, ownerOf);
    return (
      built && {
        built: built.map(({ i, parts }) => [hood.features[i], parts] as const),
        decisions: decisions.map((decision) => ({
          ...decision,
          features: decision.features.map(numberOf),
          to: decision.to < 0 ? -1 : numberOf(decision.to),
        })),
        moved: cover.moved.map((one) =>
          movedWhole(one, numberOf(one.feature), areas[hood.features[one.feature]]),
        ),
      }
    );
  }

  /** Moves vertices together, where that is asked for. @returns whether any was: then it is to be looked again */
  private snap(held: Layer): boolean {
    const { snapM = 0 } = this.settings;
    if (snapM <= 0 || this.snaps++ >= MOST_SNAPS) return false;
    const targets = snapTargets(this.found.wrong, this.loose!, snapM);
    const every = Array.from({ length: featureCount(held) }, (_, f) => f);
    const some = snapped(held, every, targets);
    if (some.length === 0) return false;
    for (const { feature, beforeM2, afterM2 } of some) {
      this.moved.push({ feature: this.numbers[feature], why: "snapped", gridM: snapM, beforeM2, afterM2 });
    }
    this.replace(held, new Map(some.map(({ feature, parts }) => [feature, parts])));
    return true;
  }

  /** Takes up polygons as they are now, by their number in `held`. */
  private replace(held: Layer, built: ReadonlyMap<number, Parts>): void {
    const now = withParts(held, built);
    this.held = new LayerPieces([]);
    this.held.add(now);
    if (built.size === 0) return;
    this.rematch(held, now, [...built.keys()]);
    for (const [f, parts] of built) this.built.set(this.numbers[f], parts);
  }

  /** Loose edges as they are when some polygons have changed: less their old edges, and with the new ones. */
  private rematch(before: Layer, after: Layer, features: readonly number[]): void {
    const gather = new LooseGather();
    gather.add(this.loose!.ends);
    gather.add(looseEdges(subsetOf(after, features)).ends);
    // An edge run backwards takes one away.
    gather.add(reversed(looseEdges(subsetOf(before, features)).ends));
    this.loose = gather.left();
  }

  /** Whether any polygon was built again: if not, the layer is as it was. */
  get hasChanges(): boolean {
    return this.built.size > 0;
  }

  /** A batch as it is now: itself where nothing of it has changed. Every batch is to be handed in, for the sum of areas. */
  mended(batch: Layer, first: number): Layer {
    if (!this.hasChanges) return batch;
    const built = new Map<number, Parts>();
    for (let f = 0; f < featureCount(batch); f++) {
      const parts = this.built.get(first + f);
      if (parts !== undefined) built.set(f, parts);
    }
    const now = withParts(batch, built);
    for (const m2 of areasOf(now)) this.sums.add(GOES, m2);
    return now;
  }

  /** When all batches have been handed back. */
  outcome(): CoverOutcome {
    const { built, decisions, vertices, moved, refused, sums } = this;
    const inM2 = sums.total(CAME);
    const outM2 = this.hasChanges ? sums.total(GOES) : inM2;
    const changed = [...built.keys()].sort((a, b) => a - b);
    const lost = changed.filter((feature) => built.get(feature)?.length === 0);
    const { openGaps } = this.found;
    return {
      decisions,
      openGaps,
      vertices,
      moved,
      refused,
      changed,
      lost,
      inM2,
      outM2,
      slackM2: this.slackM2,
    };
  }
}

/** Places in the sums of a repair. */
const CAME = 0;
const GOES = 1;

/** What a look at the whole layer came to. */
type Found = {
  readonly wrong: readonly WrongGround[];
  readonly openGaps: readonly Decision[];
  readonly vertices: readonly LooseVertex[];
};

/** What was rounded is a part of the polygon's border: its areas as those of the whole of it. */
function movedWhole(one: Moved, feature: number, wholeM2: M2): Moved {
  return { ...one, feature, beforeM2: wholeM2, afterM2: wholeM2 + (one.afterM2 - one.beforeM2) };
}

/** The polygons of a neighbourhood that their faces make other ones. @returns undefined where one of them is not valid */
function othersOf(
  near: Near,
  cover: CoverFaces,
  ownerOf: Int32Array,
): { i: number; parts: Parts }[] | undefined {
  const built = outlines(cover.noded, cover.faces, ownerOf, cover.features.length);
  const others = cover.features.flatMap((i, k) =>
    isShape(near.layer, i, built[k]) ? [] : [{ i, parts: near.restored(i, built[k]) }],
  );
  return others.every(({ parts }) => isValid(near.layer, parts)) ? others : undefined;
}

/** Polygons with more vertices are not shown to jsts as well: it needs seconds for each. */
const MOST_FOR_JSTS = 5000;

/** Is what was built valid, to us and to another library, and as large to both? */
function isValid(like: Layer, parts: Parts): boolean {
  if (parts.length === 0) return true;
  if (!isSound(like, parts)) return false;
  const rings = parts.flat();
  if (rings.reduce((count, ring) => count + ring.length / 2, 0) > MOST_FOR_JSTS) return true;
  const areaM2 = rings.reduce((sum, ring) => sum + ringArea(ring), 0);
  return jstsAgrees(parts, areaM2, 1e-6 * Math.max(1, areaM2));
}
