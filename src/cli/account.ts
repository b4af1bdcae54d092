import { basename, extname, join } from "node:path";
import { invariant } from "../core/trouble.js";
import { sha256OfFile } from "../read/inputFile.js";
import { cellsCsv, findingsCsv, tableCsv } from "../report/csv.js";
import { basisJson, basisOf, type BasisField, type MapBasis } from "../report/basis.js";
import { fitting } from "../report/fitting.js";
import { painterOf } from "../report/painter.js";
import { printChecks, printTable } from "../report/print.js";
import { qgisStyle } from "../report/qgisStyle.js";
import { ledgerCsv } from "../report/repairReport.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import { unitNamesCsv } from "../report/unitNamesCsv.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { runAccount } from "../run/account.js";
import type { GroundRequest } from "../run/grounds.js";
import type { PreparedPlace } from "../run/prepared.js";
import { refuseGeneralised, refuseStray } from "../run/generalised.js";
import { planRequestOf } from "../run/planSettings.js";
import { receiptOf } from "../run/receipt.js";
import { wrongFiles } from "../run/wrongFiles.js";
import type { RunSettings } from "../run/settings.js";
import type { AccountFacts } from "../tables/facts.js";
import type { Account } from "../tables/tables.js";
import { checkRunFolder, type RunFile, withScratch, writeRunFolder } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { findingLines } from "./findingLines.js";
import { optional } from "./flags.js";
import { Progress, secondsText } from "./progress.js";
import { readText } from "./readText.js";
import { writeAskedReports } from "./reportFlag.js";
import { mapJson, runMap } from "./runMap.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

/**
 * Runs one account and writes its folder. Prints the first T1 and the checks.
 * @param isOneOfMany the ground is a file of a folder: units and plans may lie on the ground of the others alone
 */
export async function account(
  settings: RunSettings,
  quiet: boolean,
  signal: AbortSignal,
  isOneOfMany = false,
): Promise<void> {
  const { flater, ut } = settings;
  if (flater === undefined) return accountInto(settings, undefined, quiet, signal, isOneOfMany);
  return withScratch(ut, (scratch) =>
    accountInto(settings, join(scratch, `flater.${flater}`), quiet, signal, isOneOfMany),
  );
}

/** @param piecePath where the pieces are written before they move into the folder */
async function accountInto(
  settings: RunSettings,
  piecePath: string | undefined,
  quiet: boolean,
  signal: AbortSignal,
  isOneOfMany: boolean,
): Promise<void> {
  await checkRunFolder(settings.ut);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const plan = planRequestOf(settings, rules);
  const referenceTexts = await Promise.all(settings.referanse.map(readText));
  const referenceHashes = await Promise.all(settings.referanse.map(sha256OfFile));
  const units = settings.enheter.map(({ navn, fil, nokkel, epsg, generalisert }) => ({
    path: fil,
    ...optional("name", navn),
    ...optional("key", nokkel),
    ...optional("epsg", epsg),
    ...optional("generalised", generalisert),
    mayBeElsewhere: isOneOfMany,
  }));
  if (settings.modus === "statistikk") await refuseGeneralised(units);
  const [first, ...moreGrounds] = groundsOf(settings);
  const running = runAccount(
    {
      grunnkart: first,
      moreGrounds,
      ...optional("prepared", preparedPlaceOf(settings)),
      classes: settings.klasse,
      units,
      ...(plan === undefined ? {} : { plan: { ...plan, mayBeElsewhere: isOneOfMany } }),
      measure: settings.arealmetode,
      repair: settings.reparasjon,
      ...optional("snapM", settings.snapM),
      ...optional("workers", settings.workers),
      ...optional("workEpsg", settings.tilEpsg),
      ...optional("piecePath", piecePath),
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
  if (settings.modus === "statistikk") refuseStray(facts, rules);
  const references = settings.referanse.map((path, i) =>
    parseReference(basename(path, extname(path)), referenceTexts[i]),
  );
  progress.show({ stage: "skriver", done: 0, total: 1 });
  const result = accountTables(facts, rules, { references });
  holdChecks(result);
  signal.throwIfAborted();
  const map =
    settings.rapport === undefined ? undefined : await mapOf(settings, facts, rules, progress, signal);
  await writeRunFolder(settings.ut, filesOf(facts, rules, result, map, piecePath), (written) =>
    receiptOf({
      version: VERSION,
      settings,
      facts,
      checks: result.checks,
      written,
      references: settings.referanse.map((path, i) => ({
        file: basename(path),
        sha256: referenceHashes[i],
      })),
      isOneOfMany,
    }),
  );
  const reports = await writeAskedReports(settings.ut, settings.rapport);
  const seconds = progress.end();
  if (!quiet) printSummary(settings, facts, result, seconds);
  if (!quiet) for (const path of reports) console.log(`Rapport: ${path}`);
  failIfStrict(settings, result);
}

function groundsOf({ grunnkart, grunnkartEpsg, flereGrunnkart }: RunSettings): GroundRequest[] {
  const more = flereGrunnkart.map(({ fil, epsg }) => ({ path: fil, ...optional("epsg", epsg) }));
  return [{ path: grunnkart, ...optional("epsg", grunnkartEpsg) }, ...more];
}

/** Where copies of slow files are kept; undefined where none are. */
export function preparedPlaceOf({ mellomlager }: RunSettings): PreparedPlace | undefined {
  if (mellomlager === false) return undefined;
  return { version: VERSION, ...(mellomlager !== true && { folder: mellomlager }) };
}

async function mapOf(
  settings: RunSettings,
  { cells, inputs, zoneLayers }: AccountFacts,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const [field] = cells.classes.keys();
  const ground = inputs.find(({ role }) => role === "grunnkart");
  if (field === undefined || ground === undefined) return undefined;
  const units = settings.enheter.map(({ fil, epsg }) => ({ path: fil, ...optional("epsg", epsg) }));
  return runMap(
    {
      grounds: groundsOf(settings),
      ...optional("prepared", preparedPlaceOf(settings)),
      field,
      workEpsg: ground.epsg,
      layers: zoneLayers,
      units,
    },
    rules,
    progress,
    signal,
  );
}

function* filesOf(
  facts: AccountFacts,
  rules: Rules,
  result: Account,
  map: MapBasis | undefined,
  piecePath: string | undefined,
): Generator<RunFile> {
  const shown = fitting(result);
  yield { path: "cells.csv", chunks: cellsCsv(facts.cells) };
  yield* wrongFiles(facts.coverage);
  for (const table of result.tables)
    yield { path: `tables/${tableFileName(table.id)}.csv`, chunks: [tableCsv(table)] };
  for (const layer of facts.zoneLayers) {
    if (layer.names !== undefined)
      yield { path: `tables/${tableFileName(`enheter-${layer.name}`)}.csv`, chunks: unitNamesCsv(layer) };
  }
  if (facts.repair !== undefined) {
    yield { path: "ledger.csv", chunks: ledgerCsv(facts.repair.ledger, facts.repair.idOf) };
  }
  yield { path: "findings.csv", chunks: [findingsCsv(shown.findings, NB)] };
  const basis = basisOf(VERSION, facts, rules, shown);
  yield { path: "regnskap.json", chunks: [basisJson(basis)] };
  if (piecePath !== undefined) {
    yield { path: basename(piecePath), madeAt: piecePath };
    yield { path: "flater.qml", chunks: [pieceStyle(facts, rules, basis.fields)] };
  }
  if (map !== undefined) yield { path: "kart.json", chunks: [mapJson(map)] };
}

/** The style of the pieces: by the first class field, every value it has, the colours of the rules. */
function pieceStyle({ cells }: AccountFacts, rules: Rules, fields: readonly BasisField[]): string {
  const [[field, { terms }]] = cells.classes;
  const names = new Map(fields[0].classes.map(({ kode, navn }) => [kode, navn]));
  const classes = terms.map((kode) => ({ kode, navn: names.get(kode) ?? kode }));
  return qgisStyle(field, classes, painterOf(rules.colours, fields.slice(0, 1)), "uten verdi");
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
  for (const line of findingLines(result.findings)) console.log(line);
  console.log(
    `${facts.ground.featureCount} flater, ${facts.cells.rowCount} celler på ${secondsText(seconds)}. Resultat: ${settings.ut}`,
  );
}

function failIfStrict(settings: RunSettings, { findings }: Account): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (!settings.strict || errors.length === 0) return;
  const [first] = errors;
  throw new StrictFailure(
    `${errors.length} funn av alvor «error» i en streng kjøring, det første: ${first.code} i ${first.layer}: ${first.says}`,
  );
}
