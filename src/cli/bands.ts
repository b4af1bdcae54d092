import * as nodeFiles from "node:fs/promises";
import { bandName } from "../bands/bands.js";
import type { Finding } from "../core/trouble.js";
import { findingsCsv } from "../report/csv.js";
import { textsIn } from "../report/texts.js";
import { parseContourNames } from "../rules/contourNames.js";
import { runBands, type BandsFacts, type BandsRequest } from "../run/bands.js";
import { writeAll } from "../write/writeAll.js";
import { throughPartFile } from "../write/partFile.js";
import { Progress } from "./progress.js";

const RULES = new URL("../../rules/hoydekurver.json", import.meta.url);

/** Builds bands, writes them and the list of doubtful places beside them, and says what became of the ground. */
export async function bands(request: BandsRequest, quiet: boolean, signal: AbortSignal): Promise<void> {
  const progress = new Progress(quiet);
  const names = parseContourNames(await nodeFiles.readFile(RULES, "utf8"));
  const facts = await runBands(request, names, { onProgress: (at) => progress.show(at), signal });
  const list = `${request.out}.funn.csv`;
  await throughPartFile(list, nodeFiles, async (part) => {
    const file = await nodeFiles.open(part, "w");
    try {
      await writeAll(file, Buffer.from(findingsCsv(facts.findings, textsIn("nb")), "utf8"));
    } finally {
      await file.close();
    }
  });
  const seconds = progress.end();
  if (!quiet) for (const line of summaryOf(request, facts, list, seconds)) console.log(line);
}

function* summaryOf(
  request: BandsRequest,
  { limits, areaM2, findings, lineCount, epsg, layer }: BandsFacts,
  list: string,
  seconds: number,
): Generator<string> {
  for (const [i, band] of limits.bands.entries()) yield lineOf(bandName(band), areaM2.bands[i]);
  if (areaM2.undecided > 0) yield lineOf("uavklart", areaM2.undecided);
  for (const [code, count] of countByCode(findings)) yield `Funn: ${code} (${count})`;
  yield `${lineCount} linjer til ${layer.featurePart.length - 1} flater, EPSG:${epsg}, på ${seconds.toFixed(1)} s. Resultat: ${request.out}, tvilsomme steder: ${list}`;
}

const lineOf = (name: string, m2: number): string =>
  `${name.padEnd(14)} ${(m2 / 1e6).toFixed(3).padStart(12)} km²`;

function countByCode(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
