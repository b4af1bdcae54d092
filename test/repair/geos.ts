import initGeos from "geos-wasm";
import { featureCount, type Layer } from "../../src/core/layer.js";

type Pointer = number;

/** What is used of geos-wasm, whose own types are those of a C library. */
type Geos = {
  readonly Module: {
    _malloc(bytes: number): Pointer;
    _free(at: Pointer): void;
    stringToUTF8(text: string, at: Pointer, bytes: number): void;
    readonly HEAPF64: Float64Array;
    readonly HEAPU32: Uint32Array;
  };
  GEOSWKTReader_create(): Pointer;
  GEOSWKTReader_read(reader: Pointer, text: Pointer): Pointer;
  GEOSisValid(geometry: Pointer): number;
  GEOSArea(geometry: Pointer, area: Pointer): number;
  GEOSUnaryUnion(geometry: Pointer): Pointer;
  GEOSGeom_createCollection(type: number, parts: Pointer, count: number): Pointer;
  GEOSGeom_destroy(geometry: Pointer): void;
};

const MULTIPOLYGON_COLLECTION = 7;

export type GeosOpinion = { readonly invalid: number[]; readonly sumM2: number; readonly unionM2: number };

/** What GEOS says of a layer: which features are invalid, the sum of their areas, and the area of their union. */
export async function geosOpinion(layer: Layer): Promise<GeosOpinion> {
  const geos = (await initGeos()) as unknown as Geos;
  const { Module } = geos;
  const reader = geos.GEOSWKTReader_create();
  const m2 = Module._malloc(8);
  const areaOf = (geometry: Pointer): number => {
    geos.GEOSArea(geometry, m2);
    return Module.HEAPF64[m2 >> 3];
  };
  const invalid: number[] = [];
  const geometries: Pointer[] = [];
  let sumM2 = 0;
  for (let f = 0; f < featureCount(layer); f++) {
    const wkt = wktOf(layer, f);
    const text = Module._malloc(wkt.length + 1);
    Module.stringToUTF8(wkt, text, wkt.length + 1);
    const geometry = geos.GEOSWKTReader_read(reader, text);
    Module._free(text);
    if (geos.GEOSisValid(geometry) !== 1) invalid.push(f);
    sumM2 += areaOf(geometry);
    geometries.push(geometry);
  }
  const list = Module._malloc(4 * geometries.length);
  Module.HEAPU32.set(geometries, list >> 2);
  const all = geos.GEOSGeom_createCollection(MULTIPOLYGON_COLLECTION, list, geometries.length);
  const union = geos.GEOSUnaryUnion(all);
  const unionM2 = union === 0 ? NaN : areaOf(union);
  geos.GEOSGeom_destroy(all);
  if (union !== 0) geos.GEOSGeom_destroy(union);
  return { invalid, sumM2, unionM2 };
}

function wktOf({ xy, ringVertex, partRing, featurePart }: Layer, f: number): string {
  const parts: string[] = [];
  for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
    const rings: string[] = [];
    for (let r = partRing[p]; r < partRing[p + 1]; r++) {
      const points: string[] = [];
      for (let v = ringVertex[r]; v < ringVertex[r + 1]; v++) points.push(`${xy[2 * v]} ${xy[2 * v + 1]}`);
      rings.push(`(${points.join(",")})`);
    }
    parts.push(`(${rings.join(",")})`);
  }
  return parts.length === 0 ? "MULTIPOLYGON EMPTY" : `MULTIPOLYGON (${parts.join(",")})`;
}
