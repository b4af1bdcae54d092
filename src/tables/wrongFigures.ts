/** What the rows of uncovered ground, of gaps and of double cover are made of, in T1 and T3. */
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import { amount, minus, type Term, type Test } from "./figure.js";
import type { Wrong } from "./wrongGround.js";

/** The rows of gaps and of double cover. */
export const wrongTerms = ({ tables: { labels } }: Rules, { gapM2, doubledM2 }: Wrong) => ({
  hull: [amount(1, labels.gaps, gapM2)],
  dobbelt: [amount(-1, labels.doubled, doubledM2)],
});

/** Those of them that a sum has. */
export function closingTerms(rules: Rules, wrong: Wrong): Term[] {
  const { hull, dobbelt } = wrongTerms(rules, wrong);
  return [...(wrong.gapM2 === 0 ? [] : hull), ...(wrong.doubledM2 === 0 ? [] : dobbelt)];
}

/** What of a unit lies beyond the ground: the unit less what is covered, and less its gaps. */
export const uncoveredTerms = (
  rules: Rules,
  unit: string,
  ownM2: M2,
  inside: Test,
  wrong: Wrong,
): readonly Term[] => [
  amount(1, unit, ownM2),
  minus("Grunnkart", inside),
  ...closingTerms(rules, wrong).map((term) => ({
    ...term,
    sign: term.sign === 1 ? (-1 as const) : (1 as const),
  })),
];
