import { Command } from "commander";
import { optional, wholeNumber } from "./flags.js";

type Flags = {
  output: string;
  epsg?: number;
  tilEpsg?: number;
  felt?: string[];
  tekst: boolean;
  overskriv: boolean;
  quiet: boolean;
};

const names = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

export function convertCommand(signal: AbortSignal): Command {
  return new Command("convert")
    .description(
      "Writes a layer of any format that is read as FlatGeobuf, GeoPackage, GeoJSON, GeoParquet or CSV.",
    )
    .argument("<file>", "the file, or file#layer where it has several")
    .requiredOption(
      "-o, --output <file>",
      "new file; its ending tells the format: .fgb .gpkg .geojson .parquet .csv",
    )
    .option("--epsg <code>", "CRS of the file, when it does not say or says it wrong", wholeNumber)
    .option("--til-epsg <code>", "CRS to convert to (default: the file's own)", wholeNumber)
    .option("--felt <names>", "fields to keep, in this order, with commas between (default: all)", names)
    .option("--tekst", "every field as text, also where the file has numbers", false)
    .option("--overskriv", "replace the output if it is there", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: Flags) => {
      const { convert } = await import("./convert.js");
      await convert(
        {
          path,
          out: flags.output,
          fields: flags.felt ?? [],
          asText: flags.tekst,
          overwrite: flags.overskriv,
          ...optional("epsg", flags.epsg),
          ...optional("toEpsg", flags.tilEpsg),
        },
        flags.quiet,
        signal,
      );
    });
}

const EXAMPLES = `
Examples:
  arealregnskap convert grunnkart.gml.zip -o grunnkart.fgb
  arealregnskap convert kommuneplan.gpkg#kparealformalomrade -o plan.geojson --til-epsg 4326
  arealregnskap convert flater.sos -o flater.parquet --felt objtype,lokalId
  arealregnskap convert flater.csv --epsg 25833 -o flater.gpkg --overskriv

Features keep their order, but in FlatGeobuf they are sorted so that neighbours lie together (Hilbert curve), for its
index. Values are never guessed at: what is text stays text. GeoPackage has every feature as a MultiPolygon, GeoJSON
turns rings to the right hand, CSV has the geometry as WKT and cannot say its CRS.`;
