/** What was repaired before the account was made, in words; the ledger itself is a file of the repair. */
import type { RepairBasis } from "./repairBasis.js";
import type { ChartData } from "./chart.js";
import { formatNumber } from "./numbers.js";
import type { Texts } from "./textsShape.js";

export type RepairView = {
  readonly intro: string;
  readonly title: string;
  readonly data: ChartData;
  /** The equation of the ledger, a term and its area each. */
  readonly terms: readonly { readonly name: string; readonly value: string }[];
  /** "" when no overlap is wider than the threshold. */
  readonly wide: string;
};

const DECIMALS = 2;

export function repairView(repair: RepairBasis, texts: Texts): RepairView {
  const { repairs: words } = texts.report;
  const m2 = (value: number) => `${formatNumber(value, DECIMALS, texts.signs)}\u00a0${texts.units.m2}`;
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  const { heads, kinds, terms } = words;
  return {
    intro: words.intro(repair.layer),
    title: words.ledger,
    data: {
      heads: [
        { title: heads.kind, figure: false },
        { title: heads.count, figure: true },
        { title: heads.area, figure: true },
      ],
      rows: repair.kinds.map(({ kind, count: many, areaM2 }) => [
        Object.hasOwn(kinds, kind) ? kinds[kind] : kind,
        count(many),
        m2(areaM2),
      ]),
    },
    terms: [
      { name: terms.in, value: m2(repair.inM2) },
      { name: terms.mended, value: m2(repair.mendedM2) },
      { name: terms.overlap, value: m2(0 - repair.overlapM2) },
      { name: terms.filled, value: m2(repair.filledM2) },
      { name: terms.moved, value: m2(repair.movedM2) },
      { name: terms.out, value: m2(repair.outM2) },
    ],
    wide:
      repair.wideCount === 0
        ? ""
        : words.wide(count(repair.wideCount), `${formatNumber(repair.thresholdM, 2, texts.signs)}\u00a0m`),
  };
}
