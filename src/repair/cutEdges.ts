import { bboxOf, featureCount, type Layer } from "../core/layer.js";
import { isCounterClockwise } from "../overlay/orientation.js";
import { OpenEdges } from "./openEdges.js";
import { ringArea } from "./rings.js";

/**
 * What is left of the edges of some polygons when each is set against its reverse (`looseEdges`), whichever way the rings
 * came. Of a part of a layer these are the borders towards the rest of it as well: `LooseGather` puts parts together.
 *
 * @param isLeftOut per feature: 1 where its edges are none of these
 * @returns x, y of each edge's start, then of its end; in no order
 */
export function looseEdgesOf(layer: Layer, isLeftOut?: Uint8Array): Float64Array {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const open = new OpenEdges(xy);
  for (let f = 0; f < featureCount(layer); f++) {
    if (isLeftOut?.[f] === 1) continue;
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        const [from, to] = [ringVertex[r], ringVertex[r + 1]];
        if (from < to) open.meetRing(from, to, isLeftHanded(xy, from, to) !== (r === partRing[p]));
      }
    }
  }
  return open.left();
}

/** Below this share of (width + height)^2 an area summed the plain way is not trusted with its sign. */
const THIN = 1e-6;

function isLeftHanded(xy: Float64Array, from: number, to: number): boolean {
  const x0 = xy[2 * from];
  let twiceM2 = 0;
  let spanM = 0; // at least width + height of its box
  for (let i = 2 * from; i + 3 < 2 * to; i += 2) {
    const dx = xy[i + 2] - xy[i];
    const dy = xy[i + 3] - xy[i + 1];
    twiceM2 += dy * (xy[i] - x0 + (xy[i + 2] - x0));
    spanM += Math.abs(dx) + Math.abs(dy);
  }
  if (Math.abs(twiceM2) > 2 * THIN * spanM * spanM) return twiceM2 > 0;
  const ring = xy.subarray(2 * from, 2 * to);
  const [minX, minY, maxX, maxY] = bboxOf(xy, from, to);
  return isCounterClockwise(ring, 0, to - from - 1, ringArea(ring), maxX - minX + maxY - minY);
}
