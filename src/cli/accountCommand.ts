import { basename } from "node:path";
import { Command, Option } from "commander";
import { InputError } from "../core/trouble.js";
import type { RunSettings } from "../run/settings.js";
import { metres, optional, wholeNumber } from "./flags.js";
import { PLAN_FORM, plansOf } from "./planFlags.js";

type Flags = {
  grunnkart: string[];
  mappe?: string;
  grunnkartEpsg?: number;
  mellomlager?: string | true;
  klasse: string[];
  enheter: string[];
  nokkel: string[];
  enheterEpsg: string[];
  plan: string[];
  planNy: string[];
  tema: string[];
  metode: string[];
  planmodus?: string;
  modus?: string;
  repair?: string;
  snap?: number;
  arealmetode?: string;
  tilEpsg?: number;
  out?: string;
  workers?: number;
  strict: boolean;
  reference: string[];
  report?: string | true;
  flater?: string | true;
  quiet: boolean;
};

const collect = (value: string, list: string[]): string[] => [...list, value];
const listed = (value: string, list: string[]): string[] => [
  ...list,
  ...value.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()])),
];

export function accountCommand(signal: AbortSignal): Command {
  return new Command("account")
    .description(
      "Overlays a ground layer with units and writes the account: cells, tables, findings, receipt.",
    )
    .argument("[run]", "run file (YAML or JSON) with the same fields as the flags; flags win")
    .option(
      "--grunnkart <file>",
      "ground layer: GrunnkartFlate or any polygon layer (file#layer); repeat for more files of one ground",
      collect,
      [],
    )
    .option("--mappe <folder>", "a folder of ground files, one a kommune: an account of each, and their sums")
    .option("--grunnkart-epsg <code>", "its CRS, when the file does not say", wholeNumber)
    .option(
      "--mellomlager [folder]",
      "keep slow ground and unit files as FlatGeobuf for the next run (default: in mellomlager/ beside each)",
    )
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
    .option(
      `--plan ${PLAN_FORM}`,
      "plan areas in force, for the tables T3-T8; repeat for more. The type (KpArealformålOmråde, RpArealformålOmråde ...) only where the file does not say it",
      collect,
      [],
    )
    .option(`--plan-ny ${PLAN_FORM}`, "plan areas of a proposal; repeat for more", collect, [])
    .option("--tema <name=file>", "theme to hold against the plans (T8); repeat for more", collect, [])
    .option(
      "--metode <ids>",
      "how arealreserve is counted: kdd, nina-2023, nina-2023-streng, serie-1-2; several with commas (default: serie-1-2)",
      listed,
      [],
    )
    .addOption(
      new Option(
        "--planmodus <mode>",
        "kp: kommuneplaner only; mosaikk: reguleringsplaner laid over them (default: kp)",
      ).choices(["kp", "mosaikk"]),
    )
    .addOption(
      new Option(
        "--modus <mode>",
        "statistikk: units that are generalised are refused; visning: they are told of (default: visning)",
      ).choices(["visning", "statistikk"]),
    )
    .addOption(
      new Option(
        "--arealmetode <method>",
        "area shown in tables; cells have both (default: ellipsoide)",
      ).choices(["kartplan", "ellipsoide"]),
    )
    .addOption(
      new Option(
        "--repair <how>",
        "errors of the ground: off leaves them; safe reads invalid polygons by the structure rule; full mends overlaps and small gaps as well (default: full)",
      ).choices(["off", "safe", "full"]),
    )
    .option(
      "--snap <metres>",
      "with --repair full: vertices on narrow strips of the ground this near to each other become one (default: none moves)",
      metres,
    )
    .option("--til-epsg <code>", "CRS to work in (default: the ground's own)", wholeNumber)
    .option("--ut, --out <folder>", "result folder")
    .option(
      "--workers <n>",
      "threads that do the work, this one among them; 0 or 1: no other (default: one per core; one for a small file)",
      wholeNumber,
    )
    .option("--reference <csv>", "reference figures to control against (T15); repeat for more", collect, [])
    .option("--report [languages]", "write a report with a map: nb (default), nn, en; several with commas")
    .option(
      "--flater [format]",
      "write the pieces as polygons with a QGIS style: fgb (FlatGeobuf, default) or gpkg (GeoPackage)",
    )
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (run: string | undefined, flags: Flags) => {
      if (flags.mappe !== undefined) return accountOfFolder(run, flags, flags.mappe, signal);
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
  arealregnskap account --grunnkart grunnkart.fgb --enheter kommune.fgb --plan kommuneplan.gpkg \\
    --plan-ny forslag.gpkg --tema verneomrade=vern.fgb --metode serie-1-2,kdd --out planregnskap
  arealregnskap account --grunnkart 0301.gml.zip --grunnkart 3201.gml.zip --mellomlager \\
    --enheter kommune.fgb --out to-kommuner
  arealregnskap account kjoring.yaml --workers 0
  arealregnskap account --mappe grunnkart --enheter kommune.fgb --out landet    (again, if it was stopped)

A reference is a CSV: long (unit, class, areal_m2) or wide (unit, then one column in m2 per class value).
Exit codes: 0 fine, 1 something in the input to mend, 2 findings in a --strict run, 3 files left out
of a --mappe run, 70 a bug of ours, 130 Ctrl-C.`;

/** The settings are those of one account, with the folder in the ground file's place. */
async function accountOfFolder(
  run: string | undefined,
  flags: Flags,
  mappe: string,
  signal: AbortSignal,
): Promise<void> {
  if (flags.grunnkart.length > 0) throw missing("either --grunnkart or --mappe, not both");
  const settings = await settingsOf(run, { ...flags, grunnkart: [mappe] });
  if (settings.flereGrunnkart.length > 0) throw missing("either flereGrunnkart or --mappe, not both");
  const { national } = await import("./national.js");
  await national(settings, flags.quiet, signal);
}

async function settingsOf(run: string | undefined, flags: Flags): Promise<RunSettings> {
  const [{ checkSettings }, { readRunFile }] = await Promise.all([
    import("../run/settings.js"),
    import("./runFile.js"),
  ]);
  const fromFile = run === undefined ? {} : await readRunFile(run);
  const fromFlags = {
    ...groundsOf(flags),
    ...optional("grunnkartEpsg", flags.grunnkartEpsg),
    ...optional("mellomlager", flags.mellomlager),
    ...(flags.klasse.length === 0 ? {} : { klasse: flags.klasse }),
    ...(speaksOfUnits(flags) ? { enheter: unitsOf(flags) } : {}),
    ...(flags.plan.length + flags.planNy.length === 0 ? {} : { plan: plansOf(flags) }),
    ...(flags.tema.length === 0 ? {} : { tema: flags.tema.map(themeOf) }),
    ...(flags.metode.length === 0 ? {} : { metode: flags.metode }),
    ...optional("planmodus", flags.planmodus),
    ...optional("modus", flags.modus),
    ...optional("arealmetode", flags.arealmetode),
    ...optional("reparasjon", flags.repair),
    ...optional("snapM", flags.snap),
    ...optional("tilEpsg", flags.tilEpsg),
    ...optional("ut", flags.out),
    ...optional("workers", flags.workers),
    ...(flags.flater === undefined ? {} : { flater: flags.flater === true ? "fgb" : flags.flater }),
    ...(flags.strict ? { strict: true } : {}),
    ...(flags.reference.length === 0 ? {} : { referanse: flags.reference }),
    ...(flags.report === undefined
      ? {}
      : { rapport: flags.report === true ? ["nb"] : listed(flags.report, []) }),
  };
  if (run === undefined) {
    if (flags.grunnkart.length === 0) throw missing("--grunnkart FILE, or a run file");
    if (flags.out === undefined) throw missing("--out FOLDER");
  }
  return checkSettings({ ...fromFile, ...fromFlags }, run ?? "flags");
}

/** The first file and the others. Those of a run file are not mixed with those of flags. */
function groundsOf({ grunnkart, grunnkartEpsg }: Flags): object {
  const [first, ...others] = grunnkart;
  if (first === undefined) return {};
  const epsg = optional("epsg", grunnkartEpsg);
  return { grunnkart: first, flereGrunnkart: others.map((fil) => ({ fil, ...epsg })) };
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

function themeOf(text: string) {
  const [navn, fil] = nameAndValue(text, "--tema NAME=FILE");
  return { navn, fil };
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
