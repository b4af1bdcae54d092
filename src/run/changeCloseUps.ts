/**
 * The largest changes drawn one by one: the ground around each before and after. Made beside a comparison for its report,
 * from a window of each edition at a time; no figure is taken from it.
 */
import { type Bbox, bboxOf, termOf } from "../core/layer.js";
import { featureBox } from "../core/subset.js";
import type { CloseUp } from "../report/basis.js";
import { type Frame, frameOf, halved, type Raster, RasterFill } from "../report/mapRaster.js";
import { tracedAreas } from "../report/mapTrace.js";
import { CLASS, readSide, type SideLayer, type SideSpec } from "./changeSide.js";
import { ClassNumbers } from "./classNumbers.js";
import type { Change } from "./largest.js";

export type CloseUpSource = {
  readonly a: SideSpec;
  readonly b: SideSpec;
  /** A window with more vertices of one edition is read quarter by quarter. */
  readonly mostVertices: number;
  readonly signal?: AbortSignal;
};

/** Pixels along a side, about five to a millimetre on a page of A4. */
const SIDE = 192;
/** Path data of one change, before and after together; more is drawn again at half the size. Twenty stay under 0.4 MB. */
const MOST_CHARACTERS = 16_000;
/** How much of the surroundings shows: the window is so many times as wide as the change. */
const AROUND = 1.7;
const LEAST_WINDOW_M = 40;
/** A change is looked for in ever smaller boxes, until it fills half of one. */
const MOST_LOOKS = 8;
/** A window is not quartered more often than this; what is left is read whole. */
const MOST_QUARTERS = 4;

/**
 * Draws changes in the order they come; `nr` counts them from 1.
 *
 * @param changes as `Largest` lists them; one without a place is too narrow to be drawn, and is left out
 */
export async function drawCloseUps(
  changes: readonly Change[],
  { a, b, mostVertices, signal }: CloseUpSource,
): Promise<CloseUp[]> {
  const drawn: CloseUp[] = [];
  for (const [i, change] of changes.entries()) {
    signal?.throwIfAborted();
    const pair = await pairAt(change, a, b);
    if (pair === undefined) continue;
    const frame = windowOf(pair, change);
    const [before, after] = [
      await drawnSide(a, frame, mostVertices),
      await drawnSide(b, frame, mostVertices),
    ];
    drawn.push({ nr: i + 1, ...traced(frame, before, after, maskOf(pair, frame)) });
  }
  return drawn;
}

/** The two polygons of a change: each edition's features at its place, and which of them it is. */
type Pair = readonly [Polygon, Polygon];
type Polygon = { readonly side: SideLayer; readonly f: number };

async function pairAt({ place, a, b }: Change, sideA: SideSpec, sideB: SideSpec): Promise<Pair | undefined> {
  if (place === undefined) return undefined;
  const at: Bbox = [...place, ...place];
  const [of, under] = [await polygonAt(sideA, at, a), await polygonAt(sideB, at, b)];
  return of && under && [of, under];
}

async function polygonAt(spec: SideSpec, at: Bbox, number: number): Promise<Polygon | undefined> {
  const side = (await readSide(spec, at, Infinity))!; // no limit, so never to be divided
  const f = side.number.indexOf(number);
  return f < 0 ? undefined : { side, f };
}

/** A square around the ground that both polygons have in common. */
function windowOf(pair: Pair, { place, planM2 }: Change): Frame {
  const [p, q] = pair.map(({ side, f }) => featureBox(side.layer, f));
  let box: Bbox = [Math.max(p[0], q[0]), Math.max(p[1], q[1]), Math.min(p[2], q[2]), Math.min(p[3], q[3])];
  for (let look = 0; look < MOST_LOOKS; look++) {
    const frame = frameOf(box, SIDE);
    const inside = filledBox(maskOf(pair, frame), frame);
    // Smaller than a pixel of so large a box: what lies around its place is looked at instead.
    if (inside === undefined) box = around(place!, Math.sqrt(planM2), 2);
    else {
      const found = 2 * Math.max(inside[2] - inside[0], inside[3] - inside[1]) >= SIDE * frame.pixelM;
      box = inside;
      if (found) break;
    }
  }
  const side = Math.max(box[2] - box[0], box[3] - box[1], LEAST_WINDOW_M / AROUND);
  return frameOf(around([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], side, AROUND), SIDE);
}

const around = ([x, y]: readonly [number, number], side: number, times: number): Bbox => {
  const half = (side * times) / 2;
  return [x - half, y - half, x + half, y + half];
};

/** 1 where both polygons of a change lie. */
function maskOf(pair: Pair, frame: Frame): Raster {
  const [{ pixels: p }, { pixels: q, width, height }] = pair.map(({ side, f }) => {
    const fill = new RasterFill(frame);
    fill.draw(side.layer, (feature) => (feature === f ? 1 : 0));
    return fill.raster;
  });
  return { width, height, pixels: p.map((value, i) => value & q[i]) };
}

/** The box in metres of what is filled of a raster, a pixel wider to each side; undefined where nothing is. */
function filledBox({ width, height, pixels }: Raster, { minX, minY, pixelM }: Frame): Bbox | undefined {
  const xy: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first >= 0) xy.push(first - 1, height - y - 2, row.lastIndexOf(1) + 2, height - y + 1);
  }
  if (xy.length === 0) return undefined;
  const [west, south, east, north] = bboxOf(Float64Array.from(xy), 0, xy.length / 2);
  return [minX + west * pixelM, minY + south * pixelM, minX + east * pixelM, minY + north * pixelM];
}

type DrawnSide = { readonly raster: Raster; readonly codes: ClassNumbers };

/** One edition in a window, by class. */
async function drawnSide(spec: SideSpec, frame: Frame, mostVertices: number): Promise<DrawnSide> {
  const { minX, minY, pixelM, width, height } = frame;
  const fill = new RasterFill(frame);
  const codes = new ClassNumbers();
  const draw = async (box: Bbox, quarters: number): Promise<void> => {
    const side = await readSide(spec, box, quarters === 0 ? Infinity : mostVertices);
    if (side === undefined) {
      for (const quarter of quartersOf(box)) await draw(quarter, quarters - 1);
      return;
    }
    const column = side.layer.columns.get(CLASS)!;
    fill.draw(side.layer, (f) => codes.of(termOf(column, f)));
  };
  await draw([minX, minY, minX + width * pixelM, minY + height * pixelM], MOST_QUARTERS);
  return { raster: fill.raster, codes };
}

function quartersOf([minX, minY, maxX, maxY]: Bbox): readonly Bbox[] {
  const [x, y] = [(minX + maxX) / 2, (minY + maxY) / 2];
  return [
    [minX, minY, x, y],
    [x, minY, maxX, y],
    [minX, y, x, maxY],
    [x, y, maxX, maxY],
  ];
}

/** Rasters as path data, at half the size until it is short enough. */
function traced(
  { minX, minY, pixelM }: Frame,
  before: DrawnSide,
  after: DrawnSide,
  mask: Raster,
): Omit<CloseUp, "nr"> {
  let rasters = [before.raster, after.raster, mask];
  for (let factor = 1; ; factor *= 2) {
    const [from, to, both] = rasters.map(tracedAreas);
    const [{ width, height }] = rasters;
    const length = [from, to, both].flatMap((paths) => [...paths.values()]).reduce((n, p) => n + p.length, 0);
    if (length <= MOST_CHARACTERS || width === 1) {
      return {
        minX,
        minY,
        pixelM: pixelM * factor,
        width,
        height,
        before: before.codes.classes(from),
        after: after.codes.classes(to),
        changed: both.get(1) ?? "",
      };
    }
    rasters = rasters.map(halved);
  }
}
