import { roomFor } from "../core/grown.js";
import type { Bbox } from "../core/layer.js";
import { PROMOTION_BYTES } from "./featureBytes.js";
import { Boxes } from "./packedTree.js";

/** What is remembered of features that lie one behind the other in a temporary file. */
export class FeatureSpool {
  readonly boxes = new Boxes();
  private lengths = new Float64Array(1024);
  private multi = new Uint8Array(1024);
  anyMulti = false;

  push(box: Bbox, byteLength: number, partCount: number): void {
    const f = this.boxes.count;
    if (f === this.lengths.length) {
      this.lengths = roomFor(this.lengths, f + 1);
      this.multi = roomFor(this.multi, f + 1);
    }
    this.lengths[f] = byteLength;
    this.multi[f] = partCount === 1 ? 0 : 1;
    if (partCount > 1) this.anyMulti = true;
    this.boxes.push(box);
  }

  spooledLength(f: number): number {
    return this.lengths[f];
  }

  /** True when the feature is a single polygon in a file of MultiPolygons. */
  promoted(f: number): boolean {
    return this.anyMulti && this.multi[f] === 0;
  }

  /** Length of the feature as it will stand in the finished file. */
  finalLength(f: number): number {
    return this.lengths[f] + (this.promoted(f) ? PROMOTION_BYTES : 0);
  }

  /** The same of every feature. */
  finalLengths(): Float64Array {
    return Float64Array.from({ length: this.boxes.count }, (_, f) => this.finalLength(f));
  }

  /** Where every feature begins in the temporary file. */
  starts(): Float64Array {
    const starts = new Float64Array(this.boxes.count);
    for (let f = 1; f < starts.length; f++) starts[f] = starts[f - 1] + this.lengths[f - 1];
    return starts;
  }
}
