import { invariant } from "../core/trouble.js";
import { csvText, findingsCsv, tableCsv } from "../report/csv.js";
import { formatNumber } from "../report/numbers.js";
import { printTable } from "../report/print.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import { changeRules, type ChangeRequest, runChange } from "../run/change.js";
import { changeReceipt } from "../run/changeReceipt.js";
import type { ChangeCells } from "../aggregate/changeSums.js";
import type { ChangeAccount } from "../tables/changeTables.js";
import { checkRunFolder, type RunFile, writeRunFolder } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { Progress } from "./progress.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

export type ChangeSettings = {
  readonly request: ChangeRequest;
  readonly out: string;
  readonly managed: boolean;
  readonly strict: boolean;
};

/** Compares two editions and writes the folder of the run. Prints T10 of the whole and the checks. */
export async function change(settings: ChangeSettings, quiet: boolean, signal: AbortSignal): Promise<void> {
  const { request, out, managed, strict } = settings;
  await checkRunFolder(out);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const stripWidthM = request.stripWidthM ?? changeRules(rules).stripe.breddeM;
  const [facts, { changeTables }] = await Promise.all([
    runChange(request, rules, { onProgress: (at) => progress.show(at), signal }),
    import("../tables/changeTables.js"),
  ]);
  progress.show({ stage: "skriver", done: 0, total: 1 });
  const result = changeTables(facts, rules, { managed, stripWidthM });
  holdChecks(result);
  signal.throwIfAborted();
  await writeRunFolder(out, filesOf(facts.cells, facts.field, result), (written) =>
    changeReceipt({ version: VERSION, request, stripWidthM, facts, checks: result.checks, written }),
  );
  const seconds = progress.end();
  if (!quiet) {
    const [first] = result.tables;
    console.log(printTable(first, NB, { maxRows: 40 }));
    for (const check of result.checks) console.log(checkLine(check));
    for (const [code, count] of countByCode(result)) console.log(`Funn: ${code} (${count})`);
    const { featuresA, featuresB, twins } = facts.control;
    console.log(
      `${featuresA} og ${featuresB} flater, ${twins} uendret, på ${seconds.toFixed(1)} s. Resultat: ${out}`,
    );
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
    () => `${broken?.says}: ${broken?.actualM2} m2 where ${broken?.expectedM2} m2 was due`,
  );
}

function checkLine({ says, expectedM2, actualM2, ok }: ChangeAccount["checks"][number]): string {
  return `${ok ? "✓" : "✗"} ${says}: ${formatNumber(expectedM2, 0)} m², ${formatNumber(actualM2, 0)} m²`;
}

function* filesOf(
  cells: ChangeCells,
  field: string,
  { tables, findings }: ChangeAccount,
): Generator<RunFile> {
  yield { path: "cells.csv", chunks: changeCellsCsv(cells, field) };
  for (const table of tables) {
    yield {
      path: `tables/${table.id.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-")}.csv`,
      chunks: [tableCsv(table)],
    };
  }
  yield { path: "findings.csv", chunks: [findingsCsv(findings, NB)] };
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

function countByCode({ findings }: ChangeAccount): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
