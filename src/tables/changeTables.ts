/** T10, T11 and the list of changes: what two editions of one ground make together. */
import { invariant, type Finding } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "./changeFacts.js";
import { changeFindings } from "./changeFindings.js";
import { type ChangeOptions, type Flows, flowsOf, postingsOf, sumOf } from "./changeFlows.js";
import { largestChanges } from "./endringsliste.js";
import { changeMatrix } from "./endringsmatrise.js";
import { identityTolerance } from "./identity.js";
import type { Table } from "./table.js";
import { euAccount, extentAccount } from "./utbredelse.js";

/** A check of the comparison, with words of its own. */
export type ChangeCheck = {
  readonly says: string;
  readonly expectedM2: M2;
  readonly actualM2: M2;
  readonly toleranceM2: M2;
  readonly ok: boolean;
};

export type ChangeAccount = {
  readonly tables: readonly Table[];
  /** One that is not ok must stop the run. */
  readonly checks: readonly ChangeCheck[];
  readonly findings: readonly Finding[];
};

/** Makes all tables of a comparison, the checks they must pass, and the findings about the whole. */
export function changeTables(facts: ChangeFacts, rules: Rules, options: ChangeOptions): ChangeAccount {
  const flows = flowsOf(facts, rules);
  return {
    tables: [
      ...[...flows.layers.keys()].flatMap((layer) => [
        extentAccount(flows, layer, options),
        ...euAccount(flows, layer, options),
        changeMatrix(flows, layer, "m2"),
        changeMatrix(flows, layer, "stripM2"),
      ]),
      largestChanges(flows, "largest"),
      largestChanges(flows, "strips"),
    ],
    checks: checksOf(flows),
    findings: [...facts.findings, ...changeFindings(flows)],
  };
}

/**
 * The editions' own areas are what was posted; ground of A under B is ground of B under A but where an edition lies on
 * itself; and every unit closes: closing = opening + additions - reductions + border.
 */
function checksOf(flows: Flows): ChangeCheck[] {
  const { facts, rules, layers } = flows;
  const shown = facts.measure === "kartplan" ? "planM2" : "trueM2";
  const { ownA, ownB, acrossA, acrossB } = facts.control;
  const [whole] = layers.get("")!;
  const count = flows.classes.length;
  const onlyA = sumOf(whole.m2.slice(0, count).map((row) => row[count]));
  const onlyB = sumOf(whole.m2[count]);
  const hold = (says: string, expectedM2: M2, actualM2: M2): ChangeCheck => {
    const toleranceM2 = identityTolerance(rules.accounting.tolerances, expectedM2);
    return { says, expectedM2, actualM2, toleranceM2, ok: Math.abs(actualM2 - expectedM2) <= toleranceM2 };
  };
  const closes = [...layers.values()].flat().map((flow) => {
    const { opening, closing, additions, reductions, border } = postingsOf(flow);
    const due = sumOf(opening) + sumOf(additions) - sumOf(reductions) + sumOf(border);
    invariant(
      opening.every((m2, c) => {
        const left = m2 + additions[c] - reductions[c] + border[c] - closing[c];
        return Math.abs(left) <= identityTolerance(rules.accounting.tolerances, m2);
      }),
      () => `${flow.unit}: a class does not close`,
    );
    return hold(`Enhet ${flow.unit || flow.navn}: inngående + endring = utgående`, due, sumOf(closing));
  });
  const worst = closes.reduce((most, one) =>
    Math.abs(one.actualM2 - one.expectedM2) > Math.abs(most.actualM2 - most.expectedM2) ? one : most,
  );
  return [
    hold("A: egenareal = ført", ownA[shown], acrossA[shown] + onlyA),
    hold("B: egenareal = ført", ownB[shown], acrossB[shown] + onlyB),
    worst,
  ];
}
