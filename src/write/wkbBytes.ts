import type { Layer } from "../core/layer.js";

const LITTLE_ENDIAN = 1;
const POLYGON = 3;
const MULTIPOLYGON = 6;

/**
 * Feature f as well-known binary (OGC 06-103r4, 8), little endian: a Polygon, or a MultiPolygon where it has several
 * parts or `multi` asks for one. Ordinates are the layer's own bytes.
 *
 * @param head bytes left free in front, for what a format puts there
 * @returns bytes of their own; undefined for a feature without geometry
 */
export function wkbBytes(layer: Layer, f: number, multi: boolean, head = 0): Uint8Array | undefined {
  const partFrom = layer.featurePart[f];
  const partTo = layer.featurePart[f + 1];
  if (partFrom === partTo) return undefined;
  const asMulti = multi || partTo - partFrom > 1;
  const rings = layer.partRing[partTo] - layer.partRing[partFrom];
  const vertices = layer.ringVertex[layer.partRing[partTo]] - layer.ringVertex[layer.partRing[partFrom]];
  const length = (asMulti ? 9 : 0) + 9 * (partTo - partFrom) + 4 * rings + 16 * vertices;
  const bytes = new Uint8Array(head + length);
  const view = new DataView(bytes.buffer);
  const ordinates = new Uint8Array(layer.xy.buffer, layer.xy.byteOffset, layer.xy.byteLength);
  let at = head;
  const putHead = (type: number, count: number) => {
    view.setUint8(at, LITTLE_ENDIAN);
    view.setUint32(at + 1, type, true);
    view.setUint32(at + 5, count, true);
    at += 9;
  };
  if (asMulti) putHead(MULTIPOLYGON, partTo - partFrom);
  for (let p = partFrom; p < partTo; p++) {
    putHead(POLYGON, layer.partRing[p + 1] - layer.partRing[p]);
    for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++) {
      const from = layer.ringVertex[r];
      const to = layer.ringVertex[r + 1];
      view.setUint32(at, to - from, true);
      bytes.set(ordinates.subarray(16 * from, 16 * to), at + 4);
      at += 4 + 16 * (to - from);
    }
  }
  return bytes;
}
