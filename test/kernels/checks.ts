import { bboxOf, type Layer } from "../../src/core/layer.js";
import type { LayerCase, PairCase, PairFigure } from "./cases.js";
import type { Kernel } from "./kernels.js";
import { boxRing, layerOf, polygon } from "./layers.js";

/** One figure that is not what it should be; a kernel that throws is a failure like any other. */
export type Failure = {
  readonly id: string;
  readonly figure: string;
  readonly expected: number | string;
  readonly got: number | string;
  readonly tolerance: number;
};

/** Collects failures of one case. */
class Ledger {
  readonly failures: Failure[] = [];

  constructor(private readonly id: string) {}

  expect(figure: string, got: number, expected: number | string, tolerance: number): void {
    // Written so that NaN fails.
    if (Math.abs(got - Number(expected)) <= tolerance) return;
    this.failures.push({ id: this.id, figure, expected, got, tolerance });
  }

  expectNotNegative(figure: string, got: number, tolerance: number): void {
    if (got >= -tolerance) return;
    this.failures.push({ id: this.id, figure, expected: "not negative", got, tolerance });
  }

  /** Runs the case's checks; an exception becomes a failure. */
  run(checks: () => void): Failure[] {
    try {
      checks();
    } catch (error) {
      this.failures.push({
        id: this.id,
        figure: "no exception",
        expected: "none",
        got: String(error),
        tolerance: 0,
      });
    }
    return this.failures;
  }
}

/** a as ground under b, and b as ground under a: the figures of the case, from both sides. */
export function checkPair(kernel: Kernel, pair: PairCase): Failure[] {
  const ledger = new Ledger(pair.id);
  const { expected, tolerance } = pair;
  return ledger.run(() => {
    const a = layerOf("a", [pair.a]);
    const b = layerOf("b", [pair.b]);
    const [aOverB, bOverA] = [kernel.pairs(a, b), kernel.pairs(b, a)];
    const [inB, inA] = [aOverB.insideM2(0, 0), bOverA.insideM2(0, 0)];
    const [aMinusB, bMinusA] = [aOverB.outsideM2(0, 0), bOverA.outsideM2(0, 0)];
    const figures: [PairFigure, string, number][] = [
      ["areaA", "own area of a", aOverB.ownM2[0]],
      ["areaB", "own area of b", bOverA.ownM2[0]],
      ["intersection", "a inside b", inB],
      ["intersection", "b inside a", inA],
      ["aMinusB", "a outside b", aMinusB],
      ["bMinusA", "b outside a", bMinusA],
      ["union", "union", inB + aMinusB + bMinusA],
      ["symDiff", "symmetric difference", aMinusB + bMinusA],
    ];
    for (const [figure, name, got] of figures) {
      ledger.expect(name, got, expected[figure], tolerance);
      ledger.expectNotNegative(name, got, tolerance);
    }
  });
}

/** a and b as two zones on one big square: the sets {}, {a}, {b}, {a, b}. Only for kernels that know cover sets. */
export function checkArrangement(kernel: Kernel, pair: PairCase): Failure[] {
  const ledger = new Ledger(pair.id);
  return ledger.run(() => {
    const zones = layerOf("a and b", [pair.a, pair.b]);
    const square = squareAround(zones);
    const tolerance = pair.tolerance + square.tolerance;
    const areas = new Map<string, number>();
    for (const row of kernel.covers!(square.layer, zones)) {
      const set = row.zones.map((zone) => "ab"[zone]).join("");
      areas.set(set, (areas.get(set) ?? 0) + row.m2);
      ledger.expectNotNegative(`row {${set}}`, row.m2, tolerance);
    }
    const of = (set: string): number => areas.get(set) ?? 0;
    ledger.expect("{a}", of("a"), pair.expected.aMinusB, tolerance);
    ledger.expect("{b}", of("b"), pair.expected.bMinusA, tolerance);
    ledger.expect("{a, b}", of("ab"), pair.expected.intersection, tolerance);
    ledger.expect("{}", of(""), square.areaM2 - Number(pair.expected.union), tolerance);
  });
}

/** Every cell of two layers, the empty ones too, and every left feature conserved. */
export function checkLayers(kernel: Kernel, layers: LayerCase): Failure[] {
  const ledger = new Ledger(layers.id);
  return ledger.run(() => {
    const left = layerOf(
      "left",
      layers.left.map(({ geometry }) => geometry),
    );
    const right = layerOf(
      "right",
      layers.right.map(({ geometry }) => geometry),
    );
    const pairs = kernel.pairs(left, right);
    const cells = new Map(layers.expected.cells.map(([i, j, m2]) => [`${i} x ${j}`, m2]));
    for (let i = 0; i < layers.left.length; i++) {
      const ownM2 = Number(layers.expected.leftAreas[i]);
      const tolerance = 1e-9 * ownM2;
      ledger.expect(`own area of ${i}`, pairs.ownM2[i], ownM2, tolerance);
      for (let j = 0; j < layers.right.length; j++) {
        const inside = pairs.insideM2(i, j);
        ledger.expect(`${i} x ${j}`, inside, cells.get(`${i} x ${j}`) ?? 0, tolerance);
        ledger.expect(`${i} x ${j} and rest`, inside + pairs.outsideM2(i, j), ownM2, tolerance);
      }
    }
  });
}

/** A square well outside the layer, with the rounding its own coordinates cost. */
function squareAround(layer: Layer): { layer: Layer; areaM2: number; tolerance: number } {
  const [minX, minY, maxX, maxY] = bboxOf(layer.xy, 0, layer.xy.length / 2);
  const margin = Math.max(maxX - minX, maxY - minY) / 2;
  const [west, south, east, north] = [minX - margin, minY - margin, maxX + margin, maxY + margin];
  const areaM2 = (east - west) * (north - south);
  const largest = Math.max(Math.abs(west), Math.abs(south), Math.abs(east), Math.abs(north));
  const perimeter = 2 * (east - west + north - south);
  return {
    layer: layerOf("square", [polygon(boxRing(west, south, east, north))]),
    areaM2,
    tolerance: 8 * ulp(largest) * perimeter + 1e-12 * areaM2,
  };
}

/** Distance from a positive double to the next. */
const ulp = (value: number): number => 2 ** (Math.floor(Math.log2(value)) - 52);
