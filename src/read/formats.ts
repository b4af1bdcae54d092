import { CSV_WKT } from "./csv/csvWkt.js";
import { FILE_GDB } from "./fileGdb/fileGdb.js";
import { FLATGEOBUF } from "./flatgeobuf/flatgeobuf.js";
import type { Format } from "./format.js";
import { GEOJSON } from "./geojson/geojson.js";
import { GEOPACKAGE } from "./database/geopackage.js";
import { GEOPARQUET } from "./parquet/geoparquet.js";
import { GML } from "./gml/gml.js";
import { PG_DUMP } from "./database/pgDump.js";
import { SHAPEFILE } from "./shapefile/shapefile.js";
import { SOSI } from "./sosi/sosi.js";

/** Every format; the first that recognises a file reads it. CSV is the least certain of them. */
export const FORMATS: readonly Format[] = [
  FLATGEOBUF,
  GEOJSON,
  GML,
  GEOPARQUET,
  GEOPACKAGE,
  SOSI,
  SHAPEFILE,
  PG_DUMP,
  FILE_GDB,
  CSV_WKT,
];
