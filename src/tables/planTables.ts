/** The plan accounts of a run, T3 to T8: tables, the proof that they add up, and what was found. */
import type { Finding } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import { reserveBasis, reserveByArea, reserveTable } from "./arealreserve.js";
import type { Check, Hold } from "./checks.js";
import type { AccountFacts } from "./facts.js";
import { methodsSideBySide, type MethodGround } from "./metoder.js";
import { qualitiesBuiltDown } from "./nedbygging.js";
import { planChecks } from "./planChecks.js";
import { changeMatrix, currentAgainstNew } from "./planendring.js";
import { planFindings } from "./planFindings.js";
import { planFrame } from "./planFrame.js";
import { planBalance } from "./planbalanse.js";
import { stripFrame } from "./planStrips.js";
import { groundOf, qualityFields } from "./reserve.js";
import type { Table } from "./table.js";
import { themeOverlaps } from "./temaoverlapp.js";

export type PlanAccount = {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
};

/**
 * T3 of each plan; T4, T4b and T8 of the plan in force, and T5, T6, T7 against a proposal, by each method; T4m where
 * there are several methods. Empty for a run without plans.
 */
export function planTables(facts: AccountFacts, rules: Rules, hold: Hold): PlanAccount {
  const frame = planFrame(facts, rules);
  if (frame === undefined) return { tables: [], checks: [], findings: [] };
  const { gjeldende, ny, plan } = frame;
  const methods = plan.methods.flatMap((method): MethodGround[] => {
    const ground = groundOf(facts, method, rules);
    return ground === undefined ? [] : [{ method, ground }];
  });
  const fields = qualityFields(facts, rules);
  const strips = stripFrame(frame, rules);
  const reserves = methods.flatMap(({ method, ground }) =>
    fields.map((field) => reserveBasis(frame, gjeldende, method, ground, field, strips)),
  );
  const [mainField] = fields;
  return {
    tables: [
      planBalance(frame, gjeldende, strips),
      ...(ny === undefined ? [] : [planBalance(frame, ny, strips)]),
      ...reserves.map(reserveTable),
      ...reserves.filter(({ field }) => field === mainField).map(reserveByArea),
      ...(methods.length < 2 ? [] : [methodsSideBySide(frame, gjeldende, methods)]),
      ...(ny === undefined
        ? []
        : [
            currentAgainstNew(frame, ny),
            ...methods.map(({ method }) => changeMatrix(frame, ny, method)),
            ...reserves.map((basis) => qualitiesBuiltDown(basis, ny, strips)),
          ]),
      ...(plan.themes.length === 0
        ? []
        : methods.map(({ method, ground }) => themeOverlaps(frame, method, ground))),
    ],
    checks: planChecks(frame, reserves, methods, hold),
    findings: [
      ...planFindings(frame, strips),
      ...plan.methods
        .filter((one) => !methods.some(({ method }) => method === one))
        .map(({ id }) => blind(id)),
    ],
  };
}

/** T6 has the method only in its summary, but cannot be made without ground to see either. */
const blind = (method: string): Finding => ({
  code: "BEBYGD_UKJENT",
  severity: "error",
  layer: "plan",
  feature: -1,
  areaM2: 0,
  did: "dropped",
  says: `metoden ${method} har ikke noe felt i grunnkartet å se bebygd areal av; T4 og T7 er ikke laget. Ta med okosystemtype1 eller arealdekkeNiva1 i klasse`,
});
