import * as nodeFiles from "node:fs/promises";
import { bandName } from "../bands/bands.js";
import { findingsCsv } from "../report/csv.js";
import { formatNumber } from "../report/numbers.js";
import { textsIn } from "../report/texts.js";
import { parseContourNames } from "../rules/contourNames.js";
import { runBands, type BandsFacts, type BandsRequest } from "../run/bands.js";
import { writeAll } from "../write/writeAll.js";
import { throughPartFile } from "../write/partFile.js";
import { findingLines } from "./findingLines.js";
import { Progress, secondsText } from "./progress.js";

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
  yield* findingLines(findings);
  yield `${lineCount} linjer til ${layer.featurePart.length - 1} flater, EPSG:${epsg}, på ${secondsText(seconds)}. Resultat: ${request.out}, tvilsomme steder: ${list}`;
}

const lineOf = (name: string, m2: number): string =>
  `${name.padEnd(14)} ${formatNumber(m2 / 1e6, 3).padStart(12)} km²`;
