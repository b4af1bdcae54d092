import { repairSummary } from "../report/repairReport.js";
import { loadRules } from "../rules/load.js";
import { ledgerFilesOf, type RepairFacts, type RepairRequest, runRepair } from "../run/repair.js";
import { coverLimitsOf, topologyOf } from "../run/topology.js";
import { StrictFailure } from "./exit.js";
import { findingLines } from "./findingLines.js";
import { Progress, secondsText } from "./progress.js";

/** Repairs one layer, and says what was moved and what could not be mended. */
export async function repair(
  request: RepairRequest,
  { quiet, strict }: { readonly quiet: boolean; readonly strict: boolean },
  signal: AbortSignal,
): Promise<void> {
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const facts = await runRepair(request, rules, { onProgress: (at) => progress.show(at), signal });
  const seconds = progress.end();
  const { overlapM } = coverLimitsOf(topologyOf(rules));
  if (!quiet) for (const line of summaryOf(request, facts, overlapM, seconds)) console.log(line);
  failIfStrict(strict, facts, overlapM);
}

function* summaryOf(
  request: RepairRequest,
  facts: RepairFacts,
  overlapM: number,
  seconds: number,
): Generator<string> {
  const { source, epsg, ledger, findings } = facts;
  yield* findingLines(findings);
  const head = `${source.name} (EPSG:${epsg}): ${facts.featureCount} objekter`;
  yield `${head}, ${facts.tidied} med ringer som ble ryddet, ${facts.changed.length} bygd på nytt mot naboer`;
  yield* repairSummary(ledger, overlapM);
  const { csv, map } = ledgerFilesOf(request.out);
  yield `Reparert på ${secondsText(seconds)}. Resultat: ${request.out}, hovedbok: ${csv} og ${map}`;
}

function failIfStrict(strict: boolean, { ledger }: RepairFacts, overlapM: number): void {
  if (!strict) return;
  const wrong = ledger.lines.filter(
    ({ kind, widthM }) => kind === "refused" || (kind === "overlap" && widthM > overlapM),
  );
  if (wrong.length > 0) throw new StrictFailure(`${wrong.length} linjer i hovedboka er feil i dataene`);
}
