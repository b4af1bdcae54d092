import { existsSync, readFileSync } from "node:fs";
import { LayerBuilder, type Layer } from "../../src/core/layer.js";
import { outside } from "../read/outsideData.js";

type Ordinate = number | string;
type Rings = Ordinate[][][];
export type CaseGeometry =
  | { readonly type: "Polygon"; readonly coordinates: Rings }
  | { readonly type: "MultiPolygon"; readonly coordinates: Rings[] };

/** Cases of a conformance suite; none where they are not there, which `haveOutsideData` tells. */
export function casesOf<Case>(suite: string): readonly Case[] {
  const path = outside(`conformance/${suite}.json`);
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases;
}

/** One feature as it stands, rings unclosed, short or empty as they are. Non-finite ordinates are words. */
export function layerOf(...geometries: readonly CaseGeometry[]): Layer {
  const builder = new LayerBuilder("cases", 25833, []);
  for (const geometry of geometries) {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const rings of parts) {
      for (const ring of rings) builder.ring(ring.flatMap(([x, y]) => [Number(x), Number(y)]));
      builder.endPart();
    }
    builder.endFeature([]);
  }
  return builder.build();
}

export const polygon = (...coordinates: number[][][]): CaseGeometry => ({ type: "Polygon", coordinates });
export const multi = (...coordinates: number[][][][]): CaseGeometry => ({
  type: "MultiPolygon",
  coordinates,
});
