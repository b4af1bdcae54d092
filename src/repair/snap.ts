import type { Layer } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import type { Metre } from "../core/units.js";
import type { WrongGround } from "./coverCount.js";
import type { LooseEdges } from "./edgeMatch.js";
import { repairPolygons } from "./polygons.js";
import type { Parts } from "./outlines.js";
import { ringArea } from "./rings.js";
import { partsIn, withParts } from "./shapes.js";

/** Where vertices go: by the place they are at. */
export type SnapTargets = ReadonlyMap<string, readonly [x: number, y: number]>;

const keyOf = (x: number, y: number): string => `${x} ${y}`;

/**
 * Which vertices are to be one (design 3: none moves unless asked). Only those on the border of a narrow strip that is
 * covered twice or by nobody are looked at (2 area / perimeter up to `snapM`), so a clean border is let be. In order of
 * x, then y, each that is not taken yet takes those within `snapM` of it, and they move to it. So the result does not hang
 * on the order of polygons, and vertices that have been taken together stay where they are the next time.
 */
export function snapTargets(wrong: readonly WrongGround[], { ends }: LooseEdges, snapM: Metre): SnapTargets {
  const stored = new Set<string>();
  for (let i = 0; i < ends.length; i += 2) stored.add(keyOf(ends[i], ends[i + 1]));
  const asked = new Map<string, readonly [number, number]>();
  for (const { areaM2, rings } of wrong) {
    if (2 * areaM2 > snapM * rings.reduce((sum, ring) => sum + lengthOf(ring), 0)) continue;
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const key = keyOf(ring[i], ring[i + 1]);
        if (stored.has(key)) asked.set(key, [ring[i], ring[i + 1]]);
      }
    }
  }
  const takers = new Map<string, (readonly [number, number])[]>();
  const targets = new Map<string, readonly [number, number]>();
  for (const [x, y] of [...asked.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const [column, row] = [Math.floor(x / snapM), Math.floor(y / snapM)];
    let nearest: readonly [number, number] | undefined;
    let least = snapM;
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (const taker of takers.get(keyOf(c, r)) ?? []) {
          const distance = Math.hypot(taker[0] - x, taker[1] - y);
          if (distance > least || (distance === least && nearest !== undefined)) continue;
          [nearest, least] = [taker, distance];
        }
      }
    }
    if (nearest !== undefined) targets.set(keyOf(x, y), nearest);
    else takers.set(keyOf(column, row), [...(takers.get(keyOf(column, row)) ?? []), [x, y]]);
  }
  return targets;
}

function lengthOf(ring: Float64Array): Metre {
  let length = 0;
  for (let i = 0; i + 3 < ring.length; i += 2)
    length += Math.hypot(ring[i + 2] - ring[i], ring[i + 3] - ring[i + 1]);
  return length;
}

/** A polygon with vertices moved to others, valid again where that made it invalid, and its areas. */
export type Snapped = {
  readonly feature: number;
  readonly parts: Parts;
  readonly beforeM2: number;
  readonly afterM2: number;
};

/**
 * The polygons that have such vertices, with those moved. What moving made invalid is read by the structure rule. A polygon
 * that would vanish, or that cannot be read, keeps its border.
 */
export function snapped(layer: Layer, features: readonly number[], targets: SnapTargets): Snapped[] {
  if (targets.size === 0) return [];
  const moved = new Map<number, Parts>();
  for (const f of features) {
    const parts = partsIn(layer, f);
    if (parts.some((rings) => rings.some((ring) => hasVertexIn(ring, targets))))
      moved.set(
        f,
        parts.map((rings) => rings.map((ring) => movedTo(ring, targets))),
      );
  }
  const some = [...moved.keys()];
  const all = subsetOf(layer, some);
  const { layer: sound, polygons } = repairPolygons(
    withParts(all, new Map(some.map((f, i) => [i, moved.get(f)!]))),
  );
  const failed = new Set(polygons.filter(({ by }) => by === "nobody").map(({ feature }) => feature));
  return some.flatMap((feature, i) => {
    const parts = partsIn(sound, i);
    if (failed.has(i) || parts.length === 0) return [];
    return [{ feature, parts, beforeM2: areaOf(partsIn(layer, feature)), afterM2: areaOf(parts) }];
  });
}

const areaOf = (parts: Parts): number => parts.flat().reduce((sum, ring) => sum + ringArea(ring), 0);

function hasVertexIn(ring: Float64Array, targets: SnapTargets): boolean {
  for (let i = 0; i < ring.length; i += 2) if (targets.has(keyOf(ring[i], ring[i + 1]))) return true;
  return false;
}

function movedTo(ring: Float64Array, targets: SnapTargets): Float64Array {
  const moved = ring.slice();
  for (let i = 0; i < ring.length; i += 2) {
    const target = targets.get(keyOf(ring[i], ring[i + 1]));
    if (target !== undefined) moved.set(target, i);
  }
  return moved;
}
