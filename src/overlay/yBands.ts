import type { Layer } from "../core/layer.js";
import { GROUND, orient, tieSide } from "./perturb.js";

/**
 * What the ground edge that begins at vertex v adds to the winding number of its ring round (x, y), a vertex of a zone.
 * The vertex is moved up a little (e^2 > 0), so a ground vertex at its very height lies below it.
 */
export function turnRound(xy: Float64Array, v: number, x: number, y: number, zone: number): -1 | 0 | 1 {
  const ay = xy[2 * v + 1];
  const by = xy[2 * v + 3];
  if (ay > y === by > y) return 0;
  const ax = xy[2 * v];
  const bx = xy[2 * v + 2];
  const left = (orient(ax, ay, bx, by, x, y) || tieSide(ax, ay, bx, by, GROUND, zone)) > 0;
  if (by > y) return left ? 1 : 0;
  return left ? 0 : -1;
}

/**
 * The edges of one polygon by bands of y, for many point-in-polygon tests on one large polygon: a test looks at the
 * edges of one band instead of all. Linear to build: the number of bands is chosen so that all lists together hold at
 * most 4 entries per edge.
 */
export class YBands {
  private readonly minY: number;
  private readonly bandsPerMetre: number;
  private readonly start: Uint32Array;
  private readonly edges: Uint32Array;
  private readonly rings: Uint32Array;

  constructor(
    private readonly layer: Layer,
    feature: number,
  ) {
    const { xy, ringVertex, partRing, featurePart } = layer;
    const firstRing = partRing[featurePart[feature]];
    const endRing = partRing[featurePart[feature + 1]];
    let minY = Infinity;
    let maxY = -Infinity;
    let rise = 0;
    for (let r = firstRing; r < endRing; r++) {
      for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
        const y = xy[2 * v + 1];
        rise += Math.abs(xy[2 * v + 3] - y);
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
      }
    }
    const count = ringVertex[endRing] - ringVertex[firstRing];
    const bands = rise > 0 ? Math.max(1, Math.min(count, Math.floor((3 * count * (maxY - minY)) / rise))) : 1;
    this.minY = minY;
    this.bandsPerMetre = maxY > minY ? bands / (maxY - minY) : 0;
    this.start = new Uint32Array(bands + 1);
    const eachEntry = (visit: (band: number, v: number, ring: number) => void): void => {
      for (let r = firstRing; r < endRing; r++) {
        for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
          const a = this.bandOf(xy[2 * v + 1]);
          const b = this.bandOf(xy[2 * v + 3]);
          for (let band = Math.min(a, b); band <= Math.max(a, b); band++) visit(band, v, r - firstRing);
        }
      }
    };
    eachEntry((band) => this.start[band + 1]++);
    for (let b = 0; b < bands; b++) this.start[b + 1] += this.start[b];
    this.edges = new Uint32Array(this.start[bands]);
    this.rings = new Uint32Array(this.start[bands]);
    const next = this.start.slice();
    eachEntry((band, v, ring) => {
      this.edges[next[band]] = v;
      this.rings[next[band]++] = ring;
    });
  }

  /**
   * How often the polygon winds round a zone's vertex: 1 inside, 0 outside.
   * @param ringSigns per ring of the polygon: +1 when the polygon lies left of the ring as stored, else -1
   */
  windingAt(x: number, y: number, zone: number, ringSigns: Int8Array): number {
    const band = this.bandOf(y);
    let winding = 0;
    for (let k = this.start[band]; k < this.start[band + 1]; k++) {
      winding += turnRound(this.layer.xy, this.edges[k], x, y, zone) * ringSigns[this.rings[k]];
    }
    return winding;
  }

  private bandOf(y: number): number {
    const band = Math.floor((y - this.minY) * this.bandsPerMetre);
    return band <= 0 ? 0 : Math.min(band, this.start.length - 2);
  }
}
