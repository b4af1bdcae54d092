import { Command, Option } from "commander";
import type { Language } from "../report/textsShape.js";
import { optional, wholeNumber } from "./flags.js";
import { reportFlag } from "./reportFlag.js";

type Flags = {
  ut?: string;
  workers?: number;
  repair?: string;
  report?: readonly Language[];
  strict: boolean;
  quiet: boolean;
};

export function scenarioCommand(signal: AbortSignal): Command {
  return new Command("scenario")
    .description("Edits of a plan held against the plan as it stands: T9 by scenario, T9b by edit.")
    .argument("<run>", "scenario file (YAML or JSON): the fields of account, and scenarioer")
    .option("--out, --ut <folder>", "result folder (default: ut in the file)")
    .addOption(
      new Option(
        "--repair <how>",
        "errors of the ground, plans and edits, as in account: off, safe or full (default: reparasjon in the file, else full)",
      ).choices(["off", "safe", "full"]),
    )
    .option("--workers <n>", "threads that make the base, this one among them; 0 or 1: no other", wholeNumber)
    .addOption(reportFlag())
    .option("--strict", "fail when there are findings of severity error", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (run: string, flags: Flags) => {
      const [{ scenario }, { checkScenarioSettings }, { readRunFile }] = await Promise.all([
        import("./scenario.js"),
        import("../scenario/scenarioSettings.js"),
        import("./runFile.js"),
      ]);
      const fromFlags = {
        ...optional("ut", flags.ut),
        ...optional("workers", flags.workers),
        ...optional("reparasjon", flags.repair),
        ...optional("rapport", flags.report),
        ...(flags.strict ? { strict: true } : {}),
      };
      await scenario(
        checkScenarioSettings({ ...(await readRunFile(run)), ...fromFlags }, run),
        flags.quiet,
        signal,
      );
    });
}

const EXAMPLES = `
Example:
  arealregnskap scenario alternativer.yaml --ut scenarioer

  # alternativer.yaml
  grunnkart: grunnkart.fgb
  enheter: [{navn: kommune, fil: kommune.fgb}]
  plan: [{fil: kommuneplan.gpkg}]
  metode: [serie-1-2]
  scenarioer:
    - navn: Uten Lia
      endringer:
        - {navn: Lia ut, handling: fjern, omrade: B12}
    - navn: Fortett
      endringer:
        - {navn: Sentrum, handling: leggTil, formal: 1110, fil: sentrum.geojson, filter: {felt: A}}
        - {navn: Myra blir LNFR, handling: endre, formal: 5100, status: 1, omrade: [B7, B8]}
        - navn: Ny veg
          handling: leggTil
          formal: 2010
          buffer: 15
          geometri: {type: LineString, coordinates: [[10.1, 59.9], [10.2, 59.9]]}
    - navn: Forslaget
      endringer:
        - {handling: erstattPlan, fil: forslag.gpkg}

handling: leggTil, fjern, endre (formal, status or both) or erstattPlan. Where: omrade (lokalId or name of plan areas),
geometri (GeoJSON in degrees; points and lines with buffer in metres) or fil (a layer, with a filter by field).`;
