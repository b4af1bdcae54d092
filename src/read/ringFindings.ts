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
      says: `${columns.closedRings} ring(s) did not end where they began and were closed with a straight line`,
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
      says: `${columns.shortRings} ring(s) of fewer than four vertices enclose nothing and were left out`,
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
    says: "The feature has no polygon: it is counted, with 0 m²",
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
    says: `The feature is a ${type}, which has no area: its geometry was left out`,
  };
}
