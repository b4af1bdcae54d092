import type { CoverTrouble } from "./closeLook.js";
import type { CoverLimits } from "./decide.js";
import type { Named, PlacedFinding } from "./polygonFindings.js";

/** The polygons that findings speak of. */
export type Spoken = {
  /** Which feature of the file it is, and its id. */
  readonly named: (feature: number) => Named;
  readonly areaM2Of: (feature: number) => number;
};

/** What `check` says of one layer's polygons against each other: overlaps, duplicates, gaps, unmatched vertices. */
export function coverFindings(
  layer: string,
  found: CoverTrouble,
  limits: CoverLimits,
  { named, areaM2Of }: Spoken,
): PlacedFinding[] {
  const nobody = { layer, did: "kept", feature: -1, id: "" } as const;
  const firstOf = (features: readonly number[]) => {
    const [first] = features.map(named).sort((a, b) => a.feature - b.feature);
    return { ...nobody, ...first };
  };
  const others = (features: readonly number[]) =>
    features
      .map(named)
      .map(({ feature, id }) => (id === "" ? `objekt ${feature}` : id))
      .join(", ");
  /** Several polygons that are one and the same: what they share is all there is of each. */
  const isDuplicate = (features: readonly number[], areaM2: number): boolean =>
    features.every((f) => Math.abs(areaM2Of(f) - areaM2) <= 1e-9 * areaM2);
  const findings: PlacedFinding[] = [];
  for (const { kind, features, areaM2, widthM, x, y, rings: ground } of [
    ...found.decisions,
    ...found.openGaps,
  ]) {
    const about = { ...firstOf(features), areaM2, x, y, ground };
    const size = `${areaM2.toPrecision(6)} m², ${widthM.toPrecision(3)} m bredt`;
    if (kind === "gap") {
      const isRounding = widthM <= limits.roundingM;
      const says =
        features.length === 0 ? `hull i dekningen, ${size}` : `hull mellom ${others(features)}: ${size}`;
      findings.push({ ...about, code: "HULL", severity: isRounding ? "note" : "warning", says });
    } else if (isDuplicate(features, areaM2)) {
      const says = `samme flate flere ganger: ${others(features)}`;
      findings.push({ ...about, code: "FLATE_GJENTATT", severity: "error", says });
    } else {
      const severity = widthM > limits.overlapM ? "error" : widthM > limits.roundingM ? "warning" : "note";
      const says = `${others(features)} dekker samme grunn: ${size}`;
      findings.push({ ...about, code: "OVERLAPP", severity, says });
    }
  }
  for (const { x, y } of found.vertices) {
    const says = "et punkt ligger på naboens grense, men naboen har det ikke";
    findings.push({ ...nobody, areaM2: 0, x, y, code: "PUNKT_UTEN_NABO", severity: "note", says });
  }
  for (const { features, areaM2 } of found.refused) {
    const says = "grensene her lar seg ikke dele i flater; overlapp og hull er ikke funnet";
    const place = { x: NaN, y: NaN };
    findings.push({
      ...firstOf(features),
      ...place,
      areaM2,
      code: "DEKNING_UKJENT",
      severity: "error",
      says,
    });
  }
  return findings;
}
