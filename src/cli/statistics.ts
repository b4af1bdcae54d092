import { createHash } from "node:crypto";
import { basename } from "node:path";
import { invariant } from "../core/trouble.js";
import { findingsCsv, tableCsv } from "../report/csv.js";
import { printTable } from "../report/print.js";
import { tableFileName } from "../report/tableView.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import { runStatistics, type Statistics, type StatisticsRequest } from "../run/statistics.js";
import { klassNames } from "../tables/klassNames.js";
import { checkRunFolder, type RunFile, writeRunFolder } from "../write/runFolder.js";
import { Progress } from "./progress.js";
import { readText } from "./readText.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");
const KRETS_DIGITS = 8;

export type StatisticsSettings = {
  readonly request: Omit<StatisticsRequest, "names">;
  readonly namesFile?: string;
  readonly out: string;
};

/** Makes the cube and the tables of grunnkretser and writes the folder of the run. */
export async function statistics(
  settings: StatisticsSettings,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { request, namesFile, out } = settings;
  await checkRunFolder(out);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const names =
    namesFile === undefined
      ? undefined
      : klassNames(basename(namesFile), await readText(namesFile), request.date, KRETS_DIGITS);
  const made = await runStatistics({ ...request, ...(names === undefined ? {} : { names }) }, rules, {
    onProgress: (at) => progress.show(at),
    signal,
  });
  invariant(made.broken.length === 0, () => made.broken.join("; "));
  await writeRunFolder(out, await filesOf(made), (written) => {
    const result = createHash("sha256");
    for (const { path, sha256 } of written) result.update(`${path} ${sha256}\n`);
    const receipt = {
      program: "arealregnskap",
      version: VERSION,
      command: "statistikk",
      settings: {
        grunnkart: request.years.map(({ year, path }) => ({ aar: year, fil: basename(path) })),
        klasse: request.classField,
        enheter: request.units.map(({ path }) => basename(path)),
        inndeling: request.date,
        arealmetode: request.measure,
        ...(namesFile === undefined ? {} : { navn: basename(namesFile) }),
      },
      inputs: made.years.map(({ year, facts }) => ({ aar: year, inputs: facts.inputs })),
      ruleSets: made.years[0].facts.ruleSets,
      findings: made.findings.length,
      files: written,
      resultSha256: result.digest("hex"),
    };
    return JSON.stringify(receipt, undefined, 2) + "\n";
  });
  const seconds = progress.end();
  if (quiet) return;
  console.log(printTable(made.tables[0], NB, { maxRows: 20 }));
  console.log(`Kommuneinndeling per ${request.date}. ${seconds.toFixed(1)} s. Resultat: ${out}`);
}

/** Tables as CSV for machines, JSON-stat 2.0 and PC-Axis. The statistics files name the hash of the CSV files. */
async function filesOf({ tables, balance, findings, years }: Statistics): Promise<RunFile[]> {
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
  const inputs = years.flatMap(({ facts }) => facts.inputs);
  const head = {
    language: "nb",
    basis: { version: VERSION, inputs },
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
    const rows = balance.map(({ year, layer, kommune, sumM2, onceM2, overlapM2, uncoveredM2 }) =>
      [year, layer, kommune, sumM2, onceM2, overlapM2, uncoveredM2].join(","),
    );
    const columns = "aar,lag,kommune,sumKretserM2,engangM2,overlappM2,udekketM2";
    files.push({ path: "tables/T13-avstemming.csv", chunks: [[columns, ...rows, ""].join("\n")] });
  }
  files.push({ path: "findings.csv", chunks: [findingsCsv(findings, NB)] });
  return files;
}
