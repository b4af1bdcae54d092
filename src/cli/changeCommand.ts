import { Command, InvalidArgumentError, Option } from "commander";
import { optional, wholeNumber } from "./flags.js";

type Flags = {
  fra: string;
  til: string;
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
};

const collect = (value: string, list: string[]): string[] => [...list, value];

export function changeCommand(signal: AbortSignal): Command {
  return new Command("change")
    .description("Overlays two editions of a ground layer and writes what changed: T10, T11, places.")
    .requiredOption("--fra <file>", "edition at the start (file#layer)")
    .requiredOption("--til <file>", "edition at the end (file#layer)")
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
    .requiredOption("--ut <folder>", "result folder")
    .option("--workers <n>", "worker threads; 0 for none", wholeNumber)
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: Flags) => {
      const [{ change }, { unitsOf }] = await Promise.all([import("./change.js"), import("./unitFlags.js")]);
      const request = {
        from: { path: flags.fra, ...optional("epsg", flags.fraEpsg) },
        to: { path: flags.til, ...optional("epsg", flags.tilUtgaveEpsg) },
        ...optional("classField", flags.klasse),
        units: unitsOf(flags.enheter, flags.nokkel),
        measure: flags.arealmetode,
        ...optional("stripWidthM", flags.stripebredde),
        ...optional("workers", flags.workers),
        ...optional("workEpsg", flags.tilEpsg),
      };
      const { ut: out, styrt: managed, strict } = flags;
      await change({ request, out, managed, strict }, flags.quiet, signal);
    });
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

FlatGeobuf with an index, in one CRS, is compared block by block; other files are read whole into memory.`;
