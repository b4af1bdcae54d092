import { Command } from "commander";
import { InputError } from "../core/trouble.js";
import { unguarded } from "../report/csv.js";
import { optional } from "./flags.js";

type Flags = {
  tabell?: string;
  rad: string[];
  kolonne?: string;
  celle: string[];
  mappe?: string;
  ut?: string;
  quiet: boolean;
};

const collect = (value: string, list: string[]): string[] => [...list, value];

export function explainCommand(signal: AbortSignal): Command {
  return new Command("explain")
    .description(
      "Shows how a figure of a run is made: its formula, and every piece of ground in it, as a list or as polygons.",
    )
    .argument("<receipt>", "kvittering.json of an account or a scenario, or the folder it is in")
    .option("--tabell <id>", "table: the name of its CSV file without .csv")
    .option(
      "--rad <column=value>",
      "row: a text in one of its columns; repeat until one row is left",
      collect,
      [],
    )
    .option("--kolonne <id>", "column of areas or shares")
    .option(
      "--celle <field=value>",
      "instead of a table: cells with this value; repeat for more",
      collect,
      [],
    )
    .option(
      "--mappe <folder>",
      "where the input files are (default: the receipt's folder and the two above it)",
    )
    .option("--ut <file>", "write all pieces as polygons: .geojson, .fgb, .gpkg, .parquet or .csv")
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (receipt: string, { tabell, rad, kolonne, celle, mappe, ut, quiet }: Flags) => {
      if ((tabell === undefined) === (celle.length === 0))
        throw wrong("either --tabell with --rad and --kolonne, or --celle");
      if (tabell !== undefined && kolonne === undefined) throw wrong("--kolonne ID");
      const question =
        tabell === undefined
          ? { cells: pairs(celle, "--celle FIELD=VALUE") }
          : { figure: { table: tabell, row: pairs(rad, "--rad COLUMN=VALUE"), column: kolonne! } };
      const { explain } = await import("./explain.js");
      const settings = { receipt, question, ...optional("mappe", mappe), ...optional("out", ut) };
      await explain(settings, quiet, signal);
    });
}

/** Fields with their values, which may stand as the CSV files have them: `'=A` for the text `=A`. */
function pairs(texts: readonly string[], form: string): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals < 1) throw wrong(form);
      return [text.slice(0, equals), unguarded(text.slice(equals + 1))] as const;
    }),
  );
}

function wrong(wanted: string): InputError {
  return new InputError(
    { layer: "flags" },
    { came: "no figure to explain", wanted, todo: "See arealregnskap explain --help" },
  );
}

const EXAMPLES = `
Examples:
  arealregnskap explain regnskap --tabell T4-serie-1-2-arealdekkeNiva1 --rad enhet=0301 --rad kode=1110 \\
    --kolonne reserve --ut reserve.geojson
  arealregnskap explain regnskap --tabell T5 --rad enhet=0301 --rad rad=formal --rad kode=1110 --kolonne endring
  arealregnskap explain scenarioer --tabell T9-serie-1-2-arealdekkeNiva1 --rad scenario=A --rad rad=endring \\
    --kolonne reserve
  arealregnskap explain regnskap --celle arealdekkeNiva1=myr --celle kommune=0301

A feature stands once for each set of units and plan areas it lies under; fortegn is -1 where the figure takes it away.
The pieces sum to the figure, or nothing is written. Of ground that was repaired on the way it is the repaired ground,
and what the repair moved in the figure is told.`;
