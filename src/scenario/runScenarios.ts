/** Runs a base once and each scenario as edits of it; makes T9 and T9b, and the proof that they add up. */
import type { Finding } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import type { AccountHooks, AccountRequest } from "../run/account.js";
import type { Check } from "../tables/checks.js";
import { checks, holdBy } from "../tables/checks.js";
import type { AccountFacts, InputFacts } from "../tables/facts.js";
import { planFrame } from "../tables/planFrame.js";
import { scenarioChecks, scenarioTables, type ScenarioFacts } from "../tables/scenarier.js";
import type { Table } from "../tables/table.js";
import { cellsInside, editedRulers, polygonsOf, type Scenario } from "./edits.js";
import type { EditedGround } from "./editedGround.js";
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
    findings: [...findings, ...outside(scenario.navn, scenario.edits, inside)],
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
