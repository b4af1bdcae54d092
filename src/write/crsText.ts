import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";

/** A datum with its ellipsoid and the system in degrees on it, as the EPSG register has them. */
type Datum = {
  readonly geographic: string;
  readonly epsg: Epsg;
  readonly name: string;
  readonly code: number;
  readonly ellipsoid: string;
  readonly ellipsoidCode: number;
  readonly inverseFlattening: number;
};

const ETRS89: Datum = {
  geographic: "ETRS89",
  epsg: 4258,
  name: "European Terrestrial Reference System 1989",
  code: 6258,
  ellipsoid: "GRS 1980",
  ellipsoidCode: 7019,
  inverseFlattening: 298.257222101,
};

const WGS84: Datum = {
  geographic: "WGS 84",
  epsg: 4326,
  name: "World Geodetic System 1984",
  code: 6326,
  ellipsoid: "WGS 84",
  ellipsoidCode: 7030,
  inverseFlattening: 298.257223563,
};

const SEMI_MAJOR_AXIS = 6378137;

/** A projected system: its method and the parameters of that method, in degrees, metres and ratios. */
type Projection = {
  readonly epsg: Epsg;
  readonly name: string;
  readonly datum: Datum;
  readonly method: Method;
  readonly values: readonly number[];
};

/** Names of a method and its parameters in well-known text and in the EPSG register. */
type Method = {
  readonly wkt: string;
  readonly name: string;
  readonly code: number;
  readonly parameters: readonly {
    readonly wkt: string;
    readonly name: string;
    readonly code: number;
    readonly unit: "degree" | "unity" | "metre";
  }[];
};

const TRANSVERSE_MERCATOR: Method = {
  wkt: "Transverse_Mercator",
  name: "Transverse Mercator",
  code: 9807,
  parameters: [
    { wkt: "latitude_of_origin", name: "Latitude of natural origin", code: 8801, unit: "degree" },
    { wkt: "central_meridian", name: "Longitude of natural origin", code: 8802, unit: "degree" },
    { wkt: "scale_factor", name: "Scale factor at natural origin", code: 8805, unit: "unity" },
    { wkt: "false_easting", name: "False easting", code: 8806, unit: "metre" },
    { wkt: "false_northing", name: "False northing", code: 8807, unit: "metre" },
  ],
};

const LAMBERT_EQUAL_AREA: Method = {
  wkt: "Lambert_Azimuthal_Equal_Area",
  name: "Lambert Azimuthal Equal Area",
  code: 9820,
  parameters: [
    { wkt: "latitude_of_center", name: "Latitude of natural origin", code: 8801, unit: "degree" },
    { wkt: "longitude_of_center", name: "Longitude of natural origin", code: 8802, unit: "degree" },
    { wkt: "false_easting", name: "False easting", code: 8806, unit: "metre" },
    { wkt: "false_northing", name: "False northing", code: 8807, unit: "metre" },
  ],
};

/** UTM 31-36 on ETRS89, 32 and 33 on WGS 84, NTM 5-30, LAEA Europe. */
function projectionOf(epsg: Epsg): Projection | undefined {
  const zone = epsg % 100;
  const utm = (datum: Datum): Projection => ({
    epsg,
    name: `${datum.geographic} / UTM zone ${zone}N`,
    datum,
    method: TRANSVERSE_MERCATOR,
    values: [0, 6 * zone - 183, 0.9996, 500000, 0],
  });
  if (epsg >= 25831 && epsg <= 25836) return utm(ETRS89);
  if (epsg === 32632 || epsg === 32633) return utm(WGS84);
  if (epsg >= 5105 && epsg <= 5130) {
    return {
      epsg,
      name: `ETRS89 / NTM zone ${zone}`,
      datum: ETRS89,
      method: TRANSVERSE_MERCATOR,
      values: [58, zone + 0.5, 1, 100000, 1000000],
    };
  }
  if (epsg !== 3035) return undefined;
  return {
    epsg,
    name: "ETRS89-extended / LAEA Europe",
    datum: ETRS89,
    method: LAMBERT_EQUAL_AREA,
    values: [52, 10, 4321000, 3210000],
  };
}

const datumOf = (epsg: Epsg): Datum | undefined => [ETRS89, WGS84].find((datum) => datum.epsg === epsg);

/** The system's own name. @throws InputError for a system whose definition we do not have */
export const crsName = (epsg: Epsg): string =>
  (projectionOf(epsg)?.name ?? datumOf(epsg)?.geographic) || refuse(epsg);

/**
 * The system as well-known text, version 1 (OGC 01-009), as GeoPackage files hold it. Without axes: the coordinates of
 * such files are x, y whatever the register says.
 *
 * @throws InputError for a system whose definition we do not have
 */
export function crsWkt(epsg: Epsg): string {
  const datum = datumOf(epsg);
  if (datum !== undefined) return datumWkt(datum);
  const { name, method, values, ...system } = projectionOf(epsg) ?? refuse(epsg);
  const parameters = method.parameters.map(({ wkt }, i) => `PARAMETER["${wkt}",${values[i]}]`).join(",");
  return (
    `PROJCS["${name}",${datumWkt(system.datum)},PROJECTION["${method.wkt}"],${parameters},` +
    `UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","${epsg}"]]`
  );
}

function datumWkt(datum: Datum): string {
  const spheroid = `SPHEROID["${datum.ellipsoid}",${SEMI_MAJOR_AXIS},${datum.inverseFlattening},AUTHORITY["EPSG","${datum.ellipsoidCode}"]]`;
  return (
    `GEOGCS["${datum.geographic}",DATUM["${datum.name.replaceAll(" ", "_")}",${spheroid},` +
    `AUTHORITY["EPSG","${datum.code}"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],` +
    `UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","${datum.epsg}"]]`
  );
}

/**
 * The system as PROJJSON 0.7, as GeoParquet 1.1 wants it in its metadata. Axes are in the order of the EPSG register;
 * GeoParquet stores x, y regardless (its section "Coordinate axis order").
 *
 * @throws InputError for a system whose definition we do not have
 */
export function crsProjJson(epsg: Epsg): object {
  const $schema = "https://proj.org/schemas/v0.7/projjson.schema.json";
  const datum = datumOf(epsg);
  if (datum !== undefined) return { $schema, ...datumProjJson(datum) };
  const { name, method, values, ...system } = projectionOf(epsg) ?? refuse(epsg);
  return {
    $schema,
    type: "ProjectedCRS",
    name,
    base_crs: datumProjJson(system.datum),
    conversion: {
      name: name.slice(name.indexOf("/") + 2),
      method: { name: method.name, id: id(method.code) },
      parameters: method.parameters.map((parameter, i) => ({
        name: parameter.name,
        value: values[i],
        unit: parameter.unit,
        id: id(parameter.code),
      })),
    },
    coordinate_system: { subtype: "Cartesian", axis: planeAxes(epsg) },
    id: id(epsg),
  };
}

/** LAEA Europe and NTM name northing first in the register. */
function planeAxes(epsg: Epsg): object[] {
  const easting = { name: "Easting", abbreviation: "E", direction: "east", unit: "metre" };
  const northing = { name: "Northing", abbreviation: "N", direction: "north", unit: "metre" };
  return epsg < 10000 ? [northing, easting] : [easting, northing];
}

function datumProjJson(datum: Datum): object {
  return {
    type: "GeographicCRS",
    name: datum.geographic,
    datum: {
      type: "GeodeticReferenceFrame",
      name: datum.name,
      ellipsoid: {
        name: datum.ellipsoid,
        semi_major_axis: SEMI_MAJOR_AXIS,
        inverse_flattening: datum.inverseFlattening,
      },
    },
    coordinate_system: {
      subtype: "ellipsoidal",
      axis: [
        { name: "Geodetic latitude", abbreviation: "Lat", direction: "north", unit: "degree" },
        { name: "Geodetic longitude", abbreviation: "Lon", direction: "east", unit: "degree" },
      ],
    },
    id: id(datum.epsg),
  };
}

const id = (code: number) => ({ authority: "EPSG", code });

function refuse(epsg: Epsg): never {
  throw new InputError(
    { layer: `EPSG:${epsg}` },
    {
      came: "a system that cannot be written into this format",
      wanted: "EPSG 25831-25836, 32632, 32633, 5105-5130 (NTM), 3035, 4258 or 4326",
      todo: "Convert on the way with --til-epsg 25833",
    },
  );
}
