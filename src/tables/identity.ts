import type { M2 } from "../core/units.js";
import type { Tolerances } from "../rules/schema.js";

/** How far the two sides of an account may differ: max(1 m2, 1e-9 of the unit), domain reference 12. */
export function identityTolerance(tolerances: Tolerances, unitM2: M2): M2 {
  return Math.max(tolerances.identityM2, tolerances.identityRelative * Math.abs(unitM2));
}

/** How far one polygon may differ: max(1e-6 m2, 1e-9 of its area). */
export function polygonTolerance(tolerances: Tolerances, areaM2: M2): M2 {
  return Math.max(tolerances.polygonM2, tolerances.polygonRelative * Math.abs(areaM2));
}
