import { createHash } from "node:crypto";
import { basename } from "node:path";
import { invariant } from "../core/trouble.js";
import { sha256OfFile } from "../read/inputFile.js";
import { basisJson, type MapBasis } from "../report/basis.js";
import { findingsCsv, tableCsv } from "../report/csv.js";
import { fitting } from "../report/fitting.js";
import { printChecks, printTable } from "../report/print.js";
import { ledgerCsv } from "../report/repairReport.js";
import { statisticsBasis } from "../report/statisticsBasis.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import type { Language } from "../report/textsShape.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { resultSha256Of } from "../run/resultHash.js";
import { runStatistics, type Statistics, type StatisticsRequest } from "../run/statistics.js";
import { klassNames } from "../tables/klassNames.js";
import { checkRunFolder, type RunFile, writeRunFolder } from "../write/runFolder.js";
import { findingLines } from "./findingLines.js";
import { optional } from "./flags.js";
import { Progress, secondsText } from "./progress.js";
import { readText } from "./readText.js";
import { writeAskedReports } from "./reportFlag.js";
import { mapJson, runMap } from "./runMap.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");
const KRETS_DIGITS = 8;

export type StatisticsSettings = {
  readonly request: Omit<StatisticsRequest, "names">;
  readonly namesFile?: string;
  readonly out: string;
  /** Languages of a report with a map; none writes none. */
  readonly report?: readonly Language[];
};

/** Makes the cube and the tables of grunnkretser and writes the folder of the run. */
export async function statistics(
  settings: StatisticsSettings,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { request, namesFile, out, report } = settings;
  await checkRunFolder(out);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const names =
    namesFile === undefined
      ? undefined
      : klassNames(basename(namesFile), await readText(namesFile), request.date, KRETS_DIGITS);
  const namesHash = namesFile === undefined ? "" : await sha256OfFile(namesFile);
  const made = await runStatistics({ ...request, ...(names === undefined ? {} : { names }) }, rules, {
    onProgress: (at) => progress.show(at),
    signal,
  });
  const broken = made.checks.find(({ ok }) => !ok);
  invariant(
    broken === undefined,
    () => `${broken?.id} ${broken?.name}: ${broken?.actualM2} m2 where ${broken?.expectedM2} m2 was due`,
  );
  const map = report === undefined ? undefined : await mapOf(request, made, rules, progress, signal);
  await writeRunFolder(out, await filesOf(request, rules, made, map), (written) => {
    const receipt = {
      program: "arealregnskap",
      version: VERSION,
      command: "statistikk",
      settings: {
        grunnkart: request.years.map(({ year, path }) => ({ aar: year, fil: basename(path) })),
        klasse: request.classField,
        enheter: made.years[0].facts.zoneLayers.map(({ name, keyField }, i) => ({
          navn: name,
          fil: basename(request.units[i].path),
          nokkel: keyField,
        })),
        inndeling: request.date,
        arealmetode: request.measure,
        ...optional("enhet", request.cubeUnit),
        reparasjon: request.repair ?? "off",
        ...(namesFile === undefined ? {} : { navnefil: basename(namesFile) }),
        ...(report === undefined ? {} : { rapport: report }),
      },
      inputs: [
        ...made.years.map(({ year, facts }) => ({ aar: year, inputs: facts.inputs })),
        ...(namesFile === undefined ? [] : [{ role: "navn", file: basename(namesFile), sha256: namesHash }]),
      ],
      ruleSets: made.years[0].facts.ruleSets,
      checks: made.checks,
      findings: made.findings.length,
      files: written,
      resultSha256: resultSha256Of(written),
    };
    return JSON.stringify(receipt, undefined, 2) + "\n";
  });
  const reports = await writeAskedReports(out, report);
  const seconds = progress.end();
  if (quiet) return;
  console.log(printTable(made.tables[0], NB, { maxRows: 20 }));
  console.log(printChecks(made.checks, NB));
  for (const line of findingLines(made.findings)) console.log(line);
  console.log(`Kommuneinndeling per ${request.date}. ${secondsText(seconds)}. Resultat: ${out}`);
  for (const path of reports) console.log(`Rapport: ${path}`);
}

/** The ground of the last year, with the borders of the first unit layer. */
async function mapOf(
  { years: asked, classField: field, units }: StatisticsSettings["request"],
  { years }: Statistics,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const { facts } = years.at(-1)!;
  const grounds = [{ path: asked.at(-1)!.path }];
  const [{ epsg: workEpsg }] = facts.inputs;
  return runMap({ grounds, field, workEpsg, layers: facts.zoneLayers, units }, rules, progress, signal);
}

/** Tables as CSV for machines, JSON-stat 2.0 and PC-Axis. The statistics files name the hash of the CSV files. */
async function filesOf(
  request: StatisticsSettings["request"],
  rules: Rules,
  made: Statistics,
  map: MapBasis | undefined,
): Promise<RunFile[]> {
  const { tables, balance } = made;
  const shown = fitting(made);
  const [{ cubeOf }, { jsonStat }, { pxText }] = await Promise.all([
    import("../report/tableCube.js"),
    import("../report/jsonStat.js"),
    import("../report/px.js"),
  ]);
  const files: RunFile[] = [];
  const result = createHash("sha256");
  for (const table of tables) {
    const csv = tableCsv(table);
    result.update(csv);
    files.push({ path: `tables/${tableFileName(table.id)}.csv`, chunks: [csv] });
  }
  const basis = statisticsBasis(VERSION, { ...made, ...shown }, request.date, rules);
  const head = {
    language: "nb",
    basis,
    resultSha256: result.digest("hex"),
  } as const;
  for (const table of tables) {
    const cube = cubeOf(table);
    if (cube === undefined) continue;
    const name = tableFileName(table.id);
    files.push({ path: `json-stat/${name}.json`, chunks: [jsonStat(cube, head)] });
    files.push({ path: `px/${name}.px`, chunks: [pxText(cube, "utf-8", head)] });
  }
  if (balance.length > 0) {
    const rows = balance.map((one) => {
      const { year, layer, kommune, sumM2, onceM2, overlapM2, pairCount, uncoveredM2, gapM2, doubledM2 } =
        one;
      const figures = [sumM2, onceM2, overlapM2, pairCount, uncoveredM2, gapM2, 0 - doubledM2];
      return [year, layer, kommune, ...figures].join(",");
    });
    const columns =
      "aar,lag,kommune,sumKretserM2,engangM2,overlappM2,overlappPar,udekketM2,hullM2,dobbeltdekningM2";
    files.push({ path: "tables/T13-avstemming.csv", chunks: [[columns, ...rows, ""].join("\n")] });
  }
  for (const { year, facts } of made.years) {
    if (facts.repair === undefined) continue;
    const { ledger, idOf } = facts.repair;
    files.push({ path: `ledger-${year}.csv`, chunks: ledgerCsv(ledger, idOf) });
  }
  files.push({ path: "findings.csv", chunks: [findingsCsv(shown.findings, NB)] });
  files.push({ path: "regnskap.json", chunks: [basisJson(basis)] });
  if (map !== undefined) files.push({ path: "kart.json", chunks: [mapJson(map)] });
  return files;
}
