import type { Layer } from "../../core/layer.js";
import type { Lines } from "../../core/lines.js";
import { InputError } from "../../core/trouble.js";
import type { Epsg, Metre } from "../../core/units.js";
import { crsOf } from "./crs.js";
import { PointMover } from "./pointMover.js";
import { roomFor } from "../../core/grown.js";

/**
 * An edge longer than this gets vertices between its ends: what is straight in one system is bent in another.
 * At 100 m the bend left over between degrees and UTM is about 0.3 mm at N 60 (L² tan(lat) / 8R).
 */
const LONGEST_EDGE_M: Metre = 100;

const METRES_PER_DEGREE = 111_320;

/** Converts layer after layer of one system to another; the same layer back where the two are one. */
export type Reprojection = (layer: Layer) => Layer;

/** The layer in another system, on shared memory. See `makeReprojection`. */
export function reproject(layer: Layer, toEpsg: Epsg, longestEdgeM: Metre = LONGEST_EDGE_M): Layer {
  return makeReprojection(layer.name, layer.epsg, toEpsg, longestEdgeM)(layer);
}

/**
 * Prepares a conversion. Vertices are moved one by one; edges longer than `longestEdgeM` in the target are first
 * divided evenly in the source. An edge is always divided from its lower end (by x, then y), so two polygons that walk
 * a border in opposite directions get the same vertices to the last bit, and what was shared stays shared.
 * Columns are handed on, not copied.
 *
 * @throws InputError where a vertex has no place in the target system
 */
export function makeReprojection(
  layerName: string,
  fromEpsg: Epsg,
  toEpsg: Epsg,
  longestEdgeM: Metre = LONGEST_EDGE_M,
): Reprojection {
  const from = crsOf(layerName, fromEpsg);
  const to = crsOf(layerName, toEpsg);
  if (from.epsg === to.epsg) return (layer) => layer;
  const mover = new PointMover(from, to);
  const longest = to.unit === "degree" ? longestEdgeM / METRES_PER_DEGREE : longestEdgeM;
  return (layer) => {
    const { xy, ringVertex } = movedRings(layer, mover, longest, to.epsg);
    return { ...layer, epsg: to.epsg, xy, ringVertex };
  };
}

/** Lines in another system, with the rules of `reproject`; the same lines back where the two are one. */
export function reprojectLines(lines: Lines, toEpsg: Epsg): Lines {
  const [from, to] = [crsOf(lines.name, lines.epsg), crsOf(lines.name, toEpsg)];
  if (from.epsg === to.epsg) return lines;
  const longest = to.unit === "degree" ? LONGEST_EDGE_M / METRES_PER_DEGREE : LONGEST_EDGE_M;
  const rings = { ...lines, ringVertex: lines.lineVertex };
  const { xy, ringVertex } = movedRings(rings, new PointMover(from, to), longest, to.epsg);
  return { ...lines, epsg: to.epsg, xy, lineVertex: ringVertex };
}

function movedRings(
  layer: Pick<Layer, "name" | "epsg" | "xy" | "ringVertex">,
  mover: PointMover,
  longest: number,
  toEpsg: Epsg,
): Pick<Layer, "xy" | "ringVertex"> {
  const source = layer.xy;
  const ringCount = layer.ringVertex.length - 1;
  const ringVertex = new Uint32Array(ringCount + 1);
  let target = new Float64Array(2 * source.length + 2);
  let at = 0;
  const put = (x: number, y: number) => {
    if (at + 2 > target.length) target = roomFor(target, at + 2);
    target[at++] = x;
    target[at++] = y;
  };
  const move = (x: number, y: number): void => {
    if (mover.move(x, y)) return;
    throw new InputError(
      { layer: layer.name },
      {
        came: `the point ${x} ${y} in EPSG:${layer.epsg}, which has no place in EPSG:${toEpsg}`,
        wanted: "coordinates inside the area both systems are made for",
        todo: "Check the CRS the file declares",
      },
    );
  };

  for (let r = 0; r < ringCount; r++) {
    const first = layer.ringVertex[r];
    const last = layer.ringVertex[r + 1];
    let previousX = NaN;
    let previousY = NaN;
    for (let v = first; v < last; v++) {
      move(source[2 * v], source[2 * v + 1]);
      const { x, y } = mover;
      if (v > first) {
        const length = Math.hypot(x - previousX, y - previousY);
        if (length > longest) divideEdge(source, v, Math.ceil(length / longest), move, mover, put);
      }
      put(x, y);
      previousX = x;
      previousY = y;
    }
    ringVertex[r + 1] = at / 2;
  }
  return { xy: target.slice(0, at), ringVertex };
}

/** Puts the inner points of the edge that ends in vertex v, divided into `pieces` as seen from its lower end. */
function divideEdge(
  xy: Float64Array,
  v: number,
  pieces: number,
  move: (x: number, y: number) => void,
  mover: PointMover,
  put: (x: number, y: number) => void,
): void {
  const [x1, y1, x2, y2] = [xy[2 * v - 2], xy[2 * v - 1], xy[2 * v], xy[2 * v + 1]];
  const upward = x1 < x2 || (x1 === x2 && y1 < y2);
  const [lowX, lowY, highX, highY] = upward ? [x1, y1, x2, y2] : [x2, y2, x1, y1];
  for (let k = 1; k < pieces; k++) {
    const share = (upward ? k : pieces - k) / pieces;
    move(lowX + (highX - lowX) * share, lowY + (highY - lowY) * share);
    put(mover.x, mover.y);
  }
}
