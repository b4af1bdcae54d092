import { basename, join } from "node:path";
import { checkCsv, type CheckedLayer, checkPoints, checkSummary } from "../report/checkReport.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import { type CheckFacts, runCheck } from "../run/check.js";
import { FINDING_FIELDS, findingsLayer } from "../run/findingsLayer.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import {
  checkRunFolder,
  type RunFile,
  withScratch,
  type WrittenFile,
  writeRunFolder,
} from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { optional } from "./flags.js";
import { Progress, secondsText } from "./progress.js";
import { VERSION } from "./version.js";

const NB = textsIn("nb");

export type CheckSettings = {
  readonly paths: readonly string[];
  readonly out?: string;
  readonly epsg?: number;
  readonly idField?: string;
  readonly workers?: number;
  /** Whether polygons are held against each other too; by itself, where the layer should cover the ground once. */
  readonly neighbours?: boolean;
  readonly json: boolean;
  readonly strict: boolean;
  readonly quiet: boolean;
};

/** Checks files one after the other, prints a summary of each, and writes all findings into one folder if asked to. */
export async function check(settings: CheckSettings, signal: AbortSignal): Promise<void> {
  if (settings.out !== undefined) await checkRunFolder(settings.out);
  const progress = new Progress(settings.quiet || settings.json);
  const rules = await loadRules();
  const all: CheckFacts[] = [];
  for (const path of settings.paths) {
    const { epsg, idField, workers, neighbours } = settings;
    const request = {
      path,
      ...optional("epsg", epsg),
      ...optional("idField", idField),
      ...optional("workers", workers),
      ...optional("neighbours", neighbours),
    };
    const facts = await runCheck(request, rules, { onProgress: (at) => progress.show(at), signal });
    signal.throwIfAborted();
    all.push(facts);
  }
  const seconds = progress.end();
  const layers = all.map(checkedLayer);
  const { out } = settings;
  if (out !== undefined) {
    await withScratch(out, async (scratch) =>
      writeRunFolder(out, await filesOf(layers, scratch), (written) => receipt(all, written)),
    );
  }
  if (settings.json) console.log(JSON.stringify(layers.map(asJson), undefined, 2));
  else if (!settings.quiet) {
    for (const layer of layers) console.log(checkSummary(layer, NB));
    const where = settings.out === undefined ? "" : ` Funn: ${settings.out}`;
    console.log(`Kontrollert på ${secondsText(seconds)}; ingenting er endret.${where}`);
  }
  failIfStrict(settings.strict, layers);
}

const checkedLayer = ({ source, ...facts }: CheckFacts): CheckedLayer => ({
  name: source.name,
  epsg: source.epsg,
  ...facts,
});

/** The table, and each layer's places twice: points as GeoJSON, and the ground they are about as FlatGeobuf. */
async function filesOf(layers: readonly CheckedLayer[], scratch: string): Promise<RunFile[]> {
  const files: RunFile[] = [{ path: "findings.csv", chunks: checkCsv(layers, NB) }];
  const taken = new Set<string>();
  for (const layer of layers) {
    const name = freeName(layer.name.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-"), taken);
    files.push({ path: `places/${name}.geojson`, chunks: checkPoints(layer) });
    const ground = findingsLayer(`funn ${layer.name}`, layer.epsg, layer.findings);
    const madeAt = join(scratch, `${name}.fgb`);
    await writeFlatGeobuf(madeAt, { name: ground.name, epsg: ground.epsg, fields: FINDING_FIELDS }, [ground]);
    files.push({ path: `places/${name}.fgb`, madeAt });
  }
  return files;
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}-${i}`;
  taken.add(name);
  return name;
}

function receipt(all: readonly CheckFacts[], written: readonly WrittenFile[]): string {
  const inputs = all.map(({ source, sha256, featureCount, vertexCount, invalidCount, findings }) => ({
    file: basename(source.path),
    layer: source.name,
    format: source.format,
    epsg: source.epsg,
    sha256,
    featureCount,
    vertexCount,
    invalidCount,
    findings: findings.length,
  }));
  const text = { program: "arealregnskap", version: VERSION, command: "check", inputs, files: written };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}

/** NaN is no JSON: a finding without a place has null there. */
function asJson({
  name,
  epsg,
  featureCount,
  vertexCount,
  invalidCount,
  areaM2,
  findings,
}: CheckedLayer): object {
  const told = findings.map(({ ground: _, ...finding }) => finding);
  return { layer: name, epsg, featureCount, vertexCount, invalidCount, areaM2, findings: told };
}

function failIfStrict(strict: boolean, layers: readonly CheckedLayer[]): void {
  const errors = layers.flatMap(({ findings }) => findings.filter(({ severity }) => severity === "error"));
  if (!strict || errors.length === 0) return;
  const [{ code, layer, says }] = errors;
  throw new StrictFailure(`${errors.length} funn av alvor «error», det første: ${code} i ${layer}: ${says}`);
}
