/**
 * The real layers of the kernel benchmark, in the two shapes its contestants want: our columns, and GeoJSON.
 * Read with the FlatGeobuf package, so that no room of ours stands between the file and the rivals.
 */
import { existsSync, readFileSync } from "node:fs";
import { deserialize } from "flatgeobuf/lib/mjs/geojson.js";
import { LayerBuilder } from "../dist/core/layer.js";

const DATA = new URL("../../shared/data/", import.meta.url);

const FILES = {
  arealdekke: "arealdekke/n1000_arealdekke_25833.fgb",
  kommuner: "admin/n1000_kommune_25833.fgb",
  hoydelag: "hoyde/n1000_hoydelag_25833.fgb",
};

export const haveN1000 = Object.values(FILES).every((file) => existsSync(new URL(file, DATA)));

/** @returns one GeoJSON polygon or multipolygon geometry per feature, in file order */
export async function readGeometries(/** @type {keyof typeof FILES} */ name) {
  const geometries = [];
  for await (const feature of deserialize(new Uint8Array(readFileSync(new URL(FILES[name], DATA))))) {
    geometries.push(feature.geometry);
  }
  return geometries;
}

/** Part by part: a list of rings each, the shell first. */
export const partsOf = (geometry) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;

/** @returns {import("../dist/core/layer.js").Layer} */
export function layerOf(name, geometries) {
  const builder = new LayerBuilder(name, 25833, []);
  for (const geometry of geometries) {
    for (const rings of partsOf(geometry)) {
      for (const ring of rings) builder.ring(ring.flat());
      builder.endPart();
    }
    builder.endFeature([]);
  }
  return builder.build();
}

/** Box of each geometry's vertices: minx, miny, maxx, maxy. */
export function boxesOf(geometries) {
  return geometries.map((geometry) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const rings of partsOf(geometry)) {
      for (const [x, y] of rings[0]) {
        if (x < box[0]) box[0] = x;
        if (y < box[1]) box[1] = y;
        if (x > box[2]) box[2] = x;
        if (y > box[3]) box[3] = y;
      }
    }
    return box;
  });
}
