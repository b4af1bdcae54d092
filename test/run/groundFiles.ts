import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "../../src/core/layer.js";
import { writeGeoPackage } from "../../src/write/geopackage.js";
import { writeGml } from "../../src/write/gml.js";
import { zipOf } from "../read/zipFile.js";
import { EAST, type Flate, layerOfFlater, NORTH, writeFgb, writeGeoJson } from "./scene.js";

/** One ground in every form a user may have it in; the path of the file, and of its layer where it has several. */
export const GROUND_FORMS: Readonly<
  Record<string, (folder: string, flater: readonly Flate[]) => Promise<string>>
> = {
  "ground.fgb": (folder, flater) => writeFgb(join(folder, "ground.fgb"), layerOfFlater("ground", flater)),
  "ground.gml": (folder, flater) => gmlOf(join(folder, "ground.gml"), layerOfFlater("ground", flater)),
  "ground.gml.zip": async (folder, flater) => {
    const inner = await gmlOf(join(folder, "inner.gml"), layerOfFlater("ground", flater));
    const path = join(folder, "ground.gml.zip");
    writeFileSync(path, zipOf([{ name: "a/ground.gml", content: readFileSync(inner) }]));
    return path;
  },
  "ground.gpkg": async (folder, flater) => {
    const path = join(folder, "ground.gpkg");
    const layer = layerOfFlater("ground", flater);
    await writeGeoPackage(path, outOf(layer), [layer]);
    return path;
  },
  "ground.sos": (folder, flater) => Promise.resolve(sosiOf(join(folder, "ground.sos"), flater)),
  "ground.geojson": (folder, flater) => Promise.resolve(writeGeoJson(join(folder, "ground.geojson"), flater)),
};

const outOf = ({ name, epsg, columns }: Layer) => ({
  name,
  epsg,
  fields: [...columns.keys()].map((field) => ({ name: field, type: "string" as const })),
});

async function gmlOf(path: string, layer: Layer): Promise<string> {
  await writeGml(path, outOf(layer), [layer]);
  return path;
}

/** SOSI 4.5, a curve a face, in centimetres from the scene's corner. */
function sosiOf(path: string, flater: readonly Flate[]): string {
  const head = `.HODE\n..TEGNSETT UTF-8\n..TRANSPAR\n...KOORDSYS 23\n...ORIGO-NØ ${NORTH} ${EAST}\n...ENHET 0.01\n`;
  const objects = flater.flatMap(({ ring, values }, i) => {
    const points = ring
      .map(([x, y]) => `${Math.round(100 * (y - NORTH))} ${Math.round(100 * (x - EAST))}`)
      .join("\n");
    const told = Object.entries(values).map(([field, value]) => `..${field.toUpperCase()} ${value}\n`);
    return [
      `.KURVE ${2 * i + 1}:\n..OBJTYPE Grense\n..NØ\n${points}\n`,
      `.FLATE ${2 * i + 2}:\n${told.join("")}..REF :${2 * i + 1}\n..NØ\n0 0\n`,
    ];
  });
  writeFileSync(path, `${head}${objects.join("")}.SLUTT\n`);
  return `${path}#ground`; // types that share no curve are layers of their own, this is all of them
}
