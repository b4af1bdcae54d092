import { basename, join } from "node:path";
import { invariant, type Finding } from "../core/trouble.js";
import { basisJson } from "../report/basis.js";
import { changeBasis } from "../report/changeBasis.js";
import { csvText, findingsCsv, tableCsv } from "../report/csv.js";
import { fitting } from "../report/fitting.js";
import { printTable } from "../report/print.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import type { Language } from "../report/textsShape.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeRequest } from "../run/change.js";
import { changeRules } from "../run/change.js";
import { type FoldersFacts, type PairResult, runChangeOfFolders } from "../run/changeFolders.js";
import { NATIONAL } from "../run/parts.js";
import { regionFiles } from "../run/regionTables.js";
import { resultSha256Of } from "../run/resultHash.js";
import type { ChangeAccount } from "../tables/changeTables.js";
import { type RunFile, writeRunFolder, type WrittenFile } from "../write/runFolder.js";
import { change, changeCellsCsv } from "./change.js";
import { PartsMissing, StrictFailure, strictSays } from "./exit.js";
import { optional } from "./flags.js";
import { lock } from "./lock.js";
import { Progress, secondsText } from "./progress.js";
import { writeAskedReports } from "./reportFlag.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

export type FoldersSettings = {
  readonly from: string;
  readonly to: string;
  readonly compare: Omit<ChangeRequest, "from" | "to">;
  readonly out: string;
  readonly managed: boolean;
  readonly strict: boolean;
  /** Languages of a report of the sums; none writes none. */
  readonly report?: readonly Language[];
};

/**
 * Compares each kommune of two folders and writes the sums. What lacks its counterpart, or could not be compared, is
 * listed and makes the exit code another than 0.
 */
export async function changeFolders(
  settings: FoldersSettings,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { from, to, compare, out, managed, strict, report } = settings;
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const stripWidthM = compare.stripWidthM ?? changeRules(rules).stripe.breddeM;
  const unlock = await lock(out);
  try {
    const made = await runChangeOfFolders(
      { from, to, out, compare, also: { managed, strict } },
      rules,
      VERSION,
      (request, folder) => strictSays(() => change({ request, out: folder, managed, strict }, true, signal)),
      { onProgress: (at) => progress.show(at), signal },
    );
    const { changeTables } = await import("../tables/changeTables.js");
    const sums = changeTables(made.facts, rules, { managed, stripWidthM });
    const broken = sums.checks.find(({ ok }) => !ok);
    invariant(broken === undefined, () => `the sums of all files: ${broken?.id} ${broken?.name}`);
    await writeRunFolder(join(out, NATIONAL.sums), filesOf(made, rules, sums), (written) =>
      receiptOf(settings, made, sums, written),
    );
    const reports = await writeAskedReports(join(out, NATIONAL.sums), report);
    const seconds = progress.end();
    if (!quiet) printSummary(settings, made, sums, seconds);
    if (!quiet) for (const path of reports) console.log(`Rapport: ${path}`);
    failIfParted(strict, made.pairs);
  } catch (error) {
    if (signal.aborted) console.error("Ferdige filer er beholdt: kjør samme kommando igjen for å fortsette.");
    throw error;
  } finally {
    await unlock();
  }
}

/** Places are in each pair's own folder. */
const hasSums = ({ id }: ChangeAccount["tables"][number]): boolean => !id.startsWith("T11s");

function* filesOf(
  { facts, pairs, regions }: FoldersFacts,
  rules: Rules,
  { tables, checks, findings }: ChangeAccount,
): Generator<RunFile> {
  const sums = tables.filter(hasSums);
  const shown = fitting({ tables: sums, checks, findings: [...missingOf(pairs), ...findings] });
  yield { path: "cells.csv", chunks: changeCellsCsv(facts.cells, facts.field) };
  for (const table of sums)
    yield { path: `tables/${tableFileName(table.id)}.csv`, chunks: [tableCsv(table)] };
  const ofWhole = [`T11-${facts.field}`, `T11-${facts.field}-striper`];
  yield* regionFiles(
    sums.filter(({ id }) => ofWhole.includes(id)),
    regions,
    rules,
  );
  yield { path: "tables/filer.csv", chunks: pairsCsv(pairs) };
  yield { path: "findings.csv", chunks: [findingsCsv(shown.findings, NB)] };
  yield { path: "regnskap.json", chunks: [basisJson(changeBasis(VERSION, facts, rules, shown))] };
}

const STATUS: Readonly<Record<PairResult["status"], string>> = {
  done: "ferdig",
  missing: "mangler",
  unlike: "utenfor summene",
};

function* pairsCsv(pairs: readonly PairResult[]): Generator<string> {
  yield "navn,fra,til,status,funn,melding\n";
  for (const { name, from, to, status, findings, says } of pairs) {
    const found = status === "missing" ? "" : String(findings);
    yield `${[name, from, to, STATUS[status], found, says].map(csvText).join(",")}\n`;
  }
}

function missingOf(pairs: readonly PairResult[]): Finding[] {
  const about = { feature: -1, areaM2: 0, did: "dropped" } as const;
  return pairs.flatMap(({ from, to, status, says, divided }): Finding[] => {
    if (status === "done") return [];
    const layer = from || to;
    const code = status === "missing" ? "FIL_MANGLER" : "FIL_UTENFOR";
    return [
      { ...about, code, severity: "error", layer, says },
      ...(divided === undefined
        ? []
        : [{ ...about, code: "KOMMUNE_DELT", severity: "warning", layer, says: divided } as const]),
    ];
  });
}

/** No time, machine, or count of what was kept from before: the same files give the same bytes. */
function receiptOf(
  { from, to, compare, managed, strict, report }: FoldersSettings,
  { pairs, facts, fingerprint }: FoldersFacts,
  { checks }: ChangeAccount,
  written: readonly WrittenFile[],
): string {
  const receipt = {
    program: "arealregnskap",
    version: VERSION,
    command: "change --mappe-fra --mappe-til",
    settings: {
      mappeFra: basename(from),
      mappeTil: basename(to),
      ...optional("klasse", compare.classField),
      enheter: compare.units.map(({ path, name, key }) => ({
        ...optional("navn", name),
        fil: basename(path),
        ...optional("nokkel", key),
      })),
      arealmetode: compare.measure,
      ...optional("stripeBreddeM", compare.stripWidthM),
      ...optional("tilEpsg", compare.workEpsg),
      styrt: managed,
      strict,
      ...optional("rapport", report),
    },
    fingerprint,
    felt: facts.field, // what files were compared by; a file without it says so otherwise where nobody asked for it
    inputs: pairs.map(({ name, from: a, to: b, sha256, status }) => ({
      name,
      fra: a,
      til: b,
      sha256,
      status: STATUS[status],
    })),
    control: { ...facts.control, cells: facts.cells.rowCount },
    sammenlignbar: !facts.incomparable,
    checks,
    files: written,
    resultSha256: resultSha256Of(written),
  };
  return JSON.stringify(receipt, undefined, 2) + "\n";
}

function printSummary(
  { out }: FoldersSettings,
  { pairs, kept, facts }: FoldersFacts,
  { tables: [first] }: ChangeAccount,
  seconds: number,
): void {
  console.log(printTable(first, NB, { maxRows: 40 }));
  for (const { name, status, says } of pairs)
    if (says !== "") console.log(`${name}: ${STATUS[status]}: ${says}`);
  const done = pairs.filter(({ status }) => status === "done").length;
  console.log(
    `${done} av ${pairs.length} par (${kept} var ferdige fra før), ${facts.cells.rowCount} celler på ${secondsText(seconds)}. Resultat: ${out}`,
  );
}

function failIfParted(strict: boolean, pairs: readonly PairResult[]): void {
  const missing = pairs.filter(({ status }) => status !== "done").map(({ name }) => name);
  if (missing.length > 0) {
    const list = missing.slice(0, 10).join(", ") + (missing.length > 10 ? " ..." : "");
    throw new PartsMissing(`${missing.length} av ${pairs.length} par er ikke med i summene: ${list}`);
  }
  const failed = pairs.filter(({ says }) => says !== "");
  if (strict && failed.length > 0)
    throw new StrictFailure(`${failed.length} par: ${failed[0].name}: ${failed[0].says}`);
}
