/** A repair as a report shows it: the lines of its ledger counted by kind, and its equation. */
import type { M2 } from "../core/units.js";
import type { LedgerKind } from "../repair/ledger.js";
import type { RepairFacts } from "../tables/repairFacts.js";

/** The ledger of one repair, its lines counted by kind. All areas in m2. */
export type RepairBasis = {
  readonly layer: string;
  readonly kinds: readonly { readonly kind: LedgerKind; readonly count: number; readonly areaM2: M2 }[];
  /** In + mended - overlap + filled + moved = out. */
  readonly inM2: M2;
  readonly mendedM2: M2;
  readonly overlapM2: M2;
  readonly filledM2: M2;
  readonly movedM2: M2;
  readonly outM2: M2;
  /** Overlaps wider than the threshold: trouble in the data, not rounding. */
  readonly wideCount: number;
  readonly thresholdM: number;
};

/** Kinds in the order they first stand in the ledger. */
export function repairBasis(
  layer: string,
  { ledger, limits }: Pick<RepairFacts, "ledger" | "limits">,
): RepairBasis {
  const { lines, inM2, mendedM2, overlapM2, filledM2, movedM2, outM2 } = ledger;
  const kinds = [...new Set(lines.map(({ kind }) => kind))].map((kind) => {
    const ofKind = lines.filter((line) => line.kind === kind);
    const areaM2 = ofKind.reduce((sum, one) => sum + ((one.afterM2 || 0) - (one.beforeM2 || 0)), 0);
    return { kind, count: ofKind.length, areaM2 };
  });
  const thresholdM = limits.overlapM;
  const wideCount = lines.filter(({ kind, widthM }) => kind === "overlap" && widthM > thresholdM).length;
  return { layer, kinds, inM2, mendedM2, overlapM2, filledM2, movedM2, outM2, wideCount, thresholdM };
}
