import { PairIndex } from "../core/pairIndex.js";
import { type Layer, termOf } from "../core/layer.js";
import type { KernelResult } from "../overlay/kernel.js";
import { mayBeNarrower, pieceWidth, placeInBoth } from "../overlay/pieceShape.js";
import { CLASS, ID } from "./changeSide.js";
import type { Change } from "./largest.js";

/** A polygon of A and one of B with different classes, and all they have in common. */
export type ChangedPair = {
  readonly fA: number;
  readonly fB: number;
  readonly zones: readonly string[];
  readonly planM2: number;
  readonly trueM2: number;
  readonly strip: boolean;
};

export type ChangedPairs = {
  /** Those with a piece in the block. */
  readonly pairs: readonly ChangedPair[];
  /** Whether a piece of A's overlay is of a pair that is a strip. */
  readonly isStrip: (piece: number) => boolean;
};

type SideA = {
  readonly layer: Layer;
  readonly result: KernelResult;
  readonly classOf: (f: number) => string;
};
type SideB = {
  readonly layer: Layer;
  readonly ownPlanM2: Float64Array;
  readonly classOf: (f: number) => string;
};

/** A cover set, as far as pairs are told by it. */
type PairCover = {
  readonly inBlock: boolean;
  readonly units: readonly string[];
  readonly others: readonly number[];
};

/**
 * Finds the pairs whose class changed, and which of them are strips: one border drawn twice. A pair is judged whole,
 * whatever blocks and units cut it into, so it is judged alike wherever it is met. Ground under several polygons of B
 * counts for the first.
 */
export function changedPairs(
  a: SideA,
  b: SideB,
  covers: readonly PairCover[],
  strip: { readonly widthM: number; readonly share: number },
): ChangedPairs {
  const { pieces, ownPlanM2 } = a.result;
  const index = new PairIndex();
  const planM2: number[] = [];
  const trueM2: number[] = [];
  const firstInBlock: number[] = [];
  const pairOfPiece = new Int32Array(pieces.ground.length).fill(-1);
  for (let i = 0; i < pieces.ground.length; i++) {
    const { others, inBlock } = covers[pieces.cover[i]];
    if (others.length === 0) continue;
    const fA = pieces.ground[i];
    const [fB] = others;
    if (a.classOf(fA) === b.classOf(fB)) continue;
    const pair = index.of(fA, fB);
    if (pair === planM2.length) {
      planM2.push(0);
      trueM2.push(0);
      firstInBlock.push(-1);
    }
    planM2[pair] += pieces.planM2[i];
    trueM2[pair] += pieces.trueM2[i];
    if (inBlock && firstInBlock[pair] < 0) firstInBlock[pair] = i;
    pairOfPiece[i] = pair;
  }
  const isStripPair = planM2.map((areaM2, pair) => {
    if (firstInBlock[pair] < 0) return false;
    const [fA, fB] = [index.first(pair), index.second(pair)];
    if (areaM2 >= strip.share * Math.min(ownPlanM2[fA], b.ownPlanM2[fB])) return false;
    const [of, under] = [
      { layer: a.layer, feature: fA },
      { layer: b.layer, feature: fB },
    ];
    return mayBeNarrower(of, under, areaM2, strip.widthM) && pieceWidth(of, under, areaM2) < strip.widthM;
  });
  const pairs = planM2.flatMap((areaM2, pair) => {
    const piece = firstInBlock[pair];
    if (piece < 0) return [];
    return [
      {
        fA: index.first(pair),
        fB: index.second(pair),
        zones: covers[pieces.cover[piece]].units,
        planM2: areaM2,
        trueM2: trueM2[pair],
        strip: isStripPair[pair],
      },
    ];
  });
  return { pairs, isStrip: (piece) => pairOfPiece[piece] >= 0 && isStripPair[pairOfPiece[piece]] };
}

/** Looks closer at a pair that is to be listed: ids, classes, width, place. */
export function changeFinder(
  layerA: Layer,
  layerB: Layer,
): (pair: ChangedPair & { readonly a: number; readonly b: number }) => Change {
  return ({ fA, fB, a, b, zones, planM2, trueM2, strip }) => {
    const [of, under] = [
      { layer: layerA, feature: fA },
      { layer: layerB, feature: fB },
    ];
    const place = placeInBoth(of, under);
    return {
      a,
      b,
      idA: termOf(layerA.columns.get(ID)!, fA),
      idB: termOf(layerB.columns.get(ID)!, fB),
      from: termOf(layerA.columns.get(CLASS)!, fA),
      to: termOf(layerB.columns.get(CLASS)!, fB),
      zones,
      planM2,
      trueM2,
      widthM: pieceWidth(of, under, planM2),
      strip,
      ...(place === undefined ? {} : { place }),
    };
  };
}
