import proj4 from "proj4";
import type { Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";

/** A coordinate reference system we know how to place on the ground. */
export type Crs = {
  readonly epsg: Epsg;
  readonly name: string;
  readonly proj4: string;
  readonly unit: "metre" | "degree";
  /** Where its data may lie: Norway and the sea around it, or anywhere on earth. */
  readonly place: "norway" | "world";
};

const LONLAT_PROJ4 = "+proj=longlat +ellps=GRS80 +no_defs";
const GRS80 = "+ellps=GRS80 +no_defs";
const WGS84 = "+ellps=WGS84 +no_defs";
const WEB_MERCATOR: Epsg = 3857;

/**
 * Our own table: the systems Norwegian land data come in, and 3857, which is there to be recognised and refused.
 * ETRS89 and WGS 84 count as one datum, as in the registers themselves: no shift between them.
 * NTM and UTM use the extended transverse Mercator formulas, good to nanometres far outside the zone.
 */
const TABLE: ReadonlyMap<Epsg, Crs> = new Map(
  [
    ...[31, 32, 33, 34, 35, 36].map((zone) =>
      crs(
        25800 + zone,
        `ETRS89 / UTM ${zone}N`,
        `+proj=utm +zone=${zone} +units=m ${GRS80}`,
        "metre",
        "norway",
      ),
    ),
    ...[32, 33].map((zone) =>
      crs(
        32600 + zone,
        `WGS 84 / UTM ${zone}N`,
        `+proj=utm +zone=${zone} +units=m ${WGS84}`,
        "metre",
        "world",
      ),
    ),
    ...Array.from({ length: 26 }, (_, i) => i + 5).map((zone) =>
      crs(5100 + zone, `NTM ${zone}`, ntm(zone), "metre", "norway"),
    ),
    crs(4258, "ETRS89", `+proj=longlat ${GRS80}`, "degree", "world"),
    crs(4326, "WGS 84", `+proj=longlat ${WGS84}`, "degree", "world"),
    crs(
      3035,
      "ETRS89 / LAEA Europe",
      `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +units=m ${GRS80}`,
      "metre",
      "world",
    ),
    crs(
      WEB_MERCATOR,
      "Web Mercator",
      "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +no_defs",
      "metre",
      "world",
    ),
  ].map((known) => [known.epsg, known]),
);

function crs(epsg: Epsg, name: string, definition: string, unit: Crs["unit"], place: Crs["place"]): Crs {
  return { epsg, name, proj4: definition, unit, place };
}

/** Norsk transversal Mercator, zone 5 to 30: one degree wide, origin N 58, false easting 100 km, northing 1 000 km. */
function ntm(zone: number): string {
  return `+proj=etmerc +lat_0=58 +lon_0=${zone + 0.5} +k=1 +x_0=100000 +y_0=1000000 +units=m ${GRS80}`;
}

/** The system of that code; InputError when the table does not have it. */
export function crsOf(layerName: string, epsg: Epsg): Crs {
  const known = TABLE.get(horizontalEpsg(epsg));
  if (known !== undefined) return known;
  throw new InputError(
    { layer: layerName },
    {
      came: `EPSG:${epsg}, which is not in our table`,
      wanted:
        "EPSG 25831-25836, 32632, 32633, 5105-5130 (NTM), 3035, 4258 or 4326, or these with heights (5942-5976, 6144-6176)",
      todo: "Convert the file to one of these, or state the right code with epsg",
    },
  );
}

/** Compound codes (EPSG dataset): the first and last, and the horizontal system of the first. NN2000, then NN54. */
const WITH_HEIGHTS: readonly (readonly [first: Epsg, last: Epsg, plane: Epsg])[] = [
  [5942, 5942, 4258],
  [5945, 5970, 5105],
  [5971, 5976, 25831],
  [6144, 6144, 4258],
  [6145, 6170, 5105],
  [6171, 6176, 25831],
];

/** The part in the plane of a system with heights: 5972 (UTM 32 and NN2000) is 25832. Any other code is itself. */
export function horizontalEpsg(epsg: Epsg): Epsg {
  const compound = WITH_HEIGHTS.find(([first, last]) => epsg >= first && epsg <= last);
  return compound === undefined ? epsg : compound[2] + epsg - compound[0];
}

const CODE_FORMS = [
  /^EPSG:(?:0:)?(\d+)$/i,
  /^urn:(?:x-)?ogc:def:crs:EPSG:[\d.]*:(\d+)$/i,
  /^urn:ogc:def:crs,crs:EPSG:[\d.]*:(\d+)(?:,.*)?$/i,
  /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/(\d+)\/?$/i,
  /^https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#(\d+)$/i,
  /^(\d{4,5})$/,
];
const LONLAT = /CRS:?84h?$/i;

/**
 * The EPSG code a text names, in any of the forms seen in files: "EPSG:25833", URN, URL, CRS84 (4326, longitude first).
 * Codes with heights give their horizontal part. Undefined when the text is none of them.
 */
export function epsgOf(text: string): Epsg | undefined {
  const code = codeIn(text);
  return code === undefined ? undefined : horizontalEpsg(code);
}

/** Whether the code a text names is of a system with heights: its positions have three ordinates. */
export function hasHeights(text: string): boolean {
  const code = codeIn(text);
  return code !== undefined && horizontalEpsg(code) !== code;
}

/** The code as it stands. */
function codeIn(text: string): Epsg | undefined {
  const trimmed = text.trim();
  if (LONLAT.test(trimmed)) return 4326;
  for (const form of CODE_FORMS) {
    const code = form.exec(trimmed)?.[1];
    if (code !== undefined) return Number(code);
  }
  return undefined;
}

/** What is wrong between a declared system and the coordinates. */
export type Diagnosis = {
  readonly kind:
    | "web-mercator"
    | "not-finite"
    | "degrees-in-projected-crs"
    | "metres-in-geographic-crs"
    | "axis-order"
    | "wrong-crs";
  readonly came: string;
  readonly wanted: string;
  readonly todo: string;
};

/** Longitude and latitude of Norway with its sea: where the middle of a layer must lie. */
const NORWAY: Bbox = [-12, 56, 36, 71.95];
/** And its corners: a box around all of Norway reaches further than Norway. */
const AROUND: Bbox = [-30, 52, 52, 75];
/** Norwegian latitudes and longitudes never overlap, so a swap of degrees is certain to show. */
const LATITUDES = [57, 81] as const;
const LONGITUDES = [-10, 35] as const;

/**
 * Holds a layer's box against what its system allows; undefined when they agree, or the box is empty.
 * In 3035 a swap cannot be seen: Oslo swapped lies on the coast of Møre. `run/place.ts` sees it by the kommunenummer.
 */
export function diagnose(layerName: string, epsg: Epsg, bbox: Bbox): Diagnosis | undefined {
  const system = crsOf(layerName, epsg);
  const came = `coordinates ${boxText(bbox)} in EPSG:${system.epsg} (${system.name})`;
  if (system.epsg === WEB_MERCATOR) {
    return {
      kind: "web-mercator",
      came: `EPSG:3857 (Web Mercator)`,
      wanted:
        "a system where areas can be measured: Web Mercator shows Norwegian ground 3 to 10 times too large",
      todo: "Convert the file to EPSG:25833 from the original data",
    };
  }
  if (bbox[0] > bbox[2] || bbox[1] > bbox[3]) return undefined;
  if (!bbox.every(Number.isFinite)) {
    return {
      kind: "not-finite",
      came,
      wanted: "finite coordinates",
      todo: "Find the feature with NaN or infinite coordinates and mend it",
    };
  }
  return system.unit === "degree" ? diagnoseDegrees(system, bbox, came) : diagnoseMetres(system, bbox, came);
}

function diagnoseDegrees(system: Crs, bbox: Bbox, came: string): Diagnosis | undefined {
  if (!inside(bbox, [-180, -90, 180, 90]) && !inside(swap(bbox), [-180, -90, 180, 90])) {
    return {
      kind: "metres-in-geographic-crs",
      came,
      wanted: "degrees: longitude -180 to 180, latitude -90 to 90. These look like metres",
      todo: "State the system the metres are in, for example epsg 25833",
    };
  }
  const swapped = inside(bbox, [LATITUDES[0], LONGITUDES[0], LATITUDES[1], LONGITUDES[1]]);
  if (!swapped && inside(bbox, [-180, -90, 180, 90])) return undefined;
  return {
    kind: "axis-order",
    came,
    wanted: `longitude first. Read as it stands this is ${lonLatText(middle(bbox))}, read the other way ${lonLatText(middle(swap(bbox)))}`,
    todo: `Swap the axes of the file so that it is longitude, latitude (EPSG:${system.epsg})`,
  };
}

function diagnoseMetres(system: Crs, bbox: Bbox, came: string): Diagnosis | undefined {
  if (inside(bbox, [-180, -180, 180, 180])) {
    const lonLat = inside(bbox, [LATITUDES[0], LONGITUDES[0], LATITUDES[1], LONGITUDES[1]])
      ? swap(bbox)
      : bbox;
    return {
      kind: "degrees-in-projected-crs",
      came,
      wanted: `metres. Read as degrees this is ${lonLatText(middle(lonLat))}, read as metres a spot near the origin of ${system.name}`,
      todo: "State epsg 4258 or 4326, or convert the file",
    };
  }
  if (system.place === "world" || liesInNorway(system, bbox)) return undefined;
  const asItStands = lonLatText(lonLatOf(system, middle(bbox)));
  if (liesInNorway(system, swap(bbox))) {
    return {
      kind: "axis-order",
      came,
      wanted: `easting first. Read as it stands this is ${asItStands}, read the other way ${lonLatText(lonLatOf(system, middle(swap(bbox))))}`,
      todo: "Swap the axes of the file so that it is easting, northing",
    };
  }
  const mercator = crsOf("", WEB_MERCATOR);
  const reading = liesInNorway(mercator, bbox)
    ? `Read as Web Mercator (EPSG:3857) it is ${lonLatText(lonLatOf(mercator, middle(bbox)))}`
    : (otherReading(system, bbox) ?? "No other system of our table makes it Norwegian either");
  return {
    kind: "wrong-crs",
    came,
    wanted: `a place in or near Norway. In ${system.name} this is ${asItStands}. ${reading}`,
    todo: "State the right epsg, or convert the file from the original data",
  };
}

function otherReading(declared: Crs, bbox: Bbox): string | undefined {
  for (const other of TABLE.values()) {
    if (other.unit === "degree" || other.epsg === declared.epsg || !liesInNorway(other, bbox)) continue;
    return `Read as EPSG:${other.epsg} (${other.name}) it is ${lonLatText(lonLatOf(other, middle(bbox)))}`;
  }
  return undefined;
}

/** Longitude and latitude of a point, in degrees. */
export const lonLatIn = (epsg: Epsg, x: number, y: number): readonly [number, number] =>
  lonLatOf(crsOf("", epsg), [x, y]);

/** Throws what `diagnose` finds. */
export function checkPlausible(layerName: string, epsg: Epsg, bbox: Bbox): void {
  const trouble = diagnose(layerName, epsg, bbox);
  if (trouble !== undefined) throw new InputError({ layer: layerName }, trouble);
}

function liesInNorway(system: Crs, bbox: Bbox): boolean {
  const corners = [
    [bbox[0], bbox[1]],
    [bbox[2], bbox[1]],
    [bbox[2], bbox[3]],
    [bbox[0], bbox[3]],
  ] as const;
  return (
    holds(NORWAY, lonLatOf(system, middle(bbox))) &&
    corners.every((corner) => holds(AROUND, lonLatOf(system, corner)))
  );
}

type Point = readonly [number, number];

function lonLatOf(system: Crs, point: Point): Point {
  const [longitude, latitude] = proj4(system.proj4, LONLAT_PROJ4, [point[0], point[1]]);
  return [longitude, latitude];
}

const middle = (bbox: Bbox): Point => [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2];
const swap = (bbox: Bbox): Bbox => [bbox[1], bbox[0], bbox[3], bbox[2]];
const holds = (bbox: Bbox, [x, y]: Point) => x >= bbox[0] && x <= bbox[2] && y >= bbox[1] && y <= bbox[3];
const inside = (inner: Bbox, outer: Bbox) =>
  holds(outer, [inner[0], inner[1]]) && holds(outer, [inner[2], inner[3]]);
const boxText = (bbox: Bbox) => bbox.map((ordinate) => String(Math.round(ordinate * 1e4) / 1e4)).join(" ");

export function lonLatText([longitude, latitude]: Point): string {
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return "nowhere on earth";
  const north = `${Math.abs(latitude).toFixed(2)}° ${latitude < 0 ? "S" : "N"}`;
  return `${north} ${Math.abs(longitude).toFixed(2)}° ${longitude < 0 ? "W" : "E"}`;
}
