import { invariant } from "../core/trouble.js";
import { basisJson, basisOf, type MapBasis } from "../report/basis.js";
import { cellsCsv, findingsCsv, tableCsv } from "../report/csv.js";
import { fitting } from "../report/fitting.js";
import { printChecks, printTable } from "../report/print.js";
import { ledgerCsv } from "../report/repairReport.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { accountRequestOf } from "../run/accountRequest.js";
import { bareSettings } from "../run/bareSettings.js";
import { resultSha256Of } from "../run/resultHash.js";
import { runScenarios, type ScenarioAccount } from "../scenario/runScenarios.js";
import type { ScenarioSettings } from "../scenario/scenarioSettings.js";
import { checkRunFolder, type RunFile, writeRunFolder, type WrittenFile } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { findingLines } from "./findingLines.js";
import { Progress, secondsText } from "./progress.js";
import { writeAskedReports } from "./reportFlag.js";
import { mapJson, runMap } from "./runMap.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

/** Runs a base and its scenarios and writes the folder. Prints T9 and T9b by the first method. */
export async function scenario(
  settings: ScenarioSettings,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { run } = settings;
  await checkRunFolder(run.ut);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const { plan, ...request } = accountRequestOf(run, rules);
  const result = await runScenarios({ ...request, plan: plan! }, settings.scenarios, rules, {
    onProgress: (at) => progress.show(at),
    signal,
  });
  const broken = result.checks.find(({ ok }) => !ok);
  invariant(
    broken === undefined,
    () => `${broken?.id} ${broken?.name}: ${broken?.actualM2} m2 where ${broken?.expectedM2} m2 was due`,
  );
  signal.throwIfAborted();
  const map = run.rapport === undefined ? undefined : await mapOf(settings, result, rules, progress, signal);
  await writeRunFolder(run.ut, filesOf(result, rules, map), (written) =>
    receiptOf(settings, result, written),
  );
  const reports = await writeAskedReports(run.ut, run.rapport);
  const seconds = progress.end();
  if (!quiet) print(result, run.ut, seconds);
  if (!quiet) for (const path of reports) console.log(`Rapport: ${path}`);
  const errors = result.findings.filter(({ severity }) => severity === "error");
  if (run.strict && errors.length > 0) {
    const [first] = errors;
    throw new StrictFailure(
      `${errors.length} funn av alvor «error» i en streng kjøring, det første: ${first.code} i ${first.layer}: ${first.says}`,
    );
  }
}

/** The ground that is the same in all scenarios, by the class field asked for first. */
async function mapOf(
  { run }: ScenarioSettings,
  { base: { cells, inputs, zoneLayers: layers } }: ScenarioAccount,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const [field] = cells.classes.keys();
  if (field === undefined) return undefined;
  const { grunnkart, units } = accountRequestOf(run, rules);
  const [{ epsg: workEpsg }] = inputs;
  return runMap({ grounds: [grunnkart], field, workEpsg, layers, units }, rules, progress, signal);
}

function* filesOf(result: ScenarioAccount, rules: Rules, map: MapBasis | undefined): Generator<RunFile> {
  const { base, tables, inputs, touched: scenarios } = result;
  const shown = fitting(result);
  yield { path: "cells.csv", chunks: cellsCsv(base.cells) };
  for (const table of tables)
    yield { path: `tables/${tableFileName(table.id)}.csv`, chunks: [tableCsv(table)] };
  yield { path: "findings.csv", chunks: [findingsCsv(shown.findings, NB)] };
  if (base.repair !== undefined)
    yield { path: "ledger.csv", chunks: ledgerCsv(base.repair.ledger, base.repair.idOf) };
  const basis = basisOf(VERSION, base, rules, shown, { kind: "scenario", scenarios });
  yield {
    path: "regnskap.json",
    chunks: [basisJson({ ...basis, inputs: [...basis.inputs, ...inputs] })],
  };
  if (map !== undefined) yield { path: "kart.json", chunks: [mapJson(map)] };
}

/** Names of files stand without folders: no figure depends on where they lie. */
function receiptOf(
  { run, scenarios }: ScenarioSettings,
  { base, checks, findings, inputs, touched }: ScenarioAccount,
  written: readonly WrittenFile[],
): string {
  const receipt = {
    program: "arealregnskap",
    version: VERSION,
    command: "scenario",
    settings: bareSettings({ ...run, scenarioer: scenarios }),
    measure: base.measureId,
    inputs: [...base.inputs, ...inputs],
    ruleSets: base.ruleSets,
    touched,
    checks,
    findings: findings.length,
    files: written,
    resultSha256: resultSha256Of(written),
  };
  return JSON.stringify(receipt, undefined, 2) + "\n";
}

function print(
  { base, tables, checks, findings, touched }: ScenarioAccount,
  out: string,
  seconds: number,
): void {
  for (const id of ["T9-", "T9b-"]) {
    const table = tables.find((one) => one.id.startsWith(id));
    if (table !== undefined) console.log(printTable(table, NB, { maxRows: 40 }));
  }
  console.log(printChecks(checks, NB));
  for (const line of findingLines(findings)) console.log(line);
  for (const { navn, features } of touched)
    console.log(`${navn}: ${features} av ${base.ground.featureCount} flater regnet om igjen`);
  console.log(`På ${secondsText(seconds)}. Resultat: ${out}`);
}
