/** T10, T11 and the list of changes: what two editions of one ground make together. */
import { invariant, type Finding } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "./changeFacts.js";
import { changeFindings } from "./changeFindings.js";
import { type Check, holdBy } from "./checks.js";
import { type ChangeOptions, type Flows, flowsOf, postingsOf, sumOf } from "./changeFlows.js";
import { largestChanges } from "./endringsliste.js";
import { changeMatrix } from "./endringsmatrise.js";
import { identityTolerance } from "./identity.js";
import type { Table } from "./table.js";
import { euAccount, extentAccount } from "./utbredelse.js";

export type ChangeAccount = {
  readonly tables: readonly Table[];
  /** One that is not ok must stop the run. */
  readonly checks: readonly Check[];
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
function checksOf(flows: Flows): Check[] {
  const { facts, rules, layers } = flows;
  const shown = facts.measure === "kartplan" ? "planM2" : "trueM2";
  const { ownA, ownB, acrossA, acrossB } = facts.control;
  const [whole] = layers.get("")!;
  const count = flows.classes.length;
  const onlyA = sumOf(whole.m2.slice(0, count).map((row) => row[count]));
  const onlyB = sumOf(whole.m2[count]);
  const hold = holdBy(rules);
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
    return hold("changeUnit", flow.unit, due, sumOf(closing));
  });
  const worst = closes.reduce((most, one) =>
    Math.abs(one.residualM2) > Math.abs(most.residualM2) ? one : most,
  );
  return [
    hold("changeFrom", facts.inputs[0].name, ownA[shown], acrossA[shown] + onlyA),
    hold("changeTo", facts.inputs[1].name, ownB[shown], acrossB[shown] + onlyB),
    worst,
  ];
}
