import InteriorPointArea from "jsts/org/locationtech/jts/algorithm/InteriorPointArea.js";
import Coordinate from "jsts/org/locationtech/jts/geom/Coordinate.js";
import GeometryFactory from "jsts/org/locationtech/jts/geom/GeometryFactory.js";
import OverlayOp from "jsts/org/locationtech/jts/operation/overlay/OverlayOp.js";
import Polygonizer from "jsts/org/locationtech/jts/operation/polygonize/Polygonizer.js";
import UnaryUnionOp from "jsts/org/locationtech/jts/operation/union/UnaryUnionOp.js";
import IsValidOp from "jsts/org/locationtech/jts/operation/valid/IsValidOp.js";
import type { Layer } from "../core/layer.js";
import type { Structured } from "./structure.js";

/** The little of jsts that is used, as types: its own are `any`. */
type JstsCoordinate = { readonly x: number; readonly y: number };
type JstsRing = { getCoordinates(): readonly JstsCoordinate[] };
type JstsGeometry = {
  getArea(): number;
  getNumGeometries(): number;
  getGeometryN(n: number): JstsGeometry;
  getExteriorRing(): JstsRing;
  getNumInteriorRing(): number;
  getInteriorRingN(n: number): JstsRing;
  isEmpty(): boolean;
};
type JstsFactory = {
  createLinearRing(points: readonly JstsCoordinate[]): JstsGeometry;
  createLineString(points: readonly JstsCoordinate[]): JstsGeometry;
  createPolygon(shell: JstsGeometry, holes: readonly JstsGeometry[]): JstsGeometry;
  createMultiPolygon(polygons: readonly JstsGeometry[]): JstsGeometry;
  createMultiLineString(lines: readonly JstsGeometry[]): JstsGeometry;
};
type JstsList = { size(): number; get(i: number): JstsGeometry };

const factory = new (GeometryFactory as unknown as new () => JstsFactory)();
const union = (geometry: JstsGeometry): JstsGeometry => UnaryUnionOp.union(geometry) as JstsGeometry;

/**
 * What another library says of a feature's parts, each a shell and its holes: the area in the map plane, and whether the
 * whole is valid by OGC. A second opinion on what our own arrangement has built.
 */
export function jstsOpinion(parts: Structured["parts"]): {
  readonly valid: boolean;
  readonly areaM2: number;
} {
  const whole = factory.createMultiPolygon(parts.map(polygonOf));
  return { valid: IsValidOp.isValid(whole), areaM2: whole.getArea() };
}

/** Is what was built valid to jsts too, and within `slackM2` of the area it should have? */
export function jstsAgrees(parts: Structured["parts"], areaM2: number, slackM2: number): boolean {
  const opinion = jstsOpinion(parts);
  return opinion.valid && Math.abs(opinion.areaM2 - areaM2) <= slackM2;
}

/**
 * The structure rule (`structureOf`) by jsts alone, with nothing of our own arrangement: borders united as lines, which
 * nodes them, snapped where that fails; Polygonizer makes faces of them; those the rule takes are united again.
 *
 * @returns undefined when jsts cannot do it either
 */
export function structureByJsts(layer: Layer, feature: number): Structured | undefined {
  const parts = ringsOf(layer, feature);
  const lines = parts.flat().map((ring) => factory.createLineString(ring));
  try {
    const faces = facesOf(lines).map((face) => ({ face, ...labelOf(face, parts) }));
    const taken = takenOf(faces, parts, (i, j, k) => linesMeet(parts[i][j], parts[i][k]));
    const area = (some: readonly { readonly face: JstsGeometry }[]) =>
      some.reduce((sum, { face }) => sum + face.getArea(), 0);
    const whole =
      taken.length === 0 ? undefined : union(factory.createMultiPolygon(taken.map(({ face }) => face)));
    return {
      parts: whole === undefined ? [] : partsOf(whole),
      areaM2: area(taken),
      evenOddM2: area(faces.filter(({ odd }) => odd)),
      lineworkM2: NaN,
      woundM2: faces.reduce((sum, { face, wound }) => sum + face.getArea() * wound, 0),
    };
  } catch (error) {
    // The overlay of JTS 1.13 gives up on some noding. The caller says which feature, and what became of it.
    if (
      /TopologyException|side location conflict|non-noded|no outgoing dirEdge|depth mismatch/.test(
        String(error),
      )
    )
      return undefined;
    throw error;
  }
}

type Points = readonly JstsCoordinate[];
type Parts = readonly (readonly Points[])[];
type Labelled = {
  readonly face: JstsGeometry;
  readonly winds: readonly (readonly boolean[])[];
  readonly odd: boolean;
};

function ringsOf({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): Parts {
  const parts: Points[][] = [];
  for (let p = featurePart[feature]; p < featurePart[feature + 1]; p++) {
    const rings: Points[] = [];
    for (let r = partRing[p]; r < partRing[p + 1]; r++) {
      const ring: JstsCoordinate[] = [];
      for (let v = ringVertex[r]; v < ringVertex[r + 1]; v++) {
        if (Number.isFinite(xy[2 * v]) && Number.isFinite(xy[2 * v + 1]))
          ring.push(coordinate(xy[2 * v], xy[2 * v + 1]));
      }
      const last = ring.at(-1);
      if (last !== undefined && (last.x !== ring[0].x || last.y !== ring[0].y)) ring.push(ring[0]);
      rings.push(ring.length < 2 ? [] : ring);
    }
    parts.push(rings);
  }
  return parts;
}

function facesOf(lines: readonly JstsGeometry[]): JstsGeometry[] {
  const polygonizer = new Polygonizer();
  polygonizer.add(union(factory.createMultiLineString(lines)));
  const list = polygonizer.getPolygons() as JstsList;
  return Array.from({ length: list.size() }, (_, i) => list.get(i));
}

/** Which rings wind round a face, how often in all, and whether an odd number of borders lies about it. */
function labelOf(face: JstsGeometry, parts: Parts) {
  const { x, y } = new InteriorPointArea(face).getInteriorPoint() as JstsCoordinate;
  let crossings = 0;
  let wound = 0;
  const winds = parts.map((rings) =>
    rings.map((ring) => {
      let winding = 0;
      for (let i = 0; i + 1 < ring.length; i++) {
        const [a, b] = [ring[i], ring[i + 1]];
        if (a.y > y === b.y > y || x > a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) continue;
        winding += b.y > a.y ? 1 : -1;
        crossings++;
      }
      wound += winding;
      return winding !== 0;
    }),
  );
  return { winds, odd: crossings % 2 === 1, wound };
}

/** @param meet whether the lines of two rings of a part have a point in common */
function takenOf(
  faces: readonly Labelled[],
  parts: Parts,
  meet: (part: number, ring: number, other: number) => boolean,
): readonly Labelled[] {
  const covers = parts.map((rings, p) => rings.map((_, r) => faces.some(({ winds }) => winds[p][r])));
  const isCut = parts.map((rings, p) =>
    rings.map((_, r) => r > 0 && (faces.some(({ winds }) => winds[p][0] && winds[p][r]) || meet(p, 0, r))),
  );
  return faces.filter(({ winds }) =>
    winds.some(
      (rings, p) =>
        covers[p][0] &&
        ((rings[0] && !rings.some((inRing, r) => inRing && isCut[p][r])) ||
          rings.some((inRing, r) => r > 0 && inRing && !isCut[p][r])),
    ),
  );
}

function linesMeet(a: Points, b: Points): boolean {
  if (a.length < 2 || b.length < 2) return false;
  const shared = OverlayOp.overlayOp(
    factory.createLineString(a),
    factory.createLineString(b),
    OverlayOp.INTERSECTION,
  ) as JstsGeometry;
  return !shared.isEmpty();
}

function partsOf(whole: JstsGeometry): Float64Array[][] {
  return Array.from({ length: whole.getNumGeometries() }, (_, i) => {
    const polygon = whole.getGeometryN(i);
    const holes = Array.from({ length: polygon.getNumInteriorRing() }, (_, h) => polygon.getInteriorRingN(h));
    return [polygon.getExteriorRing(), ...holes].map((ring) =>
      Float64Array.from(ring.getCoordinates().flatMap(({ x, y }) => [x, y])),
    );
  });
}

function polygonOf(rings: readonly Float64Array[]): JstsGeometry {
  const [shell, ...holes] = rings.map((ring) =>
    factory.createLinearRing(
      Array.from({ length: ring.length / 2 }, (_, i) => coordinate(ring[2 * i], ring[2 * i + 1])),
    ),
  );
  return factory.createPolygon(shell, holes);
}

function coordinate(x: number, y: number): JstsCoordinate {
  return new Coordinate(x, y);
}
