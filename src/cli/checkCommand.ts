import { Command } from "commander";
import { optional, wholeNumber } from "./flags.js";

type Flags = {
  output?: string;
  epsg?: number;
  id?: string;
  workers?: number;
  neighbours?: boolean;
  json: boolean;
  strict: boolean;
  quiet: boolean;
};

export function checkCommand(signal: AbortSignal): Command {
  return new Command("check")
    .description(
      "Looks for errors in and between the polygons of files, and in their values. Changes nothing.",
    )
    .argument("<file...>", "files, or file#layer where one has several")
    .option(
      "-o, --output <folder>",
      "new folder for findings.csv, and the findings' places as points (GeoJSON) and as ground (FlatGeobuf)",
    )
    .option("--epsg <code>", "their CRS, when the file does not say or says it wrong", wholeNumber)
    .option("--id <field>", "field with the features' ids (default: lokalId)")
    .option(
      "--workers <n>",
      "threads that do the work, this one among them; 0 or 1: no other (default: one per core; one for a small file)",
      wholeNumber,
    )
    .option(
      "--neighbours",
      "look between polygons too: overlaps, gaps, unmatched vertices (default for a Grunnkart and land cover, not for " +
        "plans)",
    )
    .option("--no-neighbours", "look at each polygon by itself only")
    .option("--json", "the findings as JSON on the terminal", false)
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], flags: Flags) => {
      const { check } = await import("./check.js");
      await check(
        {
          paths,
          json: flags.json,
          strict: flags.strict,
          quiet: flags.quiet,
          ...optional("out", flags.output),
          ...optional("epsg", flags.epsg),
          ...optional("idField", flags.id),
          ...optional("workers", flags.workers),
          ...optional("neighbours", flags.neighbours),
        },
        signal,
      );
    });
}

const EXAMPLES = `
Examples:
  arealregnskap check grunnkart.fgb
  arealregnskap check grunnkart.gml.zip kommuneplan.gpkg#kparealformalomrade -o funn
  arealregnskap check --json --strict grunnkart.fgb > funn.json

Errors leave doubt of what lies inside a polygon, or name a value no list has; warnings are invalid by OGC but have one
area only; notes are untidy. Places are in the file's own CRS.
Exit codes: 0 fine, 1 a file that cannot be read, 2 errors found in a --strict run.`;
