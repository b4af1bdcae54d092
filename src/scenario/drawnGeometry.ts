/** Geometry that a user wrote into a run file: tidied and buffered by turf, then polygons of ours. Never measured here. */
import type * as Turf from "@turf/turf";
import { bboxOf, LayerBuilder, type Layer } from "../core/layer.js";
import { InputError, type Place } from "../core/trouble.js";
import type { Epsg, Metre } from "../core/units.js";
import { checkPlausible, crsOf } from "../read/crs/crs.js";
import { reproject } from "../read/crs/reproject.js";

type Polygon = ReturnType<typeof Turf.polygon>["geometry"];
type MultiPolygon = ReturnType<typeof Turf.multiPolygon>["geometry"];
type Line =
  | ReturnType<typeof Turf.point>
  | ReturnType<typeof Turf.multiPoint>
  | ReturnType<typeof Turf.lineString>
  | ReturnType<typeof Turf.multiLineString>;
type Geometry = Line["geometry"] | Polygon | MultiPolygon;
type Position = Polygon["coordinates"][number][number];

/** GeoJSON is in degrees, WGS 84, where nobody says else (RFC 7946 section 4). */
const GEOJSON_EPSG: Epsg = 4326;

/** Corners of a quarter circle round a point or the end of a line: within 0.2 % of the distance. */
const BUFFER_STEPS = 16;

const LINES = ["Point", "MultiPoint", "LineString", "MultiLineString"];
const AREAS = ["Polygon", "MultiPolygon"];

/**
 * GeoJSON (a geometry, a feature or a collection) as polygons in the working CRS, one layer of one feature each.
 * Repeated vertices and those on a straight edge go, rings turn as RFC 7946 wants. Points and lines become areas by
 * `bufferM`, which turf draws round their degrees in a projection of its own: good to 0.5 % of the distance.
 *
 * Whether they have one inside is for `soundZones` to see.
 *
 * @param place says which edit it is
 * @throws InputError for what is not GeoJSON, is no polygon, or lies outside its CRS
 */
export async function drawnPolygons(
  value: unknown,
  place: Place,
  workEpsg: Epsg,
  options: { readonly epsg?: Epsg; readonly bufferM?: Metre } = {},
): Promise<Layer[]> {
  const { epsg = GEOJSON_EPSG, bufferM } = options;
  const turf = await import("@turf/turf");
  const geometries = geometriesOf(value, place);
  return geometries.map((geometry) => {
    for (const position of positionsOf(geometry, place)) refuseBadPosition(position, place);
    const area = bufferM === undefined ? geometry : ofTurf(() => buffered(geometry, bufferM));
    if (area.type !== "Polygon" && area.type !== "MultiPolygon") throw noArea(place, geometry.type);
    refuseOpen(area, place);
    const tidy = ofTurf(
      () => turf.rewind(turf.cleanCoords(area) as Polygon | MultiPolygon) as Polygon | MultiPolygon,
    );
    const layer = layerOf(tidy, place.layer, epsg);
    checkPlausible(
      [place.layer, place.feature].filter((part) => part !== undefined).join(", "),
      epsg,
      bboxOf(layer.xy, 0, layer.xy.length / 2),
    );
    return layer.epsg === workEpsg ? layer : reproject(layer, workEpsg);
  });

  /** Turf throws plain errors at geometry it can make nothing of. */
  function ofTurf<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof InputError ? error : notValid(place, ` (${String(error)})`);
    }
  }

  function buffered(geometry: Geometry, distanceM: Metre): Geometry {
    if (crsOf(place.layer, epsg).unit !== "degree") throw bufferInMetres(place, epsg);
    const made = turf.buffer(geometry, distanceM, { units: "meters", steps: BUFFER_STEPS });
    if (made === undefined || !("geometry" in made)) throw notValid(place, "");
    return made.geometry;
  }
}

function geometriesOf(value: unknown, place: Place): Geometry[] {
  const { type, features, geometry, geometries, coordinates } = (value ?? {}) as Record<string, unknown>;
  if (type === "FeatureCollection" && Array.isArray(features))
    return someOf(
      features.flatMap((each) => geometriesOf(each, place)),
      place,
    );
  if (type === "Feature") return geometriesOf(geometry, place);
  if (type === "GeometryCollection" && Array.isArray(geometries))
    return someOf(
      geometries.flatMap((each) => geometriesOf(each, place)),
      place,
    );
  if (typeof type === "string" && [...LINES, ...AREAS].includes(type) && Array.isArray(coordinates))
    return [{ type, coordinates } as Geometry];
  throw notGeoJson(place, typeof type === "string" ? `GeoJSON of the type ${type}` : "no GeoJSON geometry");
}

function someOf(found: Geometry[], place: Place): Geometry[] {
  if (found.length === 0) throw notGeoJson(place, "a collection without geometry");
  return found;
}

/** How deep the arrays of each type go down to positions. */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

function positionsOf(geometry: Geometry, place: Place): Position[] {
  let level: unknown[] = [geometry.coordinates];
  for (let depth = 0; depth < DEPTHS[geometry.type]; depth++) {
    if (!level.every(Array.isArray))
      throw notGeoJson(place, `coordinates that are not those of a ${geometry.type}`);
    level = (level as unknown[][]).flat();
  }
  if (!level.every(Array.isArray) || level.length === 0)
    throw notGeoJson(place, `coordinates that are not those of a ${geometry.type}`);
  return level as Position[];
}

function refuseBadPosition(position: Position, place: Place): void {
  if (position.length >= 2 && position.slice(0, 2).every((x) => typeof x === "number" && Number.isFinite(x)))
    return;
  throw notGeoJson(place, `the position [${position.join(", ")}]`);
}

function refuseOpen(area: Polygon | MultiPolygon, place: Place): void {
  const rings = area.type === "Polygon" ? area.coordinates : area.coordinates.flat();
  for (const ring of rings) {
    const [first, last] = [ring[0], ring.at(-1)!];
    if (ring.length < 4 || first[0] !== last[0] || first[1] !== last[1])
      throw notGeoJson(place, `a ring of ${ring.length} positions that does not end where it began`);
  }
}

function layerOf(area: Polygon | MultiPolygon, name: string, epsg: Epsg): Layer {
  const builder = new LayerBuilder(name, epsg, []);
  for (const rings of area.type === "Polygon" ? [area.coordinates] : area.coordinates) {
    for (const ring of rings) builder.ring(ring.flatMap(([x, y]) => [x, y]));
    builder.endPart();
  }
  builder.endFeature([]);
  return builder.build();
}

function notGeoJson(place: Place, came: string): InputError {
  return new InputError(place, {
    came,
    wanted: "a GeoJSON Polygon or MultiPolygon, a feature or a collection of them",
    todo: "Mend geometri of this edit, or name a file with fil",
  });
}

function noArea(place: Place, type: string): InputError {
  return new InputError(place, {
    came: `a ${type}, which has no area`,
    wanted: "a polygon, or a point or line with buffer in metres",
    todo: "Add buffer: METRES to this edit, or draw a polygon",
  });
}

function notValid(place: Place, why: string): InputError {
  return new InputError(place, {
    came: `geometry that nothing can be made of${why}`,
    wanted: "a valid polygon",
    todo: "Draw it again",
  });
}

function bufferInMetres(place: Place, epsg: Epsg): InputError {
  return new InputError(place, {
    came: `buffer round coordinates in EPSG:${epsg}`,
    wanted: "degrees, as GeoJSON has them, for points and lines with buffer",
    todo: "Give the geometry in EPSG:4326 and leave out epsg",
  });
}
