/**
 * A raster as smooth areas that fit together. Each border is traced along pixel edges, cut where three or more areas
 * meet, and simplified piece by piece. A piece is simplified in a direction of its own, so both its sides get the same
 * line, and neither gap nor overlap opens between neighbours.
 */
import type { Raster } from "./mapRaster.js";

/** Pixels a simplified border may stray: enough to turn stairs into slopes, too little to see. */
const STRAY = 0.8;

/** A loop of so few steps is kept as it is: simplified, it would be gone. */
const SMALL_LOOP = 8;

/** Steps east, south, west, north along pixel corners, y down. */
const DX = [1, 0, -1, 0] as const;
const DY = [0, 1, 0, -1] as const;

/** Path data per value, in order of value: closed rings for the even-odd rule, whole and half pixels. */
export function tracedAreas(raster: Raster): ReadonlyMap<number, string> {
  const tracer = new Tracer(raster);
  const paths = new Map<number, string>();
  for (const { value, corners } of tracer.rings()) {
    const points = tracer.smoothRing(corners);
    if (points.length >= 6) paths.set(value, (paths.get(value) ?? "") + pathOf(points, true));
  }
  return new Map([...paths].sort(([a], [b]) => a - b));
}

/** Borders between different values as open lines, each once. */
export function tracedBorders(raster: Raster): string {
  const tracer = new Tracer(raster);
  const seen = new Set<string>();
  let path = "";
  for (const { corners } of tracer.rings()) {
    for (const arc of tracer.arcs(corners)) {
      const key = arcKey(arc);
      if (seen.has(key)) continue;
      seen.add(key);
      path += pathOf(smoothArc(arc, tracer.width), false);
    }
  }
  return path;
}

/** The same for an arc and its reverse, and for no other: no two arcs begin with the same edge. */
function arcKey(arc: readonly number[]): string {
  const [forward, backward] = [`${arc[0]} ${arc[1]}`, `${arc.at(-1)} ${arc.at(-2)}`];
  return forward < backward ? `${forward} ${backward}` : `${backward} ${forward}`;
}

class Tracer {
  readonly width: number; // of the grid of corners
  constructor(private readonly raster: Raster) {
    this.width = raster.width + 1;
  }

  private at(x: number, y: number): number {
    const { width, height, pixels } = this.raster;
    return x < 0 || y < 0 || x >= width || y >= height ? 0 : pixels[y * width + x];
  }

  /** All rings around areas of one value, the area to the right of the walk; corners as numbers, first not repeated. */
  *rings(): Generator<{ value: number; corners: number[] }> {
    const { width, height } = this.raster;
    const walked = new Uint8Array(width * height); // the upper edge of a pixel, walked eastwards
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = this.at(x, y);
        if (value === 0 || walked[y * width + x] === 1 || this.at(x, y - 1) === value) continue;
        yield { value, corners: this.walk(x, y, value, walked) };
      }
    }
  }

  /** Walks one ring from the corner at the upper left of a pixel, eastwards. Pixels that touch at a corner are apart. */
  private walk(startX: number, startY: number, value: number, walked: Uint8Array): number[] {
    const corners: number[] = [];
    let [x, y, heading] = [startX, startY, 0];
    do {
      corners.push(y * this.width + x);
      if (heading === 0) walked[y * this.raster.width + x] = 1;
      x += DX[heading];
      y += DY[heading];
      // The four pixels around the corner, seen along the heading: a turn right keeps the area to the right.
      for (const turn of [1, 0, 3]) {
        const next = (heading + turn) % 4;
        if (this.isBorder(x, y, next, value)) {
          heading = next;
          break;
        }
      }
    } while (x !== startX || y !== startY || heading !== 0);
    return corners;
  }

  /** Whether an edge from a corner has the value to its right and not to its left. */
  private isBorder(x: number, y: number, heading: number, value: number): boolean {
    const [rightX, rightY] = [x + RIGHT_X[heading], y + RIGHT_Y[heading]];
    const left = (heading + 3) % 4;
    const [leftX, leftY] = [x + RIGHT_X[left], y + RIGHT_Y[left]];
    return this.at(rightX, rightY) === value && this.at(leftX, leftY) !== value;
  }

  /** Whether borders of three or four areas meet at a corner. */
  private isNode(corner: number): boolean {
    const [x, y] = [corner % this.width, Math.floor(corner / this.width)];
    const [a, b, c, d] = [this.at(x - 1, y - 1), this.at(x, y - 1), this.at(x - 1, y), this.at(x, y)];
    return Number(a !== b) + Number(c !== d) + Number(a !== c) + Number(b !== d) > 2;
  }

  /** A ring cut at its nodes; an arc has both its ends. A ring without nodes is one arc, from its least corner. */
  arcs(corners: readonly number[]): number[][] {
    const nodes = corners.flatMap((corner, i) => (this.isNode(corner) ? [i] : []));
    const count = corners.length;
    if (nodes.length === 0) {
      const least = corners.reduce((best, corner, i) => (corner < corners[best] ? i : best), 0);
      return [Array.from({ length: count + 1 }, (_, i) => corners[(least + i) % count])];
    }
    return nodes.map((from, n) => {
      const to = n + 1 < nodes.length ? nodes[n + 1] : nodes[0] + count;
      return Array.from({ length: to - from + 1 }, (_, i) => corners[(from + i) % count]);
    });
  }

  /** Interleaved points of a smoothed ring, the first not repeated. */
  smoothRing(corners: readonly number[]): number[] {
    const points: number[] = [];
    for (const arc of this.arcs(corners)) {
      const smooth = smoothArc(arc, this.width);
      for (let i = 0; i < smooth.length - 2; i++) points.push(smooth[i]);
    }
    return points;
  }
}

/** The pixel to the right of an edge that leaves a corner with this heading. */
const RIGHT_X = [0, -1, -1, 0] as const;
const RIGHT_Y = [0, 0, -1, -1] as const;

/** Simplified points of an arc, both ends kept, the same for the arc walked either way. */
function smoothArc(arc: readonly number[], width: number): number[] {
  const forward = goesForward(arc);
  const way = forward ? arc : [...arc].reverse();
  const xy = way.flatMap((corner) => [corner % width, Math.floor(corner / width)]);
  const last = way.length - 1;
  const keep = new Uint8Array(way.length);
  keep[0] = keep[last] = 1;
  if (last <= SMALL_LOOP && way[0] === way[last]) keep.fill(1);
  else if (way[0] === way[last]) {
    const far = farthestFromStart(xy);
    keep[far] = 1;
    simplify(xy, 0, far, keep);
    simplify(xy, far, last, keep);
  } else simplify(xy, 0, last, keep);
  const points: number[] = [];
  for (let i = 0; i <= last; i++) if (keep[i] === 1) points.push(xy[2 * i], xy[2 * i + 1]);
  if (forward) return points;
  const back: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) back.push(points[i], points[i + 1]);
  return back;
}

/** Which of its two directions an arc is simplified in: the one whose corners come first when read as numbers. */
function goesForward(arc: readonly number[]): boolean {
  for (let i = 0, j = arc.length - 1; i < arc.length; i++, j--) {
    if (arc[i] !== arc[j]) return arc[i] < arc[j];
  }
  return true;
}

function farthestFromStart(xy: readonly number[]): number {
  let [far, best] = [1, -1];
  for (let i = 1; i < xy.length / 2 - 1; i++) {
    const away = (xy[2 * i] - xy[0]) ** 2 + (xy[2 * i + 1] - xy[1]) ** 2;
    if (away > best) [far, best] = [i, away];
  }
  return far;
}

/** Douglas and Peucker, Cartographica 10(2), 1973; with a stack of its own, for borders of any length. */
function simplify(xy: readonly number[], from: number, to: number, keep: Uint8Array): void {
  const stack = [from, to];
  while (stack.length > 0) {
    const end = stack.pop()!;
    const start = stack.pop()!;
    let [far, best] = [-1, STRAY * STRAY];
    for (let i = start + 1; i < end; i++) {
      const away = awayFromChord(xy, i, start, end);
      if (away > best) [far, best] = [i, away];
    }
    if (far < 0) continue;
    keep[far] = 1;
    stack.push(start, far, far, end);
  }
}

/** Squared distance of point i from the segment between two others. */
function awayFromChord(xy: readonly number[], i: number, start: number, end: number): number {
  const [ax, ay] = [xy[2 * start], xy[2 * start + 1]];
  const [dx, dy] = [xy[2 * end] - ax, xy[2 * end + 1] - ay];
  const [px, py] = [xy[2 * i] - ax, xy[2 * i + 1] - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
  return (px - t * dx) ** 2 + (py - t * dy) ** 2;
}

/** Path data of whole numbers, relative after the first point: short. */
function pathOf(points: readonly number[], close: boolean): string {
  let path = `M${points[0]} ${points[1]}`;
  for (let i = 2; i < points.length; i += 2) {
    const [dx, dy] = [points[i] - points[i - 2], points[i + 1] - points[i - 1]];
    path += dy === 0 ? `h${dx}` : dx === 0 ? `v${dy}` : `l${dx}${dy < 0 ? "" : " "}${dy}`;
  }
  return close ? `${path}z` : path;
}
