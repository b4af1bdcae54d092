import { formatNumber } from "../report/numbers.js";
import { loadRules } from "../rules/load.js";
import { type ConvertFacts, type ConvertRequest, runConvert } from "../run/convert.js";
import { Progress, secondsText } from "./progress.js";

/** Converts one layer, and says what became of it and what was met. */
export async function convert(request: ConvertRequest, quiet: boolean, signal: AbortSignal): Promise<void> {
  const progress = new Progress(quiet);
  const facts = await runConvert(request, await loadRules(), {
    onProgress: (at) => progress.show(at),
    signal,
  });
  const seconds = progress.end();
  if (!quiet) for (const line of summaryOf(request, facts, seconds)) console.log(line);
}

function* summaryOf(request: ConvertRequest, facts: ConvertFacts, seconds: number): Generator<string> {
  const { source, format, epsg, findings } = facts;
  for (const [code, { count, first }] of findings) {
    const where = first.feature < 0 ? "" : `, første i objekt ${first.feature}`;
    yield `Funn: ${code} (${count}${where}): ${first.says}`;
  }
  const moved = epsg === source.epsg ? `EPSG:${epsg}` : `EPSG:${source.epsg} til EPSG:${epsg}`;
  yield `${source.name}: ${facts.featureCount} objekter, ${facts.vertexCount} punkter, ${source.format} til ${format.name}, ${moved}`;
  if (format.order === "hilbert") yield "Objektene er sortert etter plass (Hilbert-kurve), for indeksen.";
  if (!format.saysCrs) yield `CSV sier ikke koordinatsystemet: gi --epsg ${epsg} når fila skal leses.`;
  yield `${formatNumber(facts.byteLength / 1e6, 1)} MB på ${secondsText(seconds)}. Resultat: ${request.out}`;
}
