/** Runs a base once and each scenario as edits of it; makes T9 and T9b, and the proof that they add up. */
import type { CellTable } from "../aggregate/cells.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { measureFor } from "../overlay/measure.js";
import type { Rules } from "../rules/rules.js";
import type { AccountHooks, AccountRequest } from "../run/account.js";
import { featureArea } from "../run/featureArea.js";
import { refuseTakenName } from "../run/units.js";
import type { Check } from "../tables/checks.js";
import { checks, holdBy } from "../tables/checks.js";
import type { AccountFacts, AreaMeasure, InputFacts } from "../tables/facts.js";
import { identityTolerance } from "../tables/identity.js";
import { planFrame } from "../tables/planFrame.js";
import { scenarioChecks, scenarioTables, type ScenarioFacts } from "../tables/scenarier.js";
import { shownArea, shownAreas } from "../tables/shown.js";
import type { Table } from "../tables/table.js";
import { cellsInside, editedRulers, groundUnder, polygonsOf, type Scenario } from "./edits.js";
import { EDITS, type EditedGround } from "./editedGround.js";
import { readBase, unedited, type Base } from "./readBase.js";
import { readScenario } from "./readEdits.js";
import type { ScenarioSettings } from "./scenarioSettings.js";

export type ScenarioAccount = {
  readonly base: AccountFacts;
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
  /** Files that the edits came from. */
  readonly inputs: readonly InputFacts[];
  /** How much ground each scenario touched. */
  readonly touched: readonly { readonly navn: string; readonly features: number }[];
};

/** @throws InputError for anything the user can mend; BrokenInvariant when figures do not add up */
export async function runScenarios(
  request: ScenarioRequest,
  scenarios: ScenarioSettings["scenarios"],
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<ScenarioAccount> {
  const base = await readBase(request, rules, hooks);
  const { facts } = base;
  for (const { name } of facts.zoneLayers) refuseTakenName(name, name, [EDITS], []);
  const frame = planFrame(facts, rules)!;
  const ground = unedited(base);
  const made: ScenarioFacts[] = [];
  const findings: Finding[] = [];
  const inputs: InputFacts[] = [];
  const touched: { navn: string; features: number }[] = [];
  for (const [at, settings] of scenarios.entries()) {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ stage: "scenarioer", done: at, total: scenarios.length });
    const laid = await layScenario(base, ground, settings, request, rules);
    made.push(laid.facts);
    findings.push(...laid.findings);
    inputs.push(...laid.inputs);
    touched.push({ navn: laid.facts.navn, features: laid.features });
  }
  const hold = holdBy(rules);
  return {
    base: facts,
    tables: scenarioTables(frame, made),
    checks: [...checks(facts, rules), ...scenarioChecks(made, hold)],
    findings: [...facts.findings, ...findings],
    inputs,
    touched,
  };
}

type ScenarioRequest = AccountRequest & { readonly plan: NonNullable<AccountRequest["plan"]> };

/**
 * Lays one scenario on the ground of its base, in the place of any that lay there.
 * @returns the scenario as tables need it, and how many ground features it touched
 */
export async function layScenario(
  { facts }: Base,
  ground: EditedGround,
  settings: ScenarioSettings["scenarios"][number],
  request: ScenarioRequest,
  rules: Rules,
) {
  const mends = (request.repair ?? "off") !== "off";
  const plan = { ...request.plan, mends };
  const workEpsg = facts.inputs[0].epsg;
  const { scenario, inputs, findings } = await readScenario(settings, {
    facts,
    plan,
    workEpsg,
    mends,
    rules,
  });
  const { layers, mode } = facts.plan!;
  ground.clear();
  const features = ground.lay(polygonsOf(scenario), placesIn(scenario));
  const { cells, posted } = ground.merged();
  const edited = planFrame({ ...facts, cells, ground: { ...facts.ground, posted } }, rules, () =>
    editedRulers(cells, layers, mode, scenario),
  )!;
  const inside = cellsInside(cells, edited.gjeldende.rulers, scenario);
  const made: ScenarioFacts = {
    navn: scenario.navn,
    frame: { ...edited, ny: edited.ny! },
    edits: scenario.edits.map(({ navn, handling }, e) => ({ navn, handling, inside: inside[e] })),
  };
  return {
    facts: made,
    features,
    inputs,
    findings: [
      ...findings,
      ...outside(scenario.navn, scenario.edits, inside),
      ...partlyOutside(scenario, cells, inside, workEpsg, facts.measure, rules),
    ],
  };
}

/** What each polygon of a scenario is called, parallel to `polygonsOf`. */
const placesIn = ({ navn: layer, edits }: Scenario) =>
  edits.flatMap((edit) =>
    "polygons" in edit ? edit.polygons.map(() => ({ layer, feature: edit.navn })) : [],
  );

/** SCENARIO_UTENFOR: an edit that changes no ground at all. */
function outside(
  layer: string,
  edits: readonly { readonly navn: string }[],
  inside: readonly Uint8Array[],
): Finding[] {
  return edits.flatMap(({ navn }, at) => {
    if (inside[at].includes(1)) return [];
    const says = `endringen «${navn}» ligger ikke på noe grunnkart, og endrer ingenting`;
    return [
      {
        code: "SCENARIO_UTENFOR",
        severity: "warning",
        layer,
        feature: -1,
        areaM2: 0,
        did: "kept",
        says,
      } as const,
    ];
  });
}

/** PLAN_UTENFOR: what of an edit's polygons the ground map does not have, and no table shows. */
function partlyOutside(
  scenario: Scenario,
  cells: CellTable,
  inside: readonly Uint8Array[],
  workEpsg: Epsg,
  measure: AreaMeasure,
  rules: Rules,
): Finding[] {
  const under = groundUnder(cells, shownAreas(measure, cells), polygonsOf(scenario).length);
  let at = 0;
  return scenario.edits.flatMap((edit, e): Finding[] => {
    if (!("polygons" in edit)) return [];
    let areaM2 = 0;
    for (const polygon of edit.polygons) {
      const own = shownArea(measure, featureArea(polygon, 0, measureFor(workEpsg)));
      const beyond = own - under[at++];
      if (beyond > identityTolerance(rules.accounting.tolerances, own)) areaM2 += beyond;
    }
    if (areaM2 === 0 || !inside[e].includes(1)) return [];
    const says = `endringen «${edit.navn}» ligger delvis utenfor grunnkartet; det der er ikke med i tabellene`;
    const about = { layer: scenario.navn, feature: -1, areaM2 } as const;
    return [{ ...about, code: "PLAN_UTENFOR", severity: "note", did: "kept", says }];
  });
}
