import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../core/trouble.js";
import { generate, type GenerateOptions } from "../generate/generate.js";
import { ERROR_KINDS, type ErrorKind } from "../generate/plant.js";
import type { GeneratedLayer } from "../generate/polygon.js";
import { parseGenerateValues } from "../generate/values.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import { writeGml } from "../write/gml.js";
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

/** Writes the four layers, and planted.json where errors were planted. */
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
  await mkdir(flags.out, { recursive: true });
  const progress = new Progress(flags.quiet);
  for (const layer of [made.grunnkart, made.kommune, made.grunnkretser, made.plan]) {
    if (layer.featureCount === 0) continue;
    const path = join(flags.out, `${layer.name}.${flags.format}`);
    const out = flags.format === "gml" && layer === made.grunnkart ? { ...layer, name: GROUND_TYPE } : layer;
    const write = flags.format === "gml" ? writeGml : writeFlatGeobuf;
    await write(path, out, watched(layer, progress, signal));
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
