import { invariant } from "../core/trouble.js";
import type { M2, Metre } from "../core/units.js";
import type { LooseVertex } from "./coverCount.js";
import type { CoverOutcome, Refusal } from "./coverage.js";
import type { Moved, NameOf } from "./coverFaces.js";
import { byPlace, type CoverLimits, type Ground } from "./decide.js";
import type { PolygonRepair } from "./polygons.js";

/** What a line of the ledger is about. */
export type LedgerKind =
  | "polygon" // a broken polygon read by the structure rule
  | "overlap" // ground taken from one of those who claimed it
  | "rounding" // a gap so narrow that it is rounding, filled
  | "gap" // a small gap, filled
  | "open gap" // a gap that stays
  | "vertex" // a vertex put into the border of a neighbour
  | "moved" // a polygon with vertices rounded so that its border could be noded, or snapped
  | "refused"; // a polygon that could not be mended: it stands as it was

/** One change. `beforeM2` and `afterM2` are what `from` and `to` together have of the ground in question. */
export type LedgerLine = {
  readonly kind: LedgerKind;
  /** Features that have a part in it. */
  readonly features: readonly number[];
  /** A place in it, in the layer's CRS; NaN where there is none to name. */
  readonly x: number;
  readonly y: number;
  readonly beforeM2: M2;
  readonly afterM2: M2;
  /** Features; -1 is nobody. */
  readonly from: number;
  readonly to: number;
  readonly rule: Ground | "structure" | "rings" | "on the line" | "rounded" | "snapped" | "as it was";
  readonly widthM: Metre;
  /** The threshold that let it happen; NaN where there is none. */
  readonly thresholdM: Metre;
  readonly rings: readonly Float64Array[];
};

/** Every square metre that a repair moved, and the sum that shows none is missing. */
export type Ledger = {
  /** By kind, those of each kind in order of place, then of names: not of the file. */
  readonly lines: readonly LedgerLine[];
  /** Polygons as they came, each for itself. */
  readonly inM2: M2;
  /** What reading broken polygons by the structure rule changed. */
  readonly mendedM2: M2;
  readonly overlapM2: M2;
  readonly filledM2: M2;
  readonly movedM2: M2;
  /** Of polygons that could not be mended; part of `outM2`. */
  readonly refusedM2: M2;
  readonly outM2: M2;
};

/** Relative room for the rounding of sums. */
const CLOSES = 1e-9;

/**
 * The ledger of a repair: in + mended - overlaps + gaps filled + moved = out, to 1e-9 of what came in and the rounding of
 * new points (`slackM2`), which on little or narrow ground is more. Areas in and out are summed from the rings of the
 * layers, the rest from faces. Neither lines nor sums depend on the order of features.
 *
 * @param nameOf as the coverage was repaired with; lines about features without a name go by their areas
 * @throws BrokenInvariant where it does not close
 */
export function ledgerOf(
  mended: { readonly polygons: readonly PolygonRepair[] },
  repaired: CoverOutcome,
  { roundingM, gapM }: CoverLimits,
  nameOf: NameOf = () => "",
): Ledger {
  const byName = (f: number, g: number): number => compareText(nameOf(f), nameOf(g));
  const inOrder = (some: readonly LedgerLine[]): LedgerLine[] =>
    [...some].sort((a, b) => byPlaceThenAreas(a, b, byName));
  const lines: LedgerLine[] = [
    ...inOrder(mended.polygons.map(polygonLine)),
    ...inOrder(repaired.moved.map(movedLine)),
    ...repaired.vertices.map(vertexLine),
    ...inOrder(repaired.refused.map((refusal) => refusedLine(refusal, byName))),
  ];
  for (const decision of [...repaired.decisions, ...repaired.openGaps].sort(byPlace)) {
    const { features, to, by, areaM2, widthM, x, y, rings } = decision;
    const line = { features, x, y, to, rule: by, widthM, rings };
    if (decision.kind === "overlap") {
      for (const from of features.filter((f) => f !== to)) {
        lines.push({ ...line, kind: "overlap", from, beforeM2: areaM2, afterM2: 0, thresholdM: NaN });
      }
    } else if (to < 0) {
      lines.push({ ...line, kind: "open gap", from: -1, beforeM2: 0, afterM2: 0, thresholdM: gapM });
    } else {
      const isRounding = widthM <= roundingM;
      const kind = isRounding ? "rounding" : "gap";
      const thresholdM = isRounding ? roundingM : gapM;
      lines.push({ ...line, kind, from: -1, beforeM2: 0, afterM2: areaM2, thresholdM });
    }
  }
  return closed(lines, repaired);
}

const NOWHERE = { x: NaN, y: NaN, widthM: NaN, thresholdM: NaN, rings: [] } as const;

function polygonLine({ feature, beforeM2, afterM2, by, defects }: PolygonRepair): LedgerLine {
  const [{ x, y } = NOWHERE] = defects;
  const who = { features: [feature], from: feature, to: feature };
  const kind = by === "nobody" ? "refused" : "polygon";
  const rule = by === "nobody" ? "as it was" : by === "rings" ? "rings" : "structure";
  return { ...NOWHERE, kind, rule, ...who, x, y, beforeM2, afterM2 };
}

function movedLine({ feature, why, gridM, beforeM2, afterM2 }: Moved): LedgerLine {
  const who = { features: [feature], from: feature, to: feature };
  return { ...NOWHERE, kind: "moved", rule: why, ...who, beforeM2, afterM2, thresholdM: gridM };
}

function vertexLine({ x, y }: LooseVertex): LedgerLine {
  const nobody = { features: [], from: -1, to: -1 };
  return { ...NOWHERE, kind: "vertex", rule: "on the line", ...nobody, x, y, beforeM2: 0, afterM2: 0 };
}

function refusedLine({ features, areaM2 }: Refusal, byName: ByFeature): LedgerLine {
  const who = { features: [...features].sort(byName), from: -1, to: -1 };
  return { ...NOWHERE, kind: "refused", rule: "as it was", ...who, beforeM2: areaM2, afterM2: areaM2 };
}

type ByFeature = (f: number, g: number) => number;

/** Lines of the same kind: by place, those without one last; by the names of their features; then by areas. */
function byPlaceThenAreas(a: LedgerLine, b: LedgerLine, byName: ByFeature): number {
  const byNames = (): number => {
    for (let i = 0; i < Math.min(a.features.length, b.features.length); i++) {
      const order = byName(a.features[i], b.features[i]);
      if (order !== 0) return order;
    }
    return a.features.length - b.features.length;
  };
  return (
    compareText(a.kind, b.kind) ||
    compareNumbers(a.x, b.x) ||
    compareNumbers(a.y, b.y) ||
    byNames() ||
    compareNumbers(a.beforeM2, b.beforeM2) ||
    compareNumbers(a.afterM2, b.afterM2)
  );
}

/** By code units, as ids are compared everywhere: no locale has a say. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** NaN last. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function closed(lines: readonly LedgerLine[], { inM2: validM2, outM2, slackM2 }: CoverOutcome): Ledger {
  const change = (...kinds: readonly LedgerKind[]): M2 =>
    lines.reduce(
      (sum, { kind, beforeM2, afterM2 }) =>
        sum + (kinds.includes(kind) ? (afterM2 || 0) - (beforeM2 || 0) : 0),
      0,
    );
  const mendedM2 = change("polygon");
  const overlapM2 = 0 - change("overlap");
  const filledM2 = change("rounding", "gap");
  const movedM2 = change("moved");
  const refused = lines.filter(({ kind }) => kind === "refused");
  const refusedM2 = refused.reduce((all, { afterM2 }) => all + (afterM2 || 0), 0);
  const left = validM2 - overlapM2 + filledM2 + movedM2 - outM2;
  invariant(
    Math.abs(left) <= CLOSES * Math.max(1, Math.abs(validM2)) + slackM2,
    () => `the ledger does not close: ${left} m2 of ${validM2} are missing`,
  );
  return { lines, inM2: validM2 - mendedM2, mendedM2, overlapM2, filledM2, movedM2, refusedM2, outM2 };
}
