import { basename } from "node:path";
import { invariant } from "../core/trouble.js";
import { cellsCsv, findingsCsv, tableCsv } from "../report/csv.js";
import { basisJson, basisOf, type MapBasis } from "../report/basis.js";
import { printChecks, printTable } from "../report/print.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { runAccount } from "../run/account.js";
import { planRequestOf } from "../run/planSettings.js";
import { receiptOf } from "../run/receipt.js";
import type { RunSettings } from "../run/settings.js";
import type { AccountFacts } from "../tables/facts.js";
import type { Account } from "../tables/tables.js";
import { checkRunFolder, type RunFile, writeRunFolder } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { optional } from "./flags.js";
import { Progress } from "./progress.js";
import { readText } from "./readText.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

/** Runs one account and writes its folder. Prints the first T1 and the checks. */
export async function account(settings: RunSettings, quiet: boolean, signal: AbortSignal): Promise<void> {
  await checkRunFolder(settings.ut);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const plan = planRequestOf(settings, rules);
  const referenceTexts = await Promise.all(settings.referanse.map(readText));
  const running = runAccount(
    {
      grunnkart: { path: settings.grunnkart, ...optional("epsg", settings.grunnkartEpsg) },
      classes: settings.klasse,
      units: settings.enheter.map(({ navn, fil, nokkel, epsg }) => ({
        path: fil,
        ...optional("name", navn),
        ...optional("key", nokkel),
        ...optional("epsg", epsg),
      })),
      ...optional("plan", plan),
      measure: settings.arealmetode,
      ...optional("workers", settings.workers),
      ...optional("workEpsg", settings.tilEpsg),
    },
    rules,
    { onProgress: (at) => progress.show(at), signal },
  );
  // The table tools load while the threads work.
  const [facts, { accountTables }, { parseReference }] = await Promise.all([
    running,
    import("../tables/tables.js"),
    import("../tables/referenceFile.js"),
  ]);
  const references = settings.referanse.map((path, i) =>
    parseReference(basename(path, ".csv"), referenceTexts[i]),
  );
  progress.show({ stage: "skriver", done: 0, total: 1 });
  const result = accountTables(facts, rules, { references });
  holdChecks(result);
  signal.throwIfAborted();
  const map =
    settings.rapport === undefined ? undefined : await mapOf(settings, facts, rules, progress, signal);
  await writeRunFolder(settings.ut, filesOf(facts, rules, result, map), (written) =>
    receiptOf({ version: VERSION, settings, facts, checks: result.checks, written }),
  );
  const reports = await reportsOf(settings);
  const seconds = progress.end();
  if (!quiet) printSummary(settings, facts, result, seconds);
  if (!quiet) for (const path of reports) console.log(`Rapport: ${path}`);
  failIfStrict(settings, result);
}

/** Reports are written from the finished folder, so that `report` makes the same bytes again. */
async function reportsOf({ ut, rapport = [] }: RunSettings): Promise<readonly string[]> {
  if (rapport.length === 0) return [];
  const { writeReports } = await import("./report.js");
  return writeReports(ut, rapport, ["html"]);
}

async function mapOf(
  { grunnkart, grunnkartEpsg, enheter }: RunSettings,
  { cells, inputs, zoneLayers }: AccountFacts,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const [field] = cells.classes.keys();
  const ground = inputs.find(({ role }) => role === "grunnkart");
  if (field === undefined || ground === undefined) return undefined;
  const [layer] = zoneLayers;
  const [unit] = enheter;
  const { drawMap } = await import("../run/mapPass.js");
  return drawMap(
    {
      grunnkart: { path: grunnkart, ...optional("epsg", grunnkartEpsg) },
      field,
      workEpsg: ground.epsg,
      ...(layer === undefined || unit === undefined
        ? {}
        : {
            outlines: {
              layer: layer.name,
              path: unit.fil,
              keyField: layer.keyField,
              ...optional("epsg", unit.epsg),
            },
          }),
    },
    rules,
    { signal, onProgress: (done, total) => progress.show({ stage: "tegner kart", done, total }) },
  );
}

function* filesOf(
  facts: AccountFacts,
  rules: Rules,
  result: Account,
  map: MapBasis | undefined,
): Generator<RunFile> {
  const { tables, findings } = result;
  yield { path: "cells.csv", chunks: cellsCsv(facts.cells) };
  for (const table of tables)
    yield { path: `tables/${tableFileName(table.id)}.csv`, chunks: [tableCsv(table)] };
  yield { path: "findings.csv", chunks: [findingsCsv(findings, NB)] };
  yield { path: "regnskap.json", chunks: [basisJson(basisOf(VERSION, facts, rules, result))] };
  if (map !== undefined) yield { path: "kart.json", chunks: [JSON.stringify(map) + "\n"] };
}

/** Figures that do not add up are never written. */
function holdChecks({ checks }: Account): void {
  const broken = checks.find(({ ok }) => !ok);
  invariant(
    broken === undefined,
    () =>
      `${broken?.id} ${broken?.name}: ${broken?.actualM2} m2 where ${broken?.expectedM2} m2 was due, tolerance ${broken?.toleranceM2} m2`,
  );
}

function printSummary(settings: RunSettings, facts: AccountFacts, result: Account, seconds: number): void {
  const first = result.tables.find(({ id }) => id.startsWith("T1"));
  if (first !== undefined) console.log(printTable(first, NB, { maxRows: 40 }));
  for (const id of ["T3-", "T4-"]) {
    const table = result.tables.find((one) => one.id.startsWith(id));
    if (table !== undefined) console.log(printTable(table, NB, { maxRows: 40 }));
  }
  const control = result.tables.find(({ id }) => id.startsWith("T15"));
  if (control !== undefined) console.log(printTable(control, NB, { maxRows: 10 }));
  console.log(printChecks(result.checks, NB));
  for (const [code, count] of countByCode(result.findings)) console.log(`Funn: ${code} (${count})`);
  console.log(
    `${facts.ground.featureCount} flater, ${facts.cells.rowCount} celler på ${seconds.toFixed(1)} s. Resultat: ${settings.ut}`,
  );
}

function countByCode(findings: Account["findings"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

function failIfStrict(settings: RunSettings, { findings }: Account): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (!settings.strict || errors.length === 0) return;
  const [first] = errors;
  throw new StrictFailure(
    `${errors.length} funn av alvor «error» i en streng kjøring, det første: ${first.code} i ${first.layer}: ${first.says}`,
  );
}
