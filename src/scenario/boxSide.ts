import type { Bbox, Layer } from "../core/layer.js";

/** How a polygon lies to a box: its border may run there, or the box is inside it or outside it as a whole. */
export type BoxSide = "meets" | "covers" | "apart";

/**
 * Tells whether a polygon's border may come into a box, and where it does not, on which side of it the box is. Exact: an
 * edge whose own box is clear of this one is wholly to one side of it, and is counted by comparing coordinates. Inside is
 * what an odd number of edges lie to the left of, as cover sets toggle.
 */
export function sideOfBox(
  { xy, ringVertex, partRing, featurePart }: Layer,
  feature: number,
  [minX, minY, maxX, maxY]: Bbox,
): BoxSide {
  const level = minY + (maxY - minY) / 2;
  let isInside = false;
  for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
    for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
      const y1 = xy[2 * v + 1];
      const y2 = xy[2 * v + 3];
      if ((y1 < minY && y2 < minY) || (y1 > maxY && y2 > maxY)) continue;
      const x1 = xy[2 * v];
      const x2 = xy[2 * v + 2];
      if (x1 > maxX && x2 > maxX) continue;
      if (!(x1 < minX && x2 < minX)) return "meets";
      if (y1 > level !== y2 > level) isInside = !isInside;
    }
  }
  return isInside ? "covers" : "apart";
}
