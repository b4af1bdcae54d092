import { grown } from "../core/grown.js";

/**
 * Sums by cover set while one polygon is worked on: both areas, and how far the directed pieces of border that were
 * posted to a set are from closing. The border of a region closes; a set whose pieces do not is a bug, never a figure.
 */
export class CellSums {
  planM2: Float64Array = new Float64Array(256);
  trueM2: Float64Array = new Float64Array(256);
  /** Sum of the pieces as vectors; zero but for rounding. */
  openX: Float64Array = new Float64Array(256);
  openY: Float64Array = new Float64Array(256);
  private seen: Uint8Array = new Uint8Array(256);
  /** Sets posted to, in order of first meeting. */
  readonly touched: number[] = [];

  post(set: number, sign: number, planM2: number, trueM2: number, dx: number, dy: number): void {
    if (set >= this.planM2.length) this.grow(set);
    if (this.seen[set] === 0) {
      this.seen[set] = 1;
      this.touched.push(set);
      this.planM2[set] = 0;
      this.trueM2[set] = 0;
      this.openX[set] = 0;
      this.openY[set] = 0;
    }
    this.planM2[set] += sign * planM2;
    this.trueM2[set] += sign * trueM2;
    this.openX[set] += sign * dx;
    this.openY[set] += sign * dy;
  }

  clear(): void {
    for (const set of this.touched) this.seen[set] = 0;
    this.touched.length = 0;
  }

  private grow(set: number): void {
    const length = Math.max(set + 1, 2 * this.planM2.length);
    this.planM2 = grown(this.planM2, length);
    this.trueM2 = grown(this.trueM2, length);
    this.openX = grown(this.openX, length);
    this.openY = grown(this.openY, length);
    this.seen = grown(this.seen, length);
  }
}
