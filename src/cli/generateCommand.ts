import { Command, Option } from "commander";
import { ERROR_KINDS } from "../generate/plant.js";
import { wholeNumber } from "./flags.js";
import type { GenerateFlags } from "./generateInto.js";

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
    .addOption(new Option("--format <name>", "format of the files").choices(["fgb", "gml"]).default("fgb"))
    .option("--quiet", "print nothing but errors", false)
    .addHelpText(
      "after",
      `
Examples:
  arealregnskap generate --out eksempel
  arealregnskap generate --polygons 200000 --plan-areas 20000 --kommuner 15 --out stor
  arealregnskap generate --format gml --out gml    (GML 3.2; the ground as GrunnkartFlate)
  arealregnskap generate --plant gap,overlap --plant-count 10 --out feil    (lists them in planted.json)`,
    )
    .action(async (flags: GenerateFlags) => {
      const { generateInto } = await import("./generateInto.js");
      await generateInto(flags, signal);
    });
}
