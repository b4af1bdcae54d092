import proj4 from "proj4";
import type { Crs } from "./crs.js";

/** A point on its way through a projection; the library moves it in place. */
type Point = { x: number; y: number };
type Step = (point: Point) => Point | undefined;

/** As the library has them, so that the results are its own to the last bit. */
const RADIANS = 0.01745329251994329577;
const DEGREES = 57.29577951308232088;

/** Points remembered: a power of two. Neighbours share most of their vertices, and lie near each other in a file. */
const SLOTS = 1 << 14;

/**
 * Moves points from one system of our table to another, by the projections themselves: `proj4(from, to).forward` makes
 * three objects a point on the way, and checks for shifts of datum that our table does not have. A point met shortly
 * before is not calculated again.
 */
export class PointMover {
  /** Where the last point came to. */
  x = 0;
  y = 0;
  private readonly toGround: Step | undefined;
  private readonly fromGround: Step | undefined;
  private readonly point: Point = { x: 0, y: 0 };
  private readonly seen = new Float64Array(4 * SLOTS).fill(NaN); // x, y, and where they came to
  private readonly bits = new Float64Array(2);
  private readonly words = new Int32Array(this.bits.buffer);

  constructor(from: Crs, to: Crs) {
    this.toGround = from.unit === "degree" ? undefined : steps(from).inverse;
    this.fromGround = to.unit === "degree" ? undefined : steps(to).forward;
  }

  /** @returns false where the point has no place in the target system */
  move(x: number, y: number): boolean {
    const slot = this.slotOf(x, y);
    const { seen } = this;
    if (seen[slot] === x && seen[slot + 1] === y) {
      this.x = seen[slot + 2];
      this.y = seen[slot + 3];
      return true;
    }
    if (!Number.isFinite(x) || !Number.isFinite(y) || !this.calculate(x, y)) return false;
    seen[slot] = x;
    seen[slot + 1] = y;
    seen[slot + 2] = this.x;
    seen[slot + 3] = this.y;
    return true;
  }

  private calculate(x: number, y: number): boolean {
    let point: Point | undefined = this.point;
    point.x = this.toGround === undefined ? x * RADIANS : x;
    point.y = this.toGround === undefined ? y * RADIANS : y;
    if (this.toGround !== undefined) point = this.toGround(point);
    if (point !== undefined && this.fromGround !== undefined) point = this.fromGround(point);
    if (point === undefined) return false;
    this.x = this.fromGround === undefined ? point.x * DEGREES : point.x;
    this.y = this.fromGround === undefined ? point.y * DEGREES : point.y;
    return Number.isFinite(this.x) && Number.isFinite(this.y);
  }

  private slotOf(x: number, y: number): number {
    this.bits[0] = x;
    this.bits[1] = y;
    const [low, high] = [this.words[0] ^ this.words[1], this.words[2] ^ this.words[3]];
    const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    return ((mixed ^ (mixed >>> 15)) & (SLOTS - 1)) << 2;
  }
}

/** The projection of a plane system, both ways between metres and radians. */
function steps(crs: Crs): { forward: Step; inverse: Step } {
  const projection = new proj4.Proj(crs.proj4) as unknown as { forward: Step; inverse: Step };
  return {
    forward: (point) => projection.forward(point),
    inverse: (point) => projection.inverse(point),
  };
}
