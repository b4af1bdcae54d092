import { Command, InvalidArgumentError, Option } from "commander";
import type { Language } from "../report/textsShape.js";
import type { RepairOption } from "../tables/repairFacts.js";
import { optional, wholeNumber } from "./flags.js";
import { reportFlag } from "./reportFlag.js";

type Flags = {
  grunnkart: { year: string; path: string }[];
  klasse: string;
  enheter: string[];
  nokkel: string[];
  inndeling: string;
  navn?: string;
  enhet: "km2" | "daa" | "m2";
  arealmetode: "kartplan" | "ellipsoide";
  repair: RepairOption;
  ut: string;
  workers?: number;
  quiet: boolean;
  report?: readonly Language[];
};

const collect = (value: string, list: string[]): string[] => [...list, value];

function collectYears(text: string, list: Flags["grunnkart"]): Flags["grunnkart"] {
  const [, year, path] = /^(\d{4})=(.+)$/.exec(text) ?? [];
  if (year === undefined) throw new InvalidArgumentError("the year comes first: 2025=grunnkart.fgb");
  return [...list, { year, path }].sort((a, b) => Number(a.year) - Number(b.year)); // as the cube has them, however asked
}

function isoDate(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError("a date is wanted, for example 2024-01-01");
}

export function statisticsCommand(signal: AbortSignal): Command {
  return new Command("statistikk")
    .description("Makes complete statistics: T12 for kommuner, fylker and the country, T13 for grunnkretser.")
    .requiredOption(
      "--grunnkart <year=file>",
      "ground layer of a year; repeat for more years",
      collectYears,
      [],
    )
    .requiredOption("--klasse <field>", "the one classification of the cube")
    .option("--enheter <[name=]file>", "kommuner, grunnkretser or both", collect, [])
    .option("--nokkel <name=field>", "field that tells the units of a layer apart", collect, [])
    .option("--inndeling <date>", "the division kommuner are shown by", isoDate, "2024-01-01")
    .option("--navn <file>", "names of grunnkretser: a Klass code list, CSV or JSON")
    .addOption(new Option("--enhet <unit>", "unit of the cube").choices(["km2", "daa", "m2"]).default("km2"))
    .addOption(
      new Option("--arealmetode <method>", "area that is shown")
        .choices(["kartplan", "ellipsoide"])
        .default("ellipsoide"),
    )
    .addOption(
      new Option("--repair <how>", "errors of the ground, as in account")
        .choices(["off", "safe", "full"])
        .default("full"),
    )
    .requiredOption("--out, --ut <folder>", "result folder")
    .addOption(reportFlag())
    .option("--workers <n>", "threads that do the work, this one among them; 0 or 1: no other", wholeNumber)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText(
      "after",
      `
Examples:
  arealregnskap statistikk --grunnkart 2024=n1000.fgb --klasse objtype --enheter kommune=kommuner.fgb --ut kube
  arealregnskap statistikk --grunnkart 2025=grunnkart.fgb --klasse arealdekkeNiva1 --enheter kretser.fgb \\
    --navn klass_1.json --ut kretser

Units that their publisher has generalised (stemmekretser) are refused here.`,
    )
    .action(async (flags: Flags) => {
      const [{ statistics }, { unitsOf }] = await Promise.all([
        import("./statistics.js"),
        import("./unitFlags.js"),
      ]);
      const request = {
        years: flags.grunnkart,
        classField: flags.klasse,
        units: unitsOf(flags.enheter, flags.nokkel),
        measure: flags.arealmetode,
        date: flags.inndeling,
        cubeUnit: flags.enhet,
        repair: flags.repair,
        ...optional("workers", flags.workers),
      };
      const settings = {
        request,
        out: flags.ut,
        ...optional("namesFile", flags.navn),
        ...optional("report", flags.report),
      };
      await statistics(settings, flags.quiet, signal);
    });
}
