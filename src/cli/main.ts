#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { BrokenInvariant, InputError } from "../core/trouble.js";
import { WorkerDied } from "../pool/pool.js";
import { PartBroke } from "../run/partBroke.js";
import { removeTempFolders } from "../read/tempFolder.js";
import { accountCommand } from "./accountCommand.js";
import { changeCommand } from "./changeCommand.js";
import { bandsCommand } from "./bandsCommand.js";
import { checkCommand } from "./checkCommand.js";
import { convertCommand } from "./convertCommand.js";
import { EXIT, PartsMissing, StrictFailure } from "./exit.js";
import { explainCommand } from "./explainCommand.js";
import { exampleCommand } from "./exampleCommand.js";
import { generateCommand } from "./generateCommand.js";
import { inspectCommand } from "./inspectCommand.js";
import { OPTION_HELP } from "./optionHelp.js";
import { repairCommand } from "./repairCommand.js";
import { reportCommand } from "./reportCommand.js";
import { scenarioCommand } from "./scenarioCommand.js";
import { schemaCommand } from "./schemaCommand.js";
import { statisticsCommand } from "./statisticsCommand.js";
import { verifyCommand } from "./verifyCommand.js";
import { VERSION } from "./version.js";

/** Ctrl-C asks the command to stop and clean up; a second one ends at once. */
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort(new Error("avbrutt")));
process.once("SIGTERM", () => interrupt.abort(new Error("avbrutt")));
process.once("exit", removeTempFolders);

const HELP = `
Start with:
  arealregnskap example                          an example kommune, its account and a report
  arealregnskap inspect grunnkart.gml.zip        what is in a file
  arealregnskap account --grunnkart grunnkart.gml.zip --enheter kommune.fgb --report --out regnskap

arealregnskap COMMAND --help tells everything about a command.`;

const program = new Command("arealregnskap")
  .description("Exact land accounts: what lies on the ground, by kommune, plan area or any other zone.")
  .version(VERSION)
  .addHelpText("after", HELP)
  .showHelpAfterError("(arealregnskap --help tells what there is)")
  .exitOverride()
  .addCommand(accountCommand(interrupt.signal))
  .addCommand(inspectCommand(interrupt.signal))
  .addCommand(reportCommand(interrupt.signal))
  .addCommand(changeCommand(interrupt.signal))
  .addCommand(scenarioCommand(interrupt.signal))
  .addCommand(explainCommand(interrupt.signal))
  .addCommand(verifyCommand(interrupt.signal))
  .addCommand(checkCommand(interrupt.signal))
  .addCommand(convertCommand(interrupt.signal))
  .addCommand(repairCommand(interrupt.signal))
  .addCommand(bandsCommand(interrupt.signal))
  .addCommand(generateCommand(interrupt.signal))
  .addCommand(exampleCommand(interrupt.signal))
  .addCommand(statisticsCommand(interrupt.signal))
  .addCommand(schemaCommand());
for (const command of program.commands) command.exitOverride().configureHelp(OPTION_HELP);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong in words that fit its kind, and picks the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (interrupt.signal.aborted && error === interrupt.signal.reason) {
    console.error("Avbrutt; ingenting ble skrevet.");
    return EXIT.interrupted;
  }
  if (error instanceof InputError) {
    console.error(`Feil: ${error.message}`);
    return EXIT.input;
  }
  if (error instanceof StrictFailure) {
    console.error(`Feil: ${error.message}`);
    return EXIT.strict;
  }
  if (error instanceof PartsMissing) {
    console.error(`Feil: ${error.message}`);
    return EXIT.parts;
  }
  if (error instanceof PartBroke) {
    const code = explain(error.cause);
    console.error(
      `Det gjaldt ${error.parts.join(", ")}. Summene er ikke skrevet. De andre filene er beholdt: samme kommando fortsetter.`,
    );
    return code;
  }
  if (error instanceof WorkerDied) {
    console.error(`Feil: ${error.message}`);
    return EXIT.broken;
  }
  if (error instanceof BrokenInvariant) {
    console.error(
      `Intern feil: ${error.message}\nIngenting ble skrevet. Meld gjerne fra, med fila som utløste det.`,
    );
    return EXIT.broken;
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.broken;
}
