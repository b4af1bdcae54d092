import { LayerBuilder, type Layer } from "../../src/core/layer.js";

/** Positions may carry more ordinates than two; only x and y are read. */
export type Ring = readonly (readonly number[])[];
export type AreaGeometry =
  | { readonly type: "Polygon"; readonly coordinates: readonly Ring[] }
  | { readonly type: "MultiPolygon"; readonly coordinates: readonly (readonly Ring[])[] };

/**
 * One feature a geometry, in EPSG:25833. Rings are closed if they are not, empty parts dropped; nothing else is changed.
 * With `keys`, the layer has a column "key".
 */
export function layerOf(name: string, geometries: readonly AreaGeometry[], keys?: readonly string[]): Layer {
  const builder = new LayerBuilder(name, 25833, keys === undefined ? [] : ["key"]);
  geometries.forEach((geometry, feature) => {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const rings of parts) {
      if (rings.length === 0 || rings[0].length === 0) continue;
      for (const ring of rings) if (ring.length > 0) builder.ring(closed(ring));
      builder.endPart();
    }
    builder.endFeature(keys === undefined ? [] : [keys[feature]]);
  });
  return builder.build();
}

/** A feature of one part: shell, then holes. */
export const polygon = (...rings: Ring[]): AreaGeometry => ({ type: "Polygon", coordinates: rings });

/** An axis-parallel box as a ring, counter-clockwise from the lower left corner. */
export function boxRing(minX: number, minY: number, maxX: number, maxY: number): Ring {
  return [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ];
}

function closed(ring: Ring): number[] {
  const xy = ring.flatMap(([x, y]) => [x, y]);
  const end = xy.length;
  if (xy[0] !== xy[end - 2] || xy[1] !== xy[end - 1]) xy.push(xy[0], xy[1]);
  return xy;
}
