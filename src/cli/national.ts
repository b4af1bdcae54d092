import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { invariant, type Finding } from "../core/trouble.js";
import { cellsCsv, csvText, findingsCsv, tableCsv } from "../report/csv.js";
import { printTable } from "../report/print.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { runNational, type FileResult, type NationalFacts } from "../run/national.js";
import { bareSettings } from "../run/bareSettings.js";
import { NATIONAL } from "../run/parts.js";
import { regionFiles } from "../run/regionTables.js";
import type { RunSettings } from "../run/settings.js";
import type { AccountFacts, ZoneLayerFacts } from "../tables/facts.js";
import type { Table } from "../tables/table.js";
import { writeRunFolder, type RunFile, type WrittenFile } from "../write/runFolder.js";
import { account } from "./account.js";
import { PartsMissing, StrictFailure } from "./exit.js";
import { lock } from "./lock.js";
import { Progress } from "./progress.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

/**
 * Runs an account for each file of a folder, and writes their sums. Files that could not be counted are listed, and make
 * the exit code another than 0.
 */
export async function national(settings: RunSettings, quiet: boolean, signal: AbortSignal): Promise<void> {
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const unlock = await lock(settings.ut);
  try {
    const facts = await runNational(settings, rules, VERSION, (one) => accountOf(one, signal), {
      onProgress: (at) => progress.show(at),
      signal,
    });
    const sums = await tablesOf(facts, settings, rules);
    await writeRunFolder(join(settings.ut, NATIONAL.sums), filesOf(facts, sums, rules), (written) =>
      receiptOf(settings, facts, written),
    );
    const seconds = progress.end();
    if (!quiet) printSummary(settings, facts, sums.whole, seconds);
    failIfParted(settings, facts);
  } catch (error) {
    if (signal.aborted) console.error("Ferdige filer er beholdt: kjør samme kommando igjen for å fortsette.");
    throw error;
  } finally {
    await unlock();
  }
}

/** A strict failure has its folder written and is told with the file; it is no reason to count it again. */
async function accountOf(settings: RunSettings, signal: AbortSignal): Promise<string | undefined> {
  try {
    await account(settings, true, signal, true);
    return undefined;
  } catch (error) {
    if (error instanceof StrictFailure) return error.message;
    throw error;
  }
}

type SumTables = {
  /** Of all ground, and by unit. */
  readonly whole: readonly Table[];
  readonly byUnit: readonly Table[];
  /** Layers with too many units for tables of their own. */
  readonly tooLarge: readonly ZoneLayerFacts[];
};

/** T1 and T2 of the sums, and by unit: a unit with ground on two files is one. */
async function tablesOf(facts: NationalFacts, settings: RunSettings, rules: Rules): Promise<SumTables> {
  const [{ accountTables }, { unitTablesOfSums }] = await Promise.all([
    import("../tables/tables.js"),
    import("../tables/sumTables.js"),
  ]);
  const whole: AccountFacts = {
    cells: facts.cells,
    measure: settings.arealmetode,
    measureId: facts.measureId,
    inputs: [facts.input],
    zoneLayers: [],
    ground: {
      featureCount: facts.files.reduce((sum, { polygons }) => sum + polygons, 0),
      vertexCount: 0,
      own: facts.own,
      posted: facts.posted,
      worstResidualM2: 0,
      foldedM2: 0,
    },
    findings: [],
    ruleSets: [],
  };
  const { tables, checks } = accountTables(whole, rules, {});
  const broken = checks.find(({ ok }) => !ok);
  invariant(broken === undefined, () => `the sums of all files: ${broken?.id} ${broken?.name}`);
  const byUnit = unitTablesOfSums(whole, rules, facts.layers);
  return {
    whole: tables.filter(({ id }) => /^T[12]([^0-9]|$)/.test(id)),
    byUnit: byUnit.tables,
    tooLarge: byUnit.tooLarge,
  };
}

function* filesOf(
  facts: NationalFacts,
  { whole, byUnit, tooLarge }: SumTables,
  rules: Rules,
): Generator<RunFile> {
  yield { path: "cells.csv", chunks: cellsCsv(facts.cells) };
  for (const table of [...whole, ...byUnit]) {
    yield {
      path: `tables/${table.id.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-")}.csv`,
      chunks: [tableCsv(table)],
    };
  }
  yield* regionFiles(whole, facts.regions, rules);
  yield { path: "tables/filer.csv", chunks: filesCsv(facts.files) };
  yield { path: "findings.csv", chunks: [findingsCsv(findingsOf(facts, tooLarge, rules), NB)] };
}

const STATUS: Readonly<Record<FileResult["status"], string>> = {
  done: "ferdig",
  missing: "mangler",
  unlike: "utenfor summene",
};

function* filesCsv(files: readonly FileResult[]): Generator<string> {
  yield "navn,fil,status,flater,kartplanM2,ellipsoideM2,funn,melding\n";
  for (const { name, file, status, polygons, own, findings, says } of files) {
    const figures = status === "missing" ? ["", "", "", ""] : [polygons, own.planM2, own.trueM2, findings];
    yield `${csvText(name)},${csvText(file)},${STATUS[status]},${figures.join(",")},${csvText(says)}\n`;
  }
}

function findingsOf(
  { files }: NationalFacts,
  tooLarge: readonly ZoneLayerFacts[],
  { accounting: { maxUnits } }: Rules,
): Finding[] {
  const about = { feature: -1, areaM2: 0, did: "dropped" } as const;
  return [
    ...files
      .filter(({ status }) => status !== "done")
      .map(({ file, status, says }): Finding => {
        const code = status === "missing" ? "FIL_MANGLER" : "FIL_UTENFOR";
        return { ...about, code, severity: "error", layer: file, says };
      }),
    ...tooLarge.map(({ name, units }): Finding => {
      const says = `T1 og T2 etter ${name} er ikke laget: ${units.length} enheter, grensen er ${maxUnits}; tallene står i cellene`;
      return { ...about, code: "TABELL_UTELATT", severity: "note", layer: name, says };
    }),
  ];
}

/** No time, machine, or count of what was kept from before: the same files give the same bytes. */
function receiptOf(settings: RunSettings, facts: NationalFacts, written: readonly WrittenFile[]): string {
  const { grunnkart, ...asked } = settings;
  const result = createHash("sha256");
  for (const { path, sha256 } of written) result.update(`${path} ${sha256}\n`);
  const receipt = {
    program: "arealregnskap",
    version: VERSION,
    command: "account --mappe",
    settings: { mappe: basename(grunnkart), ...bareSettings(asked) },
    fingerprint: facts.fingerprint,
    inputs: facts.files.map(({ name, file, sha256, status }) => ({
      name,
      file,
      sha256,
      status: STATUS[status],
    })),
    control: { ownM2: facts.own, postedM2: facts.posted, cells: facts.cells.rowCount },
    files: written,
    resultSha256: result.digest("hex"),
  };
  return JSON.stringify(receipt, undefined, 2) + "\n";
}

function printSummary(
  settings: RunSettings,
  { files, kept, cells }: NationalFacts,
  tables: readonly Table[],
  seconds: number,
): void {
  const first = tables.find(({ id }) => id.startsWith("T1"));
  if (first !== undefined) console.log(printTable(first, NB, { maxRows: 40 }));
  for (const { file, status, says } of files)
    if (says !== "") console.log(`${file}: ${STATUS[status]}: ${says}`);
  const done = files.filter(({ status }) => status === "done").length;
  console.log(
    `${done} av ${files.length} filer (${kept} var ferdige fra før), ${cells.rowCount} celler på ${seconds.toFixed(1)} s. Resultat: ${settings.ut}`,
  );
}

function failIfParted({ strict }: RunSettings, { files }: NationalFacts): void {
  const missing = files.filter(({ status }) => status !== "done").map(({ file }) => file);
  if (missing.length > 0) {
    const list = missing.slice(0, 10).join(", ") + (missing.length > 10 ? " ..." : "");
    throw new PartsMissing(`${missing.length} av ${files.length} filer er ikke med i summene: ${list}`);
  }
  const failed = files.filter(({ says }) => says !== "");
  if (strict && failed.length > 0)
    throw new StrictFailure(`${failed.length} filer: ${failed[0].file}: ${failed[0].says}`);
}
