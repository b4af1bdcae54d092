import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LayerBuilder, type Layer } from "../../src/core/layer.js";
import { checkSettings, type RunSettings } from "../../src/run/settings.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { boxRing, type Ring } from "../kernels/layers.js";

/** One polygon without holes, and its values by field. */
export type Flate = { readonly ring: Ring; readonly values: Readonly<Record<string, string | number>> };

/** Lower left corner of the scene in EPSG:25833: solid ground in Oslo. */
export const EAST = 260_000;
export const NORTH = 6_650_000;

/** A box in metres from the scene's corner. */
export const box = (minX: number, minY: number, maxX: number, maxY: number): Ring =>
  boxRing(EAST + minX, NORTH + minY, EAST + maxX, NORTH + maxY);

const OBJTYPE = ["Skog", "Myr", "Innsjø", "Tettbebyggelse", "Skog", "ÅpentOmråde", "Elv"];

/** 16 squares of 1 km² with objtype. */
export const GROUND: readonly Flate[] = Array.from({ length: 16 }, (_, i) => {
  const [x, y] = [1000 * (i % 4), 1000 * Math.floor(i / 4)];
  return { ring: box(x, y, x + 1000, y + 1000), values: { objtype: OBJTYPE[i % OBJTYPE.length] } };
});

/** Two kommuner that share a border through the middle of the second column: 6 and 10 km². */
export const KOMMUNER: readonly Flate[] = [
  { ring: box(0, 0, 1500, 4000), values: { kommunenummer: "0301" } },
  { ring: box(1500, 0, 4000, 4000), values: { kommunenummer: "3201" } },
];

export function layerOfFlater(name: string, flater: readonly Flate[], epsg = 25833): Layer {
  const fields = fieldsOf(flater);
  const builder = new LayerBuilder(name, epsg, fields);
  for (const { ring, values } of flater) {
    builder.ring(ring.flat());
    builder.endPart();
    builder.endFeature(fields.map((field) => String(values[field] ?? "")));
  }
  return builder.build();
}

/** The layer as a FlatGeobuf file, its features in the order given. */
export async function writeFgb(path: string, layer: Layer): Promise<string> {
  const fields = [...layer.columns.keys()].map((name) => ({ name, type: "string" as const }));
  await writeFlatGeobuf(path, { name: layer.name, epsg: layer.epsg, fields, index: false }, [layer]);
  return path;
}

/** The flater as they stand, sound or not, as a GeoJSON file that declares its system. */
export function writeGeoJson(path: string, flater: readonly Flate[], epsg = 25833): string {
  const features = flater.map(({ ring, values }) => ({
    type: "Feature",
    properties: values,
    geometry: { type: "Polygon", coordinates: [ring] },
  }));
  const crs = { type: "name", properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features }));
  return path;
}

/** Settings as a run file gives them, on this thread; `enheter` are named by their order in the object. */
export function settings(
  grunnkart: string,
  enheter: Readonly<Record<string, string>>,
  ut: string,
  rest: Readonly<Record<string, unknown>> = {},
): RunSettings {
  const units = Object.entries(enheter).map(([navn, fil]) => ({ navn, fil }));
  return checkSettings({ grunnkart, klasse: ["objtype"], enheter: units, ut, workers: 0, ...rest }, "test");
}

/** Every file of a folder, with its SHA-256: two runs are the same when these are. */
export function hashesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths
      .sort()
      .map((path) => [
        path.slice(folder.length + 1).replaceAll("\\", "/"),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}

function fieldsOf(flater: readonly Flate[]): string[] {
  return [...new Set(flater.flatMap(({ values }) => Object.keys(values)))];
}
