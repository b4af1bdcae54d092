import { basename, dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { InputError } from "../core/trouble.js";
import type { RunSettings } from "../run/settings.js";
import { optional, wholeNumber } from "./flags.js";
import { readText } from "./readText.js";

type Flags = {
  grunnkart?: string;
  grunnkartEpsg?: number;
  klasse: string[];
  enheter: string[];
  nokkel: string[];
  enheterEpsg: string[];
  arealmetode?: string;
  tilEpsg?: number;
  out?: string;
  workers?: number;
  strict: boolean;
  reference: string[];
  quiet: boolean;
};

const collect = (value: string, list: string[]): string[] => [...list, value];

export function accountCommand(signal: AbortSignal): Command {
  return new Command("account")
    .description(
      "Overlays a ground layer with units and writes the account: cells, tables, findings, receipt.",
    )
    .argument("[run]", "run file (YAML or JSON) with the same fields as the flags; flags win")
    .option("--grunnkart <file>", "ground layer: GrunnkartFlate or any polygon layer (file#layer)")
    .option("--grunnkart-epsg <code>", "its CRS, when the file does not say", wholeNumber)
    .option(
      "--klasse <field>",
      "field to account by; repeat for more (default: those of a Grunnkart)",
      collect,
      [],
    )
    .option(
      "--enheter <[name=]file>",
      "units, plan areas or other zones; repeat for more layers",
      collect,
      [],
    )
    .option("--nokkel <name=field>", "field that tells the units of a layer apart", collect, [])
    .option("--enheter-epsg <name=code>", "CRS of a unit layer, when its file does not say", collect, [])
    .addOption(
      new Option(
        "--arealmetode <method>",
        "area shown in tables; cells have both (default: ellipsoide)",
      ).choices(["kartplan", "ellipsoide"]),
    )
    .option("--til-epsg <code>", "CRS to work in (default: the ground's own)", wholeNumber)
    .option("--out <folder>", "result folder")
    .option(
      "--workers <n>",
      "worker threads; 0 for none (default: one per core, none for a small file)",
      wholeNumber,
    )
    .option("--reference <csv>", "reference figures to control against (T15); repeat for more", collect, [])
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (run: string | undefined, flags: Flags) => {
      const settings = await settingsOf(run, flags);
      const { account } = await import("./account.js");
      await account(settings, flags.quiet, signal);
    });
}

const EXAMPLES = `
Examples:
  arealregnskap account --grunnkart grunnkart.fgb --enheter kommune.fgb --out regnskap
  arealregnskap account --grunnkart n1000.fgb --klasse objtype --enheter kommune=kommuner.fgb \\
    --nokkel kommune=kommunenummer --arealmetode kartplan --reference fasit.csv --out regnskap
  arealregnskap account kjoring.yaml --workers 0

A reference is a CSV: long (unit, class, areal_m2) or wide (unit, then one column in m2 per class value).
Exit codes: 0 fine, 1 something in the input to mend, 2 findings in a --strict run, 70 a bug of ours, 130 Ctrl-C.`;

async function settingsOf(run: string | undefined, flags: Flags): Promise<RunSettings> {
  const { checkSettings } = await import("../run/settings.js");
  const fromFile = run === undefined ? {} : await readRunFile(run);
  const fromFlags = {
    ...optional("grunnkart", flags.grunnkart),
    ...optional("grunnkartEpsg", flags.grunnkartEpsg),
    ...(flags.klasse.length === 0 ? {} : { klasse: flags.klasse }),
    ...(speaksOfUnits(flags) ? { enheter: unitsOf(flags) } : {}),
    ...optional("arealmetode", flags.arealmetode),
    ...optional("tilEpsg", flags.tilEpsg),
    ...optional("ut", flags.out),
    ...optional("workers", flags.workers),
    ...(flags.strict ? { strict: true } : {}),
    ...(flags.reference.length === 0 ? {} : { referanse: flags.reference }),
  };
  if (run === undefined) {
    if (flags.grunnkart === undefined) throw missing("--grunnkart FILE, or a run file");
    if (flags.out === undefined) throw missing("--out FOLDER");
  }
  return checkSettings({ ...fromFile, ...fromFlags }, run ?? "flags");
}

/** A run file's paths are relative to itself. */
async function readRunFile(path: string): Promise<Record<string, unknown>> {
  const text = await readText(path);
  const { parse: parseYaml } = await import("yaml");
  let parsed: unknown;
  try {
    parsed = parseYaml(text);
  } catch (error) {
    throw new InputError(
      { layer: path },
      {
        came: `text that is not YAML (${String(error)})`,
        wanted: "a run file",
        todo: "Mend the line it names",
      },
    );
  }
  return withPathsFrom(dirname(resolve(path)), parsed);
}

/** What is not of the right form passes as it is: `checkSettings` says so with its name. */
function withPathsFrom(folder: string, parsed: unknown): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...(parsed as object) };
  const placed = (value: unknown): unknown => (typeof value === "string" ? resolve(folder, value) : value);
  const each = (value: unknown, change: (item: unknown) => unknown): unknown =>
    Array.isArray(value) ? value.map(change) : value;
  for (const name of ["grunnkart", "ut"]) if (name in settings) settings[name] = placed(settings[name]);
  if ("referanse" in settings) settings["referanse"] = each(settings["referanse"], placed);
  if ("enheter" in settings) {
    settings["enheter"] = each(settings["enheter"], (unit) =>
      typeof unit === "object" && unit !== null && "fil" in unit ? { ...unit, fil: placed(unit.fil) } : unit,
    );
  }
  return settings;
}

/** A field or a CRS for a layer that is not named is refused by `unitsOf`, not passed over. */
const speaksOfUnits = ({ enheter, nokkel, enheterEpsg }: Flags): boolean =>
  enheter.length + nokkel.length + enheterEpsg.length > 0;

function unitsOf({ enheter, nokkel, enheterEpsg }: Flags) {
  const keys = new Map(nokkel.map((text) => nameAndValue(text, "--nokkel NAME=FIELD")));
  const codes = new Map(enheterEpsg.map((text) => nameAndValue(text, "--enheter-epsg NAME=CODE")));
  const units = enheter.map((text) => {
    const equals = text.indexOf("=");
    const name = equals > 0 ? text.slice(0, equals) : undefined;
    const file = equals > 0 ? text.slice(equals + 1) : text;
    const called = name ?? basename(file).replace(/\.[^.]*$/, "");
    const epsg = codes.get(called);
    return {
      fil: file,
      ...optional("navn", name),
      ...optional("nokkel", keys.get(called)),
      ...optional("epsg", epsg === undefined ? undefined : Number(epsg)),
      called,
    };
  });
  for (const name of [...keys.keys(), ...codes.keys()]) {
    if (!units.some(({ called }) => called === name)) {
      throw new InputError(
        { layer: "flags" },
        {
          came: `a field or CRS for ${name}, which no --enheter names`,
          wanted: `one of ${units.map(({ called }) => called).join(", ") || "(no --enheter given)"}`,
          todo: `Write --enheter ${name}=FILE`,
        },
      );
    }
  }
  return units.map(({ called: _, ...unit }) => unit);
}

function nameAndValue(text: string, form: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new InputError(
    { layer: "flags" },
    { came: text, wanted: form, todo: "Give the layer's name and the value" },
  );
}

function missing(what: string): InputError {
  return new InputError(
    { layer: "flags" },
    { came: "too little", wanted: what, todo: "See arealregnskap account --help" },
  );
}
