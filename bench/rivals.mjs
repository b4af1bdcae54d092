/**
 * The same question put to libraries that build polygons: how large is what a ground polygon and a zone have in common? Each
 * is used as a careful programmer would: where the library can prepare a zone, it is prepared, and a polygon that a zone
 * covers whole is counted, not cut.
 *
 * A rival is made of the zones, GeoJSON geometries each. `take(geometry)` makes a ground polygon of its own, `letGo` ends it, and
 * `commonM2(taken, zone)` is the question; NaN where the library throws.
 */
import { polygon as turfPolygon, multiPolygon, featureCollection, intersect } from "@turf/turf";
import initGeos from "geos-wasm";
import Coordinate from "jsts/org/locationtech/jts/geom/Coordinate.js";
import GeometryFactory from "jsts/org/locationtech/jts/geom/GeometryFactory.js";
import OverlayOp from "jsts/org/locationtech/jts/operation/overlay/OverlayOp.js";
import { partsOf } from "./n1000.mjs";

/** GEOS 3.13 (OverlayNG) as WebAssembly. */
export async function geosRival(zones) {
  const geos = await initGeos();
  const zone = zones.map((geometry) => geosGeometry(geos, geometry));
  const prepared = new Map();
  const m2 = geos.Module._malloc(8);
  const areaOf = (pointer) => (geos.GEOSArea(pointer, m2), geos.Module.HEAPF64[m2 >> 3]);

  function commonM2(own, z) {
    let ready = prepared.get(z);
    if (ready === undefined) prepared.set(z, (ready = geos.GEOSPrepare(zone[z])));
    if (geos.GEOSPreparedIntersects(ready, own) !== 1) return 0;
    if (geos.GEOSPreparedCovers(ready, own) === 1) return areaOf(own);
    const common = geos.GEOSIntersection(own, zone[z]);
    if (common === 0) return NaN;
    const area = areaOf(common);
    geos.GEOSGeom_destroy(common);
    return area;
  }
  return {
    name: "geos-wasm 3.13",
    take: (geometry) => geosGeometry(geos, geometry),
    letGo: (own) => geos.GEOSGeom_destroy(own),
    commonM2,
  };
}

function geosGeometry(geos, geometry) {
  const polygons = partsOf(geometry).map((rings) => {
    const [shell, ...holes] = rings.map((ring) => geosRing(geos, ring));
    return withPointers(geos, holes, (list) => geos.GEOSGeom_createPolygon(shell, list, holes.length));
  });
  if (polygons.length === 1) return polygons[0];
  const MULTIPOLYGON = 6;
  return withPointers(geos, polygons, (list) =>
    geos.GEOSGeom_createCollection(MULTIPOLYGON, list, polygons.length),
  );
}

function geosRing(geos, ring) {
  const xy = ring.flat();
  const buffer = geos.Module._malloc(8 * xy.length);
  geos.Module.HEAPF64.set(xy, buffer >> 3);
  const sequence = geos.GEOSCoordSeq_copyFromBuffer(buffer, ring.length, 0, 0);
  geos.Module._free(buffer);
  return geos.GEOSGeom_createLinearRing(sequence);
}

function withPointers(geos, pointers, use) {
  const list = geos.Module._malloc(4 * Math.max(pointers.length, 1));
  geos.Module.HEAPU32.set(pointers, list >> 2);
  const made = use(list);
  geos.Module._free(list);
  return made;
}

/**
 * jsts 2.12: JTS's older overlay, in JavaScript. It throws on some valid pairs. Its prepared geometries cannot be constructed
 * (their base class is given no geometry), so every pair is cut.
 */
export function jstsRival(zones) {
  const factory = new GeometryFactory();
  const zone = zones.map((geometry) => jstsGeometry(factory, geometry));

  function commonM2(own, z) {
    try {
      return OverlayOp.overlayOp(own, zone[z], OverlayOp.INTERSECTION).getArea();
    } catch (error) {
      if (!/TopologyException|side location conflict|found non-noded/.test(String(error))) throw error;
      return NaN;
    }
  }
  return {
    name: "jsts 2.12",
    take: (geometry) => jstsGeometry(factory, geometry),
    letGo: () => undefined,
    commonM2,
  };
}

function jstsGeometry(factory, geometry) {
  const polygons = partsOf(geometry).map((rings) => {
    const [shell, ...holes] = rings.map((ring) =>
      factory.createLinearRing(ring.map(([x, y]) => new Coordinate(x, y))),
    );
    return factory.createPolygon(shell, holes);
  });
  return polygons.length === 1 ? polygons[0] : factory.createMultiPolygon(polygons);
}

/** turf 7 (polyclip-ts). Its own area is spherical, so that the plane area of its polygons is summed here. */
export function turfRival(zones) {
  const zone = zones.map(turfFeature);

  function commonM2(own, z) {
    try {
      const common = intersect(featureCollection([own, zone[z]]));
      return common === null ? 0 : planM2(common.geometry);
    } catch (error) {
      if (!/Unable to complete output ring|infinite loop|sweep/i.test(String(error))) throw error;
      return NaN;
    }
  }
  return { name: "turf 7.4", take: turfFeature, letGo: () => undefined, commonM2 };
}

const turfFeature = (geometry) =>
  geometry.type === "Polygon" ? turfPolygon(geometry.coordinates) : multiPolygon(geometry.coordinates);

function planM2(geometry) {
  let sum = 0;
  for (const rings of partsOf(geometry)) {
    rings.forEach((ring, r) => (sum += (r === 0 ? 1 : -1) * Math.abs(ringM2(ring))));
  }
  return sum;
}

function ringM2(ring) {
  const [x0] = ring[0];
  let twice = 0;
  for (let i = 1; i < ring.length; i++) {
    twice += (ring[i][1] - ring[i - 1][1]) * (ring[i][0] + ring[i - 1][0] - 2 * x0);
  }
  return twice / 2;
}
