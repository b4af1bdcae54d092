import { bboxOf, type Layer } from "../core/layer.js";
import { isCounterClockwise } from "./orientation.js";

/**
 * The edges of one polygon by bands of y, for point-in-polygon tests: a test looks at the edges of one band instead
 * of all. Linear to build: the number of bands is chosen so that all lists together hold at most 4 entries per edge.
 */
export class YBands {
  private readonly minY: number;
  private readonly bandsPerMetre: number;
  private readonly start: Uint32Array;
  private readonly edges: Uint32Array;
  /** Per vertex from `first` on: +1 where the polygon lies left of the edge that begins there, else -1. */
  private readonly sign: Int8Array;
  private readonly first: number;

  constructor(layer: Layer, feature: number) {
    const { xy, ringVertex, partRing, featurePart } = layer;
    const firstRing = partRing[featurePart[feature]];
    const endRing = partRing[featurePart[feature + 1]];
    this.first = ringVertex[firstRing];
    const count = ringVertex[endRing] - this.first;
    this.sign = new Int8Array(count);
    let minY = Infinity;
    let maxY = -Infinity;
    let rise = 0;
    for (let p = featurePart[feature]; p < featurePart[feature + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        const from = ringVertex[r];
        const to = ringVertex[r + 1] - 1;
        let area = 0;
        for (let v = from; v < to; v++) {
          const y = xy[2 * v + 1];
          const dy = xy[2 * v + 3] - y;
          area += dy * ((xy[2 * v] + xy[2 * v + 2]) / 2 - xy[2 * from]);
          rise += Math.abs(dy);
          if (y < minY) minY = y;
          if (y > maxY) maxY = y;
        }
        const box = bboxOf(xy, from, to);
        const left = isCounterClockwise(xy, from, to, area, box[2] - box[0] + box[3] - box[1]);
        this.sign.fill(left === (r === partRing[p]) ? 1 : -1, from - this.first, to - this.first);
      }
    }
    const bands = rise > 0 ? Math.max(1, Math.min(count, Math.floor((3 * count * (maxY - minY)) / rise))) : 1;
    this.minY = minY;
    this.bandsPerMetre = maxY > minY ? bands / (maxY - minY) : 0;
    this.start = new Uint32Array(bands + 1);
    const eachEntry = (visit: (band: number, v: number) => void): void => {
      for (let r = firstRing; r < endRing; r++) {
        for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
          const a = this.bandOf(xy[2 * v + 1]);
          const b = this.bandOf(xy[2 * v + 3]);
          for (let band = Math.min(a, b); band <= Math.max(a, b); band++) visit(band, v);
        }
      }
    };
    eachEntry((band) => this.start[band + 1]++);
    for (let b = 0; b < bands; b++) this.start[b + 1] += this.start[b];
    this.edges = new Uint32Array(this.start[bands]);
    const next = this.start.slice();
    eachEntry((band, v) => {
      this.edges[next[band]++] = v;
    });
  }

  /** Calls `visit` with every edge that may reach height y, by its start vertex, and the polygon's side of it. */
  edgesAt(y: number, visit: (v: number, sign: number) => void): void {
    const band = this.bandOf(y);
    for (let k = this.start[band]; k < this.start[band + 1]; k++) {
      const v = this.edges[k];
      visit(v, this.sign[v - this.first]);
    }
  }

  private bandOf(y: number): number {
    const band = Math.floor((y - this.minY) * this.bandsPerMetre);
    return band <= 0 ? 0 : Math.min(band, this.start.length - 2);
  }
}
