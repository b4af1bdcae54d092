import type { Bbox } from "../core/layer.js";

/**
 * A closed ring as it is seen from a box: edges that may reach into the box stand as they are, and a run of vertices
 * beyond one and the same side of it becomes the straight way from its first to its last. That way stays beyond the side
 * too, so the ring winds round each point of the box as often as before, and no edge in the box is moved. The border of
 * a kommune, 50 000 vertices, is a few dozen as seen from a field.
 *
 * @param from first vertex; `to` is one past the last, which repeats the first
 * @returns interleaved coordinates, closed
 */
export function outlineNear(xy: Float64Array, from: number, to: number, box: Bbox): Float64Array {
  const kept: number[] = [];
  const keep = (v: number) => kept.push(xy[2 * v], xy[2 * v + 1]);
  let common = 0; // the sides that all vertices from the one last kept lie beyond
  let waiting = -1; // the vertex before, where it is not kept
  for (let v = from; v < to; v++) {
    const beyond = sidesBeyond(xy, v, box);
    if (v > from && (common & beyond) === 0 && waiting >= 0) {
      keep(waiting);
      common = sidesBeyond(xy, waiting, box);
    }
    if (v > from && (common & beyond) !== 0) {
      common &= beyond;
      waiting = v;
      continue;
    }
    keep(v);
    common = beyond;
    waiting = -1;
  }
  if (waiting >= 0) keep(waiting);
  return Float64Array.from(kept);
}

/** The sides of a box that a vertex lies beyond, as bits (Cohen and Sutherland's outcode). */
function sidesBeyond(xy: Float64Array, v: number, [minX, minY, maxX, maxY]: Bbox): number {
  const x = xy[2 * v];
  const y = xy[2 * v + 1];
  return (x < minX ? 1 : 0) | (x > maxX ? 2 : 0) | (y < minY ? 4 : 0) | (y > maxY ? 8 : 0);
}
