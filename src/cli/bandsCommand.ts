import { Command, InvalidArgumentError, Option } from "commander";
import type { BandRequest } from "../bands/limits.js";
import { InputError } from "../core/trouble.js";
import { optional, wholeNumber } from "./flags.js";

type Flags = {
  output: string;
  ekvidistanse?: number;
  grenser?: number[];
  ramme?: string;
  felt?: string;
  glipp?: number;
  utenKurver: "uavklart" | "laveste";
  epsg?: number;
  overskriv: boolean;
  quiet: boolean;
};

export function bandsCommand(signal: AbortSignal): Command {
  return new Command("bands")
    .description("Builds elevation bands from contour lines: polygons to use as units in an account.")
    .argument("<file>", "contours: SOSI, GML or GeoJSON, or a zip archive with one of them")
    .requiredOption(
      "-o, --output <file>",
      "new file; its ending tells the format: .fgb .gpkg .geojson .parquet",
    )
    .option("--ekvidistanse <metres>", "a band every so many metres", decimal)
    .option("--grenser <list>", "limits between bands, in metres with commas between: 0,200,400", decimals)
    .option(
      "--ramme <file>",
      "polygons the map sheet is (file#layer; default: the edge lines in the file, else the box around the contours)",
    )
    .option("--felt <name>", "field of heights, where it is not one that is known")
    .option("--glipp <metres>", "widest gap in a contour that is closed (default: 1)", decimal)
    .addOption(
      new Option("--uten-kurver <what>", "what ground without any contour is: unknown, or in the lowest band")
        .choices(["uavklart", "laveste"])
        .default("uavklart"),
    )
    .option("--epsg <code>", "CRS of the file, when it does not say or says it wrong", wholeNumber)
    .option("--overskriv", "replace the output if it is there", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: Flags) => {
      const { bands } = await import("./bands.js");
      await bands(
        {
          path,
          out: flags.output,
          bands: requestOf(flags),
          lowestWithout: flags.utenKurver === "laveste",
          overwrite: flags.overskriv,
          ...optional("frame", flags.ramme),
          ...optional("field", flags.felt),
          ...optional("gapM", flags.glipp),
          ...optional("epsg", flags.epsg),
        },
        flags.quiet,
        signal,
      );
    });
}

const EXAMPLES = `
Examples:
  arealregnskap bands hoydekurver.sos -o band.fgb --ekvidistanse 100
  arealregnskap bands hoydekurver.gml.zip -o band.gpkg --grenser 0,300,600,900 --ramme kommune.fgb
  arealregnskap account --grunnkart grunnkart.fgb --enheter hoyde=band.fgb --nokkel hoyde=hoydeband --out regnskap

Nothing is interpolated: where the contours do not tell the band, the ground is a polygon of its own, «uavklart». Every
doubtful place is listed with its coordinates in <output>.funn.csv. Heights of the lines themselves (Z) are used only
where no field has them, and areas are measured in the plane.`;

function requestOf({ ekvidistanse, grenser }: Flags): BandRequest {
  if (ekvidistanse !== undefined && grenser === undefined) return { step: ekvidistanse };
  if (grenser !== undefined && ekvidistanse === undefined) return { limits: grenser };
  throw new InputError(
    { layer: "flags" },
    {
      came: grenser === undefined ? "no limits between bands" : "both --ekvidistanse and --grenser",
      wanted: "one of them",
      todo: "Give --ekvidistanse 100, or --grenser 0,200,400",
    },
  );
}

function decimal(text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text.trim())) throw new InvalidArgumentError("a number of metres is wanted");
  return Number(text);
}

const decimals = (text: string): number[] => text.split(",").map(decimal);
