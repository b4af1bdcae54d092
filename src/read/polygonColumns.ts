import type { CodeColumn, Layer } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import { roomFor } from "../core/grown.js";

/**
 * Where decoders put what they read: the columns of a Layer, growing, and used again for the next cut.
 *
 * Order of calls: `clear`; per feature its rings with `ring`, `endPart` after those of each part, then `endFeature`;
 * at last `layer`, whose arrays are views that the next `clear` makes invalid.
 * Rings are closed where they are open and kept out where they hold fewer than four vertices then; a part whose shell
 * is kept out is kept out whole. Both are counted, so that the decoder can say so.
 */
export class PolygonColumns {
  private xy = new Float64Array(1 << 16);
  private vertexCount = 0;
  private ringVertex = new Uint32Array(1 << 10);
  private ringCount = 0;
  private partRing = new Uint32Array(1 << 10);
  private partCount = 0;
  private featurePart = new Uint32Array(1 << 10);
  private featureCount = 0;
  private readonly codes: Uint32Array[];
  private shellMissing = false;

  /** Since the last `endFeature`. */
  closedRings = 0;
  shortRings = 0;

  constructor(private readonly fieldCount: number) {
    this.codes = Array.from({ length: fieldCount }, () => new Uint32Array(1 << 10));
  }

  clear(): void {
    this.vertexCount = 0;
    this.ringCount = 0;
    this.partCount = 0;
    this.featureCount = 0;
    this.forgetFeature();
  }

  /**
   * Adds the ring at source[from] .. source[to], x and y in turn.
   * @returns false when a coordinate is NaN or infinite; the columns are no good then
   */
  ring(source: Float64Array, from: number, to: number): boolean {
    if (this.shellMissing) return true;
    let at = 2 * this.vertexCount;
    if (at + to - from + 2 > this.xy.length) this.xy = roomFor(this.xy, at + to - from + 2);
    const xy = this.xy;
    if (copied(source, from, to, xy, at) !== 0) return false;
    at += to - from;
    const open = to > from && (source[from] !== source[to - 2] || source[from + 1] !== source[to - 1]);
    if (open) {
      xy[at++] = source[from];
      xy[at++] = source[from + 1];
    }
    if (at - 2 * this.vertexCount < 8) this.keepOut(to > from);
    else this.endRing(at >> 1, open);
    return true;
  }

  private keepOut(counted: boolean): void {
    if (counted) this.shortRings++;
    if (this.ringCount === this.partRing[this.partCount]) this.shellMissing = true;
  }

  private endRing(vertexCount: number, open: boolean): void {
    if (open) this.closedRings++;
    this.vertexCount = vertexCount;
    this.ringCount++;
    if (this.ringCount >= this.ringVertex.length)
      this.ringVertex = roomFor(this.ringVertex, this.ringCount + 1);
    this.ringVertex[this.ringCount] = vertexCount;
  }

  endPart(): void {
    this.shellMissing = false;
    if (this.ringCount === this.partRing[this.partCount]) return;
    this.partCount++;
    if (this.partCount >= this.partRing.length) this.partRing = roomFor(this.partRing, this.partCount + 1);
    this.partRing[this.partCount] = this.ringCount;
  }

  /** Parts of the feature being read. */
  get openParts(): number {
    return this.partCount - this.featurePart[this.featureCount];
  }

  /** The code of a field for the feature being read; 0 when never called. */
  code(field: number, code: number): void {
    this.codes[field][this.featureCount] = code;
  }

  endFeature(): void {
    this.featureCount++;
    if (this.featureCount >= this.featurePart.length) {
      this.featurePart = roomFor(this.featurePart, this.featureCount + 1);
      for (let i = 0; i < this.fieldCount; i++) this.codes[i] = roomFor(this.codes[i], this.featureCount + 1);
    }
    this.featurePart[this.featureCount] = this.partCount;
    this.forgetFeature();
  }

  /** Takes back what has come of the feature being read. */
  dropFeature(): void {
    this.partCount = this.featurePart[this.featureCount];
    this.ringCount = this.partRing[this.partCount];
    this.vertexCount = this.ringVertex[this.ringCount];
    this.forgetFeature();
  }

  private forgetFeature(): void {
    this.closedRings = 0;
    this.shortRings = 0;
    this.shellMissing = false;
    for (let i = 0; i < this.fieldCount; i++) this.codes[i][this.featureCount] = 0;
  }

  layer(name: string, epsg: Epsg, fields: readonly string[], terms: readonly (readonly string[])[]): Layer {
    return {
      name,
      epsg,
      xy: this.xy.subarray(0, 2 * this.vertexCount),
      ringVertex: this.ringVertex.subarray(0, this.ringCount + 1),
      partRing: this.partRing.subarray(0, this.partCount + 1),
      featurePart: this.featurePart.subarray(0, this.featureCount + 1),
      columns: new Map(
        fields.map((field, i): [string, CodeColumn] => [
          field,
          { codes: this.codes[i].subarray(0, this.featureCount), terms: terms[i] },
        ]),
      ),
    };
  }
}

/**
 * Copies source[from] .. source[to] to xy[at]. A function of its own, with nothing behind its loop (see `bboxOf`).
 *
 * @returns 0, or NaN where one of them is NaN or infinite
 */
function copied(source: Float64Array, from: number, to: number, xy: Float64Array, at: number): number {
  let notFinite = 0;
  for (let i = from; i < to; i++) {
    const ordinate = source[i];
    notFinite += ordinate - ordinate; // 0, but NaN for NaN and the infinities
    xy[at++] = ordinate;
  }
  return notFinite;
}
