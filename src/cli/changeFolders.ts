import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { invariant, type Finding } from "../core/trouble.js";
import { csvText, findingsCsv, tableCsv } from "../report/csv.js";
import { printTable } from "../report/print.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import type { ChangeRequest } from "../run/change.js";
import { changeRules } from "../run/change.js";
import { type FoldersFacts, type PairResult, runChangeOfFolders } from "../run/changeFolders.js";
import { NATIONAL } from "../run/parts.js";
import type { ChangeAccount } from "../tables/changeTables.js";
import { type RunFile, writeRunFolder, type WrittenFile } from "../write/runFolder.js";
import { change, changeCellsCsv } from "./change.js";
import { PartsMissing, StrictFailure } from "./exit.js";
import { lock } from "./lock.js";
import { Progress } from "./progress.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

export type FoldersSettings = {
  readonly from: string;
  readonly to: string;
  readonly compare: Omit<ChangeRequest, "from" | "to">;
  readonly out: string;
  readonly managed: boolean;
  readonly strict: boolean;
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
  const { from, to, compare, out, managed, strict } = settings;
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
    invariant(broken === undefined, () => `the sums of all files: ${broken?.says}`);
    await writeRunFolder(join(out, NATIONAL.sums), filesOf(made, sums), (written) =>
      receiptOf(settings, made, sums, written),
    );
    const seconds = progress.end();
    if (!quiet) printSummary(settings, made, sums, seconds);
    failIfParted(strict, made.pairs);
  } catch (error) {
    if (signal.aborted) console.error("Ferdige filer er beholdt: kjør samme kommando igjen for å fortsette.");
    throw error;
  } finally {
    await unlock();
  }
}

/** A strict failure has its folder written and is told with the pair; it is no reason to compare it again. */
async function strictSays(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof StrictFailure) return error.message;
    throw error;
  }
}

/** Places and units are in each pair's own folder: a unit on two files would be told twice. */
const hasSums = ({ id }: ChangeAccount["tables"][number]): boolean => !id.startsWith("T11s");

function* filesOf({ facts, pairs }: FoldersFacts, { tables, findings }: ChangeAccount): Generator<RunFile> {
  yield { path: "cells.csv", chunks: changeCellsCsv(facts.cells, facts.field) };
  for (const table of tables.filter(hasSums)) {
    yield {
      path: `tables/${table.id.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-")}.csv`,
      chunks: [tableCsv(table)],
    };
  }
  yield { path: "tables/filer.csv", chunks: pairsCsv(pairs) };
  yield { path: "findings.csv", chunks: [findingsCsv([...missingOf(pairs), ...findings], NB)] };
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
  return pairs
    .filter(({ status }) => status !== "done")
    .map(({ from, to, status, says }) => ({
      code: status === "missing" ? "FIL_MANGLER" : "FIL_UTENFOR",
      severity: "error",
      layer: from || to,
      feature: -1,
      areaM2: 0,
      did: "dropped",
      says,
    }));
}

/** No time, machine, or count of what was kept from before: the same files give the same bytes. */
function receiptOf(
  { from, to, compare, strict }: FoldersSettings,
  { pairs, facts, fingerprint }: FoldersFacts,
  { checks }: ChangeAccount,
  written: readonly WrittenFile[],
): string {
  const result = createHash("sha256");
  for (const { path, sha256 } of written) result.update(`${path} ${sha256}\n`);
  const receipt = {
    program: "arealregnskap",
    version: VERSION,
    command: "change --mappe-fra --mappe-til",
    settings: {
      mappeFra: basename(from),
      mappeTil: basename(to),
      klasse: facts.field,
      arealmetode: compare.measure,
      strict,
    },
    fingerprint,
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
    resultSha256: result.digest("hex"),
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
    `${done} av ${pairs.length} par (${kept} var ferdige fra før), ${facts.cells.rowCount} celler på ${seconds.toFixed(1)} s. Resultat: ${out}`,
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
