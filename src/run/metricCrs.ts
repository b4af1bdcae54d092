import type { Epsg } from "../core/units.js";
import { crsOf } from "../read/crs/crs.js";

/** What a layer in degrees is moved to. */
const METRIC_EPSG: Epsg = 25833;

/** The CRS a layer is worked on in when nobody says: its own, or EPSG:25833 for one in degrees. */
export const metricCrs = ({ name, epsg }: { readonly name: string; readonly epsg: Epsg }): Epsg =>
  crsOf(name, epsg).unit === "metre" ? epsg : METRIC_EPSG;
