import { basename, join } from "node:path";
import { invariant, type Finding } from "../core/trouble.js";
import { basisJson, basisOf, type MapBasis, type Shown } from "../report/basis.js";
import { cellsCsv, csvText, findingsCsv, tableCsv } from "../report/csv.js";
import { fitting } from "../report/fitting.js";
import { printTable } from "../report/print.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { runNational, type FileResult, type NationalFacts } from "../run/national.js";
import { bareSettings } from "../run/bareSettings.js";
import { NATIONAL } from "../run/parts.js";
import { regionFiles } from "../run/regionTables.js";
import { resultSha256Of } from "../run/resultHash.js";
import { ruleSetsOf } from "../run/ruleSets.js";
import { wrongFiles } from "../run/wrongFiles.js";
import type { RunSettings } from "../run/settings.js";
import type { Check } from "../tables/checks.js";
import type { AccountFacts, ZoneLayerFacts } from "../tables/facts.js";
import type { Table } from "../tables/table.js";
import { writeRunFolder, type RunFile, type WrittenFile } from "../write/runFolder.js";
import { account, preparedPlaceOf } from "./account.js";
import { PartsMissing, StrictFailure, strictSays } from "./exit.js";
import { optional } from "./flags.js";
import { lock } from "./lock.js";
import { Progress, secondsText } from "./progress.js";
import { writeAskedReports } from "./reportFlag.js";
import { mapJson, runMap } from "./runMap.js";
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
    const facts = await runNational(
      settings,
      rules,
      VERSION,
      (one) => strictSays(() => account(one, true, signal, true)),
      {
        onProgress: (at) => progress.show(at),
        signal,
      },
    );
    const sums = await tablesOf(facts, settings, rules);
    const map =
      settings.rapport === undefined
        ? undefined
        : await mapOf(settings, facts, sums, rules, progress, signal);
    const folder = join(settings.ut, NATIONAL.sums);
    await writeRunFolder(folder, filesOf(facts, sums, rules, map), (written) =>
      receiptOf(settings, facts, sums.shown.checks, written),
    );
    const reports = await writeAskedReports(folder, settings.rapport);
    const seconds = progress.end();
    if (!quiet) printSummary(settings, facts, sums.whole, seconds);
    if (!quiet) for (const path of reports) console.log(`Rapport: ${path}`);
    failIfParted(settings, facts);
  } catch (error) {
    if (signal.aborted) console.error("Ferdige filer er beholdt: kjør samme kommando igjen for å fortsette.");
    throw error;
  } finally {
    await unlock();
  }
}

type SumTables = {
  /** Of all ground, and by unit. */
  readonly whole: readonly Table[];
  readonly byUnit: readonly Table[];
  /** What a report shows of them, and of what kind of account they are. */
  readonly shown: Shown;
  readonly facts: AccountFacts;
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
      worstResidualM2: facts.worstResidualM2,
      foldedM2: facts.foldedM2,
    },
    ...optional("coverage", facts.coverage),
    findings: [],
    ruleSets: ruleSetsOf(rules),
  };
  const { tables, checks } = accountTables(whole, rules, {});
  // What was found along borders and what was laid over units are held to each other in each file, and told there.
  const broken = checks.find(({ ok, id }) => !ok && id !== "gapsLaid" && id !== "doubledLaid");
  invariant(broken === undefined, () => `the sums of all files: ${broken?.id} ${broken?.name}`);
  const byUnit = unitTablesOfSums(whole, rules, facts.layers);
  const stock = tables.filter(({ id }) => /^T[12]([^0-9]|$)/.test(id));
  return {
    whole: stock,
    byUnit: byUnit.tables,
    shown: fitting({
      tables: [...stock, ...byUnit.tables],
      checks,
      findings: findingsOf(facts, byUnit.tooLarge, rules),
    }),
    facts: { ...whole, zoneLayers: byUnit.layers },
  };
}

/** All files among the sums on one map, with the borders of the first unit layer. */
function mapOf(
  settings: RunSettings,
  { files, input }: NationalFacts,
  { facts: { cells, zoneLayers } }: SumTables,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const { enheter, grunnkartEpsg, tilEpsg = input.epsg } = settings;
  const [field] = cells.classes.keys();
  return runMap(
    {
      grounds: files
        .filter(({ status }) => status === "done")
        .map(({ path }) => ({ path, ...optional("epsg", grunnkartEpsg) })),
      ...optional("prepared", preparedPlaceOf(settings)),
      field,
      workEpsg: tilEpsg,
      layers: zoneLayers,
      units: enheter.map(({ fil, epsg }) => ({ path: fil, ...optional("epsg", epsg) })),
    },
    rules,
    progress,
    signal,
  );
}

function* filesOf(
  facts: NationalFacts,
  { whole, byUnit, shown, facts: summed }: SumTables,
  rules: Rules,
  map: MapBasis | undefined,
): Generator<RunFile> {
  yield { path: "cells.csv", chunks: cellsCsv(facts.cells) };
  yield* wrongFiles(facts.coverage);
  for (const table of [...whole, ...byUnit]) {
    yield {
      path: `tables/${tableFileName(table.id)}.csv`,
      chunks: [tableCsv(table)],
    };
  }
  yield* regionFiles(whole, facts.regions, rules);
  yield { path: "tables/filer.csv", chunks: filesCsv(facts.files) };
  yield { path: "findings.csv", chunks: [findingsCsv(shown.findings, NB)] };
  yield { path: "regnskap.json", chunks: [basisJson(basisOf(VERSION, summed, rules, shown))] };
  if (map !== undefined) yield { path: "kart.json", chunks: [mapJson(map)] };
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

/** Found in each file by itself: ground of one file may lie in a gap of another. */
function wrongFindings({ coverage, input }: NationalFacts): Finding[] {
  if (coverage === undefined) return [];
  const about = { severity: "warning", layer: input.name, feature: -1, did: "kept" } as const;
  const { gapCount, gapM2, overlapCount, overlapM2 } = coverage;
  const gaps = `${gapCount} hull i filene, hver fil sett for seg; grunn i en annen fil kan ligge i dem og er da med to ganger i summen`;
  const doubled = `${overlapCount} steder er dekket av flere flater i samme fil og er med flere ganger`;
  return [
    ...(gapCount === 0 ? [] : [{ ...about, code: "HULL_I_GRUNNKARTET", areaM2: gapM2, says: gaps }]),
    ...(overlapCount === 0 ? [] : [{ ...about, code: "DOBBELTDEKNING", areaM2: overlapM2, says: doubled }]),
  ];
}

const COVER_UNKNOWN = {
  code: "DEKNING_UKJENT",
  severity: "error",
  did: "kept",
  says: "grensene lar seg ikke dele i flater; overlapp og hull i denne fila er ikke med i summene",
} as const;

function findingsOf(
  facts: NationalFacts,
  tooLarge: readonly ZoneLayerFacts[],
  { accounting: { maxUnits } }: Rules,
): Finding[] {
  const about = { feature: -1, areaM2: 0, did: "dropped" } as const;
  return [
    ...facts.files
      .filter(({ status }) => status !== "done")
      .map(({ file, status, says }): Finding => {
        const code = status === "missing" ? "FIL_MANGLER" : "FIL_UTENFOR";
        return { ...about, code, severity: "error", layer: file, says };
      }),
    ...facts.files
      .filter(({ isCoverUnknown }) => isCoverUnknown)
      .map(({ file }): Finding => ({ ...about, ...COVER_UNKNOWN, layer: file })),
    ...wrongFindings(facts),
    ...tooLarge.map(({ name, units }): Finding => {
      const says = `T1 og T2 etter ${name} er ikke laget: ${units.length} enheter, grensen er ${maxUnits}; tallene står i cellene`;
      return { ...about, code: "TABELL_UTELATT", severity: "note", layer: name, says };
    }),
  ];
}

/** No time, machine, or count of what was kept from before: the same files give the same bytes. */
function receiptOf(
  settings: RunSettings,
  facts: NationalFacts,
  checks: readonly Check[],
  written: readonly WrittenFile[],
): string {
  const { grunnkart, ...asked } = settings;
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
    checks,
    files: written,
    resultSha256: resultSha256Of(written),
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
    `${done} av ${files.length} filer (${kept} var ferdige fra før), ${cells.rowCount} celler på ${secondsText(seconds)}. Resultat: ${settings.ut}`,
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
