import type { Finding } from "../core/trouble.js";
import type { PolygonColumns } from "./polygonColumns.js";

/** What was met in a feature's geometry while it was read, for the report. */
export function geometryFindings(columns: PolygonColumns, layer: string, feature: number): Finding[] {
  const findings: Finding[] = [];
  if (columns.closedRings > 0) {
    findings.push({
      code: "RING_APEN",
      severity: "note",
      layer,
      feature,
      areaM2: 0,
      did: "mended",
      says: `${columns.closedRings} ring(er) sluttet ikke der de begynte, og ble lukket med en rett linje`,
    });
  }
  if (columns.shortRings > 0) {
    findings.push({
      code: "RING_FOR_KORT",
      severity: "warning",
      layer,
      feature,
      areaM2: 0,
      did: "dropped",
      says: `${columns.shortRings} ring(er) med færre enn fire punkter omslutter ingenting og ble utelatt`,
    });
  }
  if (columns.openParts === 0) findings.push(nullGeometry(layer, feature));
  return findings;
}

function nullGeometry(layer: string, feature: number): Finding {
  return {
    code: "NULL_GEOMETRI",
    severity: "warning",
    layer,
    feature,
    areaM2: 0,
    did: "kept",
    says: "objektet har ingen flate: det telles, med 0 m²",
  };
}

/** A point or a line among polygons. */
export function otherGeometry(layer: string, feature: number, type: string): Finding {
  return {
    code: "ANNEN_GEOMETRI",
    severity: "warning",
    layer,
    feature,
    areaM2: 0,
    did: "dropped",
    says: `objektet er ${type}, som ikke har areal: geometrien ble utelatt`,
  };
}
