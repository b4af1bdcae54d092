import { featureCount, type Layer } from "../../src/core/layer.js";
import { PLANE } from "../../src/core/measure.js";
import { overlay, type Overlay } from "../../src/overlay/overlay.js";
import { pairArea } from "../../src/overlay/pairForm.js";

/** What the suites may ask of every kernel. */
export type Kernel = {
  readonly name: string;
  pairs(ground: Layer, zones: Layer): Pairs;
  /** Area of every (ground feature, set of zones). Absent where a kernel cannot; `why` says so. */
  readonly covers?: (ground: Layer, zones: Layer) => readonly CoverRow[];
  readonly why?: string;
};

/** Each ground feature against each zone. */
export type Pairs = {
  readonly ownM2: ArrayLike<number>;
  /** Ground feature inside the zone, whatever else lies there. */
  insideM2(ground: number, zone: number): number;
  /** The rest of the ground feature, summed for itself where the kernel can. */
  outsideM2(ground: number, zone: number): number;
};

export type CoverRow = { readonly ground: number; readonly zones: readonly number[]; readonly m2: number };

/** A kernel's whole answer: own areas of the ground features, and every row. */
export type Account = { readonly ownM2: ArrayLike<number>; readonly rows: readonly CoverRow[] };

/** A kernel that answers in cover sets, also seen through the pairs they imply. */
export function coverKernel(name: string, account: (ground: Layer, zones: Layer) => Account): Kernel {
  return {
    name,
    covers: (ground, zones) => account(ground, zones).rows,
    pairs: (ground, zones) => {
      const { ownM2, rows } = account(ground, zones);
      const byGround: CoverRow[][] = Array.from({ length: featureCount(ground) }, () => []);
      for (const row of rows) byGround[row.ground].push(row);
      const sum = (feature: number, holds: (row: CoverRow) => boolean): number => {
        let m2 = 0;
        for (const row of byGround[feature]) if (holds(row)) m2 += row.m2;
        return m2;
      };
      return {
        ownM2,
        insideM2: (feature, zone) => sum(feature, (row) => row.zones.includes(zone)),
        outsideM2: (feature, zone) => sum(feature, (row) => !row.zones.includes(zone)),
      };
    },
  };
}

/** The rows of an overlay with their cover sets spelt out. */
export function accountOf({ pieces, members, ownPlanM2 }: Overlay): Account {
  const rows = Array.from(pieces.ground, (ground, row) => ({
    ground,
    zones: members[pieces.cover[row]],
    m2: pieces.planM2[row],
  }));
  return { ownM2: ownPlanM2, rows };
}

const pairForm: Kernel = {
  name: "pair form",
  why: "it knows pairs only: three features that meet are beyond it",
  pairs: (ground, zones) => {
    const ownM2 = Float64Array.from({ length: featureCount(ground) }, (_, f) =>
      pairArea(ground, f, ground, f),
    );
    const insideM2 = (feature: number, zone: number): number => pairArea(ground, feature, zones, zone);
    return { ownM2, insideM2, outsideM2: (feature, zone) => ownM2[feature] - insideM2(feature, zone) };
  },
};

/** The cover kernel as it is, without the folding of slivers. */
export const coverAccount = (ground: Layer, zones: Layer): Account =>
  accountOf(overlay(ground, [zones], PLANE, false));

/** Every kernel passes the one suite. */
export const kernels: readonly Kernel[] = [
  coverKernel("cover kernel", coverAccount),
  coverKernel("cover kernel, slivers folded", (ground, zones) =>
    accountOf(overlay(ground, [zones], PLANE, true)),
  ),
  pairForm,
];
