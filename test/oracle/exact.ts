import { featureCount, type Layer } from "../../src/core/layer.js";
import { areaOf, gridFor, type Grid } from "./grid.js";

/** Area of one feature, rounded once. */
export function exactArea(layer: Layer, feature: number): number {
  const grid = gridFor([layer]);
  let halfCells = 0n;
  for (const ring of ringsOf(layer, feature, grid)) {
    halfCells += ring.isHole
      ? -magnitude(twiceSignedArea(ring.points))
      : magnitude(twiceSignedArea(ring.points));
  }
  return areaOf(halfCells, grid);
}

/** Area of the intersection of two valid features: the pair form of src/overlay/pairForm.ts in integers. */
export function exactPairArea(a: Layer, featureA: number, b: Layer, featureB: number): number {
  const grid = gridFor([a, b]);
  const slopesB = slopesOf(b, featureB, grid);
  let halfCells = 0n;
  for (const e of slopesOf(a, featureA, grid)) {
    for (const g of slopesB) {
      const left = max(e.x1, g.x1);
      const right = min(e.x2, g.x2);
      if (left >= right) continue;
      const e0 = heightAt(e, left);
      const e1 = heightAt(e, right);
      const g0 = heightAt(g, left);
      const g1 = heightAt(g, right);
      const d0 = e0 - g0;
      const d1 = e1 - g1;
      const bulge = d0 * d1 < 0n ? (magnitude(d0) * magnitude(d1)) / (magnitude(d0) + magnitude(d1)) : 0n;
      const lower = (right - left) * (min(e0, g0) + min(e1, g1) + bulge);
      halfCells += e.below === g.below ? lower : -lower;
    }
  }
  return areaOf(halfCells, grid);
}

/** Area of each ground feature under each set of zones, keyed by `coverKey`; sets without area are absent. */
export type CoverAreas = ReadonlyMap<string, number>;

/** "3|0,4": ground feature 3 under zones 0 and 4. "3|": under no zone. */
export const coverKey = (ground: number, zones: readonly number[]): string => `${ground}|${zones.join(",")}`;

/** The reverse of `coverKey`. */
export function ofCoverKey(key: string): { ground: number; zones: number[] } {
  const [ground, zones] = key.split("|");
  return { ground: Number(ground), zones: zones === "" ? [] : zones.split(",").map(Number) };
}

/**
 * The whole overlay by vertical decomposition: between two neighbouring abscissas of vertices and crossings no edge
 * begins, ends or crosses, so the strip is a pile of trapeziums, each covered by one set of features.
 * For valid features that may overlap one another in any way. Cubic at worst: small cases only.
 */
export function exactCoverAreas(ground: Layer, zones: Layer): CoverAreas {
  const grid = gridFor([ground, zones]);
  const groundCount = featureCount(ground);
  const slopes: OwnedSlope[] = [];
  for (let f = 0; f < groundCount; f++) {
    for (const slope of slopesOf(ground, f, grid)) slopes.push({ ...slope, owner: f });
  }
  for (let f = 0; f < featureCount(zones); f++) {
    for (const slope of slopesOf(zones, f, grid)) slopes.push({ ...slope, owner: groundCount + f });
  }
  const halfCells = new Map<string, bigint>();
  const cuts = abscissas(slopes);
  for (let i = 0; i + 1 < cuts.length; i++) {
    addStrip(halfCells, slopes, cuts[i], cuts[i + 1], groundCount);
  }
  return new Map([...halfCells].map(([key, sum]) => [key, areaOf(sum, grid)]));
}

function addStrip(
  halfCells: Map<string, bigint>,
  slopes: readonly OwnedSlope[],
  left: bigint,
  right: bigint,
  groundCount: number,
): void {
  const across = slopes
    .filter((slope) => slope.x1 <= left && slope.x2 >= right)
    .map((slope) => ({ owner: slope.owner, twiceMid: heightAt(slope, left) + heightAt(slope, right) }))
    .sort((p, q) => (p.twiceMid < q.twiceMid ? -1 : p.twiceMid > q.twiceMid ? 1 : 0));
  const inside = new Set<number>();
  for (let i = 0; i + 1 < across.length; i++) {
    const { owner, twiceMid } = across[i];
    if (!inside.delete(owner)) inside.add(owner);
    const trapezium = (right - left) * (across[i + 1].twiceMid - twiceMid);
    if (trapezium === 0n) continue;
    const members = [...inside].sort((p, q) => p - q);
    const cover = members.filter((id) => id >= groundCount).map((id) => id - groundCount);
    for (const groundFeature of members.filter((id) => id < groundCount)) {
      const key = coverKey(groundFeature, cover);
      halfCells.set(key, (halfCells.get(key) ?? 0n) + trapezium);
    }
  }
}

/** Abscissas of all vertices and all crossings, ascending. Vertical edges add nothing their neighbours do not have. */
function abscissas(slopes: readonly Slope[]): bigint[] {
  const found = new Set<bigint>();
  for (let i = 0; i < slopes.length; i++) {
    found.add(slopes[i].x1).add(slopes[i].x2);
    for (let k = 0; k < i; k++) {
      const x = crossingAt(slopes[i], slopes[k]);
      if (x !== undefined) found.add(x);
    }
  }
  return [...found].sort((p, q) => (p < q ? -1 : p > q ? 1 : 0));
}

function crossingAt(e: Slope, g: Slope): bigint | undefined {
  const left = max(e.x1, g.x1);
  const right = min(e.x2, g.x2);
  if (left >= right) return undefined;
  const eDx = e.x2 - e.x1;
  const eDy = e.y2 - e.y1;
  const gDx = g.x2 - g.x1;
  const gDy = g.y2 - g.y1;
  const turn = eDy * gDx - gDy * eDx;
  if (turn === 0n) return undefined;
  const x = ((g.y1 - e.y1) * eDx * gDx + eDy * gDx * e.x1 - gDy * eDx * g.x1) / turn;
  return x > left && x < right ? x : undefined;
}

/** A non-vertical edge, left end first; `below` tells whether its polygon lies below it. */
type Slope = {
  readonly x1: bigint;
  readonly y1: bigint;
  readonly x2: bigint;
  readonly y2: bigint;
  readonly below: boolean;
};
type OwnedSlope = Slope & { readonly owner: number };

function slopesOf(layer: Layer, feature: number, grid: Grid): Slope[] {
  const slopes: Slope[] = [];
  for (const { points, isHole } of ringsOf(layer, feature, grid)) {
    const interiorOnLeft = twiceSignedArea(points) > 0n !== isHole;
    for (let i = 0; i + 1 < points.length; i++) {
      const [p, q] = [points[i], points[i + 1]];
      if (p.x < q.x) slopes.push({ x1: p.x, y1: p.y, x2: q.x, y2: q.y, below: !interiorOnLeft });
      if (p.x > q.x) slopes.push({ x1: q.x, y1: q.y, x2: p.x, y2: p.y, below: interiorOnLeft });
    }
  }
  return slopes;
}

function heightAt(e: Slope, x: bigint): bigint {
  return e.y1 + ((e.y2 - e.y1) * (x - e.x1)) / (e.x2 - e.x1);
}

type Point = { readonly x: bigint; readonly y: bigint };

function* ringsOf(
  layer: Layer,
  feature: number,
  grid: Grid,
): Generator<{ points: Point[]; isHole: boolean }> {
  for (let part = layer.featurePart[feature]; part < layer.featurePart[feature + 1]; part++) {
    for (let ring = layer.partRing[part]; ring < layer.partRing[part + 1]; ring++) {
      const points: Point[] = [];
      for (let v = layer.ringVertex[ring]; v < layer.ringVertex[ring + 1]; v++) {
        points.push({ x: grid.onGrid(layer.xy[2 * v]), y: grid.onGrid(layer.xy[2 * v + 1]) });
      }
      yield { points, isHole: ring > layer.partRing[part] };
    }
  }
}

function twiceSignedArea(points: readonly Point[]): bigint {
  let twice = 0n;
  for (let i = 0; i + 1 < points.length; i++) {
    twice += points[i].x * points[i + 1].y - points[i + 1].x * points[i].y;
  }
  return twice;
}

const min = (p: bigint, q: bigint): bigint => (p < q ? p : q);
const max = (p: bigint, q: bigint): bigint => (p > q ? p : q);
const magnitude = (p: bigint): bigint => (p < 0n ? -p : p);
