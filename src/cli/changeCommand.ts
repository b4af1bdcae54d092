import { Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../core/trouble.js";
import type { Language } from "../report/textsShape.js";
import type { ChangeRequest } from "../run/change.js";
import { optional, wholeNumber } from "./flags.js";
import { reportFlag } from "./reportFlag.js";

type Flags = {
  fra?: string;
  til?: string;
  mappeFra?: string;
  mappeTil?: string;
  fraEpsg?: number;
  tilUtgaveEpsg?: number;
  klasse?: string;
  enheter: string[];
  nokkel: string[];
  arealmetode: "kartplan" | "ellipsoide";
  tilEpsg?: number;
  stripebredde?: number;
  styrt: boolean;
  ut: string;
  workers?: number;
  strict: boolean;
  quiet: boolean;
  report?: readonly Language[];
};

const collect = (value: string, list: string[]): string[] => [...list, value];

export function changeCommand(signal: AbortSignal): Command {
  return new Command("change")
    .description("Overlays two editions of a ground layer and writes what changed: T10, T11, places.")
    .option("--fra <file>", "edition at the start (file#layer)")
    .option("--til <file>", "edition at the end (file#layer)")
    .option(
      "--mappe-fra <folder>",
      "a folder of files at the start, one a kommune: each compared, and their sums",
    )
    .option("--mappe-til <folder>", "the same kommuner at the end, paired by kommunenummer or file name")
    .option("--fra-epsg <code>", "CRS of the first, when its file does not say", wholeNumber)
    .option("--til-utgave-epsg <code>", "CRS of the second, when its file does not say", wholeNumber)
    .option("--klasse <field>", "class field to compare by (default: the first recognised in both)")
    .option("--enheter <[name=]file>", "units to show change by; repeat for more layers", collect, [])
    .option("--nokkel <name=field>", "field that tells the units of a layer apart", collect, [])
    .addOption(
      new Option("--arealmetode <method>", "area shown in tables; cells have both")
        .choices(["kartplan", "ellipsoide"])
        .default("ellipsoide"),
    )
    .option("--til-epsg <code>", "CRS to work in (default: that of the first edition)", wholeNumber)
    .option("--stripebredde <metres>", "changes narrower than this are shown apart as strips", metres)
    .option("--styrt", "show what of the change is managed, by rules/endringsregnskap.json", false)
    .requiredOption("--out, --ut <folder>", "result folder")
    .addOption(reportFlag())
    .option(
      "--workers <n>",
      "threads that do the work, this one among them; 0 or 1: no other (default: one per core; one for small files)",
      wholeNumber,
    )
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: Flags) => {
      const { files, folders } = sidesOf(flags);
      const { unitsOf } = await import("./unitFlags.js");
      const compare = {
        ...optional("classField", flags.klasse),
        units: unitsOf(flags.enheter, flags.nokkel),
        measure: flags.arealmetode,
        ...optional("stripWidthM", flags.stripebredde),
        ...optional("workers", flags.workers),
        ...optional("workEpsg", flags.tilEpsg),
      };
      const { ut: out, styrt: managed, strict, quiet } = flags;
      const report = optional("report", flags.report);
      if (folders !== undefined) {
        const { changeFolders } = await import("./changeFolders.js");
        return changeFolders({ ...folders, compare, out, managed, strict, ...report }, quiet, signal);
      }
      const { change } = await import("./change.js");
      await change({ request: { ...files, ...compare }, out, managed, strict, ...report }, quiet, signal);
    });
}

type Sides =
  | { readonly files: Pick<ChangeRequest, "from" | "to">; readonly folders?: undefined }
  | { readonly folders: { readonly from: string; readonly to: string }; readonly files?: undefined };

/** Two files or two folders, never one of each. */
function sidesOf({ fra, til, mappeFra, mappeTil, fraEpsg, tilUtgaveEpsg }: Flags): Sides {
  const anyFile = [fra, til, fraEpsg, tilUtgaveEpsg].some((flag) => flag !== undefined);
  if (mappeFra !== undefined && mappeTil !== undefined && !anyFile)
    return { folders: { from: mappeFra, to: mappeTil } };
  if (fra !== undefined && til !== undefined && mappeFra === undefined && mappeTil === undefined) {
    return {
      files: {
        from: { path: fra, ...optional("epsg", fraEpsg) },
        to: { path: til, ...optional("epsg", tilUtgaveEpsg) },
      },
    };
  }
  throw new InputError(
    { layer: "flags" },
    {
      came: "neither two files nor two folders",
      wanted: "--fra FILE --til FILE, or --mappe-fra FOLDER --mappe-til FOLDER with files that say their CRS",
      todo: "See arealregnskap change --help",
    },
  );
}

function metres(text: string): number {
  const value = Number(text.replace(",", "."));
  if (text.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("a width in metres is wanted, for example 2 or 0.5");
}

const EXAMPLES = `
Examples:
  arealregnskap change --fra grunnkart2025.fgb --til grunnkart2026.fgb --enheter kommune.fgb --ut endring
  arealregnskap change --fra a.fgb --til b.fgb --klasse okosystemtype1 --styrt --stripebredde 1 --ut endring
  arealregnskap change --mappe-fra grunnkart2025 --mappe-til grunnkart2026 --ut endringer    (again, if it was stopped)

FlatGeobuf with an index, in one CRS, is compared block by block; other files are read whole into memory.`;
