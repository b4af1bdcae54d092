import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Layer } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import { generate, type GenerateOptions } from "../generate/generate.js";
import { ERROR_KINDS, type ErrorKind } from "../generate/plant.js";
import type { GeneratedLayer } from "../generate/polygon.js";
import { parseGenerateValues } from "../generate/values.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import { writeGml } from "../write/gml.js";
import { withScratch } from "../write/runFolder.js";
import { writeText } from "../write/textOut.js";
import { Progress } from "./progress.js";

export type GenerateFlags = {
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
  format: "fgb" | "gml";
  quiet: boolean;
};

/** The feature type of the ground in GML; in other formats the layer is called grunnkart. */
const GROUND_TYPE = "GrunnkartFlate";

/**
 * Writes the four layers, and planted.json where errors were planted. The files take their places when all are whole; a layer
 * without polygons has none.
 */
export async function generateInto(flags: GenerateFlags, signal: AbortSignal): Promise<void> {
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
  const layers = [made.grunnkart, made.kommune, made.grunnkretser, made.plan];
  const progress = new Progress(flags.quiet);
  await withScratch(join(flags.out, "lagene"), async (scratch) => {
    for (const layer of layers) {
      if (layer.featureCount > 0) await writeIn(scratch, layer, flags, watched(layer, progress, signal));
    }
    if (made.plantedErrors.length > 0) {
      const text = JSON.stringify(made.plantedErrors, undefined, 1) + "\n";
      await writeText(join(scratch, "planted.json"), [text]);
    }
    for (const name of await readdir(scratch)) await rename(join(scratch, name), join(flags.out, name));
  });
  progress.end();
  if (flags.quiet) return;
  const counts = layers.map(({ name, featureCount }) => `${name} ${featureCount}`);
  console.log(`Skrev ${counts.join(", ")} flater i ${flags.out}`);
}

async function writeIn(
  folder: string,
  layer: GeneratedLayer,
  { format }: GenerateFlags,
  batches: Iterable<Layer>,
): Promise<void> {
  const path = join(folder, `${layer.name}.${format}`);
  if (format === "fgb") await writeFlatGeobuf(path, layer, batches);
  else await writeGml(path, layer.name === "grunnkart" ? { ...layer, name: GROUND_TYPE } : layer, batches);
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
