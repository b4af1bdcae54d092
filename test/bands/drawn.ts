import { readFileSync } from "node:fs";
import { buildBands, type BandsInput, type BandsResult } from "../../src/bands/bands.js";
import { contoursOf } from "../../src/bands/contours.js";
import { limitsFor } from "../../src/bands/limits.js";
import { featureCount, termOf, type CodeColumn, type Layer } from "../../src/core/layer.js";
import type { Lines } from "../../src/core/lines.js";
import { LineColumns } from "../../src/read/lineColumns.js";
import { parseContourNames } from "../../src/rules/contourNames.js";

export const contourNames = parseContourNames(
  readFileSync(new URL("../../rules/hoydekurver.json", import.meta.url), "utf8"),
);

type Point = readonly [number, number];

/** A line drawn by hand: a contour where it has a height, of the frame where it has none. */
export type Drawn = { readonly type: string; readonly height?: number; readonly points: readonly Point[] };

export const contour = (height: number, ...points: Point[]): Drawn => ({
  type: "Høydekurve",
  height,
  points,
});
export const pit = (height: number, ...points: Point[]): Drawn => ({
  type: "Forsenkningskurve",
  height,
  points,
});
export const edge = (...points: Point[]): Drawn => ({ type: "KantUtsnitt", points });

/** The corners of a square, closed, counter-clockwise. */
export const square = (minX: number, minY: number, side: number): Point[] => [
  [minX, minY],
  [minX + side, minY],
  [minX + side, minY + side],
  [minX, minY + side],
  [minX, minY],
];

export function linesOf(drawn: readonly Drawn[]): Lines {
  const columns = new LineColumns();
  for (const { type, height, points } of drawn) {
    for (const [x, y] of points) columns.point(x, y);
    columns.endLine();
    columns.value("objtype", type);
    if (height !== undefined) columns.value("hoyde", String(height));
    columns.endFeature();
  }
  return columns.lines("kurver", 25833);
}

/** Bands of a drawing, every `step` metres. */
export function bandsOf(
  drawn: readonly Drawn[],
  step: number,
  rest: Partial<Pick<BandsInput, "frame" | "gap" | "lowestWithout">> = {},
): BandsResult {
  const lines = linesOf(drawn);
  const contours = contoursOf(lines, contourNames);
  const heights = [...contours.height].filter((height) => !Number.isNaN(height));
  const limits = limitsFor(lines.name, heights, { step });
  return buildBands({ lines, contours, limits, gap: 0.1, lowestWithout: false, ...rest });
}

/** Areas by band, from the polygons' rings. */
export function areasByBand(layer: Layer): Record<string, number> {
  const band = layer.columns.get("hoydeband") as CodeColumn;
  const areas: Record<string, number> = {};
  for (let f = 0; f < featureCount(layer); f++) {
    areas[termOf(band, f)] = (areas[termOf(band, f)] ?? 0) + areaOf(layer, f);
  }
  return areas;
}

export const ringsArea = (layer: Layer): number =>
  Array.from({ length: featureCount(layer) }, (_, f) => areaOf(layer, f)).reduce((sum, m2) => sum + m2, 0);

/** Shells less holes, however the rings turn. */
function areaOf(layer: Layer, feature: number): number {
  let area = 0;
  for (let part = layer.featurePart[feature]; part < layer.featurePart[feature + 1]; part++) {
    for (let r = layer.partRing[part]; r < layer.partRing[part + 1]; r++) {
      area += (r === layer.partRing[part] ? 1 : -1) * Math.abs(ringArea(layer, r));
    }
  }
  return area;
}

function ringArea({ xy, ringVertex }: Layer, ring: number): number {
  const from = ringVertex[ring];
  let twice = 0;
  for (let v = from; v + 1 < ringVertex[ring + 1]; v++) {
    const [px, py] = [xy[2 * v] - xy[2 * from], xy[2 * v + 1] - xy[2 * from + 1]];
    const [qx, qy] = [xy[2 * v + 2] - xy[2 * from], xy[2 * v + 3] - xy[2 * from + 1]];
    twice += px * qy - qx * py;
  }
  return twice / 2;
}

/** Whether a feature holds a point, by even-odd over all its rings. */
export function holdsPoint(layer: Layer, feature: number, [x, y]: Point): boolean {
  const { xy, ringVertex, partRing, featurePart } = layer;
  let inside = false;
  for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
    for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
      const [x1, y1, x2, y2] = [xy[2 * v], xy[2 * v + 1], xy[2 * v + 2], xy[2 * v + 3]];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    }
  }
  return inside;
}
