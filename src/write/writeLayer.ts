import { InputError } from "../core/trouble.js";
import type { WriteLayer } from "./layerOut.js";

/** A format that is written: known by the ending of the file's name, loaded when it is wanted. */
export type OutFormat = {
  readonly name: "FlatGeobuf" | "GeoPackage" | "GeoJSON" | "GeoParquet" | "CSV";
  readonly endings: readonly string[];
  /** The order features have in the file. */
  readonly order: "given" | "hilbert";
  /** False where the file cannot say its system. */
  readonly saysCrs: boolean;
  load(): Promise<WriteLayer>;
};

const OUT_FORMATS: readonly OutFormat[] = [
  {
    name: "FlatGeobuf",
    endings: [".fgb"],
    order: "hilbert",
    saysCrs: true,
    load: async () => (await import("./flatgeobuf.js")).writeFlatGeobuf,
  },
  {
    name: "GeoPackage",
    endings: [".gpkg"],
    order: "given",
    saysCrs: true,
    load: async () => (await import("./geopackage.js")).writeGeoPackage,
  },
  {
    name: "GeoJSON",
    endings: [".geojson", ".json"],
    order: "given",
    saysCrs: true,
    load: async () => (await import("./geojson.js")).writeGeoJson,
  },
  {
    name: "GeoParquet",
    endings: [".parquet", ".geoparquet"],
    order: "given",
    saysCrs: true,
    load: async () => (await import("./geoparquet.js")).writeGeoParquet,
  },
  {
    name: "CSV",
    endings: [".csv"],
    order: "given",
    saysCrs: false,
    load: async () => (await import("./csv.js")).writeCsv,
  },
];

/** The format a file is to be written in, by its ending. @throws InputError naming the endings there are */
export function outFormatOf(path: string): OutFormat {
  const name = path.toLowerCase();
  const format = OUT_FORMATS.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
  if (format !== undefined) return format;
  const known = OUT_FORMATS.map((one) => `${one.endings[0]} (${one.name})`).join(", ");
  throw new InputError(
    { layer: path },
    {
      came: "an ending that tells no format we write",
      wanted: `a name that ends in ${known}`,
      todo: "Choose the format by the ending",
    },
  );
}
