import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { InputError } from "../core/trouble.js";
import { generate, type GenerateOptions } from "../generate/generate.js";
import { ERROR_KINDS, type ErrorKind } from "../generate/plant.js";
import type { GeneratedLayer } from "../generate/polygon.js";
import { parseGenerateValues } from "../generate/values.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import { wholeNumber } from "./flags.js";
import { Progress } from "./progress.js";

type Flags = {
  seed: number;
  polygons: number;
  planAreas: number;
  kommuner: number;
  edition: "arsversjon2025" | "testversjon2";
  epsg: number;
  vertices: number;
  plant: string;
  plantCount: number;
  out: string;
  quiet: boolean;
};

export function generateCommand(signal: AbortSignal): Command {
  return new Command("generate")
    .description("Makes a synthetic kommune: grunnkart.fgb, kommune.fgb, grunnkretser.fgb and plan.fgb.")
    .requiredOption("--out <folder>", "where the files go")
    .option("--polygons <n>", "ground polygons", wholeNumber, 5000)
    .option("--plan-areas <n>", "plan areas", wholeNumber, 500)
    .option("--kommuner <n>", "kommuner", wholeNumber, 1)
    .option("--vertices <n>", "vertices per ground polygon, about", wholeNumber, 70)
    .option("--seed <n>", "the same seed gives the same bytes", wholeNumber, 1)
    .addOption(
      new Option("--edition <name>", "spelling of fields and values")
        .choices(["arsversjon2025", "testversjon2"])
        .default("arsversjon2025"),
    )
    .option("--epsg <code>", "25832, 25833 or 25835", wholeNumber, 25833)
    .option("--plant <kinds>", `topology errors to plant, by comma, or "all": ${ERROR_KINDS.join(", ")}`, "")
    .option("--plant-count <n>", "how many of each kind", wholeNumber, 1)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText(
      "after",
      `
Examples:
  arealregnskap generate --out eksempel
  arealregnskap generate --polygons 200000 --plan-areas 20000 --kommuner 15 --out stor
  arealregnskap generate --plant gap,overlap --plant-count 10 --out feil    (lists them in planted.json)`,
    )
    .action(async (flags: Flags) => generateInto(flags, signal));
}

/** Writes the four layers, and planted.json where errors were planted. */
export async function generateInto(flags: Flags, signal: AbortSignal): Promise<void> {
  const values = parseGenerateValues(
    await readFile(new URL("../../rules/generate.json", import.meta.url), "utf8"),
  );
  const options: GenerateOptions = {
    values,
    seed: flags.seed,
    polygons: flags.polygons,
    planAreas: flags.planAreas,
    kommuner: flags.kommuner,
    edition: flags.edition,
    epsg: flags.epsg,
    verticesPerPolygon: flags.vertices,
    plantErrors: { kinds: kindsOf(flags.plant), count: flags.plantCount },
  };
  const made = generate(options);
  await mkdir(flags.out, { recursive: true });
  const progress = new Progress(flags.quiet);
  for (const layer of [made.grunnkart, made.kommune, made.grunnkretser, made.plan]) {
    if (layer.featureCount === 0) continue;
    const path = join(flags.out, `${layer.name}.fgb`);
    await writeFlatGeobuf(path, layer, watched(layer, progress, signal));
  }
  if (made.plantedErrors.length > 0) {
    const path = join(flags.out, "planted.json");
    await writeFile(`${path}.skrives`, JSON.stringify(made.plantedErrors, undefined, 1) + "\n");
    await rename(`${path}.skrives`, path);
  }
  progress.end();
  if (!flags.quiet) {
    const counts = [made.grunnkart, made.kommune, made.grunnkretser, made.plan].map(
      ({ name, featureCount }) => `${name} ${featureCount}`,
    );
    console.log(`Skrev ${counts.join(", ")} flater i ${flags.out}`);
  }
}

function* watched(layer: GeneratedLayer, progress: Progress, signal: AbortSignal) {
  let done = 0;
  for (const batch of layer.batches()) {
    signal.throwIfAborted();
    yield batch;
    done += batch.featurePart.length - 1;
    progress.show({ stage: `lager ${layer.name}`, done, total: layer.featureCount });
  }
}

function kindsOf(text: string): ErrorKind[] {
  if (text === "") return [];
  if (text === "all") return [...ERROR_KINDS];
  return text.split(",").map((name) => {
    const kind = ERROR_KINDS.find((known) => known === name.trim());
    if (kind !== undefined) return kind;
    throw new InputError(
      { layer: "flags" },
      {
        came: `--plant ${name}`,
        wanted: `some of ${ERROR_KINDS.join(", ")}`,
        todo: "Separate them by commas",
      },
    );
  });
}
