import { termOf, type Layer } from "../../src/core/layer.js";
import { signedArea } from "../../src/generate/blockRings.js";

/** One polygon of a generated layer, as a test looks at it. */
export type Seen = {
  readonly parts: Float64Array[][]; // rings of each part
  readonly areaM2: number;
  readonly vertices: number;
  value(field: string): string;
};

/** Every polygon of a layer, batch by batch. */
export function* polygonsOf(batches: Iterable<Layer>): Generator<Seen> {
  for (const layer of batches) {
    for (let f = 0; f < layer.featurePart.length - 1; f++) {
      const parts: Float64Array[][] = [];
      for (let part = layer.featurePart[f]; part < layer.featurePart[f + 1]; part++) {
        const rings: Float64Array[] = [];
        for (let ring = layer.partRing[part]; ring < layer.partRing[part + 1]; ring++) {
          rings.push(layer.xy.slice(2 * layer.ringVertex[ring], 2 * layer.ringVertex[ring + 1]));
        }
        parts.push(rings);
      }
      yield {
        parts,
        areaM2: parts.flat().reduce((sum, ring) => sum + signedArea(ring), 0),
        vertices: parts.flat().reduce((sum, ring) => sum + ring.length / 2, 0),
        value: (field) => {
          const column = layer.columns.get(field);
          if (column === undefined) throw new Error(`no field ${field}`);
          return termOf(column, f);
        },
      };
    }
  }
}

export const sumM2 = (polygons: Iterable<Seen>): number =>
  [...polygons].reduce((sum, polygon) => sum + polygon.areaM2, 0);

/** Directed edges of all rings as "x y>x y". Throws when one is met twice: ground claimed twice. */
export function directedEdges(polygons: Iterable<Seen>): Set<string> {
  const edges = new Set<string>();
  for (const xy of [...polygons].flatMap(({ parts }) => parts.flat())) {
    for (let i = 0; i + 3 < xy.length; i += 2) {
      const edge = `${xy[i]} ${xy[i + 1]}>${xy[i + 2]} ${xy[i + 3]}`;
      if (edges.has(edge)) throw new Error(`edge ${edge} met twice`);
      edges.add(edge);
    }
  }
  return edges;
}

/** Edges whose reverse is missing: the outer border. */
export const outerEdges = (edges: ReadonlySet<string>): string[] =>
  [...edges].filter((edge) => !edges.has(edge.split(">").reverse().join(">")));
