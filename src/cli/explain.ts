import { basename } from "node:path";
import { InputError } from "../core/trouble.js";
import { figureLines, moveLines, pieceLines } from "../report/explainPrint.js";
import { loadRules } from "../rules/load.js";
import { accountRequestOf } from "../run/accountRequest.js";
import type { AccountRequest } from "../run/account.js";
import { checkSettings } from "../run/settings.js";
import {
  explainAccount,
  explainScenario,
  notExplained,
  type Explanation,
  type Question,
} from "../scenario/explainFigure.js";
import { layersOfParts, partsOut, type Drawn } from "../scenario/explainLayer.js";
import { checkScenarioSettings } from "../scenario/scenarioSettings.js";
import { shownArea } from "../tables/shown.js";
import { outFormatOf } from "../write/writeLayer.js";
import { openReceipt, type OpenReceipt } from "./openReceipt.js";

export type ExplainSettings = {
  readonly receipt: string;
  readonly mappe?: string;
  readonly question: Question;
  readonly out?: string;
};

/** Runs the account or scenario of a receipt again and lists what a figure in it is the sum of. */
export async function explain(
  { receipt: path, mappe, question, out }: ExplainSettings,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const opened = await openReceipt(path, mappe);
  const format = out === undefined ? undefined : outFormatOf(out);
  const explanation = await explained(opened, question, signal);
  const drawn: Drawn = { drawn: 0, notDrawn: [] };
  if (out !== undefined && format !== undefined) {
    const { scene, parts } = explanation;
    const write = await format.load();
    await write(out, partsOut(scene), layersOfParts(scene, parts, drawn));
  }
  if (quiet) return;
  const title =
    "cells" in question ? [...question.cells].map((pair) => pair.join("=")).join(", ") : undefined;
  for (const line of linesOf(explanation, title)) console.log(line);
  if (out === undefined) return;
  console.log(`Skrevet: ${basename(out)}, ${drawn.drawn} flater tegnet, hver holdt mot arealet i regnskapet`);
  for (const says of drawn.notDrawn.slice(0, 10)) console.log(`Uten geometri: ${says}`);
  if (drawn.notDrawn.length > 10) console.log(`… og ${drawn.notDrawn.length - 10} til uten geometri`);
}

async function explained(
  { receipt, place, settings }: OpenReceipt,
  question: Question,
  signal: AbortSignal,
): Promise<Explanation> {
  const rules = await loadRules();
  const again = { ...settings, ut: "explain" };
  if (receipt.command === "account") {
    const request = accountRequestOf(checkSettings(again, place), rules);
    return explainAccount(receipt.oneOfMany ? asOneOfMany(request) : request, question, rules, { signal });
  }
  if (receipt.command !== "scenario") throw notExplained(place, receipt.command);
  if ("cells" in question)
    throw new InputError(
      { layer: place },
      {
        came: "a receipt of scenario, and cells by their values",
        wanted: "--tabell, --rad and --kolonne: each scenario has cells of its own",
        todo: "Name a figure in T9 or T9b",
      },
    );
  const { run, scenarios } = checkScenarioSettings(again, place);
  const { plan, ...request } = accountRequestOf(run, rules);
  return explainScenario({ ...request, plan: plan! }, scenarios, question, rules, { signal });
}

/** Ground that is one file of a folder: units and plans may lie on the ground of the others alone. */
const asOneOfMany = ({ plan, ...request }: AccountRequest): AccountRequest => ({
  ...request,
  units: request.units.map((unit) => ({ ...unit, mayBeElsewhere: true })),
  ...(plan !== undefined && { plan: { ...plan, mayBeElsewhere: true } }),
});

function* linesOf({ scene, behind, parts, moves }: Explanation, title = ""): Generator<string> {
  const { measure } = scene.base.facts;
  if (behind === undefined) yield title;
  else yield* figureLines(behind);
  const pieces = parts.map((part) => ({
    ...part,
    feature: part.inFile,
    m2: shownArea(measure, part),
    where: [...new Set([...part.classes, ...part.zones, part.planArea, part.newPlanArea])],
  }));
  yield* pieceLines(pieces, behind?.fixedM2 ?? 0);
  yield* moveLines(moves);
}
