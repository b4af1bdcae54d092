import type { Measure } from "../core/measure.js";
import type { CellSums } from "./cellSums.js";

/** A place on a ground ring: on the edge that begins at vertex `edge`, at (x, y). */
export type OwnPlace = { edge: number; x: number; y: number; u: number };

/**
 * The ground ring at hand, gone round once: running integrals of both measures up to each vertex, so that any stretch of
 * it costs one subtraction, whatever its length; and its box. One object serves all rings.
 */
export class OwnRing {
  /** Per vertex from its first: u, and the integrals up to there. */
  private u: Float64Array = new Float64Array(1024);
  private planTo: Float64Array = new Float64Array(1024);
  private trueTo: Float64Array = new Float64Array(1024);
  private xy: Float64Array = new Float64Array(0);
  private from = 0;
  private originX = 0;
  private originU = 0;

  /** m2 inside, positive where the ring runs counter-clockwise. */
  planM2 = 0;
  trueM2 = 0;
  minX = 0;
  minY = 0;
  maxX = 0;
  maxY = 0;

  constructor(private readonly measure: Measure) {}

  /** u of its vertex `vertex`. */
  uAt(vertex: number): number {
    return this.u[vertex - this.from];
  }

  /** Goes round the ring of vertices from .. to, which is the first one again. */
  take(xy: Float64Array, from: number, to: number, originX: number, originU: number): void {
    if (this.u.length <= to - from) this.grow(2 * (to - from));
    const { measure, u, planTo, trueTo } = this;
    this.xy = xy;
    this.from = from;
    this.originX = originX;
    this.originU = originU;
    let x1 = xy[2 * from];
    let y1 = xy[2 * from + 1];
    let u1 = measure.u(x1, y1);
    u[0] = u1;
    planTo[0] = 0;
    trueTo[0] = 0;
    let minX = x1;
    let maxX = x1;
    let minY = y1;
    let maxY = y1;
    let plan = 0;
    let real = 0;
    for (let v = from + 1; v <= to; v++) {
      const x2 = xy[2 * v];
      const y2 = xy[2 * v + 1];
      const u2 = measure.u(x2, y2);
      const dy = y2 - y1;
      plan += dy * ((x1 + x2) / 2 - originX);
      real += dy * ((u1 + u2) / 2 - originU) + measure.bend(x1, y1, x2, y2);
      u[v - from] = u2;
      planTo[v - from] = plan;
      trueTo[v - from] = real;
      if (x2 < minX) minX = x2;
      else if (x2 > maxX) maxX = x2;
      if (y2 < minY) minY = y2;
      else if (y2 > maxY) maxY = y2;
      x1 = x2;
      y1 = y2;
      u1 = u2;
    }
    this.planM2 = plan;
    this.trueM2 = real;
    this.minX = minX;
    this.minY = minY;
    this.maxX = maxX;
    this.maxY = maxY;
  }

  /** Posts the ring's border from `start` to (x, y) on edge `edge`. */
  postStretch(
    sums: CellSums,
    set: number,
    sign: number,
    start: OwnPlace,
    edge: number,
    x: number,
    y: number,
    u: number,
  ): void {
    const { measure, originX, originU, planTo, trueTo, xy, from } = this;
    let plan: number;
    let real: number;
    if (start.edge === edge) {
      plan = (y - start.y) * ((start.x + x) / 2 - originX);
      real = (y - start.y) * ((start.u + u) / 2 - originU) + measure.bend(start.x, start.y, x, y);
    } else {
      const p = start.edge + 1;
      const px = xy[2 * p];
      const py = xy[2 * p + 1];
      const qx = xy[2 * edge];
      const qy = xy[2 * edge + 1];
      plan =
        (py - start.y) * ((start.x + px) / 2 - originX) +
        (planTo[edge - from] - planTo[p - from]) +
        (y - qy) * ((qx + x) / 2 - originX);
      real =
        (py - start.y) * ((start.u + this.u[p - from]) / 2 - originU) +
        measure.bend(start.x, start.y, px, py) +
        (trueTo[edge - from] - trueTo[p - from]) +
        (y - qy) * ((this.u[edge - from] + u) / 2 - originU) +
        measure.bend(qx, qy, x, y);
    }
    sums.post(set, sign, plan, real, x - start.x, y - start.y);
  }

  private grow(length: number): void {
    this.u = new Float64Array(length + 1);
    this.planTo = new Float64Array(length + 1);
    this.trueTo = new Float64Array(length + 1);
  }
}
