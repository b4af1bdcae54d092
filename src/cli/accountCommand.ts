import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { parse as parseYaml } from "yaml";
import { InputError } from "../core/trouble.js";
import { cellsCsv, findingsCsv, tableCsv } from "../report/csv.js";
import { printChecks, printTable } from "../report/print.js";
import { textsIn } from "../report/texts.js";
import { loadRules } from "../rules/load.js";
import { runAccount } from "../run/account.js";
import { receiptOf } from "../run/receipt.js";
import { checkSettings, type RunSettings } from "../run/settings.js";
import type { AccountFacts } from "../tables/facts.js";
import { parseReference } from "../tables/referenceFile.js";
import { accountTables, type Account } from "../tables/tables.js";
import { checkRunFolder, type RunFile, writeRunFolder } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { wholeNumber } from "./flags.js";
import { Progress } from "./progress.js";
import { VERSION } from "./version.js";

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

const NB = textsIn("nb");

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
    .option("--workers <n>", "worker threads; 0 for none (default: one per core)", wholeNumber)
    .option("--reference <csv>", "reference figures to control against (T15); repeat for more", collect, [])
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (run: string | undefined, flags: Flags) => {
      await account(await settingsOf(run, flags), flags.quiet, signal);
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

/** Runs one account and writes its folder. Prints the first T1 and the checks. */
export async function account(settings: RunSettings, quiet: boolean, signal: AbortSignal): Promise<void> {
  await checkRunFolder(settings.ut);
  const progress = new Progress(quiet);
  const rules = await loadRules();
  const references = await Promise.all(
    settings.referanse.map(async (path) => parseReference(basename(path, ".csv"), await readText(path))),
  );
  const facts = await runAccount(
    {
      grunnkart: { path: settings.grunnkart, ...optional("epsg", settings.grunnkartEpsg) },
      classes: settings.klasse,
      units: settings.enheter.map(({ navn, fil, nokkel, epsg }) => ({
        path: fil,
        ...optional("name", navn),
        ...optional("key", nokkel),
        ...optional("epsg", epsg),
      })),
      measure: settings.arealmetode,
      workers: settings.workers ?? availableParallelism(),
      ...optional("workEpsg", settings.tilEpsg),
    },
    rules,
    { onProgress: (at) => progress.show(at), signal },
  );
  progress.show({ stage: "skriver", done: 0, total: 1 });
  const result = accountTables(facts, rules, { references });
  holdChecks(result);
  signal.throwIfAborted();
  await writeRunFolder(settings.ut, filesOf(facts, result), (written) =>
    receiptOf({ version: VERSION, settings, facts, checks: result.checks, written }),
  );
  const seconds = progress.end();
  if (!quiet) printSummary(settings, facts, result, seconds);
  failIfStrict(settings, result);
}

function* filesOf(facts: AccountFacts, { tables, findings }: Account): Generator<RunFile> {
  yield { path: "cells.csv", chunks: cellsCsv(facts.cells) };
  for (const table of tables) yield { path: `tables/${fileName(table.id)}.csv`, chunks: [tableCsv(table)] };
  yield { path: "findings.csv", chunks: [findingsCsv(findings, NB)] };
}

/** A table's id as a file name: letters, digits and - only. */
const fileName = (id: string): string => id.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-");

function holdChecks({ checks }: Account): void {
  const broken = checks.find(({ ok }) => !ok);
  if (broken === undefined) return;
  throw new InputError(
    { layer: broken.name || "account" },
    {
      came: `figures that do not add up (${broken.id}): ${broken.actualM2} m2 where ${broken.expectedM2} m2 was due`,
      wanted: `agreement within ${broken.toleranceM2} m2`,
      todo: "This is a bug of ours or a layer broken in a way we do not know; nothing was written. Please report it",
    },
  );
}

function printSummary(settings: RunSettings, facts: AccountFacts, result: Account, seconds: number): void {
  const first = result.tables.find(({ id }) => id.startsWith("T1"));
  if (first !== undefined) console.log(printTable(first, NB, { maxRows: 40 }));
  const control = result.tables.find(({ id }) => id.startsWith("T15"));
  if (control !== undefined) console.log(printTable(control, NB, { maxRows: 10 }));
  console.log(printChecks(result.checks, NB));
  for (const [code, count] of countByCode(result.findings)) console.log(`Funn: ${code} (${count})`);
  console.log(
    `${facts.ground.featureCount} flater, ${facts.cells.rowCount} celler på ${seconds.toFixed(1)} s. Resultat: ${settings.ut}`,
  );
}

function countByCode(findings: Account["findings"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

function failIfStrict(settings: RunSettings, { findings }: Account): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (!settings.strict || errors.length === 0) return;
  const [first] = errors;
  throw new StrictFailure(
    `${errors.length} funn av alvor «error» i en streng kjøring, det første: ${first.code} i ${first.layer}: ${first.says}`,
  );
}

async function settingsOf(run: string | undefined, flags: Flags): Promise<RunSettings> {
  const fromFile = run === undefined ? {} : await readRunFile(run);
  const fromFlags = {
    ...optional("grunnkart", flags.grunnkart),
    ...optional("grunnkartEpsg", flags.grunnkartEpsg),
    ...(flags.klasse.length === 0 ? {} : { klasse: flags.klasse }),
    ...(flags.enheter.length === 0 ? {} : { enheter: unitsOf(flags) }),
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
  const settings = checkSettings(parsed, path);
  const here = dirname(resolve(path));
  return {
    ...settings,
    grunnkart: resolve(here, settings.grunnkart),
    enheter: settings.enheter.map((unit) => ({ ...unit, fil: resolve(here, unit.fil) })),
    referanse: settings.referanse.map((file) => resolve(here, file)),
    ut: resolve(here, settings.ut),
  };
}

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

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new InputError(
      { layer: path },
      {
        came: `a file that cannot be read (${String(error)})`,
        wanted: "a text file",
        todo: "Check the path",
      },
    );
  }
}

/** { [key]: value }, or nothing when there is no value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
