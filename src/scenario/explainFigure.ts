/** Runs an account or a scenario again and finds what a figure of it is the sum of. */
import { InputError } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import type { AccountHooks, AccountRequest } from "../run/account.js";
import {
  accountFigures,
  cellsBehind,
  cellsWith,
  placeOf,
  type Behind,
  type FigureName,
} from "../tables/cellsBehind.js";
import { planFrame, type PlanFrame } from "../tables/planFrame.js";
import { scenarioTables, type ScenarioFacts } from "../tables/scenarier.js";
import { comparisonFigure, editFigure } from "../tables/scenarioFigures.js";
import { accountTables } from "../tables/tables.js";
import { partsBehind, type PartOf, type Scene } from "./explain.js";
import { movesBehind, type MoveHere } from "./explainMoves.js";
import { readBase, unedited } from "./readBase.js";
import { layScenario } from "./runScenarios.js";
import type { ScenarioSettings } from "./scenarioSettings.js";

/** A figure of a table, or cells by their values. */
export type Question = { readonly figure: FigureName } | { readonly cells: ReadonlyMap<string, string> };

export type Explanation = {
  readonly scene: Scene;
  /** Undefined where cells were asked for, not a figure. */
  readonly behind?: Behind;
  /** In order of the ground. */
  readonly parts: readonly PartOf[];
  readonly moves: readonly MoveHere[];
};

/**
 * @throws InputError for a figure that is not there; BrokenInvariant where cells or pieces do not sum to it
 */
export async function explainAccount(
  request: AccountRequest,
  question: Question,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<Explanation> {
  const base = await readBase(request, rules, hooks);
  const { facts } = base;
  const frame = planFrame(facts, rules);
  const scene = { base, ground: unedited(base), cells: facts.cells, ...(frame !== undefined && { frame }) };
  if ("cells" in question) return explained(scene, rules, cellsWith(facts, question.cells));
  const { tables } = accountTables(facts, rules);
  const behind = cellsBehind(facts, rules, tables, question.figure, accountFigures(facts, rules));
  return explained(scene, rules, behind.weight, behind);
}

/** The same for T9 and T9b: in the ground as the row's scenario divides it, or as it is for the plan in force. */
export async function explainScenario(
  request: AccountRequest & { readonly plan: NonNullable<AccountRequest["plan"]> },
  scenarios: ScenarioSettings["scenarios"],
  { figure }: { readonly figure: FigureName },
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<Explanation> {
  const base = await readBase(request, rules, hooks);
  const ground = unedited(base);
  const frame = planFrame(base.facts, rules)!;
  const laid: ScenarioFacts[] = [];
  for (const settings of scenarios)
    laid.push((await layScenario(base, ground, settings, request, rules)).facts);
  const tables = scenarioTables(frame, laid);
  const { table, values } = placeOf(tables, figure);
  const navn = values[table.columns.findIndex(({ id }) => id === "scenario")];
  const at = laid.findIndex((one) => one.navn === navn);
  ground.clear();
  if (at >= 0) await layScenario(base, ground, scenarios[at], request, rules);
  const asked: ScenarioFacts = laid[at] ?? { navn: "", frame: { ...frame, ny: frame.gjeldende }, edits: [] };
  const { facts } = asked.frame;
  const behind = cellsBehind(facts, rules, tables, figure, (place) =>
    place.table.id.startsWith("T9b-") ? editFigure(asked, place) : comparisonFigure(asked, place),
  );
  const shown: PlanFrame = at < 0 ? frame : asked.frame;
  return explained({ base, ground, cells: facts.cells, frame: shown }, rules, behind.weight, behind);
}

function explained(scene: Scene, rules: Rules, weight: Int8Array, behind?: Behind): Explanation {
  const parts = partsBehind(scene, rules, weight);
  const features = new Set(parts.map(({ feature }) => feature));
  const moves = movesBehind(scene, weight, features);
  return { scene, parts, moves, ...(behind !== undefined && { behind }) };
}

/** What another command's figures are explained by. */
export function notExplained(place: string, command: string): InputError {
  const ways: Readonly<Record<string, string>> = {
    change:
      "T11s in its folder lists the largest changes polygon by polygon; for all of them run account with the first edition as --grunnkart and the second as --enheter til=FILE --nokkel til=FIELD, and explain that",
    "account --mappe": "Explain the folder of one kommune, under kommuner/",
    "change --mappe-fra --mappe-til":
      "Look in the folder of one kommune, under kommuner/: T11s lists its changes",
    statistikk: "Run account on the ground and units of the year, and explain T1 of that",
  };
  return new InputError(
    { layer: place },
    {
      came: `a receipt of ${command}`,
      wanted: "one of account or scenario",
      todo: ways[command] ?? "Name the folder of an account",
    },
  );
}
