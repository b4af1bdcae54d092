import { bboxOf, type Bbox, EMPTY_BBOX, type Layer } from "./layer.js";

/** Vertices of a feature, half-open; the same number twice for one without geometry. */
export function vertexRange(
  { ringVertex, partRing, featurePart }: Layer,
  feature: number,
): readonly [from: number, to: number] {
  return [ringVertex[partRing[featurePart[feature]]], ringVertex[partRing[featurePart[feature + 1]]]];
}

/** Box of one feature; empty where it has no geometry. */
export function featureBox(layer: Layer, feature: number): Bbox {
  const [from, to] = vertexRange(layer, feature);
  return from === to ? EMPTY_BBOX : bboxOf(layer.xy, from, to);
}

/** minx, miny, maxx, maxy of each feature, one after the other; of one without geometry an empty box. */
export function featureBoxes(layer: Layer): Float64Array {
  const boxes = new Float64Array(4 * (layer.featurePart.length - 1));
  for (let f = 0; 4 * f < boxes.length; f++) {
    const box = featureBox(layer, f);
    for (let k = 0; k < 4; k++) boxes[4 * f + k] = box[k];
  }
  return boxes;
}

/** Some features of a layer, whole and in the order asked for, without columns. */
export function subsetOf(layer: Layer, features: readonly number[]): Layer {
  const { featurePart, partRing, ringVertex } = layer;
  let parts = 0;
  let rings = 0;
  let vertices = 0;
  for (const f of features) {
    const [from, to] = vertexRange(layer, f);
    parts += featurePart[f + 1] - featurePart[f];
    rings += partRing[featurePart[f + 1]] - partRing[featurePart[f]];
    vertices += to - from;
  }
  const xy = new Float64Array(2 * vertices);
  const some = {
    ringVertex: new Uint32Array(rings + 1),
    partRing: new Uint32Array(parts + 1),
    featurePart: new Uint32Array(features.length + 1),
  };
  let part = 0;
  let ring = 0;
  let vertex = 0;
  features.forEach((f, i) => {
    const [from, to] = vertexRange(layer, f);
    xy.set(layer.xy.subarray(2 * from, 2 * to), 2 * vertex);
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        vertex += ringVertex[r + 1] - ringVertex[r];
        some.ringVertex[++ring] = vertex;
      }
      some.partRing[++part] = ring;
    }
    some.featurePart[i + 1] = part;
  });
  return { name: layer.name, epsg: layer.epsg, xy, ...some, columns: new Map() };
}

/** Some features of a layer, whole and in the order asked for, with all its columns. */
export function subsetWithColumns(layer: Layer, features: readonly number[]): Layer {
  const columns = Array.from(layer.columns, ([name, { codes, terms }]) => {
    const picked = new Uint32Array(features.length);
    features.forEach((f, i) => (picked[i] = codes[f]));
    return [name, { codes: picked, terms }] as const;
  });
  return { ...subsetOf(layer, features), columns: new Map(columns) };
}
