import { invariant } from "../core/trouble.js";
import { basisJson, type MapBasis } from "../report/basis.js";
import { changeBasis } from "../report/changeBasis.js";
import { csvText, findingsCsv, tableCsv } from "../report/csv.js";
import { fitting } from "../report/fitting.js";
import { printChecks, printTable } from "../report/print.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import type { Language } from "../report/textsShape.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { changeRules, type ChangeRequest, type ChangeRun, runChange } from "../run/change.js";
import { changeReceipt } from "../run/changeReceipt.js";
import type { ChangeCells } from "../aggregate/changeSums.js";
import type { ChangeFacts } from "../tables/changeFacts.js";
import type { ChangeAccount } from "../tables/changeTables.js";
import { checkRunFolder, type RunFile, writeRunFolder } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { findingLines } from "./findingLines.js";
import { optional } from "./flags.js";
import { Progress, secondsText } from "./progress.js";
import { writeAskedReports } from "./reportFlag.js";
import { mapJson, runMap } from "./runMap.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

export type ChangeSettings = {
  readonly request: ChangeRequest;
  readonly out: string;
  readonly managed: boolean;
  readonly strict: boolean;
  /** Languages of a report with a map; none writes none. */
  readonly report?: readonly Language[];
};

/** Compares two editions and writes the folder of the run. Prints T10 of the whole and the checks. */
export async function change(settings: ChangeSettings, quiet: boolean, signal: AbortSignal): Promise<void> {
  const { request, out, managed, strict, report } = settings;
  await checkRunFolder(out);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const stripWidthM = request.stripWidthM ?? changeRules(rules).stripe.breddeM;
  const [facts, { changeTables }] = await Promise.all([
    runChange({ ...request, closeUps: report !== undefined }, rules, {
      onProgress: (at) => progress.show(at),
      signal,
    }),
    import("../tables/changeTables.js"),
  ]);
  progress.show({ stage: "skriver", done: 0, total: 1 });
  const result = changeTables(facts, rules, { managed, stripWidthM });
  holdChecks(result);
  signal.throwIfAborted();
  const map = report === undefined ? undefined : await mapOf(request, facts, rules, progress, signal);
  await writeRunFolder(out, filesOf(facts, rules, result, map), (written) =>
    changeReceipt({
      version: VERSION,
      request,
      stripWidthM,
      managed,
      facts,
      checks: result.checks,
      written,
      ...optional("report", report),
    }),
  );
  const reports = await writeAskedReports(out, report);
  const seconds = progress.end();
  if (!quiet) {
    const [first] = result.tables;
    console.log(printTable(first, NB, { maxRows: 40 }));
    console.log(printChecks(result.checks, NB));
    for (const line of findingLines(result.findings)) console.log(line);
    const { featuresA, featuresB, twins } = facts.control;
    console.log(
      `${featuresA} og ${featuresB} flater, ${twins} uendret, på ${secondsText(seconds)}. Resultat: ${out}`,
    );
    for (const path of reports) console.log(`Rapport: ${path}`);
  }
  const errors = result.findings.filter(({ severity }) => severity === "error");
  if (strict && errors.length > 0) {
    const [first] = errors;
    throw new StrictFailure(
      `${errors.length} funn av alvor «error» i en streng kjøring, det første: ${first.code} i ${first.layer}: ${first.says}`,
    );
  }
}

/** Figures that do not add up are never written. */
function holdChecks({ checks }: ChangeAccount): void {
  const broken = checks.find(({ ok }) => !ok);
  invariant(
    broken === undefined,
    () => `${broken?.id} ${broken?.name}: ${broken?.actualM2} m2 where ${broken?.expectedM2} m2 was due`,
  );
}

/** The later edition, with the borders of the first unit layer, and the largest changes one by one. */
async function mapOf(
  { to, units }: ChangeRequest,
  { field, workEpsg, zoneLayers: layers, closeUps }: ChangeRun,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const map = await runMap({ grounds: [to], field, workEpsg, layers, units }, rules, progress, signal);
  return map && { ...map, closeUps };
}

function* filesOf(
  facts: ChangeFacts,
  rules: Rules,
  result: ChangeAccount,
  map: MapBasis | undefined,
): Generator<RunFile> {
  const shown = fitting(result);
  yield { path: "cells.csv", chunks: changeCellsCsv(facts.cells, facts.field) };
  for (const table of result.tables)
    yield { path: `tables/${tableFileName(table.id)}.csv`, chunks: [tableCsv(table)] };
  yield { path: "findings.csv", chunks: [findingsCsv(shown.findings, NB)] };
  yield { path: "regnskap.json", chunks: [basisJson(changeBasis(VERSION, facts, rules, shown))] };
  if (map !== undefined) yield { path: "kart.json", chunks: [mapJson(map)] };
}

/** The cells as CSV: where the ground is found, class in A and B, units, areas, and what of them is in strips. */
export function* changeCellsCsv(cells: ChangeCells, field: string): Generator<string> {
  const columns = [cells.from, cells.to, ...cells.zones.values()];
  const heads = ["finnes", `fra_${field}`, `til_${field}`, ...cells.zones.keys()].map(csvText);
  yield `${heads.join(",")},kartplanM2,ellipsoideM2,stripeKartplanM2,stripeEllipsoideM2\n`;
  for (let row = 0; row < cells.rowCount; row++) {
    const keys = columns.map(({ codes, terms }) => csvText(terms[codes[row]]));
    const areas = [cells.planM2, cells.trueM2, cells.stripPlanM2, cells.stripTrueM2].map((m2) => m2[row]);
    yield [cells.presence[row], ...keys, ...areas].join(",") + "\n";
  }
}
