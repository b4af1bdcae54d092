import { type Bbox, featureCount, type Layer } from "../core/layer.js";

/** A picture of the ground: one small integer for each pixel, 0 where nothing is. Row 0 is the northernmost. */
export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint16Array; // width * height, row by row
};

/** Where a raster lies: its lower left corner, and the side of a pixel in metres. */
export type Frame = {
  readonly minX: number;
  readonly minY: number;
  readonly pixelM: number;
  readonly width: number;
  readonly height: number;
};

/** A frame around a box, `longest` pixels along its longer side and at least one along the other. */
export function frameOf([minX, minY, maxX, maxY]: Bbox, longest: number): Frame {
  const pixelM = Math.max(maxX - minX, maxY - minY, 1e-6) / longest;
  const across = (span: number) => Math.min(longest, Math.max(1, Math.ceil(span / pixelM - 1e-9)));
  return { minX, minY, pixelM, width: across(maxX - minX), height: across(maxY - minY) };
}

/**
 * Fills polygons into a raster: a pixel takes the value of the polygon its centre lies in, by the even-odd rule over
 * all rings of a feature. Later features lie on top. What is smaller than a pixel shows only where it meets a centre,
 * so no class is drawn larger than it is.
 *
 * @param valueOf the pixel value of a feature; 0 leaves it out
 */
export class RasterFill {
  readonly raster: Raster;
  private readonly crossings: Float64Array[] = [];
  private readonly counts: Int32Array;

  constructor(private readonly frame: Frame) {
    const { width, height } = frame;
    this.raster = { width, height, pixels: new Uint16Array(width * height) };
    this.counts = new Int32Array(height);
  }

  draw(layer: Layer, valueOf: (feature: number) => number): void {
    for (let f = 0; f < featureCount(layer); f++) {
      const value = valueOf(f);
      if (value !== 0) this.drawFeature(layer, f, value);
    }
  }

  private drawFeature(layer: Layer, f: number, value: number): void {
    const { featurePart, partRing, ringVertex, xy } = layer;
    let top = this.frame.height;
    let bottom = -1;
    for (let r = partRing[featurePart[f]]; r < partRing[featurePart[f + 1]]; r++) {
      for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
        const range = this.cross(xy[2 * v], xy[2 * v + 1], xy[2 * v + 2], xy[2 * v + 3]);
        if (range === undefined) continue;
        if (range[0] < top) top = range[0];
        if (range[1] > bottom) bottom = range[1];
      }
    }
    for (let row = top; row <= bottom; row++) this.fillRow(row, value);
  }

  /** Notes where an edge crosses the centre lines of rows. An edge owns its lower end and not its upper. */
  private cross(ax: number, ay: number, bx: number, by: number): readonly [number, number] | undefined {
    const { minX, minY, pixelM, height } = this.frame;
    const [y0, y1] = [(ay - minY) / pixelM, (by - minY) / pixelM];
    if (!(Math.abs(y1 - y0) < Infinity) || y0 === y1) return undefined;
    const [low, high] = y0 < y1 ? [y0, y1] : [y1, y0];
    const first = Math.max(0, Math.ceil(low - 0.5));
    const last = Math.min(height - 1, Math.ceil(high - 0.5) - 1);
    if (first > last) return undefined;
    const [x0, slope] = [(ax - minX) / pixelM, (bx - ax) / pixelM / (y1 - y0)];
    for (let line = first; line <= last; line++) {
      this.put(height - 1 - line, x0 + (line + 0.5 - y0) * slope);
    }
    return [height - 1 - last, height - 1 - first];
  }

  private put(row: number, x: number): void {
    let room = this.crossings[row] as Float64Array | undefined;
    const count = this.counts[row];
    if (room === undefined || count === room.length) {
      const larger = new Float64Array(Math.max(16, 2 * count));
      if (room !== undefined) larger.set(room);
      this.crossings[row] = room = larger;
    }
    room[count] = x;
    this.counts[row] = count + 1;
  }

  private fillRow(row: number, value: number): void {
    const count = this.counts[row];
    if (count === 0) return;
    this.counts[row] = 0;
    const { width, pixels } = this.raster;
    const xs = this.crossings[row].subarray(0, count).sort();
    for (let i = 0; i + 1 < count; i += 2) {
      const from = Math.max(0, Math.ceil(xs[i] - 0.5));
      const to = Math.min(width, Math.ceil(xs[i + 1] - 0.5));
      if (from < to) pixels.fill(value, row * width + from, row * width + to);
    }
  }
}

/** The raster at half the size: each pixel takes the commonest of its four, the first of equals. */
export function halved({ width, height, pixels }: Raster): Raster {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const out = new Uint16Array(half.width * half.height);
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const at = (dx: number, dy: number) =>
        pixels[Math.min(height - 1, 2 * y + dy) * width + Math.min(width - 1, 2 * x + dx)];
      const [a, b, c, d] = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
      out[y * half.width + x] = a === b || a === c || a === d ? a : b === c || b === d ? b : c === d ? c : a;
    }
  }
  return { ...half, pixels: out };
}
