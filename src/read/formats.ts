import { CSV_WKT } from "./csvWkt.js";
import { FILE_GDB } from "./fileGdb.js";
import { FLATGEOBUF } from "./flatgeobuf.js";
import type { Format } from "./format.js";
import { GEOJSON } from "./geojson.js";
import { GEOPACKAGE } from "./geopackage.js";
import { GEOPARQUET } from "./geoparquet.js";
import { GML } from "./gml.js";
import { PG_DUMP } from "./pgDump.js";
import { SHAPEFILE } from "./shapefile.js";
import { SOSI } from "./sosi.js";

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
