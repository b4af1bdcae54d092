import { NEXT_RING, type SosiElements } from "./sosiElements.js";
import { putArc, SAGITTA_M } from "../arcs.js";
import { grown, roomFor } from "../../core/grown.js";
import type { SosiScale } from "./sosiHeader.js";

/** What keeps a face from its polygon, or is worth a note; `serial` tells of which curve. */
export const TROUBLE = {
  none: 0,
  missingCurve: 1,
  sameNumber: 2,
  bentCurve: 3,
  open: 4,
  smallGap: 5,
} as const;
export type Trouble = (typeof TROUBLE)[keyof typeof TROUBLE];

/** Ordinates of the first block and of large ones; a longer curve gets one of its own. Blocks never move or are copied. */
const FIRST_BLOCK = 1 << 14;
const LARGE_BLOCK = 1 << 20;
const METRES_PER_DEGREE = 111_320;
/** Two curves of a ring meet when their ends lie within a unit of each other, north and east. */
const SLACK_UNITS = 1.5;

const [STRAIGHT, ARC, BENT] = [0, 1, 2];

/** All curves of a file as columns, found by their number; rings are walked along them. */
export class SosiCurves {
  /** The ring put together last: x, y in turn, `ringEnds` say where each ring ends, in vertices. */
  xy = new Float64Array(1 << 12);
  vertexCount = 0;
  ringEnds = new Uint32Array(16);
  ringCount = 0;
  /** The curve a trouble is about. */
  troubleSerial = 0;

  private readonly blocks: Float64Array[] = [new Float64Array(FIRST_BLOCK)];
  private inBlock = 0;
  /** For each curve its block, its first ordinate there, its ordinates, and how it runs. */
  private curves = new Uint32Array(1 << 12);
  private curveCount = 0;
  private readonly indexOf = new Map<number, number>();
  private readonly twice = new Set<number>();
  private readonly sagitta: number;
  private readonly slack: number;

  constructor(
    private readonly scale: SosiScale,
    isDegrees: boolean,
  ) {
    this.sagitta = isDegrees ? SAGITTA_M / METRES_PER_DEGREE : SAGITTA_M;
    this.slack = SLACK_UNITS * scale.unit;
  }

  /** Keeps the curve that the elements stand at. */
  add(elements: SosiElements): void {
    const length = 2 * elements.pointCount;
    const room = this.blocks[this.blocks.length - 1].length;
    if (this.inBlock + length > room) {
      this.blocks.push(new Float64Array(Math.max(Math.min(2 * room, LARGE_BLOCK), length)));
      this.inBlock = 0;
    }
    if (this.indexOf.has(elements.serial)) this.twice.add(elements.serial);
    this.indexOf.set(elements.serial, this.curveCount);
    const at = 4 * this.curveCount++;
    if (at + 4 > this.curves.length) this.curves = grown(this.curves, 2 * this.curves.length);
    this.curves[at] = this.blocks.length - 1;
    this.curves[at + 1] = this.inBlock;
    this.curves[at + 2] = length;
    this.curves[at + 3] = shapeOf(elements);
    this.place(elements.northEast, length, this.blocks[this.blocks.length - 1], this.inBlock);
    this.inBlock += length;
  }

  private place(northEast: Float64Array, length: number, block: Float64Array, from: number): void {
    const { unit, perUnit, origin } = this.scale;
    const [north, east] = origin;
    for (let i = 0; i < length; i += 2) {
      const [n, e] = [northEast[i], northEast[i + 1]];
      block[from + i] = perUnit > 0 ? (e + east) / perUnit : e * unit + east;
      block[from + i + 1] = perUnit > 0 ? (n + north) / perUnit : n * unit + north;
    }
  }

  /**
   * Walks along the curves refs[from] .. refs[to] and puts the rings together. Where curves do not meet, or a ring
   * does not come back to where it began, by more than a unit, there is no telling what the producer meant.
   */
  assemble(refs: Int32Array, from: number, to: number): Trouble {
    this.vertexCount = 0;
    this.ringCount = 0;
    let trouble: Trouble = TROUBLE.none;
    let ringFrom = 0;
    for (let i = from; i < to; i++) {
      const ref = refs[i];
      if (ref !== NEXT_RING) {
        const walked = this.walk(ref, ringFrom);
        if (walked === TROUBLE.smallGap) trouble = walked;
        else if (walked !== TROUBLE.none) return walked;
      }
      const ringEnds = i + 1 === to || refs[i + 1] === NEXT_RING;
      if (!ringEnds || this.vertexCount === ringFrom) continue;
      if (!this.meets(this.vertexCount - 1, this.xy[2 * ringFrom], this.xy[2 * ringFrom + 1])) {
        this.troubleSerial = Math.abs(ref);
        return TROUBLE.open;
      }
      this.endRing();
      ringFrom = this.vertexCount;
    }
    return trouble;
  }

  private endRing(): void {
    if (this.ringCount === this.ringEnds.length) this.ringEnds = grown(this.ringEnds, 2 * this.ringCount);
    this.ringEnds[this.ringCount++] = this.vertexCount;
  }

  private walk(ref: number, ringFrom: number): Trouble {
    const serial = Math.abs(ref);
    this.troubleSerial = serial;
    const index = this.indexOf.get(serial);
    if (index === undefined) return TROUBLE.missingCurve;
    if (this.twice.has(serial)) return TROUBLE.sameNumber;
    const { curves } = this;
    const start = curves[4 * index + 1];
    const length = curves[4 * index + 2];
    const shape = curves[4 * index + 3];
    if (shape === BENT) return TROUBLE.bentCurve;
    if (length === 0) return TROUBLE.missingCurve;
    const block = this.blocks[curves[4 * index]];
    const first = ref > 0 ? start : start + length - 2;
    let trouble: Trouble = TROUBLE.none;
    let skip = 0;
    if (this.vertexCount > ringFrom) {
      const last = this.vertexCount - 1;
      const same = this.xy[2 * last] === block[first] && this.xy[2 * last + 1] === block[first + 1];
      if (same) skip = 2;
      else if (!this.meets(last, block[first], block[first + 1])) return TROUBLE.open;
      else trouble = TROUBLE.smallGap;
    }
    if (shape === ARC) this.putArc(block, start, ref > 0, skip > 0);
    else this.putLine(block, start, length, ref > 0, skip);
    return trouble;
  }

  private meets(vertex: number, x: number, y: number): boolean {
    return (
      Math.abs(this.xy[2 * vertex] - x) <= this.slack && Math.abs(this.xy[2 * vertex + 1] - y) <= this.slack
    );
  }

  private putLine(block: Float64Array, start: number, length: number, forwards: boolean, skip: number): void {
    let at = 2 * this.vertexCount;
    if (at + length > this.xy.length) this.xy = roomFor(this.xy, at + length);
    const xy = this.xy;
    if (forwards) {
      for (let i = start + skip; i < start + length; i++) xy[at++] = block[i];
    } else {
      for (let i = start + length - 2 - skip; i >= start; i -= 2) {
        xy[at++] = block[i];
        xy[at++] = block[i + 1];
      }
    }
    this.vertexCount = at / 2;
  }

  private putArc(block: Float64Array, start: number, forwards: boolean, joined: boolean): void {
    const [x1, y1, x2, y2, x3, y3] = block.subarray(start, start + 6);
    const put = (x: number, y: number) => {
      const at = 2 * this.vertexCount++;
      if (at + 2 > this.xy.length) this.xy = roomFor(this.xy, at + 2);
      this.xy[at] = x;
      this.xy[at + 1] = y;
    };
    if (!joined) put(forwards ? x1 : x3, forwards ? y1 : y3);
    if (forwards) putArc(x1, y1, x2, y2, x3, y3, this.sagitta, put);
    else putArc(x3, y3, x2, y2, x1, y1, this.sagitta, put);
  }
}

/** Three points make an arc; an arc given otherwise, or a curve of higher degree, cannot be followed to the millimetre. */
function shapeOf({ kind, bentStretch, pointCount }: SosiElements): number {
  if (kind === "BUEP" && pointCount === 3) return ARC;
  return (kind === "KURVE" || kind === "LINJE") && bentStretch === "" ? STRAIGHT : BENT;
}
