import type { Epsg } from "./units.js";

/** Latitude and longitude of ETRS89 and WGS 84, and LAEA Europe. */
const DEGREES_AND_LAEA = new Set<Epsg>([4258, 4326, 3035]);

/**
 * Whether the register's own order of axes is north, east (EPSG dataset, coordinate systems 6422, 4532 and 4500). It is
 * for NTM, 5105-5130, and is not for UTM.
 *
 * @param epsg of the part in the plane
 */
export const isNorthFirst = (epsg: Epsg): boolean =>
  DEGREES_AND_LAEA.has(epsg) || (epsg >= 5105 && epsg <= 5130);
