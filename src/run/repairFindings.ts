/** What is told of a ground that was repaired, or that was looked at and has gaps or overlaps. */
import type { Finding } from "../core/trouble.js";
import type { CoverLimits } from "../repair/decide.js";
import type { LedgerKind } from "../repair/ledger.js";
import { decisionFinding } from "../repair/polygonFindings.js";
import type { CoverFacts, WrongCells } from "../tables/repairFacts.js";
import type { PlaceOf } from "./pieceFile.js";
import type { RepairedGround } from "./repairGround.js";

/**
 * Findings of a repair: each polygon read by the structure rule, each that could not be, each wide overlap (an error of the
 * data, whoever got the ground) and each feature that lost all its ground; the rest in sum. The ledger has every line.
 */
export function repairFindings(
  { name, polygons, outcome, ledger, idOf }: RepairedGround,
  placeOf: PlaceOf,
  limits: CoverLimits,
): Finding[] {
  const findings: Finding[] = [];
  for (const { feature, defects, beforeM2, afterM2, evenOddM2, lineworkM2, needsDecision, by } of polygons) {
    const place = placeOf(feature);
    const change = afterM2 - beforeM2;
    if (by === "nobody") {
      const says = "flaten lot seg ikke reparere og står som den var";
      findings.push({
        ...place,
        code: "FLATE_UGYLDIG",
        severity: "error",
        areaM2: Math.abs(beforeM2),
        did: "kept",
        says,
      });
    } else if (by !== "rings") {
      const severity = Math.abs(change) > SURELY_SAME_M2 ? "warning" : "note";
      const says = `ugyldig flate lest etter strukturregelen: ${change.toFixed(2)} m²`;
      findings.push({
        ...place,
        code: "FLATE_REPARERT",
        severity,
        areaM2: Math.abs(change),
        did: "mended",
        says,
      });
    }
    if (!needsDecision) continue;
    const [{ x, y } = { x: NaN, y: NaN }] = defects;
    const readings = [afterM2, evenOddM2, lineworkM2];
    const { code, severity, areaM2, did, says } = decisionFinding({ ...place, id: idOf(feature) }, readings, {
      x,
      y,
    });
    findings.push({ ...place, code, severity, areaM2, did, says });
  }
  for (const { kind, widthM, from, to, beforeM2 } of ledger.lines) {
    if (kind !== "overlap" || !(widthM > limits.overlapM)) continue;
    const says = `${idOf(from)} og ${idOf(to)} dekker samme grunn, ${widthM.toFixed(2)} m bredt; den er gitt til ${idOf(to)}`;
    findings.push({
      ...placeOf(from),
      code: "OVERLAPP",
      severity: "error",
      areaM2: beforeM2,
      did: "mended",
      says,
    });
  }
  for (const { features, areaM2 } of outcome.refused) {
    const isAll = features.length === 0;
    const first = features.reduce((least, feature) => Math.min(least, feature), Infinity);
    const place = isAll ? { layer: name, feature: -1 } : placeOf(first);
    const whose = isAll ? "flatene" : `${features.length} flater`;
    const says = `grensene til ${whose} lar seg ikke dele; overlapp og hull mellom dem står`;
    findings.push({ ...place, code: "DEKNING_UKJENT", severity: "error", areaM2, did: "kept", says });
  }
  for (const f of outcome.lost) {
    const says = "andre fikk all grunnen til flaten; hovedboka sier hvem";
    findings.push({
      ...placeOf(f),
      code: "FLATE_UTEN_GRUNN",
      severity: "warning",
      areaM2: 0,
      did: "mended",
      says,
    });
  }
  const inSum = (kinds: readonly LedgerKind[], code: string, what: string): void => {
    const lines = ledger.lines.filter(
      ({ kind, widthM }) => kinds.includes(kind) && !(kind === "overlap" && widthM > limits.overlapM),
    );
    if (lines.length === 0) return;
    const areaM2 = lines.reduce((sum, { beforeM2, afterM2 }) => sum + Math.abs(afterM2 - beforeM2), 0);
    const says = `${lines.length} ${what}; linje for linje i ledger.csv`;
    findings.push({ layer: name, feature: -1, code, severity: "note", areaM2, did: "mended", says });
  };
  inSum(["overlap"], "OVERLAPP_REPARERT", `overlapp opp til ${limits.overlapM} m bredde er gitt til én eier`);
  inSum(
    ["gap", "rounding"],
    "HULL_FYLT",
    `hull opp til ${limits.gapM} m bredde og ${limits.gapM2} m² er fylt`,
  );
  inSum(["moved"], "FLATE_AVRUNDET", "flater fikk punkter avrundet så grensene lot seg dele");
  return findings;
}

/** Below this a change of area is rounding. */
const SURELY_SAME_M2 = 0.01;

/** Gaps and overlaps that stay in the account. */
export function coverFindingsOf(
  layer: string,
  facts: Omit<CoverFacts, keyof WrongCells> | undefined,
): Finding[] {
  const about = { layer, feature: -1, did: "kept" } as const;
  if (facts === undefined) {
    const says = "grensene lar seg ikke dele i flater; overlapp og hull i grunnkartet er ikke talt";
    return [{ ...about, code: "DEKNING_UKJENT", severity: "error", areaM2: 0, says }];
  }
  const { gapCount, gapM2, overlapCount, overlapM2 } = facts;
  const findings: Finding[] = [];
  if (gapCount > 0) {
    const says = `${gapCount} hull i grunnkartet står åpne og er ikke med i regnskapet`;
    findings.push({ ...about, code: "HULL_I_GRUNNKARTET", severity: "warning", areaM2: gapM2, says });
  }
  if (overlapCount > 0) {
    const says = `${overlapCount} steder er dekket av flere flater og er med flere ganger`;
    findings.push({ ...about, code: "DOBBELTDEKNING", severity: "warning", areaM2: overlapM2, says });
  }
  return findings;
}
