import { type CodeColumn, featureCount, type Layer, shared } from "./layer.js";
import { invariant } from "./trouble.js";

/**
 * Layers of one coordinate system as one, their features in a row, under the name of the first. Columns are those of the
 * first; where another lacks one its features have no value there.
 */
export function joinLayers(layers: readonly Layer[]): Layer {
  const [first] = layers;
  if (layers.length === 1) return first;
  invariant(
    layers.every(({ epsg }) => epsg === first.epsg),
    () => "layers of two systems do not meet",
  );
  const xy = shared(
    Float64Array,
    layers.reduce((sum, layer) => sum + layer.xy.length, 0),
  );
  let at = 0;
  for (const layer of layers) {
    xy.set(layer.xy, at);
    at += layer.xy.length;
  }
  const columns = [...first.columns.keys()].map((name) => [name, joinColumns(layers, name)] as const);
  return {
    name: first.name,
    epsg: first.epsg,
    xy,
    ringVertex: inARow(layers.map(({ ringVertex }) => ringVertex)),
    partRing: inARow(layers.map(({ partRing }) => partRing)),
    featurePart: inARow(layers.map(({ featurePart }) => featurePart)),
    columns: new Map(columns),
  };
}

/** Offsets that go on where those before end. */
function inARow(all: readonly Uint32Array[]): Uint32Array {
  const row = shared(
    Uint32Array,
    all.reduce((sum, offsets) => sum + offsets.length - 1, 1),
  );
  let at = 0;
  for (const offsets of all) {
    const base = row[at];
    for (let i = 1; i < offsets.length; i++) row[++at] = base + offsets[i];
  }
  return row;
}

function joinColumns(layers: readonly Layer[], name: string): CodeColumn {
  const terms = [""];
  const codeOf = new Map([["", 0]]);
  const codes = shared(
    Uint32Array,
    layers.reduce((sum, layer) => sum + featureCount(layer), 0),
  );
  let at = 0;
  for (const layer of layers) {
    const column = layer.columns.get(name);
    const to = column?.terms.map((term) => {
      const known = codeOf.get(term) ?? terms.push(term) - 1;
      codeOf.set(term, known);
      return known;
    });
    for (let f = 0; f < featureCount(layer); f++)
      codes[at++] = column === undefined ? 0 : to![column.codes[f]];
  }
  return { codes, terms };
}
