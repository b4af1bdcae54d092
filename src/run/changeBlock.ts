import { ChangeSums, type ChangeShare } from "../aggregate/changeSums.js";
import { ExactSums, type SumParts } from "../core/exactSums.js";
import { type Bbox, featureCount, type Layer, termOf } from "../core/layer.js";
import { featureBox, subsetWithColumns } from "../core/subset.js";
import type { Measure } from "../core/measure.js";
import { type Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { CoverKernel, type KernelResult } from "../overlay/kernel.js";
import { measureFor } from "../overlay/measure.js";
import { indexZones } from "../overlay/zones.js";
import type { Handler } from "../pool/pool.js";
import { type Cover, coversOf, numbered, numberOf, PileMaker, type UnitPolygons } from "./changePile.js";
import { changedPairs, type ChangedPairs, changeFinder } from "./changedPairs.js";
import { CLASS, KOMMUNE, readSide, type SideLayer, type SideSpec } from "./changeSide.js";
import { type Change, Largest } from "./largest.js";
import { findTwins } from "./twins.js";
import { holdToOwnArea } from "./ownArea.js";

/** What every thread of a comparison is given at its start. */
export type ChangeSetup = {
  readonly a: SideSpec;
  readonly b: SideSpec;
  readonly workEpsg: Epsg;
  readonly units: readonly UnitPolygons[];
  readonly tolerance: { readonly absoluteM2: number; readonly relative: number };
  readonly strip: { readonly widthM: number; readonly share: number };
  readonly listed: number;
  /** A block with more vertices of one edition is divided. */
  readonly mostVertices: number;
};

export type ChangeTask = { readonly kind: "block"; readonly box: Bbox } | { readonly kind: "finish" };

export type ChangeResult =
  | { readonly kind: "block"; readonly divide: boolean; readonly findings: readonly Finding[] }
  | { readonly kind: "finish"; readonly share: BlockShare };

/** What a thread hands over. `control` is in the order of `CONTROL`, each in the plane and on the ellipsoid. */
export type BlockShare = {
  readonly cells: ChangeShare;
  readonly control: SumParts;
  readonly largest: readonly Change[];
  readonly strips: readonly Change[];
  /** Values of kommunenummer met in A and in B. */
  readonly kommuner: readonly [a: readonly string[], b: readonly string[]];
  readonly worstResidualM2: number;
};

/**
 * Sums that prove the comparison: own areas of the polygons of A and of B, each counted in the block its lower left corner
 * is in; what A's polygons have under B and B's under A; and what was folded.
 */
export const CONTROL = [
  "ownA",
  "ownB",
  "featuresA",
  "featuresB",
  "acrossA",
  "acrossB",
  "folded",
  "twins",
] as const;
type Control = (typeof CONTROL)[number];

/** A box below this is not divided again, however full it is. */
const LEAST_BLOCK_M = 20;

/** Twins under another polygon for more than this have their places taken by it: its editions overlap themselves there. */
const TOUCHED_M2 = 1e-3;

/** One thread's work: reads both editions in a block, overlays what differs, and sums. */
export function makeChangeHandler(setup: ChangeSetup): Handler<ChangeTask, ChangeResult> {
  const worker = new BlockWorker(setup);
  return async (task) => {
    if (task.kind === "finish") return { kind: "finish", share: worker.share() };
    return { kind: "block", ...(await worker.block(task.box)) };
  };
}

class BlockWorker {
  private readonly sums = new ChangeSums();
  private readonly control = new ExactSums();
  private readonly largest: Largest;
  private readonly strips: Largest;
  private readonly measure: Measure;
  private readonly piles: PileMaker;
  private readonly kommuner = [new Set<string>(), new Set<string>()] as const;
  private worstResidualM2 = 0;

  constructor(private readonly setup: ChangeSetup) {
    this.measure = measureFor(setup.workEpsg);
    this.largest = new Largest(setup.listed);
    this.strips = new Largest(setup.listed);
    this.piles = new PileMaker(setup.units, setup.workEpsg, this.measure);
  }

  share(): BlockShare {
    return {
      cells: this.sums.toShare(),
      control: this.control.parts(2 * CONTROL.length),
      largest: this.largest.all(),
      strips: this.strips.all(),
      kommuner: [[...this.kommuner[0]], [...this.kommuner[1]]],
      worstResidualM2: this.worstResidualM2,
    };
  }

  async block(box: Bbox): Promise<{ divide: boolean; findings: readonly Finding[] }> {
    const { setup } = this;
    const small = Math.max(box[2] - box[0], box[3] - box[1]) < LEAST_BLOCK_M;
    const most = small ? Infinity : setup.mostVertices;
    const a = await readSide(setup.a, box, most);
    const b = a && (await readSide(setup.b, box, most));
    if (a === undefined || b === undefined) return { divide: true, findings: [] };
    const findings = [...a.findings, ...b.findings];
    [a, b].forEach(({ layer }, side) =>
      layer.columns.get(KOMMUNE)!.terms.forEach((term) => this.kommuner[side].add(term)),
    );
    this.compare(box, a, b, findings);
    return { divide: false, findings };
  }

  private compare(box: Bbox, a: SideLayer, b: SideLayer, findings: Finding[]): void {
    const { twinOf, onlyB } = findTwins(a.layer, b.layer);
    let twins = Array.from(twinOf.keys()).filter((f) => twinOf[f] >= 0);
    let restA = Array.from(twinOf.keys()).filter((f) => twinOf[f] < 0);
    let restB = [...onlyB];
    // Twins that other polygons lie on are compared like these; each round may show some more.
    for (;;) {
      const twinLayer = subsetWithColumns(a.layer, twins);
      const pile = this.piles.make(box, [numbered(b, restB), numbered(a, restA)]);
      const result = pile.kernel.overlay(twinLayer);
      const covers = coversOf(pile, result);
      const touched = touchedFeatures(result, covers);
      if (touched.size === 0) {
        this.hold(a, twins, result);
        this.postTwins(box, a, b, twins, twinOf, result, covers);
        break;
      }
      restA = [...restA, ...[...touched].map((i) => twins[i])];
      restB = [...restB, ...[...touched].map((i) => twinOf[twins[i]])];
      twins = twins.filter((_, i) => !touched.has(i));
    }
    this.postRest(box, a, restA, b, restB, findings);
  }

  private postTwins(
    box: Bbox,
    a: SideLayer,
    b: SideLayer,
    twins: readonly number[],
    twinOf: Int32Array,
    { pieces, ownPlanM2, ownTrueM2, foldedM2 }: KernelResult,
    covers: readonly Cover[],
  ): void {
    const from = classesOf(a.layer);
    const to = classesOf(b.layer);
    const first = new Map<number, Cover>();
    for (let i = 0; i < pieces.ground.length; i++) {
      const cover = covers[pieces.cover[i]];
      if (!cover.inBlock) continue;
      const f = twins[pieces.ground[i]];
      const row = this.sums.row("begge", from(f), to(twinOf[f]), cover.units);
      this.sums.add(row, pieces.planM2[i], pieces.trueM2[i], false);
      this.count("acrossA", pieces.planM2[i], pieces.trueM2[i]);
      this.count("acrossB", pieces.planM2[i], pieces.trueM2[i]);
      if (!first.has(pieces.ground[i])) first.set(pieces.ground[i], cover);
    }
    twins.forEach((f, i) => {
      const corner = featureBox(a.layer, f);
      if (!holds(box, corner)) return;
      this.count("ownA", ownPlanM2[i], ownTrueM2[i]);
      this.count("ownB", ownPlanM2[i], ownTrueM2[i]);
      this.count("featuresA", 1, 1);
      this.count("featuresB", 1, 1);
      this.count("twins", 1, 1);
      this.count("folded", foldedM2[i], foldedM2[i]);
    });
    const pairs = [...first].flatMap(([i, cover]) => {
      const f = twins[i];
      if (from(f) === to(twinOf[f])) return [];
      const areas = { planM2: ownPlanM2[i], trueM2: ownTrueM2[i] };
      return [{ fA: f, fB: twinOf[f], zones: cover.units, ...areas, strip: false }];
    });
    this.list({ a, b, pairs });
  }

  private postRest(
    box: Bbox,
    a: SideLayer,
    restA: readonly number[],
    b: SideLayer,
    restB: readonly number[],
    findings: Finding[],
  ): void {
    const layerA = numbered(a, restA);
    const layerB = numbered(b, restB);
    const classA = classesOf(layerA);
    const classB = classesOf(layerB);

    const overB = this.piles.make(box, [layerB]);
    const ofA = overB.kernel.overlay(layerA);
    this.hold(a, restA, ofA);
    const coversA = coversOf(overB, ofA);
    const areasB = this.ownAreas(layerB);
    const found = changedPairs(
      { layer: layerA, result: ofA, classOf: classA },
      { layer: layerB, ownPlanM2: areasB.ownPlanM2, classOf: classB },
      coversA,
      this.setup.strip,
    );
    for (let i = 0; i < ofA.pieces.ground.length; i++) {
      const cover = coversA[ofA.pieces.cover[i]];
      if (!cover.inBlock) continue;
      const [planM2, trueM2] = [ofA.pieces.planM2[i], ofA.pieces.trueM2[i]];
      const from = classA(ofA.pieces.ground[i]);
      if (cover.others.length === 0) {
        this.sums.add(this.sums.row("bareA", from, "", cover.units), planM2, trueM2, false);
        continue;
      }
      const row = this.sums.row("begge", from, classOfAll(cover.others, classB), cover.units);
      this.sums.add(row, planM2, trueM2, found.isStrip(i));
      this.count("acrossA", planM2, trueM2);
    }

    const overA = this.piles.make(box, [layerA]);
    const ofB = overA.kernel.overlay(layerB);
    this.hold(b, restB, ofB);
    const coversB = coversOf(overA, ofB);
    for (let i = 0; i < ofB.pieces.ground.length; i++) {
      const cover = coversB[ofB.pieces.cover[i]];
      if (!cover.inBlock) continue;
      const [planM2, trueM2] = [ofB.pieces.planM2[i], ofB.pieces.trueM2[i]];
      if (cover.others.length > 0) this.count("acrossB", planM2, trueM2);
      else
        this.sums.add(
          this.sums.row("bareB", "", classB(ofB.pieces.ground[i]), cover.units),
          planM2,
          trueM2,
          false,
        );
    }

    this.countOwn("A", box, layerA, ofA);
    this.countOwn("B", box, layerB, ofB);
    findings.push(...selfOverlaps(layerA, ofA), ...selfOverlaps(layerB, ofB));
    const pairs = found.pairs.map((pair) => ({ ...pair, fA: restA[pair.fA], fB: restB[pair.fB] }));
    this.list({ a, b, pairs });
  }

  /** The kernel with no zones at all gives own areas. */
  private ownAreas(layer: Layer): KernelResult {
    return new CoverKernel(indexZones([], this.measure), this.measure).overlay(layer);
  }

  private list({ a, b, pairs }: { a: SideLayer; b: SideLayer; pairs: ChangedPairs["pairs"] }): void {
    const candidates = pairs.map((pair) => ({ ...pair, a: a.number[pair.fA], b: b.number[pair.fB] }));
    const look = changeFinder(a.layer, b.layer);
    this.largest.add(
      candidates.filter(({ strip }) => !strip),
      look,
    );
    this.strips.add(
      candidates.filter(({ strip }) => strip),
      look,
    );
  }

  private countOwn(side: "A" | "B", box: Bbox, layer: Layer, result: KernelResult): void {
    for (let f = 0; f < featureCount(layer); f++) {
      if (!holds(box, featureBox(layer, f))) continue;
      this.count(`own${side}`, result.ownPlanM2[f], result.ownTrueM2[f]);
      this.count(`features${side}`, 1, 1);
      this.count("folded", result.foldedM2[f], result.foldedM2[f]);
    }
  }

  private count(what: Control, plan: number, real: number): void {
    const at = 2 * CONTROL.indexOf(what);
    this.control.add(at, plan);
    this.control.add(at + 1, real);
  }

  /** A polygon is the sum of its pieces, in the block and outside it, in both measures (design 1.6). */
  private hold(side: SideLayer, features: readonly number[], result: KernelResult): void {
    const nameOf = (f: number) => `${side.layer.name}, feature ${side.number[features[f]]}`;
    const worst = holdToOwnArea(result, this.setup.tolerance, nameOf);
    if (worst > this.worstResidualM2) this.worstResidualM2 = worst;
  }
}

/** Half-open: a corner on a border between two blocks belongs to one of them. */
const holds = (box: Bbox, [x, y]: Bbox): boolean => x >= box[0] && x < box[2] && y >= box[1] && y < box[3];

/** Ground features that polygons of the editions lie on, by more than rounding. */
function touchedFeatures({ pieces }: KernelResult, covers: readonly Cover[]): Set<number> {
  const touched = new Set<number>();
  for (let i = 0; i < pieces.ground.length; i++) {
    if (covers[pieces.cover[i]].others.length === 0) continue;
    if (Math.abs(pieces.planM2[i]) > TOUCHED_M2) touched.add(pieces.ground[i]);
  }
  return touched;
}

const classesOf = (layer: Layer): ((f: number) => string) => {
  const column = layer.columns.get(CLASS)!;
  return (f) => termOf(column, f);
};

/** One class as a rule; where polygons with several lie on each other, all of them. */
function classOfAll(others: readonly number[], classOf: (f: number) => string): string {
  if (others.length === 1) return classOf(others[0]);
  return [...new Set(others.map(classOf))].sort().join("|");
}

function selfOverlaps(layer: Layer, { negative }: KernelResult): Finding[] {
  return negative.map(({ ground, areaM2 }) => ({
    code: "FLATE_UGYLDIG",
    severity: "warning",
    layer: layer.name,
    feature: numberOf(layer, ground),
    areaM2: Math.abs(areaM2),
    did: "kept",
    says: "flaten krysser seg selv, så en del av den teller negativt; reparer flaten i kilden",
  }));
}
