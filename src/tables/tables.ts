import type { Finding } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import { stockByUnit, wholeStock } from "./arealbeholdning.js";
import { checks, holdBy, type Check } from "./checks.js";
import { classFields } from "./classes.js";
import type { AccountFacts } from "./facts.js";
import { accountFindings } from "./findings.js";
import { controlAgainst } from "./kontroll.js";
import { classByClass, unitByClass } from "./krysstabell.js";
import { qualityReport } from "./kvalitetsrapport.js";
import { planLayerNames } from "./planFacts.js";
import { planTables } from "./planTables.js";
import type { ReferenceFile } from "./reference.js";
import { repairChecks } from "./reparasjon.js";
import type { Table } from "./table.js";

/** An account as it is handed over: figures, proof that they add up, and what was found on the way. */
export type Account = {
  readonly tables: readonly Table[];
  /** One that is not ok must stop the run. */
  readonly checks: readonly Check[];
  /** The run's findings, then those of the account as a whole. */
  readonly findings: readonly Finding[];
};

/**
 * Makes all tables of an account: T1 of the whole and per zone layer for every class field, T2 for every pair of class
 * fields and every class field by zone layer, T3 to T8 where there are plans, T15 for each reference, and T14.
 * A zone layer with more than `maxUnits` units gets no T1 and T2 of its own; T14 says so.
 */
export function accountTables(
  facts: AccountFacts,
  rules: Rules,
  options: { readonly references?: readonly ReferenceFile[]; readonly maxUnits?: number } = {},
): Account {
  const { references = [], maxUnits = rules.accounting.maxUnits } = options;
  const fields = classFields(facts, rules);
  const planLayers = planLayerNames(facts.plan);
  const unitLayers = facts.zoneLayers.filter(({ name }) => !planLayers.has(name));
  const layers = unitLayers.filter(({ units }) => units.length <= maxUnits);
  const leftOut = unitLayers
    .filter((layer) => !layers.includes(layer))
    .map(
      ({ name, units }) =>
        `T1 og T2 for ${name}: ${units.length} enheter, grensen er ${maxUnits}. Tallene står i cellene.`,
    );

  const plans = planTables(facts, rules, holdBy(rules));
  const held = [...checks(facts, rules), ...plans.checks, ...repairChecks(facts, holdBy(rules))];
  const findings = [...facts.findings, ...accountFindings(facts, rules), ...plans.findings];
  return {
    tables: [
      ...fields.flatMap((field) => [
        wholeStock(facts, rules, field),
        ...layers.map((layer) => stockByUnit(facts, rules, field, layer)),
      ]),
      ...fields.flatMap((rows, i) =>
        fields.slice(i + 1).map((columns) => classByClass(facts, rules, rows, columns)),
      ),
      ...layers.flatMap((layer) => fields.map((field) => unitByClass(facts, rules, layer, field))),
      ...plans.tables,
      ...references.map((file) => controlAgainst(file, facts, rules)),
      qualityReport(facts, rules, held, findings, leftOut),
    ],
    checks: held,
    findings,
  };
}
