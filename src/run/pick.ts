import { featureBox, subsetOf, vertexRange } from "../core/subset.js";
import { type Bbox, boxesMeet, type CodeColumn, featureCount, type Layer } from "../core/layer.js";

/**
 * The features whose box meets `box` (all when undefined), with one column, in an order that depends on nothing but
 * the features themselves: place along a Morton curve, then box, key and vertex count. So the order of a file moves no
 * figure, and neighbours on the ground are neighbours in memory.
 * @param wanted features to take at all; default every one
 */
export function pickFeatures(
  layer: Layer,
  keyField: string,
  box: Bbox | undefined,
  wanted: (feature: number) => boolean = () => true,
): Layer {
  const column = layer.columns.get(keyField) as CodeColumn;
  const count = featureCount(layer);
  const boxes = Array.from({ length: count }, (_, f) => featureBox(layer, f));
  const kept = Array.from({ length: count }, (_, f) => f).filter(
    (f) => wanted(f) && (box === undefined || boxesMeet(boxes[f], box)),
  );
  const vertices = (f: number): number => {
    const [from, to] = vertexRange(layer, f);
    return to - from;
  };
  const places = boxes.map(mortonPlace);
  kept.sort((a, b) => {
    if (places[a] !== places[b]) return places[a] - places[b];
    for (let i = 0; i < 4; i++) if (boxes[a][i] !== boxes[b][i]) return boxes[a][i] - boxes[b][i];
    const keyA = column.terms[column.codes[a]];
    const keyB = column.terms[column.codes[b]];
    if (keyA !== keyB) return keyA < keyB ? -1 : 1;
    return vertices(a) - vertices(b) || compareVertices(layer, a, b);
  });
  return gather(layer, keyField, column, kept);
}

function gather(layer: Layer, keyField: string, column: CodeColumn, features: readonly number[]): Layer {
  const codes = Uint32Array.from(features, (f) => column.codes[f]);
  return {
    ...subsetOf(layer, features),
    columns: new Map([[keyField, { codes, terms: column.terms }]]),
  };
}

/** The last word, for polygons of one box, key and vertex count. */
function compareVertices(layer: Layer, a: number, b: number): number {
  const { xy } = layer;
  const [fromA, toA] = vertexRange(layer, a);
  const [fromB] = vertexRange(layer, b);
  for (let i = 0; i < 2 * (toA - fromA); i++) {
    if (xy[2 * fromA + i] !== xy[2 * fromB + i]) return xy[2 * fromA + i] - xy[2 * fromB + i];
  }
  return 0;
}

const MORTON_CELL_M = 64;

/** Place of a box's middle along a Morton curve over cells of 64 m, fixed to the coordinate system and not the layer. */
function mortonPlace([minX, minY, maxX, maxY]: Bbox): number {
  let column = Math.floor((minX + maxX) / 2 / MORTON_CELL_M) + (1 << 20);
  let row = Math.floor((minY + maxY) / 2 / MORTON_CELL_M) + (1 << 20);
  let place = 0;
  for (let bit = 1; bit < 2 ** 50; bit *= 4) {
    place += (column % 2) * bit + (row % 2) * 2 * bit;
    column = Math.floor(column / 2);
    row = Math.floor(row / 2);
  }
  return Number.isNaN(place) ? 0 : place;
}
