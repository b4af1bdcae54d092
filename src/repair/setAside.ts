import Flatbush from "flatbush";
import { type Bbox, bboxOf, type Layer } from "../core/layer.js";
import { invariant } from "../core/trouble.js";
import { orient } from "../overlay/perturb.js";
import type { Neighbourhood } from "./neighbourhood.js";
import { byCoordinates, type Parts } from "./outlines.js";
import { fromLowest, RingsOut } from "./rings.js";

/** The polygons of a neighbourhood without what lies far from its places. Feature i of it is `features[i]`. */
export type Near = {
  readonly layer: Layer;
  /** The whole shape of feature i, of what its near rings were built to. */
  restored(i: number, built: Parts): Parts;
};

/**
 * Sets aside the parts and holes that no place can change, so that a road with thousands of holes costs what lies near its
 * errors: parts whose box meets no place; and of the others, holes that do so neither, and that hold no polygon that stays.
 * Where a hole is filled so, its polygon has ground that is another's, who is not here; nothing is asked about it.
 */
export function setAside(layer: Layer, { features, boxes }: Neighbourhood): Near {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const placeTree = treeOf(boxes);
  const meetsPlace = (box: Bbox) => (placeTree?.search(...box).length ?? 0) > 0;
  const ringOf = (r: number) => fromLowest(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
  const boxOfRing = (r: number) => bboxOf(xy, ringVertex[r], ringVertex[r + 1]);
  const parts = features.map((f) => numbers(featurePart[f], featurePart[f + 1]));
  const isNear = (p: number) => meetsPlace(boxOfRing(partRing[p]));
  const shells = parts.flatMap((own) => own.filter(isNear).map((p) => boxOfRing(partRing[p])));
  const shellTree = treeOf(shells);
  const holdsShell = (box: Bbox) => shellTree?.search(...box).some((i) => isWithin(shells[i], box)) === true;
  const out = new RingsOut({ ...layer, columns: new Map() });
  const far = parts.map((own) => {
    const holes: Float64Array[] = [];
    const whole: Float64Array[][] = [];
    for (const p of own) {
      if (!isNear(p)) {
        whole.push(numbers(partRing[p], partRing[p + 1]).map(ringOf));
        continue;
      }
      out.ring(ringOf(partRing[p]));
      for (let r = partRing[p] + 1; r < partRing[p + 1]; r++) {
        const box = boxOfRing(r);
        if (meetsPlace(box) || holdsShell(box)) out.ring(ringOf(r));
        else holes.push(ringOf(r));
      }
      out.endPart();
    }
    out.endFeature();
    return { holes, whole };
  });
  return {
    layer: out.build(),
    restored(i, built) {
      const { holes, whole } = far[i];
      if (holes.length + whole.length === 0) return built;
      return [...withHoles(built, holes), ...whole].sort(([a], [b]) => byCoordinates(a, b));
    },
  };
}

/** Each hole put into the part it lies in. Where only one has it in its box, no ring is walked. */
function withHoles(built: Parts, holes: readonly Float64Array[]): Parts {
  if (holes.length === 0) return built;
  const boxes = built.map(([shell]) => bboxOf(shell, 0, shell.length / 2));
  const parts = built.map((rings) => [...rings]);
  for (const hole of holes) {
    const box = bboxOf(hole, 0, hole.length / 2);
    const round = numbers(0, built.length).filter((i) => isWithin(box, boxes[i]));
    const inside = round.length === 1 ? round[0] : round.find((i) => isInside(hole, parts[i][0]));
    invariant(inside !== undefined, () => `a hole at ${hole[0]} ${hole[1]} has lost its polygon`);
    parts[inside].push(hole);
  }
  return parts.map(([shell, ...inner]) => [shell, ...inner.sort(byCoordinates)]);
}

/** Does a ring lie inside another? They meet in one point at most, so of two vertices one tells. Exact. */
function isInside(ring: Float64Array, shell: Float64Array): boolean {
  const side = sideOf(ring[0], ring[1], shell);
  return (side === 0 ? sideOf(ring[2], ring[3], shell) : side) > 0;
}

/** 1 inside, 0 on the ring, -1 outside. */
function sideOf(x: number, y: number, ring: Float64Array): number {
  let isInsideSoFar = false;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[i + 2], ring[i + 3]];
    if ((ay > y && by > y) || (ay < y && by < y)) continue;
    const turn = ay < by ? orient(ax, ay, bx, by, x, y) : orient(bx, by, ax, ay, x, y);
    if (turn === 0 && x >= Math.min(ax, bx) && x <= Math.max(ax, bx)) return 0;
    if (ay > y !== by > y && turn < 0) isInsideSoFar = !isInsideSoFar;
  }
  return isInsideSoFar ? 1 : -1;
}

const isWithin = (box: Bbox, other: Bbox): boolean =>
  box[0] >= other[0] && box[1] >= other[1] && box[2] <= other[2] && box[3] <= other[3];

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

function treeOf(boxes: readonly Bbox[]): Flatbush | undefined {
  if (boxes.length === 0) return undefined;
  const tree = new Flatbush(boxes.length);
  for (const box of boxes) tree.add(...box);
  tree.finish();
  return tree;
}
