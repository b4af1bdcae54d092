import GeometryFactory from "jsts/org/locationtech/jts/geom/GeometryFactory.js";
import GeoJSONReader from "jsts/org/locationtech/jts/io/GeoJSONReader.js";
import IsValidOp from "jsts/org/locationtech/jts/operation/valid/IsValidOp.js";
import type { Seen } from "./partition.js";

/** What JTS has against a polygon; "" when it is valid. */
export function complaint(polygon: Seen): string {
  const coordinates = polygon.parts.map((rings) =>
    rings.map((ring) => Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i], ring[2 * i + 1]])),
  );
  const check = new IsValidOp(
    new GeoJSONReader(new GeometryFactory()).read({ type: "MultiPolygon", coordinates }),
  );
  return check.isValid() ? "" : String(check.getValidationError());
}
