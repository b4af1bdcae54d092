import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "../tables/changeFacts.js";
import { namedField, occurringTerms } from "../tables/classes.js";
import { shownAreas } from "../tables/shown.js";
import { BASIS_FORM, basisField, groupFindings, type ReportBasis, type Shown } from "./basis.js";

/** Gathers a comparison of two editions for its reports: `regnskap.json`, as an account's. */
export function changeBasis(version: string, facts: ChangeFacts, rules: Rules, change: Shown): ReportBasis {
  const { cells, control, field, inputs } = facts;
  const terms = [...new Set([...occurringTerms(cells.from), ...occurringTerms(cells.to)])].sort();
  return {
    form: BASIS_FORM,
    version,
    run: {
      kind: "change",
      from: inputs[0].file,
      to: inputs[1].file,
      featuresFrom: control.featuresA,
      featuresTo: control.featuresB,
      twins: control.twins,
      comparable: !facts.incomparable,
    },
    measure: facts.measure,
    measureId: facts.measureId,
    fields: [basisField({ field, ...namedField(rules, field, inputs[0]?.edition, terms) })],
    inputs,
    layers: facts.zoneLayers.map(({ name, keyField, keys }) => ({
      name,
      keyField,
      unitCount: keys.length,
      uncoveredCount: 0,
    })),
    ground: {
      featureCount: control.featuresB,
      cellCount: cells.rowCount,
      own: control.ownB,
      posted: postedInLater(facts),
      worstResidualM2: control.worstResidualM2,
      foldedM2: control.foldedM2,
    },
    ruleSets: facts.ruleSets,
    checks: change.checks,
    findingCount: change.findings.length,
    findings: groupFindings(change.findings),
    tables: change.tables,
  };
}

/** The later edition as it was posted: over the earlier one, and by itself. */
function postedInLater({ cells, control: { acrossB } }: ChangeFacts): ReportBasis["ground"]["posted"] {
  const alone = (measure: "kartplan" | "ellipsoide"): number =>
    shownAreas(measure, cells).reduce(
      (sum, m2, row) => (cells.presence[row] === "bareB" ? sum + m2 : sum),
      0,
    );
  return { planM2: acrossB.planM2 + alone("kartplan"), trueM2: acrossB.trueM2 + alone("ellipsoide") };
}
