import { Command } from "commander";
import { EXIT } from "./exit.js";
import { wholeNumber } from "./flags.js";

export function inspectCommand(signal: AbortSignal): Command {
  return new Command("inspect")
    .description(
      "Tells what files are: format, layers, CRS, geometry, fields with values, Grunnkart edition, warnings.",
    )
    .argument("<file...>", "files, archives or addresses; every layer of each is told of")
    .option("--epsg <code>", "their CRS, when the file does not say", wholeNumber)
    .option("--json", "as JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  arealregnskap inspect grunnkart.gml.zip kommuner.geojson\n  arealregnskap inspect --json grunnkart.fgb",
    )
    .action(async (paths: string[], { epsg, json }: { epsg?: number; json: boolean }) => {
      const { inspectFiles, inspectionText } = await import("./inspect.js");
      const { told, unread } = await inspectFiles(paths, epsg, signal);
      console.log(json ? JSON.stringify(told, undefined, 2) : told.map(inspectionText).join("\n\n"));
      if (unread > 0) process.exitCode = EXIT.input;
    });
}
