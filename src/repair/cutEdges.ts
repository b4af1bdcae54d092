import { bboxOf, type Layer } from "../core/layer.js";
import { isCounterClockwise } from "../overlay/orientation.js";
import { looseEdges } from "./edgeMatch.js";
import { reversed, ringArea } from "./rings.js";

/**
 * What is left of the edges of some polygons when each is set against its reverse (`looseEdges`), whichever way the rings
 * came. Of a part of a layer these are the borders towards the rest of it as well: `layerOfEdges` puts parts together.
 *
 * @returns x, y of each edge's start, then of its end
 */
export function looseEdgesOf(layer: Layer): Float64Array {
  return looseEdges(withRingsTurned(layer)).ends;
}

/** Edges as a layer of rings with one edge each: all that matching edges (`looseEdges`, `coverCount`) looks at. */
export function layerOfEdges(ends: Float64Array, like: Pick<Layer, "name" | "epsg">): Layer {
  const count = ends.length / 4;
  return {
    name: like.name,
    epsg: like.epsg,
    xy: ends,
    ringVertex: Uint32Array.from({ length: count + 1 }, (_, e) => 2 * e),
    partRing: Uint32Array.of(0, count),
    featurePart: Uint32Array.of(0, 1),
    columns: new Map(),
  };
}

/** Shells counter-clockwise and holes clockwise; the layer itself where they are. */
function withRingsTurned(layer: Layer): Layer {
  const { ringVertex, partRing } = layer;
  let { xy } = layer;
  for (let p = 0; p + 1 < partRing.length; p++) {
    for (let r = partRing[p]; r < partRing[p + 1]; r++) {
      const [from, to] = [ringVertex[r], ringVertex[r + 1]];
      if (from === to) continue;
      const ring = layer.xy.subarray(2 * from, 2 * to);
      const [minX, minY, maxX, maxY] = bboxOf(layer.xy, from, to);
      const isLeft = isCounterClockwise(ring, 0, to - from - 1, ringArea(ring), maxX - minX + maxY - minY);
      if (isLeft === (r === partRing[p])) continue;
      if (xy === layer.xy) xy = layer.xy.slice();
      xy.set(reversed(ring), 2 * from);
    }
  }
  return xy === layer.xy ? layer : { ...layer, xy };
}
