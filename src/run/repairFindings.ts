/** What is told of a ground that was repaired, or that was looked at and has gaps or overlaps. */
import type { Finding } from "../core/trouble.js";
import type { CoverLimits } from "../repair/decide.js";
import type { CoverOutcome } from "../repair/coverage.js";
import type { LedgerKind, LedgerLine } from "../repair/ledger.js";
import type { PolygonRepair } from "../repair/polygons.js";
import { decisionFinding } from "../repair/polygonFindings.js";
import type { CoverFacts, WrongCells } from "../tables/repairFacts.js";
import type { PlaceOf } from "./pieceFile.js";
import type { RepairedGround } from "./repairGround.js";

type FeaturePlace = ReturnType<PlaceOf>;

/** Name of a feature in the ledger. */
type IdOf = RepairedGround["idOf"];

/**
 * Findings of a repair: each polygon read by the structure rule, each that could not be, each wide overlap (an error of the
 * data, whoever got the ground) and each feature that lost all its ground; the rest in sum. The ledger has every line.
 */
export function repairFindings(repaired: RepairedGround, placeOf: PlaceOf, limits: CoverLimits): Finding[] {
  const { name, outcome, ledger, idOf } = repaired;
  const isWide = ({ kind, widthM }: LedgerLine): boolean => kind === "overlap" && widthM > limits.overlapM;
  return [
    ...repaired.polygons.flatMap((polygon) => polygonFindings(polygon, placeOf(polygon.feature), idOf)),
    ...ledger.lines.filter(isWide).map((line) => wideOverlap(line, placeOf(line.from), idOf)),
    ...outcome.refused.map((refused) => notDivided(refused, name, placeOf)),
    ...outcome.lost.map((feature) => withoutGround(placeOf(feature))),
    ...inSum(
      ledger.lines.filter((line) => !isWide(line)),
      name,
      limits,
    ),
  ];
}

function polygonFindings(polygon: PolygonRepair, place: FeaturePlace, idOf: IdOf): Finding[] {
  const { feature, defects, beforeM2, afterM2, evenOddM2, lineworkM2, needsDecision, by } = polygon;
  const findings: Finding[] = [];
  if (by === "nobody") {
    const says = "flaten lot seg ikke reparere og står som den var";
    const areaM2 = Math.abs(beforeM2);
    findings.push({ ...place, code: "FLATE_UGYLDIG", severity: "error", areaM2, did: "kept", says });
  } else if (by !== "rings") {
    const change = afterM2 - beforeM2;
    const areaM2 = Math.abs(change);
    const severity = areaM2 > SURELY_SAME_M2 ? "warning" : "note";
    const says = `ugyldig flate lest etter strukturregelen: ${change.toFixed(2)} m²`;
    findings.push({ ...place, code: "FLATE_REPARERT", severity, areaM2, did: "mended", says });
  }
  if (!needsDecision) return findings;
  const [{ x, y } = { x: NaN, y: NaN }] = defects;
  const readings = [afterM2, evenOddM2, lineworkM2];
  const decision = decisionFinding({ ...place, id: idOf(feature) }, readings, { x, y });
  const { code, severity, areaM2, did, says } = decision;
  return [...findings, { ...place, code, severity, areaM2, did, says }];
}

function wideOverlap({ widthM, from, to, beforeM2 }: LedgerLine, place: FeaturePlace, idOf: IdOf): Finding {
  const says = `${idOf(from)} og ${idOf(to)} dekker samme grunn, ${widthM.toFixed(2)} m bredt; den er gitt til ${idOf(to)}`;
  return { ...place, code: "OVERLAPP", severity: "error", areaM2: beforeM2, did: "mended", says };
}

/** @param refused without features: all of the layer */
function notDivided(
  { features, areaM2 }: CoverOutcome["refused"][number],
  layer: string,
  placeOf: PlaceOf,
): Finding {
  const isAll = features.length === 0;
  const first = features.reduce((least, feature) => Math.min(least, feature), Infinity);
  const place = isAll ? { layer, feature: -1 } : placeOf(first);
  const whose = isAll ? "flatene" : `${features.length} flater`;
  const says = `grensene til ${whose} lar seg ikke dele; overlapp og hull mellom dem står`;
  return { ...place, code: "DEKNING_UKJENT", severity: "error", areaM2, did: "kept", says };
}

function withoutGround(place: FeaturePlace): Finding {
  const says = "andre fikk all grunnen til flaten; hovedboka sier hvem";
  return { ...place, code: "FLATE_UTEN_GRUNN", severity: "warning", areaM2: 0, did: "mended", says };
}

/** Lines of the ledger that are nobody's error, a finding a kind. */
function inSum(lines: readonly LedgerLine[], layer: string, limits: CoverLimits): Finding[] {
  const sums: readonly (readonly [code: string, kinds: readonly LedgerKind[], what: string])[] = [
    ["OVERLAPP_REPARERT", ["overlap"], `overlapp opp til ${limits.overlapM} m bredde er gitt til én eier`],
    ["HULL_FYLT", ["gap", "rounding"], `hull opp til ${limits.gapM} m bredde og ${limits.gapM2} m² er fylt`],
    ["FLATE_AVRUNDET", ["moved"], "flater fikk punkter avrundet så grensene lot seg dele"],
  ];
  return sums.flatMap(([code, kinds, what]): Finding[] => {
    const of = lines.filter(({ kind }) => kinds.includes(kind));
    if (of.length === 0) return [];
    const areaM2 = of.reduce((sum, { beforeM2, afterM2 }) => sum + Math.abs(afterM2 - beforeM2), 0);
    const says = `${of.length} ${what}; linje for linje i ledger.csv`;
    return [{ layer, feature: -1, code, severity: "note", areaM2, did: "mended", says }];
  });
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
