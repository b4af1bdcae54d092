import { featureCount, type Layer } from "../core/layer.js";
import type { CoverTrouble } from "./closeLook.js";
import { areasOf } from "./coverage.js";
import type { CoverLimits } from "./decide.js";
import type { PlacedFinding } from "./polygonFindings.js";

/** What `check` says of one layer's polygons against each other: overlaps, duplicates, gaps, unmatched vertices, slivers. */
export function coverFindings(
  layer: Layer,
  found: CoverTrouble,
  limits: CoverLimits,
  idOf: (feature: number) => string,
): PlacedFinding[] {
  const areas = areasOf(layer);
  const nobody = { layer: layer.name, did: "kept", feature: -1, id: "" } as const;
  const named = (features: readonly number[]) => {
    const [first = -1] = [...features].sort((a, b) => a - b);
    return { ...nobody, feature: first, id: first < 0 ? "" : idOf(first) };
  };
  const others = (features: readonly number[]) =>
    features.map((f) => (idOf(f) === "" ? `objekt ${f}` : idOf(f))).join(", ");
  const findings: PlacedFinding[] = [];
  for (const { kind, features, areaM2, widthM, x, y } of [...found.decisions, ...found.openGaps]) {
    const about = { ...named(features), areaM2, x, y };
    const size = `${areaM2.toPrecision(6)} m², ${widthM.toPrecision(3)} m bredt`;
    if (kind === "gap") {
      const isRounding = widthM <= limits.roundingM;
      const says =
        features.length === 0 ? `hull i dekningen, ${size}` : `hull mellom ${others(features)}: ${size}`;
      findings.push({ ...about, code: "HULL", severity: isRounding ? "note" : "warning", says });
    } else if (isDuplicate(features, areaM2, areas)) {
      const says = `samme flate flere ganger: ${others(features)}`;
      findings.push({ ...about, code: "FLATE_GJENTATT", severity: "error", says });
    } else {
      const severity = widthM > limits.overlapM ? "error" : widthM > limits.roundingM ? "warning" : "note";
      findings.push({
        ...about,
        code: "OVERLAPP",
        severity,
        says: `${others(features)} dekker samme grunn: ${size}`,
      });
    }
  }
  for (const { x, y } of found.vertices) {
    const says = "et punkt ligger på naboens grense, men naboen har det ikke";
    findings.push({ ...nobody, areaM2: 0, x, y, code: "PUNKT_UTEN_NABO", severity: "note", says });
  }
  for (const { features, areaM2 } of found.refused) {
    const says = "grensene her lar seg ikke dele i flater; overlapp og hull er ikke funnet";
    findings.push({
      ...named(features),
      areaM2,
      x: NaN,
      y: NaN,
      code: "DEKNING_UKJENT",
      severity: "error",
      says,
    });
  }
  return [...findings, ...slivers(layer, areas, limits, (f) => named([f]))];
}

/** Several polygons that are one and the same: what they share is all there is of each. */
const isDuplicate = (features: readonly number[], areaM2: number, areas: Float64Array): boolean =>
  features.every((f) => Math.abs(areas[f] - areaM2) <= 1e-9 * areaM2);

function slivers(
  { xy, ringVertex, partRing, featurePart, ...layer }: Layer,
  areas: Float64Array,
  { sliverM }: CoverLimits,
  named: (feature: number) => Pick<PlacedFinding, "layer" | "feature" | "id" | "did">,
): PlacedFinding[] {
  const findings: PlacedFinding[] = [];
  for (let f = 0; f < featureCount({ xy, ringVertex, partRing, featurePart, ...layer }); f++) {
    const first = partRing[featurePart[f]];
    const last = partRing[featurePart[f + 1]];
    if (first === last) continue;
    let perimeter = 0;
    for (let r = first; r < last; r++) {
      for (let v = ringVertex[r]; v + 1 < ringVertex[r + 1]; v++) {
        perimeter += Math.hypot(xy[2 * v + 2] - xy[2 * v], xy[2 * v + 3] - xy[2 * v + 1]);
      }
    }
    if (perimeter === 0 || (2 * areas[f]) / perimeter > sliverM) continue;
    const [x, y] = [xy[2 * ringVertex[first]], xy[2 * ringVertex[first] + 1]];
    const says = `flaten er i snitt ${((2 * areas[f]) / perimeter).toPrecision(2)} m bred`;
    findings.push({ ...named(f), areaM2: areas[f], x, y, code: "SMAL_FLATE", severity: "note", says });
  }
  return findings;
}
