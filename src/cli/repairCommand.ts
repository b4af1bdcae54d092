import { Command } from "commander";
import { metres, optional, wholeNumber } from "./flags.js";

type Flags = {
  output: string;
  epsg?: number;
  tilEpsg?: number;
  id?: string;
  snap?: number;
  overskriv: boolean;
  strict: boolean;
  quiet: boolean;
};

export function repairCommand(signal: AbortSignal): Command {
  return new Command("repair")
    .description(
      "Repairs a layer of polygons that should cover the ground once, and posts every square metre it moves.",
    )
    .argument("<file>", "the file, or file#layer where it has several")
    .requiredOption(
      "-o, --output <file>",
      "new file; its ending tells the format: .fgb .gpkg .geojson .parquet .csv",
    )
    .option("--epsg <code>", "CRS of the file, when it does not say or says it wrong", wholeNumber)
    .option("--til-epsg <code>", "CRS to move it to first; needed for a file in degrees", wholeNumber)
    .option("--id <field>", "field with the features' ids (default: lokalId)")
    .option(
      "--snap <metres>",
      "vertices on narrow strips this near to each other become one, up to 1 (default: none moves)",
      metres,
    )
    .option("--overskriv", "replace the output if it is there", false)
    .option("--strict", "fail when something could not be repaired, or is an error of the data", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: Flags) => {
      const { repair } = await import("./repair.js");
      await repair(
        {
          path,
          out: flags.output,
          overwrite: flags.overskriv,
          ...optional("epsg", flags.epsg),
          ...optional("toEpsg", flags.tilEpsg),
          ...optional("idField", flags.id),
          ...optional("snapM", flags.snap),
        },
        flags,
        signal,
      );
    });
}

const EXAMPLES = `
Examples:
  arealregnskap repair grunnkart.fgb -o grunnkart-reparert.fgb
  arealregnskap repair kommuner.geojson --til-epsg 25833 -o kommuner.gpkg --id kommunenummer

Beside the output are <name>.ledger.csv, a line for every change, and <name>.ledger.fgb, the same on the map. No vertex
moves without --snap. Ground claimed twice goes by explicit priority, longest border, larger polygon, lowest id; gaps up to 1 m and
50 m2 go to the longest border, larger ones stay and are listed (rules/topologi.json).`;
